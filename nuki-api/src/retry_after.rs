//! The header `Retry-After`, in both of its forms.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::RETRY_AFTER;

/// How long the service asks to wait: a number of seconds, or the time until a date. A date in the past is no wait. What no
/// `Duration` or no date can hold is the longest wait, since it surely does not mean at once.
pub(crate) fn parse(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number(text) {
        return Some(text.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    if let Ok(date) = httpdate::parse_http_date(text) {
        return Some(date.duration_since(now).unwrap_or_default());
    }
    let is_far_away = text.ends_with(" GMT") && text.split(' ').any(|word| word.len() > 4 && is_number(word));
    is_far_away.then_some(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(text: &str) -> Option<u64> {
        let now = httpdate::parse_http_date("Wed, 21 Oct 2026 07:28:00 GMT").unwrap();
        let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
        parse(&headers, now).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_and_dates_are_read() {
        assert_eq!(wait("0"), Some(0));
        assert_eq!(wait(" 120 "), Some(120));
        assert_eq!(wait("Wed, 21 Oct 2026 07:28:30 GMT"), Some(30));
        assert_eq!(wait("Wed, 21 Oct 2026 07:00:00 GMT"), Some(0));
    }

    #[test]
    fn what_cannot_be_held_is_a_long_wait() {
        for text in ["99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "Sat, 01 Jan 99999 00:00:00 GMT"] {
            assert!(wait(text).unwrap() > 200_000_000_000, "{text}");
        }
    }

    #[test]
    fn anything_else_is_passed_over() {
        for text in ["", "soon", "-1", "1.5", "+5", "12345 GMT+1", "Sat, 32 Jan 2026 00:00:00 GMT"] {
            assert_eq!(wait(text), None, "{text}");
        }
        assert_eq!(parse(&HeaderMap::new(), SystemTime::now()), None);
    }
}
