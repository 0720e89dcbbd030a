//! Who is measured. All of them send the same headers, and all but the floor bound the time of a call.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use http::{Method, Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use nuki_api_gen::{Direct, types};
use reqwest::Url;
use serde::de::DeserializeOwned;

use super::case::Case;
use super::handwritten::{Account, UPDATE};

pub const TOKEN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const AGENT: &str = "nuki-api/0.1.0";
const TIMEOUT: Duration = Duration::from_secs(30);

/// One way to make the calls.
#[allow(clippy::large_enum_variant, reason = "there is one value in a program")]
pub enum Contender {
    /// `nuki_api::Client`, with validation, retries, deadline, token source and tracing.
    Facade(nuki_api::Client),
    /// The generated client alone: a token and one timeout.
    Generated(nuki_api_gen::Client<Direct>),
    /// reqwest as people write it.
    Reqwest { client: reqwest::Client, base: String },
    /// reqwest with all that can be prepared, the fast dates and `from_str`: what the floor of reqwest is.
    Prepared { client: reqwest::Client, account: Url, list: Url, headers: HeaderMap },
    /// hyper-util, serde_json and chrono: no timeout, no redirects, no proxies.
    Hyper { client: legacy::Client<HttpConnector, Full<Bytes>>, account: Uri, list: Uri, authorization: HeaderValue },
}

impl Contender {
    pub const NAMES: [&str; 5] = ["facade", "generated", "reqwest", "prepared", "hyper"];

    pub fn new(name: &str, base: &str) -> Self {
        super::use_ring();
        let reqwest = || reqwest::Client::builder().user_agent(AGENT).no_proxy();
        let mut authorization = HeaderValue::try_from(format!("Bearer {TOKEN}")).expect("a header");
        authorization.set_sensitive(true);
        match name {
            "facade" => Self::Facade(nuki_api::Client::builder().base_url(base).token(TOKEN).build().expect("a client")),
            "generated" => {
                let http = reqwest().redirect(reqwest::redirect::Policy::none()).referer(false).build().expect("a client");
                Self::Generated(nuki_api_gen::Client::new(base, Direct::new(http).token(TOKEN.into())))
            }
            "reqwest" => Self::Reqwest { client: reqwest().timeout(TIMEOUT).build().expect("a client"), base: base.to_owned() },
            "prepared" => Self::Prepared {
                client: reqwest().redirect(reqwest::redirect::Policy::none()).referer(false).build().expect("a client"),
                account: format!("{base}/account").parse().expect("a URL"),
                list: format!("{base}/account/sub").parse().expect("a URL"),
                headers: HeaderMap::from_iter([
                    (ACCEPT, HeaderValue::from_static("application/json")),
                    (AUTHORIZATION, authorization),
                ]),
            },
            "hyper" => Self::Hyper {
                client: legacy::Client::builder(TokioExecutor::new()).build_http(),
                account: format!("{base}/account").parse().expect("a URI"),
                list: format!("{base}/account/sub").parse().expect("a URI"),
                authorization,
            },
            _ => panic!("{name} is none of {:?}", Self::NAMES),
        }
    }

    /// Makes the call, and returns how many items came.
    pub async fn call(&self, case: Case) -> usize {
        match self {
            Self::Facade(nuki) => facade(nuki, case).await,
            Self::Generated(client) => generated(client, case).await,
            Self::Reqwest { client, base } => usual(client, base, case).await.expect("an answer"),
            Self::Prepared { client, account, list, headers } => prepared(client, [account, list], headers, case).await,
            Self::Hyper { client, account, list, authorization } => hyper(client, [account, list], authorization, case).await,
        }
    }
}

async fn facade(nuki: &nuki_api::Client, case: Case) -> usize {
    match case {
        Case::Read => usize::from(nuki.account().get().await.expect("an answer").account_id > 0),
        Case::Update => {
            nuki.account().update(UPDATE.language).name(UPDATE.name).await.expect("an answer");
            0
        }
        Case::List(_) => nuki.account().sub_accounts().list().await.expect("an answer").len(),
    }
}

