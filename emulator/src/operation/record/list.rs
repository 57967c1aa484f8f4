//! Lists of records: filters, order, and pages of both kinds.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::answer::put;
use super::labels;
use super::make::{Doing, text};
use super::over::OverRecord;
use super::shape::Shape;
use crate::operation::Call;
use crate::wire::{ApiError, Reply};

/// The parameters that say which page is asked for.
const NUMBERS: &[&str] = &["PageNumber", "PageNum", "Page", "PageToken", "PageIndex"];
const SIZES: &[&str] = &["PageSize", "MaxResults", "Limit", "MaxResult"];
const TOKENS: &[&str] = &["NextToken", "NextPageToken"];
/// Those that say in which order.
const SORTS: &[&str] = &["SortBy", "Sort", "OrderBy", "SortOrder", "Order"];

/// The page that a call asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Page {
    first: usize,
    number: usize,
    size: usize,
    /// Is it told by a token?
    by_token: bool,
}

impl Page {
    fn of(call: &Call<'_>, default: usize) -> Self {
        let whole = |names: &[&str]| {
            let given = names.iter().find_map(|name| call.arguments.integer(name));
            given.and_then(|number| usize::try_from(number).ok())
        };
        let filled = |names: &[&str]| names.iter().any(|name| call.arguments.filled(name).is_some());
        let size = whole(SIZES).filter(|size| *size > 0).unwrap_or(default);
        let by_token = filled(TOKENS) || (filled(&["MaxResults", "MaxResult"]) && !filled(NUMBERS));
        if by_token {
            let first = whole(TOKENS).unwrap_or(0);
            return Self { first, number: first / size + 1, size, by_token };
        }
        let number = whole(NUMBERS).unwrap_or(1).max(1);
        Self { first: (number - 1).saturating_mul(size), number, size, by_token }
    }

    /// What an answer says of the page, under the names that products have for it.
    fn members(self, total: usize) -> Map<String, Value> {
        let end = self.first.saturating_add(self.size);
        let more = end < total;
        let mut members = Map::new();
        for name in ["TotalCount", "Total", "TotalNum"] {
            members.insert(name.to_owned(), json!(total));
        }
        for name in ["PageNumber", "PageNum", "Page", "PageIndex"] {
            members.insert(name.to_owned(), json!(self.number));
        }
        for name in ["PageSize", "MaxResults"] {
            members.insert(name.to_owned(), json!(self.size));
        }
        members.insert("TotalPageNum".to_owned(), json!(total.div_ceil(self.size)));
        members.insert("HasMore".to_owned(), json!(more));
        if more {
            let next = if self.by_token { end } else { self.number + 1 };
            members.insert("NextToken".to_owned(), json!(end.to_string()));
            members.insert("NextPageToken".to_owned(), json!(next));
        }
        members
    }
}

impl OverRecord {
    /// Has a list of this operation pages?
    fn is_paged(&self) -> bool {
        let paged = |name: &str| SIZES.contains(&name);
        self.takes.as_ref().is_some_and(|takes| takes.iter().any(|field| paged(&field.name)))
    }

    /// Where the list stands in the answer.
    fn items_path(&self, kind: &str) -> String {
        let found = || self.answers.as_ref().and_then(Shape::list_path).map(|path| path.join("."));
        self.says.items.clone().or_else(found).unwrap_or_else(|| format!("{kind}s.{kind}"))
    }

    /// A page of what was found, in the answer's shape.
    pub(super) fn listed(&self, call: &Call<'_>, kind: &str, all: Vec<Value>) -> Reply {
        let page = if self.is_paged() {
            Page::of(call, self.product.page)
        } else {
            Page { first: 0, number: 1, size: all.len().max(1), by_token: false }
        };
        let total = all.len();
        let items: Value = all.into_iter().skip(page.first).take(page.size).collect();
        let numbers = if self.answers.is_some() {
            page.members(total)
        } else {
            Map::from_iter([("TotalCount".to_owned(), json!(total))])
        };
        let mut members = self.given(call);
        members.retain(|name, _| self.answers.is_some() && !SORTS.contains(&name.as_str()));
        members.extend(numbers.clone());
        members.insert("RegionId".to_owned(), call.region.as_str().into());
        if self.answers.is_none() {
            members.remove("RegionId");
        }
        let besides = self.besides(call, &members, super::kind::Times::default());
        members.extend(besides);
        let path = self.items_path(kind);
        // The numbers stand beside the list, wherever that is.
        let mut at = String::new();
        for segment in path.split('.').rev().skip(1).collect::<Vec<_>>().into_iter().rev() {
            at = if at.is_empty() { segment.to_owned() } else { format!("{at}.{segment}") };
            if self.answers.is_some() {
                put(&mut members, &at, Value::Object(numbers.clone()));
            }
        }
        put(&mut members, &path, items);
        self.shaped(members)
    }
}

/// How a filter looks at a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looks {
    Equal,
    Contains,
    OneOf,
}

