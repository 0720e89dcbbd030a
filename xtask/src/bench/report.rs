//! The figures as Markdown.

use std::fmt::Write as _;

use super::figures::{CASES, CONTENDERS, Figures};
use super::targets;

const INTRODUCTION: &str = "# What calls cost

Written by `cargo xtask bench`. One process calls a server of canned answers in another, over the loopback: HTTP/1.1,
connections kept, no TLS, one thread. *Instructions* are those of user space, counted by callgrind as the difference of two
run lengths, and *allocations*, *reallocations* and *bytes* are of one call: these hold on any machine with the same
compiler. *Wall* is criterion's median, and holds for the machine of the day only. *Peak* is the most that one call has on
the heap. The facade runs with validation, retries, deadline, token and tracing (no subscriber).

![Instructions to those of reqwest](RESULTS.svg)

";

pub fn text(figures: &Figures) -> String {
    let mut text = INTRODUCTION.to_owned();
    targets_table(&mut text, figures);
    calls(&mut text, figures);
    together(&mut text, figures);
    clients(&mut text, figures);
    text
}

fn targets_table(text: &mut String, figures: &Figures) {
    text.push_str("## Targets\n\n| target | at most | found | |\n|---|---:|---:|---|\n");
    for target in targets::all(figures) {
        let met = if target.is_met() { "met" } else { "**missed**" };
        let _ = writeln!(text, "| {} | {} | {} | {met} |", target.what, short(target.limit), short(target.found));
    }
}

fn calls(text: &mut String, figures: &Figures) {
    for (case, what, _) in CASES {
        let reference = |contender| figures.call(case, contender).instructions as f64;
        let (reqwest, hyper) = (reference("reqwest"), reference("hyper"));
        let body = figures.call(case, "facade").heap.body;
        let _ = writeln!(
            text,
            "\n## {what}\n\nThe body has {} bytes.\n\n| | instructions | to reqwest | to hyper | allocations | reallocations | \
             bytes | peak | wall |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|",
            grouped(body),
        );
        for (contender, name) in CONTENDERS {
            let call = figures.call(case, contender);
            let instructions = call.instructions as f64;
            let _ = writeln!(
                text,
                "| {name} | {} | {:.2} | {:.2} | {} | {} | {} | {} | {} |",
                grouped(call.instructions),
                instructions / reqwest,
                instructions / hyper,
                grouped(call.heap.allocations()),
                grouped(call.heap.reallocations()),
                grouped(call.heap.bytes()),
                grouped(call.heap.peak),
                time(call.wall),
            );
        }
    }
}

fn together(text: &mut String, figures: &Figures) {
    text.push_str("\n## 64 times GET /account at once\n\n| | instructions | to reqwest | wall |\n|---|---:|---:|---:|\n");
    let reqwest = figures.together["reqwest"].0 as f64;
    for (contender, name) in CONTENDERS {
        let (instructions, wall) = figures.together[contender];
        let ratio = instructions as f64 / reqwest;
        let _ = writeln!(text, "| {name} | {} | {ratio:.2} | {} |", grouped(instructions), time(wall));
    }
}

fn clients(text: &mut String, figures: &Figures) {
    text.push_str("\n## Making a client\n\nInstructions.\n\n| | the first of a process | another |\n|---|---:|---:|\n");
    for setup in figures.setups.values() {
        let _ = writeln!(text, "| {} | {} | {} |", setup.what, grouped(setup.first), grouped(setup.later));
    }
    let _ = writeln!(text, "| `client.with_token(..)` | | {} |", grouped(figures.with_token));
}

fn short(number: f64) -> String {
    if number.fract() == 0.0 { format!("{number}") } else { format!("{number:.3}") }
}

fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        ..1e6 => format!("{:.1} µs", nanoseconds / 1e3),
        _ => format!("{:.2} ms", nanoseconds / 1e6),
    }
}

/// With a comma after every third digit.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three_digits() {
        assert_eq!([0, 999, 1000, 1234567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn times_have_a_fitting_unit() {
        assert_eq!([61_234.0, 9_500_000.0].map(time), ["61.2 µs", "9.50 ms"]);
    }
}
