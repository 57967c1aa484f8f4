//! The records that a call names one by one. What is decided of each and what is done with each is read here alone.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::kind::Kind;
use super::make::text;
use super::over::{OverRecord, Verb};
use crate::operation::{Call, Perform};
use crate::wire::ApiError;

/// The parameter that lists what tags are of, and names what is put into another resource group.
const TAGGED: &str = "ResourceId";

/// One record of those that a call lists.
pub(super) struct Listed {
    /// Its id.
    pub(super) id: String,
    /// What the call says of this one.
    pub(super) members: Map<String, Value>,
}

/// The ids that a call over records lists, for the check that is asked of each.
///
/// # Errors
/// There are none, or they are no ids.
pub fn listed_records(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let Perform::Record(over) = &call.operation.perform else { return Err(ApiError::internal()) };
    let listed = over.each_of(call)?;
    if listed.is_empty() {
        // Tags of whatever there is.
        return Ok(vec!["*".to_owned()]);
    }
    Ok(listed.into_iter().map(|one| one.id).collect())
}

impl OverRecord {
    /// Does a call name several records, each of which is decided?
    pub fn is_over_each(&self) -> bool {
        self.each().is_some()
    }

    /// The parameter that lists them, where none is not enough.
    pub fn must_list(&self) -> Option<&str> {
        self.each().filter(|_| self.verb != Verb::Tags)
    }

    fn each(&self) -> Option<&str> {
        match self.verb {
            Verb::Tag | Verb::Untag | Verb::Tags | Verb::Regroup => Some(TAGGED),
            _ => self.says.each.as_deref(),
        }
    }

    /// The records that a call lists: flat, in JSON, with commas between; as ids, or as what the call says of each.
    pub(super) fn each_of(&self, call: &Call<'_>) -> Result<Vec<Listed>, ApiError> {
        let each = self.each().ok_or_else(ApiError::internal)?;
        let none = || if self.verb == Verb::Tags { Ok(Vec::new()) } else { Err(ApiError::missing(each)) };
        let Some(value) = self.given(call).remove(each) else { return none() };
        let items = match value {
            Value::Array(items) => items,
            Value::String(text) if text.is_empty() => return none(),
            Value::String(text) if text.trim_start().starts_with(['[', '{']) => match serde_json::from_str(&text) {
                Ok(Value::Array(items)) => items,
                _ => return Err(no_list(each)),
            },
            Value::String(text) => text.split(',').map(|id| Value::String(id.trim().to_owned())).collect(),
            _ => return Err(no_list(each)),
        };
        if items.is_empty() {
            return none();
        }
        let kind = self.kind.as_deref();
        let mut named = HashSet::new();
        let mut listed = Vec::with_capacity(items.len());
        for item in items {
            let one = one(item, kind).ok_or_else(|| no_list(each))?;
            // What is named twice is meant once.
            if named.insert(one.id.clone()) {
                listed.push(one);
            }
        }
        Ok(listed)
    }
}

fn one(item: Value, kind: Option<&Kind>) -> Option<Listed> {
    Some(match item {
        Value::Object(members) => Listed { id: text(&members, &kind?.id), members },
        Value::String(id) if !id.is_empty() => Listed { id, members: Map::new() },
        Value::Number(id) => Listed { id: id.to_string(), members: Map::new() },
        _ => return None,
    })
}

fn no_list(parameter: &str) -> ApiError {
    let message = format!("The specified parameter {parameter} is not valid: it is no list of ids.");
    ApiError::bad_request("InvalidParameter", message)
}
