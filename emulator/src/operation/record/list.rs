//! Lists of records: filters, order, and pages of both kinds.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::super::held::not_valid;
use super::answer::put;
use super::fill::Filling;
use super::filter::Filter;
use super::kind::{Kind, Times};
use super::make::{Doing, text};
use super::over::{Draft, OverRecord};
use super::shape::Shape;
use crate::operation::Call;
use crate::wire::{ApiError, Reply};

/// The parameters that say which page is asked for.
const NUMBERS: &[&str] = &["PageNumber", "PageNum", "Page", "PageIndex"];
const SIZES: &[&str] = &["PageSize", "MaxResults", "Limit", "MaxResult", "limit"];
const TOKENS: &[&str] = &["NextToken", "NextPageToken", "PageToken", "nextToken"];
/// Those that say in which order.
const SORTS: &[&str] = &["SortBy", "Sort", "OrderBy", "SortOrder", "Order"];

/// The page that a call asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Page {
    first: usize,
    number: usize,
    size: usize,
}

impl Page {
    fn of(call: &Call<'_>, default: usize) -> Result<Self, ApiError> {
        let whole = |names: &[&str]| {
            let given = names.iter().find_map(|name| call.arguments.integer(name));
            given.and_then(|number| usize::try_from(number).ok())
        };
        let filled = |names: &[&str]| names.iter().any(|name| call.arguments.filled(name).is_some());
        let size = whole(SIZES).filter(|size| *size > 0).unwrap_or(default);
        let by_token = filled(TOKENS) || (filled(&["MaxResults", "MaxResult", "limit"]) && !filled(NUMBERS));
        if by_token {
            let first = match TOKENS.iter().find(|name| call.arguments.filled(name).is_some()) {
                Some(name) => whole(&[*name]).ok_or_else(|| not_valid(name))?,
                None => 0,
            };
            return Ok(Self { first, number: first / size + 1, size });
        }
        let number = whole(NUMBERS).unwrap_or(1).max(1);
        Ok(Self { first: (number - 1).saturating_mul(size), number, size })
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
            members.insert("NextToken".to_owned(), json!(end.to_string()));
            members.insert("nextToken".to_owned(), json!(end.to_string()));
        }
        // A number: 0 says that all is there (SDK: ListRuns, ListRunMetrics).
        members.insert("NextPageToken".to_owned(), json!(if more { end } else { 0 }));
        members
    }
}

/// Is this one of the parameters that say which page is asked for, and in which order?
pub(super) fn is_of_page(name: &str) -> bool {
    [NUMBERS, SIZES, TOKENS, SORTS].iter().any(|names| names.contains(&name))
}

/// Is this one of the parameters that say where a list goes on? An answer has one only where there is more.
pub(super) fn is_token(name: &str) -> bool {
    TOKENS.contains(&name)
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
    pub(super) fn listed(&self, call: &Call<'_>, kind: &str, all: Vec<Value>) -> Result<Reply, ApiError> {
        let page = if self.is_paged() {
            Page::of(call, self.product.page)?
        } else {
            Page { first: 0, number: 1, size: all.len().max(1) }
        };
        let total = all.len();
        let items: Value = all.into_iter().skip(page.first).take(page.size).collect();
        let numbers = if self.answers.is_some() {
            page.members(total)
        } else {
            Map::from_iter([("TotalCount".to_owned(), json!(total))])
        };
        let mut members = self.given(call);
        members.retain(|name, _| self.answers.is_some() && !SORTS.contains(&name.as_str()) && !is_token(name));
        members.extend(numbers.clone());
        members.insert("RegionId".to_owned(), call.region.as_str().into());
        if self.answers.is_none() {
            members.remove("RegionId");
        }
        let besides = self.besides(call, &members, Times::default());
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
        Ok(self.shaped(members))
    }
}

