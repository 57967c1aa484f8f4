//! What a list is narrowed down by.
//!
//! | a product's file says | what fits |
//! | --- | --- |
//! | `Name` | a field that is equal, or one of several where the call names several |
//! | `~Name`, `^Name` | one that contains it, begins with it |
//! | `"Name` | one that contains it, or, where the call puts it in quotation marks, is equal |
//! | `Name,` | one of several, with commas between or in JSON |
//! | `>Name`, `<Name` | a time or a number at or after, at or before |
//! | `@Name` | the caller's own, where the call says `true` |
//! | `Name=ALL` | an equal one, or any where the call says that word |
//! | `?` | conditions of the call's own: `[{"Column": "Name", "Operator": "Equal", "Value": "a"}]`, of a field or a label |
//! | `[Key Values]` | objects in JSON that name a field under `Key` and what it may be under `Values`: all of them |
//! | `labels` | labels: `a=1,b=2`, `a:1`, or however else they are written |
//!
//! A field may be inside of others, lists too: `Models.Model`; `labels.key` and `labels.value` are those of the labels. With `|` between
//! several, one that fits suffices. What is not said is looked for under the parameter's own name.

use serde_json::{Map, Value};

use super::labels;
use super::list::is_of_page;
use super::make::{Tags, text};
use super::over::OverRecord;
use super::shape::Shape;
use super::sought::{Looks, Sought, filter, written};
use crate::operation::Call;

/// What a call narrows a list down by: read once, and looked at of each record.
pub(super) struct Filter<'f> {
    over: &'f OverRecord,
    caller: &'f str,
    wanted: Vec<Wanted<'f>>,
}

/// What a parameter asks for.
enum Wanted<'f> {
    /// One of these fits.
    Any(Vec<Field>),
    /// All of these fit.
    All(Vec<Field>),
    /// All of these hold.
    Conditions(Vec<Condition>),
    /// These are among the labels.
    Labels(Tags),
    /// What is called as the parameter is equal; of `JobIds`, one of them is the `JobId`.
    Named { name: &'f str, equal: Field, one_of: Sought },
    /// Nothing fits.
    Never,
}

/// A field, and what it is to be.
struct Field {
    place: Place,
    sought: Sought,
}

enum Place {
    Labels(Tags),
    LabelKeys,
    LabelValues,
    At(Vec<String>),
}

/// A condition of the call's own, of a field or of a label.
struct Condition {
    column: String,
    fits: Option<Field>,
    unless: Option<Field>,
}

/// The values at a place, each of those in a list.
fn values<'v>(value: &'v Value, path: &[String], found: &mut Vec<&'v Value>) {
    match (value, path) {
        (Value::Array(items), path) => items.iter().for_each(|item| values(item, path, found)),
        (Value::Object(members), [first, rest @ ..]) => {
            if let Some(member) = members.get(first) {
                values(member, rest, found);
            }
        }
        (value, []) => found.push(value),
        _ => {}
    }
}

/// Labels that are asked for as `a=1,b=2` or `a:1`; a key alone stands for every value.
fn pairs(text: &str) -> Tags {
    let all = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    let parts = all.map(|pair| pair.split_once(['=', ':']).unwrap_or((pair, "")));
    parts.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect()
}

/// The labels that a parameter asks for.
fn asked(wanted: &Value) -> Tags {
    labels::read(wanted).unwrap_or_else(|| pairs(&written(wanted)))
}

/// Are these among the labels that something has?
fn labelled(asked: &Tags, tags: &Tags) -> bool {
    asked.iter().all(|(key, value)| tags.get(key).is_some_and(|own| value.is_empty() || own == value))
}

impl Field {
    fn new(field: &str, looks: Looks<'_>, wanted: &Value) -> Self {
        let place = match field {
            "labels" => Place::Labels(asked(wanted)),
            "labels.key" => Place::LabelKeys,
            "labels.value" => Place::LabelValues,
            path => Place::At(path.split('.').map(str::to_owned).collect()),
        };
        Self { place, sought: Sought::new(looks, wanted) }
    }

