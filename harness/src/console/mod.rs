//! The console that `acslab serve` shows in a browser: its built files, and what it asks for besides the emulator's own surface.
//!
//! | file | what it is |
//! | --- | --- |
//! | `files` | the page, built from `harness/console` |
//! | `scenarios` | scenarios, replayed for somebody who looks step by step |

mod files;
mod scenarios;

pub(crate) use files::FILES;
pub(crate) use scenarios::Scenarios;
