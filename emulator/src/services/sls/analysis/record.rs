//! A log, as an analysis sees it.

use serde_json::Value;
use sqlparser::ast::{Expr, Function, Ident};

use super::columns::Table;
use super::functions::{is_over_many, of_one, place, with_words};
use super::typed::LogTypes;
use super::wrong::{START, at, no_column};
use crate::services::common::sql::{Row, Types, Work, Wrong};

/// A log that was found; without values, one that stands for any.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'t> {
    pub(super) table: &'t Table,
    pub(super) values: Option<&'t [Value]>,
}

impl Row for Record<'_> {
    fn work(&self) -> Option<&Work> {
        Some(&self.table.work)
    }

    fn named(&self, names: &[Ident]) -> Result<Value, Wrong> {
        match self.table.place(names) {
            Some(place) => Ok(self.values.and_then(|values| values.get(place)).cloned().unwrap_or_default()),
            None => Err(unresolved(names)),
        }
    }

    fn known(&self, expr: &Expr) -> Option<Result<Value, Wrong>> {
        with_words(self, expr)
    }

    fn function(&self, function: &Function) -> Result<Value, Wrong> {
        if is_over_many(function) {
            let message = "WHERE clause cannot contain aggregations, window functions or grouping operations";
            return Err(at(place(function), message));
        }
        of_one(self, function)
    }

    fn types(&self) -> &impl Types {
        &LogTypes
    }

    fn is_trial(&self) -> bool {
        self.values.is_none()
    }
}

/// That there is no such column.
pub(super) fn unresolved(names: &[Ident]) -> Wrong {
    let name = names.iter().map(|name| name.value.as_str()).collect::<Vec<_>>().join(".");
    let first = names.first();
    let place = first.map_or(START, |name| name.span.start);
    no_column(place, &name, first.is_some_and(|name| name.quote_style.is_some()))
}
