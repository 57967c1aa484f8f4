//! Making a record, and finding one that a call names.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::answer::put;
use super::file::RecordProduct;
use super::fill::Filling;
use super::kind::{Kind, Makes};
use super::labels;
use super::over::{Draft, OverRecord, Verb};
use crate::cloud::{Quota, Record, RecordError, RecordPlace, Records, ResourceKey};
use crate::operation::{Call, Caller};
use crate::wire::{ApiError, Reply};

/// The most that one call makes alike (ECS: RunInstances).
const MOST: usize = 100;

/// The id of a caller, as records have it: of the account, the RAM user or the RAM role.
pub fn person(caller: &Caller) -> &str {
    match caller {
        Caller::Anonymous | Caller::Federated(_) => "",
        Caller::Owner(account) | Caller::Service { account, .. } => &account.id,
        Caller::User { id, .. } => id,
        Caller::Session { session, .. } => &session.role_id,
    }
}

/// An id as a part of a key: what parts keys does not stand in it.
pub(super) fn segment(id: &str) -> String {
    if id.is_empty() { "_".to_owned() } else { id.replace('%', "%25").replace('/', "%2F") }
}

/// The id at the end of a key.
pub fn id_in(key: &str) -> String {
    match key.rsplit('/').next().unwrap_or_default() {
        "_" => String::new(),
        id => id.replace("%2F", "/").replace("%25", "%"),
    }
}

/// The key of a record in another one.
fn joined(outer: &str, id: &str) -> String {
    if outer.is_empty() { segment(id) } else { format!("{outer}/{}", segment(id)) }
}

/// A verb over a kind on its way, for one call.
pub(super) struct Doing<'d, 'c> {
    pub(super) over: &'d OverRecord,
    pub(super) call: &'d Call<'c>,
    pub(super) kind: &'d Arc<Kind>,
}

