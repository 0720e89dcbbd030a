//! Any bytes as JSON of every type.
#![no_main]
#![allow(dead_code, clippy::unwrap_used, reason = "the modules are the suite's")]

#[path = "../contract/answers.rs"]
mod answers;
#[path = "../contract/case.rs"]
mod case;
#[path = "../contract/fuzz.rs"]
mod fuzz;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::json(data));
