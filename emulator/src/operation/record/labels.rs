//! Labels and tags of records: how they are written, adding and taking away.

use serde_json::{Map, Value};

use super::file::RecordProduct;
use super::given::value;
use super::kind::{Kind, Labels};
use super::make::{Doing, Tags};
use super::over::{OverRecord, Verb};
use super::paths::at;
use super::shape::Shape;
use crate::cloud::Quota;
use crate::operation::{Call, Perform};
use crate::wire::{ApiError, Arguments, Reply};

/// What the parameters are called that hold labels.
const CALLED: &[&str] = &["Labels", "Tags", "Tag", "labels", "tags"];
/// What those are called that hold keys of labels.
const KEYS: &[&str] = &["Keys", "LabelKeys", "LabelKey", "Key", "TagKeys", "TagKey"];

/// Takes the labels out of fields.
pub(super) fn taken(fields: &mut Map<String, Value>, kind: &Kind) -> Tags {
    let labels = RecordProduct::labels(kind);
    let mut tags = Tags::new();
    for name in CALLED.iter().copied().chain([labels.field.as_str()]) {
        // A kind may have a field of such a name that is none of labels.
        if let Some(value) = fields.get(name)
            && let Some(read) = read(value)
        {
            tags.extend(read);
            fields.remove(name);
        }
    }
    // What holds them besides other things stays.
    tags.extend(labels.given.as_deref().and_then(|path| read(at(fields, path)?)).unwrap_or_default());
    tags
}

/// The tags that a call passes for the record that it makes, changes or labels, where the kind's labels are tags; whatever they are called.
pub fn tags_passed(call: &Call<'_>) -> Tags {
    let Perform::Record(over) = &call.operation.perform else { return Tags::new() };
    let sets = matches!(over.verb, Verb::Create | Verb::Put | Verb::Update | Verb::Label);
    let kind = over.kind.as_ref().filter(|kind| sets && kind.labels.as_ref().is_some_and(|labels| labels.tags));
    kind.map_or_else(Tags::new, |kind| taken(&mut over.fields(call), kind))
}

/// Takes the labels out of fields; none where the fields name none.
pub(super) fn given(fields: &mut Map<String, Value>, kind: &Kind) -> Option<Tags> {
    let before = fields.len();
    let tags = taken(fields, kind);
    (fields.len() < before).then_some(tags)
}

/// The tags that a parameter of a call holds, however they are written: `Tag.1.Key=…`, a list of pairs or a map in JSON. None in what holds
/// no tags.
pub fn tags_in(arguments: &Arguments, name: &str) -> Tags {
    value(arguments, name, &Shape::Any).as_ref().and_then(read).unwrap_or_default()
}

/// Labels in whatever way they are written: a list of pairs, or a map; none of what is neither.
pub(super) fn read(value: &Value) -> Option<Tags> {
    pairs(value).map(|pairs| pairs.into_iter().collect())
}

/// The labels that parameters of a call hold, each as often as it stands there.
pub(super) fn given_pairs(given: &Map<String, Value>) -> Vec<(String, String)> {
    CALLED.iter().filter_map(|name| pairs(given.get(*name)?)).flatten().collect()
}

fn pairs(value: &Value) -> Option<Vec<(String, String)>> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Object(members) if members.values().all(|value| !value.is_object() && !value.is_array()) => {
            Some(members.iter().map(|(key, value)| (key.clone(), text(value))).collect())
        }
        Value::Array(items) => items.iter().map(|item| pair(item.as_object()?)).collect(),
        Value::String(json) => {
            serde_json::from_str::<Value>(json).ok().filter(|value| !value.is_string()).and_then(|value| pairs(&value))
        }
        _ => None,
    }
}

fn pair(members: &Map<String, Value>) -> Option<(String, String)> {
    let of = |end: &str| {
        let mut found = members.iter().filter(|(name, _)| name.to_ascii_lowercase().ends_with(end));
        found.next().map(|(_, value)| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    Some((of("key")?, of("value").unwrap_or_default()))
}

impl Labels {
    /// Labels as they are shown.
    pub(super) fn show(&self, tags: &Tags, view: &mut Map<String, Value>) {
        let pair = |(key, value): (&String, &String)| {
            let pair = [(self.key.clone(), key.as_str().into()), (self.value.clone(), value.as_str().into())];
            Value::Object(Map::from_iter(pair))
        };
        let list: Value = tags.iter().map(pair).collect();
        let shown = match &self.item {
            Some(item) => Value::Object(Map::from_iter([(item.clone(), list)])),
            None => list,
        };
        view.insert(self.field.clone(), shown);
    }
}

impl OverRecord {
    /// The keys of labels that a call names.
    pub(super) fn label_keys(&self, call: &Call<'_>) -> Vec<String> {
        let given = self.given(call);
        let named = KEYS.iter().find_map(|name| given.get(*name));
        match named {
            Some(Value::Array(keys)) => keys.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::String(keys)) => {
                let json = serde_json::from_str(keys).ok();
                json.unwrap_or_else(|| keys.split(',').map(|key| key.trim().to_owned()).collect())
            }
            _ => Vec::new(),
        }
    }
}

impl Doing<'_, '_> {
    /// Adds labels to a record, or takes some away.
    pub(super) fn label(&self) -> Result<Reply, ApiError> {
        let mut fields = self.over.fields(self.call);
        let (add, remove) = match self.over.verb {
            Verb::Label => (taken(&mut fields, self.kind), Vec::new()),
            _ => (Tags::new(), self.over.label_keys(self.call)),
        };
        let account = self.call.account()?;
        let mut labelled = None;
        for (key, _) in self.keys()? {
            let mut records = account.records.write();
            let record = records.get_mut(&self.place(self.kind), &key, self.call.now);
            let record = record.map_err(|_| self.kind.is_absent(&self.named()))?;
            let mut tags = record.tags.clone();
            tags.extend(add.clone());
            tags.retain(|key, _| !remove.contains(key));
            if tags.len() > account.quotas.get(Quota::TagsPerRecord) {
                return Err(too_many_tags());
            }
            if !self.over.is_rehearsed(self.call) {
                record.tags = tags;
                record.modified = self.call.now;
            }
            labelled = Some(record.clone());
        }
        self.answer(&labelled.ok_or_else(ApiError::internal)?, Map::new())
    }
}

/// As VPC and ECS say it. CHOICE: other products too, of which no page has the code.
pub(crate) fn too_many_tags() -> ApiError {
    ApiError::bad_request("QuotaExceeded.TagsPerResource", "The maximum number of tags is exceeded.")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn labels_are_read_however_they_are_written() {
        let tags = Tags::from([("a".to_owned(), "1".to_owned())]);
        for written in [
            json!({"a": "1"}),
            json!([{"Key": "a", "Value": "1"}]),
            json!([{"LabelKey": "a", "LabelValue": "1"}]),
            json!("{\"a\":1}"),
        ] {
            assert_eq!(read(&written), Some(tags.clone()), "{written}");
        }
        assert_eq!((read(&json!("text")), read(&json!([1]))), (None, None));
    }
}
