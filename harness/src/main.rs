//! The `acslab` command: chooses, and leaves the rest to the library.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A request takes some forty small allocations; with the C library's this was the largest single cost of one.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    // The allocator asks for pages of 2 MiB: with them an idle cloud takes 9 MB where it needs 2. Without this it only takes more.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    acslab::command::main()
}
