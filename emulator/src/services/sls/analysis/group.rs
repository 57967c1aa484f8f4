//! Logs that are told of together.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sqlparser::ast::{Expr, Function, Ident};

use super::functions::{arguments, is_over_many, name, of_one, unexpected, with_words};
use super::record::{Record, unresolved};
use super::typed::LogTypes;
use super::wrong::not_grouped;
use crate::services::common::sql::value::holds;
use crate::services::common::sql::{Aggregate, Row, Types, Work, Wrong, worked_out};

/// A group of logs: one that stands for any is in it where there are none to tell of.
#[derive(Debug)]
pub(super) struct Group<'g> {
    /// What its logs have in common.
    pub(super) keys: &'g [(Expr, Value)],
    pub(super) records: &'g [Record<'g>],
    pub(super) any: Record<'g>,
    pub(super) is_trial: bool,
}

impl Row for Group<'_> {
    fn work(&self) -> Option<&Work> {
        Some(&self.any.table.work)
    }

    fn named(&self, names: &[Ident]) -> Result<Value, Wrong> {
        match self.any.table.place(names) {
            Some(_) => Err(not_grouped(&names.iter().map(|name| name.value.as_str()).collect::<Vec<_>>().join("."))),
            None => Err(unresolved(names)),
        }
    }

    fn known(&self, expr: &Expr) -> Option<Result<Value, Wrong>> {
        if let Some((_, value)) = self.keys.iter().find(|(key, _)| is_same(key, expr)) {
            return Some(Ok(value.clone()));
        }
        with_words(self, expr)
    }

    fn function(&self, function: &Function) -> Result<Value, Wrong> {
        if is_over_many(function) { self.over_all(function) } else { of_one(self, function) }
    }

    fn types(&self) -> &impl Types {
        &LogTypes
    }

    fn is_trial(&self) -> bool {
        self.is_trial
    }
}

impl Group<'_> {
    /// What a function over the values of all its logs comes to. No more is kept of them than that takes, and that is given back.
    fn over_all(&self, function: &Function) -> Result<Value, Wrong> {
        let work = &self.any.table.work;
        let room = work.room();
        let found = self.gathered(function)?;
        work.back_to(room);
        Ok(found)
    }

    fn gathered(&self, function: &Function) -> Result<Value, Wrong> {
        let (name, arguments) = (name(function), arguments(function)?);
        let work = &self.any.table.work;
        let argument = match arguments.given.as_slice() {
            given if name == "count" && !arguments.distinct && (arguments.all || given.is_empty()) => None,
            [argument] => Some(*argument),
            _ => return Err(unexpected(function, &[])),
        };
        // The number of those that differ is told exactly (CHOICE).
        let mut gathered = Aggregate::named(&name).unwrap_or(Aggregate::Count).begun();
        let mut seen = (arguments.distinct || name == "approx_distinct").then(BTreeSet::new);
        let trial = [self.any];
        for record in if self.is_trial { &trial } else { self.records } {
            work.step(1)?;
            let filter = function.filter.as_ref().map(|filter| worked_out(record, filter)).transpose()?;
            if !self.is_trial && filter.is_some_and(|value| !holds(&value)) {
                continue;
            }
            // A log counts as one where nothing of it is asked for.
            let value = argument.map_or(Ok(json!(true)), |argument| worked_out(record, argument))?;
            if let Some(seen) = &mut seen {
                let text = value.to_string();
                let bytes = size_of::<String>() + text.len();
                if !seen.insert(text) {
                    continue;
                }
                work.hold(bytes)?;
            }
            match name.as_str() {
                "arbitrary" if value.is_null() => continue,
                "arbitrary" => return Ok(value),
                "count_if" if !holds(&value) => continue,
                "sum" | "avg" if !value.is_null() && !value.is_number() => return Err(unexpected(function, &[value])),
                _ => {}
            }
            gathered.take(&LogTypes, Some(work), value)?;
        }
        if name == "arbitrary" { Ok(Value::Null) } else { gathered.end(&LogTypes) }
    }
}

/// Do two expressions say the same? The case of names does not count, nor do parentheses around them.
pub(super) fn is_same(one: &Expr, other: &Expr) -> bool {
    match (one, other) {
        (Expr::Nested(one), other) => is_same(one, other),
        (one, Expr::Nested(other)) => is_same(one, other),
        (Expr::Identifier(one), Expr::Identifier(other)) => one.value.eq_ignore_ascii_case(&other.value),
        (one, other) => one == other,
    }
}
