//! Policies that nobody has: judged, compared and written with the help of what is known, without changing anything.
//!
//! | path | what it tells |
//! | --- | --- |
//! | `POST policies/evaluate` | what policies say to a request, why, and what would allow it |
//! | `POST policies/lint` | what is wrong with a document |
//! | `POST policies/diff` | what one set of policies allows that another does not |
//! | `GET policies/names` | the names that may be meant: actions, resources, condition keys, system policies |

mod answer;
mod evaluate;
mod meant;
mod names;
mod sets;

pub(super) use answer::answer;
