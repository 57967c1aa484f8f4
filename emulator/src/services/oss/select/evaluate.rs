//! A question, answered record by record.

use serde_json::{Map, Value, json};
use sqlparser::ast::{AccessExpr, Expr};

use super::super::error;
use super::numbers::Mark;
use super::query::{Column, Query, Step, wrong};
use super::records::{Record, Records, View};
use super::request::Skipping;
use super::scope::{Any, Scope};
use crate::gateway::ApiError;
use crate::services::common::sql::value::{holds, named, size};
use crate::services::common::sql::{Gathered, Work, Wrong};

pub(super) use crate::services::common::sql::value::text;

/// A record of the answer: its columns with their names.
pub(super) type Shown = Vec<(String, Value)>;

/// What was found, and what went wrong behind it.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) found: Vec<Shown>,
    pub(super) failed: Option<ApiError>,
}

fn refused(Wrong(message): Wrong) -> ApiError {
    wrong(message)
}

/// CHOICE: the words, and the code where the object is of JSON; that of CSV is published.
fn too_many(record: View<'_>, skipped: u64, skipping: Skipping) -> ApiError {
    let code = if matches!(record, View::Fields(_)) { "InvalidCsvLine" } else { "InvalidJsonData" };
    let message =
        format!("{skipped} records do not fit the expression, and MaxSkippedRecordsAllowed is {}.", skipping.most);
    ApiError::bad_request(code, message)
}

/// Answers a question. A record that does not fit it is skipped, unless too many were.
pub(super) fn answer(query: &Query, records: &Records, skipping: Skipping, keep_all: bool) -> Result<Answer, ApiError> {
    answer_within(&Work::default(), query, records, skipping, keep_all)
}

fn answer_within(
    work: &Work,
    query: &Query,
    records: &Records,
    skipping: Skipping,
    keep_all: bool,
) -> Result<Answer, ApiError> {
    let most = query.limit.unwrap_or(usize::MAX);
    let mut found = Vec::new();
    let mut gathered: Vec<_> = query.columns.iter().map(begun).collect();
    let (mut count, mut skipped) = (0, 0);
    let mut failed = None;
    for record in records.all.iter().flat_map(|record| below(record, &query.path)) {
        if count == most {
            break;
        }
        let scope = Scope::of(query, records, record, work);
        let room = work.room();
        let looked = looked_at(query, &scope, keep_all, work);
        if work.is_over() {
            return Err(error::too_large());
        }
        if scope.is_unfit() || skipping.partial && scope.is_lacking() {
            work.back_to(room);
            skipped += 1;
            if skipped > skipping.most {
                failed = Some(too_many(record, skipped, skipping));
                break;
            }
            continue;
        }
        match looked.map_err(refused)? {
            None => continue,
            Some(Looked::Shown(shown)) => found.push(shown),
            Some(Looked::Values(one)) => {
                work.back_to(room);
                for (function, value) in gathered.iter_mut().zip(one) {
                    let Some(function) = function else { continue };
                    let taken = function.take(&Any, Some(work), value);
                    if work.is_over() {
                        return Err(error::too_large());
                    }
                    taken.map_err(refused)?;
                }
            }
        }
        count += 1;
    }
    if failed.is_none() && count < most {
        failed.clone_from(&records.broken);
    }
    if query.is_aggregate() {
        // It is worked out at the end, which is not come to.
        if let Some(failed) = failed {
            return Err(failed);
        }
        let columns = query.columns.iter().zip(gathered).enumerate();
        let shown = columns.map(|(at, (column, gathered))| aggregated(at, column, count, gathered));
        found = vec![shown.collect::<Result<_, _>>()?];
    }
    Ok(Answer { found, failed })
}

/// What one record gives.
enum Looked {
    /// A record of the answer.
    Shown(Shown),
    /// A value for each function over many.
    Values(Vec<Value>),
}

