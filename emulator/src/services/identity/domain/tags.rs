//! Tags of whatever has some.

use crate::cloud::directory::Tags;
use crate::gateway::ApiError;

/// Changes the tags of all that a call names, or of none.
pub(crate) fn change_all<S: ?Sized, K>(
    state: &mut S,
    named: &[K],
    tags: impl for<'s> Fn(&'s mut S, &K) -> Result<&'s mut Tags, ApiError>,
    change: impl Fn(&mut Tags) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    let mut changed = Vec::with_capacity(named.len());
    for name in named {
        let mut new = tags(state, name)?.clone();
        change(&mut new)?;
        changed.push((name, new));
    }
    for (name, new) in changed {
        *tags(state, name)? = new;
    }
    Ok(())
}

/// Have these tags all of those? An empty value stands for any.
pub(crate) fn fit(tags: &Tags, wanted: &Tags) -> bool {
    wanted.iter().all(|(key, value)| tags.get(key).is_some_and(|own| value.is_empty() || own == value))
}
