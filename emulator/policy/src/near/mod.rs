//! Near misses: what a policy says and what is asked, where the two differ in something that is easily overlooked.
//!
//! | file | what it is |
//! | --- | --- |
//! | `miss` | a near miss, and its words |
//! | `find` | looking for them in a trace |
//! | `differ` | in what two texts differ |

mod differ;
mod find;
mod miss;

pub use find::near_misses;
pub use miss::{NearKind, NearMiss};