    fn fits(&self, view: &Map<String, Value>, tags: &Tags, caller: &str) -> bool {
        let mut ends = Vec::new();
        match &self.place {
            Place::Labels(asked) => return labelled(asked, tags),
            Place::LabelKeys => return tags.keys().any(|key| self.sought.fits(key, caller)),
            Place::LabelValues => return tags.values().any(|value| self.sought.fits(value, caller)),
            Place::At(path) => {
                if let [first, rest @ ..] = path.as_slice()
                    && let Some(value) = view.get(first)
                {
                    values(value, rest, &mut ends);
                }
            }
        }
        ends.into_iter().any(|value| self.sought.fits(&written(value), caller))
    }
}

impl Condition {
    /// None with an operator that there is not.
    fn read(condition: &Value) -> Option<Self> {
        let part = |name: &str| condition.get(name).map(written).unwrap_or_default();
        let (column, value) = (part("Column"), Value::String(part("Value")));
        let (fits, unless) = match part("Operator").to_ascii_lowercase().as_str() {
            "equal" | "equals" | "eq" => (Some(Looks::Equal), None),
            "notequal" | "notequals" | "ne" => (None, Some(Looks::Equal)),
            "contain" | "contains" | "like" => (Some(Looks::Contains), None),
            "lessthan" | "lt" => (Some(Looks::AtMost), Some(Looks::Equal)),
            "lessthanorequal" | "lte" | "le" => (Some(Looks::AtMost), None),
            "greaterthan" | "gt" => (Some(Looks::AtLeast), Some(Looks::Equal)),
            "greaterthanorequal" | "gte" | "ge" => (Some(Looks::AtLeast), None),
            _ => return None,
        };
        let [fits, unless] = [fits, unless].map(|looks| looks.map(|looks| Field::new(&column, looks, &value)));
        Some(Self { column, fits, unless })
    }

    fn holds(&self, view: &Map<String, Value>, tags: &Tags, caller: &str) -> bool {
        let label = tags.get(&self.column);
        let fits =
            |field: &Field| label.is_some_and(|label| field.sought.fits(label, "")) || field.fits(view, tags, caller);
        self.fits.as_ref().is_none_or(fits) && !self.unless.as_ref().is_some_and(fits)
    }
}

/// What each of several objects asks for, that names a field and its values under these names.
fn all((field, values): (&str, &str), wanted: &Value) -> Option<Vec<Field>> {
    let read: Option<Value> = wanted.as_str().and_then(|text| serde_json::from_str(text).ok());
    let one = |one: &Value| Some(Field::new(one.get(field)?.as_str()?, Looks::OneOf, one.get(values)?));
    read.as_ref().unwrap_or(wanted).as_array()?.iter().map(one).collect()
}

impl<'f> Wanted<'f> {
    /// What a parameter asks for; none of one that narrows nothing down.
    fn read(over: &OverRecord, name: &'f str, wanted: &Value) -> Option<Self> {
        let Some(says) = over.says.filters.get(name) else {
            if ["Tag", "Tags", "Label", "Labels"].contains(&name) {
                return Some(Self::Labels(asked(wanted)));
            }
            let (equal, one_of) = (Field::new(name, Looks::Equal, wanted), Sought::new(Looks::OneOf, wanted));
            return Some(Self::Named { name, equal, one_of });
        };
        if says == "?" {
            let conditions = wanted.as_array().into_iter().flatten().map(Condition::read);
            return Some(conditions.collect::<Option<_>>().map_or(Self::Never, Self::Conditions));
        }
        if let Some(names) = says.strip_prefix('[').and_then(|says| says.strip_suffix(']')?.split_once(' ')) {
            return Some(all(names, wanted).map_or(Self::Never, Self::All));
        }
        let (fields, looks) = filter(says);
        // The word itself fits what has no such field, too.
        let any = matches!(looks, Looks::EqualUnless(any) if wanted == any);
        (!any).then(|| Self::Any(fields.split('|').map(|field| Field::new(field, looks, wanted)).collect()))
    }
}

