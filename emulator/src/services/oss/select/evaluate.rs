//! A question, answered record by record.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};
use sqlparser::ast::{
    AccessExpr, BinaryOperator, DataType, Expr, InTarget, Subscript, UnaryOperator, Value as Literal,
};

use super::super::error;
use super::query::{Aggregate, Column, Query, Step};
use super::records::{Record, Records};
use crate::gateway::ApiError;

/// A record of the answer: its columns with their names.
pub(super) type Shown = Vec<(String, Value)>;

/// The most bytes of an answer, of a pattern, and of what is put together of several texts. CHOICE: the figures, so that no question
/// takes long.
pub(super) const LARGEST_ANSWER: usize = 64 << 20;
const LONGEST_PATTERN: usize = 256;
const LONGEST_TEXT: usize = 1 << 20;

/// What a name means.
struct Scope<'r> {
    names: &'r [String],
    alias: Option<&'r str>,
    record: &'r Record,
}

fn wrong(message: String) -> ApiError {
    ApiError::bad_request("InvalidSqlParameter", message)
}

/// Answers a question.
pub(super) fn answer(query: &Query, records: &Records) -> Result<Vec<Shown>, ApiError> {
    let mut found = Vec::new();
    let most = query.limit.unwrap_or(usize::MAX);
    let all = records.all.iter().flat_map(|record| below(record, &query.path));
    for record in all {
        if found.len() == most {
            break;
        }
        let scope = Scope::of(query, records, &record);
        let holds =
            query.condition.as_ref().map_or(Ok(true), |condition| scope.value(condition).map(|value| truth(&value)));
        if holds? {
            found.push(record);
        }
    }
    let scopes: Vec<_> = found.iter().map(|record| Scope::of(query, records, record)).collect();
    if query.is_aggregate() {
        let values = query.columns.iter().enumerate().map(|(at, column)| aggregated(at, column, &scopes));
        return Ok(vec![values.collect::<Result<_, _>>()?]);
    }
    let mut answer = Vec::new();
    let mut bytes = 0;
    for scope in &scopes {
        let shown = scope.shown(&query.columns)?;
        bytes += shown.iter().map(|(name, value)| name.len() + size(value)).sum::<usize>();
        if bytes > LARGEST_ANSWER {
            return Err(error::too_large());
        }
        answer.push(shown);
    }
    Ok(answer)
}

/// How many bytes a value takes in an answer, about.
fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members.iter().map(|(name, value)| name.len() + size(value)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => size_of::<Value>(),
    }
}

/// The records that stand at the end of a way into one.
fn below(record: &Record, path: &[Step]) -> Vec<Record> {
    let Record::Json(value) = record else { return vec![record.clone()] };
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
    values.into_iter().cloned().map(Record::Json).collect()
}

fn aggregated(at: usize, column: &Column, found: &[Scope<'_>]) -> Result<(String, Value), ApiError> {
    let name = |alias: &Option<String>| alias.clone().unwrap_or_else(|| format!("_{}", at + 1));
    let Column::Aggregate(aggregate, expr, alias) = column else {
        return Err(wrong("A column beside an aggregate must be one.".to_owned()));
    };
    let Some(expr) = expr else { return Ok((name(alias), json!(found.len()))) };
    let values = found.iter().map(|scope| scope.value(expr)).collect::<Result<Vec<_>, _>>()?;
    let values: Vec<_> = values.into_iter().filter(|value| !value.is_null()).collect();
    let sum = || -> Result<f64, ApiError> {
        values.iter().map(|value| number(value).ok_or_else(|| wrong("A value is no number.".to_owned()))).sum()
    };
    let value = match aggregate {
        Aggregate::Count => json!(values.len()),
        Aggregate::Sum => whole(sum()?),
        Aggregate::Average if values.is_empty() => Value::Null,
        #[expect(clippy::cast_precision_loss, reason = "an average is no exact number")]
        Aggregate::Average => whole(sum()? / values.len() as f64),
        Aggregate::Most => values.into_iter().max_by(compare).unwrap_or_default(),
        Aggregate::Least => values.into_iter().min_by(compare).unwrap_or_default(),
    };
    Ok((name(alias), value))
}

/// A number as it is written: without a fraction where it has none.
fn whole(number: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "it is checked to be small and without a fraction")]
    if number.fract() == 0.0 && number.abs() < 9e15 { json!(number as i64) } else { json!(number) }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        _ => None,
    }
}

