//! The columns that an index makes of logs, with their types.

use std::borrow::Cow;

use serde_json::{Value, json};
use sqlparser::ast::Ident;

use super::super::query::Fields;
use crate::services::common::sql::Work;

/// How much of a text is looked at, in bytes, unless the index says otherwise ("Create indexes", maximum length of a statistic field).
const LONGEST_TEXT: usize = 2048;

/// A type of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Whole,
    Fraction,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    kind: Kind,
    from: From,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum From {
    Field(String),
    /// What is at a path in a field that is JSON.
    Inside(String, String),
    Time,
}

/// The columns that an analysis can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::services::sls) struct Columns {
    all: Vec<Column>,
    longest: usize,
}

/// What is looked at of the logs that were found: the columns that a statement names, and a value of each a log.
#[derive(Debug)]
pub(in crate::services::sls) struct Table {
    pub(super) columns: Vec<Column>,
    pub(in crate::services::sls) rows: Vec<Vec<Value>>,
    /// What may still be done for the question that is answered from it.
    pub(super) work: Work,
    longest: usize,
}

impl Columns {
    /// Those of an index: the fields for which analysis is switched on, and what every log has. CHOICE: where an index does not say, it is off.
    pub(in crate::services::sls) fn of(settings: &Value) -> Self {
        let analysed = |settings: &Value| settings.get("doc_value").and_then(Value::as_bool).unwrap_or(false);
        let kind = |settings: &Value| match settings.get("type").and_then(Value::as_str) {
            Some("long") => Kind::Whole,
            Some("double") => Kind::Fraction,
            _ => Kind::Text,
        };
        let members =
            |settings: &Value, name: &str| settings.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
        let mut all = Vec::new();
        for (name, settings) in members(settings, "keys") {
            for (path, inside) in members(&settings, "json_keys") {
                if analysed(&inside) {
                    let from = From::Inside(name.clone(), path.clone());
                    all.push(Column { name: format!("{name}.{path}"), kind: kind(&inside), from });
                }
            }
            if analysed(&settings) {
                all.push(Column { kind: kind(&settings), from: From::Field(name.clone()), name });
            }
        }
        all.push(Column { name: "__time__".to_owned(), kind: Kind::Whole, from: From::Time });
        for name in ["__topic__", "__source__"] {
            let from = From::Field(name.to_owned());
            all.push(Column { name: name.to_owned(), kind: Kind::Text, from });
        }
        let longest = settings.get("max_text_len").and_then(Value::as_u64).and_then(|most| usize::try_from(most).ok());
        Self { all, longest: longest.unwrap_or(LONGEST_TEXT) }
    }

    /// A table of those that are wanted, without rows.
    pub(super) fn table(self, wanted: impl Fn(&str) -> bool) -> Table {
        let columns = self.all.into_iter().filter(|column| wanted(&column.name)).collect();
        Table { columns, rows: Vec::new(), work: Work::default(), longest: self.longest }
    }
}

impl Table {
    /// What is looked at of a log.
    pub(in crate::services::sls) fn row(&self, fields: &Fields<'_>) -> Vec<Value> {
        self.columns.iter().map(|column| self.value(column, fields)).collect()
    }

    fn value(&self, column: &Column, fields: &Fields<'_>) -> Value {
        let first = |field: &str| fields.values(field).next();
        let text = match &column.from {
            From::Time => return json!(fields.log.time),
            From::Field(name) => first(name).map(Cow::Borrowed),
            From::Inside(name, path) => first(name).and_then(|text| fields.inside(text, path)).map(Cow::Owned),
        };
        let Some(text) = text else { return Value::Null };
        match column.kind {
            // No more of it is kept than is looked at.
            Kind::Text => json!(text.get(..text.floor_char_boundary(self.longest))),
            Kind::Whole => text.trim().parse::<i64>().map_or(Value::Null, Value::from),
            Kind::Fraction => text.trim().parse::<f64>().map_or(Value::Null, Value::from),
        }
    }

    /// The place of the column that is named. Letters' case counts where two would be meant else. INFERRED: statements do not look at it.
    pub(super) fn place(&self, names: &[Ident]) -> Option<usize> {
        // `log.level`, with the name of the table before it.
        let whole = names.iter().map(|name| name.value.as_str()).collect::<Vec<_>>().join(".");
        let behind = whole.split_once('.').map(|(_, behind)| behind).filter(|_| names.len() > 1);
        [Some(whole.as_str()), behind].into_iter().flatten().find_map(|name| {
            let exactly = self.columns.iter().position(|column| column.name == name);
            exactly.or_else(|| self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name)))
        })
    }
}
