//! `/account/sub`.

use serde_json::json;

use super::*;

fn create(sandbox: &Sandbox, email: &str) -> Value {
    let (status, account) = send(sandbox, "PUT", "/account/sub", sub_account(email));
    assert_eq!(status, 200);
    account
}

fn listed(sandbox: &Sandbox, query: &str) -> Vec<Value> {
    let (status, accounts) = call(sandbox, "GET", &format!("/account/sub{query}"));
    assert_eq!(status, 200);
    accounts.as_array().expect("an array").iter().map(|account| account["email"].clone()).collect()
}

#[test]
fn what_is_created_is_listed_and_read() {
    let sandbox = world();
    let created = create(&sandbox, "ops@example.com");
    assert_eq!((&created["masterAccountId"], &created["name"]), (&json!(MASTER), &json!("Ops")));
    assert_eq!(created["rights"], 62, "31 as it is written is 62 as it is read");
    assert!(created["secret"][0].is_string());
    assert_eq!((&created["type"], &created["emailVerified"], &created["b2bActive"]), (&json!(0), &json!(false), &json!(false)));
    assert_eq!(listed(&sandbox, ""), ["sub@example.com", "ops@example.com"]);
    let (status, read) = call(&sandbox, "GET", &format!("/account/sub/{}", created["accountId"]));
    assert_eq!((status, &read["email"], read.get("secret")), (200, &json!("ops@example.com"), None));
    assert!(sandbox.has_password(read["accountId"].as_i64().expect("an id") as i32, "secret-7"));
}

#[test]
fn a_created_account_gets_a_token_and_logs_in() {
    let sandbox = world();
    let id = create(&sandbox, "ops@example.com")["accountId"].as_i64().expect("an id") as i32;
    sandbox.add_token("ops-token", id);
    assert_eq!(raw(&sandbox, Some("ops-token"), "GET", "/account", "").1["accountId"], id);
}

#[test]
fn an_email_address_is_unique_over_all_accounts() {
    let sandbox = world();
    for email in ["master@example.com", "sub@example.com", "OTHER.sub@example.org"] {
        assert_eq!(status(&sandbox, "PUT", "/account/sub", sub_account(email)), 409, "{email}");
    }
    assert_eq!(status(&sandbox, "POST", "/account/sub/2002", json!({"email": "other@example.org"})), 409);
}

#[test]
fn a_malformed_sub_account_answers_400_and_is_not_created() {
    let sandbox = world();
    let with = |member: &str, value: Value| {
        let mut body = sub_account("new@example.com");
        body[member] = value;
        body
    };
    let mut bodies: Vec<Value> = ["email", "password", "name", "rights", "language"].map(|it| with(it, json!(null))).into();
    bodies.extend([-1.0, 32.0, 1.5].map(|rights| with("rights", json!(rights))));
    bodies.extend([with("rights", json!("31")), with("rights", json!(i64::MAX)), with("password", json!("sixsix"))]);
    bodies.extend([with("email", json!("nobody")), with("name", json!("")), with("profile", json!("Graz"))]);
    for body in bodies {
        assert_eq!(status(&sandbox, "PUT", "/account/sub", body.clone()), 400, "{body}");
    }
    assert_eq!(sandbox.sub_accounts(MASTER).len(), 1);
}

#[test]
fn a_name_alone_updates_a_sub_account() {
    let sandbox = world();
    assert_eq!(status(&sandbox, "POST", "/account/sub/2002", json!({"name": "Updated"})), 204);
    let account = sandbox.account(SUB).expect("the account");
    assert_eq!((&account["name"], &account["language"], &account["rights"]), (&json!("Updated"), &json!("en"), &json!(2)));
}

