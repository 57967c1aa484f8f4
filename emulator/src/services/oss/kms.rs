//! Keys of KMS: who writes or reads what is encrypted with one needs it too, and it must be there and enabled.
//!
//! INFERRED: the key that KMS keeps for OSS itself, which no request names, is asked of nobody. Source pages: "Server-side encryption",
//! "0005-00000208", the error codes of KMS.

use super::draft::{ENCRYPTION, KEY_ID};
use super::{bucket, describe};
use crate::cloud::{Bucket, Object, RecordPlace};
use crate::gateway::{ApiError, Call, Check, Facts, Refused};

/// The key that KMS keeps for OSS begins so. CHOICE: its id is told by whose it is.
pub(super) const DEFAULT: &str = "oss-default-";

pub(super) const KEY: &str = "acs:kms:{owner_region}:{owner}:key/{each}";

const fn on_key(actions: &'static [&'static str]) -> Check {
    Check::new(actions, KEY).about("{bucket}/{object}").context(describe::bucket).refused_by(refused)
}

pub(super) const FOR_WHAT: &str = " for the key of KMS that it is encrypted with";
/// The key that an object is written with: something is to be encrypted with it, and decrypted again.
pub(super) const NEW_KEY: Check = on_key(&["kms:GenerateDataKey"]).located(FOR_WHAT, written_with);
pub(super) const NEW_KEY_AGAIN: Check = on_key(&["kms:Decrypt"]).located(FOR_WHAT, written_with);
/// The key that an object is read with.
pub(super) const READS_WITH: Check = on_key(&["kms:Decrypt"]).located(FOR_WHAT, read_with);
/// The key that what is copied is read with.
pub(super) const COPIES_WITH: Check = Check::new(&["kms:Decrypt"], KEY)
    .about_named(super::copy::about)
    .context(describe::source)
    .refused_by(refused)
    .located(" for the key of KMS that the source is encrypted with", read_with);

pub(super) fn refused(_: &Call<'_>, _: &Refused<'_>) -> ApiError {
    ApiError::forbidden("AccessDenied", "This request is forbidden by kms.")
}

fn own(key: &str) -> Option<String> {
    (!key.is_empty() && !key.starts_with(DEFAULT)).then(|| key.to_owned())
}

fn written_with(call: &Call<'_>, facts: &Facts) -> Option<String> {
    match call.http.header(ENCRYPTION) {
        Some("KMS") => own(call.http.header(KEY_ID)?),
        Some(_) => None,
        None => facts.encrypts_with.clone(),
    }
}

pub(super) fn read_with(_: &Call<'_>, facts: &Facts) -> Option<String> {
    facts.encrypted_with.clone()
}

/// The key that a bucket encrypts with by its own rule.
pub(super) fn of_bucket(bucket: &Bucket) -> Option<String> {
    own(bucket.settings.encryption_key()?)
}

/// The key that an object is encrypted with.
pub(super) fn of_object(object: &Object) -> Option<String> {
    own(object.headers.get(KEY_ID)?)
}

/// Checks that the key with which a request writes can be used.
pub(super) fn check_writable(call: &Call<'_>) -> Result<(), ApiError> {
    let named = match call.http.header(ENCRYPTION) {
        Some("KMS") => match call.http.header(KEY_ID).and_then(own) {
            Some(key) => Some(key),
            None => return Ok(()),
        },
        Some(_) => return Ok(()),
        None if !call.cloud().buckets.any_keys() => return Ok(()),
        None => None,
    };
    let (key, owner, region) = bucket::read(call, |bucket| {
        (named.or_else(|| of_bucket(bucket)), bucket.owner.clone(), bucket.region.clone())
    })?;
    key.map_or(Ok(()), |key| check(call, &owner, &region, &key))
}

/// Checks that the key with which an object is read can be used.
pub(super) fn check_readable(call: &Call<'_>, name: &str, object: &Object) -> Result<(), ApiError> {
    let Some(key) = of_object(object) else { return Ok(()) };
    let of = call.cloud().buckets.read(name, |bucket| (bucket.owner.clone(), bucket.region.clone()));
    of.map_or(Ok(()), |(owner, region)| check(call, &owner, &region, &key))
}

/// A key, or what an alias leads to, must be there and enabled.
fn check(call: &Call<'_>, owner: &str, region: &str, key: &str) -> Result<(), ApiError> {
    let missing = || {
        ApiError::not_found("KeyNotFound", "The specified parameter KMS keyId is not found.")
            .with("EC", "0005-00000208")
    };
    let owner = call.cloud().account(owner).ok_or_else(missing)?;
    let records = owner.records.read();
    let place = |kind: &str| RecordPlace::new(&format!("Kms/{kind}"), region);
    let find = |key: &str| records.get(&place("Key"), key, call.now).ok();
    let aliased = || {
        let mut aliases = records.within(&place("Alias"), "", call.now);
        aliases.find(|alias| alias.text("AliasName") == Some(key))?.text("KeyId").and_then(find)
    };
    let found = find(key).or_else(aliased).ok_or_else(missing)?;
    let code = match found.state(call.now) {
        Some("Disabled") => "KeyDisabled",
        Some("PendingDeletion") => "KeyPendingDeletion",
        Some("PendingImport") => "KeyPendingImport",
        _ => return Ok(()),
    };
    let state = found.state(call.now).unwrap_or_default();
    Err(ApiError::conflict(code, format!("The request was rejected because the key state is {state}.")))
}
