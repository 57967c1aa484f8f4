//! The `acslab` command, one file a command, each with its own errors.
//!
//! | file | what it is |
//! | --- | --- |
//! | `cli` | the command line, and how a command ends |
//! | `completions`, `decisions`, `diff`, `exec`, `explain`, `import`, `learn`, `lint`, `man`, `may`, `new`, `paths`, `policy`, `prove`, `record`, `run`, `schema`, `serve`, `services`, `simulate`, `snapshots`, `state`, `suggest`, `version`, `who` | a command each |
//! | `cases` | `simulate --cases` |
//! | `doubted` | actions that nobody publishes |
//! | `decided` | what a running server says of a request |
//! | `from` | the options on whom to ask that several commands share |
//! | `scenario_file` | a scenario that was made, written |
//! | `format` | how an answer is printed |
//! | `faults` | policies that cannot be used, shown |
//! | `log` | what a served cloud tells of itself |
//! | `out` | standard output and error |
//! | `system_policies` | the options on system policies that two commands share |

mod cases;
mod cli;
mod completions;
mod decided;
mod decisions;
mod diff;
mod doubted;
mod exec;
mod explain;
mod explained;
mod faults;
mod format;
mod from;
mod import;
mod learn;
mod lint;
mod log;
mod man;
mod may;
mod new;
mod out;
mod paths;
mod policy;
mod prove;
mod record;
mod run;
mod scenario_file;
mod schema;
mod serve;
mod services;
mod simulate;
mod snapshots;
mod state;
mod suggest;
mod system_policies;
mod version;
mod who;

pub use cli::main;
