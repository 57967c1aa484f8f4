//! `acslab run`

mod arguments;
mod error;
mod follow;
mod last;
mod play;
mod reports;
mod review;
mod select;
mod target;

pub(super) use arguments::Run;
