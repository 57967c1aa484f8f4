//! A statement, answered.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};

use serde_json::Value;
use sqlparser::ast::{Expr, Ident};

use super::columns::Table;
use super::group::{Group, is_same};
use super::record::Record;
use super::statement::{Column, Order, Statement, figure};
use super::typed::{self, shown};
use super::wrong::{START, at, not_grouped, too_much};
use crate::services::common::sql::value::{holds, named, size};
use crate::services::common::sql::{Row, Work, Wrong, worked_out};

/// A row of the answer: columns with their names, everything as text.
pub(in crate::services::sls) type Shown = Vec<(String, String)>;

/// A column of the answer that is worked out.
struct Wanted {
    name: String,
    expr: Expr,
}

/// Answers a statement about the logs that were found.
pub(in crate::services::sls) fn answer(statement: &Statement, table: &Table) -> Result<Vec<Shown>, Wrong> {
    answered(statement, table).map_err(|wrong| if table.work.is_over() { too_much() } else { wrong })
}

fn answered(statement: &Statement, table: &Table) -> Result<Vec<Shown>, Wrong> {
    let wanted = wanted(statement, table)?;
    let any = Record { table, values: None };
    let question = Question { statement, wanted: &wanted, group: grouped_by(statement, &wanted, table)?, any };
    // What is wrong is so without any log.
    question.check()?;
    let mut found = Vec::new();
    // Where rows are shown as they come, those behind the last are not looked at.
    let as_they_come = !statement.is_grouped && !statement.distinct && statement.order.is_empty();
    let last = if as_they_come { statement.skipped.saturating_add(statement.most) } else { usize::MAX };
    for values in &table.rows {
        if found.len() == last {
            break;
        }
        let record = Record { table, values: Some(values) };
        let condition = statement.condition.as_ref().map(|condition| worked_out(&record, condition)).transpose()?;
        if condition.is_none_or(|value| holds(&value)) {
            found.push(record);
        }
    }
    let mut rows = if statement.is_grouped {
        question.groups(&found)?
    } else {
        found.iter().map(|record| question.row(record)).collect::<Result<Vec<_>, _>>()?
    };
    if statement.distinct {
        let mut seen = BTreeSet::new();
        rows.retain(|row| seen.insert(Value::Array(row.values.clone()).to_string()));
    }
    sort(&mut rows, &statement.order)?;
    let rows = rows.into_iter().skip(statement.skipped).take(statement.most);
    let shown = |row: Answered| wanted.iter().map(|one| one.name.clone()).zip(row.values.iter().map(shown)).collect();
    Ok(rows.map(shown).collect())
}

/// The columns of the answer, with their names.
fn wanted(statement: &Statement, table: &Table) -> Result<Vec<Wanted>, Wrong> {
    let mut wanted = Vec::new();
    for column in &statement.columns {
        match column {
            Column::All if statement.is_grouped => {
                return Err(not_grouped(table.columns.first().map_or("*", |column| &column.name)));
            }
            Column::All => wanted.extend(table.columns.iter().map(|column| Wanted {
                name: column.name.clone(),
                expr: Expr::Identifier(Ident::with_quote('"', &column.name)),
            })),
            Column::One(expr, alias) => {
                let own = match expr {
                    Expr::Identifier(name) => Some(name.value.clone()),
                    Expr::CompoundIdentifier(names) => names.last().map(|name| name.value.clone()),
                    _ => None,
                };
                let name = alias.as_ref().map(|alias| alias.value.clone()).or(own);
                let name = name.unwrap_or_else(|| format!("_col{}", wanted.len()));
                wanted.push(Wanted { name, expr: expr.clone() });
            }
        }
    }
    Ok(wanted)
}

/// What a clause says for an expression: the number of a column, the name that it has in the answer, or itself.
fn meant<'e>(expr: &'e Expr, wanted: &'e [Wanted]) -> Result<Option<&'e Expr>, Wrong> {
    if let Some(number) = figure(expr) {
        let column = number.checked_sub(1).and_then(|at| wanted.get(at));
        let column = column.ok_or_else(|| at(START, &format!("GROUP BY position {number} is not in select list")))?;
        return Ok(Some(&column.expr));
    }
    let Expr::Identifier(name) = expr else { return Ok(None) };
    Ok(wanted.iter().find(|one| one.name.eq_ignore_ascii_case(&name.value)).map(|one| &one.expr))
}

