//! The days of the week, as they are sent.

use crate::types::WeekDays;

impl WeekDays {
    /// Monday to Sunday. `all()` has bits beyond those of the days, which the service does not know.
    pub const EVERY_DAY: Self = Self::from_bits_retain(127);
}

#[test]
fn every_day_is_all_seven_of_them() {
    let days = [WeekDays::MONDAY, WeekDays::TUESDAY, WeekDays::WEDNESDAY, WeekDays::THURSDAY];
    let days = days.into_iter().chain([WeekDays::FRIDAY, WeekDays::SATURDAY, WeekDays::SUNDAY]);
    assert_eq!(days.fold(WeekDays::empty(), WeekDays::union), WeekDays::EVERY_DAY);
}
