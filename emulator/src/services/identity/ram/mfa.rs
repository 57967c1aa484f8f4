//! Virtual MFA devices.

use serde_json::json;

use super::product::RAM;
use super::words::{USER, USER_NAME};
use crate::cloud::directory::User;
use crate::gateway::{ApiError, Call, Check, Operation, Reply};
use crate::services::identity::parameters::{CODE_1, CODE_2, DEVICE_NAME, SERIAL_NUMBER};
use crate::services::identity::{answers, domain::mfa, twins};

const DEVICES: &str = "acs:ram:*:{account}:mfa/*";

/// The operations on MFA devices.
pub fn table() -> Vec<Operation> {
    vec![
        RAM.action(
            "CreateVirtualMFADevice",
            &[Check::new(&["ram:CreateVirtualMFADevice"], DEVICES)],
            &[DEVICE_NAME],
            twins::create_device,
        ),
        RAM.action("ListVirtualMFADevices", &[Check::new(&["ram:ListVirtualMFADevices"], DEVICES)], &[], list),
        RAM.action(
            "DeleteVirtualMFADevice",
            &[Check::new(&["ram:DeleteVirtualMFADevice"], "{SerialNumber}")],
            &[SERIAL_NUMBER],
            twins::delete_device,
        ),
        RAM.action(
            "BindMFADevice",
            &[Check::new(&["ram:BindMFADevice"], USER)],
            &[USER_NAME, SERIAL_NUMBER, CODE_1, CODE_2],
            bind,
        ),
        RAM.action("UnbindMFADevice", &[Check::new(&["ram:UnbindMFADevice"], USER)], &[USER_NAME], unbind),
        RAM.action("GetUserMFAInfo", &[Check::new(&["ram:GetUserMFAInfo"], USER)], &[USER_NAME], get_info),
    ]
}

/// ListVirtualMFADevices
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let name = |user: &User| ("UserName", user.name.clone());
    let shown: Vec<_> = directory.mfa_devices().map(|device| answers::device(&directory, device, name)).collect();
    Ok(Reply::document(json!({"VirtualMFADevices": {"VirtualMFADevice": shown}})))
}

/// BindMFADevice
fn bind(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let codes = ["AuthenticationCode1", "AuthenticationCode2"].map(|name| arguments.text(name));
    let (user, serial) = (arguments.text("UserName"), arguments.text("SerialNumber"));
    mfa::bind(&mut call.account()?.directory.write(), user, serial, codes, call.now)?;
    Ok(Reply::done())
}

/// UnbindMFADevice: the device stays.
fn unbind(call: &Call<'_>) -> Result<Reply, ApiError> {
    let serial = call.account()?.directory.write().unbind_mfa_device(call.arguments.text("UserName"))?;
    Ok(answers::unbound(&serial))
}

/// GetUserMFAInfo
fn get_info(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let device = directory.mfa_device_of(directory.user(call.arguments.text("UserName"))?)?;
    let serial = device.serial(directory.account());
    Ok(Reply::document(json!({"MFADevice": {"SerialNumber": serial, "Type": "VMFA"}})))
}
