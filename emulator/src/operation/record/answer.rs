//! The answers of verbs.

use serde_json::{Map, Value};

use super::fill::Filling;
use super::kind::Times;
use super::list::is_token;
use super::make::Doing;
use super::over::{OverRecord, Verb};
use crate::cloud::Record;
use crate::operation::Call;
use crate::wire::{ApiError, Reply};

/// Puts a value at a place in an object: `Data.Task`.
pub(super) fn put(members: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            members.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = members.entry(first.to_owned()).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

impl OverRecord {
    /// An answer with these members, as far as the operation's answer has them.
    pub(super) fn shaped(&self, members: Map<String, Value>) -> Reply {
        let members = Value::Object(members);
        Reply::document(self.answers.as_ref().map_or_else(|| members.clone(), |shape| shape.cast(&members)))
    }

    /// What every answer of the product has, and then this operation's.
    pub(super) fn besides(&self, call: &Call<'_>, fields: &Map<String, Value>, times: Times) -> Map<String, Value> {
        let filling = Filling { call, fields, times, count: 0 };
        let mut members = filling.members(&self.product.envelope);
        members.extend(filling.members(&self.says.answer));
        members
    }

    /// An answer without a record.
    pub(super) fn plain(&self, call: &Call<'_>) -> Reply {
        let given = self.given(call);
        let mut members = given.clone();
        members.retain(|name, _| !is_token(name));
        members.extend(self.besides(call, &given, Times::default()));
        self.shaped(members)
    }
}

impl Doing<'_, '_> {
    /// The answer about a record that was made, changed or looked up.
    pub(super) fn answer(&self, record: &Record, more: Map<String, Value>) -> Result<Reply, ApiError> {
        let view = self.view(&*self.records()?, record);
        let view = self.with_group(view);
        let mut members = match &self.over.says.at {
            Some(_) => Map::new(),
            None if self.over.answers.is_none() => match self.over.verb {
                Verb::Delete => Map::new(),
                _ => Map::from_iter([(self.kind.name.clone(), Value::Object(view.clone()))]),
            },
            None => view.clone(),
        };
        members.extend(self.over.besides(self.call, &view, self.kind.times));
        if let Some(path) = &self.over.says.at {
            put(&mut members, path, Value::Object(view));
        }
        members.extend(more);
        Ok(self.over.shaped(members))
    }
}
