//! One change in the vendor's document is one line, in both forms.

use serde_json::json;

use super::diff;
use crate::contract::sample::{FORMS, Sample, lock};

/// The lines that tell of a change of the document, which must be the same for both forms.
fn lines(change: impl Fn(&mut Sample)) -> Vec<String> {
    let [openapi, swagger] = FORMS.map(|form| {
        let mut sample = Sample::new(form);
        change(&mut sample);
        let contract = sample.contract().expect("the changed document can be read");
        let changes = diff(&lock(), &contract);
        changes.iter().map(|change| format!("{}: {}", change.group.title(), change.line())).collect::<Vec<_>>()
    });
    assert_eq!(openapi, swagger, "both forms tell the same");
    openapi
}

#[test]
fn an_unchanged_document_is_no_difference() {
    assert_eq!(lines(|_| {}), [""; 0]);
}

#[test]
fn both_forms_give_the_lock_byte_for_byte() {
    for form in FORMS {
        let contract = Sample::new(form).contract().expect("the sample can be read");
        assert_eq!(contract.to_lock().expect("a lock"), lock().to_lock().expect("a lock"));
    }
}

#[test]
fn an_operation_removed() {
    let found = lines(|doc| drop(doc.path("/account/otp").remove("delete")));
    assert_eq!(found, ["Breaking for callers: DELETE /account/otp · operation removed"]);
}

#[test]
fn an_operation_added() {
    let found = lines(|doc| {
        let operation = doc.operation("GET /account").clone();
        doc.path("/account/otp").insert("get".to_owned(), operation);
    });
    assert_eq!(found, ["Additive: GET /account/otp · operation added"]);
}

#[test]
fn a_tag_is_no_part_of_the_contract() {
    let found = lines(|doc| doc.operation("DELETE /account/otp")["tags"] = json!(["AccountUser"]));
    assert_eq!(found, [""; 0]);
    let found = lines(|doc| drop(doc.path("/smartlock").remove("get")));
    assert_eq!(found[0], "Breaking for callers: GET /smartlock · operation removed", "operations of every tag are compared");
}

#[test]
fn a_parameter_made_required() {
    let found = lines(|doc| doc.parameter("GET /account/sub", "email")["required"] = json!(true));
    assert_eq!(found, ["Breaking for callers: GET /account/sub · query email · presence optional -> required"]);
}

#[test]
fn a_parameter_moved() {
    let found = lines(|doc| doc.parameter("GET /account/sub", "email")["in"] = json!("header"));
    assert_eq!(found, ["Breaking for callers: GET /account/sub · query email · place query -> header"]);
}

#[test]
fn a_parameter_removed_while_another_is_added() {
    let found = lines(|doc| doc.parameter("GET /account/sub", "email")["name"] = json!("mail"));
    let line = "GET /account/sub · query";
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains(&format!("{line} email · parameter removed")), "{found:?}");
    assert!(found[1].contains(&format!("{line} mail · parameter added")), "{found:?}");
}

#[test]
fn a_parameter_added() {
    let found = lines(|doc| doc.add_parameter("GET /account/sub", "page", false));
    assert_eq!(found, ["Additive: GET /account/sub · query page · parameter added: string, optional"]);
    let found = lines(|doc| doc.add_parameter("GET /account/sub", "page", true));
    assert_eq!(found, ["Breaking for callers: GET /account/sub · query page · parameter added: string, required"]);
}

#[test]
fn a_parameter_retyped() {
    let found = lines(|doc| doc.parameter_schema("GET /account/sub/{accountId}", "accountId")["type"] = json!("string"));
    assert_eq!(found, ["Breaking for callers: GET /account/sub/{accountId} · path accountId · type integer -> string"]);
}

#[test]
fn a_default_changed() {
    let found = lines(|doc| doc.parameter_schema("POST /account", "deleteApiTokens")["default"] = json!(false));
    assert_eq!(found, ["Breaking for callers: POST /account · query deleteApiTokens · default true -> false"]);
}

#[test]
fn a_request_body_made_optional() {
    let found = lines(|doc| doc.body("POST /account")["required"] = json!(false));
    assert_eq!(found, ["Additive: POST /account · body · presence required -> optional"]);
}

#[test]
fn a_request_body_removed() {
    let found = lines(|doc| doc.remove_body("POST /account/otp"));
    assert_eq!(found, ["Breaking for callers: POST /account/otp · body · request body removed: AccountOtpEnable, required"]);
}

#[test]
fn a_status_added() {
    let found = lines(|doc| doc.operation("PUT /account/sub")["responses"]["409"] = json!({"description": "prose"}));
    assert_eq!(found, ["Additive: PUT /account/sub · 409 · status added: no body"]);
    let found = lines(|doc| doc.operation("PUT /account/sub")["responses"]["202"] = json!({"description": "prose"}));
    assert_eq!(found, ["Breaking for readers: PUT /account/sub · 202 · status added: no body"]);
}

#[test]
fn a_body_where_there_was_none() {
    let found = lines(|doc| *doc.response("POST /account", "204") = json!({"type": "string"}));
    assert_eq!(found, ["Breaking for readers: POST /account · 204 · response body no body -> string"]);
}

