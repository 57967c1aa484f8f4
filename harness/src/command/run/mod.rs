//! `acslab run`
//!
//! | file | concept |
//! | --- | --- |
//! | `arguments` | what it takes |
//! | `select` | which scenarios |
//! | `target` | where, and how |
//! | `play` | playing them, and what comes after |
//! | `real` | against the real cloud |
//! | `reports` | the reports that are asked for |
//! | `flakiness`, `follow`, `review` | several times, again on a change, asking |
//! | `error` | why nothing was run |

mod arguments;
mod error;
mod flakiness;
mod follow;
mod play;
mod real;
mod reports;
mod review;
mod select;
mod target;

pub(super) use arguments::Run;
