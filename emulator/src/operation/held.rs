//! Holds a parameter to what the catalogue says of it.
//!
//! What a client may write in more than one way is taken in each: a list with numbered names, as JSON or with commas. Whoever gives an
//! object gives the fields that have to be there.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::{Bounded, Bounds, Need, Shape, Shaped};
use crate::operation::Names;
use crate::wire::{ApiError, Arguments};

/// How deep an object is looked into.
const DEEPEST: usize = 16;
/// How much of a name that a client made up a message has, in characters.
const LONGEST_STEP: usize = 80;

/// The way from a parameter to a value in it, `Items.1.Key`: kept on the stack, and written out only for a message.
#[derive(Clone, Copy)]
enum Path<'p> {
    Parameter(&'p str),
    In(&'p Path<'p>, &'p str),
    Item(&'p Path<'p>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(name) => f.write_str(name),
            Self::In(outer, step) => match step.char_indices().nth(LONGEST_STEP) {
                Some((at, _)) => write!(f, "{outer}.{}...", step.get(..at).unwrap_or_default()),
                None => write!(f, "{outer}.{step}"),
            },
            Self::Item(outer, number) => write!(f, "{outer}.{number}"),
        }
    }
}

/// What is wrong with a value, and where.
enum Wrong {
    NotThere { name: String, path: String },
    NotValid(String),
}

impl Wrong {
    fn not_valid(path: Path<'_>) -> Self {
        Self::NotValid(path.to_string())
    }

    fn not_there(path: Path<'_>, name: &str) -> Self {
        Self::NotThere { name: name.to_owned(), path: Path::In(&path, name).to_string() }
    }
}

impl From<Wrong> for ApiError {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            // CHOICE: the code has the name of the field alone, as it has that of a parameter; the message says where.
            Wrong::NotThere { name, path } => {
                Self::bad_request(format!("Missing{name}"), format!("{path} is mandatory for this action."))
            }
            Wrong::NotValid(path) => not_valid(&path),
        }
    }
}

/// What was sent under a parameter's name: `X.1.Y=v` is a value at `1`, `Y`.
#[derive(Debug, Default)]
struct Sent<'a> {
    value: Option<&'a str>,
    inside: BTreeMap<&'a str, Sent<'a>>,
}

impl<'a> Sent<'a> {
    /// What is sent of a parameter in names of more than one part.
    fn under(name: &str, arguments: &'a Arguments) -> Self {
        let mut sent = Self::default();
        for (key, value) in arguments.iter() {
            let Some(path) = key.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')) else { continue };
            let mut at = &mut sent;
            for step in path.splitn(DEEPEST, '.') {
                at = at.inside.entry(step).or_default();
            }
            at.value = Some(value);
        }
        sent
    }

    fn check(&self, of: &Bounded, names: &Names, path: Path<'_>) -> Result<(), Wrong> {
        let of = of.resolved(names);
        // What is sent empty is there: the value of a tag may be so.
        if let Some(value) = self.value.filter(|value| !value.is_empty()) {
            fits(of, names, value, path)?;
        }
        match &of.shape {
            Shape::List(item) | Shape::Map(item) => {
                let most = of.bounds.as_deref().and_then(|bounds| bounds.items.1);
                if !holds(most, self.inside.len()) {
                    return Err(Wrong::not_valid(path));
                }
                self.inside.iter().try_for_each(|(step, sent)| sent.check(item, names, Path::In(&path, step)))
            }
            Shape::Fields(fields) if !self.inside.is_empty() => {
                fields.iter().try_for_each(|field| match self.inside.get(field.name.as_str()) {
                    Some(sent) => sent.check(&field.of, names, Path::In(&path, &field.name)),
                    None if field.required => Err(Wrong::not_there(path, &field.name)),
                    None => Ok(()),
                })
            }
            _ => Ok(()),
        }
    }
}

