//! Dates as the service writes them, `2025-05-12T14:45:40.629Z`.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::{self, Deserializer, Visitor};

/// Reads a date that may be absent or `null`.
pub(crate) fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    deserializer.deserialize_option(Optional)
}

/// Reads a date that has to be there.
#[allow(dead_code, reason = "whether it is used depends on the document")]
pub(crate) fn required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    optional(deserializer)?.ok_or_else(|| de::Error::custom("not a date and time by RFC 3339"))
}

struct Optional;

impl<'de> Visitor<'de> for Optional {
    type Value = Option<DateTime<Utc>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date and time by RFC 3339")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        parse(text).map(Some).ok_or_else(|| E::custom("not a date and time by RFC 3339"))
    }
}

/// Whatever chrono reads as RFC 3339, and a good deal faster where the form is the service's own.
fn parse(text: &str) -> Option<DateTime<Utc>> {
    fast(text).or_else(|| text.parse().ok())
}

/// `YYYY-MM-DDTHH:MM:SS[.fraction]Z`, the fraction of up to nine digits; anything else is left to chrono.
fn fast(text: &str) -> Option<DateTime<Utc>> {
    let bytes = text.as_bytes();
    let (head, tail) = bytes.split_at_checked(19)?;
    for (at, byte) in [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')] {
        if head[at] != byte {
            return None;
        }
    }
    let number = |range: std::ops::Range<usize>| digits(&head[range]);
    let nanos = match tail {
        b"Z" => 0,
        [b'.', fraction @ .., b'Z'] if (1..=9).contains(&fraction.len()) => {
            digits(fraction)? * 10_u32.pow(9 - u32::try_from(fraction.len()).ok()?)
        }
        _ => return None,
    };
    let day = chrono::NaiveDate::from_ymd_opt(i32::try_from(number(0..4)?).ok()?, number(5..7)?, number(8..10)?)?;
    Some(day.and_hms_nano_opt(number(11..13)?, number(14..16)?, number(17..19)?, nanos)?.and_utc())
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_way_agrees_with_chrono() {
        for text in [
            "2025-05-12T14:45:40.629Z",
            "2025-05-12T14:45:40Z",
            "1970-01-01T00:00:00.000Z",
            "2024-02-29T23:59:59.999999999Z",
            "0001-01-01T00:00:00.1Z",
        ] {
            assert_eq!(fast(text), text.parse().ok(), "{text}");
            assert!(fast(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_is_unusual_is_left_to_chrono() {
        for text in ["2025-05-12T14:45:40.629+02:00", "2016-12-31T23:59:60Z"] {
            assert_eq!(fast(text), None, "{text}");
            assert_eq!(parse(text), text.parse().ok(), "{text}");
            assert!(parse(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["", "2025", "2025-02-30T00:00:00Z", "2025-05-12T24:00:00Z", "2025-05-12T14:45:40.Z", "2025-05-12T14:45:4éZ"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
