//! Virtual MFA devices.

use serde_json::{Value, json};

use super::{MARKER, PRINCIPAL, PRINCIPAL_OR_ID, both, named, on_user, row};
use crate::cloud::directory::{Directory, DirectoryError, MfaDevice, PrincipalKind};
use crate::cloud::iso8601;
use crate::gateway::{ApiError, Call, Caller, Characters, Form, Operation, Parameter, Reply};
use crate::services::identity::ram::mfa::{SERIAL_NUMBER, bind_to, check_code, create, delete};
use crate::services::identity::ram::page::page_of;

/// The operations on MFA devices.
pub fn table() -> Vec<Operation> {
    vec![
        row!(
            "CreateVirtualMFADevice",
            [both!("CreateVirtualMFADevice" on "mfa/*")],
            [Parameter::required("VirtualMFADeviceName", Form::Name(Characters::Role, 64))],
            create
        ),
        row!(
            "ListVirtualMFADevices",
            [both!("ListVirtualMFADevices" on "mfa/*")],
            [MARKER, Parameter::optional("MaxItems", Form::Integer(1, 100))],
            list
        ),
        row!(
            "DeleteVirtualMFADevice",
            [both!("DeleteVirtualMFADevice" on "mfa/{name}").about_named(device)],
            [SERIAL_NUMBER],
            delete
        ),
        row!(
            "BindMFADevice",
            [on_user!("BindMFADevice")],
            [
                PRINCIPAL,
                SERIAL_NUMBER,
                Parameter::required("AuthenticationCode1", Form::Own(check_code, "123456")),
                Parameter::required("AuthenticationCode2", Form::Own(check_code, "654321")),
            ],
            bind
        ),
        row!("UnbindMFADevice", [on_user!("UnbindMFADevice")], [PRINCIPAL], unbind),
        row!("DisableVirtualMFA", [on_user!("DisableVirtualMFA")], [PRINCIPAL], disable),
        row!("GetUserMFAInfo", [on_user!("GetUserMFAInfo")], [PRINCIPAL_OR_ID], get_info),
        row!("GetAccountMFAInfo", [both!("GetAccountMFAInfo" on account)], [], get_account_info),
    ]
}

/// The device that a call names, by the end of its serial number.
fn device(call: &Call<'_>, _: &str) -> String {
    let serial = call.arguments.text("SerialNumber");
    format!("called/{}", serial.split_once(":mfa/").map_or("", |(_, device)| device))
}

fn view(directory: &Directory, device: &MfaDevice) -> Value {
    let serial = device.serial(directory.account());
    let bound = device.bound.as_ref();
    match bound.and_then(|bound| Some((bound, directory.user_by_id(&bound.user)?))) {
        None => json!({ "SerialNumber": serial }),
        Some((bound, user)) => json!({
            "SerialNumber": serial,
            "ActivateDate": iso8601(bound.at),
            "User": {
                "UserId": user.id,
                "UserPrincipalName": directory.principal_name(PrincipalKind::User, &user.name),
                "DisplayName": user.display_name,
            },
        }),
    }
}

/// ListVirtualMFADevices
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let list = ("VirtualMFADevices", "VirtualMFADevice");
    let view = |device: &MfaDevice| view(&directory, device);
    let answer = page_of(call, directory.mfa_devices(), |device| &device.name, view, list, 100)?;
    Ok(Reply::document(Value::Object(answer)))
}

/// BindMFADevice
fn bind(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let user = named(call, &directory)?.name.clone();
    bind_to(call, &mut directory, &user)
}

/// UnbindMFADevice: the device stays.
fn unbind(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let user = named(call, &directory)?.name.clone();
    let serial = directory.unbind_mfa_device(&user)?;
    Ok(Reply::document(json!({"MFADevice": {"SerialNumber": serial}})))
}

/// DisableVirtualMFA: the device goes (inferred: the operation beside UnbindMFADevice that names no device).
fn disable(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let user = named(call, &directory)?.name.clone();
    let serial = directory.unbind_mfa_device(&user)?;
    directory.delete_mfa_device(&serial)?;
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
