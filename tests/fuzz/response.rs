//! Any bytes as the response of every operation.
#![no_main]
#![allow(dead_code, clippy::unwrap_used, reason = "the modules are the suite's")]

#[path = "../contract/answers.rs"]
mod answers;
#[path = "../contract/case.rs"]
mod case;
#[path = "../contract/fuzz.rs"]
mod fuzz;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::response(data));
