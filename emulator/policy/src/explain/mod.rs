//! The whole way to an answer, as data.
//!
//! [`explain`] walks the same sequence as [`crate::decide`] and asks the same matching code, but looks at every
//! statement and keeps what it finds. Text is made from that data ([`Explanation`] displays as text for a terminal),
//! never the other way round.

mod excerpt;
mod explanation;
mod lines;
mod render;
mod trace;

pub use explanation::{
    Asked, ClauseTrace, ElementTrace, Explanation, Failure, KeyValues, PatternTrace, Place, StatementTrace, Step, Unit,
    ValueTrace, explain,
};
pub use render::node_name;
