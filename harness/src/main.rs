//! The `acslab` command: chooses, and leaves the rest to the library.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A request takes some forty small allocations; with the C library's this was the largest single cost of one.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    acslab::command::main()
}
