//! Reports: consumers of the runner's events, a file a format; and how places in files and differences are shown.
//!
//! | file | concept |
//! | --- | --- |
//! | `consumer` | what a report is |
//! | `terminal` | for people |
//! | `junit` | for the tools that read JUnit's XML |
//! | `failure` | a step that failed, as text |
//! | `diff` | two states, as text |
//! | `render`, `excerpt`, `found` | a place in a file, as text |
//! | `paint` | colours |

mod changes;
mod consumer;
mod diff;
mod excerpt;
mod failure;
mod found;
mod junit;
mod paint;
mod render;
mod terminal;

pub use changes::{changes_markdown, changes_text};
pub use consumer::{End, Report, ReportError};
pub use diff::unified;
pub use found::Found;
pub use junit::Junit;
pub use paint::Paint;
pub use render::render;
pub use terminal::{Options, Terminal};
