//! Random sequences of operations, held against a model that is small enough to be right.

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::DateTime;
use http::Request;
use nuki_api::testkit::Sandbox;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::MASTER;

/// Few enough that they clash.
const EMAILS: [&str; 4] = ["a@example.com", "b@example.com", "c@example.org", "master@example.com"];

#[derive(Clone, Debug)]
enum Step {
    Create { email: usize, rights: u32 },
    Update { sub: usize, email: Option<usize>, rights: Option<u32>, name: bool },
    Read { sub: usize },
    Delete { sub: usize },
    List { domain: Option<&'static str> },
    UpdateMaster { email: Option<usize>, language: bool },
    ChangeEmail { email: usize },
    VerifyEmail,
    ConfirmEmail,
    PutSettings { dismissed: bool },
    GetSettings,
    DeleteSettings,
    CreateOtp,
    EnableOtp { right: bool },
    DisableOtp,
    DeleteIntegration { key: u32 },
    DeleteMaster,
}

fn any_step() -> impl Strategy<Value = Step> {
    let email = || 0..EMAILS.len();
    let sub = || 0..4_usize;
    prop_oneof![
        3 => (email(), 0..40_u32).prop_map(|(email, rights)| Step::Create { email, rights }),
        3 => (sub(), prop::option::of(email()), prop::option::of(0..130_u32), any::<bool>())
            .prop_map(|(sub, email, rights, name)| Step::Update { sub, email, rights, name }),
        1 => sub().prop_map(|sub| Step::Read { sub }),
        2 => sub().prop_map(|sub| Step::Delete { sub }),
        1 => prop::sample::select(&[None, Some("com"), Some("org")][..]).prop_map(|domain| Step::List { domain }),
        1 => (prop::option::of(email()), any::<bool>())
            .prop_map(|(email, language)| Step::UpdateMaster { email, language }),
        1 => email().prop_map(|email| Step::ChangeEmail { email }),
        1 => Just(Step::VerifyEmail),
        1 => Just(Step::ConfirmEmail),
        1 => any::<bool>().prop_map(|dismissed| Step::PutSettings { dismissed }),
        1 => Just(Step::GetSettings),
        1 => Just(Step::DeleteSettings),
        2 => Just(Step::CreateOtp),
        3 => any::<bool>().prop_map(|right| Step::EnableOtp { right }),
        1 => Just(Step::DisableOtp),
        1 => (5000..5004_u32).prop_map(|key| Step::DeleteIntegration { key }),
        1 => Just(Step::DeleteMaster),
    ]
}

#[derive(Clone, Debug, PartialEq)]
struct Sub {
    email: &'static str,
    name: &'static str,
    rights: u32,
}

#[derive(Clone, Copy, PartialEq)]
enum Otp {
    Off,
    Created,
    On,
}

struct Model {
    is_deleted: bool,
    email: &'static str,
    pending: Option<&'static str>,
    subs: BTreeMap<i64, Sub>,
    /// In the order in which they were created, deleted ones too.
    ids: Vec<i64>,
    settings: Option<bool>,
    otp: Otp,
    wrong_codes: u32,
    keys: Vec<u32>,
}

impl Model {
    fn new() -> Model {
        Model {
            is_deleted: false,
            email: "master@example.com",
            pending: None,
            subs: BTreeMap::new(),
            ids: Vec::new(),
            settings: None,
            otp: Otp::Off,
            wrong_codes: 0,
            keys: vec![5001, 5002],
        }
    }

    /// The one that a step means, or one that never was.
    fn id(&self, sub: usize) -> i64 {
        self.ids.get(sub).copied().unwrap_or(1)
    }

    /// The id of whoever has an address; the master's is 0.
    fn owner(&self, email: &str) -> Option<i64> {
        let sub = self.subs.iter().find(|(_, sub)| sub.email == email).map(|(id, _)| *id);
        sub.or((self.email == email).then_some(0))
    }

    fn is_taken(&self, email: &str, by_other_than: i64) -> bool {
        self.owner(email).is_some_and(|owner| owner != by_other_than)
    }

