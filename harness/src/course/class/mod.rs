//! A class: learners at desks of their own in one process, a link each, and a teacher who sees where everybody stands.
//!
//! | file | concept |
//! | --- | --- |
//! | `token` | what a link proves |
//! | `room` | the learners, their desks, where they stand |
//! | `api` | what is asked under `/_acslab/course/`, and what is answered |
//! | `guard` | who may ask |
//! | `page` | the pages, from the program itself |
//! | `server` | the socket |

mod api;
mod guard;
mod page;
mod room;
mod server;
mod token;

pub use room::Room;
pub use server::{Class, Listen};