/// A value as text.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn truth(value: &Value) -> bool {
    match value {
        Value::Bool(flag) => *flag,
        Value::String(text) => text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

/// Numbers where one of both is a number and the other can be, else texts.
fn compare(one: &Value, other: &Value) -> Ordering {
    if (one.is_number() || other.is_number())
        && let (Some(one), Some(other)) = (number(one), number(other))
    {
        return one.total_cmp(&other);
    }
    text(one).cmp(&text(other))
}

/// A part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Any,
    One,
    Exactly(char),
}

fn signs(pattern: &str, escape: Option<char>) -> Vec<Sign> {
    let mut characters = pattern.chars();
    let mut signs = Vec::new();
    while let Some(character) = characters.next() {
        signs.push(match character {
            escaped if Some(escaped) == escape => Sign::Exactly(characters.next().unwrap_or(escaped)),
            '%' => Sign::Any,
            '_' => Sign::One,
            other => Sign::Exactly(other),
        });
    }
    signs
}

/// `%` for any text, `_` for any character. Only the last `%` is ever gone back to, so that no pattern takes long.
fn like(text: &str, pattern: &str, escape: Option<char>) -> bool {
    let (text, pattern): (Vec<char>, _) = (text.chars().collect(), signs(pattern, escape));
    let (mut at, mut within, mut back) = (0, 0, None);
    while let Some(character) = text.get(within) {
        match pattern.get(at) {
            Some(Sign::Any) => {
                back = Some((at + 1, within));
                at += 1;
                continue;
            }
            Some(Sign::One) => {}
            Some(Sign::Exactly(exactly)) if exactly == character => {}
            _ => match back {
                Some((behind, from)) => {
                    back = Some((behind, from + 1));
                    (at, within) = (behind, from + 1);
                    continue;
                }
                None => return false,
            },
        }
        (at, within) = (at + 1, within + 1);
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|sign| *sign == Sign::Any))
}

impl<'r> Scope<'r> {
    fn of(query: &'r Query, records: &'r Records, record: &'r Record) -> Self {
        Self { names: &records.names, alias: query.alias.as_deref(), record }
    }

    fn shown(&self, columns: &[Column]) -> Result<Shown, ApiError> {
        let mut shown = Vec::new();
        for column in columns {
            match (column, self.record) {
                (Column::All, Record::Fields(fields)) => {
                    let name = |at: usize| self.names.get(at).cloned().unwrap_or_else(|| format!("_{}", at + 1));
                    shown.extend(fields.iter().enumerate().map(|(at, field)| (name(at), json!(field))));
                }
                (Column::All, Record::Json(Value::Object(members))) => {
                    shown.extend(members.iter().map(|(name, value)| (name.clone(), value.clone())));
                }
                (Column::All, Record::Json(value)) => shown.push(("_1".to_owned(), value.clone())),
                (Column::Value(expr, alias), _) => {
                    let name = alias.clone().unwrap_or_else(|| name_of(expr, shown.len()));
                    shown.push((name, self.value(expr)?));
                }
                (Column::Aggregate(..), _) => {}
            }
        }
        Ok(shown)
    }

    /// What a way of names leads to; nothing is null.
    fn named(&self, way: &[String]) -> Value {
        let own = |name: &String| {
            name.eq_ignore_ascii_case("ossobject") || self.alias.is_some_and(|alias| alias.eq_ignore_ascii_case(name))
        };
        let way = match way.split_first() {
            Some((first, rest)) if own(first) && !rest.is_empty() => rest,
            _ => way,
        };
        match self.record {
            Record::Fields(fields) => {
                let Some(name) = way.first() else { return Value::Null };
                let by_name = || self.names.iter().position(|own| own.eq_ignore_ascii_case(name));
                let by_number = || name.strip_prefix('_')?.parse::<usize>().ok()?.checked_sub(1);
                let field = by_name().or_else(by_number).and_then(|at| fields.get(at));
                field.map_or(Value::Null, |field| json!(field))
            }
            Record::Json(value) => {
                let end = way.iter().try_fold(value, |value, name| value.get(name));
                end.cloned().unwrap_or_default()
            }
        }
    }

