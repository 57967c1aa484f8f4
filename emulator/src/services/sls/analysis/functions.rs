//! Functions: over a value or several of one log, and over the values of many.

use serde_json::{Value, json};
use sqlparser::ast::{
    CeilFloorKind, DateTimeField, DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
};
use sqlparser::tokenizer::{Location, Token};

use super::typed::kind;
use super::wrong::{START, at, too_much};
use crate::services::common::sql::value::{holds, number, text};
use crate::services::common::sql::{LONGEST_TEXT, Row, Types, Wrong, joined, worked_out};

/// The names of those over many values.
const OVER_MANY: [&str; 8] = ["count", "sum", "avg", "max", "min", "approx_distinct", "arbitrary", "count_if"];

/// The arguments of a function.
pub(super) struct Arguments<'f> {
    pub(super) distinct: bool,
    /// `*`
    pub(super) all: bool,
    pub(super) given: Vec<&'f Expr>,
}

/// Its name, in small letters.
pub(super) fn name(function: &Function) -> String {
    function.name.to_string().to_ascii_lowercase()
}

/// Where it stands.
pub(super) fn place(function: &Function) -> Location {
    let first = function.name.0.first().and_then(|part| part.as_ident());
    first.map_or(START, |name| name.span.start)
}

/// Is it one over many values?
pub(super) fn is_over_many(function: &Function) -> bool {
    OVER_MANY.contains(&name(function).as_str())
}

/// Does a statement name one over many values, by its words and signs?
pub(super) fn any_over_many(tokens: &[Token]) -> bool {
    tokens.windows(2).any(|two| match two {
        [Token::Word(word), Token::LParen] => {
            word.quote_style.is_none() && OVER_MANY.contains(&word.value.to_ascii_lowercase().as_str())
        }
        _ => false,
    })
}

/// The arguments, where they are such as functions here take.
pub(super) fn arguments(function: &Function) -> Result<Arguments<'_>, Wrong> {
    let none = || at(place(function), &format!("acslab does not perform this form of {}", name(function)));
    let plain = function.over.is_none() && function.within_group.is_empty() && function.null_treatment.is_none();
    let FunctionArguments::List(list) = &function.args else { return Err(none()) };
    if !plain || !list.clauses.is_empty() {
        return Err(none());
    }
    let mut found = Arguments {
        distinct: matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct)),
        all: false,
        given: Vec::new(),
    };
    for argument in &list.args {
        match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => found.given.push(expr),
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if list.args.len() == 1 => found.all = true,
            _ => return Err(none()),
        }
    }
    Ok(found)
}

/// That a function is not given what it takes.
pub(super) fn unexpected(function: &Function, given: &[Value]) -> Wrong {
    let name = name(function);
    let kinds: Vec<_> = given.iter().map(kind).collect();
    at(place(function), &format!("Unexpected parameters ({}) for function {name}", kinds.join(", ")))
}

/// What a function over values of one log comes to.
pub(super) fn of_one(row: &impl Row, function: &Function) -> Result<Value, Wrong> {
    let name = name(function);
    let arguments = arguments(function)?;
    // Of these not all is looked at.
    match (name.as_str(), arguments.given.as_slice()) {
        ("if", [condition, then, rest @ ..]) if rest.len() < 2 => {
            let condition = holds(&worked_out(row, condition)?);
            let (then, other) =
                (|| worked_out(row, then), || rest.first().map_or(Ok(Value::Null), |other| worked_out(row, other)));
            if row.is_trial() {
                then()?;
                return other();
            }
            return if condition { then() } else { other() };
        }
        ("coalesce", [_, _, ..]) => {
            let mut found = Value::Null;
            for argument in &arguments.given {
                let value = worked_out(row, argument)?;
                if found.is_null() {
                    found = value;
                }
                if !found.is_null() && !row.is_trial() {
                    break;
                }
            }
            return Ok(found);
        }
        _ => {}
    }
    let given = arguments.given.iter().map(|argument| worked_out(row, argument)).collect::<Result<Vec<_>, _>>()?;
    let wrong = || unexpected(function, &given);
    let unknown = given.iter().any(Value::is_null);
    let texts = given.iter().all(|value| value.is_string() || value.is_null());
    let numbers = given.iter().all(|value| value.is_number() || value.is_null());
    let one_text =
        || if given.len() == 1 && texts { Ok(given.first().map(text).unwrap_or_default()) } else { Err(wrong()) };
    let value = match name.as_str() {
        "lower" => json!(one_text()?.to_lowercase()),
        "upper" => json!(one_text()?.to_uppercase()),
        "length" => json!(one_text()?.chars().count()),
        "concat" if given.len() > 1 && texts => {
            if unknown {
                return Ok(Value::Null);
            }
            joined(&given).map_err(|_| too_much())?
        }
        "replace" if given.len() == 3 && texts => {
            let [whole, from, to] = [0, 1, 2].map(|at| given.get(at).map(text).unwrap_or_default());
            if whole.len().saturating_mul(to.len().max(1)) > LONGEST_TEXT {
                return Err(too_much());
            }
            json!(whole.replace(&from, &to))
        }
        "abs" if given.len() == 1 && numbers => match given.first() {
            Some(Value::Number(number)) => match number.as_i64() {
                Some(number) => {
                    number.checked_abs().map(Value::from).ok_or_else(|| Wrong("bigint overflow".to_owned()))?
                }
                None => json!(number.as_f64().map(f64::abs)),
            },
            _ => Value::Null,
        },
        "round" if (1..3).contains(&given.len()) && numbers => rounded(&given),
        "nullif" if given.len() == 2 => match given.as_slice() {
            [one, other] if !unknown && row.types().compare("=", one, other)?.is_eq() => return Ok(Value::Null),
            [one, _] => return Ok(one.clone()),
            _ => Value::Null,
        },
        "concat" | "replace" | "abs" | "round" | "nullif" | "if" | "coalesce" => return Err(wrong()),
        _ => {
            let message = format!("Function '{name}' not registered (acslab does not perform it)");
            return Err(at(place(function), &message));
        }
    };
    Ok(if unknown { Value::Null } else { value })
}

