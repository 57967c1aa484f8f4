//! Expressions, worked out over a record. What is not known stays unknown, by the logic of three values.

use std::cmp::Ordering;

use serde_json::{Value, json};
use sqlparser::ast::{
    AccessExpr, BinaryOperator, DataType, Expr, Function, Ident, InTarget, Subscript, UnaryOperator, Value as Literal,
};

use super::like::like;
use super::value::{as_text, compare, number, size, text, truth, whole};
use super::{LONGEST_PATTERN, LONGEST_TEXT, Work, Wrong};

/// How the values of a service go together. Unless it knows better, texts are numbers where they can be.
pub(crate) trait Types {
    /// Which of two values is less, for a comparison by a sign; neither is null.
    fn compare(&self, _sign: &str, one: &Value, other: &Value) -> Result<Ordering, Wrong> {
        Ok(compare(one, other))
    }

    /// What comes of two values.
    fn compute(&self, operator: &BinaryOperator, one: &Value, other: &Value) -> Result<Value, Wrong> {
        let worked = |work: fn(f64, f64) -> f64| {
            number(one).zip(number(other)).map_or(Value::Null, |(one, other)| whole(work(one, other)))
        };
        Ok(match operator {
            BinaryOperator::Plus => worked(|one, other| one + other),
            BinaryOperator::Minus => worked(|one, other| one - other),
            BinaryOperator::Multiply => worked(|one, other| one * other),
            BinaryOperator::Divide => worked(|one, other| one / other),
            BinaryOperator::Modulo => worked(|one, other| one % other),
            other => return Err(self.unsupported(&other.to_string())),
        })
    }

    /// A number that may have a fraction.
    fn fraction(&self, number: f64) -> Value {
        whole(number)
    }

    /// A value as one of another type; it is not null.
    fn cast(&self, value: &Value, to: &DataType) -> Result<Value, Wrong> {
        cast(value, to)
    }

    /// That there is no such thing.
    fn unsupported(&self, what: &str) -> Wrong {
        Wrong(format!("`{what}` is not supported."))
    }
}

/// What an expression is worked out over.
pub(crate) trait Row {
    /// What a way of names leads to.
    fn named(&self, names: &[Ident]) -> Result<Value, Wrong>;

    /// What may still be done for the question; `None` where nothing but the question itself is looked at.
    fn work(&self) -> Option<&Work>;

    /// What stands in the place of an expression, without its parts being looked at.
    fn known(&self, _expr: &Expr) -> Option<Result<Value, Wrong>> {
        None
    }

    /// What a function comes to.
    fn function(&self, function: &Function) -> Result<Value, Wrong> {
        Err(self.types().unsupported(&function.to_string()))
    }

    /// How its values go together.
    fn types(&self) -> &impl Types;

    /// Is all of an expression to be looked at, though the outcome does not depend on it?
    fn is_trial(&self) -> bool {
        false
    }
}

/// What it is to read or to copy so many bytes, in steps.
pub(super) const BYTES_A_STEP: usize = 64;

/// What an expression comes to over a record.
pub(crate) fn value(row: &impl Row, expr: &Expr) -> Result<Value, Wrong> {
    let value = worked_out(row, expr)?;
    if let Some(work) = row.work() {
        work.step(1 + size(&value) / BYTES_A_STEP)?;
    }
    Ok(value)
}

