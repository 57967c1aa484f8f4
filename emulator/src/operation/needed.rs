//! What a call needs: the question as the gateway puts it to the policies.

use acslab_policy::{DefaultRule, Key, Request, Value};

use super::{Absent, Facts, Known, OwnPolicy};
use crate::wire::ApiError;

/// An access request as the gateway asks it: for every name of the action, with what the resource itself grants.
#[derive(Debug)]
pub struct Needed {
    /// The request, once for each name of the action.
    pub requests: Vec<Request>,
    /// The policy of the resource itself.
    pub own: OwnPolicy,
    /// The resource group that the resource is in, if it is in one and the operation supports resource groups.
    pub resource_group: Option<String>,
    /// What holds when no policy says anything.
    pub default: DefaultRule,
    /// What is answered in place of an implicit deny: that what the call is about does not exist.
    pub absent: Option<ApiError>,
    /// How the action and the resource are known.
    pub known: Known,
}

impl Needed {
    /// Nothing known yet of what is asked about.
    pub fn new(requests: Vec<Request>) -> Self {
        let default = DefaultRule::DenyUnlessAllowed;
        Self { requests, own: OwnPolicy::None, resource_group: None, default, absent: None, known: Known::DOCUMENTED }
    }

    /// Adds what is known of the resource.
    pub fn know(&mut self, facts: &Facts) {
        for (key, value) in &facts.keys {
            self.set(&**key, value);
        }
        self.own.clone_from(&facts.own);
        self.resource_group.clone_from(&facts.resource_group);
        if let Some(Absent::InPlaceOfSilence(error)) = &facts.absent {
            self.absent = Some(error.clone());
        }
    }

    /// Sets a condition key.
    pub fn set(&mut self, key: impl Into<Key>, value: impl Into<Value>) {
        let (key, value) = (key.into(), value.into());
        if let Some((last, others)) = self.requests.split_last_mut() {
            for request in others {
                request.set(&key, &value);
            }
            last.set(key, value);
        }
    }

    /// Sets a condition key that has several values.
    pub fn set_many(&mut self, key: &str, values: &[String]) {
        for request in &mut self.requests {
            request.set_many(key, values);
        }
    }
}