async fn generated(client: &nuki_api_gen::Client<Direct>, case: Case) -> usize {
    match case {
        Case::Read => usize::from(client.account_get().await.expect("an answer").account_id > 0),
        Case::Update => {
            let mut update = types::AccountUpdate::new(UPDATE.language);
            update.name = Some(UPDATE.name.to_owned());
            client.account_update(None, &update).await.expect("an answer");
            0
        }
        Case::List(_) => client.sub_account_list(None).await.expect("an answer").len(),
    }
}

async fn usual(client: &reqwest::Client, base: &str, case: Case) -> reqwest::Result<usize> {
    match case {
        Case::Read => {
            let request = client.get(format!("{base}/account")).bearer_auth(TOKEN).header(ACCEPT, "application/json");
            let account = request.send().await?.error_for_status()?.json::<Account>().await?;
            Ok(usize::from(account.account_id > 0))
        }
        Case::Update => {
            let request = client.post(format!("{base}/account")).bearer_auth(TOKEN).header(ACCEPT, "application/json");
            request.json(&UPDATE).send().await?.error_for_status()?;
            Ok(0)
        }
        Case::List(_) => {
            let request = client.get(format!("{base}/account/sub")).bearer_auth(TOKEN).header(ACCEPT, "application/json");
            Ok(request.send().await?.error_for_status()?.json::<Vec<Account>>().await?.len())
        }
    }
}

async fn prepared(client: &reqwest::Client, [account, list]: [&Url; 2], headers: &HeaderMap, case: Case) -> usize {
    let (method, url) = match case {
        Case::Read => (Method::GET, account),
        Case::Update => (Method::POST, account),
        Case::List(_) => (Method::GET, list),
    };
    let mut request = reqwest::Request::new(method, url.clone());
    *request.headers_mut() = headers.clone();
    if case == Case::Update {
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(serde_json::to_vec(&UPDATE).expect("JSON").into());
    }
    let answer = async {
        let response = client.execute(request).await?.error_for_status()?;
        response.bytes().await
    };
    let body = tokio::time::timeout(TIMEOUT, answer).await.expect("an answer in time").expect("an answer");
    let text = std::str::from_utf8(&body).expect("UTF-8");
    match case {
        Case::Read => usize::from(serde_json::from_str::<types::MyAccount>(text).expect("an account").account_id > 0),
        Case::Update => 0,
        Case::List(_) => serde_json::from_str::<Vec<types::Account>>(text).expect("accounts").len(),
    }
}

async fn hyper(
    client: &legacy::Client<HttpConnector, Full<Bytes>>,
    [account, list]: [&Uri; 2],
    authorization: &HeaderValue,
    case: Case,
) -> usize {
    let (method, uri, body) = match case {
        Case::Read => (Method::GET, account, Bytes::new()),
        Case::Update => (Method::POST, account, serde_json::to_vec(&UPDATE).expect("JSON").into()),
        Case::List(_) => (Method::GET, list, Bytes::new()),
    };
    let mut request = Request::builder()
        .method(method)
        .uri(uri.clone())
        .header(ACCEPT, HeaderValue::from_static("application/json"))
        .header(USER_AGENT, HeaderValue::from_static(AGENT))
        .header(AUTHORIZATION, authorization.clone());
    if case == Case::Update {
        request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    let response = client.request(request.body(Full::new(body)).expect("a request")).await.expect("an answer");
    assert!(response.status().is_success(), "{}", response.status());
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    match case {
        Case::Read => usize::from(read::<Account>(&body).account_id > 0),
        Case::Update => 0,
        Case::List(_) => read::<Vec<Account>>(&body).len(),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> T {
    serde_json::from_slice(body).expect("a value")
}
