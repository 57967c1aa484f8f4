//! What changed in who may do what, as text and as Markdown.

use super::paint::Paint;
use crate::page::Page;
use crate::state::{Change, Changes, OwnStatement};
use crate::words::visible;

/// How many actions of one change are named.
const NAMED: usize = 8;

/// The changes for people, a line each.
pub fn changes_text(changes: &Changes, paint: Paint) -> String {
    let mut page = Page::default();
    for (mark, sentence) in sentences(changes) {
        let line = visible(&format!("{mark} {}", sentence.replace('`', "")));
        page.line(0, if mark == '+' { paint.green(&line) } else { paint.red(&line) });
    }
    for who in &changes.incomplete {
        page.line(0, format_args!("  {who} holds too many combinations to look at all: there may be more"));
    }
    page.into_text()
}

/// The changes as a list in Markdown.
pub fn changes_markdown(changes: &Changes) -> String {
    let mut page = Page::default();
    for (mark, sentence) in sentences(changes) {
        let mark = if mark == '+' { "🟢" } else { "🔴" };
        page.line(0, format_args!("- {mark} {}", visible(&sentence)));
    }
    for who in &changes.incomplete {
        page.line(0, format_args!("- ⚠️ `{who}` holds too many combinations to look at all: there may be more"));
    }
    page.into_text()
}

/// Each with `+` for what is new and `-` for what is gone.
fn sentences(changes: &Changes) -> Vec<(char, String)> {
    let gained = changes.gained.iter().map(|one| ('+', sentence(one, "may now")));
    let lost = changes.lost.iter().map(|one| ('-', sentence(one, "may no longer")));
    let own = |one: &OwnStatement| format!("`{}`, by {}, statement {}", one.says, one.policy, one.statement);
    let added = changes.added.iter().map(|one| ('+', format!("now {}", own(one))));
    let removed = changes.removed.iter().map(|one| ('-', format!("no longer {}", own(one))));
    gained.chain(lost).chain(added).chain(removed).collect()
}

/// "`alice` may now `oss:PutObject` on `acs:oss:*:*:flows/*`, by policy `Custom P v2`, statement 2".
fn sentence(change: &Change, may: &str) -> String {
    let named: Vec<_> = change.actions.iter().take(NAMED).map(|action| format!("`{action}`")).collect();
    let more = change.actions.len() - named.len();
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let group = change.resource_group.as_ref().map_or(String::new(), |group| format!(" in resource group `{group}`"));
    let when =
        if change.conditions.is_empty() { String::new() } else { format!(" if `{}`", change.conditions.join(" and ")) };
    let by = match (&change.policy, change.statement) {
        (Some(policy), Some(statement)) => {
            let by = match (change.denied, may) {
                (true, _) => "denied by",
                (false, "may now") => "by",
                _ => "which was allowed by",
            };
            format!(", {by} policy `{policy}`, statement {statement}")
        }
        _ => String::new(),
    };
    format!("`{}` {may} {}{more} on `{}`{group}{when}{by}", change.who, named.join(", "), change.resource)
}