/// What logs of a group have in common. A name is that of a column of the table before it is one of the answer.
fn grouped_by(statement: &Statement, wanted: &[Wanted], table: &Table) -> Result<Vec<Expr>, Wrong> {
    let one = |expr: &Expr| {
        let own = matches!(expr, Expr::Identifier(name) if table.place(std::slice::from_ref(name)).is_some());
        let meant = if own { None } else { meant(expr, wanted)? };
        Ok(meant.unwrap_or(expr).clone())
    };
    statement.group.iter().map(one).collect()
}

/// A row with what it is ordered by.
struct Answered {
    values: Vec<Value>,
    keys: Vec<Value>,
}

struct Question<'q> {
    statement: &'q Statement,
    wanted: &'q [Wanted],
    group: Vec<Expr>,
    any: Record<'q>,
}

impl<'q> Question<'q> {
    /// Is all of it answerable?
    fn check(&self) -> Result<(), Wrong> {
        if let Some(condition) = &self.statement.condition {
            worked_out(&self.any, condition)?;
        }
        if !self.statement.is_grouped {
            return self.row(&self.any).map(drop);
        }
        for key in &self.group {
            worked_out(&self.any, key)?;
        }
        let keys: Vec<_> = self.group.iter().map(|key| (key.clone(), Value::Null)).collect();
        let group = Group { keys: &keys, records: &[], any: self.any, is_trial: true };
        self.holds(&group)?;
        self.row(&group).map(drop)
    }

    /// A row of the answer.
    fn row(&self, row: &impl Row) -> Result<Answered, Wrong> {
        self.work().hold(size_of::<Answered>())?;
        let value = |one: &Wanted| {
            let value = worked_out(row, &one.expr)?;
            self.work().hold(named(&one.name, &value))?;
            Ok(value)
        };
        let values = self.wanted.iter().map(value).collect::<Result<_, Wrong>>()?;
        let keys = self
            .statement
            .order
            .iter()
            .map(|order| self.held(row, meant(&order.by, self.wanted)?.unwrap_or(&order.by)));
        let keys = keys.collect::<Result<_, _>>()?;
        Ok(Answered { values, keys })
    }

