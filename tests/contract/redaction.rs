//! What was sent in confidence and comes back in an error, in the forms in which services write it.

use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD, Engine};
use nuki_api::{Error, Method, Operation};
use proptest::prelude::*;
use serde_json::json;

use crate::lab::{Lab, response};
use crate::world::{TOKEN, World, tried};

/// A way to write a text, a piece for each character.
type Form = fn(&str) -> Vec<String>;

const FORMS: [(&str, Form); 13] = [
    ("as it is", |text| text.chars().map(String::from).collect()),
    ("JSON", |text| escaped(text, json_string)),
    ("JSON in ASCII", |text| {
        escaped(text, |c| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect())
    }),
    ("JSON with \\/", |text| escaped(text, |c| if "/\\\"".contains(c) { format!("\\{c}") } else { c.into() })),
    ("URL", |text| escaped(text, |c| percent(c, |byte| format!("%{byte:02X}")))),
    ("URL in lower case", |text| escaped(text, |c| percent(c, |byte| format!("%{byte:02x}")))),
    ("form", |text| escaped(text, |c| url::form_urlencoded::byte_serialize(c.encode_utf8(&mut [0; 4]).as_bytes()).collect())),
    ("HTML", |text| escaped(text, |c| html(c, "&#39;"))),
    ("HTML in hexadecimal", |text| escaped(text, |c| html(c, "&#x27;"))),
    ("Base64", |text| characters(&BASE64_STANDARD.encode(text))),
    ("Base64 without padding", |text| characters(&BASE64_STANDARD_NO_PAD.encode(text))),
    ("Base64 for URLs", |text| characters(&BASE64_URL_SAFE.encode(text))),
    ("Base64 for URLs without padding", |text| characters(&BASE64_URL_SAFE_NO_PAD.encode(text))),
];

fn characters(text: &str) -> Vec<String> {
    text.chars().map(String::from).collect()
}

fn escaped(text: &str, escape: impl Fn(char) -> String) -> Vec<String> {
    text.chars().map(escape).collect()
}

fn json_string(c: char) -> String {
    let quoted = serde_json::to_string(&c).unwrap();
    quoted[1..quoted.len() - 1].to_owned()
}

fn percent(c: char, escape: impl Fn(u8) -> String) -> String {
    if c.is_ascii_alphanumeric() { c.into() } else { c.to_string().bytes().map(escape).collect() }
}

fn html(c: char, apostrophe: &str) -> String {
    match c {
        '&' => "&amp;".to_owned(),
        '"' => "&quot;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '\'' => apostrophe.to_owned(),
        other => other.into(),
    }
}

/// All that an error tells anybody who does not ask for the body.
fn told(error: &Error) -> String {
    format!("{error} {error:?} {error:#?} {}", error.detail().unwrap_or_default())
}

/// Sets the password to `secret`, and is refused with a message.
async fn refused(secret: &str, message: &str) -> Error {
    let lab = Lab::new();
    let body = json!({"detailMessage": message}).to_string();
    lab.on(Operation::AccountUpdate).always().respond(response(400, "application/json", body));
    lab.nuki.account().update("de").password(secret).await.unwrap_err()
}

#[tokio::test]
async fn whatever_form_a_service_writes_a_secret_in_it_is_taken_out() {
    let secret = "grün&\"Tür\" +'0/1\\<%41>~?\u{1f511}";
    for (name, form) in FORMS {
        let error = refused(secret, &format!("what you sent, {}, is not acceptable", form(secret).concat())).await;
        let detail = error.detail().unwrap().replace("[redacted]==", "[redacted]");
        assert_eq!(detail, "what you sent, [redacted], is not acceptable", "{name}");
    }
    tried(FORMS.len(), "form of a repeated secret");
}

