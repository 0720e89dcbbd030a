//! Every answer of the sandbox is valid against the document, with the members that the vendor's document demands. Only
//! where one schema travels both ways does the document mean to demand less, and `deviations.yaml` says why.
//!
//! [`house`] asks for everything that an account has, and [`malformed`] sends it whatever there is. [`model`], [`devices`] and
//! [`guests`] hold random sequences of operations against models: of an account, of a device of each type, and of keypad
//! codes and users.

mod devices;
mod guests;
mod house;
mod malformed;
mod model;
mod strangers;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use bytes::Bytes;
use http::Request;
use jsonschema::{Draft, Validator};
use nuki_api::Operation;
use nuki_api::testkit::{AccountFixture, Sandbox};
use serde_json::{Value, json};

use crate::answers;
use crate::case::{Case, json as parse};
use crate::spec::{document, endpoint};
use crate::world::{TOKEN, tried};

const MASTER: i32 = Sandbox::ACCOUNT_ID;
const SUB: i32 = 2002;

/// The names of the schemas below a node of the document.
fn reachable(node: &Value, into: &mut BTreeSet<String>) {
    match node {
        Value::Object(members) => {
            let target = members.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next());
            if let Some(name) = target
                && into.insert(name.to_owned())
            {
                reachable(&document()["components"]["schemas"][name], into);
            }
            members.values().for_each(|member| reachable(member, into));
        }
        Value::Array(items) => items.iter().for_each(|item| reachable(item, into)),
        _ => {}
    }
}

/// What the vendor's document demands and what is there only from some day on: a token that nobody has redeemed, say, has no
/// day on which that was.
const LATER: [(&str, &str); 3] =
    [("AddressToken", "redeemAccountId"), ("AddressToken", "redeemDate"), ("AdvancedApiKey", "secret")];

/// The schemas of the document with what the vendor's document demands of answers besides, closed to members that nobody
/// knows; and the names of those that requests have as well, of which the vendor's may demand more.
fn demanding() -> (Value, BTreeSet<String>) {
    let (mut sent, mut answered) = (BTreeSet::new(), BTreeSet::new());
    for operation in Operation::ALL {
        reachable(&endpoint(operation).operation["requestBody"], &mut sent);
        reachable(&endpoint(operation).operation["responses"], &mut answered);
    }
    let lock: Value = serde_json::from_str(include_str!("../../../openapi/vendor.lock.json")).unwrap();
    let mut components = document()["components"].clone();
    let mut left = BTreeSet::new();
    for (name, schema) in components["schemas"].as_object_mut().unwrap() {
        if schema["type"] == "object" && schema.get("additionalProperties").is_none() {
            schema["additionalProperties"] = false.into();
        }
        let vendors = lock["schemas"].as_object().unwrap().iter().find(|(vendor, _)| vendor.replace('.', "") == **name);
        let Some(demanded) = vendors.and_then(|(_, schema)| schema["required"].as_array()) else { continue };
        let ours = schema["required"].as_array().cloned().unwrap_or_default();
        if !answered.contains(name) || demanded.iter().all(|member| ours.contains(member)) {
            continue;
        }
        // Of the config, what is sent has a schema of its own.
        if sent.contains(name) || name == "AccountConfig" {
            left.insert(name.clone());
        } else {
            let later = |member: &&Value| !LATER.contains(&(name.as_str(), member.as_str().unwrap()));
            schema["required"] = demanded.iter().filter(later).cloned().collect();
        }
    }
    (components, left)
}

/// The validators of the answers that have a schema, made once.
fn validator(operation: Operation) -> Option<&'static Validator> {
    static VALIDATORS: OnceLock<BTreeMap<Operation, Validator>> = OnceLock::new();
    let made = || {
        let components = demanding().0;
        let options = jsonschema::options().with_draft(Draft::Draft4).should_validate_formats(true);
        let validator = |operation| {
            let schema = json!({"allOf": [endpoint(operation).answer()?], "components": components});
            Some((operation, options.build(&schema).unwrap()))
        };
        Operation::ALL.into_iter().filter_map(validator).collect()
    };
    VALIDATORS.get_or_init(made).get(&operation)
}