    fn work(&self) -> &'q Work {
        &self.any.table.work
    }

    /// What an expression comes to, which is kept until all is answered.
    fn held(&self, row: &impl Row, expr: &Expr) -> Result<Value, Wrong> {
        let value = worked_out(row, expr)?;
        self.work().hold(size(&value))?;
        Ok(value)
    }

    /// Is a group told of? A condition may name columns of the answer.
    fn holds(&self, group: &Group<'_>) -> Result<bool, Wrong> {
        let Some(having) = &self.statement.having else { return Ok(true) };
        let mut keys = group.keys.to_vec();
        for one in self.wanted {
            let name = Expr::Identifier(Ident::new(&one.name));
            if !keys.iter().any(|(key, _)| is_same(key, &name)) {
                keys.push((name, worked_out(group, &one.expr)?));
            }
        }
        let with_names = Group { keys: &keys, ..*group };
        worked_out(&with_names, having).map(|value| holds(&value))
    }

    /// The rows of the answer that are told of groups, in the order in which the groups came.
    fn groups(&self, found: &[Record<'q>]) -> Result<Vec<Answered>, Wrong> {
        let mut groups: Vec<(Vec<Value>, Vec<Record<'q>>)> = Vec::new();
        let mut places = HashMap::new();
        // All together are a group, though it may be an empty one.
        if self.group.is_empty() {
            groups.push((Vec::new(), found.to_vec()));
        } else {
            for record in found {
                let keys = self.group.iter().map(|key| worked_out(record, key)).collect::<Result<Vec<_>, _>>()?;
                let place = *places.entry(Value::Array(keys.clone()).to_string()).or_insert(groups.len());
                if place == groups.len() {
                    keys.iter().try_for_each(|key| self.work().hold(2 * size(key)))?;
                    groups.push((keys, Vec::new()));
                }
                if let Some((_, records)) = groups.get_mut(place) {
                    records.push(*record);
                }
            }
        }
        let mut rows = Vec::new();
        for (values, records) in &groups {
            let keys: Vec<_> = self.group.iter().cloned().zip(values.iter().cloned()).collect();
            let group = Group { keys: &keys, records, any: self.any, is_trial: false };
            if self.holds(&group)? {
                rows.push(self.row(&group)?);
            }
        }
        Ok(rows)
    }
}

/// Sorts rows; those that are alike stay in their order.
fn sort(rows: &mut [Answered], order: &[Order]) -> Result<(), Wrong> {
    let mut wrong = None;
    rows.sort_by(|one, other| {
        for ((order, a), b) in order.iter().zip(&one.keys).zip(&other.keys) {
            let nulls = |first: bool| if first == order.nulls_first { Ordering::Less } else { Ordering::Greater };
            let ordering = match (a.is_null(), b.is_null()) {
                (true, true) => Ordering::Equal,
                (true, false) => nulls(true),
                (false, true) => nulls(false),
                (false, false) => {
                    let (ordering, why) = typed::order(a, b);
                    wrong = wrong.take().or(why);
                    if order.falling { ordering.reverse() } else { ordering }
                }
            };
            if ordering.is_ne() {
                return ordering;
            }
        }
        Ordering::Equal
    });
    wrong.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::columns::Columns;
    use super::*;

    fn asked(text: &str, rows: &[Value], work: Work) -> Result<usize, Wrong> {
        let statement = Statement::read(text, "app").unwrap();
        let index = json!({"keys": {"a": {"type": "text", "doc_value": true}}});
        let mut table = statement.table(Columns::of(&index));
        table.rows = rows.iter().map(|value| vec![value.clone()]).collect();
        table.work = work;
        answer(&statement, &table).map(|rows| rows.len())
    }

    /// Empty texts take room too, and what is made is counted as it is made, whatever is shown of it.
    #[test]
    fn an_answer_has_only_so_much_room() {
        let rows: Vec<_> = (0..100).map(|_| json!("")).collect();
        let differing: Vec<_> = (0..100).map(|number| json!(number.to_string())).collect();
        let room = |bytes| Work::of(usize::MAX, bytes);
        for text in ["select a limit 1000", "select a order by a limit 1", "select a, count(*) group by a limit 1"] {
            assert!(asked(text, &differing, room(1 << 20)).is_ok(), "{text}");
            assert_eq!(asked(text, &differing, room(100 * size(&json!("")))), Err(too_much()), "{text}");
        }
        assert_eq!(asked("select distinct a", &rows, room(100 * size(&json!("")))), Err(too_much()));
        // What is not shown is not made.
        assert_eq!(asked("select a limit 2", &rows, room(1000)), Ok(2));
        // It fails at once.
        let wide = format!("select {} limit 1", vec!["a"; 250].join(","));
        let statement = Statement::read(&wide, "app").unwrap();
        let mut table = statement.table(Columns::of(&json!({"keys": {"a": {"type": "text", "doc_value": true}}})));
        table.rows = vec![vec![json!("x".repeat(1000))]];
        table.work = Work::of(1_000_000, 600_000);
        assert!(answer(&statement, &table).is_ok());
        table.work = Work::of(1000, 5000);
        assert_eq!(answer(&statement, &table), Err(too_much()));
    }

    /// What functions over many values keep meanwhile has room, and gives it back.
    #[test]
    fn what_leads_is_kept_and_what_differs() {
        let rows: Vec<_> = (0..100).map(|number| json!(format!("{number:0>1000}"))).collect();
        let room = |bytes| Work::of(usize::MAX, bytes);
        for text in ["select max(a), min(a), max(a)", "select arbitrary(a), count_if(a <> ''), count(a), count(*)"] {
            assert_eq!(asked(text, &rows, room(6000)), Ok(1), "{text}");
        }
        for text in ["select count(distinct a)", "select approx_distinct(a)", "select max(distinct a)"] {
            assert_eq!(asked(text, &rows, room(6000)), Err(too_much()), "{text}");
        }
        let several = "select count(distinct a), approx_distinct(a), count(distinct a)";
        assert_eq!(asked(several, &rows, room(110_000)), Ok(1));
    }

    #[test]
    fn a_question_takes_only_so_many_steps() {
        let rows: Vec<_> = (0..100).map(|_| json!("x".repeat(100))).collect();
        let text = "select count(*) where a like '%xxxxxxxxxxxxxxxxxxxy'";
        assert_eq!(asked(text, &rows, Work::of(10_000, 1 << 20)), Err(too_much()));
        assert_eq!(asked(text, &rows, Work::of(1_000_000, 1 << 20)), Ok(1));
    }

    /// Numbers and texts in one column are refused, and sorted before that without harm.
    #[test]
    fn what_does_not_go_together_is_sorted_and_refused() {
        let mixed: Vec<_> = (0..60)
            .map(|n| if n % 3 == 0 { json!(((n * 7) % 60).to_string()) } else { json!((n * 11) % 60) })
            .collect();
        let wrong = asked("select a order by a desc", &mixed, Work::default()).unwrap_err();
        assert!(wrong.0.contains("cannot be applied to"), "{}", wrong.0);
    }
}
