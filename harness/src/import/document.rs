//! Policy documents as they are: an identity policy, a trust policy, a bucket policy, told apart by their principals.

use std::path::Path;

use acslab_emulator::state::Attachment;
use acslab_policy::DocumentKind;
use acslab_policy::lint::guess_kind;
use serde_json::Value;

use super::collect::Collector;
use super::command::Command;
use super::piece::Piece;

/// Takes a document; `false` for what is none.
pub(super) fn take(piece: &Piece, value: &Value, collector: &mut Collector) -> bool {
    if value.get("Statement").is_none() {
        return false;
    }
    let text = format!("{value:#}");
    let named = name(piece);
    // What was asked for says more than the text.
    let asked = piece.command.as_ref().filter(|command| command.operation == "GetBucketPolicy");
    let of_bucket = asked.and_then(Command::bucket);
    match of_bucket.map_or_else(|| guess_kind(&text), |_| DocumentKind::Bucket) {
        DocumentKind::Trust => {
            let asked = collector.options.attach_to.as_deref().and_then(|whom| whom.strip_prefix("role/"));
            let role = asked.map_or_else(|| named.clone(), str::to_owned);
            if asked.is_none() {
                let what =
                    format!("a trust policy: taken as that of role `{role}`; `--for role/NAME` says whose it is");
                collector.note(&piece.place, what);
            }
            collector.trusts(&piece.place, None, &role, &text);
        }
        DocumentKind::Bucket => match of_bucket.map(str::to_owned).or_else(|| bucket(value)) {
            Some(bucket) => collector.bucket_policy(&piece.place, &bucket, &text),
            None => collector.leave(&piece.place, "a bucket policy whose resources name no single bucket"),
        },
        _ => identity(piece, &named, &text, collector),
    }
    true
}

/// What the document goes by: what was asked for, or its file's name.
fn name(piece: &Piece) -> String {
    if let Some(asked) = asked(piece) {
        return asked.to_owned();
    }
    let stem = Path::new(&piece.place.file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let stem = stem.unwrap_or_default();
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
    let name: String = stem.chars().map(plain).collect();
    // A terminal's text may hold several.
    let name = if name.trim_matches('-').is_empty() { "policy".to_owned() } else { name };
    if piece.place.line > 1 { format!("{name}-{}", piece.place.line) } else { name }
}

/// Operations that are asked for what has a document, by name.
const NAMING: &[(&str, &str)] =
    &[("GetPolicy", "PolicyName"), ("GetPolicyVersion", "PolicyName"), ("GetRole", "RoleName")];

/// The name of what was asked for.
fn asked(piece: &Piece) -> Option<&str> {
    let command = piece.command.as_ref()?;
    let (_, option) = NAMING.iter().find(|(operation, _)| *operation == command.operation)?;
    command.option(option)
}

fn identity(piece: &Piece, name: &str, text: &str, collector: &mut Collector) {
    let name = &*collector.free_name(&piece.place, name, text);
    collector.version(&piece.place, name, "v1", text, true);
    let Some(whom) = collector.options.attach_to.clone() else {
        let what = match asked(piece) {
            Some(_) => format!("taken as custom policy `{name}`, which was asked for"),
            None => {
                format!("taken as custom policy `{name}`, which is attached to nobody; `--for user/NAME` attaches it")
            }
        };
        collector.note(&piece.place, what);
        return;
    };
    let attachment = Attachment {
        name: name.to_owned(),
        kind: "Custom".to_owned(),
        version: Some("v1".to_owned()),
        resource_group: None,
    };
    let (kind, who) = whom.split_once('/').unwrap_or(("user", &whom));
    collector.attach(&piece.place, (kind, who), attachment);
}

/// The bucket that a bucket policy is about.
fn bucket(value: &Value) -> Option<String> {
    let mut names = Vec::new();
    collect(value.get("Statement")?, &mut names);
    names.sort();
    names.dedup();
    match names.as_slice() {
        [single] => Some(single.clone()),
        _ => None,
    }
}

fn collect(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let id = text.strip_prefix("acs:oss:").and_then(|rest| rest.splitn(3, ':').nth(2));
            let bucket = id.map(|id| id.split('/').next().unwrap_or(id));
            names.extend(bucket.filter(|bucket| !bucket.is_empty() && !bucket.contains('*')).map(str::to_owned));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        Value::Object(members) => members.values().for_each(|member| collect(member, names)),
        _ => {}
    }
}
