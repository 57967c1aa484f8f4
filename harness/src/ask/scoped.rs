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
}

/// The services whose operations are on what is in no resource group: identities, and the groups themselves (RAM: services that support
/// resource groups).
const WITHOUT_GROUPS: [&str; 4] = ["ram", "sts", "ims", "resourcemanager"];

/// The resource groups that somebody has policies for which allow what is asked there; none if they would change nothing.
pub fn scoped(standing: &Standing, who: &str, (action, resource, keys): (&str, &str, &Keys)) -> Vec<Scoped> {
    let Ok(groups) = standing.authority.of_resource_groups(who) else { return Vec::new() };
    let service = action.split(':').next().unwrap_or_default();
    let in_vain = resource == "*" || WITHOUT_GROUPS.iter().any(|one| one.eq_ignore_ascii_case(service));
    let mut found = Vec::new();
    for resource_group in groups.into_keys() {
        let answer = standing.authority.ask_in(who, action, resource, keys, Some(&resource_group));
        let Ok(answer) = answer else { continue };
        let by = answer.decision.statement.and_then(|statement| by_question(&answer.question, statement));
        if let Some(by) = by.filter(|_| answer.decision.verdict == Verdict::Allow) {
            found.push(Scoped { resource_group, by, in_vain });
        }
    }
    found
}

/// The same in words, with what to do.
pub fn scoped_text(scoped: &[Scoped]) -> String {
    let mut text = String::new();
    for Scoped { resource_group, by, in_vain } in scoped {
        let head = format!("Allowed in resource group {resource_group} alone: by {by} for that group.");
        let tail = if *in_vain {
            "This operation does not go by resource groups: the policy has to be attached for the account.".to_owned()
        } else {
            format!(
                "It reaches what is in the group: is the resource in it? `--resource-group {resource_group}` decides as if it was.\n\
                 To allow it without a change of a policy: move the resource into the group, or attach the policy for the account."
            )
        };
        text.extend([&*head, "\n", &tail, "\n"]);
    }
    text
}
