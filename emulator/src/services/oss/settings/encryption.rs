//! How a bucket encrypts what comes without a word on it.
//!
//! Source page: "PutBucketEncryption".

use super::super::error;
use super::schema::{Is, maybe, one};
use super::setting::{Setting, fits_all, malformed, named, none};
use crate::cloud::Element;
use crate::gateway::{ApiError, Call};

pub(super) const SETTINGS: &[Setting] = &[Setting {
    at: "encryption",
    root: "ServerSideEncryptionRule",
    fields: &[one(
        "ApplyServerSideEncryptionByDefault",
        Is::Of(&[
            one("SSEAlgorithm", Is::Text),
            maybe("KMSMasterKeyID", Is::Text),
            maybe("KMSDataEncryption", Is::Text),
        ]),
    )],
    put: named!("PutBucketEncryption"),
    get: named!("GetBucketEncryption"),
    delete: named!("DeleteBucketEncryption"),
    put_asks: &[],
    rule,
    fits: fits_all,
    unset: || none("NoSuchServerSideEncryptionRule", "The server side encryption configuration was not found."),
}];

fn rule(_: &Call<'_>, document: &mut Element) -> Result<(), ApiError> {
    let rule = document.children.iter_mut().find(|child| child.name == "ApplyServerSideEncryptionByDefault");
    let rule = rule.ok_or_else(malformed)?;
    let algorithm = rule.get("SSEAlgorithm").unwrap_or_default().to_owned();
    if !matches!(algorithm.as_str(), "AES256" | "SM4" | "KMS") {
        return Err(error::invalid_encryption());
    }
    // An empty one is none.
    rule.children.retain(|child| !child.text.is_empty());
    if let Some(key) = rule.get("KMSMasterKeyID").filter(|_| algorithm != "KMS") {
        let message = "KMSMasterKeyID is not applicable if the default sse algorithm is not KMS";
        return Err(error::invalid_argument("KMSMasterKeyID", key, message));
    }
    if rule.get("KMSDataEncryption").is_some_and(|data| data != "SM4") {
        return Err(error::invalid_data_encryption());
    }
    // By what KMS's keys are used says nothing where they are not.
    rule.children.retain(|child| algorithm == "KMS" || child.name != "KMSDataEncryption");
    Ok(())
}
