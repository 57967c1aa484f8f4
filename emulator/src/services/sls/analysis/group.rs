//! Logs that are told of together.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sqlparser::ast::{Expr, Function, Ident};

use super::functions::{arguments, is_over_many, name, of_one, unexpected, with_words};
use super::record::{Record, unresolved};
use super::typed::LogTypes;
use super::wrong::{not_grouped, too_much};
use crate::services::common::sql::value::{holds, size};
use crate::services::common::sql::{Aggregate, Row, Types, Work, Wrong, worked_out};

/// The most bytes that are gathered for a function over many values. CHOICE: the figure; as many as a table may have.
const MOST_GATHERED: usize = 256 << 20;

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
    /// What a function over the values of all its logs comes to.
    fn over_all(&self, function: &Function) -> Result<Value, Wrong> {
        let (name, arguments) = (name(function), arguments(function)?);
        let trial = [self.any];
        let looked_at = if self.is_trial { &trial } else { self.records };
        let mut records = Vec::new();
        for record in looked_at {
            self.any.table.work.step(1)?;
            let filter = function.filter.as_ref().map(|filter| worked_out(record, filter)).transpose()?;
            if self.is_trial || filter.is_none_or(|value| holds(&value)) {
                records.push(record);
            }
        }
        if name == "count" && !arguments.distinct && (arguments.all || arguments.given.is_empty()) {
            return Ok(json!(records.len()));
        }
        let [argument] = arguments.given.as_slice() else { return Err(unexpected(function, &[])) };
        let (mut values, mut bytes) = (Vec::new(), 0_usize);
        for record in records {
            let value = worked_out(record, argument)?;
            bytes = bytes.saturating_add(size(&value));
            if bytes > MOST_GATHERED {
                return Err(too_much());
            }
            values.push(value);
        }
        let numbers = |values: &[Value]| {
            let wrong = values.iter().find(|value| !value.is_null() && !value.is_number());
            wrong.map_or(Ok(()), |value| Err(unexpected(function, std::slice::from_ref(value))))
        };
        if arguments.distinct || name == "approx_distinct" {
            let mut seen = BTreeSet::new();
            values.retain(|value| seen.insert(value.to_string()));
        }
        match name.as_str() {
            "arbitrary" => return Ok(values.into_iter().find(|value| !value.is_null()).unwrap_or_default()),
            "count_if" => return Ok(json!(values.iter().filter(|value| holds(value)).count())),
            "sum" | "avg" => numbers(&values)?,
            _ => {}
        }
        // The number of those that differ is told exactly (CHOICE).
        let aggregate = Aggregate::named(&name).unwrap_or(Aggregate::Count);
        aggregate.of(&self.any, values)
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