impl<'f> Filter<'f> {
    /// What a call gives, in a list of what is in these others.
    pub(super) fn new(over: &'f OverRecord, call: &'f Call<'_>, given: &'f Map<String, Value>, outer: &[&str]) -> Self {
        let passes_over = |name: &str, wanted: &Value| {
            let nothing = wanted.as_str() == Some("") || wanted.as_array().is_some_and(Vec::is_empty);
            nothing || is_of_page(name) || outer.contains(&name) || over.is_of_the_call(name)
        };
        let wanted = given.iter().filter(|(name, wanted)| !passes_over(name, wanted));
        let wanted = wanted.filter_map(|(name, wanted)| Wanted::read(over, name, wanted)).collect();
        Self { over, caller: call.person(), wanted }
    }

    /// Does something that is shown so, with these labels, fit all that the call says?
    pub(super) fn fits(&self, view: &Map<String, Value>, tags: &Tags) -> bool {
        self.wanted.iter().all(|wanted| self.one_fits(wanted, view, tags))
    }

    fn one_fits(&self, wanted: &Wanted<'_>, view: &Map<String, Value>, tags: &Tags) -> bool {
        let fits = |field: &Field| field.fits(view, tags, self.caller);
        match wanted {
            Wanted::Any(fields) => fields.iter().any(fits),
            Wanted::All(fields) => fields.iter().all(fits),
            Wanted::Conditions(conditions) => conditions.iter().all(|one| one.holds(view, tags, self.caller)),
            Wanted::Labels(asked) => labelled(asked, tags),
            Wanted::Named { name, equal, one_of } => match view.get(*name) {
                Some(Value::Object(_)) => true,
                Some(Value::Array(_)) => fits(equal),
                Some(_) => equal.sought.fits(&text(view, name), ""),
                // `JobIds` lists values of `JobId`.
                None => match name.strip_suffix('s').filter(|one| view.contains_key(*one)) {
                    Some(one) => one_of.fits(&text(view, one), ""),
                    None => !self.is_known(name),
                },
            },
            Wanted::Never => false,
        }
    }

    /// Could something of a list have this, so that what has it not does not fit? Of all that the catalogue's parameters name, since what
    /// is none of a record stands in the file of its product; else what is in the answer.
    fn is_known(&self, name: &str) -> bool {
        let item = |shape: &Shape| {
            let mut at = shape;
            for segment in shape.list_path()? {
                at = at.member(segment)?;
            }
            match at {
                Shape::List(item) => item.member(name).map(|_| ()),
                _ => None,
            }
        };
        self.over.takes.is_some() || self.over.answers.as_ref().and_then(item).is_some()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_inside_of_lists_is_found() {
        let value = json!([{"Model": "a"}, {"Model": ["b", "c"]}, {"Other": "d"}]);
        let mut found = Vec::new();
        values(&value, &["Model".to_owned()], &mut found);
        assert_eq!(found, [&json!("a"), &json!("b"), &json!("c")]);
    }

    #[test]
    fn labels_that_are_asked_for() {
        let has = Tags::from([("fw".to_owned(), "tf".to_owned()), ("gpu".to_owned(), "1".to_owned())]);
        for (wanted, right) in [
            (json!("fw=tf"), true),
            (json!("fw=tf,gpu=1"), true),
            (json!("fw:tf"), true),
            (json!("fw"), true),
            (json!({"fw": "tf"}), true),
            (json!("[{\"Key\":\"gpu\",\"Value\":\"1\"}]"), true),
            (json!("fw=torch"), false),
            (json!("fw=tf,gpu=2"), false),
            (json!("zzz"), false),
        ] {
            assert_eq!(labelled(&asked(&wanted), &has), right, "{wanted}");
        }
    }
}
