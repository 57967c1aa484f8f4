//! Proposals as text: what to change, and what that opens besides.

use std::collections::BTreeSet;

use acslab_emulator::operations;
use acslab_policy::{Action, Change, Layer, Remedies, Remedy};

use crate::page::Page;
use crate::words::count;

/// How many of the actions that a proposal opens besides are named.
const NAMED: usize = 6;

/// The actions that the emulator's operations ask for: what a proposal is tried on.
pub fn known_actions() -> Vec<Action> {
    let names: BTreeSet<&str> =
        operations().flat_map(|operation| operation.access.checks()).flat_map(|check| check.actions.iter()).collect();
    names.into_iter().filter_map(Action::parse).collect()
}

/// The proposals; empty for a request that is allowed.
pub fn text(remedies: &Remedies) -> String {
    let mut page = Page::default();
    if let Some(why) = remedies.impossible {
        page.line(0, format_args!("No policy can allow it: {why}"));
    }
    for (number, remedy) in (1..).zip(&remedies.remedies) {
        if number == 1 {
            page.line(0, "To allow it:");
        } else {
            page.line(0, "or, wider:");
        }
        one(&mut page, remedy);
    }
    page.into_text()
}

fn one(page: &mut Page, remedy: &Remedy) {
    for change in &remedy.changes {
        match change {
            Change::RemoveStatement(target) => page.line(
                1,
                format_args!(
                    "remove statement {} of `{}` (line {})",
                    target.statement + 1,
                    target.policy.name,
                    target.line
                ),
            ),
            Change::ReplaceStatement { target, statement } => {
                page.line(
                    1,
                    format_args!(
                        "put in place of statement {} of `{}` (line {})",
                        target.statement + 1,
                        target.policy.name,
                        target.line
                    ),
                );
                page.block(2, &pretty(statement));
            }
            Change::AddStatement { layer, node, statement } => {
                page.line(1, format_args!("add to {}", place(*layer, *node)));
                page.block(2, &pretty(statement));
            }
        }
    }
    let others = remedy.also_allows.len();
    if others == 0 {
        page.line(1, "this allows nothing else of the operations that acslab knows");
        return;
    }
    page.line(1, format_args!("this also allows {} of those that acslab knows:", count(others, "other call")));
    for other in remedy.also_allows.iter().take(NAMED) {
        page.line(2, format_args!("{} on {}", other.action, other.resource));
    }
    if others > NAMED {
        page.line(2, format_args!("and {} more", others - NAMED));
    }
}

fn place(layer: Layer, node: u32) -> String {
    match layer {
        Layer::Control => format!("the control policies of node {node}"),
        Layer::Session => "the session policy".to_owned(),
        Layer::IdentityResourceGroup => "an identity policy for the resource group".to_owned(),
        Layer::Resource => "the resource's own policy".to_owned(),
        Layer::Trust => "the role's trust policy".to_owned(),
        _ => "an identity policy of the caller".to_owned(),
    }
}

fn pretty(statement: &serde_json::Value) -> String {
    format!("{statement:#}")
}
