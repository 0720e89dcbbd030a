//! Finds what the service says in the body of an error, in all the forms that it and the proxies before it use.

use serde_json::Value;

use crate::redact::Secrets;

/// How much of a message is shown, in characters.
const MAX_DETAIL: usize = 300;

/// The best message of a body: a member of its JSON, the title of its HTML, or its text. What was sent in confidence is
/// taken out, should the service repeat it.
pub(super) fn find(body: &[u8], secrets: &Secrets) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?.trim_start_matches('\u{feff}').trim();
    let message = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(members)) => {
            // A Java Throwable, a Restlet status, an OAuth error; the latter two have a second-best.
            let names = ["detailMessage", "description", "error_description", "message", "reasonPhrase", "error"];
            let message = names.iter().find_map(|name| members.get(*name)?.as_str().filter(|text| !text.trim().is_empty()));
            message?.to_owned()
        }
        Ok(Value::String(message)) => message,
        Ok(_) => return None,
        Err(_) if text.starts_with('<') => title(text)?.to_owned(),
        // JSON that was cut short says nothing that a person can read.
        Err(_) if text.starts_with(['{', '[', '"']) => return None,
        Err(_) => text.to_owned(),
    };
    one_line(&secrets.redact(&message))
}

fn title(html: &str) -> Option<&str> {
    let lower = html.to_ascii_lowercase();
    let start = lower.find("<title>")? + "<title>".len();
    let end = start + lower[start..].find("</title>")?;
    html.get(start..end)
}

/// The text in one line, and not too long a one.
pub(crate) fn one_line(message: &str) -> Option<String> {
    let words = message.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    let shown = line.chars().take(MAX_DETAIL).collect::<String>();
    (!shown.is_empty()).then_some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_was_seen_gives_its_message() {
        for (body, message) in [
            (
                r#"{"detailMessage":"Your access token is not authorized","stackTrace":[],"suppressedExceptions":[]}"#,
                Some("Your access token is not authorized"),
            ),
            (r#"{"stackTrace":[],"suppressedExceptions":[]}"#, None),
            (
                r#"{"code":500,"description":"It broke","homeRef":"/","reasonPhrase":"Internal Server Error","uri":"x"}"#,
                Some("It broke"),
            ),
            (r#"{"code":500,"description":null,"reasonPhrase":"Internal Server Error"}"#, Some("Internal Server Error")),
            (r#"{"error":"invalid_client","error_description":"Unknown client"}"#, Some("Unknown client")),
            (r#"{"error":"invalid_client"}"#, Some("invalid_client")),
            ("<html>\r\n<head><title>502 Bad Gateway</title></head><body>..</body></html>", Some("502 Bad Gateway")),
            ("<html><body>no title</body></html>", None),
            ("403 Forbidden", Some("403 Forbidden")),
            ("", None),
            ("\"quoted\"", Some("quoted")),
            ("{\"detailMessage\":\"cut sho", None),
            ("[1,2]", None),
            ("two\nlines\u{7}", Some("two lines")),
        ] {
            assert_eq!(find(body.as_bytes(), &Secrets::default()).as_deref(), message, "{body}");
        }
        assert_eq!(find(&[0xff, 0xfe], &Secrets::default()), None);
    }

    #[test]
    fn a_long_message_is_cut() {
        let message = find("é".repeat(10_000).as_bytes(), &Secrets::default()).unwrap();
        assert_eq!(message.chars().count(), MAX_DETAIL);
    }

    #[test]
    fn a_secret_that_the_service_repeats_is_taken_out() {
        let body = format!("{}the password hunter22 is too weak", "x".repeat(MAX_DETAIL - 18));
        let message = find(body.as_bytes(), &Secrets::from(["hunter22", ""])).unwrap();
        assert!(!message.contains("hunt"), "{message}");
        let secrets = Secrets::from(["4821", "482193", "abcdef"]);
        assert_eq!(find(b"482193 is not abcdef", &secrets).unwrap(), "[redacted] is not [redacted]");
    }
}
