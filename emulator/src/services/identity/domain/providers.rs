//! Identity providers.

use crate::cloud::OidcProvider;
use crate::gateway::{ApiError, Call};

/// Providers in the order of pages, which go by name without regard to letter case; the names are exact.
pub(crate) fn in_order<'p, P: 'p>(
    providers: impl Iterator<Item = &'p P>,
    name: impl Fn(&P) -> &str,
) -> impl Iterator<Item = &'p P> {
    let mut all: Vec<_> = providers.collect();
    all.sort_by_key(|provider| name(provider).to_ascii_lowercase());
    all.into_iter()
}

/// Changes an OIDC provider.
pub(crate) fn change_oidc(
    call: &Call<'_>,
    name: &str,
    change: impl FnOnce(&mut OidcProvider),
) -> Result<OidcProvider, ApiError> {
    let mut providers = call.account()?.identity_providers.write();
    let changed = providers.change_oidc(name, |provider| {
        change(provider);
        provider.updated = call.now;
    })?;
    Ok(changed.clone())
}

/// Adds an item to one of a provider's lists; one that is there already stays once.
pub(crate) fn put(list: &mut Vec<String>, item: &str) {
    if !list.iter().any(|old| old == item) {
        list.push(item.to_owned());
    }
}
