//! Patterns in which `*` stands for any text.

/// Whether the pattern covers the whole text.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(text) = text.strip_prefix(head) else {
        return false;
    };
    let ends = text.char_indices().map(|(index, _)| index).chain([text.len()]);
    ends.into_iter().any(|index| matches(rest, &text[index..]))
}

#[test]
fn a_star_stands_for_any_text() {
    for pattern in ["a · b", "*", "a*", "*b", "a*b", "*·*", "**", "a · b*"] {
        assert!(matches(pattern, "a · b"), "{pattern}");
    }
    for pattern in ["", "a", "b*", "*a", "a*c", "a · b*b"] {
        assert!(!matches(pattern, "a · b"), "{pattern}");
    }
}
