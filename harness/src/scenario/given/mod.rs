//! What a scenario starts from, a kind a file. Behind each are calls of an account's owner, as anybody could make them.

mod accounts;
mod attach;
mod buckets;
mod calls;
mod directory;
mod groups;
mod maker;
mod open;
mod policies;
mod resource_groups;
mod roles;
pub(super) mod state;
mod users;
mod workspaces;

use std::net::IpAddr;

use super::reader::{Fields, Reader};
use super::scope::Scope;
use super::step::Step;

pub use accounts::{Account, DEFAULT_REGION};
pub(super) use accounts::{accounts, time};
use maker::Maker;

/// The fields of `given`.
pub(super) const FIELDS: &[&str] = &[
    "accounts",
    "region",
    "time",
    "source",
    "seed",
    "after",
    "state",
    "include",
    "open",
    "resource_groups",
    "policies",
    "users",
    "groups",
    "roles",
    "directory",
    "buckets",
    "workspaces",
    "calls",
];

/// Those of a fragment: what is made.
pub(super) const MADE: &[&str] =
    &["open", "resource_groups", "policies", "users", "groups", "roles", "directory", "buckets", "workspaces", "calls"];

/// What is given besides: not made, but told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    pub(super) source: Option<IpAddr>,
    pub(super) seed: Option<u64>,
}

impl Told {
    pub(super) fn read(fields: &Fields<'_>, reader: &mut Reader<'_>) -> Self {
        let source = fields.get("source").and_then(|node| super::step::address(node, reader));
        let seed = fields.get("seed").and_then(|node| {
            let seed = reader.text(node, "a number")?.value.parse().ok();
            if seed.is_none() {
                reader.expected(node, "a number", None);
            }
            seed
        });
        Self { source, seed }
    }
}

/// What makes one kind of thing.
type Make = fn(&super::yaml::Node, &mut Maker<'_, '_>, &mut Scope);

/// The kinds of things, in the order in which they are made: what is named later may use what is made before.
const KINDS: &[(&str, Make)] = &[
    ("open", open::make),
    ("resource_groups", resource_groups::make),
    ("policies", policies::make),
    ("users", users::make),
    ("groups", groups::make),
    ("roles", roles::make),
    ("directory", directory::make),
    ("buckets", buckets::make),
    ("workspaces", workspaces::make),
    ("calls", calls::make),
];

/// The steps behind everything that is made.
pub(super) fn made(fields: &Fields<'_>, reader: &mut Reader<'_>, scope: &mut Scope) -> Vec<Step> {
    let mut maker = Maker::new(reader);
    for (field, make) in KINDS {
        if let Some(node) = fields.get(field) {
            make(node, &mut maker, scope);
        }
    }
    maker.into_steps()
}