#[test]
fn rights_of_an_update_have_their_own_layout_and_limit() {
    let sandbox = world();
    for (written, read) in [(1, json!(2)), (64, json!(64)), (48, json!(32)), (127, json!(126)), (0, json!(0))] {
        assert_eq!(status(&sandbox, "POST", "/account/sub/2002", json!({"rights": written})), 204);
        assert_eq!(sandbox.account(SUB).expect("the account")["rights"], read);
    }
    for rights in [json!(-1), json!(128), json!("1")] {
        assert_eq!(status(&sandbox, "POST", "/account/sub/2002", json!({"rights": rights})), 400);
    }
}

#[test]
fn a_new_password_of_a_sub_account_destroys_its_tokens() {
    let sandbox = world();
    assert_eq!(status(&sandbox, "POST", "/account/sub/2002", json!({"password": "new-secret"})), 204);
    assert_eq!((sandbox.tokens(SUB).len(), sandbox.tokens(MASTER).len()), (0, 2));
}

#[test]
fn unknown_and_foreign_ids_answer_404() {
    let sandbox = world();
    for id in ["1", "1001", "3003", "4004", "-1", "+2002", "abc", "2002.0", "99999999999999999999", "%32002"] {
        for (method, body) in [("GET", json!(null)), ("POST", json!({"name": "X"})), ("DELETE", json!(null))] {
            let (status, body) = send(&sandbox, method, &format!("/account/sub/{id}"), body);
            assert_eq!((status, body["detailMessage"].is_string()), (404, true), "{method} {id}");
        }
    }
    assert_eq!(sandbox.account_ids().len(), 4);
}

#[test]
fn a_deleted_sub_account_is_gone_with_its_tokens() {
    let sandbox = world();
    assert_eq!(call(&sandbox, "DELETE", "/account/sub/2002").0, 204);
    assert_eq!(call(&sandbox, "GET", "/account/sub/2002").0, 404);
    assert_eq!(call(&sandbox, "DELETE", "/account/sub/2002").0, 404);
    assert_eq!(raw(&sandbox, Some("sub-token"), "GET", "/account", "").0, 401);
    create(&sandbox, "sub@example.com");
}

#[test]
fn the_email_of_a_listing_is_a_regular_expression() {
    let sandbox = world();
    for email in ["ann@example.com", "bob@example.org", "c+d@example.org"] {
        create(&sandbox, email);
    }
    assert_eq!(listed(&sandbox, "?email=%5E(ann%7Cbob)@"), ["ann@example.com", "bob@example.org"]);
    assert_eq!(listed(&sandbox, "?email=@example%5C.org$"), ["bob@example.org", "c+d@example.org"]);
    assert_eq!(listed(&sandbox, "?email=c%5C%2Bd"), ["c+d@example.org"]);
    assert_eq!(listed(&sandbox, "?email=(").len(), 0, "one that cannot be read matches nothing");
    assert_eq!(listed(&sandbox, "?email=((.%7B99%7D)%7B99%7D)%7B99%7D").len(), 0, "nor does one that is too large");
    assert_eq!(listed(&sandbox, "?email=").len(), 4);
}

#[test]
fn a_master_does_not_see_the_sub_accounts_of_another() {
    let (_, accounts) = raw(&world(), Some("other-token"), "GET", "/account/sub", "");
    assert_eq!(accounts.as_array().expect("an array").len(), 1);
    assert_eq!(accounts[0]["accountId"], OTHER_SUB);
}

#[test]
fn a_sub_account_manages_others_only_with_the_right_to() {
    let sandbox = world();
    let list = |sandbox: &Sandbox| raw(sandbox, Some("sub-token"), "GET", "/account/sub", "").0;
    assert_eq!(list(&sandbox), 401);
    assert_eq!(status(&sandbox, "POST", "/account/sub/2002", json!({"rights": 16})), 204);
    assert_eq!(list(&sandbox), 200);
    let body = sub_account("below@example.com").to_string();
    let (_, created) = raw(&sandbox, Some("sub-token"), "PUT", "/account/sub", &body);
    assert_eq!(created["masterAccountId"], MASTER, "it belongs to the master");
}
