//! A step for each row of a table.

use crate::scenario::fill::Values;
use crate::scenario::reader::Reader;
use crate::scenario::yaml::{Node, Value};

/// The field of a step that tells it.
pub(super) const FIELD: &str = "for";

/// A row: what it is called, and the values of its columns.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) values: Values,
}

/// A list of maps, or `{columns: […], rows: [[…]]}`.
pub(super) fn rows(node: &Node, reader: &mut Reader<'_>) -> Vec<Row> {
    const EXPECTED: &str = "rows, such as `- {user: alice, outcome: success}`, or `columns` with `rows`";
    match &node.value {
        Value::List(items) if !items.is_empty() => {
            let rows = items.iter().filter_map(|item| {
                let entries = reader.entries(item, "a row, such as `{user: alice}`");
                (!entries.is_empty())
                    .then(|| row(entries.iter().map(|(key, value)| (key.value.clone(), value.clone()))))
            });
            rows.collect()
        }
        Value::Map(_) => {
            let Some(fields) = reader.fields(node, "a table", &["columns", "rows"]) else { return Vec::new() };
            let columns = fields.need("columns", "write the names of the columns", reader);
            let columns = columns.map_or_else(Vec::new, |node| reader.texts(node, "the names of the columns"));
            let Some(rows) = fields.need("rows", "write a list for each row", reader) else { return Vec::new() };
            let Value::List(rows) = &rows.value else {
                reader.expected(rows, "a list for each row", None);
                return Vec::new();
            };
            let rows = rows.iter().filter_map(|cells| {
                let Value::List(cells) = &cells.value else {
                    reader.expected(cells, "a row, which is a list", None);
                    return None;
                };
                Some(row(columns.iter().map(|name| name.value.clone()).zip(cells.iter().cloned())))
            });
            rows.collect()
        }
        _ => {
            reader.expected(node, EXPECTED, None);
            Vec::new()
        }
    }
}

fn row(values: impl Iterator<Item = (String, Node)>) -> Row {
    let values: Values = values.collect();
    let shown = values.iter().filter_map(|(_, node)| match &node.value {
        Value::Scalar(scalar) => Some(scalar.text.clone()),
        Value::List(_) | Value::Map(_) => None,
    });
    Row { name: shown.collect::<Vec<_>>().join(", "), values }
}
