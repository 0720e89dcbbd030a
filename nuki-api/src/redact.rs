//! Takes what was sent in confidence out of what the service says, in the forms in which services say it.
//!
//! A character may be written as it is, or as an escape of JSON, of URLs or of HTML; a form is searched for character by
//! character, whatever mixture a service writes. What is escaped twice, such as JSON in a page, is found as well: one layer
//! is undone beforehand. Base64 is searched for as a text of its own.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
use http::{HeaderName, HeaderValue};
use nuki_api_gen::{Request, SECRET_MEMBERS};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::error::CallName;
use crate::token::Token;

/// What is shorter is found as a whole word only, and a part that is shorter tells nothing, in characters.
const SHORTEST: usize = 4;
/// How much of a text is looked at, in characters; the rest is never shown.
const LOOKED_AT: usize = 4096;
const REDACTED: &str = "[redacted]";

/// What a call sent in confidence.
#[derive(Default)]
pub(crate) struct Secrets(Vec<Zeroizing<String>>);

impl Secrets {
    /// The token, the values of the call's own headers, of the query, and of secret members of the body. Of an endpoint that
    /// is not known that is every value of the body that is long enough to be a PIN, whatever its name.
    pub(crate) fn of(call: &CallName, request: &Request, token: Option<&Token>, headers: &[(HeaderName, HeaderValue)]) -> Self {
        let mut secrets = Self::default();
        if let Some(token) = token {
            secrets.add(token.expose());
        }
        if let Some(body) = request.body.as_deref().and_then(|body| serde_json::from_slice(body).ok()) {
            secrets.add_members(body, false, call.operation().is_none());
        }
        for (_, value) in request.url().query_pairs() {
            if is_long(&value) && !matches!(&*value, "true" | "false") {
                secrets.add(&value);
            }
        }
        for (_, value) in headers {
            let text = String::from_utf8_lossy(value.as_bytes());
            secrets.add(&text);
            // A service may speak of the credentials without their scheme, or of one cookie.
            for part in text.split([' ', ';', ',', '=']).filter(|part| is_long(part) && *part != text) {
                secrets.add(part);
            }
            if !text.is_ascii() {
                // As servers read it that take a header for Latin-1.
                secrets.0.push(value.as_bytes().iter().copied().map(char::from).collect::<String>().into());
            }
        }
        secrets
    }

    fn add(&mut self, secret: &str) {
        self.0.push(Zeroizing::new(secret.to_owned()));
    }

    /// Takes the body apart, so that no copy of what stands in it is left.
    fn add_members(&mut self, value: Value, named: bool, all: bool) {
        let text = Zeroizing::new(match value {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Array(items) => return items.into_iter().for_each(|item| self.add_members(item, named, all)),
            Value::Object(members) => {
                return members.into_iter().for_each(|(name, value)| self.add_members(value, named || is_secret(&name), all));
            }
            Value::Null | Value::Bool(_) => return,
        });
        if named || (all && is_long(&text)) {
            self.0.push(text);
        }
    }

    /// The text without them: each place where one is repeated becomes `[redacted]`.
    pub(crate) fn redact(&self, text: &str) -> String {
        let text = text.char_indices().nth(LOOKED_AT).map_or(text, |(end, _)| &text[..end]);
        let mut told = vec![false; text.len()];
        // Where nothing is escaped, the layer is that of the text as it is.
        let is_there = |escape: &Option<u8>| escape.is_none_or(|escape| text.as_bytes().contains(&escape));
        let escapes = [None, Some(b'\\'), Some(b'%'), Some(b'&')].into_iter().filter(is_there);
        let layers = escapes.map(|escape| Layer::of(text, escape)).collect::<Vec<_>>();
        for form in self.forms() {
            for layer in &layers {
                layer.find(&form, &mut told);
            }
        }
        let mut redacted = String::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            if !told[at] {
                redacted.push(c);
            } else if at == 0 || !told[at - 1] {
                redacted.push_str(REDACTED);
            }
        }
        redacted
    }

    fn forms(&self) -> Vec<Zeroizing<String>> {
        let engines = [BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD];
        let mut forms = Vec::new();
        for secret in self.0.iter().filter(|secret| !secret.trim().is_empty()) {
            forms.push(secret.clone());
            forms.extend(engines.iter().map(|engine| Zeroizing::new(engine.encode(secret.as_bytes()))));
        }
        forms.sort_unstable_by(|one, other| one.as_str().cmp(other));
        forms.dedup();
        forms
    }
}

/// The members that the document marks, and those that a later version may have: what was read is sent back.
fn is_secret(name: &str) -> bool {
    let name_ends_with = |end: &&str| name.to_ascii_lowercase().ends_with(end);
    SECRET_MEMBERS.contains(&name) || ["pin", "password", "secret", "token"].iter().any(name_ends_with)
}

fn is_long(text: &str) -> bool {
    text.chars().nth(SHORTEST - 1).is_some()
}