/// Where an answer breaks the document.
fn problems(operation: Operation, status: u16, body: &[u8]) -> Vec<String> {
    let endpoint = endpoint(operation);
    if !endpoint.statuses().contains(&status) {
        return vec![format!("the status {status} is not documented")];
    }
    match (status, validator(operation)) {
        (300.., _) => Vec::new(),
        (_, None) if body.is_empty() => Vec::new(),
        (_, None) => vec!["a body that is not documented".to_owned()],
        (_, Some(validator)) => match serde_json::from_slice::<Value>(body) {
            Ok(value) => validator.iter_errors(&value).map(|error| format!("`{}`: {error}", error.instance_path())).collect(),
            Err(error) => vec![error.to_string()],
        },
    }
}

/// Asks a sandbox, and gives the status of its valid answer.
#[track_caller]
fn ask(sandbox: &Sandbox, operation: Operation, token: &str, target: &str, body: &Value) -> u16 {
    let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
    let request = Request::builder().method(operation.info().method).uri(target);
    let request = request.header("authorization", format!("Bearer {token}")).body(body).unwrap();
    let response = sandbox.handle(request);
    let (status, body) = (response.status().as_u16(), response.body());
    let text = String::from_utf8_lossy(body);
    assert_eq!(problems(operation, status, body), [""; 0], "{operation:?} {target}: {status} {text}");
    status
}

/// Everything that can be read.
#[track_caller]
fn read(sandbox: &Sandbox, token: &str) -> usize {
    let sub = format!("/account/sub/{SUB}");
    let reads = [
        (Operation::AccountGet, "/account"),
        (Operation::IntegrationList, "/account/integration"),
        (Operation::SettingGet, "/account/setting"),
        (Operation::SubAccountList, "/account/sub"),
        (Operation::SubAccountGet, &sub),
    ];
    for (operation, target) in reads {
        ask(sandbox, operation, token, target, &Value::Null);
    }
    reads.len()
}

/// Where the sandbox starts from: as little as there can be, as much as there can be, and what comes of its own calls.
fn worlds() -> [fn() -> Sandbox; 4] {
    let sparse = || Sandbox::builder().token(TOKEN, MASTER).build();
    let zeros = || {
        let sub = AccountFixture::new(SUB, "sub@example.com").master(MASTER).rights(0).unverified();
        Sandbox::builder().account(sub).token(TOKEN, MASTER).build()
    };
    let full = || {
        let of = |id: i32, text: &str| {
            let answer = parse(text);
            let fixture = AccountFixture::new(id, answer["email"].as_str().unwrap()).name("Ada").language("de").account_type(2);
            let fixture =
                fixture.profile([("firstName", "Ada"), ("lastName", "L"), ("address", "1"), ("zip", "2"), ("city", "3")]);
            let fixture = fixture.config([("alexaPin", "1234"), ("gactionsHomePin", "5678")]);
            let more = ["descent", "shsSubscriptionType", "b2bActive", "apiTermsOfUse"];
            more.iter().fold(fixture, |fixture, name| fixture.member(*name, answer[name].clone()))
        };
        let sub = of(SUB, answers::ACCOUNT).master(MASTER).rights(127);
        let builder = Sandbox::builder().account(of(MASTER, answers::MY_ACCOUNT)).account(sub).token(TOKEN, MASTER);
        let integrations = parse(answers::INTEGRATIONS);
        let integrations = integrations.as_array().unwrap().iter().cloned();
        integrations
            .fold(builder, |builder, it| builder.integration(MASTER, it))
            .settings(MASTER, parse(answers::SETTINGS))
            .build()
    };
    let lived_in = || {
        let sandbox = Sandbox::builder().token(TOKEN, MASTER).build();
        let create = Case::of(Operation::SubAccountCreate).body;
        assert_eq!(ask(&sandbox, Operation::SubAccountCreate, TOKEN, "/account/sub", &create), 200);
        assert_eq!(ask(&sandbox, Operation::OtpCreate, TOKEN, "/account/otp", &Value::Null), 200);
        let code = json!({"otp": sandbox.otp_code(MASTER).unwrap()});
        assert_eq!(ask(&sandbox, Operation::OtpEnable, TOKEN, "/account/otp", &code), 204);
        let update = json!({"language": "de", "config": {"alexaPin": "1234"}, "profile": {"city": "Graz"}});
        assert_eq!(ask(&sandbox, Operation::AccountUpdate, TOKEN, "/account", &update), 204);
        assert_eq!(
            ask(&sandbox, Operation::EmailChange, TOKEN, "/account/email/change", &json!({"email": "b@example.com"})),
            204
        );
        sandbox
    };
    [sparse, zeros, full, lived_in]
}

