//! The `acslab` command: chooses, and leaves the rest to the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    acslab::command::main()
}
