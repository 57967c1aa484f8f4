//! Reports: consumers of the runner's events, a file a format; and how places in files and differences are shown.
//!
//! | file | concept |
//! | --- | --- |
//! | `consumer` | what a report is |
//! | `terminal` | for people |
//! | `junit` | for the tools that read JUnit's XML |
//! | `html` | one page with everything, for somebody who was not there |
//! | `markdown` | what changed in who may do what, for a pull request |
//! | `sarif` | what does not hold, for code hosts and editors |
//! | `events` | what happens, a line of JSON each |
//! | `github` | annotations of GitHub's |
//! | `failure` | a step that failed, as text |
//! | `diff` | two states, as text |
//! | `render`, `excerpt`, `found` | a place in a file, as text |
//! | `paint` | colours |

mod changes;
mod consumer;
mod diff;
mod events;
mod excerpt;
mod failure;
mod found;
mod github;
mod html;
mod junit;
mod markdown;
mod paint;
mod problem;
mod render;
mod sarif;
mod terminal;

pub use changes::{changes_markdown, changes_text};
pub use consumer::{End, Report, ReportError};
pub use diff::unified;
pub use events::Events;
pub use found::Found;
pub use github::Github;
pub use html::{Html, escaped};
pub use junit::Junit;
pub use markdown::Markdown;
pub use paint::Paint;
pub use render::render;
pub use sarif::Sarif;
pub use terminal::{Options, Terminal};
