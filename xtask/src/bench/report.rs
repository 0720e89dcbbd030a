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

    #[test]
    fn the_report_shows_targets_then_each_case_then_what_is_not_one_call() {
        let text = text(&Figures::made_up());
        let sections: Vec<&str> = text.trim_end().split("\n\n## ").collect();
        let [_, targets, read, _, _, _, _, together, clients] = sections[..] else { panic!("{sections:?}") };
        assert_eq!(
            targets,
            "Targets

| target | at most | found | |
|---|---:|---:|---|
| GET /account, to reqwest as people write it | 0.950 | 0.833 | met |
| GET /account, to hyper | 1.550 | 0.714 | met |
| POST /account, to reqwest as people write it | 1 | 0.909 | met |
| GET /account, to nuki-api-gen alone | 1.030 | 0.909 | met |
| POST /account, to nuki-api-gen alone | 1.030 | 0.952 | met |
| GET /account, allocations more than nuki-api-gen alone | 6 | 6 | met |
| POST /account, allocations more than nuki-api-gen alone | 6 | 6 | met |
| GET /account, allocations | 60 | 66 | **missed** |
| 100 items, to hyper | 0.700 | 0.909 | **missed** |
| 10,000 items, to 100 items | 102 | 1.250 | met |
| 10,000 items, peak of the heap to the body | 2.700 | 3 | **missed** |
| with_token, million instructions | 0.050 | 0.060 | **missed** |
| another client, Mozilla's roots, million instructions | 0.600 | 0.500 | met |
| another client, trust store of the system, to the first | 0.100 | 0.250 | **missed** |"
        );
        assert_eq!(
            read,
            "GET /account

The body has 1,000 bytes.

| | instructions | to reqwest | to hyper | allocations | reallocations | bytes | peak | wall |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
| nuki-api | 1,000,000 | 0.83 | 0.71 | 66 | 2 | 1,234 | 3,000 | 50.0 µs |
| nuki-api-gen alone | 1,100,000 | 0.92 | 0.79 | 60 | 2 | 1,234 | 3,000 | 50.0 µs |
| reqwest, as people write it | 1,200,000 | 1.00 | 0.86 | 54 | 2 | 1,234 | 3,000 | 50.0 µs |
| reqwest, all prepared, our types | 1,300,000 | 1.08 | 0.93 | 48 | 2 | 1,234 | 3,000 | 50.0 µs |
| hyper-util, serde_json, chrono | 1,400,000 | 1.17 | 1.00 | 42 | 2 | 1,234 | 3,000 | 50.0 µs |"
        );
        assert_eq!(
            together,
            "64 times GET /account at once

| | instructions | to reqwest | wall |
|---|---:|---:|---:|
| nuki-api | 64,000,000 | 0.67 | 2.50 ms |
| nuki-api-gen alone | 80,000,000 | 0.83 | 2.50 ms |
| reqwest, as people write it | 96,000,000 | 1.00 | 2.50 ms |
| reqwest, all prepared, our types | 112,000,000 | 1.17 | 2.50 ms |
| hyper-util, serde_json, chrono | 128,000,000 | 1.33 | 2.50 ms |"
        );
        assert_eq!(
            clients,
            "Making a client

Instructions.

| | the first of a process | another |
|---|---:|---:|
| nuki-api, trust store | 4,000,000 | 1,000,000 |
| nuki-api, Mozilla's roots | 900,000 | 500,000 |
| `client.with_token(..)` | | 60,000 |"
        );
    }
}
