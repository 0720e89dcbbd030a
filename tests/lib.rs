//! The contract tests are in `contract/`; this library is empty.
