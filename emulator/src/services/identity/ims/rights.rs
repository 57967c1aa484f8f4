//! The rights to IMS's operations, each under two names.

use crate::gateway::Check;
use crate::operation::{Text, Texts};

/// A right as the catalogue has it, under both of its names.
pub(super) fn twice(check: &mut Check) {
    let action = check.actions.first().unwrap_or_default().to_owned();
    let Some(name) = action.strip_prefix("ims:") else { return };
    // `acs:ims::{account}:user/*`
    let what = check.resource.splitn(5, ':').nth(4).unwrap_or("*").to_owned();
    let (ram, ims) = (format!("acs:ram:*:{{account}}:{what}"), format!("acs:ims::{{account}}:{what}"));
    check.actions = Texts::from_iter([format!("ram:{name}")]);
    check.resource = Text::Owned(ram);
    check.or = vec![(Text::Owned(action.clone()), Text::Owned(ims))];
}

/// The right to an operation under both of its names; RAM's is the one that a refusal shows.
macro_rules! both {
    ($name:literal on everything) => {
        $crate::gateway::Check::new(&[concat!("ram:", $name), concat!("ims:", $name)], "*")
    };
    ($name:literal on account) => {
        both!($name on "*")
    };
    ($name:literal on $resource:literal) => {
        $crate::gateway::Check::new(&[concat!("ram:", $name)], concat!("acs:ram:*:{account}:", $resource))
            .or(&[(concat!("ims:", $name), concat!("acs:ims::{account}:", $resource))])
    };
}

/// The same for an operation on one user, whose tags count.
macro_rules! on_user {
    ($name:literal) => {
        both!($name on "user/{name}").about_named($crate::services::identity::ims::who::named_user)
    };
}

pub(super) use {both, on_user};
