//! Proposals as text: what to change, and what that opens besides.

use std::collections::BTreeSet;

use acslab_emulator::operations;
use acslab_policy::{Action, Change, KeyOf, Layer, NearMiss, PolicyType, Remedies, Remedy};

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

/// The proposals; empty for a request that is allowed. With `wider`, those too that open more than is needed.
pub fn text(remedies: &Remedies, wider: bool) -> String {
    let mut page = Page::default();
    if let Some(why) = remedies.impossible {
        page.line(0, format_args!("No policy can allow it: {why}"));
    }
    for (number, remedy) in (1..).zip(&remedies.remedies) {
        page.line(0, if number == 1 { "To allow it:" } else { "or:" });
        one(&mut page, remedy);
    }
    if wider {
        for remedy in &remedies.wider {
            page.line(0, "or, wider than is needed:");
            one(&mut page, remedy);
        }
    } else if remedies.remedies.is_empty() && !remedies.wider.is_empty() {
        page.line(0, "Nothing allows this and no more; `--wider` shows what allows it and more besides.");
    }
    page.into_text()
}

/// What nearly fits, in words: empty where nothing does.
pub fn near_text(near: &[NearMiss]) -> String {
    let mut page = Page::default();
    for (number, miss) in near.iter().take(NAMED).enumerate() {
        if number == 0 {
            page.line(0, "Nearly:");
        }
        page.line(1, miss);
        let statement = miss.statement.statement + 1;
        page.line(2, format_args!("statement {statement} of `{}`, line {}", miss.policy.name, miss.line));
    }
    page.into_text()
}

/// A statement, and of a long one its beginning: what is to be copied whole is in the JSON.
fn statement_text(page: &mut Page, statement: &serde_json::Value) {
    const LINES: usize = 60;
    let text = pretty(statement);
    let shown: Vec<_> = text.lines().take(LINES).collect();
    let rest = text.lines().count() - shown.len();
    page.block(2, &shown.join("\n"));
    if rest > 0 {
        page.line(2, format_args!("… {rest} lines more; `--format json` has all of it"));
    }
}

fn one(page: &mut Page, remedy: &Remedy) {
    for change in &remedy.changes {
        match change {
            Change::SetKey { key, values, of } => page.line(1, how_to_set(key, &values.join("`, `"), *of)),
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
                        "let statement {} of `{}` (line {}) say",
                        target.statement + 1,
                        target.policy.name,
                        target.line
                    ),
                );
                statement_text(page, statement);
                if target.policy.kind == PolicyType::System {
                    let why = "a system policy cannot be changed: attach a custom one with this in its place";
                    page.line(2, format_args!("({why})"));
                }
            }
            Change::AddStatement { layer, node, statement } => {
                page.line(1, format_args!("add to {}", place(*layer, *node)));
                statement_text(page, statement);
            }
        }
    }
    if remedy.changes.iter().all(|change| matches!(change, Change::SetKey { of: KeyOf::Request, .. })) {
        page.line(1, "no policy changes");
        return;
    }
    let denies =
        |change: &Change| matches!(change, Change::ReplaceStatement { statement, .. } if statement["Effect"] == "Deny");
    let does = if remedy.changes.iter().any(denies) { "opens" } else { "covers" };
    for opened in remedy.opens.iter().take(NAMED) {
        page.line(1, format_args!("this {does} {} on {} as well", opened.action, opened.resource));
    }
    let others = remedy.also_allows.len();
    if others == 0 {
        if remedy.opens.is_empty() {
            page.line(1, "this allows nothing else of the operations that acslab knows");
        }
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

/// What somebody does for a key to have a value.
fn how_to_set(key: &str, value: &str, of: KeyOf) -> String {
    if of == KeyOf::Resource {
        let tag = key.split_once('/').map_or(key, |(_, tag)| tag);
        let on = if key.to_ascii_lowercase().starts_with("oss:buckettag/") { "the bucket" } else { "the resource" };
        return format!("tag {on}: `{tag}` = `{value}` (it fills `{key}`)");
    }
    match key.to_ascii_lowercase().as_str() {
        "sts:externalid" => format!("send the ExternalId `{value}` with AssumeRole (it fills `{key}`)"),
        "acs:sourcevpc" => format!("send the request from within the VPC `{value}` (it fills `{key}`)"),
        "acs:sourceip" => format!("send the request from an address such as `{value}` (it fills `{key}`)"),
        "acs:securetransport" if value == "true" => format!("use https (it fills `{key}`)"),
        "acs:mfapresent" if value == "true" => format!("log on with MFA and ask from the console (it fills `{key}`)"),
        lower if lower.starts_with("oss:x-oss-") => {
            format!("send the header `{}: {value}` (it fills `{key}`)", key.trim_start_matches("oss:"))
        }
        lower if lower.starts_with("oss:buckettag/") => {
            let tag = key.split_once('/').map_or(key, |(_, tag)| tag);
            format!(
                "list with the parameters `tag-key={tag}` and `tag-value={value}` (they fill `{key}`); the console sends none"
            )
        }
        lower if ["oss:prefix", "oss:delimiter", "oss:max-keys"].contains(&lower) => {
            format!("send the parameter `{}={value}` (it fills `{key}`)", lower.trim_start_matches("oss:"))
        }
        _ => format!("make the request with `{key}` = `{value}`"),
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
