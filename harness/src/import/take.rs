//! What a source holds, told by its content, to whoever understands it.

use serde_json::Value;

use super::collect::{Collected, Collector, Options};
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
            take(piece, &mut collector);
        }
    }
    collector.finish()
}

fn take(piece: &Piece, collector: &mut Collector) {
    match &piece.content {
        Content::Broken(why) => collector.leave(&piece.place, why.clone()),
        Content::Lines(lines) => {
            if !oss::lines(piece, lines, collector) {
                // A terminal says much that is no answer.
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
            if !understood {
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
    let of = piece.command.as_ref().map_or_else(String::new, |command| format!("{} was refused: ", command.operation));
    collector.leave(&piece.place, format!("{of}{code}: {message}"));
    true
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