#[test]
fn an_array_turned_single() {
    let found = lines(|doc| {
        *doc.response("GET /account/integration", "200") = doc.reference("AccountIntegration");
    });
    let line = "GET /account/integration · 200 · type array of AccountIntegration -> AccountIntegration";
    assert_eq!(found, [format!("Breaking for readers: {line}")]);
}

#[test]
fn another_schema_comes_back() {
    let found = lines(|doc| *doc.response("GET /account", "200") = doc.reference("Account"));
    assert_eq!(found, ["Breaking for readers: GET /account · 200 · type MyAccount -> Account"]);
}

#[test]
fn a_member_added() {
    let found = lines(|doc| *doc.member("AccountSubCreate", "note") = json!({"type": "string"}));
    assert_eq!(found, ["Additive: PUT /account/sub · AccountSubCreate.note · member added: string, optional"]);
    let found = lines(|doc| {
        *doc.member("AccountSubCreate", "note") = json!({"type": "string"});
        doc.schema("AccountSubCreate")["required"].as_array_mut().expect("a list").push(json!("note"));
    });
    assert_eq!(found, ["Breaking for callers: PUT /account/sub · AccountSubCreate.note · member added: string, required"]);
}

#[test]
fn a_member_removed() {
    let found = lines(|doc| {
        doc.schema("AccountIntegration")["properties"].as_object_mut().expect("members").remove("warning");
    });
    assert_eq!(
        found,
        ["Breaking for readers: GET /account/integration · AccountIntegration.warning · member removed: boolean, optional"]
    );
}

#[test]
fn a_member_retyped() {
    let found = lines(|doc| *doc.member("AccountIntegration", "sortOrder") = json!({"type": "string"}));
    assert_eq!(
        found,
        ["Breaking for readers: GET /account/integration · AccountIntegration.sortOrder · type integer int32 -> string"]
    );
}

#[test]
fn a_member_made_required() {
    let found = lines(|doc| doc.schema("AccountSubUpdate")["required"] = json!(["language", "name"]));
    assert_eq!(
        found,
        ["Breaking for callers: POST /account/sub/{accountId} · AccountSubUpdate.name · presence optional -> required"]
    );
}

#[test]
fn an_enum_value_added_or_removed() {
    let found = lines(|doc| doc.member("AccountIntegration", "version")["enum"] = json!(["HYDRA", "LEGACY", "NEXT"]));
    assert_eq!(found, ["Breaking for readers: GET /account/integration · AccountIntegration.version · enum value NEXT added"]);
    let found = lines(|doc| doc.member("AccountSetting.Web", "deviceViewType")["enum"] = json!(["LIST"]));
    assert_eq!(
        found,
        ["Breaking for callers: GET /account/setting, PUT /account/setting · AccountSetting.Web.deviceViewType · \
          enum value TILE removed"]
    );
}

#[test]
fn a_limit_changed() {
    let found = lines(|doc| doc.member("AccountSubCreate", "password")["minLength"] = json!(7));
    assert_eq!(found, ["Breaking for callers: PUT /account/sub · AccountSubCreate.password · minLength added: 7"]);
    let found = lines(|doc| doc.member("AccountSubCreate", "rights")["maximum"] = json!(63));
    assert_eq!(found, ["Additive: PUT /account/sub · AccountSubCreate.rights · maximum 31 -> 63"]);
    let found = lines(|doc| doc.member("Account", "rights")["maximum"] = json!(255));
    assert_eq!(
        found,
        ["Breaking for readers: GET /account/sub, GET /account/sub/{accountId} · Account.rights · maximum 127 -> 255"]
    );
}

#[test]
fn members_beyond_the_named_ones() {
    let found = lines(|doc| doc.schema("AccountSubCreate")["additionalProperties"] = json!(false));
    let line = "PUT /account/sub · AccountSubCreate · additionalProperties";
    assert_eq!(found, [format!("Breaking for callers: {line} anything -> forbidden")]);
    let mut sample = Sample::new(FORMS[0]);
    let mut now = |value: Option<serde_json::Value>| {
        match value {
            Some(value) => sample.schema("AccountSubCreate")["additionalProperties"] = value,
            None => drop(sample.schema("AccountSubCreate").as_object_mut().expect("a schema").remove("additionalProperties")),
        }
        sample.contract().expect("the changed document can be read")
    };
    let (any, closed) = (now(None), now(Some(json!(false))));
    let (texts, numbers) = (now(Some(json!({"type": "string"}))), now(Some(json!({"type": "integer"}))));
    for (old, new, line) in [
        (&closed, &any, "PUT /account/sub · AccountSubCreate · additionalProperties forbidden -> anything"),
        (&closed, &texts, "PUT /account/sub · AccountSubCreate · additionalProperties forbidden -> string"),
        (&any, &texts, "PUT /account/sub · AccountSubCreate · additionalProperties anything -> string"),
        (&texts, &numbers, "PUT /account/sub · AccountSubCreate{} · type string -> integer"),
    ] {
        let changes = diff(old, new);
        assert_eq!(changes.iter().map(|change| change.line()).collect::<Vec<_>>(), [line]);
        let breaks = !line.contains("forbidden ->");
        assert_eq!(changes[0].group.title().starts_with("Breaking"), breaks, "{line}");
    }
}

