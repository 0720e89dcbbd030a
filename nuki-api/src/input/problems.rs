//! What is wrong with a call, collected while its arguments are parsed and its body is checked.

use std::fmt;
use std::ops::RangeInclusive;

use nuki_api_gen::Operation;
use serde::Serialize;
use serde_json::Value;

use super::InvalidValue;
use crate::Error;
use crate::error::CallName;

/// One thing that is wrong with a call: the field by its JSON path, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Where: the path of the member in the JSON that would be sent, such as `profile.country` or `[2].name`, or the name
    /// of the parameter.
    pub field: String,
    /// Why it was refused.
    pub reason: InvalidValue,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field, self.reason)
    }
}

/// A body, or a part of one, with rules for what is sent. The rules are the document's, and generated from it.
pub trait Check {
    /// Notes what breaks a rule.
    fn check(&self, problems: &mut Problems);
}

/// Collects what is wrong with a call. Public in a private module: nobody outside can name it.
#[derive(Debug, Default)]
pub struct Problems {
    found: Vec<Problem>,
    /// The path of the object that is being checked.
    path: String,
}

impl Problems {
    /// Parses an argument; what cannot be parsed is noted, and stands as nothing in a request that is never sent.
    pub(crate) fn parse<T, W>(&mut self, field: &str, value: impl TryInto<T, Error: Into<InvalidValue>>) -> W
    where
        T: Into<W>,
        W: Default,
    {
        self.parsed(field, value.try_into().map_err(Into::into))
    }

    /// Parses each item of an argument that is a list.
    pub(crate) fn parse_all<T, W>(
        &mut self,
        field: &str,
        values: impl IntoIterator<Item: TryInto<T, Error: Into<InvalidValue>>>,
    ) -> Vec<W>
    where
        T: Into<W>,
        W: Default,
    {
        let values = values.into_iter().enumerate();
        values.map(|(index, value)| self.parse::<T, W>(&format!("{field}[{index}]"), value)).collect()
    }

    /// Takes an argument that is parsed already.
    pub(crate) fn parsed<T, W>(&mut self, field: &str, value: Result<T, InvalidValue>) -> W
    where
        T: Into<W>,
        W: Default,
    {
        value.map(Into::into).unwrap_or_else(|reason| {
            self.note(field, reason);
            W::default()
        })
    }

