//! Virtual MFA devices.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::cloud::directory::{Directory, MfaDevice, User};
use crate::cloud::iso8601;
use crate::gateway::Reply;
use crate::services::identity::domain::mfa::{self, NewDevice};

/// The only answer that shows the seed.
pub(crate) fn new_device(new: &NewDevice) -> Reply {
    Reply::document(json!({
        "VirtualMFADevice": {
            "SerialNumber": new.serial,
            "Base32StringSeed": new.seed.expose(),
            "QRCodePNG": BASE64_STANDARD.encode(&new.qr_code),
        },
    }))
}

/// Whose a device is, and since when, only of those that are somebody's. `name` is what the face calls a user by.
pub(crate) fn device(
    directory: &Directory,
    device: &MfaDevice,
    name: impl Fn(&User) -> (&'static str, String),
) -> Value {
    let serial = device.serial(directory.account());
    let Some((user, bound)) = mfa::owner(directory, device) else { return json!({ "SerialNumber": serial }) };
    let (called, name) = name(user);
    json!({
        "SerialNumber": serial,
        "ActivateDate": iso8601(bound.at),
        "User": {"UserId": user.id, called: name, "DisplayName": user.display_name},
    })
}

/// A device that was taken away from its user.
pub(crate) fn unbound(serial: &str) -> Reply {
    Reply::document(json!({"MFADevice": {"SerialNumber": serial}}))
}
