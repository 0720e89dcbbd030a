//! What is measured, and what the server answers to it.

use std::fmt::Write as _;

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `GET /account`
    Read,
    /// `POST /account`
    Update,
    /// `GET /account/sub`, with so many items.
    List(usize),
}

impl Case {
    pub const ALL: [Self; 5] = [Self::Read, Self::Update, Self::List(1), Self::List(100), Self::List(10_000)];

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|case| case.name() == name)
    }

    pub fn name(self) -> String {
        match self {
            Self::Read => "read".to_owned(),
            Self::Update => "update".to_owned(),
            Self::List(items) => format!("list-{items}"),
        }
    }

    /// The base URL of this case is that of the server with this behind it: its answers differ in nothing else.
    pub fn base_path(self) -> String {
        format!("/{}", self.name())
    }

    /// The body of the answer.
    pub fn body(self) -> String {
        match self {
            Self::Read => account(0),
            Self::Update => String::new(),
            Self::List(items) => {
                let mut body = String::from("[");
                for item in 0..items {
                    let _ = write!(body, "{}{}", if item == 0 { "" } else { "," }, account(item));
                }
                body + "]"
            }
        }
    }
}

/// An account with every documented member, as long as such members usually are.
fn account(number: usize) -> String {
    let id = 100_000_000 + number;
    let hour = number % 24;
    format!(
        r#"{{"accountId":{id},"masterAccountId":100000000,"type":0,"email":"resident-{number}@example.com","name":"Resident {number}","language":"de","emailVerified":true,"b2bActive":true,"shsSubscriptionType":"BUSINESS","rights":18,"profile":{{"firstName":"Ada","lastName":"Lovelace","address":"Hauptstrasse 12","zip":"8010","city":"Graz","country":"AT"}},"config":{{"alexaPin":"4711","gactionsHomePin":"0815","otpEnabledDate":"2025-05-12T{hour:02}:45:40.629Z"}},"descent":{{"origin":"GOOGLE"}},"apiTermsOfUse":{{"state":"Accepted","publishDate":"2024-01-01T00:00:00.000Z","acceptanceDate":"2024-02-03T04:05:06.789Z"}},"creationDate":"2023-11-30T{hour:02}:15:09.120Z","updateDate":"2025-06-01T{hour:02}:01:59.003Z"}}"#
    )
}
