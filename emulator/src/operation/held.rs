//! Holds a parameter to what the catalogue says of it.
//!
//! What a client may write in more than one way is taken in each: a list with numbered names, as JSON or with commas. Fields inside
//! of objects are held to their types and bounds, and not to be there: that, the service itself asks for.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value;

use super::{Bounded, Bounds, Field, Need, Shape};
use crate::wire::{ApiError, Arguments};

/// How deep an object is looked into.
const DEEPEST: usize = 16;

/// Checks what was sent for a parameter.
pub(super) fn check(field: &Field, need: Need, arguments: &Arguments) -> Result<(), ApiError> {
    let name = field.name.as_str();
    let mut given = false;
    let mut items = HashSet::new();
    for (key, value) in arguments.iter() {
        let Some(rest) = key.strip_prefix(name) else { continue };
        if rest.is_empty() {
            // Of several, the last one counts.
            continue;
        }
        let Some(path) = rest.strip_prefix('.').filter(|_| !is_single(&field.of.shape)) else { continue };
        if value.is_empty() {
            continue;
        }
        given = true;
        items.insert(path.split('.').next().unwrap_or_default());
        if let Some(inside) = inside(&field.of, path)
            && !fits(inside, value)
        {
            return Err(not_valid(key));
        }
    }
    if let Some(value) = arguments.filled(name) {
        return if fits(&field.of, value) { Ok(()) } else { Err(not_valid(name)) };
    }
    match need {
        Need::Required if !given => Err(ApiError::missing(name)),
        _ if given && !holds(field.of.bounds.as_deref().and_then(|bounds| bounds.items.1), items.len()) => {
            Err(not_valid(name))
        }
        _ => Ok(()),
    }
}

/// ECS and RDS answer so (seen in issues of their SDKs). CHOICE: the same for every product, and for each way in which a value can be
/// wrong.
fn not_valid(name: &str) -> ApiError {
    ApiError::bad_request("InvalidParameter", format!("The specified parameter \"{name}\" is not valid."))
}

/// Is it one value, with nothing inside?
fn is_single(shape: &Shape) -> bool {
    matches!(shape, Shape::String | Shape::Int | Shape::Long | Shape::Bool | Shape::Float | Shape::Binary)
}

/// Is a count within a bound from above?
fn holds(most: Option<usize>, count: usize) -> bool {
    most.is_none_or(|most| count <= most)
}

/// What stands at a path into a list or an object: `1.Key`.
fn inside<'f>(of: &'f Bounded, path: &str) -> Option<&'f Bounded> {
    path.split('.').take(DEEPEST).try_fold(of, |of, step| match &of.shape {
        Shape::List(item) | Shape::Map(item) => Some(&**item),
        Shape::Fields(fields) => fields.iter().find(|field| field.name == step).map(|field| &field.of),
        _ => None,
    })
}

/// Does a value as it is written fit?
fn fits(of: &Bounded, value: &str) -> bool {
    if is_single(&of.shape) {
        return single(of, value);
    }
    if !value.trim_start().starts_with(['[', '{']) {
        // A list with commas, or something that only the service knows how to read.
        return true;
    }
    serde_json::from_str(value).is_ok_and(|value| fits_json(of, &value, 0))
}

