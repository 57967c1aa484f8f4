//! What records belong to without being in it: a workflow to its project, a run to its experiment.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::kind::Kind;
use super::make::{Doing, segment, text};
use super::paths::texts;
use crate::cloud::{Record, RecordPlace};
use crate::operation::{Need, Parameter};
use crate::wire::ApiError;

impl Doing<'_, '_> {
    /// The field that names what records of the kind belong to, and its kind.
    fn belongs(&self) -> Option<(&str, &Arc<Kind>)> {
        let (field, kind) = self.kind.of.as_ref()?;
        Some((field.as_str(), self.over.product.kind(kind)?))
    }

    /// What the operation says of a parameter, if it has it.
    fn row(&self, name: &str) -> Option<&Parameter> {
        self.call.operation.parameters.iter().find(|row| &*row.name == name)
    }

    /// What fields name must be there.
    pub(super) fn owner_is_there(&self, fields: &Map<String, Value>) -> Result<(), ApiError> {
        if let Some((field, kind)) = self.belongs()
            && let named = text(fields, field)
            && !named.is_empty()
        {
            self.found_or_workspace(kind, "", &named)?;
        }
        Ok(())
    }

    /// The key of a record in another one that is there, and belongs to what the call names.
    pub(super) fn found_there(&self, outer: &str, id: &str) -> Result<String, ApiError> {
        let key = self.found_key(outer, id)?;
        if let Some((field, kind)) = self.belongs()
            && self.row(field).is_some()
            && let Some(named) = self.call.arguments.filled(field)
        {
            self.found_or_workspace(kind, "", named)?;
            let records = self.records()?;
            let belongs = |record: &Record| text(&record.fields, field) == named;
            if !records.get(&self.place(self.kind), &key, self.call.now).is_ok_and(belongs) {
                return Err(self.kind.is_absent(id));
            }
        }
        Ok(key)
    }

    /// Is all there that fields name, and in such a state?
    pub(super) fn named_are_there(&self, fields: &Map<String, Value>) -> Result<(), ApiError> {
        let records = self.records()?;
        for (field, named) in &self.kind.names {
            let (kind, says) = (self.over.product.kind(named.kind()), named.says());
            let place = kind.map_or_else(|| RecordPlace::new(named.kind(), &self.call.region), |kind| self.place(kind));
            let is_none = |id: &str| says.is_some_and(|says| says.but.iter().any(|start| id.starts_with(start)));
            for id in texts(fields, field).into_iter().filter(|id| !is_none(id)) {
                let absent = says.and_then(|says| says.absent.as_ref()).map(|words| words.error(id));
                let key = match kind {
                    Some(kind) => self.found(&records, kind, "", id).map_err(|own| absent.clone().unwrap_or(own))?,
                    None => segment(id),
                };
                let record = records.get(&place, &key, self.call.now);
                let record = record.map_err(|_| absent.unwrap_or_else(ApiError::internal))?;
                let Some(says) = says.filter(|says| !says.states.is_empty()) else { continue };
                let state = record.state(self.call.now).unwrap_or_default();
                if !says.states.iter().any(|one| one == state) {
                    return Err(says.busy.as_ref().map_or_else(ApiError::internal, |words| words.error_in(id, state)));
                }
            }
        }
        Ok(())
    }

    /// What a list has to name must be there.
    pub(super) fn listed_owner_is_there(&self) -> Result<(), ApiError> {
        let Some((field, kind)) = self.belongs() else { return Ok(()) };
        if self.row(field).is_some_and(|row| row.need == Need::Required) {
            self.found_or_workspace(kind, "", self.call.arguments.text(field))?;
        }
        Ok(())
    }
}