    /// Holds a value to the rules of the input type `T`.
    pub(crate) fn check<'a, T, V: ?Sized>(&mut self, field: &str, value: &'a V)
    where
        T: TryFrom<&'a V, Error: Into<InvalidValue>>,
    {
        if let Err(reason) = T::try_from(value) {
            self.note(field, reason.into());
        }
    }

    /// Holds a number to its range.
    pub(crate) fn range(&mut self, field: &str, number: i64, range: RangeInclusive<i64>) {
        if range.contains(&number) {
            return;
        }
        let (least, most) = (range.start(), range.end());
        self.note(
            field,
            InvalidValue::new(match (*least, *most) {
                (least, i64::MAX) => format!("is out of range: it is a number from {least} on"),
                (i64::MIN, most) => format!("is out of range: it is a number up to {most}"),
                (least, most) => format!("is out of range: it is a number from {least} to {most}"),
            }),
        );
    }

    /// Refuses a list without items.
    pub(crate) fn not_empty<V>(&mut self, field: &str, list: &[V]) {
        if list.is_empty() {
            self.note(field, InvalidValue::new("is empty: give at least one"));
        }
    }

    /// Checks each item of a list.
    pub(crate) fn each<V>(&mut self, field: &str, list: &[V], check: impl Fn(&mut Self, &V)) {
        for (index, item) in list.iter().enumerate() {
            self.within(&format!("{field}[{index}]"), |problems| check(problems, item));
        }
    }

    /// Checks what stands in a member.
    pub(crate) fn within(&mut self, member: &str, check: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path = self.path_of(member);
        check(self);
        self.path.truncate(length);
    }

    /// Notes what is wrong with a field; the first problem of a field stands for all of its problems.
    pub(crate) fn note(&mut self, field: &str, reason: InvalidValue) {
        let field = self.path_of(field);
        if self.found.iter().all(|problem| problem.field != field) {
            self.found.push(Problem { field, reason });
        }
    }

    fn path_of(&self, member: &str) -> String {
        match (self.path.as_str(), member) {
            ("", member) => member.to_owned(),
            (path, "") => path.to_owned(),
            (path, index) if index.starts_with('[') => format!("{path}{index}"),
            (path, member) => format!("{path}.{member}"),
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Problem> {
        self.found
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Refuses an operation if there is any problem.
    pub(crate) fn refuse(self, operation: Operation) -> Result<(), Error> {
        if self.is_empty() { Ok(()) } else { Err(Error::invalid(CallName::Operation(operation.info()), self.found)) }
    }
}

/// What is wrong with a body that was read from the service and then edited. What the service itself gave is right as long
/// as it is unchanged.
pub(crate) fn problems_of_edit<B: Check + Serialize>(before: &B, after: &B) -> Problems {
    let (mut given, mut problems) = (Problems::default(), Problems::default());
    before.check(&mut given);
    after.check(&mut problems);
    if !given.is_empty() && !problems.is_empty() {
        let json = |body: &B| serde_json::to_value(body).unwrap_or_default();
        let (before, after) = (json(before), json(after));
        problems.found.retain(|problem| {
            let unchanged = at(&before, &problem.field) == at(&after, &problem.field);
            !(unchanged && given.found.iter().any(|given| given.field == problem.field))
        });
    }
    problems
}

/// The value at the path of a problem.
fn at<'a>(body: &'a Value, field: &str) -> Option<&'a Value> {
    let segments = field.split(['.', '[', ']']).filter(|segment| !segment.is_empty());
    segments.into_iter().try_fold(body, |value, segment| match value {
        Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
        value => value.get(segment),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Shelf {
        name: &'static str,
        books: Vec<i64>,
    }

    impl Check for Shelf {
        fn check(&self, problems: &mut Problems) {
            if self.name.is_empty() {
                problems.note("name", InvalidValue::new("is empty"));
            }
            for (at, book) in self.books.iter().enumerate() {
                problems.within(&format!("books[{at}]"), |problems| problems.range("", *book, 1..=9));
            }
        }
    }

    fn fields(problems: &Problems) -> Vec<&str> {
        problems.found.iter().map(|problem| problem.field.as_str()).collect()
    }

    #[test]
    fn what_was_given_passes_until_it_is_changed() {
        let before = Shelf { name: "", books: vec![0, 5] };
        for (after, wrong) in [
            (Shelf { name: "", books: vec![0, 5] }, &[][..]),
            (Shelf { name: "", books: vec![-1, 5] }, &["books[0]"]),
            (Shelf { name: "x", books: vec![0, 10] }, &["books[1]"]),
        ] {
            assert_eq!(fields(&problems_of_edit(&before, &after)), wrong);
        }
    }

    #[test]
    fn a_range_says_what_is_in_it() {
        let reason = |range| {
            let mut problems = Problems::default();
            problems.range("n", 0, range);
            problems.found[0].to_string()
        };
        assert_eq!(reason(1..=31), "`n` is out of range: it is a number from 1 to 31");
        assert_eq!(reason(1..=i64::MAX), "`n` is out of range: it is a number from 1 on");
        assert_eq!(reason(i64::MIN..=-1), "`n` is out of range: it is a number up to -1");
    }

    #[test]
    fn the_first_problem_of_a_field_stands_for_all() {
        let mut problems = Problems::default();
        problems.note("name", InvalidValue::new("is empty"));
        problems.note("name", InvalidValue::new("is short"));
        assert_eq!(problems.found.len(), 1);
    }
}