/// To so many digits; whole numbers stay as they are.
fn rounded(given: &[Value]) -> Value {
    let Some(Value::Number(value)) = given.first() else { return Value::Null };
    if !value.is_f64() {
        return json!(value);
    }
    let digits = given.get(1).and_then(Value::as_i64).unwrap_or(0).clamp(-300, 300);
    let scale = 10_f64.powi(i32::try_from(digits).unwrap_or_default());
    let value = value.as_f64().unwrap_or(f64::NAN);
    let scaled = (value * scale).round() / scale;
    json!(if scaled.is_finite() { scaled } else { value })
}

/// To the next whole number, not to a part of a date.
const NO_FIELD: CeilFloorKind = CeilFloorKind::DateTimeField(DateTimeField::NoDateTime);

/// What the parser reads by itself, as functions that have words of their own.
pub(super) fn with_words(row: &impl Row, expr: &Expr) -> Option<Result<Value, Wrong>> {
    let of = |expr: &Expr| worked_out(row, expr);
    let whole_number = |expr: &Expr, round: fn(f64) -> f64| {
        Ok(match of(expr)? {
            Value::Number(value) if value.is_f64() => json!(round(value.as_f64().unwrap_or(f64::NAN))),
            value => value,
        })
    };
    match expr {
        Expr::Ceil { expr, field } if *field == NO_FIELD => Some(whole_number(expr, f64::ceil)),
        Expr::Floor { expr, field } if *field == NO_FIELD => Some(whole_number(expr, f64::floor)),
        Expr::Trim { trim_where: None, trim_what: None, expr, trim_characters: None } => {
            Some(of(expr).map(|value| if value.is_null() { value } else { json!(text(&value).trim()) }))
        }
        Expr::Substring { expr, substring_from: Some(from), substring_for, .. } => {
            let length = substring_for.as_ref().map(|length| of(length));
            Some(cut(of(expr), of(from), length))
        }
        _ => None,
    }
}

/// A part of a text, from a character on, which is counted from 1 or, below zero, from the end.
fn cut(
    whole: Result<Value, Wrong>,
    from: Result<Value, Wrong>,
    length: Option<Result<Value, Wrong>>,
) -> Result<Value, Wrong> {
    let (whole, from, length) = (whole?, from?, length.transpose()?);
    if whole.is_null() || from.is_null() || length.as_ref().is_some_and(Value::is_null) {
        return Ok(Value::Null);
    }
    let characters: Vec<char> = text(&whole).chars().collect();
    let count = i64::try_from(characters.len()).unwrap_or(i64::MAX);
    let start = match from.as_i64().unwrap_or_default() {
        from if from > 0 => from - 1,
        from if from < 0 && from.saturating_add(count) >= 0 => from + count,
        _ => return Ok(json!("")),
    };
    let start = usize::try_from(start).unwrap_or(usize::MAX);
    let most = length.and_then(|length| number(&length)).map_or(f64::MAX, |length| length.max(0.0));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "what is too long is all")]
    let part: String = characters.into_iter().skip(start).take(most as usize).collect();
    Ok(json!(part))
}
