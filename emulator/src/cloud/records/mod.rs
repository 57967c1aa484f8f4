//! Typed records: what an account keeps of products whose operations are verbs over records.

mod answered;
mod course;
mod record;
mod store;

pub use answered::Again;
pub use course::{Course, Step};
pub use record::Record;
pub use store::{RecordError, RecordPlace, Records};