fn worked_out(row: &impl Row, expr: &Expr) -> Result<Value, Wrong> {
    if let Some(known) = row.known(expr) {
        return known;
    }
    let of = |expr: &Expr| value(row, expr);
    let held = |truth: Option<bool>| truth.map_or(Value::Null, Value::Bool);
    Ok(match expr {
        Expr::Identifier(name) => row.named(std::slice::from_ref(name))?,
        Expr::CompoundIdentifier(names) => row.named(names)?,
        Expr::CompoundFieldAccess { root, access_chain } => accessed(row, root, access_chain)?,
        Expr::Value(value) => literal(row, &value.value)?,
        Expr::Nested(expr) => of(expr)?,
        Expr::IsNull(expr) => json!(of(expr)?.is_null()),
        Expr::IsNotNull(expr) => json!(!of(expr)?.is_null()),
        Expr::UnaryOp { op: UnaryOperator::Not, expr } => held(truth(&of(expr)?).map(|holds| !holds)),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => {
            let value = of(expr)?;
            if value.is_null() {
                Value::Null
            } else {
                row.types().compute(&BinaryOperator::Minus, &json!(0), &value)?
            }
        }
        Expr::UnaryOp { op: UnaryOperator::Plus, expr } => of(expr)?,
        Expr::BinaryOp { left, op, right } => operated(row, left, op, right)?,
        Expr::Between { expr, negated, low, high } => {
            let (value, low, high) = (of(expr)?, of(low)?, of(high)?);
            let above = compared(row, &BinaryOperator::GtEq, &value, &low)?;
            let below = compared(row, &BinaryOperator::LtEq, &value, &high)?;
            held(and(above, below).map(|within| within != *negated))
        }
        Expr::In { expr, target: InTarget::List(list), negated, .. } => within(row, expr, list, *negated)?,
        Expr::Like { negated, expr, pattern, escape_char, .. } => {
            let (value, pattern) = (of(expr)?, of(pattern)?);
            let escape = match escape_char {
                Some(escape) => text(&of(escape)?).chars().next(),
                None => None,
            };
            if value.is_null() || pattern.is_null() {
                return Ok(Value::Null);
            }
            let pattern = as_text(&pattern);
            if pattern.len() > LONGEST_PATTERN {
                return Err(Wrong(format!("A pattern may have {LONGEST_PATTERN} bytes at most.")));
            }
            json!(like(&as_text(&value), &pattern, escape, row.work())? != *negated)
        }
        Expr::Case { operand, conditions, else_result, .. } => {
            let operand = operand.as_ref().map(|operand| of(operand)).transpose()?;
            for when in conditions {
                let condition = of(&when.condition)?;
                let holds = match &operand {
                    Some(operand) => compared(row, &BinaryOperator::Eq, operand, &condition)?,
                    None => truth(&condition),
                };
                if holds == Some(true) || row.is_trial() {
                    let result = of(&when.result)?;
                    if holds == Some(true) {
                        return Ok(result);
                    }
                }
            }
            else_result.as_ref().map_or(Ok(Value::Null), |result| of(result))?
        }
        Expr::Cast { expr, data_type, .. } => {
            let value = of(expr)?;
            if value.is_null() { Value::Null } else { row.types().cast(&value, data_type)? }
        }
        Expr::Function(function) => row.function(function)?,
        other => return Err(row.types().unsupported(&other.to_string())),
    })
}

