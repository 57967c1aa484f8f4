//! What changed in who may do what, as text and as Markdown.

use super::paint::Paint;
use crate::page::Page;
use crate::state::{Change, Changes, Except, Mark, OwnStatement};
use crate::words::visible;

/// How many actions, or statements that stand against it, of one change are named.
const NAMED: usize = 12;

/// The changes for people, a line each.
pub fn changes_text(changes: &Changes, paint: Paint) -> String {
    let mut page = Page::default();
    for (mark, sentence) in sentences(changes) {
        let line = |mark: char| visible(&format!("{mark} {}", sentence.replace('`', "")));
        match mark {
            Mark::Opened => page.line(0, paint.green(&line('+'))),
            Mark::Closed => page.line(0, paint.red(&line('-'))),
            Mark::Changed => page.line(0, line('~')),
        }
    }
    for (who, what) in cut(changes) {
        page.line(0, format_args!("  {who}: {what}"));
    }
    page.into_text()
}

/// The changes as a list in Markdown.
pub fn changes_markdown(changes: &Changes) -> String {
    let mut page = Page::default();
    for (mark, sentence) in sentences(changes) {
        let mark = match mark {
            Mark::Opened => "🟢",
            Mark::Closed => "🔴",
            Mark::Changed => "🟡",
        };
        page.line(0, format_args!("- {mark} {}", visible(&sentence)));
    }
    for (who, what) in cut(changes) {
        page.line(0, format_args!("- ⚠️ `{who}`: {what}"));
    }
    page.into_text()
}

/// Of whom it was not looked at all there is, and what comes of it.
fn cut(changes: &Changes) -> impl Iterator<Item = (&str, &'static str)> {
    let more = "too many combinations to look at all, so there may be more";
    let whole = "too many parts to look at each, so some statements are told whole, with what stands against them";
    let incomplete = changes.incomplete.iter().map(move |who| (who.as_str(), more));
    incomplete.chain(changes.whole.iter().map(move |who| (who.as_str(), whole)))
}

fn sentences(changes: &Changes) -> Vec<(Mark, String)> {
    let gained = changes.gained.iter().map(|one| (Mark::Opened, gain(one)));
    let lost = changes.lost.iter().map(|one| (Mark::Closed, loss(one)));
    let own = |one: &OwnStatement| {
        format!("`{}`, by {}, statement {}{}", one.says, one.policy, one.statement, excepts(&one.except, ""))
    };
    let marks = |denied: bool| if denied { [Mark::Closed, Mark::Opened] } else { [Mark::Opened, Mark::Closed] };
    let added = changes.added.iter().map(|one| (marks(one.denied)[0], format!("now {}", own(one))));
    let removed = changes.removed.iter().map(|one| (marks(one.denied)[1], format!("no longer {}", own(one))));
    let facts = changes.facts.iter().map(|fact| (fact.mark, fact.says.clone()));
    gained.chain(lost).chain(added).chain(removed).chain(facts).collect()
}

/// "`alice` may now `oss:PutObject` on `acs:oss:*:*:flows/*`, by policy `Custom P v2`, statement 2".
fn gain(change: &Change) -> String {
    if change.denied {
        sentence(change, "is no longer denied", "as it was by")
    } else {
        sentence(change, "may now", "by")
    }
}

fn loss(change: &Change) -> String {
    if change.denied {
        sentence(change, "is now denied", "by")
    } else {
        sentence(change, "may no longer", "which was allowed by")
    }
}

fn sentence(change: &Change, may: &str, by: &str) -> String {
    let group = in_group(change.resource_group.as_deref());
    let (who, policy, statement) = (&change.who, &change.policy, change.statement);
    let what = what(&change.actions, &change.resource, &group, &change.conditions);
    format!("`{who}` {may}{what}, {by} policy `{policy}`, statement {statement}{}", excepts(&change.except, "policy "))
}

/// " `oss:Get*` on `*` if `acs:MFAPresent`".
fn what(actions: &[String], resource: &str, group: &str, conditions: &[String]) -> String {
    let named: Vec<_> = actions.iter().take(NAMED).map(|action| format!("`{action}`")).collect();
    let more = actions.len() - named.len();
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let actions = if named.is_empty() { String::new() } else { format!(" {}{more}", named.join(", ")) };
    let on = if resource.is_empty() { String::new() } else { format!(" on `{resource}`") };
    let when = if conditions.is_empty() { String::new() } else { format!(" if `{}`", conditions.join(" and ")) };
    format!("{actions}{on}{group}{when}")
}

fn in_group(group: Option<&str>) -> String {
    group.map_or(String::new(), |group| format!(" in resource group `{group}`"))
}

/// "; as before `oss:Get*` on `*`, by policy `Custom Q v1`, statement 1".
fn excepts(all: &[Except], kind: &str) -> String {
    let one = |except: &Except| {
        let whom = except.whom.as_ref().map_or(String::new(), |whom| format!(" for `{whom}`"));
        let whom = in_group(except.resource_group.as_deref()) + &whom;
        let what = what(&except.actions, &except.resource, &whom, &except.conditions);
        format!("; {}{what}, by {kind}`{}`, statement {}", except.how, except.policy, except.statement)
    };
    let more = all.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!("; and so {more} more statements") };
    all.iter().take(NAMED).map(one).collect::<String>() + &more
}
