//! What a policy that names principals says to one of them, as a policy that names none.

use std::sync::Arc;

use acslab_policy::{Document, DocumentKind, PolicySet, Request};
use serde_json::{Value, json};

/// The statements that mean whoever asks, without their principals: compared so, two versions differ in what they say to this one.
pub(super) fn for_one(set: &PolicySet, request: &Request) -> PolicySet {
    let kept = set.policies().iter().filter_map(|policy| {
        let document = &policy.document;
        let meant = document.statements().iter().filter(|one| one.names_principal_of(request, document.dialect()));
        let statements: Vec<Value> = meant.filter_map(|one| bare(one.span().of(document.text()))).collect();
        let text = json!({"Version": "1", "Statement": statements}).to_string();
        let read = Document::stored(DocumentKind::Identity, &text).ok().filter(|_| !statements.is_empty())?;
        Some((policy.reference.clone(), Arc::new(read)))
    });
    PolicySet::compile(kept)
}

/// A statement that names nobody. A trust policy's is about its role alone.
fn bare(text: &str) -> Option<Value> {
    let mut statement: Value = serde_json::from_str(text).ok()?;
    let members = statement.as_object_mut()?;
    members.retain(|name, _| name != "Principal" && name != "NotPrincipal");
    if !members.contains_key("Resource") && !members.contains_key("NotResource") {
        members.insert("Resource".to_owned(), json!("*"));
    }
    Some(statement)
}
