//! The console that `acslab serve` shows in a browser: its built files, and what it asks for besides the emulator's own surface.
//!
//! | file | what it is |
//! | --- | --- |
//! | `files` | the page, built from `harness/console` |
//! | `may` | what somebody may do, in a state that is shown |
//! | `paths` | who comes to be whom, in a state that is shown |
//! | `problem` | what is wrong |
//! | `scenarios` | scenarios, replayed for somebody who looks step by step |

mod files;
mod may;
mod paths;
mod problem;
mod scenarios;

pub(crate) use files::FILES;
pub(crate) use may::WhatMay;
pub(crate) use paths::PathsToMore;
pub(crate) use scenarios::Scenarios;
