//! The exit codes of the `acslab` command, one for each class of outcome.

/// All scenarios and snapshots hold; the command did what it was asked.
pub const HOLDS: u8 = 0;
/// A scenario or a snapshot differs.
pub const DIFFERS: u8 = 1;
/// The input is wrong: command line, scenario file, path, address. Nothing was run.
pub const BAD_INPUT: u8 = 2;
