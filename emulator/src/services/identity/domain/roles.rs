//! RAM roles.

use std::sync::Arc;

use acslab_policy::{Document, DocumentKind};

use crate::cloud::directory::{Directory, Role};
use crate::gateway::{ApiError, Call};

/// How the names of service-linked roles begin, in lower case.
const LINKED_PREFIX: &str = "aliyunservicerolefor";

/// What is said of a role, new or changed; what is left out stays.
#[derive(Debug, Default)]
pub(crate) struct Said<'a> {
    /// The trust policy, which was checked before.
    pub(crate) trust: Option<&'a str>,
    pub(crate) description: Option<&'a str>,
    /// The seconds that its sessions may last.
    pub(crate) session_duration: Option<i64>,
    pub(crate) console_login: Option<bool>,
}

impl Said<'_> {
    fn trust(&self) -> Result<Option<Arc<Document>>, ApiError> {
        let document = self.trust.map(|text| Document::parse(DocumentKind::Trust, text)).transpose();
        document.map(|document| document.map(Arc::new)).map_err(|_| ApiError::internal())
    }

    fn tell(&self, role: &mut Role) {
        if let Some(description) = self.description {
            description.clone_into(&mut role.description);
        }
        if let Some(seconds) = self.session_duration.and_then(|seconds| seconds.try_into().ok()) {
            role.max_session_duration = seconds;
        }
        if let Some(flag) = self.console_login {
            role.console_login = flag;
        }
    }
}

/// A role that is not in the directory yet.
pub(crate) fn new(call: &Call<'_>, name: &str, said: &Said<'_>) -> Result<Role, ApiError> {
    // The names of service-linked roles are refused (INFERRED: that they are, and the code).
    if name.to_ascii_lowercase().starts_with(LINKED_PREFIX) {
        return Err(ApiError::bad_request("InvalidParameter.RoleName", "The parameter - \"RoleName\" is incorrect."));
    }
    let trust = said.trust()?.ok_or_else(ApiError::internal)?;
    let mut role = Role::new(call.cloud().ids.role_id(), name, trust, call.now);
    said.tell(&mut role);
    Ok(role)
}

/// Changes a role, unless it is a service's.
pub(crate) fn change(
    call: &Call<'_>,
    directory: &mut Directory,
    name: &str,
    said: &Said<'_>,
) -> Result<Role, ApiError> {
    let trust = said.trust()?;
    let role = directory.editable_role_mut(name)?;
    if let Some(trust) = trust {
        role.set_trust(trust);
    }
    said.tell(role);
    role.updated = call.now;
    Ok(role.clone())
}
