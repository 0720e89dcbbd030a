//! Compiles and runs the programs of the README. The contract tests are in `contract/`.

#[doc = include_str!("../README.md")]
pub mod readme {}
