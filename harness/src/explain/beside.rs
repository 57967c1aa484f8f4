//! What a state says beside the answer: what does not bite, what cannot be used, what is missing, who else is concerned.

use acslab_emulator::state::{AccountState, Attachment, Left};
use acslab_policy::{
    Attachment as Attached, Change, Effect, Explanation, Layer, PolicySet, PolicyType, Question, Remedies,
};

use crate::authorization::holders;
use crate::import::{Standing, document_of};

/// What speaks against it and does not bite: a Deny whose conditions do not hold, one that is attached for a resource group alone.
pub(super) fn toothless(standing: &Standing, principal: &str, explanation: &Explanation) -> Vec<String> {
    let mut found = Vec::new();
    for trace in explanation.units().flat_map(|unit| &unit.statements) {
        let fits = trace.action.fits && trace.resource.as_ref().is_none_or(|element| element.fits);
        let failed = trace.failed.as_ref().filter(|_| trace.effect == Effect::Deny && fits && !trace.counts);
        if let Some(failed) = failed {
            let why = if failed.actual.is_empty() { "the request does not carry the key" } else { "it does not hold" };
            let (policy, statement) = (&trace.policy.name, trace.statement.statement + 1);
            found.push(format!(
                "statement {statement} of `{policy}` denies it only where {} holds: {why}",
                failed.element
            ));
        }
    }
    let settled = explanation.decision.layer == Layer::IdentityResourceGroup;
    let scoped = attached(standing, principal).into_iter().flat_map(|(_, all)| all);
    for attachment in scoped.filter(|_| !settled) {
        if let Some(group) = &attachment.resource_group {
            let line = format!(
                "`{}` is attached for resource group {group} alone: the account's scope is asked first, and an Allow there ends it",
                attachment.name
            );
            if !found.contains(&line) {
                found.push(line);
            }
        }
    }
    found
}

/// What is attached to whoever asks, with the account: to a user and its groups, to the role of a session.
fn attached<'s>(standing: &'s Standing, principal: &str) -> Option<(&'s AccountState, Vec<&'s Attachment>)> {
    let mut fields = principal.splitn(5, ':').skip(3);
    let account = standing.kept.state.account(fields.next()?)?;
    let (kind, name) = fields.next()?.split_once('/')?;
    let name = name.split('/').next().unwrap_or(name);
    if kind != "user" {
        let roles = account.roles.iter().filter(|(role, _)| role.eq_ignore_ascii_case(name));
        return Some((account, roles.flat_map(|(_, role)| &role.policies).collect()));
    }
    let user = account.users.get(name);
    let groups = account.groups.iter().filter(|(group, of)| {
        of.members.iter().any(|member| member == name) || user.is_some_and(|user| user.groups.contains(*group))
    });
    let own = user.into_iter().flat_map(|user| &user.policies);
    Some((account, own.chain(groups.flat_map(|(_, group)| &group.policies)).collect()))
}

/// What of the policies in force counts for nothing since it is not of the grammar, and documents that are none.
pub(super) fn unusable(standing: &Standing, question: &Question) -> Vec<String> {
    let mut found = Vec::new();
    for policy in question.sets().flat_map(PolicySet::policies) {
        for unusable in policy.document.unusable() {
            let line = format!("`{}`: {unusable}", policy.reference.name);
            if !found.contains(&line) {
                found.push(line);
            }
        }
    }
    let none = standing.unused.iter().filter(|unused| unused.what == Left::Document);
    let noted = standing.notes.iter().filter(|note| note.of_document);
    found.extend(none.map(|unused| format!("{}: {}", unused.place, unused.why)));
    found.extend(noted.map(|note| format!("{}: {}", note.place, note.what)));
    found
}

/// What is attached to whoever asks and is not in the state.
pub(super) fn unknown(standing: &Standing, principal: &str) -> Vec<String> {
    let Some((account, attached)) = attached(standing, principal) else { return Vec::new() };
    let places: Vec<String> = attached.iter().map(|one| document_of(&one.kind, &one.name)).collect();
    let is_attached = |(of, place): &(String, String)| *of == account.account_id && places.contains(place);
    let missing = standing.kept.missing.iter().filter(|missing| missing.of.as_ref().is_some_and(is_attached));
    missing.map(|missing| format!("{}; `{}` fetches it", missing.what, missing.get)).collect()
}

