//! The system policies as they are saved: those that are not as they come with the program.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::error::LoadError;
use crate::cloud::{SystemPolicies, SystemPolicy};

/// System policies on their way into a document.
pub(super) struct View<'a>(pub(super) &'a SystemPolicies);

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let shipped = SystemPolicies::shipped();
        let as_shipped =
            |policy: &SystemPolicy| shipped.get(&policy.name).is_some_and(|known| std::ptr::eq(known.as_ref(), policy));
        to.collect_seq(self.0.iter().filter(|policy| !as_shipped(policy)).map(AsRef::as_ref))
    }
}

/// Those that come with the program, with saved ones in their places.
pub(super) fn load(saved: Vec<SystemPolicy>) -> Result<Arc<SystemPolicies>, LoadError> {
    for policy in &saved {
        let name = &policy.name;
        if !policy.versions.iter().any(|version| version.id == policy.default_version) {
            let version = &policy.default_version;
            return Err(LoadError::broken(format!(
                "version {version} of system policy `{name}` is in force and is not there"
            )));
        }
        if policy.versions.iter().any(|version| version.document.kind() != acslab_policy::DocumentKind::Identity) {
            return Err(LoadError::broken(format!("a version of system policy `{name}` is of another kind")));
        }
    }
    Ok(Arc::new(SystemPolicies::shipped().replacing(saved)))
}
