//! The condition keys that the checks of several faces ask about.

use crate::gateway::{ApiError, Call, Facts, Needed};

/// `ram:ServiceName`: the service that is named.
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
pub(crate) fn named_service(call: &Call<'_>, _: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    needed.set("ram:ServiceName", call.arguments.text("ServiceName"));
    Ok(())
}

/// `ram:ServiceName`: the service that the named role is linked to.
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
pub(crate) fn service_of_role(_: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    if let Some(service) = &facts.linked_to {
        needed.set("ram:ServiceName", service);
    }
    Ok(())
}
