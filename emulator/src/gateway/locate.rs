//! Locate: what is known of the resources that a call is about? Each is looked for once.

use crate::cloud::Cloud;
use crate::operation::{About, Ask, Call, Caller, Check, Facts, OwnPolicy, Sought};
use crate::registry::Registry;

use super::describe::value;

/// What is known of the resources of one call, by their ids.
#[derive(Debug, Default)]
pub(super) struct Located {
    known: Vec<(String, Facts)>,
    nothing: Facts,
}

impl Located {
    /// What is known of what a check is about, for one item of it.
    pub(super) fn facts(&mut self, call: &Call<'_>, check: &Check, ask: &Ask, each: &str) -> &Facts {
        let id = match (&check.about, &ask.about) {
            (About::Named(id), _) => id(call, each),
            (_, Some(template)) => template.text(|place| value(call, place, each, &self.nothing)),
            (_, None) => return &self.nothing,
        };
        let known = self.known.iter().position(|(known, _)| *known == id);
        let at = known.unwrap_or_else(|| {
            let sought = Sought { cloud: call.cloud(), caller: &call.caller, region: &call.region, id: &id };
            let facts = (call.operation.product.locate)(&sought);
            self.known.push((id, facts));
            self.known.len() - 1
        });
        self.known.get(at).map_or(&self.nothing, |(_, facts)| facts)
    }

    /// What is known of the resource that was the last to be looked for the first time: one that a check is about again keeps its place.
    pub(super) fn last(&self) -> Option<&Facts> {
        self.known.last().map(|(_, facts)| facts)
    }
}

/// What is known of the resource that an ARN names, for whoever asks to do this on it. What the product of the action knows of it, such as
/// STS of the trust policy of a role, goes before what the product of the resource does.
pub(crate) fn locate_for(registry: &Registry, cloud: &Cloud, caller: &Caller, action: &str, arn: &str) -> Facts {
    let mut parts = arn.strip_prefix("acs:").unwrap_or_default().splitn(4, ':');
    let (Some(service), Some(region), Some(_), Some(id)) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Facts::default();
    };
    let of = |service: &str, id: &str| {
        let sought = Sought { cloud, caller, region, id };
        registry.locator(service).map(|locate| locate(&sought)).unwrap_or_default()
    };
    let asked = action.split_once(':').map(|(service, _)| service.to_ascii_lowercase()).unwrap_or_default();
    if asked != service {
        let facts = of(&asked, arn);
        if !matches!(facts.own, OwnPolicy::None) {
            return facts;
        }
    }
    of(service, id)
}
