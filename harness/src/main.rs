//! The `acslab` command.
fn main() {}
