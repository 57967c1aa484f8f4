//! How values of types go together: texts with texts, numbers with numbers, and whole numbers stay whole.

use std::cmp::Ordering;

use serde_json::{Value, json};
use sqlparser::ast::{BinaryOperator, DataType};

use super::wrong::{START, at, not_performed};
use crate::services::common::sql::value::{number, text};
use crate::services::common::sql::{Types, Wrong};

/// The type of a value, as messages name it.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "double",
        Value::Number(_) => "bigint",
        Value::Null => "unknown",
        _ => "varchar",
    }
}

fn not_applied(sign: &str, one: &Value, other: &Value) -> Wrong {
    at(START, &format!("'{sign}' cannot be applied to {}, {}", kind(one), kind(other)))
}

/// A whole number with one that may have a fraction, without rounding either: an order has no circles.
fn exactly(whole: i64, number: f64) -> Ordering {
    /// The first whole number that is too large.
    const END: f64 = 9_223_372_036_854_775_808.0;
    if number.is_nan() || number >= END {
        return Ordering::Less;
    }
    if number < -END {
        return Ordering::Greater;
    }
    #[expect(clippy::cast_possible_truncation, reason = "it was looked at whether it fits")]
    let cut = number.trunc() as i64;
    whole.cmp(&cut).then_with(|| 0.0.partial_cmp(&number.fract()).unwrap_or(Ordering::Equal))
}

/// How the values of logs go together.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogTypes;

impl Types for LogTypes {
    fn compare(&self, sign: &str, one: &Value, other: &Value) -> Result<Ordering, Wrong> {
        match (one, other) {
            (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
                (Some(a), Some(b)) => Ok(a.cmp(&b)),
                (Some(a), None) => Ok(exactly(a, b.as_f64().unwrap_or(f64::NAN))),
                (None, Some(b)) => Ok(exactly(b, a.as_f64().unwrap_or(f64::NAN)).reverse()),
                (None, None) => {
                    let (a, b) = (a.as_f64().unwrap_or(f64::NAN), b.as_f64().unwrap_or(f64::NAN));
                    Ok(a.partial_cmp(&b).unwrap_or_else(|| a.total_cmp(&b)))
                }
            },
            (Value::String(a), Value::String(b)) => Ok(a.cmp(b)),
            (Value::Bool(a), Value::Bool(b)) => Ok(a.cmp(b)),
            _ => Err(not_applied(sign, one, other)),
        }
    }

    fn compute(&self, operator: &BinaryOperator, one: &Value, other: &Value) -> Result<Value, Wrong> {
        let sign = operator.to_string();
        let (Value::Number(a), Value::Number(b)) = (one, other) else { return Err(not_applied(&sign, one, other)) };
        if let (Some(a), Some(b)) = (a.as_i64(), b.as_i64()) {
            let by_zero = matches!(operator, BinaryOperator::Divide | BinaryOperator::Modulo) && b == 0;
            if by_zero {
                return Err(Wrong("/ by zero".to_owned()));
            }
            let worked = match operator {
                BinaryOperator::Plus => a.checked_add(b),
                BinaryOperator::Minus => a.checked_sub(b),
                BinaryOperator::Multiply => a.checked_mul(b),
                BinaryOperator::Divide => a.checked_div(b),
                BinaryOperator::Modulo => a.checked_rem(b),
                _ => return Err(not_performed(&format!("the operator {sign}"))),
            };
            return worked.map(Value::from).ok_or_else(|| Wrong("bigint overflow".to_owned()));
        }
        let (a, b) = (a.as_f64().unwrap_or(f64::NAN), b.as_f64().unwrap_or(f64::NAN));
        Ok(self.fraction(match operator {
            BinaryOperator::Plus => a + b,
            BinaryOperator::Minus => a - b,
            BinaryOperator::Multiply => a * b,
            BinaryOperator::Divide => a / b,
            BinaryOperator::Modulo => a % b,
            _ => return Err(not_performed(&format!("the operator {sign}"))),
        }))
    }

    /// A number with a fraction. CHOICE: one that is none, and one without an end, is null.
    fn fraction(&self, number: f64) -> Value {
        json!(number)
    }

