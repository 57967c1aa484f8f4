//! What resources say themselves: bucket policies and ACLs, trust policies, policies of log projects.

use std::sync::Arc;

use acslab_emulator::state::AccountState;
use acslab_policy::{Dialect, Document, DocumentKind};
use serde_json::json;

use crate::import::Standing;

/// Something that may have a policy of its own: the ARN, an action that has it asked, and is there something in it?
struct Resource {
    arn: String,
    action: &'static str,
    holds: bool,
}

/// The policies that resources have of their own, each once.
pub(super) fn own_documents(standing: &Standing) -> Vec<Arc<Document>> {
    let mut all: Vec<Arc<Document>> = Vec::new();
    for resource in standing.kept.state.accounts.values().flat_map(resources) {
        let Ok(answer) = standing.authority.ask("*", resource.action, &resource.arn, &[]) else { continue };
        let policies = answer.question.layers.resource.set().into_iter().flat_map(acslab_policy::PolicySet::policies);
        for policy in policies {
            if !all.iter().any(|known| Arc::ptr_eq(known, &policy.document)) {
                all.push(Arc::clone(&policy.document));
            }
        }
    }
    all
}

/// Statements that tell each such resource, and each account, from all others.
pub(super) fn apart(standing: &Standing) -> Vec<Document> {
    let document = |pattern: String| {
        let statement = json!({"Effect": "Allow", "Action": "*", "Resource": pattern});
        let text = json!({"Version": "1", "Statement": [statement]}).to_string();
        Document::parse_with(DocumentKind::Identity, &text, &Dialect::STORED).ok()
    };
    let mut all = Vec::new();
    for account in standing.kept.state.accounts.values() {
        // What is abroad is out of reach.
        all.extend(document(format!("acs:*:*:{}:*", account.account_id)));
        for resource in resources(account) {
            all.extend(resource.holds.then(|| document(format!("{}/*", resource.arn))).flatten());
            all.extend(document(resource.arn));
        }
    }
    all
}

fn resources(account: &AccountState) -> Vec<Resource> {
    let id = &account.account_id;
    let mut all = Vec::new();
    for (name, bucket) in &account.buckets {
        let arn = format!("acs:oss:*:{id}:{name}");
        let action = "oss:GetObject";
        let objects = bucket.object_acls.keys().map(|key| format!("{arn}/{key}"));
        all.extend(objects.map(|arn| Resource { arn, action, holds: false }));
        all.push(Resource { arn, action, holds: true });
    }
    for place in account.log_projects.keys() {
        let (region, name) = place.split_once('/').unwrap_or(("*", place));
        let arn = format!("acs:log:{region}:{id}:project/{name}");
        all.push(Resource { arn, action: "log:GetProject", holds: true });
    }
    for name in account.roles.keys() {
        let arn = format!("acs:ram:*:{id}:role/{}", name.to_ascii_lowercase());
        all.push(Resource { arn, action: "sts:AssumeRole", holds: false });
    }
    all
}
