//! Virtual MFA devices.

use jiff::Timestamp;

use super::qr_code::png;
use crate::cloud::directory::{Directory, DirectoryError, MfaBinding, MfaDevice, User};
use crate::gateway::{ApiError, Call};
use crate::signature::Secret;

/// A device that was just made: the only time that its seed is shown.
pub(crate) struct NewDevice {
    pub(crate) serial: String,
    pub(crate) seed: Secret,
    /// The seed as authenticators read it from the screen, in PNG.
    pub(crate) qr_code: Vec<u8>,
}

/// Makes a device that is nobody's yet.
pub(crate) fn create(call: &Call<'_>, name: &str) -> Result<NewDevice, ApiError> {
    let device = MfaDevice { name: name.to_owned(), seed: call.cloud().ids.mfa_seed(), bound: None };
    let mut directory = call.account()?.directory.write();
    // What authenticators read from codes of Alibaba Cloud's; the label names the device, as nobody's it is.
    let seed = device.seed.expose();
    let uri = format!("otpauth://totp/Aliyun:{name}@{}?secret={seed}&issuer=Aliyun", directory.alias());
    let new = NewDevice {
        serial: device.serial(directory.account()),
        seed: device.seed.clone(),
        qr_code: png(&uri).ok_or_else(ApiError::internal)?,
    };
    directory.add_mfa_device(device)?;
    Ok(new)
}

/// Binds a device to a user: two codes in a row prove that the user has it.
pub(crate) fn bind(
    directory: &mut Directory,
    user: &str,
    serial: &str,
    codes: [&str; 2],
    now: Timestamp,
) -> Result<(), ApiError> {
    let device = directory.bindable_mfa_device(user, serial)?;
    let [first, second] = codes;
    if !device.shows(first, second, now) {
        // The published text is misspelled.
        let message = "The parameter - \"AuthenticationCode\" is inccorrect.";
        return Err(ApiError::forbidden("CheckAuthenticationCodeFail", message));
    }
    Ok(directory.bind_mfa_device(user, serial, now)?)
}

/// Takes a user's device away and deletes it.
pub(crate) fn disable(directory: &mut Directory, user: &str) -> Result<(), DirectoryError> {
    let serial = directory.unbind_mfa_device(user)?;
    directory.delete_mfa_device(&serial)
}

/// Whose a device is, and since when.
pub(crate) fn owner<'d>(directory: &'d Directory, device: &'d MfaDevice) -> Option<(&'d User, &'d MfaBinding)> {
    let bound = device.bound.as_ref()?;
    Some((directory.user_by_id(&bound.user)?, bound))
}
