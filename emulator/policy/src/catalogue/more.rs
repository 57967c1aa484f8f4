//! Names of actions from beyond this crate.

/// What else is known of the names of actions: of services of which this crate lists some, or no more than the code.
pub trait ActionNames {
    /// The names of the actions of the service of this code, without it: `RunInstances`. None where nothing is known of it.
    fn names(&self, code: &str) -> Vec<String>;
}

/// Nothing beyond what this crate lists.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoMore;

impl ActionNames for NoMore {
    fn names(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
}