impl<'d> Doing<'d, '_> {
    /// Where records of a kind are kept.
    pub(super) fn place(&self, kind: &Kind) -> RecordPlace {
        RecordPlace::new(&kind.kept, &self.call.region)
    }

    /// The records, to be read.
    pub(super) fn records(&self) -> Result<impl std::ops::Deref<Target = Records> + 'd, ApiError> {
        Ok(self.call.account()?.records.read())
    }

    pub(super) fn filling<'f>(&'f self, fields: &'f Map<String, Value>, count: usize) -> Filling<'f, 'f>
    where
        'd: 'f,
    {
        Filling { call: self.call, fields, times: self.kind.times, count }
    }

    /// The key of the record that those of the kind are in: each of the outer ones must be there.
    pub(super) fn outer_key(&self) -> Result<String, ApiError> {
        let outer: Vec<_> = self.over.product.outer(self.kind).collect();
        let mut key = String::new();
        for kind in outer.into_iter().rev() {
            key = self.found_or_workspace(kind, &key, self.call.arguments.text(&kind.id))?;
        }
        Ok(key)
    }

    /// The id that the call names.
    pub(super) fn named(&self) -> String {
        self.named_in(&Map::new())
    }

    /// The id that fields, or else the call, name.
    fn named_in(&self, fields: &Map<String, Value>) -> String {
        let (over, kind) = (self.over, self.kind);
        if let Some(template) = over.says.named.as_ref().or(kind.named.as_ref()) {
            let value = self.filling(fields, 0).value(&Value::String(template.clone()));
            return value
                .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                .unwrap_or_default();
        }
        let named = match fields.get(&kind.id) {
            Some(_) => text(fields, &kind.id),
            None => self.call.arguments.text(over.says.id.as_deref().unwrap_or(&kind.id)).to_owned(),
        };
        // One that a call need not name has a fixed name.
        match &kind.form {
            Some(form) if named.is_empty() && !form.contains('{') => form.clone(),
            _ => named,
        }
    }

    /// The key of the record that the call names.
    pub(super) fn named_key(&self) -> Result<String, ApiError> {
        let outer = self.outer_key()?;
        self.found_there(&outer, &self.named())
    }

    /// The key of a record that is there.
    pub(super) fn found(&self, records: &Records, kind: &Kind, outer: &str, id: &str) -> Result<String, ApiError> {
        let place = (self.call.region.as_str(), outer, id);
        let found = self.over.product.key_of(records, kind, place, self.call.now);
        let via = || self.over.product.key_via(records, kind, place, self.call.now).filter(|_| self.over.says.via);
        found.or_else(via).ok_or_else(|| kind.is_absent(id))
    }

    /// The key of a record in another one that is there.
    pub(super) fn found_key(&self, outer: &str, id: &str) -> Result<String, ApiError> {
        self.found(&*self.records()?, self.kind, outer, id)
    }

    /// The same of one that counts PAI's workspaces too.
    pub(super) fn found_or_workspace(&self, kind: &Kind, outer: &str, id: &str) -> Result<String, ApiError> {
        // Their lock is held before that of records.
        if kind.workspaces && self.call.account()?.pai.read().workspace(&self.call.region, id).is_ok() {
            return Ok(segment(id));
        }
        self.found(&*self.records()?, kind, outer, id)
    }

    /// The workspace that fields name must be there.
    pub(super) fn workspace_is_there(&self, fields: &Map<String, Value>) -> Result<(), ApiError> {
        let id = text(fields, "WorkspaceId");
        if self.kind.workspace && !id.is_empty() {
            self.call.account()?.pai.read().workspace(&self.call.region, &id)?;
        }
        Ok(())
    }

    /// Makes a record, or as many as the call asks for.
    pub(super) fn create(&self) -> Result<Reply, ApiError> {
        let (over, call) = (self.over, self.call);
        let outer = self.outer_key()?;
        let mut made: Option<(Record, Map<String, Value>)> = None;
        let mut ids = Vec::new();
        for fields in self.asked(MOST)? {
            let (record, answer) = self.made(&outer, fields)?;
            ids.push(record.fields.get(&self.kind.id).cloned().unwrap_or_default());
            made = Some((record, answer));
        }
        let (record, mut answer) =
            made.ok_or_else(|| ApiError::missing(over.says.from.as_deref().unwrap_or("Amount")))?;
        if let Some((_, path)) = &over.says.many {
            put(&mut answer, path, Value::Array(ids.clone()));
        }
        if over.says.from.is_some() {
            let records = self.records()?;
            let place = self.place(self.kind);
            let all = ids.iter().filter_map(|id| {
                let key = joined(&outer, &id.as_str().map_or_else(|| id.to_string(), str::to_owned));
                records.get(&place, &key, call.now).ok()
            });
            let views: Value = all.map(|record| Value::Object(self.view(&records, record))).collect();
            drop(records);
            if let Some(items) = over.says.items.as_deref() {
                put(&mut answer, items, views);
            }
            answer.insert("TotalCount".to_owned(), ids.len().into());
        }
        self.answer(&record, answer)
    }

    /// The fields of the first record that the call asks for, as far as the call says them.
    pub(super) fn first_fields(&self) -> Map<String, Value> {
        let asked = self.asked(1).ok().and_then(|asked| asked.into_iter().next());
        let mut fields = asked.unwrap_or_else(|| self.over.fields(self.call));
        let set = self.filling(&fields, 0).members(&self.over.says.set);
        fields.extend(set);
        fields
    }

    /// The fields of each record that the call asks for, or of so many of them.
    fn asked(&self, most: usize) -> Result<Vec<Map<String, Value>>, ApiError> {
        let (over, call) = (self.over, self.call);
        let mut fields = over.fields(call);
        if let Some(from) = &over.says.from {
            let listed = match fields.remove(from) {
                Some(Value::Array(items)) => items,
                Some(item @ Value::Object(_)) => vec![item],
                _ => return Err(ApiError::missing(from)),
            };
            if listed.len() > MOST {
                let message = format!("The specified parameter {from} is not valid: it has more than {MOST} items.");
                return Err(ApiError::bad_request("InvalidParameter", message));
            }
            let objects = listed.into_iter().filter_map(|item| match item {
                Value::Object(members) => Some(fields.clone().into_iter().chain(members).collect()),
                _ => None,
            });
            return Ok(objects.take(most).collect());
        }
        let count = match &over.says.many {
            Some((by, _)) => call.arguments.integer(by).and_then(|count| usize::try_from(count).ok()).unwrap_or(1),
            None => 1,
        };
        Ok(vec![fields; count.clamp(1, MOST).min(most)])
    }

    /// Makes one record; one that is there is changed, if the verb says so.
    fn made(&self, outer: &str, mut fields: Map<String, Value>) -> Result<(Record, Map<String, Value>), ApiError> {
        let (over, call, kind) = (self.over, self.call, self.kind);
        let tags = labels::taken(&mut fields, kind);
        let group =
            fields.get("ResourceGroupId").and_then(Value::as_str).map(str::to_owned).filter(|id| !id.is_empty());
        for outer in over.product.outer(kind) {
            if !outer.id.is_empty() {
                fields.insert(outer.id.clone(), call.arguments.text(&outer.id).into());
            }
        }
        let count = self.highest(outer)?.saturating_add(1);
        let set = self.filling(&fields, count).members(&over.says.set);
        fields.extend(set);
        fields.retain(|_, value| !value.is_null());
        if over.verb == Verb::Put {
            let id = self.named_in(&fields);
            if let Ok(key) = self.found_key(outer, &id) {
                return self.changed(&key, fields, (!tags.is_empty()).then_some(tags), None);
            }
        }
        let mut draft = Draft::of(None, fields, tags);
        for hook in &over.hooks {
            hook(call, &mut draft)?;
        }
        let Draft { mut fields, tags, answer, with, course, .. } = draft;
        if let Some(form) = kind.form.as_ref().filter(|_| fields.get(&kind.id).is_none_or(is_empty)) {
            let id = self.filling(&fields, count).value(&Value::String(form.clone())).unwrap_or_default();
            fields.insert(kind.id.clone(), id);
        }
        self.complete(&mut fields, &kind.fields, count);
        let id = text(&fields, &kind.id);
        if id.is_empty() && !kind.id.is_empty() {
            return Err(ApiError::missing(over.says.id.as_deref().unwrap_or(&kind.id)));
        }
        if tags.len() > call.account()?.quotas.get(Quota::TagsPerRecord) {
            return Err(labels::too_many_tags());
        }
        self.workspace_is_there(&fields)?;
        self.may_be_in(&fields)?;
        self.owner_is_there(&fields)?;
        self.named_are_there(&fields)?;
        let mut others = self.made_with(outer, &mut fields)?;
        others.extend(with.into_iter().map(|(kept, record)| (RecordPlace::new(kept, &call.region), record)));
        let group = group.or_else(|| self.group_beside(&fields));
        let mut record = Record::new(joined(outer, &id), call.person(), call.now);
        record.course = kind.first_course(course.or(over.says.course.as_deref()).unwrap_or("create"), call);
        (record.fields, record.tags) = (fields, tags);
        self.insert(outer, &record, others, group.as_deref())?;
        Ok((record, answer))
    }

    /// The resource group of the record beside which one with these fields is made.
    fn group_beside(&self, fields: &Map<String, Value>) -> Option<String> {
        let (kind, key) = self.grouped_with(fields)?;
        let key = kind.group_key(&key)?;
        self.call.account().ok()?.resource_groups.read().group_of(&key).map(str::to_owned)
    }

    /// What fields lack of a kind's own. One that has nothing gets it.
    fn complete(&self, fields: &mut Map<String, Value>, template: &Map<String, Value>, count: usize) {
        for (name, template) in template {
            if fields.get(name).is_none_or(is_empty)
                && let Some(value) = self.filling(fields, count).value(template)
            {
                fields.insert(name.clone(), value);
            }
        }
    }

    /// The highest number that was counted so far, among the ids of those in one record.
    fn highest(&self, outer: &str) -> Result<usize, ApiError> {
        let records = self.records()?;
        let Some((before, after)) = self.kind.form.as_ref().and_then(|form| form.split_once("{count}")) else {
            return Ok(0);
        };
        let counted = |record: &Record| {
            let id = text(&record.fields, &self.kind.id);
            id.strip_prefix(before)?.strip_suffix(after)?.parse().ok()
        };
        let place = self.place(self.kind);
        Ok(records.within(&place, outer, self.call.now).filter_map(counted).max().unwrap_or(0))
    }

    /// The records that are made with one.
    fn made_with(&self, outer: &str, fields: &mut Map<String, Value>) -> Result<Vec<(RecordPlace, Record)>, ApiError> {
        let mut made = Vec::new();
        let own = joined(outer, &text(fields, &self.kind.id));
        for Makes { kind, fields: template, gives } in &self.kind.makes {
            let kind = self.over.product.kind(kind).ok_or_else(ApiError::internal)?;
            let mut other = self.filling(fields, 1).members(template);
            if kind.within.as_ref() == Some(&self.kind.name) {
                other.insert(self.kind.id.clone(), fields.get(&self.kind.id).cloned().unwrap_or_default());
            }
            if let Some(form) = &kind.form
                && !other.contains_key(&kind.id)
            {
                let id = self.filling(&other, 1).value(&Value::String(form.clone())).unwrap_or_default();
                other.insert(kind.id.clone(), id);
            }
            self.complete(&mut other, &kind.fields, 1);
            let outer = if kind.within.as_ref() == Some(&self.kind.name) { own.as_str() } else { "" };
            let key = joined(outer, &text(&other, &kind.id));
            for (field, of) in gives {
                fields.insert(field.clone(), other.get(of).cloned().unwrap_or_default());
            }
            let mut record = Record::new(key, self.call.person(), self.call.now);
            record.course = kind.first_course("create", self.call);
            record.fields = other;
            made.push((self.place(kind), record));
        }
        Ok(made)
    }

    /// Puts a record where it belongs, with what is made with it, and in its resource group; or nothing of it.
    fn insert(
        &self,
        outer: &str,
        record: &Record,
        others: Vec<(RecordPlace, Record)>,
        group: Option<&str>,
    ) -> Result<(), ApiError> {
        let account = self.call.account()?;
        let id = text(&record.fields, &self.kind.id);
        let (place, now) = (self.place(self.kind), self.call.now);
        let most = account.quotas.get(self.kind.quota.unwrap_or(Quota::RecordsPerKind));
        let mut groups = account.resource_groups.write();
        let mut records = account.records.write();
        let bound = match &self.kind.quota_in {
            Some(field) => {
                let alike = |other: &&Record| other.fields.get(field) == record.fields.get(field);
                if records.within(&place, "", now).filter(alike).count() >= most {
                    return Err(self.kind.is_full());
                }
                account.quotas.get(Quota::RecordsPerKind)
            }
            None => most,
        };
        self.is_free(&records, outer, record)?;
        records.create(&place, record.clone(), bound, now).map_err(|error| match error {
            RecordError::TooMany => self.kind.is_full(),
            RecordError::Exists | RecordError::Missing => self.kind.is_taken(&id),
        })?;
        if let Some(key) = self.group_key(&id)
            && groups.enter(key, &self.call.region, group, now).is_err()
        {
            // Nobody has seen it.
            let _ = records.delete(&place, &record.key);
            return Err(no_group());
        }
        if self.over.is_rehearsed(self.call) {
            let _ = records.delete(&place, &record.key);
            if let Some(key) = self.group_key(&id) {
                groups.leave(&key);
            }
            return Ok(());
        }
        for (place, other) in others {
            // What comes with a record counts in no quota.
            let made = records.create(&place, other, usize::MAX, now);
            made.map_err(|_| ApiError::internal())?;
        }
        Ok(())
    }

    /// Is what no two may have alike still free?
    pub(super) fn is_free(&self, records: &Records, outer: &str, record: &Record) -> Result<(), ApiError> {
        for unique in &self.kind.unique {
            let values = unique.fields().iter().map(|field| record.fields.get(field).filter(|value| !is_empty(value)));
            let Some(values) = values.collect::<Option<Vec<_>>>() else { continue };
            let same = |other: &Record, name: &str| other.fields.get(name) == record.fields.get(name);
            let anywhere = !self.kind.workspace || !unique.is_of_workspace();
            let mut others = records.within(&self.place(self.kind), outer, self.call.now);
            let taken = others.any(|other| {
                other.key != record.key
                    && unique.fields().iter().all(|field| same(other, field))
                    && (anywhere || same(other, "WorkspaceId"))
            });
            if taken {
                let values: Vec<_> = values.into_iter().filter_map(Value::as_str).collect();
                return Err(self.kind.is_taken(&values.join("-")));
            }
        }
        Ok(())
    }

    /// What resource groups call a record.
    pub(super) fn group_key(&self, id: &str) -> Option<ResourceKey> {
        self.kind.group_key(id)
    }

    /// A record is no more in its resource group.
    pub(super) fn leave_group(&self, id: &str) -> Result<(), ApiError> {
        if let Some(key) = self.group_key(id) {
            self.call.account()?.resource_groups.write().leave(&key);
        }
        Ok(())
    }
}