    /// What the sandbox should answer to a step: the status.
    fn expect(&mut self, step: &Step) -> u16 {
        if self.is_deleted {
            return 401;
        }
        match *step {
            Step::Create { rights: 32.., .. } => 400,
            Step::Create { email, .. } if self.owner(EMAILS[email]).is_some() => 409,
            Step::Create { .. } => 200,
            Step::Update { sub, email, rights, name } => {
                let id = self.id(sub);
                if !self.subs.contains_key(&id) {
                    return 404;
                }
                if rights.is_some_and(|rights| rights > 127) {
                    return 400;
                }
                if email.is_some_and(|email| self.is_taken(EMAILS[email], id)) {
                    return 409;
                }
                if let Some(sub) = self.subs.get_mut(&id) {
                    sub.email = email.map_or(sub.email, |email| EMAILS[email]);
                    sub.name = if name { "Updated" } else { sub.name };
                    sub.rights = rights.map_or(sub.rights, |bits| {
                        let read = [(1, 2), (2, 4), (4, 8), (8, 16), (16, 32), (32, 32), (64, 64)];
                        read.iter().filter(|(bit, _)| bits & bit != 0).fold(0, |all, (_, bit)| all | bit)
                    });
                }
                204
            }
            Step::Read { sub } => {
                if self.subs.contains_key(&self.id(sub)) {
                    200
                } else {
                    404
                }
            }
            Step::Delete { sub } => {
                let id = self.id(sub);
                if self.subs.remove(&id).is_some() { 204 } else { 404 }
            }
            Step::List { .. } => 200,
            Step::UpdateMaster { language: false, .. } => 400,
            Step::UpdateMaster { email, .. } => {
                let email = email.map_or(self.email, |email| EMAILS[email]);
                if self.is_taken(email, 0) {
                    return 409;
                }
                self.email = email;
                204
            }
            Step::ChangeEmail { email } if self.is_taken(EMAILS[email], 0) => 409,
            Step::ChangeEmail { email } => {
                self.pending = Some(EMAILS[email]);
                204
            }
            Step::VerifyEmail => match self.pending {
                None => 400,
                Some(email) if self.is_taken(email, 0) => 409,
                Some(_) => 204,
            },
            Step::ConfirmEmail => {
                if let Some(email) = self.pending.filter(|email| !self.is_taken(email, 0)) {
                    (self.email, self.pending) = (email, None);
                }
                204
            }
            Step::PutSettings { dismissed } => {
                self.settings = Some(dismissed);
                200
            }
            Step::GetSettings => {
                if self.settings.is_some() {
                    200
                } else {
                    404
                }
            }
            Step::DeleteSettings => {
                self.settings = None;
                204
            }
            Step::CreateOtp if self.otp == Otp::On => 405,
            Step::CreateOtp => {
                (self.otp, self.wrong_codes) = (Otp::Created, 0);
                200
            }
            Step::EnableOtp { .. } if self.wrong_codes == 5 => 429,
            Step::EnableOtp { right: true } if self.otp != Otp::Off => {
                (self.otp, self.wrong_codes) = (Otp::On, 0);
                204
            }
            Step::EnableOtp { .. } => {
                self.wrong_codes += 1;
                401
            }
            Step::DisableOtp => {
                (self.otp, self.wrong_codes) = (Otp::Off, 0);
                204
            }
            Step::DeleteIntegration { key } => {
                self.keys.retain(|kept| *kept != key);
                204
            }
            Step::DeleteMaster if !self.subs.is_empty() => 409,
            Step::DeleteMaster => {
                self.is_deleted = true;
                204
            }
        }
    }

    /// Takes over the id of what was created.
    fn created(&mut self, step: &Step, answer: &Value) {
        if let (Step::Create { email, rights }, Some(id)) = (step, answer["accountId"].as_i64()) {
            self.ids.push(id);
            self.subs.insert(id, Sub { email: EMAILS[*email], name: "Ops", rights: rights * 2 });
        }
    }