    fn value(&self, expr: &Expr) -> Result<Value, ApiError> {
        Ok(match expr {
            Expr::Identifier(name) => self.named(std::slice::from_ref(&name.value)),
            Expr::CompoundIdentifier(names) => {
                self.named(&names.iter().map(|name| name.value.clone()).collect::<Vec<_>>())
            }
            Expr::CompoundFieldAccess { root, access_chain } => self.accessed(root, access_chain)?,
            Expr::Value(literal) => self::literal(&literal.value)?,
            Expr::Nested(inner) => self.value(inner)?,
            Expr::IsNull(inner) => json!(self.value(inner)?.is_null()),
            Expr::IsNotNull(inner) => json!(!self.value(inner)?.is_null()),
            Expr::UnaryOp { op: UnaryOperator::Not, expr } => json!(!truth(&self.value(expr)?)),
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => {
                number(&self.value(expr)?).map_or(Value::Null, |number| whole(-number))
            }
            Expr::UnaryOp { op: UnaryOperator::Plus, expr } => self.value(expr)?,
            Expr::BinaryOp { left, op, right } => self.operated(left, op, right)?,
            Expr::Between { expr, negated, low, high } => {
                let (value, low, high) = (self.value(expr)?, self.value(low)?, self.value(high)?);
                let within = compare(&value, &low).is_ge() && compare(&value, &high).is_le();
                json!(within != *negated)
            }
            Expr::In { expr, target: InTarget::List(list), negated, .. } => {
                let value = self.value(expr)?;
                let list = list.iter().map(|one| self.value(one)).collect::<Result<Vec<_>, _>>()?;
                json!(list.iter().any(|one| compare(&value, one).is_eq()) != *negated)
            }
            Expr::Like { negated, expr, pattern, escape_char, .. } => {
                let (value, pattern) = (text(&self.value(expr)?), text(&self.value(pattern)?));
                let escape = match escape_char {
                    Some(escape) => text(&self.value(escape)?).chars().next(),
                    None => None,
                };
                if pattern.len() > LONGEST_PATTERN {
                    return Err(wrong(format!("A pattern may have {LONGEST_PATTERN} bytes at most.")));
                }
                json!(like(&value, &pattern, escape) != *negated)
            }
            Expr::Cast { expr, data_type, .. } => cast(&self.value(expr)?, data_type)?,
            other => return Err(wrong(format!("`{other}` is not supported."))),
        })
    }

    fn accessed(&self, root: &Expr, chain: &[AccessExpr]) -> Result<Value, ApiError> {
        // A name of the records before the first step is part of the way.
        let (mut value, mut rest) = (None, chain);
        if let (Expr::Identifier(name), Some((AccessExpr::Dot(Expr::Identifier(member)), behind))) =
            (root, chain.split_first())
        {
            value = Some(self.named(&[name.value.clone(), member.value.clone()]));
            rest = behind;
        }
        let mut value = match value {
            Some(value) => value,
            None => self.value(root)?,
        };
        for step in rest {
            let next = match step {
                AccessExpr::Dot(Expr::Identifier(name)) => value.get(&name.value),
                AccessExpr::Subscript(Subscript::Index { index }) => match self.value(index)? {
                    Value::Number(index) => index.as_u64().and_then(|index| value.get(usize::try_from(index).ok()?)),
                    Value::String(name) => value.get(name),
                    _ => None,
                },
                _ => return Err(wrong("This access is not supported.".to_owned())),
            };
            value = next.cloned().unwrap_or_default();
        }
        Ok(value)
    }

