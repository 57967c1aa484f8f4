//! What a call needs: the question as the gateway puts it to the policies.

use std::sync::Arc;

use acslab_policy::{DefaultRule, Key, PolicySet, Request, Resource, Value};

use super::{Absent, Facts, Known, OwnPolicy, Refuse, Words};
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
    /// What has to allow it besides: the access point that the resource is reached through.
    pub gate: Option<Gate>,
    /// What a refusal is told in.
    pub words: Option<&'static Words>,
    /// What is answered in place of an implicit deny: that what the call is about does not exist.
    pub absent: Option<ApiError>,
    /// How it is refused, where that is not in the product's usual words.
    pub refuse: Option<Refuse>,
    /// How the action and the resource are known.
    pub known: Known,
}

/// Places in an ARN.
const REGION: usize = 2;
const ACCOUNT: usize = 3;

/// What has to allow a request besides, under a name of its own for the resource.
#[derive(Debug)]
pub struct Gate {
    /// The resource.
    pub resource: String,
    /// Its policy.
    pub policy: PolicySet,
}

impl Needed {
    /// Nothing known yet of what is asked about.
    pub fn new(requests: Vec<Request>) -> Self {
        let default = DefaultRule::DenyUnlessAllowed;
        Self {
            requests,
            own: OwnPolicy::None,
            resource_group: None,
            default,
            gate: None,
            words: None,
            absent: None,
            refuse: None,
            known: Known::DOCUMENTED,
        }
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

    /// The same question to its gate, if it has one.
    pub(crate) fn of_gate(&mut self) -> Option<Self> {
        let Gate { resource, policy } = self.gate.take()?;
        // What is no resource would have nobody let through.
        let resource = Resource::parse(&resource);
        let requests = self.requests.iter().zip(resource.iter().cycle());
        let requests = requests.map(|(request, resource)| request.asking(request.action().clone(), resource.clone()));
        let own = OwnPolicy::Gate(policy);
        Some(Self { own, words: self.words, refuse: self.refuse, known: self.known, ..Self::new(requests.collect()) })
    }

    /// Whose the resource is, where a question writes `*` in the place of the account, or nothing.
    pub(crate) fn belongs_to(&mut self, owner: &str) {
        self.set_place(ACCOUNT, owner, |account| matches!(account, "" | "*"));
    }

    /// In which region the resource lies, where a question writes `*` there, or nothing.
    pub(crate) fn lies_in(&mut self, region: &str) {
        self.set_place(REGION, region, |region| matches!(region, "" | "*"));
    }

    /// Whose the resource is, whatever a question has in the place of the account.
    pub(crate) fn is_of(&mut self, owner: &str) {
        self.set_place(ACCOUNT, owner, |_| true);
    }

    fn set_place(&mut self, place: usize, known: &str, stands_for_it: fn(&str) -> bool) {
        for request in &mut self.requests {
            let mut fields: Vec<&str> = request.resource().as_str().splitn(5, ':').collect();
            if let Some(field) = fields.get_mut(place)
                && stands_for_it(field)
            {
                *field = known;
            }
            if let Some(resource) = Resource::parse(&fields.join(":")).filter(|resource| resource != request.resource())
            {
                *request = request.asking(request.action().clone(), resource);
            }
        }
    }

    /// Sets which condition keys there are at all.
    pub(crate) fn fill_no_others_than(&mut self, keys: &Arc<[Box<str>]>) {
        for request in &mut self.requests {
            request.set_product_keys(Arc::clone(keys));
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

    /// Sets condition keys of which no two are the same: that takes as long as there are keys.
    pub fn set_each(&mut self, keys: &[(Key, String)]) {
        for request in &mut self.requests {
            request.set_each(keys.iter().map(|(key, value)| (key, &**value)));
        }
    }

    /// Sets a condition key that has several values.
    pub fn set_many(&mut self, key: &str, values: &[String]) {
        for request in &mut self.requests {
            request.set_many(key, values);
        }
    }
}
