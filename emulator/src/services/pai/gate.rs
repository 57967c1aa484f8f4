//! What stands before a call to PAI: is PAI purchased in the region, and what is it that the caller is about to make or to list?

use super::locate::keys;
use crate::cloud::Service;
use crate::cloud::pai::Accessibility;
use crate::gateway::{ApiError, Call, Facts, Needed};

/// PAI is bought region by region.
///
/// CHOICE: the code. What is published is `IsPurchased: false` in ListProducts.
pub(super) fn purchased(call: &Call<'_>, _: &Facts, _: &mut Needed) -> Result<(), ApiError> {
    if call.account()?.activations.read().is_open(&Service::Pai(call.region.clone())) {
        return Ok(());
    }
    Err(ApiError::bad_request(
        "ProductNotPurchased",
        format!("The product PAI_share is not purchased in the region {}.", call.region),
    ))
}

/// A call to LangStudio about something that the caller is about to make.
pub(super) fn new_entity(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    own(call, facts, needed, Accessibility::of(call.arguments.text("Accessibility")))
}

/// A list of LangStudio's: asked for what is the caller's own; what else it shows is asked for each.
pub(super) fn list(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    own(call, facts, needed, Accessibility::Private)
}

fn own(call: &Call<'_>, facts: &Facts, needed: &mut Needed, accessibility: Accessibility) -> Result<(), ApiError> {
    purchased(call, facts, needed)?;
    if facts.absent.is_none() {
        for (key, value) in keys(accessibility, true) {
            needed.set(key, value);
        }
    }
    Ok(())
}
