//! Virtual MFA devices.

use serde_json::json;

use super::product::IMS;
use super::rights::{both, on_user};
use super::who::named;
use super::words::{MAX_HUNDRED, PRINCIPAL, PRINCIPAL_OR_ID};
use crate::cloud::directory::{DirectoryError, MfaDevice, PrincipalKind, User};
use crate::gateway::{ApiError, Call, Caller, Operation, Reply};
use crate::services::common::page::{List, MARKED, by_name};
use crate::services::identity::parameters::{CODE_1, CODE_2, DEVICE_NAME, MARKER, SERIAL_NUMBER};
use crate::services::identity::{answers, domain::mfa, twins};

/// The operations on MFA devices.
pub fn table() -> Vec<Operation> {
    vec![
        IMS.action(
            "CreateVirtualMFADevice",
            &[both!("CreateVirtualMFADevice" on "mfa/*")],
            &[DEVICE_NAME],
            twins::create_device,
        ),
        IMS.action("ListVirtualMFADevices", &[both!("ListVirtualMFADevices" on "mfa/*")], &[MARKER, MAX_HUNDRED], list),
        IMS.action(
            "DeleteVirtualMFADevice",
            &[both!("DeleteVirtualMFADevice" on "mfa/{name}").about_named(device)],
            &[SERIAL_NUMBER],
            twins::delete_device,
        ),
        IMS.action("BindMFADevice", &[on_user!("BindMFADevice")], &[PRINCIPAL, SERIAL_NUMBER, CODE_1, CODE_2], bind),
        IMS.action("UnbindMFADevice", &[on_user!("UnbindMFADevice")], &[PRINCIPAL], unbind),
        IMS.action("DisableVirtualMFA", &[on_user!("DisableVirtualMFA")], &[PRINCIPAL], disable),
        IMS.action("GetUserMFAInfo", &[on_user!("GetUserMFAInfo")], &[PRINCIPAL_OR_ID], get_info),
        IMS.action("GetAccountMFAInfo", &[both!("GetAccountMFAInfo" on account)], &[], get_account_info),
    ]
}

/// The device that a call names, by the end of its serial number: as it is located.
fn device(call: &Call<'_>, _: &str) -> String {
    let serial = call.arguments.text("SerialNumber");
    format!("called/{}", serial.split_once(":mfa/").map_or("", |(_, device)| device))
}

/// ListVirtualMFADevices
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let name = |user: &User| ("UserPrincipalName", directory.principal_name(PrincipalKind::User, &user.name));
    let view = |device: &MfaDevice| answers::device(&directory, device, name);
    let list = List::Wrapped("VirtualMFADevices", "VirtualMFADevice");
    by_name(&call.arguments, MARKED, directory.mfa_devices(), |device| &device.name, view, list).map(Reply::document)
}

/// BindMFADevice
fn bind(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let codes = ["AuthenticationCode1", "AuthenticationCode2"].map(|name| arguments.text(name));
    let mut directory = call.account()?.directory.write();
    let user = named(call, &directory)?.name.clone();
    mfa::bind(&mut directory, &user, arguments.text("SerialNumber"), codes, call.now)?;
    Ok(Reply::done())
}

/// UnbindMFADevice: the device stays.
fn unbind(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let user = named(call, &directory)?.name.clone();
    Ok(answers::unbound(&directory.unbind_mfa_device(&user)?))
}

/// DisableVirtualMFA: the device goes (INFERRED: the operation beside UnbindMFADevice that names no device).
fn disable(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let user = named(call, &directory)?.name.clone();
    mfa::disable(&mut directory, &user)?;
    Ok(Reply::done())
}

/// GetUserMFAInfo: of the calling user where none is named.
fn get_info(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let user = match (call.arguments.filled("UserPrincipalName"), &call.caller) {
        (None, Caller::User { id, .. }) => directory.user_by_id(id).ok_or(DirectoryError::NotExist("User"))?,
        (None, _) => return Err(ApiError::missing("UserPrincipalName")),
        (Some(_), _) => named(call, &directory)?,
    };
    let answer = match directory.mfa_device_of(user) {
        Ok(device) => {
            let serial = device.serial(directory.account());
            json!({"IsMFAEnable": true, "MFADevice": {"SerialNumber": serial, "Type": "VMFA"}})
        }
        Err(_) => json!({ "IsMFAEnable": false }),
    };
    Ok(Reply::document(answer))
}

/// GetAccountMFAInfo: an owner has no device here.
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
fn get_account_info(_: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(Reply::document(json!({ "IsMFAEnable": false })))
}