    fn cast(&self, value: &Value, to: &DataType) -> Result<Value, Wrong> {
        let name = to.to_string().to_ascii_lowercase();
        let failed = || Wrong(format!("Cannot cast '{}' to {}", shown(value), name.to_uppercase()));
        match name.split('(').next().unwrap_or_default() {
            "bigint" | "integer" | "int" => match value {
                Value::String(text) => text.trim().parse::<i64>().map(Value::from).map_err(|_| failed()),
                #[expect(clippy::cast_possible_truncation, reason = "what is too large is as large as may be")]
                value => number(value).map(|number| json!(number.round() as i64)).ok_or_else(failed),
            },
            "double" | "double precision" | "real" => {
                number(value).map(|number| self.fraction(number)).ok_or_else(failed)
            }
            "varchar" | "char" | "string" => Ok(json!(shown(value))),
            "boolean" | "bool" => match text(value).to_ascii_lowercase().as_str() {
                "true" | "t" | "1" => Ok(json!(true)),
                "false" | "f" | "0" => Ok(json!(false)),
                _ => Err(failed()),
            },
            _ => Err(not_performed(&format!("the type {name}"))),
        }
    }

    fn unsupported(&self, what: &str) -> Wrong {
        not_performed(what)
    }
}

/// The order of values, of whatever types: truths, numbers, texts; and why there is none, where types do not go together.
pub(super) fn order(one: &Value, other: &Value) -> (Ordering, Option<Wrong>) {
    let rank = |value: &Value| match value {
        Value::Bool(_) => 0,
        Value::Number(_) => 1,
        _ => 2,
    };
    match LogTypes.compare("<", one, other) {
        Ok(order) => (order, None),
        Err(wrong) => (rank(one).cmp(&rank(other)), Some(wrong)),
    }
}

/// A value as it is answered: everything is a text.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Number(number) if number.is_f64() => double(number.as_f64().unwrap_or(f64::NAN)),
        value => text(value),
    }
}

/// A number with a fraction, as the engine writes it: `3.0`, `1.5E10`.
fn double(number: f64) -> String {
    if number == 0.0 || (1e-3..1e7).contains(&number.abs()) {
        return format!("{number:?}");
    }
    let text = format!("{number:E}");
    match text.split_once('E') {
        Some((mantissa, exponent)) if !mantissa.contains('.') => format!("{mantissa}.0E{exponent}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_they_are_written() {
        for (number, text) in [
            (0.0, "0.0"),
            (3.0, "3.0"),
            (-2.5, "-2.5"),
            (1e7, "1.0E7"),
            (12_345_678.5, "1.23456785E7"),
            (1e-4, "1.0E-4"),
        ] {
            assert_eq!(shown(&json!(number)), text);
        }
        assert_eq!(
            [json!(3), json!(null), json!(true), json!("x")].map(|value| shown(&value)),
            ["3", "null", "true", "x"]
        );
    }

    #[test]
    fn an_order_has_no_circles() {
        let large = 9_007_199_254_740_992_i64;
        let rising = [
            json!(false),
            json!(true),
            json!(-1e300),
            json!(i64::MIN + 1),
            json!(-2.5),
            json!(-2),
            json!(0),
            json!(0.5),
            json!(large - 1),
            json!(9_007_199_254_740_992.0),
            json!(large + 1),
            json!(i64::MAX),
            json!(9_223_372_036_854_775_808.0),
            json!("1"),
            json!("a"),
        ];
        for (at, one) in rising.iter().enumerate() {
            for (behind, other) in rising.iter().enumerate() {
                assert_eq!(order(one, other).0, at.cmp(&behind), "{one} {other}");
            }
        }
        for zero in [json!(0), json!(0.0), json!(-0.0)] {
            assert!(order(&zero, &json!(-0.0)).0.is_eq() && order(&json!(0.0), &zero).0.is_eq());
        }
        assert!(order(&json!(1), &json!("1")).1.is_some());
    }

    #[test]
    fn types_do_not_mix() {
        assert_eq!(LogTypes.compute(&BinaryOperator::Divide, &json!(7), &json!(2)), Ok(json!(3)));
        assert_eq!(LogTypes.compute(&BinaryOperator::Divide, &json!(7.0), &json!(2)), Ok(json!(3.5)));
        assert_eq!(LogTypes.compute(&BinaryOperator::Divide, &json!(7), &json!(0)), Err(Wrong("/ by zero".to_owned())));
        assert!(LogTypes.compute(&BinaryOperator::Plus, &json!(i64::MAX), &json!(1)).is_err());
        assert!(
            LogTypes
                .compare("=", &json!("1"), &json!(1))
                .unwrap_err()
                .0
                .ends_with("'=' cannot be applied to varchar, bigint")
        );
        assert_eq!(LogTypes.compare("<", &json!(1), &json!(1.5)), Ok(Ordering::Less));
    }
}
