//! A step for each row of a table.

use crate::scenario::fill::Values;
use crate::scenario::reader::Reader;
use crate::scenario::yaml::{Node, Value};
use crate::words::{and_list, count};

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
            let mut columns: Option<Vec<&str>> = None;
            let rows = items.iter().filter_map(|item| {
                let entries = reader.entries(item, "a row, such as `{user: alice}`");
                let own: Vec<_> = entries.iter().map(|(key, _)| key.value.as_str()).collect();
                let columns = columns.get_or_insert_with(|| {
                    entries.iter().for_each(|(key, _)| reader.own_name(key));
                    own.clone()
                });
                // What a row lacks would stand in the step as it is written, or be somebody else's value.
                if own.is_empty() || own.len() != columns.len() || own.iter().any(|name| !columns.contains(name)) {
                    let (expected, found) = (and_list(columns), and_list(&own));
                    reader.misfit(item, &format!("a row with {expected}, as the first has"), found);
                    return None;
                }
                Some(row(entries.iter().map(|(key, value)| (key.value.clone(), value.clone()))))
            });
            rows.collect()
        }
        Value::Map(_) => {
            let Some(fields) = reader.fields(node, "a table", &["columns", "rows"]) else { return Vec::new() };
            let columns = fields.need("columns", "write the names of the columns", reader);
            let columns = columns.map_or_else(Vec::new, |node| reader.texts(node, "the names of the columns"));
            for (at, column) in columns.iter().enumerate() {
                reader.own_name(column);
                if columns.iter().take(at).any(|earlier| earlier.value == column.value) {
                    reader.misfit_at(column.span, "a column of its own", format!("`{}` again", column.value));
                }
            }
            let Some(rows) = fields.need("rows", "write a list for each row", reader) else { return Vec::new() };
            let rows = match &rows.value {
                Value::List(rows) if !rows.is_empty() => rows,
                _ => {
                    reader.expected(rows, "a list for each row", None);
                    return Vec::new();
                }
            };
            let rows = rows.iter().filter_map(|row_node| {
                let Value::List(cells) = &row_node.value else {
                    reader.expected(row_node, "a row, which is a list", None);
                    return None;
                };
                if cells.len() != columns.len() {
                    let names: Vec<_> = columns.iter().map(|name| name.value.as_str()).collect();
                    let expected = format!("a row with a value each for {}", and_list(&names));
                    reader.misfit(row_node, &expected, count(cells.len(), "value"));
                    return None;
                }
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
