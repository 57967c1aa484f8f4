//! The fields of `given`, and what is made of them, in which order.

use std::net::IpAddr;

use super::maker::Maker;
use super::{buckets, calls, directory, groups, open, policies, resource_groups, roles, users, workspaces};
use crate::scenario::reader::{Fields, Reader};
use crate::scenario::scope::Scope;
use crate::scenario::step::{self, Step};
use crate::scenario::yaml::Node;

/// The fields of `given`.
pub(in crate::scenario) const FIELDS: &[&str] = &[
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
pub(in crate::scenario) const MADE: &[&str] =
    &["open", "resource_groups", "policies", "users", "groups", "roles", "directory", "buckets", "workspaces", "calls"];

/// What is given besides: not made, but told.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::scenario) struct Told {
    pub(in crate::scenario) source: Option<IpAddr>,
    pub(in crate::scenario) seed: Option<u64>,
}

impl Told {
    pub(in crate::scenario) fn read(fields: &Fields<'_>, reader: &mut Reader<'_>) -> Self {
        let source = fields.get("source").and_then(|node| step::address(node, reader));
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
type Make = fn(&Node, &mut Maker<'_, '_>, &mut Scope);

/// The kinds of things, in the order in which they are made: what is named later may use what is made before. A kind may have two turns.
const KINDS: &[(&str, Make)] = &[
    ("directory", directory::make),
    ("open", open::make),
    ("resource_groups", resource_groups::make),
    ("policies", policies::make),
    ("users", users::make),
    ("groups", groups::make),
    ("roles", roles::make),
    ("buckets", buckets::make),
    ("workspaces", workspaces::make),
    // What they forbid, things that are given have done already.
    ("directory", directory::control),
    ("calls", calls::make),
];

/// The steps behind everything that is made.
pub(in crate::scenario) fn made(fields: &Fields<'_>, reader: &mut Reader<'_>, scope: &mut Scope) -> Vec<Step> {
    let mut maker = Maker::new(reader);
    for (field, make) in KINDS {
        if let Some(node) = fields.get(field) {
            make(node, &mut maker, scope);
        }
    }
    maker.into_steps()
}
