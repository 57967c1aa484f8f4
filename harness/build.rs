//! Links the program at a fixed address on Linux.
//!
//! A program that can be put anywhere carries a relocation for each of the some 200,000 pointers in its tables, and the loader writes all
//! of them before the first line runs. At a fixed address there are none: a program smaller by a tenth, 5 MB less of idle memory, an
//! earlier start.
//! CHOICE: what is given up is a random place for the program's own image; heap, stack and libraries stay where the kernel puts them.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |part: &str| std::env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" && target("ARCH") == "x86_64" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
