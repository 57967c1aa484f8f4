//! Policy documents as they are: an identity policy, a trust policy, a bucket policy, told apart by their principals.

use std::path::Path;

use acslab_emulator::state::{Attachment, PolicyText};
use acslab_policy::DocumentKind;
use acslab_policy::lint::guess_kind;
use serde_json::Value;

use super::collect::Collector;
use super::piece::Piece;

/// Takes a document; `false` for what is none.
pub(super) fn take(piece: &Piece, value: &Value, collector: &mut Collector) -> bool {
    if value.get("Statement").is_none() {
        return false;
    }
    let text = format!("{value:#}");
    let named = name(piece);
    match guess_kind(&text) {
        DocumentKind::Trust => {
            collector.role(None, &named).trust = PolicyText::new(&text);
            collector.note(&piece.place, format!("a trust policy: taken as that of role `{named}`"));
        }
        DocumentKind::Bucket => {
            let asked = piece.command.as_ref().and_then(|command| command.bucket()).map(str::to_owned);
            match asked.or_else(|| bucket(value)) {
                Some(bucket) => collector.bucket(&bucket).policy = Some(PolicyText::new(&text)),
                None => collector.leave(&piece.place, "a bucket policy whose resources name no single bucket"),
            }
        }
        _ => identity(piece, &named, &text, collector),
    }
    true
}

/// What the document goes by: its file's name.
fn name(piece: &Piece) -> String {
    let stem = Path::new(&piece.place.file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let stem = stem.unwrap_or_default();
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
    let name: String = stem.chars().map(plain).collect();
    // A terminal's text may hold several.
    let name = if name.trim_matches('-').is_empty() { "policy".to_owned() } else { name };
    if piece.place.line > 1 { format!("{name}-{}", piece.place.line) } else { name }
}

fn identity(piece: &Piece, name: &str, text: &str, collector: &mut Collector) {
    collector.version(&piece.place, name, "v1", text, true);
    let Some(whom) = collector.options.attach_to.clone() else {
        let what =
            format!("taken as custom policy `{name}`, which is attached to nobody; `--for user/NAME` attaches it");
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
