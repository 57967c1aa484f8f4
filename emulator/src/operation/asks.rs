//! What an operation asks, read once: its actions, and the templates of its resources.

use std::sync::OnceLock;

use acslab_policy::{Action, ResourceTemplate};

use super::{About, Check};

/// What the checks of an operation ask, in their order. It is read when it is first needed: most operations never are.
#[derive(Debug, Default)]
pub struct Asks(OnceLock<Option<Box<[Ask]>>>);

/// What a check asks.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    /// The id of what it is about, where that is a template.
    pub(crate) about: Option<ResourceTemplate>,
    /// Every name of the action with its resource.
    pub(crate) names: Box<[(Action, ResourceTemplate)]>,
}

/// A copy is read anew: its checks may be changed before it is asked.
impl Clone for Asks {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Asks {
    /// What these checks ask, one by one; `None` if an action is none.
    pub(super) fn of(&self, checks: &[Check]) -> Option<&[Ask]> {
        let asks = self.0.get_or_init(|| checks.iter().map(Ask::of).collect()).as_deref();
        // No check may go unasked.
        asks.filter(|asks| asks.len() == checks.len())
    }
}

impl Ask {
    fn of(check: &Check) -> Option<Self> {
        let about = match &check.about {
            About::Template(id) => Some(ResourceTemplate::parse(id)),
            About::Arn | About::New | About::Named(_) => None,
        };
        let names =
            check.names().map(|(action, resource)| Some((Action::parse(action)?, ResourceTemplate::parse(resource))));
        Some(Self { about, names: names.collect::<Option<_>>()? })
    }
}
