//! What a changed keyword does to the values that are possible.

use serde_json::Value;

use super::change::Effect;

/// The effect of a plain keyword that appeared, went or changed.
pub(super) fn effect_of(keyword: &str, before: Option<&Value>, after: Option<&Value>) -> Effect {
    let added = before.is_none();
    let [when_added, when_removed] = match keyword {
        "minimum" | "minLength" | "minItems" | "minProperties" => {
            return limit(before, after, false);
        }
        "maximum" | "maxLength" | "maxItems" | "maxProperties" => {
            return limit(before, after, true);
        }
        "uniqueItems" | "exclusiveMinimum" | "exclusiveMaximum" | "pattern" | "multipleOf" => [Effect::Narrows, Effect::Widens],
        "nullable" => [Effect::Widens, Effect::Narrows],
        // One may no longer be sent, or no longer comes back.
        "readOnly" => [Effect::Narrows, Effect::Neutral],
        "writeOnly" => [Effect::Widens, Effect::Neutral],
        // To leave a value out means something else now; for a reader nothing changed.
        "default" => return Effect::Narrows,
        _ => return Effect::Differs,
    };
    match (before, after) {
        (Some(_), Some(_)) => Effect::Differs,
        _ if added => when_added,
        _ => when_removed,
    }
}

fn limit(before: Option<&Value>, after: Option<&Value>, is_upper: bool) -> Effect {
    let number = |value: Option<&Value>| value.and_then(Value::as_f64);
    let is_narrower = match (number(before), number(after)) {
        (Some(before), Some(after)) => (after < before) == is_upper,
        (before, _) => before.is_none(),
    };
    if is_narrower { Effect::Narrows } else { Effect::Widens }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Effect::{Differs, Narrows, Neutral, Widens};
    use super::*;

    #[test]
    fn every_keyword_has_its_effects() {
        // When it appears, when it changes to a higher value and to a lower one, and when it goes.
        for (keyword, effects) in [
            ("minLength", [Narrows, Narrows, Widens, Widens]),
            ("maximum", [Narrows, Widens, Narrows, Widens]),
            ("pattern", [Narrows, Differs, Differs, Widens]),
            ("nullable", [Widens, Differs, Differs, Narrows]),
            ("readOnly", [Narrows, Differs, Differs, Neutral]),
            ("writeOnly", [Widens, Differs, Differs, Neutral]),
            ("default", [Narrows, Narrows, Narrows, Narrows]),
            ("format", [Differs, Differs, Differs, Differs]),
        ] {
            let (one, two) = (json!(1), json!(2));
            let changes = [(None, Some(&one)), (Some(&one), Some(&two)), (Some(&two), Some(&one)), (Some(&one), None)];
            assert_eq!(changes.map(|(before, after)| effect_of(keyword, before, after)), effects, "{keyword}");
        }
    }
}
