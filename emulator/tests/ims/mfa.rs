//! Virtual MFA devices.

use serde_json::json;

use crate::kit::totp::code;
use crate::kit::{self, Client, MOMENT, policy, text};
use crate::{ALICE, NOBODY, alice, ims};

const SERIAL: (&str, &str) = ("SerialNumber", "acs:ram::1234567890123456:mfa/phone");

#[test]
fn a_device_is_made_bound_shown_unbound_and_deleted() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let id = alice(&owner);
    let make = || ims(&owner, "CreateVirtualMFADevice", &[("VirtualMFADeviceName", "phone")]);
    let made = make().ok();
    let seed = text(&made, "/VirtualMFADevice/Base32StringSeed").to_owned();
    assert_eq!(text(&made, "/VirtualMFADevice/SerialNumber"), SERIAL.1);
    make().refused(409, "EntityAlreadyExists.VirtualMFADevice");
    let info = || ims(&owner, "GetUserMFAInfo", &[ALICE]).ok();
    assert_eq!(info()["IsMFAEnable"], false);

    let now = owner.now().as_second();
    let (first, second) = (code(&seed, now), code(&seed, now + 30));
    let codes = [("AuthenticationCode1", first.as_str()), ("AuthenticationCode2", second.as_str())];
    let bind = |user, serial, codes: &[(&str, &str)]| ims(&owner, "BindMFADevice", &[&[user, serial], codes].concat());
    bind(NOBODY, SERIAL, &codes).refused(404, "EntityNotExist.User");
    bind(ALICE, ("SerialNumber", "acs:ram::1234567890123456:mfa/no"), &codes)
        .refused(404, "EntityNotExist.VirtualMFADevice");
    bind(ALICE, ("SerialNumber", "phone"), &codes).refused(400, "InvalidParameter.SerialNumber.Format");
    bind(ALICE, SERIAL, &[codes[0], ("AuthenticationCode2", "12345")])
        .refused(400, "InvalidParameter.AuthenticationCode.Format");
    bind(ALICE, SERIAL, &[codes[0], ("AuthenticationCode2", &first)]).refused(403, "CheckAuthenticationCodeFail");
    bind(ALICE, SERIAL, &codes).ok();
    bind(ALICE, SERIAL, &codes).refused(409, "EntityAlreadyExists.User.MFADevice");
    ims(&owner, "CreateUser", &[("UserPrincipalName", "bob@1234567890123456.onaliyun.com"), ("DisplayName", "Bob")])
        .ok();
    bind(("UserPrincipalName", "bob@1234567890123456.onaliyun.com"), SERIAL, &codes)
        .refused(409, "EntityAlreadyExists.VirtualMFADevice.User");

    let shown = info();
    assert_eq!(
        (&shown["IsMFAEnable"], &shown["MFADevice"]),
        (&json!(true), &json!({"SerialNumber": SERIAL.1, "Type": "VMFA"}))
    );
    let listed = ims(&owner, "ListVirtualMFADevices", &[]).ok();
    assert_eq!(
        listed["VirtualMFADevices"]["VirtualMFADevice"],
        json!([{
            "SerialNumber": SERIAL.1, "ActivateDate": MOMENT,
            "User": {"UserId": id, "UserPrincipalName": ALICE.1, "DisplayName": "Alice"},
        }])
    );
    assert_eq!(listed["IsTruncated"], false);
    ims(&owner, "DeleteVirtualMFADevice", &[SERIAL]).refused(409, "DeleteConflict.VirtualMFADevice.User");
    ims(&owner, "DeleteUser", &[ALICE]).refused(409, "DeleteConflict.User.MFADevice");
    let unbound = ims(&owner, "UnbindMFADevice", &[ALICE]).ok();
    assert_eq!(text(&unbound, "/MFADevice/SerialNumber"), SERIAL.1);
    for action in ["UnbindMFADevice", "DisableVirtualMFA"] {
        ims(&owner, action, &[ALICE]).refused(404, "EntityNotExist.User.MFADevice");
        ims(&owner, action, &[NOBODY]).refused(404, "EntityNotExist.User");
    }
    ims(&owner, "GetUserMFAInfo", &[NOBODY]).refused(404, "EntityNotExist.User");
    // Disabled, the device is gone as well.
    bind(ALICE, SERIAL, &codes).ok();
    ims(&owner, "DisableVirtualMFA", &[ALICE]).ok();
    ims(&owner, "DeleteVirtualMFADevice", &[SERIAL]).refused(404, "EntityNotExist.VirtualMFADevice");
    make().ok();
    ims(&owner, "DeleteVirtualMFADevice", &[SERIAL]).ok();
    assert_eq!(ims(&owner, "GetAccountMFAInfo", &[]).ok()["IsMFAEnable"], false);
}

#[test]
fn a_user_asks_about_itself() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let user = owner.user("alice");
    owner.grant("alice", "Own", &policy("Allow", "ims:GetUserMFAInfo", "acs:ims:*:*:user/alice"));
    assert_eq!(ims(&user, "GetUserMFAInfo", &[]).ok()["IsMFAEnable"], false);
    ims(&owner, "GetUserMFAInfo", &[]).refused(400, "MissingUserPrincipalName");
}
