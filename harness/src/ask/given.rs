//! What a policy gives, or all that are attached to a group: whoever it is that has them.

use std::sync::Arc;

use acslab_emulator::SystemPolicies;
use acslab_emulator::state::{AccountState, Attachment};
use acslab_policy::{Attachment as Attached, Document, DocumentKind, Layer, PolicyRef, PolicySet, PolicyType};

use super::may::{Grant, in_order, of_set};
use crate::import::Standing;

/// What the policies of a group say, or one policy: `acs:ram::ID:group/dev`, `acs:ram::ID:policy/Photos`, and of a system policy
/// `acs:ram::ID:system-policy/AliyunOSSFullAccess`. `None` where there is none of that name.
pub fn given(standing: &Standing, arn: &str) -> Option<Vec<Grant>> {
    let mut fields = arn.splitn(5, ':').skip(3);
    let account = standing.kept.state.account(fields.next()?)?;
    let (kind, name) = fields.next()?.split_once('/')?;
    let one = |kind: &str| {
        vec![Attachment { name: name.to_owned(), kind: kind.to_owned(), version: None, resource_group: None }]
    };
    let (policies, attached) = match kind {
        "group" => (account.groups.get(name)?.policies.clone(), Attached::Group(name.into())),
        "policy" => (one("Custom"), Attached::None),
        "system-policy" => (one("System"), Attached::None),
        _ => return None,
    };
    let mut grants = Vec::new();
    for policy in &policies {
        let set = PolicySet::compile([read(account, policy, &attached)?]);
        let before = grants.len();
        of_set(&set, Layer::Identity, &mut grants, |_, _| true);
        grants.iter_mut().skip(before).for_each(|grant| grant.resource_group.clone_from(&policy.resource_group));
    }
    Some(in_order(grants))
}

fn read(account: &AccountState, policy: &Attachment, attached: &Attached) -> Option<(PolicyRef, Arc<Document>)> {
    let name = policy.name.as_str();
    let (kind, version, text) = if policy.kind == "Custom" {
        let (_, own) = account.policies.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        (PolicyType::Custom, own.default_version.clone(), own.versions.get(&own.default_version)?.pretty())
    } else if let Some(moved) = account.system_policies.get(name) {
        (PolicyType::System, moved.version.clone(), moved.text.pretty())
    } else {
        let shipped = SystemPolicies::shipped();
        let known = shipped.get(name)?;
        (PolicyType::System, known.default_version.clone(), known.document().text().to_owned())
    };
    let reference =
        PolicyRef { name: name.into(), kind, version: Some(version.as_str().into()), attached: attached.clone() };
    Some((reference, Arc::new(Document::stored(DocumentKind::Identity, &text).ok()?)))
}