impl RecordProduct {
    /// The key of a record that is there: by its id, or another field that tells it.
    pub fn key_of(&self, records: &Records, kind: &Kind, at: (&str, &str, &str), now: Timestamp) -> Option<String> {
        let (region, outer, id) = at;
        let (place, key) = (RecordPlace::new(&kind.kept, region), joined(outer, id));
        if records.get(&place, &key, now).is_ok() {
            return Some(key);
        }
        // Nothing has an empty name, and not every kind has another one: then there is nothing to look through them all for.
        if kind.also.is_empty() || id.is_empty() {
            return None;
        }
        let told = |record: &&Record| kind.also.iter().any(|field| record.text(field) == Some(id));
        records.within(&place, outer, now).find(told).map(|record| record.key.clone())
    }

    /// The same by what leads to it.
    pub fn key_via(&self, records: &Records, kind: &Kind, at: (&str, &str, &str), now: Timestamp) -> Option<String> {
        let (region, outer, id) = at;
        let (via, field) = kind.via.as_ref()?;
        let place = RecordPlace::new(&self.kind(via)?.kept, region);
        let way = records.get(&place, &segment(id), now).ok()?;
        self.key_of(records, kind, (region, outer, way.text(field)?), now)
    }
}

impl Kind {
    /// Whose a record is: the one whom it shows as its maker, who is not always the one who called.
    pub fn whose<'r>(&self, record: &'r Record) -> &'r str {
        let shown = self.fields.iter().find(|(_, template)| template.as_str() == Some("{caller}"));
        let shown = shown.and_then(|(field, _)| record.text(field)).filter(|id| !id.is_empty());
        shown.unwrap_or(&record.creator)
    }

    /// What resource groups call a record of this kind.
    pub fn group_key(&self, id: &str) -> Option<ResourceKey> {
        self.group.as_ref().map(|(service, kind)| ResourceKey::new(service.clone(), kind.clone(), id))
    }
}

/// CHOICE: VPC's and ECS's codes differ in what follows the dot.
pub(super) fn no_group() -> ApiError {
    ApiError::not_found("InvalidResourceGroup.NotFound", "The specified resource group does not exist.")
}

pub(super) fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

/// A field as text; empty where there is none.
pub(super) fn text(fields: &Map<String, Value>, name: &str) -> String {
    match fields.get(name) {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(value) => value.to_string(),
    }
}

/// Tags as a map.
pub(super) type Tags = BTreeMap<String, String>;
