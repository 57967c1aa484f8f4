//! What is attached for a resource group alone: it reaches what is in that group.

use acslab_emulator::Keys;
use acslab_policy::Verdict;
use serde::Serialize;

use super::words::by_question;
use crate::import::Standing;

/// A resource group in which it would be allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Scoped {
    /// The group, by its name or id.
    pub resource_group: String,
    /// The statement that allows it there, in words.
    pub by: String,
    /// Can it never be of use, since the service does not go by resource groups?
    pub in_vain: bool,
    /// The group that the state says the resource is in, which is another one.
    pub is_in: Option<String>,
}

/// The services whose operations are on what is in no resource group: identities, and the groups themselves (RAM: services that support
/// resource groups).
const WITHOUT_GROUPS: [&str; 4] = ["ram", "sts", "ims", "resourcemanager"];

/// The group of what was put into no other.
const DEFAULT_RESOURCE_GROUP: &str = "default";

/// Can what is attached for a resource group never reach what is asked?
fn is_in_vain(action: &str, resource: &str) -> bool {
    let service = action.split(':').next().unwrap_or_default();
    resource == "*" || WITHOUT_GROUPS.iter().any(|one| one.eq_ignore_ascii_case(service))
}

/// Is a resource another account's than whoever asks is of? Its groups are then not those that somebody has policies for.
fn is_anothers(who: &str, resource: &str) -> bool {
    let account = |arn: &str| arn.split(':').nth(3).map(str::to_owned).filter(|id| !matches!(id.as_str(), "" | "*"));
    account(resource).is_some_and(|of| account(who) != Some(of))
}

/// The resource groups that somebody has policies for.
pub(crate) fn groups_of(standing: &Standing, who: &str) -> Vec<String> {
    standing.authority.of_resource_groups(who).unwrap_or_default().into_keys().collect()
}

/// Those of somebody's groups that a resource may be in, as far as the state tells.
pub(crate) fn possible_groups<'g>(
    standing: &Standing,
    who: &str,
    groups: &'g [String],
    (action, resource): (&str, &str),
) -> &'g [String] {
    let in_none = groups.is_empty()
        || is_in_vain(action, resource)
        || is_anothers(who, resource)
        || is_in_no_bucket(standing, action, resource)
        || told_group(standing, who, action, resource).is_some();
    if in_none { &[] } else { groups }
}

/// The group that a state says a resource is in. What is listed in no group is in the default one, if everything is listed.
fn told_group(standing: &Standing, who: &str, action: &str, resource: &str) -> Option<String> {
    let told = standing.authority.resource_group_of(who, action, resource).ok().flatten();
    told.filter(|name| standing.whole || name != DEFAULT_RESOURCE_GROUP)
}

/// Is what is asked of OSS in no bucket of a state that has them all? It is in no group then.
fn is_in_no_bucket(standing: &Standing, action: &str, resource: &str) -> bool {
    let of_oss = resource.strip_prefix("acs:oss:");
    if !standing.whole || (of_oss.is_none() && !action.starts_with("oss:")) {
        return false;
    }
    let name = of_oss.and_then(|rest| rest.splitn(3, ':').nth(2)).unwrap_or_default();
    let bucket = name.split('/').next().unwrap_or_default();
    !standing.kept.state.accounts.values().any(|account| account.buckets.contains_key(bucket))
}

/// The resource groups that somebody has policies for which allow what is asked there; none if they would change nothing.
pub fn scoped(standing: &Standing, who: &str, (action, resource, keys): (&str, &str, &Keys)) -> Vec<Scoped> {
    let groups = standing.authority.of_resource_groups(who).unwrap_or_default();
    if groups.is_empty() || is_anothers(who, resource) {
        return Vec::new();
    }
    let in_vain = is_in_vain(action, resource);
    let is_in = told_group(standing, who, action, resource);
    let mut found = Vec::new();
    for resource_group in groups.into_keys() {
        let answer = standing.authority.ask_in(who, action, resource, keys, Some(&resource_group));
        let Ok(answer) = answer else { continue };
        let by = answer.decision.statement.and_then(|statement| by_question(&answer.question, statement));
        if let Some(by) = by.filter(|_| answer.decision.verdict == Verdict::Allow) {
            found.push(Scoped { resource_group, by, in_vain, is_in: is_in.clone() });
        }
    }
    found
}

/// The same in words, with what to do.
pub fn scoped_text(scoped: &[Scoped]) -> String {
    let mut text = String::new();
    for Scoped { resource_group, by, in_vain, is_in } in scoped {
        let head = format!("Allowed in resource group {resource_group} alone: by {by} for that group.");
        let reaches = match is_in {
            Some(other) => format!("It reaches what is in the group: the resource is in {other}."),
            None => format!(
                "It reaches what is in the group: is the resource in it? `--resource-group {resource_group}` decides as if it was."
            ),
        };
        let tail = if *in_vain {
            "This operation does not go by resource groups: the policy has to be attached for the account.".to_owned()
        } else {
            format!(
                "{reaches}\n\
                 To allow it without a change of a policy: move the resource into the group, or attach the policy for the account."
            )
        };
        text.extend([&*head, "\n", &tail, "\n"]);
    }
    text
}