/// A text with one kind of escapes undone, and where each byte of it came from.
struct Layer {
    text: String,
    /// One more than there are bytes.
    origins: Vec<usize>,
}

impl Layer {
    /// Undoes the escapes that begin with this byte.
    fn of(source: &str, escape: Option<u8>) -> Self {
        let (mut text, mut origins, mut at) = (String::with_capacity(source.len()), Vec::with_capacity(source.len() + 1), 0);
        while let Some(literal) = source[at..].chars().next() {
            let unescaped = if source.as_bytes().get(at).copied() == escape { unescape(&source[at..]) } else { None };
            let (c, length) = unescaped.unwrap_or((literal, literal.len_utf8()));
            text.push(c);
            origins.resize(text.len(), at);
            at += length;
        }
        origins.push(at);
        Self { text, origins }
    }

    /// Marks the places of the source that tell `secret`, or the beginning of it.
    fn find(&self, secret: &str, told: &mut [bool]) {
        let length = secret.chars().count();
        let is_part_of_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        for (start, _) in self.text.char_indices() {
            let (before, text) = self.text.split_at(start);
            let read = read(text, secret);
            let Some(&(count, end)) = read.last() else { continue };
            let tells = if count < length {
                // What shows the cut may be read as the next character of the secret.
                read.iter().any(|&(count, end)| count >= SHORTEST && is_cut(&text[end..]))
            } else {
                length >= SHORTEST
                    || !(is_part_of_word(before.chars().next_back()) || is_part_of_word(text[end..].chars().next()))
            };
            if tells {
                told[self.origins[start]..self.origins[start + end]].fill(true);
            }
        }
    }
}

/// How many characters of `secret` stand at the start of `text`, and where they end: every such pair, in order. An escape is
/// ambiguous when the secret holds what looks like one.
fn read(text: &str, secret: &str) -> Vec<(usize, usize)> {
    let mut read = Vec::new();
    let mut ends = vec![0];
    for (at, wanted) in secret.chars().enumerate() {
        let mut next = Vec::new();
        for end in ends {
            let fits = readings(&text[end..]).into_iter().flatten().filter(|(c, _)| is_same(*c, wanted));
            next.extend(fits.map(|(_, length)| end + length));
        }
        if next.is_empty() {
            break;
        }
        next.sort_unstable();
        next.dedup();
        read.extend(next.iter().map(|end| (at + 1, *end)));
        ends = next;
    }
    read
}

/// A form writes a space as `+`, and a service that takes a text for one reads a `+` as a space.
fn is_same(c: char, wanted: char) -> bool {
    c == wanted || (matches!(c, ' ' | '+') && matches!(wanted, ' ' | '+'))
}

/// Whether a text that ends here was cut short: by its end, an ellipsis, a mask or a closing quote, or within an escape.
fn is_cut(rest: &str) -> bool {
    let ends = |rest: &str| {
        let next = rest.trim_start();
        next.trim_start_matches('.').trim_start().is_empty()
            || next.starts_with("..")
            || next.starts_with('…')
            || readings(rest).into_iter().flatten().any(|(c, _)| "\"'`´’”»…*•".contains(c))
    };
    let in_escape = |c: char| c.is_ascii_alphanumeric() || "#%\\".contains(c);
    ends(rest) || (rest.starts_with(['\\', '%', '&']) && ends(rest[1..].trim_start_matches(in_escape)))
}

/// What the first character of a text can mean, and how many bytes it takes: itself, or what its escape stands for.
fn readings(text: &str) -> [Option<(char, usize)>; 2] {
    [text.chars().next().map(|c| (c, c.len_utf8())), unescape(text)]
}

fn unescape(text: &str) -> Option<(char, usize)> {
    match text.as_bytes().first()? {
        b'\\' => unescape_json(text),
        b'%' => unescape_url(text),
        b'&' => unescape_html(text),
        _ => None,
    }
}

fn unescape_json(text: &str) -> Option<(char, usize)> {
    let c = match text.chars().nth(1)? {
        c @ ('"' | '\'' | '\\' | '/') => c,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let unit = |at| u16::from_str_radix(text.get(at..at + 6)?.strip_prefix("\\u")?, 16).ok();
            let first = unit(0)?;
            return match char::from_u32(first.into()) {
                Some(c) => Some((c, 6)),
                None => Some((char::decode_utf16([first, unit(6)?]).next()?.ok()?, 12)),
            };
        }
        _ => return None,
    };
    Some((c, 2))
}

fn unescape_url(text: &str) -> Option<(char, usize)> {
    let byte = |at: usize| u8::from_str_radix(text.get(at..at + 3)?.strip_prefix('%')?, 16).ok();
    let bytes = (0..4).map_while(|n| byte(3 * n)).collect::<Vec<_>>();
    let utf8 = (1..=bytes.len()).find_map(|n| Some((std::str::from_utf8(&bytes[..n]).ok()?.chars().next()?, 3 * n)));
    // Old services encode Latin-1.
    utf8.or(Some((char::from(*bytes.first()?), 3)))
}