#[tokio::test]
async fn what_is_quoted_of_a_whole_request_keeps_the_rest_of_it() {
    let world = World::answering(400, "").await;
    let secret = "correct \"horse\" &c";
    let call = || world.nuki.account().update("de").name("Ada").password(secret);
    call().await.unwrap_err();
    let request = world.requests()[0].body.clone().unwrap().to_string();
    let page = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;");
    for (body, detail) in [
        (
            json!({"description": format!("cannot read {request}")}).to_string(),
            r#"cannot read {"language":"de","name":"Ada","password":"[redacted]"}"#,
        ),
        (format!("cannot read {request}"), r#"cannot read {"language":"de","name":"Ada","password":"[redacted]"}"#),
        (
            format!("<html><title>{}</title></html>", page(&request)),
            "{&quot;language&quot;:&quot;de&quot;,&quot;name&quot;:&quot;Ada&quot;,&quot;password&quot;:&quot;[redacted]&quot;}",
        ),
        (
            json!({"message": json!({"body": request}).to_string()}).to_string(),
            r#"{"body":"{\"language\":\"de\",\"name\":\"Ada\",\"password\":\"[redacted]\"}"}"#,
        ),
    ] {
        let world = World::answering(400, &body).await;
        let error = world.nuki.account().update("de").name("Ada").password(secret).await.unwrap_err();
        assert_eq!(error.detail(), Some(detail));
        assert!(!told(&error).contains("horse"), "{error}");
        assert_eq!(error.body(), body.as_bytes(), "the body is as it came");
    }
}

#[tokio::test]
async fn the_token_own_headers_and_the_query_are_taken_out_as_well() {
    for said in [
        format!("Bearer {TOKEN} is not known"),
        format!("{}... is not known", &TOKEN[..8]),
        "X-Key: Basic canary-header".to_owned(),
        "no canary-header here".to_owned(),
        "nothing matches canary%2Fquery".to_owned(),
    ] {
        let world = World::answering(401, &json!({"error": said}).to_string()).await;
        let call = world.nuki.account().sub_accounts().list().email_matching("canary/query");
        let error = call.header("x-key", "Basic canary-header").await.unwrap_err();
        assert!(error.detail().unwrap().contains("[redacted]"), "{error}");
        assert!(!told(&error).contains("cana"), "{error}");
        let call = world.nuki.request(Method::GET, "/brand").query("name", "canary/query");
        let error = call.header("x-key", "Basic canary-header").send_raw().await.unwrap_err();
        assert!(!told(&error).contains("cana"), "{error}");
    }
}

#[tokio::test]
async fn ordinary_words_stay() {
    let message = "The password does not match: a correct one has a digit in it";
    for secret in ["The password", "does not fit", "correct horse", "a digital one"] {
        let error = refused(secret, message).await;
        // One of them is said as a whole.
        assert_eq!(
            error.detail().unwrap(),
            message.replace("The password", if secret == "The password" { "[redacted]" } else { "The password" })
        );
    }
    let world = World::answering(400, &json!({"error": "pin 12 of 2012 is false"}).to_string()).await;
    let call = world.nuki.account().update("de").alexa_pin("12").keep_api_tokens();
    assert_eq!(call.await.unwrap_err().detail(), Some("pin [redacted] of 2012 is false"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 384, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_four_characters_of_a_secret_stay_in_a_row(
        secret in prop_oneof!["[!-~]{7,24}", "[ -~]{7,24}", "\\PC{7,16}", "[%&\\\\u0-9a-f;+\" ]{7,16}"],
        form in proptest::sample::select(FORMS.to_vec()),
        keep in prop_oneof![Just(None), (4_usize..24).prop_map(Some)],
        before in "[A-Z]{0,4}([ :=(\"'][A-Z]{0,4}){0,70}",
        end in proptest::sample::select(vec!["", ".", "…", "...", " ...", "\" is wrong", "' is wrong", "\\\"}", "&quot;", "%22", "****"]),
        after in "[ :=)\"'.][A-Z ]{0,30}",
    ) {
        let pieces = form.1(&secret);
        let said = match keep {
            Some(keep) => format!("{}{end}", pieces[..keep.min(pieces.len())].concat()),
            None => format!("{}{after}", pieces.concat()),
        };
        let message = format!("{before}{said}");
        // What stands around it tells nothing of it.
        let runs = pieces.windows(4).map(|run| run.concat()).filter(|run| !run.trim().is_empty()).collect::<Vec<_>>();
        let around = format!("{before} {after} {end} [redacted][redacted] is wrong account_update (POST /account) failed with 400 Bad Request");
        prop_assume!(runs.iter().all(|run| !around.contains(run.as_str())));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let error = runtime.block_on(refused(&secret, &message));
        let detail = error.detail().unwrap_or_default();
        for run in runs {
            prop_assert!(!told(&error).contains(&run) && !detail.contains(&run), "{}: {run:?} of {secret:?} stays in {detail:?}", form.0);
        }
    }
}
