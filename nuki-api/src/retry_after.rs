//! The header `Retry-After`, in both of its forms.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::RETRY_AFTER;

/// How long the service asks to wait: seconds, or a date that lies ahead of `now`. A date in the past is no wait.
pub(crate) fn parse(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
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
    fn anything_else_is_passed_over() {
        for text in ["", "soon", "-1", "1.5", "99999999999999999999"] {
            assert_eq!(wait(text), None, "{text}");
        }
        assert_eq!(parse(&HeaderMap::new(), SystemTime::now()), None);
    }
}