fn unescape_html(text: &str) -> Option<(char, usize)> {
    const LONGEST: usize = 10;
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let c = match &text[1..end] {
        "amp" => '&',
        "apos" => '\'',
        "gt" => '>',
        "lt" => '<',
        "quot" => '"',
        number => {
            let digits = number.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((c, end + 1))
}

#[cfg(test)]
impl<const N: usize> From<[&str; N]> for Secrets {
    fn from(secrets: [&str; N]) -> Self {
        Self(secrets.map(|secret| Zeroizing::new(secret.to_owned())).into())
    }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use nuki_api_gen::{Operation, RetryClass};

    use super::*;

    fn request(body: &'static str) -> Request {
        let mut request = Request::new(Method::POST, "https://h?code=2222&a=1&b=false".parse().unwrap());
        request.body = Some(body.into());
        request
    }

    fn found(secrets: &Secrets) -> Vec<&str> {
        secrets.0.iter().map(|secret| secret.as_str()).collect()
    }

    fn other() -> CallName {
        CallName::Other(Method::POST, "/x".to_owned(), RetryClass::Guarded)
    }

    #[test]
    fn secrets_are_found_wherever_they_stand_in_a_body() {
        let request = request(r#"[{"name":"Ada Lovelace","config":{"alexaPin":"1111","watchPin":7}},{"password":"hush"}]"#);
        let token = "token".parse().unwrap();
        let call = CallName::Operation(Operation::AccountUpdate.info());
        assert_eq!(found(&Secrets::of(&call, &request, Some(&token), &[])), ["token", "1111", "7", "hush", "2222"]);
    }

    #[test]
    fn what_is_sent_to_an_unknown_endpoint_is_secret_unless_it_is_short() {
        let request = request(r#"{"pins":[123456],"on":true,"kind":"pin","deep":{"code":"8765"},"password":"abc"}"#);
        assert_eq!(found(&Secrets::of(&other(), &request, None, &[])), ["8765", "abc", "123456", "2222"]);
    }

    #[test]
    fn a_header_is_secret_as_a_whole_and_in_its_parts() {
        let header = |value| (HeaderName::from_static("x"), HeaderValue::from_str(value).unwrap());
        let headers = [header("Basic dXNlcjpwYXNz"), header("1"), header("ké")];
        let secrets = Secrets::of(&other(), &Request::new(Method::GET, "https://h".parse().unwrap()), None, &headers);
        assert_eq!(found(&secrets), ["Basic dXNlcjpwYXNz", "Basic", "dXNlcjpwYXNz", "1", "ké", "kÃ©"]);
    }

    #[test]
    fn of_a_secret_within_another_neither_leaves_a_part() {
        let secrets = Secrets::from(["4821", "482193", "abcdef", "cdefgh", " ", ""]);
        assert_eq!(secrets.redact("482193 is not abcdefgh, nor abcdef4821 "), "[redacted] is not [redacted], nor [redacted] ");
    }

    #[test]
    fn a_short_secret_is_a_whole_word() {
        let secrets = Secrets::from(["12"]);
        assert_eq!(
            secrets.redact("12 is not 123, nor 012: \"12\" (MTI=)"),
            "[redacted] is not 123, nor 012: \"[redacted]\" ([redacted])"
        );
    }

    #[test]
    fn the_beginning_of_a_secret_is_one_only_where_it_was_cut_short() {
        let secrets = Secrets::from(["correct hörse"]);
        for text in [
            "corr",
            "corr.",
            "correct h...",
            "correct \u{2026}",
            "correct h**",
            "'corre' is",
            "correct%20h%C3",
            "correct h\\u00f",
        ] {
            assert!(
                secrets.redact(text).starts_with(if text.starts_with('\'') { "'[redacted]'" } else { "[redacted]" }),
                "{text}"
            );
        }
        for text in ["The correct one is another", "cor", "a corr, and more"] {
            assert_eq!(secrets.redact(text), text);
        }
    }

    #[test]
    fn what_looks_like_an_escape_may_be_one_or_not() {
        let secret = r#"a%41\"b&amp;+c"#;
        let secrets = Secrets::from([secret]);
        let json = serde_json::to_string(secret).unwrap();
        let html = secret.replace('&', "&amp;").replace('"', "&#034;");
        let twice = json.replace('&', "&amp;").replace('"', "&quot;");
        for text in [secret, json.trim_matches('"'), &html, twice.trim_start_matches("&quot;").trim_end_matches("&quot;")] {
            assert_eq!(secrets.redact(&format!("x {text} y")), "x [redacted] y");
        }
    }

    #[test]
    fn a_text_without_end_is_cut() {
        assert_eq!(Secrets::from(["secret"]).redact(&"é".repeat(1 << 16)).chars().count(), LOOKED_AT);
    }
}
