//! Locate: what is known of the resources that a call is about? Each is looked for once.

use std::sync::Arc;

use crate::cloud::Cloud;
use crate::operation::{About, Call, Caller, Check, Facts, Sought};
use crate::registry::Registry;

use super::describe::fill;

/// What is known of the resources of one call, by their ids.
#[derive(Debug, Default)]
pub(super) struct Located(Vec<(String, Arc<Facts>)>);

impl Located {
    /// What is known of what a check is about, for one item of it.
    pub(super) fn facts(&mut self, call: &Call<'_>, check: &Check, each: &str) -> Arc<Facts> {
        let id = match &check.about {
            About::Nothing => return Arc::default(),
            About::Template(template) => fill(call, template, each, &Facts::default()),
            About::Named(id) => id(call, each),
        };
        if let Some((_, facts)) = self.0.iter().find(|(known, _)| *known == id) {
            return Arc::clone(facts);
        }
        let sought = Sought { cloud: call.cloud(), caller: &call.caller, region: &call.region, id: &id };
        let facts = Arc::new((call.operation.product.locate)(&sought));
        self.0.push((id, Arc::clone(&facts)));
        facts
    }
}

/// What is known of the resource that an ARN names, for a caller.
pub(crate) fn locate_arn(registry: &Registry, cloud: &Cloud, caller: &Caller, arn: &str) -> Facts {
    let mut parts = arn.strip_prefix("acs:").unwrap_or_default().splitn(4, ':');
    let (Some(service), Some(region), Some(_), Some(id)) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Facts::default();
    };
    let sought = Sought { cloud, caller, region, id };
    registry.locator(service).map(|locate| locate(&sought)).unwrap_or_default()
}
