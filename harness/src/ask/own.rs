//! What resources say themselves: bucket policies and ACLs, trust policies, policies of log projects.

use std::collections::BTreeSet;
use std::sync::Arc;

use acslab_emulator::state::AccountState;
use acslab_policy::{Dialect, Document, DocumentKind};
use serde_json::{Value, json};

use crate::import::Standing;

/// Something that may have a policy of its own: the ARN, an action that has it asked, and is there something in it?
pub(crate) struct Resource {
    pub(crate) arn: String,
    pub(crate) action: &'static str,
    holds: bool,
}

impl Resource {
    /// It, or what is in it.
    pub(crate) fn pattern(&self) -> String {
        if self.holds { format!("{}/*", self.arn) } else { self.arn.clone() }
    }
}

/// The policies that resources have of their own, each once.
pub(crate) fn own_documents(standing: &Standing) -> Vec<Arc<Document>> {
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

/// Statements that tell each such resource, and each account, from all others, and the actions that need no policy.
pub(crate) fn apart(standing: &Standing) -> Vec<Document> {
    let statement = |statement: Value| {
        let text = json!({"Version": "1", "Statement": [statement]}).to_string();
        Document::parse_with(DocumentKind::Identity, &text, &Dialect::STORED).ok()
    };
    let document = |pattern: String| statement(json!({"Effect": "Allow", "Action": "*", "Resource": pattern}));
    let open = standing.authority.open_actions();
    let mut all: Vec<Document> =
        statement(json!({"Effect": "Allow", "Action": open, "Resource": "*"})).into_iter().collect();
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

/// The resources of an account that may have a policy of their own.
pub(crate) fn resources(account: &AccountState) -> Vec<Resource> {
    let id = &account.account_id;
    let mut all = Vec::new();
    for (name, bucket) in &account.buckets {
        let arn = format!("acs:oss:*:{id}:{name}");
        let action = "oss:GetObject";
        let objects: BTreeSet<_> = bucket.object_acls.keys().chain(bucket.object_tags.keys()).collect();
        let objects = objects.into_iter().map(|key| format!("{arn}/{key}"));
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
