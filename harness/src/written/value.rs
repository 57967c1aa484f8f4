//! A YAML file as a plain value, for whatever is no scenario: with the line of every part of it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::mistake::Mistake;
use super::yaml::{self, Node, Value as Yaml};
use crate::source::Source;

/// A value, and where its parts were written.
pub(crate) struct Written {
    /// The value.
    pub(crate) value: Value,
    lines: BTreeMap<String, usize>,
}

impl Written {
    /// The file's value.
    pub(crate) fn read(source: &Source) -> Result<Self, Mistake> {
        let node = yaml::parse(source)?;
        let mut lines = BTreeMap::new();
        let value = plain(&node, String::new(), source, &mut lines);
        Ok(Self { value, lines })
    }

    /// The line of a part, named by the keys that lead to it: `/users/alice`. Of one that is not there, that of what it would be in.
    pub(crate) fn line(&self, pointer: &str) -> usize {
        let mut pointer = pointer;
        loop {
            match (self.lines.get(pointer), pointer.rsplit_once('/')) {
                (Some(line), _) => return *line,
                (None, Some((shorter, _))) => pointer = shorter,
                (None, None) => return 1,
            }
        }
    }
}

fn plain(node: &Node, pointer: String, source: &Source, lines: &mut BTreeMap<String, usize>) -> Value {
    let value = match &node.value {
        Yaml::Scalar(scalar) => scalar.resolve(),
        Yaml::List(items) => {
            let each = |(index, item)| plain(item, format!("{pointer}/{index}"), source, lines);
            Value::Array(items.iter().enumerate().map(each).collect())
        }
        Yaml::Map(entries) => {
            let mut map = Map::new();
            for (key, item) in entries {
                let inner = format!("{pointer}/{}", key.value);
                let value = plain(item, inner.clone(), source, lines);
                lines.insert(inner, source.position(key.span.offset()).0);
                map.insert(key.value.clone(), value);
            }
            Value::Object(map)
        }
    };
    lines.entry(pointer).or_insert_with(|| source.position(node.span.offset()).0);
    value
}
