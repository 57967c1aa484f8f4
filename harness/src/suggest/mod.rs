//! The smallest policies that allow what was called, and what of the policies in force was never used.
//!
//! | file | what it is |
//! | --- | --- |
//! | `used` | what each principal was allowed, out of recorded decisions |
//! | `smallest` | a document of it, tried against the engine |
//! | `played` | the same of scenarios, tried by playing them again |

mod played;
mod smallest;
mod used;

pub use played::{NotHeld, NotSuggested, suggest_for};
pub use smallest::{Smaller, Suggestion, beyond, document, suggest};
pub use used::{Use, used};
