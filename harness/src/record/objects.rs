//! Objects that were there before a recording: a state has none of their content, so they are put before it plays.

use std::collections::BTreeSet;

use acslab_emulator::state::{AuthorizationState, Bucket};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

/// Operations that need the object which they name.
const NEEDING: &[&str] = &[
    "Oss.DeleteObjectTagging",
    "Oss.GetObject",
    "Oss.GetObjectAcl",
    "Oss.GetObjectMeta",
    "Oss.GetObjectTagging",
    "Oss.GetSymlink",
    "Oss.HeadObject",
    "Oss.ProcessObject",
    "Oss.PutObjectAcl",
    "Oss.PutObjectTagging",
    "Oss.RestoreObject",
    "Oss.SelectObject",
];

/// What of the objects a recording knows.
#[derive(Debug, Default)]
pub(super) struct Objects {
    known: BTreeSet<(String, String)>,
    /// The calls that put those that were there before.
    pub(super) before: Vec<Value>,
}

impl Objects {
    /// Takes a call that succeeded.
    pub(super) fn take(&mut self, operation: &str, parameters: &[(&str, &str)], state: &AuthorizationState) {
        let of = |wanted: &str| parameters.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
        let (Some(bucket), Some(key)) = (of("Bucket"), of("Key")) else { return };
        if let Some((bucket, key)) = of("x-oss-copy-source").and_then(copied) {
            self.need("", &bucket, &key, state);
        }
        if NEEDING.contains(&operation) {
            self.need(operation, bucket, key, state);
        }
        self.known.insert((bucket.to_owned(), key.to_owned()));
    }

    fn need(&mut self, operation: &str, bucket: &str, key: &str, state: &AuthorizationState) {
        if !self.known.insert((bucket.to_owned(), key.to_owned())) {
            return;
        }
        // What was made meanwhile was put meanwhile, or by somebody whose calls are left out.
        let mut accounts = state.accounts.iter().enumerate();
        let Some((number, (alias, account))) = accounts.find(|(_, (_, account))| account.buckets.contains_key(bucket))
        else {
            return;
        };
        // One that the state names is there, and empty.
        let told = |bucket: &Bucket| bucket.object_acls.contains_key(key) || bucket.object_tags.contains_key(key);
        if account.buckets.get(bucket).is_some_and(told) {
            return;
        }
        let mut put = |call: &str, with: Value| {
            let mut call = json!({"call": call, "with": with});
            if number > 0 {
                call["as"] = json!(format!("owner of {alias}"));
            }
            self.before.push(call);
        };
        let object = |key: &str| json!({"Bucket": bucket, "Key": key, "Body": CONTENT});
        match operation {
            // What is read of a link is where it leads.
            "Oss.GetSymlink" => {
                let target = format!("{key}-target");
                put("Oss.PutObject", object(&target));
                put("Oss.PutSymlink", json!({"Bucket": bucket, "Key": key, "x-oss-symlink-target": target}));
            }
            // What is at hand cannot be restored.
            "Oss.RestoreObject" => {
                let mut cold = object(key);
                cold["x-oss-storage-class"] = json!("Archive");
                put("Oss.PutObject", cold);
            }
            _ => put("Oss.PutObject", object(key)),
        }
    }
}

/// The bucket and the key of `/bucket/key?versionId=…`, which is percent-encoded, with a `+` for a blank.
fn copied(source: &str) -> Option<(String, String)> {
    let path = source.split('?').next()?;
    let path = path.strip_prefix('/').unwrap_or(path).replace('+', " ");
    let path = percent_decode_str(&path).decode_utf8().ok()?;
    path.split_once('/').map(|(bucket, key)| (bucket.to_owned(), key.to_owned()))
}

/// What stands for a content that nobody recorded.
const CONTENT: &str = "It was here before the recording.";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Objects;

    #[test]
    fn what_a_call_needs_is_put_before() {
        let state = serde_json::from_value(json!({"accounts": {"company": {"account_id": "1234567890123456",
            "buckets": {"photos": {"region": "cn-hangzhou"}}}}}))
        .unwrap();
        let mut objects = Objects::default();
        let source = "/photos/a+b%2Fc.jpg?versionId=null";
        objects.take("Oss.CopyObject", &[("Bucket", "photos"), ("Key", "copy"), ("x-oss-copy-source", source)], &state);
        objects.take("Oss.RestoreObject", &[("Bucket", "photos"), ("Key", "cold")], &state);
        objects.take("Oss.GetSymlink", &[("Bucket", "photos"), ("Key", "link")], &state);
        objects.take("Oss.GetObject", &[("Bucket", "photos"), ("Key", "copy")], &state);
        let calls = objects.before.iter().map(|call| (call["call"].clone(), call["with"]["Key"].clone()));
        let put = |key: &str| (json!("Oss.PutObject"), json!(key));
        let link = (json!("Oss.PutSymlink"), json!("link"));
        assert_eq!(calls.collect::<Vec<_>>(), [put("a b/c.jpg"), put("cold"), put("link-target"), link]);
    }
}
