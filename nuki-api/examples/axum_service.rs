//! A small service that manages the members of a household: each is a sub-account.
//!
//! It shows a [`Client`] as the state of axum, the SDK's errors as answers that leak nothing, and tests on the sandbox.
//! Without a token it runs on a sandbox in this process; with `NUKI_API_TOKEN` set on the real service. It knows no users
//! of its own, so it listens on this machine only.
//!
//! ```text
//! cargo run --example axum_service [-- --port 3000]
//! curl localhost:3000/members
//! curl localhost:3000/members --json '{"name":"Ada","email":"ada@example.com","password":"correct horse"}'
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command, and talks to people")]

mod common;

use std::process::ExitCode;

use anyhow::{Context, Result};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use axum::{Json, Router};
use clap::Parser;
use nuki_api::testkit::Sandbox;
use nuki_api::types::{Account, MyAccount};
use nuki_api::{Client, CreateRights, Error, ErrorKind, Language, Password, Secret};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Serve the members of a household.
#[derive(Parser)]
struct Options {
    /// The port on this machine; 0 takes any free one.
    #[arg(long, default_value_t = 3000)]
    port: u16,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    common::end(run(&Options::parse()).await)
}

async fn run(options: &Options) -> Result<()> {
    let ground = common::Ground::new(Sandbox::new())?;
    // A wrong token is better found now than by the first user.
    ground.nuki.account().get().await.context("the service was not started")?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", options.port)).await;
    let listener = listener.with_context(|| format!("the service was not started: port {} of 127.0.0.1", options.port))?;
    println!("http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app(ground.nuki)).await?)
}

/// A client is cheap to clone, and its clones share connections: one for the whole service.
fn app(nuki: Client) -> Router {
    Router::new().route("/members", get(list).post(create)).route("/members/{id}", delete(remove)).with_state(nuki)
}

#[derive(Serialize)]
struct Member {
    id: i32,
    name: Option<String>,
    email: String,
}

impl From<Account> for Member {
    fn from(account: Account) -> Self {
        Self { id: account.account_id, name: account.name, email: account.email }
    }
}

impl From<MyAccount> for Member {
    fn from(account: MyAccount) -> Self {
        Self { id: account.account_id, name: account.name, email: account.email }
    }
}

/// Not checked here: the SDK does that, and names everything that it knows to be wrong. The rest is the service's to refuse.
#[derive(Deserialize)]
struct NewMember {
    name: String,
    email: String,
    password: Secret,
}

async fn list(State(nuki): State<Client>) -> Result<Json<Vec<Member>>, Failure> {
    let members = nuki.account().sub_accounts().list().await?;
    Ok(Json(members.into_iter().map(Member::from).collect()))
}

async fn create(State(nuki): State<Client>, Json(new): Json<NewMember>) -> Result<(StatusCode, Json<Member>), Failure> {
    let rights = CreateRights::OPERATE_SMARTLOCKS;
    let create =
        nuki.account().sub_accounts().create(new.email, Password::new(new.password.expose()), new.name, rights, Language::EN);
    Ok((StatusCode::CREATED, Json(create.await?.into())))
}

async fn remove(State(nuki): State<Client>, Path(id): Path<i32>) -> Result<StatusCode, Failure> {
    nuki.account().sub_accounts().delete(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A failed call of Nuki, as an answer of ours.
struct Failure(Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Self(error) = self;
        // Its text holds no token, password, query or body, so it may be logged. What the user reads is ours.
        eprintln!("{error}");
        let (status, message) = match error.kind() {
            ErrorKind::InvalidRequest => (StatusCode::UNPROCESSABLE_ENTITY, "this cannot be right"),
            ErrorKind::Rejected if error.status() == Some(StatusCode::BAD_REQUEST) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "Nuki does not take this")
            }
            ErrorKind::NotFound => (StatusCode::NOT_FOUND, "there is no such member"),
            ErrorKind::Conflict => (StatusCode::CONFLICT, "somebody has that e-mail address already"),
            ErrorKind::RateLimited | ErrorKind::Connect => (StatusCode::SERVICE_UNAVAILABLE, "try again later"),
            ErrorKind::Timeout => (StatusCode::GATEWAY_TIMEOUT, "this took too long"),
            // Our token is our business: the user can do nothing about it.
            ErrorKind::Token | ErrorKind::Unauthorized | ErrorKind::Forbidden => {
                (StatusCode::INTERNAL_SERVER_ERROR, "this service is not set up as it should be")
            }
            _ => (StatusCode::BAD_GATEWAY, "Nuki did not do as it should"),
        };
        let problems = error.problems().iter().map(|problem| (&problem.field, problem.reason.to_string()));
        let body = json!({
            "error": message,
            "problems": problems.collect::<std::collections::BTreeMap<_, _>>(),
            "may_have_been_done": error.may_have_been_applied(),
        });
        let mut response = (status, Json(body)).into_response();
        if let Some(wait) = error.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs()));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use nuki_api::testkit::Operation;
    use serde_json::Value;
    use tower::ServiceExt;

    use super::*;

    /// Asks the service, and returns status and JSON.
    async fn ask(sandbox: &Sandbox, method: &str, path: &str, body: Value) -> (u16, Value) {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let request = request.body(Body::from(body.to_string())).unwrap();
        let response = app(sandbox.client().unwrap()).oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    fn ada() -> Value {
        json!({"name": "Ada", "email": "ada@example.com", "password": "correct horse"})
    }

    #[tokio::test]
    async fn a_member_comes_and_goes() {
        let sandbox = Sandbox::new();
        let (status, member) = ask(&sandbox, "POST", "/members", ada()).await;
        assert_eq!((status, &member["email"]), (201, &json!("ada@example.com")));

        let (status, members) = ask(&sandbox, "GET", "/members", Value::Null).await;
        assert_eq!((status, members), (200, json!([member])));

        let path = format!("/members/{}", member["id"]);
        assert_eq!(ask(&sandbox, "DELETE", &path, Value::Null).await.0, 204);
        assert_eq!(ask(&sandbox, "DELETE", &path, Value::Null).await.0, 404);
    }

    #[tokio::test]
    async fn everything_that_is_wrong_is_named_and_nothing_sent() {
        let sandbox = Sandbox::new();
        let (status, answer) = ask(&sandbox, "POST", "/members", json!({"name": "", "email": "ada", "password": "short"})).await;
        assert_eq!(status, 422);
        assert!(answer["problems"]["email"].is_string() && answer["problems"]["password"].is_string(), "{answer}");
        sandbox.assert_requests(&[]);
    }

    #[tokio::test]
    async fn an_address_that_is_taken_is_a_conflict() {
        let sandbox = Sandbox::new();
        ask(&sandbox, "POST", "/members", ada()).await;
        assert_eq!(ask(&sandbox, "POST", "/members", ada()).await.0, 409);
    }

    #[tokio::test(start_paused = true)]
    async fn what_nuki_says_stays_here() {
        for (status, ours) in [(400, 422), (408, 502), (401, 500), (403, 500), (429, 503), (500, 502), (503, 502)] {
            let sandbox = Sandbox::new();
            sandbox.on_any().always().retry_after("7").respond_detail(status, "internal canary");
            let (status, answer) = ask(&sandbox, "GET", "/members", Value::Null).await;
            assert_eq!(status, ours, "{answer}");
            assert!(!answer.to_string().contains("canary"), "{answer}");
        }
    }

    #[tokio::test]
    async fn a_lost_answer_is_owned_up_to() {
        let sandbox = Sandbox::new();
        sandbox.on(Operation::SubAccountCreate).once().reset_after();
        let (status, answer) = ask(&sandbox, "POST", "/members", ada()).await;
        assert_eq!((status, &answer["may_have_been_done"]), (502, &json!(true)));
    }
}
