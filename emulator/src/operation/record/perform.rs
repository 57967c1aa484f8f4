//! The verbs.

use acslab_policy::catalogue::is_region;
use serde_json::{Map, Value};

use super::super::held::not_valid;
use super::labels;
use super::make::{Doing, Tags, text};
use super::over::{Draft, OverRecord, Verb};
use super::paths::texts;
use crate::cloud::{Record, RecordPlace};
use crate::operation::Call;
use crate::wire::{ApiError, Reply};

impl OverRecord {
    /// Performs it for a call.
    pub(crate) fn perform(&self, call: &Call<'_>) -> Result<Reply, ApiError> {
        // What needs no region is told anywhere: which regions there are.
        let looks = self.verb != Verb::Answer || self.has(call, "RegionId");
        if let Some(words) = self.product.nowhere.as_ref().filter(|_| looks && !is_region(&call.region)) {
            return Err(words.error(&call.region));
        }
        self.tags_fit(call)?;
        match self.rehearsed(call) {
            Some(words) => self.perform_now(call).and_then(|_| Err(words.error(""))),
            None => self.once(call),
        }
    }

    /// Performs it for a call that is neither a rehearsal nor one that was answered before; of a rehearsal all but the deed.
    pub(super) fn perform_now(&self, call: &Call<'_>) -> Result<Reply, ApiError> {
        if let Some(handler) = self.handler {
            return handler(call);
        }
        match (self.verb, &self.kind) {
            (Verb::Answer, _) => Ok(self.plain(call)),
            (Verb::Tag | Verb::Untag, _) => self.tag(call),
            (Verb::Tags, _) => self.tags(call),
            (Verb::Regroup, _) => self.regroup(call),
            (Verb::List, None) => self.always(call),
            (verb, Some(kind)) => {
                let doing = Doing { over: self, call, kind };
                match verb {
                    Verb::Create | Verb::Put => doing.create(),
                    Verb::Get => doing.get(),
                    Verb::List => doing.list(),
                    Verb::Update => doing.update(),
                    Verb::Delete => doing.delete(),
                    Verb::Label | Verb::Unlabel => doing.label(),
                    _ => doing.lead(),
                }
            }
            (_, None) => Err(ApiError::internal()),
        }
    }
}

impl Doing<'_, '_> {
    fn read(&self, key: &str) -> Result<Record, ApiError> {
        let records = self.records()?;
        records.get(&self.place(self.kind), key, self.call.now).cloned().map_err(|_| self.kind.is_absent(&self.named()))
    }

    /// The keys of the records that the call is about: the one that it names, or all that it lists, with what it says of each.
    pub(super) fn keys(&self) -> Result<Vec<(String, Map<String, Value>)>, ApiError> {
        if !self.over.is_over_each() {
            return Ok(vec![(self.named_key()?, Map::new())]);
        }
        let outer = self.outer_key()?;
        let listed = self.over.each_of(self.call)?;
        listed.into_iter().map(|one| Ok((self.found_there(&outer, &one.id)?, one.members))).collect()
    }

    /// Shows a record.
    fn get(&self) -> Result<Reply, ApiError> {
        let record = self.read(&self.named_key()?)?;
        let mut draft = Draft::of(Some(&record), Map::new(), record.tags.clone());
        for hook in &self.over.hooks {
            hook(self.call, &mut draft)?;
        }
        let answer = draft.answer;
        self.answer(&record, answer)
    }

    /// Sets fields of a record, and leads it through the states that this takes.
    fn update(&self) -> Result<Reply, ApiError> {
        self.change("update", true)
    }

    /// Leads a record through other states.
    fn lead(&self) -> Result<Reply, ApiError> {
        self.change("", false)
    }

    fn change(&self, course: &str, sets: bool) -> Result<Reply, ApiError> {
        let (over, call, kind) = (self.over, self.call, self.kind);
        let course = over.says.course.as_deref().unwrap_or(course);
        let mut answered = None;
        for (key, members) in self.keys()? {
            let mut fields = if sets { over.fields(call) } else { Map::new() };
            fields.extend(members);
            let tags = if sets { labels::given(&mut fields, kind) } else { None };
            answered = Some(self.changed(&key, fields, tags, Some(course))?);
        }
        let (record, answer) = answered.ok_or_else(ApiError::internal)?;
        self.answer(&record, answer)
    }