/// Do both hold?
fn and(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn within(row: &impl Row, expr: &Expr, list: &[Expr], negated: bool) -> Result<Value, Wrong> {
    let one = value(row, expr)?;
    let (mut is, mut unknown) = (false, false);
    for other in list {
        match compared(row, &BinaryOperator::Eq, &one, &value(row, other)?)? {
            Some(same) => is |= same,
            None => unknown = true,
        }
    }
    Ok(if unknown && !is { Value::Null } else { json!(is != negated) })
}

/// Does a comparison hold? What is not there compares with nothing.
fn compared(row: &impl Row, sign: &BinaryOperator, one: &Value, other: &Value) -> Result<Option<bool>, Wrong> {
    let holds: fn(Ordering) -> bool = match sign {
        BinaryOperator::Eq => Ordering::is_eq,
        BinaryOperator::NotEq => Ordering::is_ne,
        BinaryOperator::Lt => Ordering::is_lt,
        BinaryOperator::LtEq => Ordering::is_le,
        BinaryOperator::Gt => Ordering::is_gt,
        _ => Ordering::is_ge,
    };
    if one.is_null() || other.is_null() {
        return Ok(None);
    }
    if let Some(work) = row.work() {
        work.step((size(one) + size(other)) / BYTES_A_STEP)?;
    }
    row.types().compare(&sign.to_string(), one, other).map(|order| Some(holds(order)))
}

fn operated(row: &impl Row, left: &Expr, op: &BinaryOperator, right: &Expr) -> Result<Value, Wrong> {
    let held = |truth: Option<bool>| truth.map_or(Value::Null, Value::Bool);
    let one = value(row, left)?;
    match op {
        BinaryOperator::And if truth(&one) == Some(false) => return Ok(json!(false)),
        BinaryOperator::Or if truth(&one) == Some(true) => return Ok(json!(true)),
        _ => {}
    }
    let other = value(row, right)?;
    Ok(match op {
        BinaryOperator::And => held(and(truth(&one), truth(&other))),
        BinaryOperator::Or => {
            let neither = and(truth(&one).map(|holds| !holds), truth(&other).map(|holds| !holds));
            held(neither.map(|neither| !neither))
        }
        BinaryOperator::Eq
        | BinaryOperator::NotEq
        | BinaryOperator::Lt
        | BinaryOperator::LtEq
        | BinaryOperator::Gt
        | BinaryOperator::GtEq => held(compared(row, op, &one, &other)?),
        _ if one.is_null() || other.is_null() => Value::Null,
        BinaryOperator::StringConcat => joined(&[one, other])?,
        op => row.types().compute(op, &one, &other)?,
    })
}

/// Texts, one behind the other.
pub(crate) fn joined(values: &[Value]) -> Result<Value, Wrong> {
    let texts: Vec<_> = values.iter().map(text).collect();
    if texts.iter().map(String::len).sum::<usize>() > LONGEST_TEXT {
        return Err(Wrong(format!("A text may have {LONGEST_TEXT} bytes at most.")));
    }
    Ok(json!(texts.concat()))
}

fn accessed(row: &impl Row, root: &Expr, chain: &[AccessExpr]) -> Result<Value, Wrong> {
    // A name of the records before the first step is part of the way.
    let (start, rest) = match (root, chain.split_first()) {
        (Expr::Identifier(name), Some((AccessExpr::Dot(Expr::Identifier(member)), behind))) => {
            (row.named(&[name.clone(), member.clone()])?, behind)
        }
        _ => (value(row, root)?, chain),
    };
    if let Some(work) = row.work() {
        work.step(1 + size(&start) / BYTES_A_STEP)?;
    }
    let mut found = &start;
    for step in rest {
        let next = match step {
            AccessExpr::Dot(Expr::Identifier(name)) => found.get(&name.value),
            AccessExpr::Subscript(Subscript::Index { index }) => match value(row, index)? {
                Value::Number(index) => index.as_u64().and_then(|index| found.get(usize::try_from(index).ok()?)),
                Value::String(name) => found.get(&name),
                _ => None,
            },
            _ => return Err(Wrong("This access is not supported.".to_owned())),
        };
        found = next.unwrap_or(&Value::Null);
    }
    Ok(found.clone())
}

fn literal(row: &impl Row, literal: &Literal) -> Result<Value, Wrong> {
    match literal {
        Literal::Number(text, _) => {
            let number = text.parse::<i64>().map(Value::from).or_else(|_| text.parse::<f64>().map(Value::from));
            number.map_err(|_| Wrong(format!("`{text}` is no number.")))
        }
        Literal::SingleQuotedString(text) | Literal::DoubleQuotedString(text) => Ok(json!(text)),
        Literal::Boolean(flag) => Ok(json!(flag)),
        Literal::Null => Ok(Value::Null),
        other => Err(row.types().unsupported(&other.to_string())),
    }
}

/// A value as one of another type.
pub(crate) fn cast(value: &Value, to: &DataType) -> Result<Value, Wrong> {
    let failed = || Wrong(format!("`{}` can not be cast to {to}.", text(value)));
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
        "bool" | "boolean" => Ok(json!(truth(value).unwrap_or_default())),
        "timestamp" | "datetime" | "date" => Ok(json!(text(value))),
        _ => Err(Wrong(format!("There is no type {to}."))),
    }
}