#[test]
fn every_answer_is_valid_with_what_the_vendor_demands() {
    let (mut asked, mut succeeded) = (0, BTreeSet::new());
    for world in worlds() {
        for case in Case::all().filter(|case| case.operation.info().group == "account") {
            for (token, body) in
                [(TOKEN, case.body.clone()), ("wrong", case.body.clone()), (TOKEN, json!({})), (TOKEN, json!([1]))]
            {
                let sandbox = world();
                let status = ask(&sandbox, case.operation, token, case.target, &body);
                if status < 300 {
                    succeeded.insert(case.operation);
                }
                // Also what it remembers of that.
                asked += 1 + read(&sandbox, TOKEN);
            }
        }
    }
    // The code of the case is a wrong one; the right one was asked for in the last world.
    succeeded.insert(Operation::OtpEnable);
    let served = Operation::ALL.into_iter().filter(|operation| operation.info().group == "account");
    assert_eq!(succeeded, served.collect::<BTreeSet<_>>(), "these have an answer to be judged");
    tried(asked, "answer of the sandbox, valid with what the vendor demands");
}

#[test]
fn only_what_travels_both_ways_may_have_less_than_the_vendor_demands() {
    let (_, left) = demanding();
    assert_eq!(left.iter().map(String::as_str).collect::<Vec<_>>(), ["AccountConfig", "AccountProfile"]);
    let deviations: Value = serde_saphyr::from_str(include_str!("../../../openapi/deviations.yaml")).unwrap();
    for at in ["Account.Config.*Pin · presence", "Account.Profile.* · presence"] {
        let listed = deviations.as_array().unwrap().iter().find(|entry| entry["at"] == at);
        assert!(listed.is_some_and(|entry| entry["reason"].as_str().unwrap().contains("both ways")), "{at}");
    }
}

#[test]
fn an_answer_that_lacks_or_has_too_much_is_noticed() {
    let whole = Sandbox::new().account(MASTER).unwrap();
    let judged = |change: fn(&mut Value)| {
        let mut account = whole.clone();
        change(&mut account);
        problems(Operation::AccountGet, 200, account.to_string().as_bytes()).join("; ")
    };
    assert_eq!(judged(|_| ()), "");
    for member in ["type", "name", "creationDate", "updateDate", "email", "accountId"] {
        let mut account = whole.clone();
        account.as_object_mut().unwrap().remove(member);
        let found = problems(Operation::AccountGet, 200, account.to_string().as_bytes()).join("; ");
        assert!(found.contains(member), "{member}: {found}");
    }
    assert!(judged(|account| account["nickname"] = "A".into()).contains("nickname"));
    assert!(judged(|account| account["rights"] = Value::Null).contains("/rights"));
    assert!(judged(|account| account["creationDate"] = "yesterday".into()).contains("/creationDate"));
    assert!(judged(|account| account["descent"] = json!({})).contains("origin"));
    assert_eq!(problems(Operation::AccountGet, 404, b""), ["the status 404 is not documented"]);
    assert_eq!(problems(Operation::AccountDelete, 204, b"{}"), ["a body that is not documented"]);
}