fn looked_at(query: &Query, scope: &Scope<'_>, keep_all: bool, work: &Work) -> Result<Option<Looked>, Wrong> {
    if let Some(condition) = &query.condition
        && !holds(&scope.value(condition)?)
    {
        return Ok(None);
    }
    if query.is_aggregate() {
        let values = query.columns.iter().map(|column| match column {
            Column::Aggregate(_, Some(expr), _) => {
                let value = scope.value(expr)?;
                work.hold(if value.is_null() { 0 } else { size(&value) })?;
                Ok(value)
            }
            _ => Ok(Value::Null),
        });
        return Ok(Some(Looked::Values(values.collect::<Result<_, _>>()?)));
    }
    work.hold(size_of::<Shown>())?;
    match scope.empty().filter(|_| keep_all) {
        Some(shown) => kept(query, scope, shown, work),
        None => shown(query, scope, work),
    }
    .map(|shown| Some(Looked::Shown(shown)))
}

/// Takes the room of columns with their names.
fn hold(work: &Work, columns: &[(String, Value)]) -> Result<(), Wrong> {
    columns.iter().try_for_each(|(name, value)| work.hold(named(name, value)))
}

/// Every column in its place, with the values of those that are asked for.
fn kept(query: &Query, scope: &Scope<'_>, mut shown: Shown, work: &Work) -> Result<Shown, Wrong> {
    hold(work, &shown)?;
    for column in &query.columns {
        let Column::Value(expr, _) = column else {
            let all = scope.all();
            hold(work, &all)?;
            return Ok(all);
        };
        let value = scope.value(expr)?;
        work.hold(size(&value))?;
        if let Some((_, place)) = scope.place(expr).and_then(|at| shown.get_mut(at)) {
            *place = value;
        }
    }
    Ok(shown)
}

fn shown(query: &Query, scope: &Scope<'_>, work: &Work) -> Result<Shown, Wrong> {
    let mut shown = Vec::new();
    for (at, column) in query.columns.iter().enumerate() {
        match column {
            Column::All => {
                let all = scope.all();
                hold(work, &all)?;
                shown.extend(all);
            }
            Column::Value(expr, alias) => {
                if let Some(value) = scope.shown(expr)? {
                    let name = alias.clone().unwrap_or_else(|| name_of(expr, at));
                    work.hold(named(&name, &value))?;
                    shown.push((name, value));
                }
            }
            Column::Aggregate(..) => {}
        }
    }
    Ok(shown)
}

/// The records that stand at the end of a way into one.
fn below<'r>(record: &'r Record, path: &[Step]) -> Vec<View<'r>> {
    let View::Json(value) = record.view() else { return vec![record.view()] };
    let mut values = vec![value];
    for step in path {
        values = values
            .into_iter()
            .flat_map(|value| match step {
                Step::Member(name) => value.get(name).into_iter().collect::<Vec<_>>(),
                Step::Index(index) => value.get(index).into_iter().collect(),
                Step::Every => match value {
                    Value::Array(all) => all.iter().collect(),
                    Value::Object(all) => all.values().collect(),
                    _ => Vec::new(),
                },
            })
            .collect();
    }
    values.into_iter().map(View::Json).collect()
}

/// What is gathered of a column over the records.
fn begun(column: &Column) -> Option<Gathered> {
    match column {
        Column::Aggregate(aggregate, Some(_), _) => Some(aggregate.begun()),
        _ => None,
    }
}

fn aggregated(
    at: usize,
    column: &Column,
    count: usize,
    gathered: Option<Gathered>,
) -> Result<(String, Value), ApiError> {
    let (value, alias) = match (column, gathered) {
        (Column::Aggregate(_, _, alias), Some(gathered)) => (gathered.end(&Any).map_err(refused)?, alias),
        // What has no expression counts the records.
        (Column::Aggregate(_, _, alias), None) => (json!(count), alias),
        (Column::All | Column::Value(..), _) => (Value::Null, &None),
    };
    Ok((alias.clone().unwrap_or_else(|| format!("_{}", at + 1)), value))
}