    fn operated(&self, left: &Expr, op: &BinaryOperator, right: &Expr) -> Result<Value, ApiError> {
        let one = self.value(left)?;
        match op {
            BinaryOperator::And if !truth(&one) => return Ok(json!(false)),
            BinaryOperator::Or if truth(&one) => return Ok(json!(true)),
            _ => {}
        }
        let other = self.value(right)?;
        // What is not there compares with nothing.
        let compared =
            |holds: fn(Ordering) -> bool| json!(!one.is_null() && !other.is_null() && holds(compare(&one, &other)));
        let worked = |work: fn(f64, f64) -> f64| {
            number(&one).zip(number(&other)).map_or(Value::Null, |(one, other)| whole(work(one, other)))
        };
        Ok(match op {
            BinaryOperator::And | BinaryOperator::Or => json!(truth(&other)),
            BinaryOperator::Eq => compared(Ordering::is_eq),
            BinaryOperator::NotEq => compared(Ordering::is_ne),
            BinaryOperator::Lt => compared(Ordering::is_lt),
            BinaryOperator::LtEq => compared(Ordering::is_le),
            BinaryOperator::Gt => compared(Ordering::is_gt),
            BinaryOperator::GtEq => compared(Ordering::is_ge),
            BinaryOperator::Plus => worked(|one, other| one + other),
            BinaryOperator::Minus => worked(|one, other| one - other),
            BinaryOperator::Multiply => worked(|one, other| one * other),
            BinaryOperator::Divide => worked(|one, other| one / other),
            BinaryOperator::Modulo => worked(|one, other| one % other),
            BinaryOperator::StringConcat => {
                let both = text(&one) + &text(&other);
                if both.len() > LONGEST_TEXT {
                    return Err(wrong(format!("A text may have {LONGEST_TEXT} bytes at most.")));
                }
                json!(both)
            }
            other => return Err(wrong(format!("`{other}` is not supported."))),
        })
    }
}

fn literal(literal: &Literal) -> Result<Value, ApiError> {
    match literal {
        Literal::Number(text, _) => {
            let number = text.parse::<i64>().map(Value::from).or_else(|_| text.parse::<f64>().map(Value::from));
            number.map_err(|_| wrong(format!("`{text}` is no number.")))
        }
        Literal::SingleQuotedString(text) | Literal::DoubleQuotedString(text) => Ok(json!(text)),
        Literal::Boolean(flag) => Ok(json!(flag)),
        Literal::Null => Ok(Value::Null),
        other => Err(wrong(format!("`{other}` is not supported."))),
    }
}

fn cast(value: &Value, to: &DataType) -> Result<Value, ApiError> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let failed = || wrong(format!("`{}` can not be cast to {to}.", text(value)));
    let name = to.to_string().to_ascii_lowercase();
    let kind = name.split('(').next().unwrap_or_default();
    match kind {
        "int" | "integer" | "bigint" | "smallint" => {
            number(value).map(|number| whole(number.trunc())).ok_or_else(failed)
        }
        "double" | "float" | "real" | "decimal" | "numeric" | "double precision" => {
            number(value).map(Value::from).ok_or_else(failed)
        }
        "string" | "varchar" | "char" | "text" => Ok(json!(text(value))),
        "bool" | "boolean" => Ok(json!(truth(value))),
        "timestamp" | "datetime" | "date" => Ok(json!(text(value))),
        _ => Err(wrong(format!("There is no type {to}."))),
    }
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

/// A record as an object of JSON.
pub(super) fn object(shown: &Shown) -> Value {
    Value::Object(shown.iter().cloned().collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn patterns() {
        for (text, pattern, is) in [
            ("Hangzhou", "Hang%", true),
            ("Hangzhou", "%z_ou", true),
            ("Hangzhou", "%a%a%", false),
            ("Hangzhou", "hang%", false),
            ("", "%", true),
            ("a%b", "a!%b", true),
            ("axb", "a!%b", false),
        ] {
            assert_eq!(like(text, pattern, Some('!')), is, "{text} {pattern}");
        }
        assert!(!like(&"a".repeat(5000), &"%a".repeat(200).replace("%a%a", "%a%ab"), None));
    }
}
