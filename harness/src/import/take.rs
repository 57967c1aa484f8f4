//! What a source holds, told by its content, to whoever understands it.

use serde_json::Value;

use super::collect::Collector;
use super::collected::{Collected, Options};
use super::piece::{Content, Piece, pieces};
use super::{clean, document, manager, oss, ram, saved, terraform};
use crate::authorization::Kept;

/// Makes a state of sources, each with the name that it goes by. With a state that was there before, it is added to.
pub fn import(sources: &[(String, String)], options: Options, before: Option<Kept>) -> Collected {
    let mut collector = Collector::new(options, before);
    for (file, text) in sources {
        let text = clean(text);
        let found = pieces(file, &text);
        if found.is_empty() {
            let place = super::Place { file: file.clone(), line: 1 };
            let what = if text.trim().is_empty() { "it is empty" } else { "nothing in it is understood" };
            collector.leave(&place, what);
        }
        for piece in &found {
            collector.hears(piece);
            take(piece, &mut collector);
            collector.heard(&piece.place);
        }
    }
    collector.finish()
}

fn take(piece: &Piece, collector: &mut Collector) {
    match &piece.content {
        Content::Broken(why) => collector.leave(&piece.place, why.clone()),
        Content::Lines(lines) => {
            // A terminal says much that is no answer.
            if !oss::lines(piece, lines, collector) && piece.command.is_some() {
                let lines: Vec<String> = lines.iter().map(|(name, value)| format!("{name}: {value}")).collect();
                unread(piece, &lines.join(" "), collector);
            }
        }
        Content::Said(text) => {
            if !oss::table(piece, text, collector) {
                unread(piece, &text.replace('\n', " "), collector);
            }
        }
        Content::Value(value, root) => {
            let understood = saved::take(&piece.place, value, collector)
                || terraform::take(piece, value, collector)
                || document::take(piece, value, collector)
                || oss::take(piece, value, root.as_deref(), collector)
                || manager::take(piece, value, collector)
                || ram::take(piece, value, collector)
                || refused(piece, value, root.as_deref(), collector);
            if understood {
                collector.lists(piece, value);
            } else {
                let what = match value {
                    Value::Object(members) => {
                        let names: Vec<_> = members.keys().take(4).map(|name| format!("`{name}`")).collect();
                        format!("not understood: an answer with {}", names.join(", "))
                    }
                    _ => "not understood".to_owned(),
                };
                collector.leave(&piece.place, what);
            }
        }
    }
}

/// An answer that is a refusal: what it would have told is not known.
fn refused(piece: &Piece, value: &Value, root: Option<&str>, collector: &mut Collector) -> bool {
    let text = |names: [&str; 2]| names.iter().find_map(|name| value.get(name)?.as_str());
    let (Some(code), Some(message)) = (text(["Code", "code"]), text(["Message", "message"])) else {
        return root == Some("Error");
    };
    if is_none(code) {
        return true;
    }
    let of = piece.command.as_ref().map_or_else(String::new, |command| format!("{} was refused: ", command.operation));
    collector.leave(&piece.place, format!("{of}{code}: {message}"));
    true
}

/// Is it the answer that there is nothing of what was asked for?
fn is_none(code: &str) -> bool {
    ["NoSuchBucketPolicy", "NoSuchTagSet", "NoSuchPublicAccessBlock"].contains(&code)
}

/// What a command that reads printed in the place of its answer: the error of a refusal, a table.
fn unread(piece: &Piece, said: &str, collector: &mut Collector) {
    let Some(operation) = piece.command.as_ref().map(|command| command.operation.as_str()) else { return };
    if !["Get", "List", "Stat"].iter().any(|verb| operation.starts_with(verb)) {
        return;
    }
    // `ErrorCode: NoPermission` of the aliyun CLI, `ErrorCode=AccessDenied,` of ossutil, `Error Code: AccessDenied.` of its successor.
    let spellings = ["ErrorCode: ", "ErrorCode=", "Error Code: "];
    let code = spellings.iter().find_map(|name| said.split_once(name)?.1.split([' ', ',']).next());
    let what = match code.map(|code| code.trim_end_matches('.')).filter(|code| !code.is_empty()) {
        Some(code) if is_none(code) => return,
        Some(code) => {
            let message = ["ErrorMessage=", "Message: "].iter().find_map(|name| Some(said.split_once(name)?.1));
            let message = message.map_or_else(String::new, |message| format!(": {}", beginning(message)));
            format!("{operation} was refused: {code}{message}")
        }
        None => format!("the answer to {operation} is not understood; as JSON it is: {}", beginning(said)),
    };
    collector.leave(&piece.place, what);
}

/// As much of a text as people read.
fn beginning(text: &str) -> String {
    const READ: usize = 160;
    match text.char_indices().nth(READ) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The items of `{"Users": {"User": […]}}`; a single one may stand without the list, as in XML.
pub(super) fn list<'v>(value: &'v Value, outer: &str, inner: &str) -> Option<Vec<&'v Value>> {
    let listed = value.get(outer)?;
    let items = listed.get(inner).unwrap_or(listed);
    Some(match items {
        Value::Array(items) => items.iter().collect(),
        Value::Object(_) if listed.get(inner).is_some() || outer == inner => vec![items],
        _ => Vec::new(),
    })
}

/// A member that is a text.
pub(super) fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}