#[test]
fn a_member_that_may_be_null() {
    let key = |doc: &Sample| {
        if doc.document.get("swagger").is_some() { "x-nullable" } else { "nullable" }
    };
    let found = lines(|doc| {
        let key = key(doc);
        doc.member("AccountIntegration", "name")[key] = json!(true);
    });
    assert_eq!(found, ["Breaking for readers: GET /account/integration · AccountIntegration.name · nullable added: true"]);
}

#[test]
fn a_schema_of_many_operations_is_told_of_once() {
    let found = lines(|doc| *doc.member("Account.Profile", "state") = json!({"type": "string"}));
    assert_eq!(found, ["Additive: GET /account and 5 more · Account.Profile.state · member added: string, optional"]);
}

#[test]
fn a_scope_changed() {
    let found = lines(|doc| doc.operation("GET /account")["security"] = json!([{"oauth": ["account", "smartlock"]}]));
    assert_eq!(found, ["Breaking for callers: GET /account · security oauth2(account) -> oauth2(account, smartlock)"]);
}

#[test]
fn an_operation_id_is_no_part_of_the_contract() {
    let found = lines(|doc| doc.operation("GET /account")["operationId"] = json!("getAccount"));
    assert_eq!(found, [""; 0], "nothing on the wire shows it");
}

#[test]
fn another_version() {
    let found = lines(|doc| doc.document["info"]["version"] = json!("9.0.0"));
    assert_eq!(found, [format!("Other: document · version {} -> 9.0.0", lock().version)]);
}

#[test]
fn a_schema_renamed() {
    let found = lines(|doc| {
        let schema = doc.schema("TermsOfUse").clone();
        *doc.schema("Terms") = schema;
        let reference = doc.reference("Terms");
        *doc.member("Account", "apiTermsOfUse") = reference.clone();
        *doc.member("MyAccount", "apiTermsOfUse") = reference;
    });
    assert_eq!(found, ["Other: GET /account and 3 more · TermsOfUse · schema name TermsOfUse -> Terms"]);
}

#[test]
fn a_schema_is_not_renamed_while_the_old_one_stays_or_when_it_has_other_members() {
    let found = lines(|doc| {
        let copy = doc.schema("TermsOfUse").clone();
        *doc.schema("Terms") = copy;
        *doc.member("Account", "apiTermsOfUse") = doc.reference("Terms");
    });
    let line = "Breaking for readers: GET /account/sub, GET /account/sub/{accountId} · Account.apiTermsOfUse";
    assert_eq!(found, [format!("{line} · type TermsOfUse -> Terms")]);
    let found = lines(|doc| {
        *doc.schema("Terms") = json!({"type": "object", "properties": {"other": {"type": "string"}}});
        for schema in ["Account", "MyAccount"] {
            *doc.member(schema, "apiTermsOfUse") = doc.reference("Terms");
        }
    });
    assert!(found.iter().all(|line| line.ends_with("type TermsOfUse -> Terms")), "{found:?}");
}

#[test]
fn texts_of_different_names_are_compared_as_if_they_stood_in_place() {
    let [old, new] = [("One", 3), ("Two", 4)].map(|(name, length)| {
        let mut sample = Sample::new(FORMS[0]);
        *sample.schema(name) = json!({"type": "string", "maxLength": length});
        *sample.member("AccountIntegration", "name") = sample.reference(name);
        sample.contract().expect("the changed document can be read")
    });
    let lines = diff(&old, &new).iter().map(|change| change.line()).collect::<Vec<_>>();
    assert_eq!(lines, ["GET /account/integration · AccountIntegration.name · maxLength 3 -> 4"]);
}

#[test]
fn a_cycle_of_references_ends() {
    let found = lines(|doc| *doc.member("StaleDevice", "inner") = doc.reference("StaleDevice"));
    assert_eq!(
        found,
        ["Additive: GET /account/setting, PUT /account/setting · StaleDevice.inner · member added: StaleDevice, optional"]
    );
    let mut sample = Sample::new(FORMS[0]);
    *sample.member("StaleDevice", "inner") = sample.reference("StaleDevice");
    let cyclic = sample.contract().expect("a cycle can be read");
    assert_eq!(diff(&cyclic, &cyclic), []);
}

#[test]
fn a_change_names_our_files() {
    let mut sample = Sample::new(FORMS[0]);
    sample.member("AccountSubCreate", "password")["minLength"] = json!(7);
    let changes = diff(&lock(), &sample.contract().expect("the changed document can be read"));
    let files: Vec<String> = changes.iter().flat_map(super::Change::files).collect();
    let expected = ["nuki-api/src/account/sub_accounts.rs", "openapi/nuki-account.yaml", "tests/contract/sub_accounts.rs"];
    assert_eq!(files, expected);
}
