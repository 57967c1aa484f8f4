//! Keys that a bucket's rules do not let be overwritten.
//!
//! Source page: "PutBucketOverwriteConfig".

use crate::cloud::{Bucket, Element, Found};
use crate::gateway::{Call, Caller};
use crate::signature::key;

/// Does a rule of the bucket forbid to write a key that is there?
pub(super) fn forbids(bucket: &Bucket, call: &Call<'_>, key: &str) -> bool {
    let Some(rules) = bucket.settings.get("overwriteConfig") else { return false };
    let about = |rule: &Element| {
        let fits = |name: &str, test: fn(&str, &str) -> bool| {
            rule.filled(name).is_none_or(|text| test(key, &key::of_text(text)))
        };
        let principals: Vec<_> = rule
            .child("Principals")
            .map(|all| all.all("Principal").map(|one| one.text.as_str()).collect())
            .unwrap_or_default();
        fits("Prefix", |key, text| key.starts_with(text))
            && fits("Suffix", |key, text| key.ends_with(text))
            && (principals.is_empty() || principals.iter().any(|principal| *principal == "*" || is(call, principal)))
    };
    rules.all("Rule").any(about) && matches!(bucket.objects.find(key, None), Found::Object(_))
}

/// Is the caller who is meant? INFERRED: written as in bucket policies.
fn is(call: &Call<'_>, principal: &str) -> bool {
    match &call.caller {
        Caller::Owner(account) => account.id == principal,
        Caller::User { id, .. } => id == principal,
        Caller::Session { account, session } => {
            let role = session.role_name.to_ascii_lowercase();
            let of_role = format!("arn:sts::{}:assumed-role/{role}/", account.id);
            principal.strip_prefix(of_role.as_str()).is_some_and(|name| name == "*" || name == session.name)
        }
        _ => false,
    }
}
