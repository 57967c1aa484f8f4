//! What names and signs mean over a record.

use std::cell::Cell;
use std::cmp::Ordering;

use serde_json::{Value, json};
use sqlparser::ast::{DataType, Expr, Ident};

use super::query::Query;
use super::records::{Records, View};
use crate::services::common::sql::value::{number, text};
use crate::services::common::sql::{self, Row, Types, Work, Wrong};

/// A record that is looked at, and what was found out about it meanwhile.
#[derive(Debug)]
pub(super) struct Scope<'r> {
    records: &'r Records,
    alias: Option<&'r str>,
    record: View<'r>,
    work: &'r Work,
    lacking: Cell<bool>,
    unfit: Cell<bool>,
    /// Are numbers wanted as they are written?
    showing: Cell<bool>,
}

impl<'r> Scope<'r> {
    pub(super) fn of(query: &'r Query, records: &'r Records, record: View<'r>, work: &'r Work) -> Self {
        let alias = query.alias.as_deref();
        let [lacking, unfit, showing] = [(); 3].map(|()| Cell::new(false));
        Self { records, alias, record, work, lacking, unfit, showing }
    }

    /// Was something asked for that it does not have?
    pub(super) fn is_lacking(&self) -> bool {
        self.lacking.get()
    }

    /// Is there a value in it of another type than it is asked for as?
    pub(super) fn is_unfit(&self) -> bool {
        self.unfit.get()
    }

    pub(super) fn value(&self, expr: &Expr) -> Result<Value, Wrong> {
        sql::worked_out(self, expr)
    }

    /// The same; nothing, where it is of a member that a value of JSON does not have.
    pub(super) fn shown(&self, expr: &Expr) -> Result<Option<Value>, Wrong> {
        let was_lacking = self.lacking.replace(false);
        self.showing.set(!matches!(expr, Expr::Cast { .. }));
        let value = self.value(expr);
        self.showing.set(false);
        let is_lacking = self.lacking.get();
        self.lacking.set(is_lacking || was_lacking);
        let value = value?;
        let is_there = !is_lacking || !value.is_null() || matches!(self.record, View::Fields(_));
        Ok(is_there.then_some(value))
    }

    /// All there is, with its names.
    pub(super) fn all(&self) -> Vec<(String, Value)> {
        match self.record {
            View::Fields(fields) => {
                let named = fields.iter().enumerate();
                named.map(|(at, field)| (self.name(at), json!(field))).collect()
            }
            View::Json(Value::Object(members)) => {
                members.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
            }
            View::Json(value) => vec![("_1".to_owned(), value.clone())],
        }
    }

    /// As many columns as there are in the object, all empty; of CSV alone.
    pub(super) fn empty(&self) -> Option<Vec<(String, Value)>> {
        let View::Fields(fields) = self.record else { return None };
        let width = self.records.width.max(fields.len());
        Some((0..width).map(|at| (self.name(at), Value::Null)).collect())
    }

    /// The place of the column that an expression is about.
    pub(super) fn place(&self, expr: &Expr) -> Option<usize> {
        match expr {
            Expr::Identifier(name) => self.place_of(&name.value),
            Expr::CompoundIdentifier(names) => self.place_of(&self.own(names).first()?.value),
            Expr::Cast { expr, .. } => self.place(expr),
            _ => None,
        }
    }

    fn name(&self, at: usize) -> String {
        self.records.names.get(at).cloned().unwrap_or_else(|| format!("_{}", at + 1))
    }

    fn place_of(&self, name: &str) -> Option<usize> {
        let by_name = self.records.names.place(name);
        by_name.or_else(|| name.strip_prefix('_')?.parse::<usize>().ok()?.checked_sub(1))
    }

    /// A way without the name of the object in front.
    fn own<'w>(&self, way: &'w [Ident]) -> &'w [Ident] {
        let is_own = |name: &Ident| {
            let name = &name.value;
            name.eq_ignore_ascii_case("ossobject") || self.alias.is_some_and(|alias| alias.eq_ignore_ascii_case(name))
        };
        match way.split_first() {
            Some((first, rest)) if is_own(first) && (!rest.is_empty() || matches!(self.record, View::Json(_))) => rest,
            _ => way,
        }
    }

    fn unfit(&self, wrong: Wrong) -> Wrong {
        self.unfit.set(true);
        wrong
    }
}

impl Row for Scope<'_> {
    fn work(&self) -> Option<&Work> {
        Some(self.work)
    }

    /// What is not there is null.
    fn named(&self, way: &[Ident]) -> Result<Value, Wrong> {
        let way = self.own(way);
        let found = match self.record {
            View::Fields(fields) => {
                let place = way.first().and_then(|name| self.place_of(&name.value));
                place.and_then(|at| fields.get(at)).map(|field| json!(field))
            }
            View::Json(value) => way.iter().try_fold(value, |value, name| value.get(&name.value)).cloned(),
        };
        if found.is_none() {
            self.lacking.set(true);
        }
        let found = found.unwrap_or_default();
        Ok(match self.records.mark.filter(|_| !self.showing.get()) {
            Some(mark) => mark.without(found),
            None => found,
        })
    }

    fn types(&self) -> &impl Types {
        self
    }
}

impl Types for Scope<'_> {
    /// A text that is no number does not go with a number. INFERRED: an empty one is less than any, as SDKs' tests have empty cells
    /// beside a number without harm.
    fn compare(&self, sign: &str, one: &Value, other: &Value) -> Result<Ordering, Wrong> {
        let is_odd = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty() && number(value).is_none());
        if one.is_number() && is_odd(other) || other.is_number() && is_odd(one) {
            let (one, other) = (text(one), text(other));
            return Err(self.unfit(Wrong(format!("`{one}` {sign} `{other}` compares a number with a text."))));
        }
        Ok(sql::compare(one, other))
    }

    /// An empty text is no number, and no error.
    fn cast(&self, value: &Value, to: &DataType) -> Result<Value, Wrong> {
        let zero = sql::cast(&json!(0), to)?;
        if zero.is_number() && value.as_str().is_some_and(|text| text.trim().is_empty()) {
            return Ok(Value::Null);
        }
        sql::cast(value, to).map_err(|wrong| self.unfit(wrong))
    }
}

/// A record that stands for any: what a question may be is tried with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Any;

impl Row for Any {
    fn work(&self) -> Option<&Work> {
        None
    }

    fn named(&self, _: &[Ident]) -> Result<Value, Wrong> {
        Ok(Value::Null)
    }

    fn types(&self) -> &impl Types {
        self
    }

    fn is_trial(&self) -> bool {
        true
    }
}

impl Types for Any {
    fn cast(&self, _: &Value, to: &DataType) -> Result<Value, Wrong> {
        sql::cast(&json!(0), to).map(|_| Value::Null)
    }
}
