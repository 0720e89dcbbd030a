//! Values as they stand in a path or a query.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::OpaqueId;

/// A value that can stand in a path or a query.
///
/// It is no `Display`, which is for people: chrono shows a date in a form that the service does not read, and an enum of
/// numbers shows the name of its value.
pub trait Parameter {
    /// The value as the service reads it, not yet encoded.
    fn text(&self) -> String;
}

macro_rules! as_displayed {
    ($($type:ty),*) => {
        $(impl Parameter for $type {
            fn text(&self) -> String {
                self.to_string()
            }
        })*
    };
}

as_displayed!(bool, f32, f64, i32, i64, str, String, OpaqueId);

/// RFC 3339 with `Z`, and with milliseconds where there are any.
impl Parameter for DateTime<Utc> {
    fn text(&self) -> String {
        let whole = self.timestamp_subsec_millis() == 0;
        self.to_rfc3339_opts(if whole { SecondsFormat::Secs } else { SecondsFormat::Millis }, true)
    }
}

/// The values with commas between them (`explode: false` in the document).
impl<T: Parameter> Parameter for Vec<T> {
    fn text(&self) -> String {
        self.iter().map(T::text).collect::<Vec<_>>().join(",")
    }
}

impl<T: Parameter + ?Sized> Parameter for &T {
    fn text(&self) -> String {
        (**self).text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{AccountRights, AccountType, SubscriptionType};

    #[test]
    fn a_date_has_milliseconds_only_where_there_are_any() {
        for (date, text) in [
            ("2025-05-12T14:45:40Z", "2025-05-12T14:45:40Z"),
            ("2025-05-12T16:45:40+02:00", "2025-05-12T14:45:40Z"),
            ("2025-05-12T14:45:40.629Z", "2025-05-12T14:45:40.629Z"),
            ("2025-05-12T14:45:40.060Z", "2025-05-12T14:45:40.060Z"),
            ("2025-05-12T14:45:40.000629Z", "2025-05-12T14:45:40Z"),
        ] {
            assert_eq!(date.parse::<DateTime<Utc>>().unwrap().text(), text, "{date}");
        }
    }

    #[test]
    fn enums_and_bitmasks_stand_there_as_they_are_sent() {
        assert_eq!(AccountType::Caretaker.text(), "2");
        assert_eq!(AccountType::Unknown(7).text(), "7");
        assert_eq!(SubscriptionType::BusinessPlus.text(), "BUSINESS_PLUS");
        assert_eq!((AccountRights::OPERATE_SMARTLOCKS | AccountRights::MANAGE_SMARTLOCKS).text(), "3");
    }

    #[test]
    fn the_values_of_a_list_have_commas_between_them() {
        assert_eq!(vec![AccountType::User, AccountType::Company].text(), "0,1");
        assert_eq!(Vec::<i32>::new().text(), "");
    }
}
