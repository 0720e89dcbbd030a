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
