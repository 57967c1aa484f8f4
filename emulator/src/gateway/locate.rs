//! Locate: what is known of the resources that a call is about? Each is looked for once.

use std::sync::Arc;

use crate::cloud::Cloud;
use crate::operation::{About, Ask, Call, Caller, Check, Facts, Needed, OwnPolicy, Sought};
use crate::registry::Registry;

use super::describe::value;

/// What is known of the resources of one call: by their ids, of those that its checks are about; by their ARNs, of those that they name.
#[derive(Debug)]
pub(super) struct Located<'r> {
    registry: &'r Registry,
    about: Vec<(String, Arc<Facts>)>,
    named: Vec<(String, Arc<Facts>)>,
    nothing: Arc<Facts>,
}

/// What is known when a check is asked.
#[derive(Debug)]
pub(super) struct Known {
    /// Of what the check is about.
    pub(super) about: Arc<Facts>,
    /// Of the resource that it names: its tags, its group, its policy.
    pub(super) resource: Arc<Facts>,
}

impl Known {
    /// What is known of what a check is about, which is the resource that it names.
    pub(super) fn of_both(facts: Arc<Facts>) -> Self {
        Self { about: Arc::clone(&facts), resource: facts }
    }
}

impl<'r> Located<'r> {
    /// Nothing yet; this registry tells who knows.
    pub(super) fn of(registry: &'r Registry) -> Self {
        Self { registry, about: Vec::new(), named: Vec::new(), nothing: Arc::default() }
    }

    /// What is known of what a check is about, for one item of it, as its product calls that.
    pub(super) fn about(&mut self, call: &Call<'_>, check: &Check, ask: &Ask, each: &str) -> Arc<Facts> {
        let id = match (&check.about, &ask.about) {
            (About::Named(id), _) => id(call, each),
            (_, Some(template)) => template.text(|place| value(call, place, each, &self.nothing)),
            (_, None) => return Arc::clone(&self.nothing),
        };
        found(&mut self.about, id, |id| (call.operation.product.locate)(&sought(call, id)))
    }

    /// What is known when a check is asked with this question: also of the resource that it names, where that is not what the
    /// product was asked about. Whoever may not touch a thing may not by any call that names it.
    pub(super) fn known(&mut self, call: &Call<'_>, check: &Check, needed: &Needed, about: Arc<Facts>) -> Known {
        let product = &call.operation.product;
        let Some(request) = needed.requests.first() else { return Known::of_both(about) };
        let (action, arn) = (request.action().as_str(), request.resource().as_str());
        let service = arn.strip_prefix("acs:").and_then(|rest| rest.split(':').next()).unwrap_or_default();
        let its_own = || {
            let asked = action.split(':').next().unwrap_or_default();
            [service, asked].iter().any(|code| product.resources.contains(code))
        };
        let named = |located: &mut Self| {
            let registry = located.registry;
            let facts = |arn: &str| Facts { absent: None, ..named_by(registry, &sought(call, arn), action) };
            found(&mut located.named, arn.to_owned(), facts)
        };
        match &check.about {
            _ if service.is_empty() => Known::of_both(about),
            About::New => Known::of_both(about),
            About::Arn => Known::of_both(named(self)),
            // What is kept as a record is not always what a check of it names: a route table is made in a VPC.
            _ if product.resources.first().is_none() => {
                let resource = Arc::new(Facts::clone(&about).and(&named(self)));
                Known { about, resource }
            }
            _ if its_own() => Known::of_both(about),
            // An object tells which key it is encrypted with, and whose that is; the rest the key.
            _ => Known { about, resource: named(self) },
        }
    }

    /// What is known of the resource that was the last to be looked for the first time: one that a check is about again keeps its place.
    pub(super) fn last(&self) -> Option<&Facts> {
        self.about.last().map(|(_, facts)| &**facts)
    }
}

fn sought<'s>(call: &'s Call<'_>, id: &'s str) -> Sought<'s> {
    Sought { cloud: call.cloud(), caller: &call.caller, region: &call.region, id }
}

/// What is known by an id; each is looked for once.
fn found(known: &mut Vec<(String, Arc<Facts>)>, id: String, look: impl FnOnce(&str) -> Facts) -> Arc<Facts> {
    if let Some((_, facts)) = known.iter().find(|(known, _)| *known == id) {
        return Arc::clone(facts);
    }
    let facts = Arc::new(look(&id));
    known.push((id, Arc::clone(&facts)));
    facts
}

/// Adds to a question what a call would have that asks it and says nothing more: what is known of the resource, whose it is and in
/// which region where the question says `*`, the keys that such a call fills, and what holds for it when no policy says anything.
pub(crate) fn suppose(
    need: &mut Needed,
    (registry, cloud): (&Registry, &Cloud),
    caller: &Caller,
    action: &str,
    arn: &str,
) {
    if let Some(plain) = registry.plain(action) {
        need.default = plain.default;
        if let Some(keys) = &plain.keys {
            need.fill_no_others_than(keys);
        }
        for (key, value) in &plain.unless_said {
            need.set(*key, *value);
        }
    }
    let facts = locate_for(registry, cloud, caller, action, arn);
    if let Some(owner) = &facts.owner {
        need.belongs_to(owner);
    }
    if let Some(region) = &facts.region {
        need.lies_in(region);
    }
    need.know(&facts);
}

/// What is known of the resource that an ARN names, for whoever asks to do this on it.
pub(crate) fn locate_for(registry: &Registry, cloud: &Cloud, caller: &Caller, action: &str, arn: &str) -> Facts {
    named_by(registry, &Sought { cloud, caller, region: "*", id: arn }, action)
}

/// The same, where what lies in no region of its own lies in the one that was addressed. What the product of the action knows of the
/// resource, such as STS of the trust policy of a role, goes before what the product of the resource does.
fn named_by(registry: &Registry, sought: &Sought<'_>, action: &str) -> Facts {
    let arn = sought.id;
    let mut parts = arn.strip_prefix("acs:").unwrap_or_default().splitn(4, ':');
    let (Some(service), Some(region), Some(account), Some(id)) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Facts::default();
    };
    let region = if matches!(region, "" | "*") { sought.region } else { region };
    let of = |service: &str, id: &str| {
        registry.locator(service).map(|locate| locate(&Sought { region, id, ..*sought })).unwrap_or_default()
    };
    let asked = action.split_once(':').map(|(service, _)| service.to_ascii_lowercase()).unwrap_or_default();
    if asked != service {
        let facts = of(&asked, arn);
        if !matches!(facts.own, OwnPolicy::None) {
            return facts;
        }
    }
    let facts = of(service, id);
    // What no product says the owner of was looked for in the caller's own account.
    let own = matches!(account, "" | "*") || sought.caller.account().is_some_and(|own| own.id == account);
    if own || facts.owner.is_some() { facts } else { Facts::default() }
}
