//! The decisions that a step caused against those that it must have caused.

use std::collections::VecDeque;

use super::outcome::{Difference, Judged};
use crate::runner::decision::Decision;
use crate::scenario::{DecidedLine, DecidedSet, Unfilled, Variables, Who};

/// Is it the name of an action that changes something?
///
/// CHOICE: no list of access levels is published for all products; the words with which reading begins are the same in all of them.
pub(super) fn is_write(action: &str) -> bool {
    const READS: &[&str] =
        &["Get", "List", "Describe", "Query", "Check", "Head", "Search", "Read", "Select", "BatchGet", "Verify"];
    let name = action.split_once(':').map_or(action, |(_, name)| name);
    !READS.iter().any(|read| name.starts_with(read))
}

/// Each line must be among what was decided, once for each time that it is written; where it says so, nothing else may be.
pub(super) fn judge_decided(
    set: &DecidedSet,
    mut found: VecDeque<&Decision>,
    what: &str,
    variables: &Variables,
) -> Judged {
    let mut differences = Vec::new();
    let all: Vec<_> = found.iter().map(|one| shown(one)).collect();
    for line in &set.lines {
        let mut at = None;
        for (index, one) in found.iter().enumerate() {
            if fits(line, one, variables)? {
                at = Some(index);
                break;
            }
        }
        if let Some(at) = at {
            found.remove(at);
        } else {
            let all = if all.is_empty() { format!("no {what}") } else { all.join("; ") };
            differences.push(Difference::new(format!("the {what} `{}`", line.text), all));
        }
    }
    if set.exactly {
        let others = found.iter().map(|one| Difference::new(format!("no other {what}"), shown(one)));
        differences.extend(others);
    }
    Ok(differences)
}

fn fits(line: &DecidedLine, decision: &Decision, variables: &Variables) -> Result<bool, Unfilled> {
    let action = line.action.fill(variables)?;
    let resource = line.resource.as_ref().map(|resource| resource.fill(variables)).transpose()?;
    Ok((decision.verdict == "Allow") == line.allowed
        && covers(&action.to_ascii_lowercase(), &decision.action.to_ascii_lowercase())
        && resource.is_none_or(|resource| covers(&resource, &decision.resource))
        && line.who.as_ref().is_none_or(|who| is_caller(who, &decision.caller, variables)))
}

/// Whose ARN is it?
fn is_caller(who: &Who, arn: &str, variables: &Variables) -> bool {
    match who {
        Who::Owner => arn.ends_with(":root"),
        Who::OwnerOf(account) => {
            let id = variables.get(&format!("account.{account}"));
            id.is_some_and(|id| arn == format!("acs:ram::{id}:root"))
        }
        Who::Anonymous => arn == "*",
        Who::User(name) => arn.ends_with(&format!(":user/{name}")),
        Who::Role(name) => {
            let name = name.to_ascii_lowercase();
            let arn = arn.to_ascii_lowercase();
            arn.ends_with(&format!(":role/{name}")) || arn.contains(&format!(":assumed-role/{name}/"))
        }
        Who::Service(name) => arn == name,
    }
}

/// "oss:PutObject on acs:oss:…: Allow as acs:ram::1:user/alice".
fn shown(decision: &Decision) -> String {
    let Decision { action, resource, verdict, caller, .. } = decision;
    format!("{action} on {resource}: {verdict} as {caller}")
}

/// Does a pattern with `*` in it cover a text?
pub(super) fn covers(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}
