//! Fragments of scenarios that several files share: a file of its own, with parameters.

use super::Step;
use crate::scenario::fill::Values;
use crate::scenario::mistake::Kind;
use crate::scenario::reader::Reader;
use crate::scenario::scope::Scope;
use crate::scenario::yaml::{self, Node, Value};
use crate::source::Source;

/// The field of a step, or of what is given, that tells it.
pub(in crate::scenario) const FIELD: &str = "include";

/// Fragments in fragments no deeper than this.
const MAX_DEPTH: usize = 8;

/// A fragment that was read: its file, and the node of the part that was asked for, with its parameters filled in.
pub(in crate::scenario) struct Fragment {
    pub(in crate::scenario) source: Source,
    pub(in crate::scenario) node: Node,
}

/// The fragments that `include` names: a file, `{file, with}`, or a list of them. `part` is what is wanted of each: `steps`, `given`.
pub(in crate::scenario) fn fragments(node: &Node, part: &'static str, reader: &mut Reader<'_>) -> Vec<Fragment> {
    let items = match &node.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    items.iter().filter_map(|item| fragment(item, part, reader)).collect()
}

fn fragment(node: &Node, part: &'static str, reader: &mut Reader<'_>) -> Option<Fragment> {
    const EXPECTED: &str = "the path of a file, or `{file, with}`";
    let (path, with) = match &node.value {
        Value::Map(_) => {
            let fields = reader.fields(node, "`include`", &["file", "with"])?;
            let file = fields.need("file", "write `file: PATH`", reader)?;
            let with = fields.get("with").map_or(&[][..], |node| reader.entries(node, "the parameters"));
            (reader.text(file, EXPECTED)?, with)
        }
        _ => (reader.text(node, EXPECTED)?, &[][..]),
    };
    if reader.depth() >= MAX_DEPTH {
        reader.note(Kind::AfterItself(path.value), path.span);
        return None;
    }
    let source = reader.file(&path)?;
    let root = match yaml::parse(&source) {
        Ok(root) => root,
        Err(mistake) => {
            reader.take_mistake(mistake);
            return None;
        }
    };
    // What is wrong with the fragment stands in the fragment.
    let mut inner = reader.inside(&source);
    let found = inner.fields(&root, "a fragment", &["parameters", "given", "steps"]).and_then(|fields| {
        let known = fields.get("parameters").map_or_else(Vec::new, |node| inner.texts(node, "names of parameters"));
        known.iter().for_each(|name| inner.own_name(name));
        let values: Values = with.iter().map(|(name, value)| (name.value.clone(), value.clone())).collect();
        for (name, _) in with {
            if !known.iter().any(|known| known.value == name.value) {
                let choices = crate::words::Choices::new(&name.value, known.iter().map(|known| known.value.as_str()));
                reader.note(Kind::UnknownArgument { name: name.value.clone(), choices }, name.span);
            }
        }
        for parameter in &known {
            if !with.iter().any(|(name, _)| name.value == parameter.value) {
                reader.note(Kind::MissingArgument { name: parameter.value.clone() }, path.span);
            }
        }
        Some(fields.need(part, "a fragment has `given` or `steps`", &mut inner)?.filled(&values))
    });
    reader.take(inner);
    found.map(|node| Fragment { source, node })
}

/// The steps of the fragments that a step names.
pub(super) fn steps(node: &Node, number: usize, reader: &mut Reader<'_>, scope: &mut Scope) -> Vec<Step> {
    let mut steps = Vec::new();
    for fragment in fragments(node, "steps", reader) {
        let mut inner = reader.inside(&fragment.source);
        if let Value::List(items) = &fragment.node.value {
            steps.extend(items.iter().flat_map(|item| Step::read(item, number, &mut inner, scope)));
        } else {
            inner.expected(&fragment.node, "a list of steps", None);
        }
        reader.take(inner);
    }
    steps
}
