//! Virtual MFA devices.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use crc_fast::CrcAlgorithm;
use qrcode::{Color, QrCode};
use serde_json::{Value, json};

use crate::kit::totp::code;
use crate::kit::{self, Client, MOMENT, text};

const SERIAL: &str = "acs:ram::1234567890123456:mfa/phone";
const ALICE: (&str, &str) = ("UserName", "alice");

fn bind(owner: &Client<'_>, serial: &str, user: &str, codes: (&str, &str)) -> kit::Answer {
    let parameters = [
        ("UserName", user),
        ("SerialNumber", serial),
        ("AuthenticationCode1", codes.0),
        ("AuthenticationCode2", codes.1),
    ];
    owner.ram("BindMFADevice", &parameters)
}

#[test]
fn a_device_is_made_bound_shown_unbound_and_deleted() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.ram("CreateUser", &[ALICE]).ok();
    owner.ram("CreateUser", &[("UserName", "bob")]).ok();
    let made = owner.ram("CreateVirtualMFADevice", &[("VirtualMFADeviceName", "phone")]).ok();
    assert_eq!(text(&made, "/VirtualMFADevice/SerialNumber"), SERIAL);
    let seed = text(&made, "/VirtualMFADevice/Base32StringSeed");
    assert_eq!(seed.len(), 64);
    let uri = format!("otpauth://totp/Aliyun:phone@1234567890123456?secret={seed}&issuer=Aliyun");
    assert_shows(text(&made, "/VirtualMFADevice/QRCodePNG"), &uri);
    owner
        .ram("CreateVirtualMFADevice", &[("VirtualMFADeviceName", "Phone")])
        .refused(409, "EntityAlreadyExists.VirtualMFADevice");
    owner
        .ram("CreateVirtualMFADevice", &[("VirtualMFADeviceName", "my phone")])
        .refused(400, "InvalidParameter.VirtualMFADeviceName.InvalidChars");
    let devices = || owner.ram("ListVirtualMFADevices", &[]).ok()["VirtualMFADevices"]["VirtualMFADevice"].clone();
    assert_eq!(devices(), json!([{"SerialNumber": SERIAL}]));
    owner.ram("GetUserMFAInfo", &[ALICE]).refused(404, "EntityNotExist.User.MFADevice");
    owner.ram("UnbindMFADevice", &[ALICE]).refused(404, "EntityNotExist.User.MFADevice");

    let now = owner.now().as_second();
    let (first, second) = (code(seed, now), code(seed, now + 30));
    let right = (first.as_str(), second.as_str());
    bind(&owner, SERIAL, "nobody", right).refused(404, "EntityNotExist.User");
    bind(&owner, "acs:ram::1234567890123456:mfa/x", "alice", right).refused(404, "EntityNotExist.VirtualMFADevice");
    bind(&owner, SERIAL, "alice", ("12345", "123456")).refused(400, "InvalidParameter.AuthenticationCode.Format");
    let wrong = bind(&owner, SERIAL, "alice", (&second, &first));
    assert_eq!(
        wrong.refused(403, "CheckAuthenticationCodeFail").message(),
        "The parameter - \"AuthenticationCode\" is inccorrect."
    );
    bind(&owner, SERIAL, "alice", right).ok();
    bind(&owner, SERIAL, "bob", right).refused(409, "EntityAlreadyExists.VirtualMFADevice.User");
    bind(&owner, SERIAL, "alice", right).refused(409, "EntityAlreadyExists.User.MFADevice");
    assert_eq!(
        devices(),
        json!([{
            "SerialNumber": SERIAL, "ActivateDate": MOMENT,
            "User": {"UserId": alice["User"]["UserId"], "UserName": "alice", "DisplayName": ""},
        }])
    );
    let info = owner.ram("GetUserMFAInfo", &[ALICE]).ok();
    assert_eq!(info["MFADevice"], json!({"SerialNumber": SERIAL, "Type": "VMFA"}));
    owner
        .ram("DeleteVirtualMFADevice", &[("SerialNumber", SERIAL)])
        .refused(409, "DeleteConflict.VirtualMFADevice.User");
    owner.ram("DeleteUser", &[ALICE]).refused(409, "DeleteConflict.User.MFADevice");
    let unbound = owner.ram("UnbindMFADevice", &[ALICE]).ok();
    assert_eq!(unbound["MFADevice"], json!({"SerialNumber": SERIAL}));
    owner.ram("DeleteVirtualMFADevice", &[("SerialNumber", SERIAL)]).ok();
    assert_eq!(devices(), Value::Array(Vec::new()));
    owner.ram("DeleteVirtualMFADevice", &[("SerialNumber", SERIAL)]).refused(404, "EntityNotExist.VirtualMFADevice");
    owner
        .ram("DeleteVirtualMFADevice", &[("SerialNumber", "phone")])
        .refused(400, "InvalidParameter.SerialNumber.Format");
}

#[test]
fn codes_grow_old() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    owner.ram("CreateUser", &[ALICE]).ok();
    let made = owner.ram("CreateVirtualMFADevice", &[("VirtualMFADeviceName", "phone")]).ok();
    let seed = text(&made, "/VirtualMFADevice/Base32StringSeed");
    let now = owner.now().as_second();
    let (first, second) = (code(seed, now), code(seed, now + 30));
    cloud.gateway().cloud().clock.advance(600_000).unwrap();
    bind(&owner, SERIAL, "alice", (&first, &second)).refused(403, "CheckAuthenticationCodeFail");
}

/// Reads the picture as the standard has it, and holds its points to the modules of the text's code.
fn assert_shows(picture: &str, text: &str) {
    let picture = BASE64_STANDARD.decode(picture).unwrap();
    let (signature, mut rest) = picture.split_at(8);
    assert_eq!(signature, b"\x89PNG\r\n\x1a\n");
    let mut chunks = Vec::new();
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        let (content, after) = rest[4..].split_at(4 + length);
        let sum = u64::from(u32::from_be_bytes(after[..4].try_into().unwrap()));
        assert_eq!(crc_fast::checksum(CrcAlgorithm::Crc32IsoHdlc, content), sum);
        chunks.push(content.split_at(4));
        rest = &after[4..];
    }
    assert_eq!(chunks.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [b"IHDR", b"IDAT", b"IEND"]);
    let (header, data) = (chunks[0].1, chunks[1].1);
    let code = QrCode::new(text).unwrap();
    let side = (code.width() + 8) * 4;
    assert_eq!(header[..8], [u32::try_from(side).unwrap().to_be_bytes(); 2].concat());
    assert_eq!(header[8..], [1, 0, 0, 0, 0]);
    // One stored block: its length and the complement of that stand in front.
    assert_eq!(data[..3], [0x78, 1, 1]);
    let length = u16::from_le_bytes([data[3], data[4]]);
    assert_eq!(u16::from_le_bytes([data[5], data[6]]), !length);
    let rows = &data[7..data.len() - 4];
    let stride = 1 + side.div_ceil(8);
    assert_eq!((rows.len(), usize::from(length)), (side * stride, side * stride));
    for (y, row) in rows.chunks_exact(stride).enumerate() {
        assert_eq!(row[0], 0);
        for x in 0..side {
            let white = row[1 + x / 8] >> (7 - x % 8) & 1 == 1;
            let inside = |point: usize| (4..code.width() + 4).contains(&(point / 4));
            let dark = inside(x) && inside(y) && code[(x / 4 - 4, y / 4 - 4)] == Color::Dark;
            assert_eq!(white, !dark, "at {x}, {y}");
        }
    }
}
