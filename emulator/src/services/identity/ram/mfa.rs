//! Virtual MFA devices.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use super::qr_code::png;
use super::{USER, USER_NAME, row};
use crate::cloud::directory::MfaDevice;
use crate::cloud::{Directory, iso8601};
use crate::gateway::{ApiError, Call, Characters, Check, Form, Operation, Parameter, Reply};

const DEVICES: &str = "acs:ram:*:{account}:mfa/*";
pub(crate) const SERIAL_NUMBER: Parameter =
    Parameter::required("SerialNumber", Form::Own(check_serial, "acs:ram::1234567890123456:mfa/sample"));

/// The operations on MFA devices.
pub fn table() -> Vec<Operation> {
    vec![
        row(
            "CreateVirtualMFADevice",
            &[Check::new(&["ram:CreateVirtualMFADevice"], DEVICES)],
            &[Parameter::required("VirtualMFADeviceName", Form::Name(Characters::Role, 64))],
            create,
        ),
        row("ListVirtualMFADevices", &[Check::new(&["ram:ListVirtualMFADevices"], DEVICES)], &[], list),
        row(
            "DeleteVirtualMFADevice",
            &[Check::new(&["ram:DeleteVirtualMFADevice"], "{SerialNumber}")],
            &[SERIAL_NUMBER],
            delete,
        ),
        row(
            "BindMFADevice",
            &[Check::new(&["ram:BindMFADevice"], USER)],
            &[
                USER_NAME,
                SERIAL_NUMBER,
                Parameter::required("AuthenticationCode1", Form::Own(check_code, "123456")),
                Parameter::required("AuthenticationCode2", Form::Own(check_code, "654321")),
            ],
            bind,
        ),
        row("UnbindMFADevice", &[Check::new(&["ram:UnbindMFADevice"], USER)], &[USER_NAME], unbind),
        row("GetUserMFAInfo", &[Check::new(&["ram:GetUserMFAInfo"], USER)], &[USER_NAME], get_info),
    ]
}

/// `acs:ram::<account>:mfa/<name>`
fn check_serial(value: &str) -> Result<(), ApiError> {
    let name = value.strip_prefix("acs:ram::").and_then(|rest| rest.split_once(":mfa/"));
    let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
    if name.is_some_and(|(account, name)| plain(account) && plain(name)) {
        return Ok(());
    }
    Err(ApiError::bad_request(
        "InvalidParameter.SerialNumber.Format",
        "The format of the parameter - \"SerialNumber\" is incorrect.",
    ))
}

pub(crate) fn check_code(value: &str) -> Result<(), ApiError> {
    if value.len() == 6 && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    Err(ApiError::bad_request(
        "InvalidParameter.AuthenticationCode.Format",
        "The parameter - \"AuthenticationCode\" MUST be 6 numbers.",
    ))
}

/// CreateVirtualMFADevice: the only answer that shows the seed.
pub(crate) fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let device = MfaDevice {
        name: call.arguments.text("VirtualMFADeviceName").to_owned(),
        seed: call.cloud().ids.mfa_seed(),
        bound: None,
    };
    let mut directory = account.directory.write();
    // What authenticators read from codes of Alibaba Cloud's; the label names the device, as nobody's it is.
    let seed = device.seed.expose();
    let uri = format!("otpauth://totp/Aliyun:{}@{}?secret={seed}&issuer=Aliyun", device.name, directory.alias());
    let shown = json!({
        "SerialNumber": device.serial(&account.id),
        "Base32StringSeed": seed,
        "QRCodePNG": BASE64_STANDARD.encode(png(&uri).ok_or_else(ApiError::internal)?),
    });
    directory.add_mfa_device(device)?;
    Ok(Reply::document(json!({ "VirtualMFADevice": shown })))
}

/// ListVirtualMFADevices: whose a device is, and since when, only of those that are somebody's.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let shown: Vec<_> = directory
        .mfa_devices()
        .map(|device| {
            let serial = device.serial(directory.account());
            let bound = device.bound.as_ref();
            match bound.and_then(|bound| Some((bound, directory.user_by_id(&bound.user)?))) {
                None => json!({"SerialNumber": serial}),
                Some((bound, user)) => json!({
                    "SerialNumber": serial,
                    "ActivateDate": iso8601(bound.at),
                    "User": {"UserId": user.id, "UserName": user.name, "DisplayName": user.display_name},
                }),
            }
        })
        .collect();
    Ok(Reply::document(json!({"VirtualMFADevices": {"VirtualMFADevice": shown}})))
}

/// DeleteVirtualMFADevice
pub(crate) fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    call.account()?.directory.write().delete_mfa_device(call.arguments.text("SerialNumber"))?;
    Ok(Reply::done())
}

/// BindMFADevice: two codes in a row prove that the user has the device.
fn bind(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    bind_to(call, &mut directory, call.arguments.text("UserName"))
}

/// Binds the device that a call names to a user, if its codes are right.
pub(crate) fn bind_to(call: &Call<'_>, directory: &mut Directory, user: &str) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let serial = arguments.text("SerialNumber");
    let device = directory.bindable_mfa_device(user, serial)?;
    if !device.shows(arguments.text("AuthenticationCode1"), arguments.text("AuthenticationCode2"), call.now) {
        // The published text is misspelled.
        let message = "The parameter - \"AuthenticationCode\" is inccorrect.";
        return Err(ApiError::forbidden("CheckAuthenticationCodeFail", message));
    }
    directory.bind_mfa_device(user, serial, call.now)?;
    Ok(Reply::done())
}

/// UnbindMFADevice: the device stays.
fn unbind(call: &Call<'_>) -> Result<Reply, ApiError> {
    let serial = call.account()?.directory.write().unbind_mfa_device(call.arguments.text("UserName"))?;
    Ok(Reply::document(json!({"MFADevice": {"SerialNumber": serial}})))
}

/// GetUserMFAInfo
fn get_info(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let device = directory.mfa_device_of(directory.user(call.arguments.text("UserName"))?)?;
    let serial = device.serial(directory.account());
    Ok(Reply::document(json!({"MFADevice": {"SerialNumber": serial, "Type": "VMFA"}})))
}