/// Who else has the policies that the proposals change, a line for each.
pub(super) fn shared(standing: &Standing, principal: &str, remedies: &Remedies) -> Vec<String> {
    let mut fields = principal.splitn(5, ':').skip(3);
    let account = fields.next().and_then(|id| standing.kept.state.account(id));
    let (Some(account), Some(who)) = (account, fields.next()) else { return Vec::new() };
    let changes = remedies.remedies.iter().chain(&remedies.wider).flat_map(|remedy| &remedy.changes);
    let policies = changes.filter_map(|change| match change {
        Change::ReplaceStatement { target, .. } | Change::RemoveStatement(target) => Some(&target.policy),
        Change::AddStatement { .. } | Change::SetKey { .. } | Change::Setting(_) => None,
    });
    let mut lines = Vec::new();
    for policy in policies.filter(|policy| policy.kind == PolicyType::Custom) {
        let mut others = match &policy.attached {
            Attached::User(_) | Attached::Role(_) => holders(account, &policy.name),
            Attached::Group(group) => {
                let of =
                    holders(account, &policy.name).into_iter().filter(|holder| *holder != format!("group/{group}"));
                of.chain(members(account, group)).collect()
            }
            _ => continue,
        };
        let own = who.replacen("assumed-role/", "role/", 1);
        let is_own = |holder: &String| *holder == own || own.starts_with(&format!("{holder}/"));
        others.retain(|holder| !is_own(holder));
        if others.is_empty() {
            continue;
        }
        let line =
            format!("`{}` is that of {} as well: what changes in it changes for them.", policy.name, others.join(", "));
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// Who is in a group.
fn members(account: &AccountState, group: &str) -> Vec<String> {
    let told = account.groups.get(group).into_iter().flat_map(|group| &group.members).cloned();
    let joined = account.users.iter().filter(|(_, user)| user.groups.iter().any(|one| one == group));
    let mut all: Vec<String> =
        told.chain(joined.map(|(name, _)| name.clone())).map(|name| format!("user/{name}")).collect();
    all.sort();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use acslab_policy::explain;
    use serde_json::json;

    use super::{Standing, toothless, unknown};
    use crate::authorization::{Kept, Missing};

    const COMPANY: &str = "1234567890123456";
    const OTHER: &str = "2000000000000001";

    fn standing() -> Standing {
        let scoped = |name: &str| json!([{"name": name, "type": "System", "resource_group": "front"}, {"name": "Own", "type": "Custom"}]);
        let trust = json!({"Version": "1", "Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow",
            "Principal": {"RAM": [format!("acs:ram::{COMPANY}:root")]}}]});
        let own = json!({"default_version": "v1", "versions": {"v1": {"Version": "1", "Statement": []}}});
        let state = json!({"accounts": {
            "company": {"account_id": COMPANY, "policies": {"Own": own},
                "users": {"alice": {"policies": [{"name": "Own", "type": "Custom"}]}, "bob": {}},
                "groups": {"devs": {"members": ["bob"], "policies": scoped("AliyunECSFullAccess")}},
                "roles": {"Ops": {"trust": trust, "policies": scoped("AliyunRDSFullAccess"), "max_session_duration": 3600}}},
            "other": {"account_id": OTHER, "users": {"alice": {"policies": scoped("AliyunOSSFullAccess")}}}}});
        let mut kept = Kept::from(serde_json::from_value::<acslab_emulator::state::AuthorizationState>(state).unwrap());
        kept.missing.push(Missing {
            what: "the document of custom policy `Own`".to_owned(),
            get: "aliyun ram GetPolicy --PolicyType Custom --PolicyName Own".to_owned(),
            of: Some((OTHER.to_owned(), "policies/Own".to_owned())),
        });
        Standing::of(kept, Vec::new())
    }

    /// What is attached is that of the account, of groups and of the role behind a session.
    #[test]
    fn what_is_attached_to_whoever_asks() {
        let standing = standing();
        for (who, scoped, missing) in [
            (format!("acs:ram::{COMPANY}:user/alice"), None, false),
            (format!("acs:ram::{OTHER}:user/alice"), Some("AliyunOSSFullAccess"), true),
            (format!("acs:ram::{COMPANY}:user/bob"), Some("AliyunECSFullAccess"), false),
            (format!("acs:ram::{COMPANY}:assumed-role/ops/s"), Some("AliyunRDSFullAccess"), false),
        ] {
            let asked = standing.authority.ask(&who, "ecs:StopInstance", "*", &[]).unwrap();
            let explanation = explain(&asked.question.layers.as_layers(), &asked.question.request);
            let told = toothless(&standing, &who, &explanation);
            assert_eq!(told.len(), usize::from(scoped.is_some()), "{who}: {told:?}");
            assert!(scoped.is_none_or(|policy| told[0].contains(policy)), "{told:?}");
            assert_eq!(unknown(&standing, &who).len(), usize::from(missing), "{who}");
        }
    }
}
