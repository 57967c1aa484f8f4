//! The resource directory that the caller's account has something to say in.

use crate::cloud::{ResourceDirectory, ResourceDirectoryError};
use crate::gateway::{ApiError, Call};

/// Looks into the directory that the caller's account manages.
pub(crate) fn read<T>(
    call: &Call<'_>,
    read: impl FnOnce(&ResourceDirectory) -> Result<T, ResourceDirectoryError>,
) -> Result<T, ApiError> {
    Ok(call.cloud().resource_directories.read(&call.account()?.id, read)?)
}

/// Looks into the directory that the caller's account manages, or of which it is a delegated administrator.
pub(crate) fn read_delegated<T>(
    call: &Call<'_>,
    read: impl FnOnce(&ResourceDirectory) -> Result<T, ResourceDirectoryError>,
) -> Result<T, ApiError> {
    Ok(call.cloud().resource_directories.read_delegated(&call.account()?.id, read)?)
}

/// Changes the directory that the caller's account manages, in one step.
pub(crate) fn change<T>(
    call: &Call<'_>,
    change: impl FnOnce(&mut ResourceDirectory) -> Result<T, ResourceDirectoryError>,
) -> Result<T, ApiError> {
    Ok(call.cloud().resource_directories.change(&call.account()?.id, change)?)
}