/// What a filter of a product's file says: `Name`, `~Name`, `Name,`.
fn filter(says: &str) -> (&str, Looks) {
    if let Some(field) = says.strip_prefix('~') {
        (field, Looks::Contains)
    } else if let Some(field) = says.strip_suffix(',') {
        (field, Looks::OneOf)
    } else {
        (says, Looks::Equal)
    }
}

/// A number or a truth value as a parameter writes it.
fn written(value: &Value) -> String {
    value.to_string()
}

impl Looks {
    fn fits(self, wanted: &Value, has: &str) -> bool {
        match self {
            Self::Equal => match wanted {
                Value::Array(_) => Self::OneOf.fits(wanted, has),
                Value::String(text) => text == has,
                value => written(value) == has,
            },
            Self::Contains => wanted.as_str().is_some_and(|part| has.contains(part)),
            Self::OneOf => match wanted {
                Value::Array(items) => {
                    items.iter().any(|item| item.as_str().map_or_else(|| written(item) == has, |item| item == has))
                }
                Value::String(text) => {
                    let json: Option<Vec<String>> = serde_json::from_str(text).ok();
                    json.map_or_else(
                        || text.split(',').any(|item| item.trim() == has),
                        |items| items.iter().any(|item| item == has),
                    )
                }
                value => written(value) == has,
            },
        }
    }
}

impl Doing<'_, '_> {
    /// Shows the records that the call asks for, as far as the caller may see them.
    pub(super) fn list(&self) -> Result<Reply, ApiError> {
        let outer = self.outer_key()?;
        let mut found = {
            let records = self.records()?;
            let all = records.within(&self.place(self.kind), &outer, self.call.now);
            let views = all.map(|record| (record.created, self.view(&records, record), record.clone()));
            views.collect::<Vec<_>>()
        };
        let given = self.over.given(self.call);
        let mut kept = Vec::new();
        for (created, view, record) in found.drain(..) {
            let view = self.with_group(view);
            if self.fits(&given, &view, &record) && self.is_seen(&record)? {
                kept.push((created, view));
            }
        }
        self.sort(&mut kept);
        let all = kept.into_iter().map(|(_, view)| Value::Object(view)).collect();
        Ok(self.over.listed(self.call, &self.kind.name, all))
    }

    fn fits(&self, given: &Map<String, Value>, view: &Map<String, Value>, record: &crate::cloud::Record) -> bool {
        let outer: Vec<_> = self.over.product.outer(self.kind).map(|kind| kind.id.as_str()).collect();
        given.iter().all(|(name, wanted)| {
            let of_the_list = [NUMBERS, SIZES, TOKENS, SORTS].iter().any(|names| names.contains(&name.as_str()));
            let nothing = wanted.as_str() == Some("") || wanted.as_array().is_some_and(Vec::is_empty);
            if of_the_list || nothing || outer.contains(&name.as_str()) || self.over.says.drop.contains(name) {
                return true;
            }
            if let Some(says) = self.over.says.filters.get(name) {
                let (field, looks) = filter(says);
                return view.contains_key(field) && looks.fits(wanted, &text(view, field));
            }
            if ["Tag", "Tags", "Label", "Labels"].contains(&name.as_str())
                && let Some(tags) = labels::read(wanted)
            {
                let has = |(key, value): (&String, &String)| {
                    record.tags.get(key).is_some_and(|own| value.is_empty() || own == value)
                };
                return tags.iter().all(has);
            }
            if let Some(value) = view.get(name) {
                return value.is_object() || value.is_array() || Looks::Equal.fits(wanted, &text(view, name));
            }
            // `JobIds` lists values of `JobId`.
            match name.strip_suffix('s') {
                Some(one) if view.contains_key(one) => Looks::OneOf.fits(wanted, &text(view, one)),
                // Records of this kind may have the field, and this one has nothing there.
                _ => !self.is_field(name),
            }
        })
    }

    /// Is this a field that records of the kind have, so that one without it does not fit?
    fn is_field(&self, name: &str) -> bool {
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
        self.over.answers.as_ref().and_then(item).is_some()
    }

    /// Sorts by the field that the call names, or by when they were made.
    fn sort(&self, found: &mut [(jiff::Timestamp, Map<String, Value>)]) {
        let word = |names: &[&str]| names.iter().find_map(|name| self.call.arguments.filled(name));
        let by = word(&["SortBy", "Sort", "OrderBy"]);
        let order = word(&["Order", "SortOrder"]).map(str::to_ascii_lowercase);
        let descending = match order.as_deref() {
            Some("asc") => false,
            Some("desc") => true,
            _ => by.is_none() && self.over.product.newest_first,
        };
        let by = by.filter(|by| Some(*by) != self.kind.created.as_deref());
        found.sort_by(|(one, a), (other, b)| {
            let by_field = by.map_or(Ordering::Equal, |by| compared(a.get(by), b.get(by)));
            let ordering =
                by_field.then(one.cmp(other)).then_with(|| text(a, &self.kind.id).cmp(&text(b, &self.kind.id)));
            if descending { ordering.reverse() } else { ordering }
        });
    }
}

fn compared(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    match (one.and_then(Value::as_f64), other.and_then(Value::as_f64)) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        _ => one.map(Value::to_string).cmp(&other.map(Value::to_string)),
    }
}