/// Checks what was sent for a parameter.
pub(super) fn check(shaped: &Shaped, need: Need, arguments: &Arguments) -> Result<(), ApiError> {
    let (field, names) = (&shaped.field, &*shaped.names);
    let of = field.of.resolved(names);
    let parts = if is_single(&of.shape) { Sent::default() } else { Sent::under(&field.name, arguments) };
    let value = arguments.filled(&field.name);
    if value.is_none() && !parts.inside.is_empty() {
        return Ok(parts.check(of, names, Path::Parameter(&field.name))?);
    }
    check_value(shaped, need, value)
}

/// Checks the one value that was sent for a parameter.
pub(super) fn check_value(shaped: &Shaped, need: Need, value: Option<&str>) -> Result<(), ApiError> {
    match (value.filter(|value| !value.is_empty()), need) {
        (Some(value), _) => {
            let path = Path::Parameter(&shaped.field.name);
            Ok(fits(shaped.field.of.resolved(&shaped.names), &shaped.names, value, path)?)
        }
        (None, Need::Required) => Err(ApiError::missing(&shaped.field.name)),
        (None, Need::Optional) => Ok(()),
    }
}

/// ECS and RDS answer so (seen in issues of their SDKs). CHOICE: the same for every product, and for each way in which a value can be
/// wrong.
pub(super) fn not_valid(name: &str) -> ApiError {
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

/// Does a value as it is written fit?
fn fits(of: &Bounded, names: &Names, value: &str, path: Path<'_>) -> Result<(), Wrong> {
    let of = of.resolved(names);
    let not_valid = || Wrong::not_valid(path);
    if is_single(&of.shape) {
        return if single(of, value) { Ok(()) } else { Err(not_valid()) };
    }
    if !value.trim_start().starts_with(['[', '{']) {
        // A list with commas, or something that only the service knows how to read.
        return Ok(());
    }
    let value = serde_json::from_str(value).map_err(|_| not_valid())?;
    fits_json(of, names, &value, (path, 0))
}

fn fits_json(of: &Bounded, names: &Names, value: &Value, (path, depth): (Path<'_>, usize)) -> Result<(), Wrong> {
    if depth > DEEPEST {
        return Ok(());
    }
    let of = of.resolved(names);
    let deeper = |of: &Bounded, value: &Value, path: Path<'_>| fits_json(of, names, value, (path, depth + 1));
    let when = |fits: bool| if fits { Ok(()) } else { Err(Wrong::not_valid(path)) };
    match (&of.shape, value) {
        (_, Value::Null)
        | (Shape::Any | Shape::Named(_) | Shape::Object, _)
        | (Shape::String, Value::Array(_) | Value::Object(_)) => Ok(()),
        (Shape::List(item), Value::Array(items)) => {
            let bounds = of.bounds.as_deref().map(|bounds| bounds.items).unwrap_or_default();
            when(bounds.0.is_none_or(|least| items.len() >= least) && holds(bounds.1, items.len()))?;
            let mut numbered = items.iter().zip(1_usize..);
            numbered.try_for_each(|(value, number)| deeper(item, value, Path::Item(&path, number)))
        }
        (Shape::Fields(fields), Value::Object(members)) => {
            fields.iter().try_for_each(|field| match members.get(&field.name).filter(|value| !value.is_null()) {
                Some(value) => deeper(&field.of, value, Path::In(&path, &field.name)),
                None if field.required => Err(Wrong::not_there(path, &field.name)),
                None => Ok(()),
            })
        }
        (Shape::Map(any), Value::Object(members)) => {
            members.iter().try_for_each(|(name, value)| deeper(any, value, Path::In(&path, name)))
        }
        (Shape::List(_) | Shape::Fields(_) | Shape::Map(_), Value::String(text)) => fits(of, names, text, path),
        (Shape::List(_) | Shape::Fields(_) | Shape::Map(_), _) => when(false),
        (_, Value::String(text)) => when(text.is_empty() || single(of, text)),
        (_, Value::Array(_) | Value::Object(_)) => when(false),
        (_, value) => when(single(of, &value.to_string())),
    }
}

/// Does a single value fit?
fn single(of: &Bounded, value: &str) -> bool {
    let number = value.trim().parse::<f64>().ok();
    let right = match &of.shape {
        Shape::Int => value.trim().parse::<i32>().is_ok(),
        Shape::Long => value.trim().parse::<i64>().is_ok(),
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
pub(super) fn sample(shaped: &Shaped) -> String {
    sample_of(&shaped.field.of, &shaped.names, 0).into_owned()
}

fn sample_of(of: &Bounded, names: &Names, depth: usize) -> Cow<'static, str> {
    let nothing = Bounds::default();
    let of = of.resolved(names);
    let bounds = of.bounds.as_deref().unwrap_or(&nothing);
    if let Some(word) = bounds.one_of.first() {
        return Cow::Owned(word.clone());
    }
    let within_json = |of: &Bounded| {
        let sample = sample_of(of, names, depth + 1);
        if sample.starts_with(['[', '{']) {
            sample.into_owned()
        } else {
            Value::String(sample.into_owned()).to_string()
        }
    };
    match &of.shape {
        Shape::Bool => "true".into(),
        Shape::Int | Shape::Long | Shape::Float => {
            let least = bounds.min.or(bounds.over.map(|over| over + 1.0)).unwrap_or(1.0);
            let most = bounds.max.unwrap_or(f64::MAX);
            Cow::Owned(least.min(most).to_string())
        }
        Shape::List(_) | Shape::Fields(_) if depth > DEEPEST => "".into(),
        Shape::List(item) => {
            let item = within_json(item);
            Cow::Owned(format!("[{}]", vec![item.as_str(); bounds.items.0.unwrap_or(1).max(1)].join(",")))
        }
        Shape::Fields(fields) => {
            let required = fields.iter().filter(|field| field.required);
            let members =
                required.map(|field| format!("{}:{}", Value::from(field.name.as_str()), within_json(&field.of)));
            Cow::Owned(format!("{{{}}}", members.collect::<Vec<_>>().join(",")))
        }
        Shape::Map(_) | Shape::Object | Shape::Named(_) => "{}".into(),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A map of maps of numbers.
    fn numbers() -> Bounded {
        Bounded::from(Shape::Map(Box::new(Bounded::from(Shape::Map(Box::new(Bounded::from(Shape::Int)))))))
    }

    fn refusal(arguments: &[(String, String)], of: &Bounded) -> Option<String> {
        let arguments = Arguments::new(arguments.iter().map(|(name, value)| (&**name, &**value)).collect());
        let sent = Sent::under("M", &arguments);
        let wrong = match arguments.filled("M") {
            Some(value) => fits(of, &Names::new(), value, Path::Parameter("M")),
            None => sent.check(of, &Names::new(), Path::Parameter("M")),
        };
        wrong.err().map(|wrong| ApiError::from(wrong).message().to_owned())
    }

    /// A long name with many values under it: the way to each of them is written for none that is right, and cut in a message.
    #[test]
    fn a_long_name_costs_once_and_is_cut_in_a_message() {
        let long = "k".repeat(1 << 20);
        let json = |last: &str| {
            let values: String = (0..100_000).map(|number| format!("\"{number}\":1,")).collect();
            vec![("M".to_owned(), format!("{{\"{long}\":{{{values}\"last\":{last}}}}}"))]
        };
        // Written each time, these would be a hundred gigabytes.
        assert_eq!(refusal(&json("1"), &numbers()), None);
        let message = format!("The specified parameter \"M.{}....last\" is not valid.", "k".repeat(LONGEST_STEP));
        assert_eq!(refusal(&json("\"x\""), &numbers()).as_deref(), Some(&*message));
        let flat = [(format!("M.{long}.last"), "x".to_owned())];
        assert_eq!(refusal(&flat, &numbers()).as_deref(), Some(&*message));
    }
}
