//! Virtual MFA devices and their codes (RFC 6238: TOTP with HMAC-SHA1, 30 seconds, 6 digits).

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha1::Sha1;

use super::{Directory, DirectoryError, NameKey, User};
use crate::cloud::Quota;
use crate::signature::{Secret, secret};

/// How long a code holds, in seconds.
const STEP: i64 = 30;
/// CHOICE: how many steps a device's clock may be off on either side.
const DRIFT: i64 = 2;
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A virtual MFA device: an application that shows codes made from a seed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MfaDevice {
    /// The name, in the case it was made with.
    pub name: String,
    /// The seed, in base32.
    #[serde(with = "crate::cloud::save::with::secret")]
    pub seed: Secret,
    /// Whose it is, if it is bound.
    pub bound: Option<MfaBinding>,
}

/// That a device is a user's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MfaBinding {
    /// The user's id.
    pub user: String,
    /// Since when.
    pub at: Timestamp,
}

impl MfaDevice {
    /// The serial number: `acs:ram::<account>:mfa/<name>`.
    pub fn serial(&self, account: &str) -> String {
        format!("acs:ram::{account}:mfa/{}", self.name)
    }

    /// Are these two codes in a row that the device shows about now?
    pub fn shows(&self, first: &str, second: &str, now: Timestamp) -> bool {
        let key = base32(self.seed.expose());
        let step = now.as_second().div_euclid(STEP);
        (step - DRIFT..=step + DRIFT).any(|step| {
            secret::same(&code(&key, step), first) && secret::same(&code(&key, step.saturating_add(1)), second)
        })
    }
}

/// The code of a step of 30 seconds.
fn code(key: &[u8], step: i64) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash.last().copied().unwrap_or_default() & 0xF);
    let word = hash.iter().skip(at).take(4).fold(0_u32, |word, byte| (word << 8) | u32::from(*byte));
    format!("{:06}", (word & 0x7FFF_FFFF) % 1_000_000)
}

/// The bytes of a text in base32 without padding; a character that is none is skipped.
fn base32(text: &str) -> Vec<u8> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for value in text.bytes().filter_map(|byte| BASE32.iter().position(|known| *known == byte)) {
        bits = (bits << 5 | u32::try_from(value).unwrap_or_default()) & 0xFFF;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xFF).unwrap_or_default());
        }
    }
    bytes
}

impl Directory {
    /// All virtual MFA devices, by name.
    pub fn mfa_devices(&self) -> impl Iterator<Item = &MfaDevice> {
        self.mfa_devices.values()
    }

    /// The device of that serial number.
    pub fn mfa_device(&self, serial: &str) -> Result<&MfaDevice, DirectoryError> {
        self.mfa_key(serial)
            .and_then(|key| self.mfa_devices.get(&key))
            .ok_or(DirectoryError::NotExist("VirtualMFADevice"))
    }

    fn mfa_key(&self, serial: &str) -> Option<NameKey> {
        let name = serial.strip_prefix("acs:ram::")?.strip_prefix(&self.account)?.strip_prefix(":mfa/")?;
        Some(NameKey::of(name))
    }

    /// The device that is bound to a user.
    pub fn mfa_device_of(&self, user: &User) -> Result<&MfaDevice, DirectoryError> {
        let is_theirs = |device: &&MfaDevice| device.bound.as_ref().is_some_and(|bound| bound.user == user.id);
        self.mfa_devices.values().find(is_theirs).ok_or(DirectoryError::NotExist("User.MFADevice"))
    }

    /// Adds a device that is nobody's.
    pub fn add_mfa_device(&mut self, device: MfaDevice) -> Result<(), DirectoryError> {
        let key = NameKey::of(&device.name);
        if self.mfa_devices.contains_key(&key) {
            return Err(DirectoryError::AlreadyExists("VirtualMFADevice"));
        }
        self.has_room(Quota::VirtualMFADevices, self.mfa_devices.len(), "VirtualMFADevice")?;
        self.mfa_devices.insert(key, device);
        Ok(())
    }

    /// Deletes a device that is nobody's.
    pub fn delete_mfa_device(&mut self, serial: &str) -> Result<(), DirectoryError> {
        if self.mfa_device(serial)?.bound.is_some() {
            return Err(DirectoryError::DeleteConflict("VirtualMFADevice.User"));
        }
        if let Some(key) = self.mfa_key(serial) {
            self.mfa_devices.remove(&key);
        }
        Ok(())
    }

    /// The device that a user is about to bind: it is nobody's, and the user has none.
    pub fn bindable_mfa_device(&self, user: &str, serial: &str) -> Result<&MfaDevice, DirectoryError> {
        let user = self.user(user)?;
        let device = self.mfa_device(serial)?;
        if self.mfa_device_of(user).is_ok() {
            return Err(DirectoryError::AlreadyExists("User.MFADevice"));
        }
        if device.bound.is_some() {
            return Err(DirectoryError::AlreadyExists("VirtualMFADevice.User"));
        }
        Ok(device)
    }

    /// Makes a device a user's; whether the codes were right is for the caller to say.
    pub fn bind_mfa_device(&mut self, user: &str, serial: &str, at: Timestamp) -> Result<(), DirectoryError> {
        self.bindable_mfa_device(user, serial)?;
        let bound = MfaBinding { user: self.user(user)?.id.clone(), at };
        if let Some(device) = self.mfa_key(serial).and_then(|key| self.mfa_devices.get_mut(&key)) {
            device.bound = Some(bound);
        }
        Ok(())
    }

    /// Takes a user's device away from it; the device stays. Answers its serial number.
    pub fn unbind_mfa_device(&mut self, user: &str) -> Result<String, DirectoryError> {
        let serial = self.mfa_device_of(self.user(user)?)?.serial(&self.account);
        if let Some(device) = self.mfa_key(&serial).and_then(|key| self.mfa_devices.get_mut(&key)) {
            device.bound = None;
        }
        Ok(serial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_of_rfc_6238() {
        // Its appendix B has eight digits; six of them are the last six.
        let key = b"12345678901234567890";
        for (second, expected) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(code(key, second / STEP), expected);
        }
    }

    #[test]
    fn base32_of_rfc_4648() {
        assert_eq!(base32("MZXW6YTBOI"), b"foobar");
        assert_eq!(base32("MZXW6"), b"foo");
        assert_eq!(base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), b"12345678901234567890");
    }

    #[test]
    fn two_codes_in_a_row_and_about_now() {
        let seed = Secret::new("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned());
        let device = MfaDevice { name: "d".to_owned(), seed, bound: None };
        let at = |second| Timestamp::from_second(second).unwrap();
        let of = |step: i64| code(b"12345678901234567890", step);
        let now = at(1_111_111_109);
        let step = 1_111_111_109 / STEP;
        assert!(device.shows(&of(step), &of(step + 1), now));
        assert!(device.shows(&of(step - 1), &of(step), now));
        assert!(!device.shows(&of(step), &of(step), now));
        assert!(!device.shows(&of(step), &of(step + 2), now));
        assert!(!device.shows(&of(step - 3), &of(step - 2), now));
    }
}
