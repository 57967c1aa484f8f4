//! What each rule finds, a file a family.

mod actions;
mod conditions;
mod faults;
mod grants;
mod principals;
mod resources;

use crate::case::Case;

/// All of them.
pub(crate) fn cases() -> Vec<Case> {
    let families =
        [actions::cases, resources::cases, conditions::cases, grants::cases, principals::cases, faults::cases];
    families.iter().flat_map(|family| family()).collect()
}
