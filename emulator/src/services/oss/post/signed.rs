//! Who signed a form. What is signed is its policy, in base64 as it was sent.

use super::super::bucket;
use super::form::PostForm;
use crate::cloud::OssV1;
use crate::gateway::{ApiError, Call, Caller};
use crate::signature::{Secret, oss_v1, oss_v4, secret};
use crate::wire::oss::{key_problem, v1_is_over};

/// What a form says of its signature.
enum Claim<'f> {
    V1 { key: &'f str, signature: &'f str },
    V4 { key: &'f str, scope: oss_v4::Scope<'f>, signature: &'f str },
}

fn lacking(field: &'static str, detail: &'static str) -> ApiError {
    let message = format!("The bucket POST must contain the specified '{field}'.");
    super::super::error::invalid_argument(field, "", message).with("EC", detail)
}

fn empty(message: &'static str, detail: &'static str) -> ApiError {
    ApiError::bad_request("InvalidArgument", message).with("EC", detail)
}

fn wrong_credential(credential: &str, message: &'static str) -> ApiError {
    super::super::error::invalid_argument("x-oss-credential", credential, message).with("EC", "0002-00000710")
}

impl<'f> Claim<'f> {
    fn of(form: &'f PostForm) -> Result<Option<Self>, ApiError> {
        if form.get("x-oss-signature-version").is_some() {
            return Self::v4(form).map(Some);
        }
        let (key, signature) = (form.get("OSSAccessKeyId"), form.get("Signature"));
        match (key, form.get("policy"), signature) {
            (None, None, None) => Ok(None),
            (_, None, _) => Err(lacking("policy", "0002-00000702")),
            (None, _, _) => Err(lacking("OSSAccessKeyId", "0002-00000701")),
            (_, _, None) => Err(lacking("Signature", "0002-00000703")),
            (Some(""), ..) => Err(empty("Post request accessKeyId is empty.", "0002-00000701")),
            (_, _, Some("")) => Err(empty("Post request signature is empty.", "0002-00000704")),
            (Some(key), Some(_), Some(signature)) => Ok(Some(Self::V1 { key, signature })),
        }
    }

    fn v4(form: &'f PostForm) -> Result<Self, ApiError> {
        let version = form.get("x-oss-signature-version").unwrap_or_default();
        if version != oss_v4::ALGORITHM {
            let message = "Invalid signature version in x-oss-signature-version.";
            return Err(super::super::error::invalid_argument("x-oss-signature-version", version, message));
        }
        form.get("policy").ok_or_else(|| lacking("policy", "0002-00000702"))?;
        let signature = form.get("x-oss-signature").ok_or_else(|| lacking("x-oss-signature", "0002-00000703"))?;
        let credential = form.get("x-oss-credential").ok_or_else(|| lacking("x-oss-credential", "0002-00000710"))?;
        let date = form.get("x-oss-date").ok_or_else(|| lacking("x-oss-date", "0002-00000711"))?;
        let wrong = || wrong_credential(credential, "Invalid credential in x-oss-credential.");
        let parts: Vec<_> = credential.split('/').collect();
        let [key, day, region, "oss", "aliyun_v4_request"] = parts.as_slice() else { return Err(wrong()) };
        if key.is_empty() || region.is_empty() || date.get(..8) != Some(*day) {
            return Err(wrong());
        }
        Ok(Self::V4 { key, scope: oss_v4::Scope { date: day, region }, signature })
    }

    fn key(&self) -> &'f str {
        match self {
            Self::V1 { key, .. } | Self::V4 { key, .. } => key,
        }
    }

    /// The region that a form is signed for must be that of the bucket. CHOICE: the words, after those of a header.
    fn check_region(&self, form: &PostForm, region: &str) -> Result<(), ApiError> {
        match self {
            Self::V4 { scope, .. } if scope.region != region => {
                let credential = form.get("x-oss-credential").unwrap_or_default();
                Err(wrong_credential(credential, "Invalid signing region in x-oss-credential."))
            }
            Self::V1 { .. } | Self::V4 { .. } => Ok(()),
        }
    }

    fn is_right(&self, secret: &Secret, policy: &str) -> bool {
        match self {
            Self::V1 { signature, .. } => secret::same(&oss_v1::signature(secret, policy), signature),
            Self::V4 { scope, signature, .. } => secret::same(&oss_v4::signature(secret, scope, policy), signature),
        }
    }
}

/// Who sends a form: nobody, where nothing in it says who.
pub(super) fn sender(call: &Call<'_>, form: &PostForm) -> Result<Caller, ApiError> {
    let Some(claim) = Claim::of(form)? else { return Ok(Caller::Anonymous) };
    let policy = form.get("policy").unwrap_or_default();
    let token = form.get("x-oss-security-token");
    let (secret, caller) =
        call.vouched_for(claim.key(), token).map_err(|problem| key_problem(problem, claim.key(), token))?;
    let v1 = || call.cloud().oss.v1_of(caller.account().map(AsRef::as_ref));
    if matches!(claim, Claim::V1 { .. }) && v1() == OssV1::Refuse {
        return Err(v1_is_over());
    }
    claim.check_region(form, &bucket::read(call, |bucket| bucket.region.clone())?)?;
    if claim.is_right(&secret, policy) {
        return Ok(caller);
    }
    let message = "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
    Err(ApiError::forbidden("SignatureDoesNotMatch", message)
        .with("OSSAccessKeyId", claim.key())
        .with("StringToSign", policy)
        .with("EC", "0002-00000705"))
}