    /// Compares all that can be read.
    fn check(&self, sandbox: &Sandbox) {
        if self.is_deleted {
            return assert!(sandbox.account_ids().is_empty() && sandbox.tokens(MASTER).is_empty());
        }
        let (_, listed) = call(sandbox, "GET", "/account/sub");
        let listed = listed.as_array().expect("an array").iter();
        let listed: BTreeMap<i64, Value> = listed.map(|sub| (sub["accountId"].as_i64().expect("an id"), sub.clone())).collect();
        assert_eq!(listed.keys().collect::<Vec<_>>(), self.subs.keys().collect::<Vec<_>>());
        for (id, sub) in &self.subs {
            let rights = listed[id]["rights"].clone();
            assert_eq!((&listed[id]["email"], &listed[id]["name"]), (&json!(sub.email), &json!(sub.name)));
            assert_eq!(rights, sub.rights);
        }
        let (_, account) = call(sandbox, "GET", "/account");
        assert_eq!(account["email"], self.email);
        assert_eq!(account["config"]["otpEnabledDate"].is_string(), self.otp == Otp::On);
        assert_eq!(sandbox.pending_email(MASTER).as_deref(), self.pending);
        assert_eq!(sandbox.settings(MASTER).map(|it| it["web"]["nukiClubDismissed"] == true), self.settings);
        let keys = sandbox.integrations(MASTER);
        assert_eq!(
            keys.iter().map(|it| it["clientId"].clone()).collect::<Vec<_>>(),
            self.keys.iter().map(|key| json!(key.to_string())).collect::<Vec<_>>()
        );
    }
}

/// A call of the master: the status, and the body or null.
pub(super) fn send(sandbox: &Sandbox, method: &str, target: &str, body: Value) -> (u16, Value) {
    let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
    let request = Request::builder().method(method).uri(target).header("content-type", "application/json");
    let request = request.header("authorization", format!("Bearer {}", Sandbox::TOKEN)).body(body).unwrap();
    let response = sandbox.handle(request);
    (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or(Value::Null))
}

/// The same without a body.
pub(super) fn call(sandbox: &Sandbox, method: &str, target: &str) -> (u16, Value) {
    send(sandbox, method, target, Value::Null)
}

/// Does a step at the sandbox.
fn perform(sandbox: &Sandbox, model: &Model, step: &Step) -> (u16, Value) {
    let sub = |sub: usize| format!("/account/sub/{}", model.id(sub));
    match *step {
        Step::Create { email, rights } => {
            let email = EMAILS[email];
            let body = json!({"email": email, "password": "secret-7", "name": "Ops", "rights": rights, "language": "de"});
            send(sandbox, "PUT", "/account/sub", body)
        }
        Step::Update { sub: index, email, rights, name } => {
            let body = json!({"email": email.map(|email| EMAILS[email]), "rights": rights, "name": name.then_some("Updated")});
            send(sandbox, "POST", &sub(index), body)
        }
        Step::Read { sub: index } => call(sandbox, "GET", &sub(index)),
        Step::Delete { sub: index } => call(sandbox, "DELETE", &sub(index)),
        Step::List { domain } => {
            let query = domain.map(|domain| format!("?email=%5C.{domain}$")).unwrap_or_default();
            let (status, listed) = call(sandbox, "GET", &format!("/account/sub{query}"));
            let ends = |sub: &&Sub| domain.is_none_or(|domain| sub.email.ends_with(domain));
            if status == 200 {
                assert_eq!(listed.as_array().map(Vec::len), Some(model.subs.values().filter(ends).count()));
            }
            (status, listed)
        }
        Step::UpdateMaster { email, language } => {
            let body = json!({"email": email.map(|email| EMAILS[email]), "language": language.then_some("de")});
            send(sandbox, "POST", "/account", body)
        }
        Step::ChangeEmail { email } => send(sandbox, "POST", "/account/email/change", json!({"email": EMAILS[email]})),
        Step::VerifyEmail => call(sandbox, "POST", "/account/email/verify"),
        Step::ConfirmEmail => {
            sandbox.confirm_email(MASTER);
            (if model.is_deleted { 401 } else { 204 }, Value::Null)
        }
        Step::PutSettings { dismissed } => {
            send(sandbox, "PUT", "/account/setting", json!({"web": {"nukiClubDismissed": dismissed}}))
        }
        Step::GetSettings => call(sandbox, "GET", "/account/setting"),
        Step::DeleteSettings => call(sandbox, "DELETE", "/account/setting"),
        Step::CreateOtp => call(sandbox, "PUT", "/account/otp"),
        Step::EnableOtp { right } => {
            let code = sandbox.otp_code(MASTER).filter(|_| right).unwrap_or("wrong".to_owned());
            send(sandbox, "POST", "/account/otp", json!({"otp": code}))
        }
        Step::DisableOtp => call(sandbox, "DELETE", "/account/otp"),
        Step::DeleteIntegration { key } => call(sandbox, "DELETE", &format!("/account/integration?apiKeyId={key}")),
        Step::DeleteMaster => call(sandbox, "DELETE", "/account"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_sandbox_does_what_the_model_does(steps in prop::collection::vec(any_step(), 1..40), seed: u64) {
        let noon = DateTime::from_timestamp_millis(1_747_061_140_629).unwrap();
        let sandbox = Sandbox::builder().seed(seed).now(noon).build();
        let mut model = Model::new();
        for step in &steps {
            let (status, answer) = perform(&sandbox, &model, step);
            prop_assert_eq!(status, model.expect(step), "{:?}", step);
            model.created(step, &answer);
            model.check(&sandbox);
        }
    }
}