impl OverRecord {
    /// Shows what there always is of something that nobody makes, as far as the call asks for it.
    pub(super) fn always(&self, call: &Call<'_>) -> Result<Reply, ApiError> {
        let given = self.given(call);
        let filter = Filter::new(self, call, &given, &[]);
        let none = super::make::Tags::new();
        let filling = Filling { call, fields: &given, times: Times::default(), count: 0 };
        let all = self.says.always.iter().map(|template| filling.members(template));
        let mut found: Vec<_> = all.filter(|view| filter.fits(view, &none)).map(|view| (call.now, view)).collect();
        self.sort(call, None, &mut found);
        self.listed(call, "Entry", found.into_iter().map(|(_, view)| Value::Object(view)).collect())
    }

    /// Sorts by the field that the call names, or by when they were made.
    fn sort(&self, call: &Call<'_>, kind: Option<&Kind>, found: &mut [(jiff::Timestamp, Map<String, Value>)]) {
        let word = |names: &[&str]| names.iter().find_map(|name| call.arguments.filled(name));
        let by = word(&["SortBy", "Sort", "OrderBy"]);
        let order = word(&["Order", "SortOrder"]).map(str::to_ascii_lowercase);
        let descending = match order.as_deref() {
            Some("asc") => false,
            Some("desc") => true,
            _ => by.is_none() && self.product.newest_first,
        };
        let by = by.filter(|by| kind.is_none_or(|kind| kind.created.as_deref() != Some(*by)));
        found.sort_by(|(one, a), (other, b)| {
            let by_field = by.map_or(Ordering::Equal, |by| compared(a.get(by), b.get(by)));
            let ordering = by_field
                .then(one.cmp(other))
                .then_with(|| kind.map_or(Ordering::Equal, |kind| text(a, &kind.id).cmp(&text(b, &kind.id))));
            if descending { ordering.reverse() } else { ordering }
        });
    }
}

impl Doing<'_, '_> {
    /// Shows the records that the call asks for, as far as the caller may see them.
    pub(super) fn list(&self) -> Result<Reply, ApiError> {
        let outer = self.outer_key()?;
        self.listed_owner_is_there()?;
        // Of a workspace that is gone every list says so. Workspace 0 is none: what PAI itself has.
        if let Some(id) = self.call.arguments.filled("WorkspaceId").filter(|id| self.kind.workspace && *id != "0") {
            self.call.account()?.pai.read().workspace(&self.call.region, id)?;
        }
        let mut nothing = Draft::of(None, Map::new(), super::make::Tags::new());
        for hook in &self.over.hooks {
            hook(self.call, &mut nothing)?;
        }
        let mut found = {
            let records = self.records()?;
            let all = records.within(&self.place(self.kind), &outer, self.call.now);
            let views = all.map(|record| (record.created, self.view(&records, record), record.clone()));
            views.collect::<Vec<_>>()
        };
        let given = self.over.given(self.call);
        let outer: Vec<_> = self.over.product.outer(self.kind).map(|kind| kind.id.as_str()).collect();
        let filter = Filter::new(self.over, self.call, &given, &outer);
        let mut kept = Vec::new();
        for (created, view, record) in found.drain(..) {
            let view = self.with_group(view);
            if filter.fits(&view, &record.tags) && self.is_seen(&record)? {
                kept.push((created, view));
            }
        }
        // What there always is comes first, whatever the order.
        let filling = self.filling(&given, 0);
        let always = self.over.says.always.iter().map(|template| filling.members(template));
        let labels = |view: &Map<String, Value>| {
            let shown = self.kind.labels.as_ref().and_then(|labels| view.get(&labels.field));
            shown.and_then(super::labels::read).unwrap_or_default()
        };
        let always = always.filter(|view| filter.fits(view, &labels(view)));
        let mut always: Vec<_> = always.map(|view| (self.call.now, view)).collect();
        self.over.sort(self.call, Some(self.kind), &mut kept);
        always.append(&mut kept);
        let kept = always;
        let all = kept.into_iter().map(|(_, view)| Value::Object(view)).collect();
        self.over.listed(self.call, &self.kind.name, all)
    }
}

fn compared(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    match (one.and_then(Value::as_f64), other.and_then(Value::as_f64)) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        _ => one.map(Value::to_string).cmp(&other.map(Value::to_string)),
    }
}
