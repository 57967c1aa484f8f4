//! What is shown of a record.

use serde_json::{Map, Value};

use super::file::RecordProduct;
use super::fill::Filling;
use super::kind::Kind;
use super::make::{Doing, text};
use super::over::Looked;
use super::past::Past;
use crate::cloud::{Record, Records};

impl Doing<'_, '_> {
    /// All that is shown of a record, in whatever answer.
    pub(super) fn view(&self, records: &Records, record: &Record) -> Map<String, Value> {
        self.view_of(records, record, self.kind)
    }

    fn view_of(&self, records: &Records, record: &Record, kind: &Kind) -> Map<String, Value> {
        let call = self.call;
        let mut view = record.fields.clone();
        if let Some(field) = &kind.created {
            view.insert(field.clone(), kind.times.write(record.created));
        }
        if let Some(field) = &kind.modified {
            view.insert(field.clone(), kind.times.write(record.modified));
        }
        let state = record.state(call.now);
        if let (Some(states), Some(state)) = (&kind.states, state) {
            view.insert(states.field.clone(), state.into());
        }
        if let Some(states) = &kind.states {
            Past { record, times: kind.times, now: call.now }.show(states, &mut view);
        }
        if kind.labels.is_some() || !record.tags.is_empty() {
            RecordProduct::labels(kind).show(&record.tags, &mut view);
        }
        let shown_in_state = state.and_then(|state| kind.states.as_ref()?.shows.get(state));
        for template in [Some(&kind.shown), shown_in_state].into_iter().flatten() {
            let filling = Filling { call, fields: &view, times: kind.times, count: 0 };
            let more = filling.members(template);
            view.extend(more);
        }
        for (field, inner) in &kind.newest {
            if let Some(inner) = self.over.product.kind(inner) {
                let inside = records.within(&self.place(inner), &record.key, call.now);
                if let Some(newest) = inside.max_by_key(|inner| (inner.created, inner.key.len(), inner.key.clone())) {
                    let shown = self.view_of(records, newest, inner);
                    view.insert(field.clone(), Value::Object(shown));
                }
            }
        }
        if let Some(show) = kind.shows {
            show(Looked { records, record, state, region: &self.call.region, now: call.now }, &mut view);
        }
        for hidden in &kind.hidden {
            view.remove(hidden);
        }
        view
    }

    /// Adds the resource group that a record is in; of what has none of its own, that of the record beside which it is. Its lock goes before
    /// that of records.
    pub(super) fn with_group(&self, mut view: Map<String, Value>) -> Map<String, Value> {
        let id = text(&view, &self.kind.id);
        let beside = || {
            self.kind
                .group_of
                .as_ref()
                .and_then(|(field, kind)| self.over.product.kind(kind)?.group_key(&text(&view, field)))
        };
        if let (Some(key), Ok(account)) = (self.group_key(&id).or_else(beside), self.call.account()) {
            let groups = account.resource_groups.read();
            if let Some(group) = groups.group_of(&key) {
                view.insert("ResourceGroupId".to_owned(), group.into());
            }
        }
        view
    }
}