fn fits_json(of: &Bounded, value: &Value, depth: usize) -> bool {
    if depth > DEEPEST {
        return true;
    }
    let deeper = |of: &Bounded, value: &Value| fits_json(of, value, depth + 1);
    match (&of.shape, value) {
        (_, Value::Null)
        | (Shape::Any | Shape::Named(_) | Shape::Object, _)
        | (Shape::String, Value::Array(_) | Value::Object(_)) => true,
        (Shape::List(item), Value::Array(items)) => {
            let bounds = of.bounds.as_deref().map(|bounds| bounds.items).unwrap_or_default();
            bounds.0.is_none_or(|least| items.len() >= least)
                && holds(bounds.1, items.len())
                && items.iter().all(|value| deeper(item, value))
        }
        (Shape::Fields(fields), Value::Object(members)) => {
            let of = |name: &str| fields.iter().find(|field| field.name == *name);
            members.iter().all(|(name, value)| of(name).is_none_or(|field| deeper(&field.of, value)))
        }
        (Shape::Map(any), Value::Object(members)) => members.values().all(|value| deeper(any, value)),
        (Shape::List(_) | Shape::Fields(_) | Shape::Map(_), Value::String(text)) => fits(of, text),
        (Shape::List(_) | Shape::Fields(_) | Shape::Map(_), _) => false,
        (_, Value::String(text)) => text.is_empty() || single(of, text),
        (_, Value::Array(_) | Value::Object(_)) => false,
        (_, value) => single(of, &value.to_string()),
    }
}

/// Does a single value fit?
fn single(of: &Bounded, value: &str) -> bool {
    let number = value.trim().parse::<f64>().ok();
    let right = match &of.shape {
        Shape::Int | Shape::Long => value.trim().parse::<i64>().is_ok(),
        Shape::Float => number.is_some_and(f64::is_finite),
        Shape::Bool => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
        _ => true,
    };
    right && of.bounds.as_deref().is_none_or(|bounds| within(bounds, &of.shape, value, number))
}

fn within(bounds: &Bounds, shape: &Shape, value: &str, number: Option<f64>) -> bool {
    let said = |words: &[String]| words.iter().any(|word| word == value);
    if !bounds.one_of.is_empty() && !said(&bounds.one_of) {
        return false;
    }
    if matches!(shape, Shape::Int | Shape::Long | Shape::Float)
        && let Some(number) = number
    {
        return bounds.min.is_none_or(|least| number >= least)
            && bounds.max.is_none_or(|most| number <= most)
            && bounds.over.is_none_or(|least| number > least)
            && bounds.under.is_none_or(|most| number < most);
    }
    let length = value.chars().count();
    bounds.chars.0.is_none_or(|least| length >= least)
        && holds(bounds.chars.1, length)
        && bounds.like.as_ref().is_none_or(|pattern| pattern.fits(value))
}

/// A value that passes the check.
pub(super) fn sample(field: &Field) -> String {
    sample_of(&field.of).into_owned()
}

fn sample_of(of: &Bounded) -> Cow<'static, str> {
    let nothing = Bounds::default();
    let bounds = of.bounds.as_deref().unwrap_or(&nothing);
    if let Some(word) = bounds.one_of.first() {
        return Cow::Owned(word.clone());
    }
    match &of.shape {
        Shape::Bool => "true".into(),
        Shape::Int | Shape::Long | Shape::Float => {
            let least = bounds.min.or(bounds.over.map(|over| over + 1.0)).unwrap_or(1.0);
            let most = bounds.max.unwrap_or(f64::MAX);
            Cow::Owned(least.min(most).to_string())
        }
        Shape::List(item) => {
            let item = sample_of(item);
            let quoted = if item.starts_with(['[', '{']) { item } else { Cow::Owned(format!("\"{item}\"")) };
            Cow::Owned(format!("[{}]", vec![quoted.as_ref(); bounds.items.0.unwrap_or(1).max(1)].join(",")))
        }
        Shape::Fields(_) | Shape::Map(_) | Shape::Object | Shape::Named(_) => "{}".into(),
        _ => {
            let least = bounds.chars.0.unwrap_or_default();
            let most = bounds.chars.1.unwrap_or(usize::MAX);
            let candidates = ["sample", "1", "2026-01-02 03:04:05", "a.b", "/a", "127.0.0.1"].into_iter();
            let mut candidates = candidates.map(|one| format!("{one:a<least$}").chars().take(most).collect::<String>());
            let first = candidates.clone().next().unwrap_or_default();
            Cow::Owned(candidates.find(|one| within(bounds, &of.shape, one, None)).unwrap_or(first))
        }
    }
}
