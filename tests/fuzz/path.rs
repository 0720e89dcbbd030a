//! Any text as the path of a call.
#![no_main]
#![allow(dead_code, clippy::unwrap_used, reason = "the modules are the suite's")]

#[path = "../contract/answers.rs"]
mod answers;
#[path = "../contract/case.rs"]
mod case;
#[path = "../contract/fuzz.rs"]
mod fuzz;

libfuzzer_sys::fuzz_target!(|data: &str| fuzz::path(data));