    /// Changes one record.
    pub(super) fn changed(
        &self,
        key: &str,
        mut fields: Map<String, Value>,
        tags: Option<Tags>,
        course: Option<&str>,
    ) -> Result<(Record, Map<String, Value>), ApiError> {
        let (over, call, kind) = (self.over, self.call, self.kind);
        let record = self.read(key)?;
        let id = text(&record.fields, &kind.id);
        for id in over.product.outer(kind).map(|outer| &outer.id).chain([&kind.id]).chain(over.says.id.as_ref()) {
            fields.remove(id);
        }
        // INFERRED: an empty list changes nothing, since official SDKs send one for every list that the caller says nothing of.
        fields.retain(|_, value| !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty()));
        let mut known = record.fields.clone();
        known.extend(fields.clone());
        let set = self.filling(&known, 0).members(&over.says.set);
        fields.extend(set);
        for (name, takes) in &kind.takes {
            if fields.get(name).is_some_and(|value| value.as_str() == Some("")) && !takes.may_be_empty() {
                return Err(not_valid(name));
            }
        }
        // Where its state does not allow it, nothing else is asked.
        let next = kind.next_course(course.unwrap_or("update"), &record, &id, call)?;
        let mut draft = Draft::of(Some(&record), fields, record.tags.clone());
        for hook in &over.hooks {
            hook(call, &mut draft)?;
        }
        let Draft { fields, answer, course, then, .. } = draft;
        let mut next = match course {
            Some(course) => kind.next_course(course, &record, &id, call)?,
            None => next,
        };
        if let (Some(next), Some((at, states))) = (&mut next, then) {
            next.then(at, states);
        }
        self.named_are_there(&fields)?;
        if fields.get("WorkspaceId").is_some_and(|workspace| Some(workspace) != record.fields.get("WorkspaceId")) {
            self.workspace_is_there(&fields)?;
            self.may_be_in(&fields)?;
        }
        let mut records = call.account()?.records.write();
        let mut changed = record.clone();
        changed.fields.extend(fields.clone());
        let outer = key.rsplit_once('/').map_or("", |(outer, _)| outer);
        self.is_free(&records, outer, &changed)?;
        if over.is_rehearsed(call) {
            return Ok((record, answer));
        }
        let record = records.get_mut(&self.place(kind), key, call.now).map_err(|_| kind.is_absent(&id))?;
        record.fields.extend(fields);
        // What a hook sets to nothing goes.
        record.fields.retain(|_, value| !value.is_null());
        record.modified = call.now;
        if let Some(tags) = tags {
            record.tags = tags;
        }
        if let Some(next) = next {
            record.follow(next, call.now);
        }
        Ok((record.clone(), answer))
    }

    /// Removes a record with all that is in it.
    fn delete(&self) -> Result<Reply, ApiError> {
        let (over, call, kind) = (self.over, self.call, self.kind);
        let mut answered = None;
        for (key, _) in self.keys()? {
            let record = self.read(&key)?;
            let id = text(&record.fields, &kind.id);
            let next = kind.next_course(over.says.course.as_deref().unwrap_or("delete"), &record, &id, call)?;
            self.nothing_holds(&id)?;
            let mut draft = Draft::of(Some(&record), Map::new(), record.tags.clone());
            for hook in &over.hooks {
                hook(call, &mut draft)?;
            }
            let answer = draft.answer;
            if over.is_rehearsed(call) {
                answered = Some((record, answer));
                continue;
            }
            let deleted = {
                let mut records = call.account()?.records.write();
                let place = self.place(kind);
                if let Some(next) = next {
                    let record = records.get_mut(&place, &key, call.now).map_err(|_| kind.is_absent(&id))?;
                    record.follow(next, call.now);
                    record.clone()
                } else {
                    records.delete(&place, &key).map_err(|_| kind.is_absent(&id))?;
                    record.clone()
                }
            };
            let mut records = call.account()?.records.write();
            for inner in over.product.inner(kind) {
                records.delete_within(&self.place(inner), &key);
            }
            // What was made with it goes with it.
            for makes in &kind.makes {
                let Some(other) = over.product.kind(&makes.kind) else { continue };
                for (field, of) in &makes.gives {
                    if *of == other.id
                        && let Some(id) = record.text(field)
                    {
                        // It may be gone already.
                        let _ = records.delete(&self.place(other), id);
                    }
                }
            }
            drop(records);
            self.leave_group(&id)?;
            answered = Some((deleted, answer));
        }
        let (record, answer) = answered.ok_or_else(ApiError::internal)?;
        self.answer(&record, answer)
    }

    fn nothing_holds(&self, id: &str) -> Result<(), ApiError> {
        let records = self.records()?;
        for held in &self.kind.held {
            let place = match self.over.product.kind(&held.by) {
                Some(kind) => self.place(kind),
                None => RecordPlace::new(&held.by, &self.call.region),
            };
            let mut others = records.within(&place, "", self.call.now);
            let names = |record: &Record| texts(&record.fields, &held.field).contains(&id);
            let counts = |record: &Record| {
                let state = record.state(self.call.now).unwrap_or_default();
                (held.states.is_empty() || held.states.iter().any(|one| one == state))
                    && held.but.as_ref().is_none_or(|(field, value)| record.fields.get(field) != Some(value))
            };
            if others.any(|record| names(record) && counts(record)) {
                return Err(held.answer.error(id));
            }
        }
        Ok(())
    }
}
