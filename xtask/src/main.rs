//! Everything that maintainers run.

fn main() {}
