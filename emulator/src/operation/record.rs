//! Operations that are no more than a verb over a typed record: create, get, list, update, delete.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Call, Need};
use crate::cloud::{RecordError, iso8601};
use crate::wire::{ApiError, Reply};

/// A verb over a kind of record.
#[derive(Debug, Clone)]
pub struct OverRecord {
    /// What is done.
    pub verb: Verb,
    /// The kind of record: `Widget`.
    pub kind: String,
    /// The parameter that holds its id.
    pub id: String,
}

/// What is done with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// Make it, with the parameters of the call as its fields.
    Create,
    /// Show it.
    Get,
    /// Show all of its kind.
    List,
    /// Set the fields that the call names.
    Update,
    /// Remove it.
    Delete,
}

impl OverRecord {
    /// Performs it for a call.
    pub(crate) fn perform(&self, call: &Call<'_>) -> Result<Reply, ApiError> {
        let at = (&*call.operation.product.name, self.kind.as_str(), call.region.as_str());
        let id = call.arguments.text(&self.id);
        let records = &call.account()?.records;
        let refuse = |error| self.refusal(error, id);
        let shown = |record: &Map<String, Value>| Reply::document(json!({ self.kind.as_str(): record }));
        match self.verb {
            Verb::Create => {
                let mut fields = Self::fields(call);
                fields.insert("CreateTime".to_owned(), json!(iso8601(call.now)));
                records.write().create(at, id, fields.clone()).map_err(refuse)?;
                Ok(shown(&fields))
            }
            Verb::Get => records.read().get(at, id).map(shown).map_err(refuse),
            Verb::List => {
                let all: Vec<_> = records.read().list(at).cloned().collect();
                Ok(Reply::document(
                    json!({"TotalCount": all.len(), format!("{}s", self.kind): { self.kind.as_str(): all }}),
                ))
            }
            Verb::Update => {
                let mut records = records.write();
                records.update(at, id, Self::fields(call)).map_err(refuse)?;
                records.get(at, id).map(shown).map_err(refuse)
            }
            Verb::Delete => records.write().delete(at, id).map(|()| Reply::done()).map_err(refuse),
        }
    }

    /// The parameters that the operation's row names and the call gives.
    fn fields(call: &Call<'_>) -> Map<String, Value> {
        let given = call
            .operation
            .parameters
            .iter()
            .filter(|parameter| parameter.need == Need::Required || call.arguments.get(&parameter.name).is_some());
        given.map(|parameter| (parameter.name.to_string(), json!(call.arguments.text(&parameter.name)))).collect()
    }

    fn refusal(&self, error: RecordError, id: &str) -> ApiError {
        let kind = &self.kind;
        match error {
            RecordError::Missing => {
                ApiError::not_found(format!("EntityNotExist.{kind}"), format!("The {kind} does not exist: {id}."))
            }
            RecordError::Exists => {
                ApiError::conflict(format!("EntityAlreadyExists.{kind}"), format!("The {kind} already exists: {id}."))
            }
            RecordError::TooMany => ApiError::conflict(
                format!("LimitExceeded.{kind}"),
                format!("The number of {kind} in this region exceeds the limit."),
            ),
        }
    }
}