fn name_of(expr: &Expr, at: usize) -> String {
    match expr {
        Expr::Identifier(name) => name.value.clone(),
        Expr::CompoundIdentifier(names) => names.last().map(|name| name.value.clone()).unwrap_or_default(),
        Expr::CompoundFieldAccess { access_chain, .. } => match access_chain.last() {
            Some(AccessExpr::Dot(Expr::Identifier(name))) => name.value.clone(),
            _ => format!("_{}", at + 1),
        },
        _ => format!("_{}", at + 1),
    }
}

/// A record as a line of JSON. A slash is written with a backslash before it, as the cloud writes it.
pub(super) fn line(shown: &Shown, mark: Option<Mark>) -> String {
    let line = Value::Object(shown.iter().cloned().collect::<Map<_, _>>()).to_string().replace('/', "\\/");
    match mark {
        Some(mark) => mark.restored(&line),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::super::request::{Input, Looked as Which};
    use super::*;

    fn failed(sql: &str, object: &str, work: &Work) -> Option<String> {
        let records = Records::read(object, &Input::Json { lines: true, as_written: false }, &Which::All).unwrap();
        let answer = answer_within(work, &Query::read(sql).unwrap(), &records, Skipping::default(), false);
        answer.err().map(|error| error.code().to_owned())
    }

    /// Empty texts and names take room too, in records and in what functions gather.
    #[test]
    fn an_answer_has_only_so_much_room() {
        let object = "{\"a\":\"\"}\n".repeat(100);
        let too_large = Some(error::too_large().code().to_owned());
        for (sql, needed) in [
            ("select a from ossobject", 100 * (named("a", &json!("")) + size_of::<Shown>())),
            ("select * from ossobject", 100 * (named("a", &json!("")) + size_of::<Shown>())),
            // The value that leads, and the one that is looked at.
            ("select max(a) from ossobject", 2 * size(&json!(""))),
        ] {
            assert_eq!(failed(sql, &object, &Work::of(usize::MAX, needed)), None, "{sql}");
            assert_eq!(failed(sql, &object, &Work::of(usize::MAX, needed - 1)), too_large, "{sql}");
        }
        // Nothing is kept to count records, and of what is skipped nothing.
        let odd = "{\"a\":\"x\"}\n".repeat(100);
        let skipping = Skipping { most: 100, ..Skipping::default() };
        let records = Records::read(&odd, &Input::Json { lines: true, as_written: false }, &Which::All).unwrap();
        let query = Query::read("select a, cast(a as int) from ossobject").unwrap();
        let room = Work::of(usize::MAX, 1000);
        assert!(answer_within(&room, &query, &records, skipping, false).is_ok_and(|answer| answer.found.is_empty()));
        assert_eq!(failed("select count(*) from ossobject", &object, &Work::of(usize::MAX, 0)), None);
    }

    /// As docs/limits.md has it: of nothing but empty cells too.
    #[test]
    fn an_answer_has_64_mib() {
        let sql = format!("select {} from ossobject", vec!["a"; 250].join(","));
        let lines = |count: usize| "{\"a\":\"\"}\n".repeat(count);
        let each = size_of::<Shown>() + 250 * named("a", &json!(""));
        let most = (64 << 20) / each;
        assert_eq!(failed(&sql, &lines(most), &Work::default()), None);
        assert!(failed(&sql, &lines(most + 1), &Work::default()).is_some());
    }

    /// One record that is asked for again and again is not copied to the end first.
    #[test]
    fn columns_are_counted_as_they_are_made() {
        let object = format!("{{\"a\":\"{}\"}}", "x".repeat(1000));
        let sql = format!("select {} from ossobject", vec!["a"; 250].join(","));
        let work = Work::of(1000, 5000);
        assert!(failed(&sql, &object, &work).is_some());
        // Few of the 250 were worked out.
        assert!(work.step(800).is_ok());
    }

    #[test]
    fn a_question_takes_only_so_many_steps() {
        let object = format!("{{\"a\":\"{}\"}}", "x".repeat(1000));
        let sql = "select a from ossobject where a like '%xxxxxxxxxxxxxxxxxxxy'";
        assert!(failed(sql, &object, &Work::of(10_000, usize::MAX)).is_some());
        assert_eq!(failed(sql, &object, &Work::of(30_000, usize::MAX)), None);
    }
}
