//! Errors before any policy is asked, and behind: what they are, so that nobody looks for a permission.

use acslab_policy::catalogue::fits;

use super::refusal::Refusal;

/// An error that no policy makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unasked {
    /// The code, or a pattern; whatever stands behind it and a dot belongs to it: `Throttling.User`.
    code: &'static str,
    /// What it is.
    pub(super) means: &'static str,
    /// What to do.
    pub(super) then: &'static str,
}

const fn u(code: &'static str, means: &'static str, then: &'static str) -> Unasked {
    Unasked { code, means, then }
}

const FORM: (&str, &str) = ("the request is not of the form that the operation asks for", "see what the message names");

/// Model Studio: permission management; status codes.
const OF_MODELS: (&str, &str) = (
    "of Model Studio: the API key's workspace does not have it. Workspaces decide over models and applications by their own grants, and RAM policies say nothing of it",
    "take a key of the workspace that has it, name that workspace with the call, or let its administrator grant it",
);

/// The gateway's and OSS's codes, and the families of those of products (Alibaba Cloud: common error codes; OSS: error responses). The
/// first that fits is taken.
const UNASKED: &[Unasked] = &[
    u(
        "Throttling",
        "too many requests were sent in a short time",
        "wait and send it again; SDKs do so by themselves where they are let",
    ),
    u("ServiceUnavailable", "the service does not answer at the moment", "send it again later"),
    u("InternalError", "the service failed", "send it again; if it stays so, its support wants the request id"),
    u(
        "InvalidAccessKeyId.NotFound",
        "there is no such AccessKey",
        "see which key the program takes; a key of a deleted user is gone with it",
    ),
    u("InvalidAccessKeyId.Inactive", "the AccessKey is disabled", "enable it, or take another one"),
    u(
        "InvalidAccessKeyId",
        "the AccessKey is unknown or disabled, or may not be used from this address",
        "see which key the program takes, its status, and its network policy",
    ),
    u("InvalidSecurityToken.Expired", "the session is over: its token has expired", "get new credentials"),
    u(
        "InvalidSecurityToken.MismatchWithAccessKey",
        "the security token belongs to another key",
        "take id, secret and token of the same answer",
    ),
    u("InvalidSecurityToken", "the security token is none", "take id, secret and token of the same answer"),
    u("MissingSecurityToken", "a temporary key was used without its security token", "send the token beside the key"),
    u("SecurityTokenExpired", "the session is over: its token has expired", "get new credentials"),
    u(
        "AccessKeyIdAndSecurityTokenNotMatch",
        "the security token belongs to another key",
        "take id, secret and token of the same answer",
    ),
    u(
        "InvalidTimeStamp",
        "the time of the request is off by more than 15 minutes, or is written wrongly",
        "set the clock",
    ),
    u("RequestTimeTooSkewed", "the clock of the machine is off by more than 15 minutes", "set the clock"),
    u("SignatureNonceUsed", "the same request was sent twice", "sign each attempt anew, with a nonce of its own"),
    u("IncompleteSignature", "the signature is not of the form that the service reads", "let an SDK sign"),
    u("InvalidSignature*", "the way of signing is not one of the service's", "let an SDK sign"),
    u(
        "SignatureDoesNotMatch",
        "the signature is wrong",
        "see whether id and secret belong together, and whether anything was changed after signing",
    ),
    u("InvalidAction", "there is no such operation at this address", "see the name, the version and the endpoint"),
    u("InvalidApi", "there is no such operation at this address", "see the name, the version and the endpoint"),
    u("InvalidVersion", "there is no such version of the API", "see the version and the endpoint"),
    u("InvalidProtocol.NeedSsl", "the operation is not served without TLS", "call it by https"),
    u("UnsupportedHTTPMethod", "the operation is not called by this method", "see its page"),
    u("Inactive", "RAM is not active for the account", "activate RAM"),
    u("NoSuchBucketPolicy", "the bucket has no policy", "nothing is wrong with that"),
    u("NoSuchBucket", "there is no such bucket", "see the name and the endpoint"),
    u("NoSuchKey", "there is no such object", "see the key; who may not list the bucket is told the same of none"),
    u("NoSuch*", "what is named is not there", "see its name"),
    u(
        "BucketAlreadyExists",
        "somebody has a bucket of this name",
        "take another name: names are unique over all accounts",
    ),
    u("BucketNotEmpty", "there is something in the bucket", "empty it first, versions and parts included"),
    u("InvalidObjectState", "the object is archived", "restore it first"),
    u(
        "CallbackFailed",
        "the upload went well, and the address that was to be told of it did not answer as it should",
        "see what the callback's server says",
    ),
    u("InvalidPolicyDocument", "the document is no policy", "`acslab lint FILE` tells where"),
    u("InvalidParameter.PolicyGrammar", "the document is no policy", "`acslab lint FILE` tells where"),
    u("MalformedPolicyDocument", "the document is no policy", "`acslab lint FILE` tells where"),
    u("InvalidParameter", FORM.0, FORM.1),
    u("InvalidArgument", FORM.0, FORM.1),
    u("MissingParameter", "a parameter is missing", "give the one that the message names"),
    u("MissingArgument", "a parameter is missing", "give the one that the message names"),
    u("EntityNotExist", "what is named is not there", "see its name, and the account"),
    u("EntityNotExists", "what is named is not there", "see its name, and the account"),
    u("EntityAlreadyExist*", "there is one of this name already", "take another name, or the one that is there"),
    u("DeleteConflict", "something hangs on it", "take away first what the message names"),
    u("LimitExceeded", "the account has as many as it may", "delete one, or have the quota raised"),
    u("QuotaExceed*", "the account has as many as it may", "delete one, or have the quota raised"),
    u("ServiceNotOpen*", "the service is not open for the account", "open it once, as the account's owner"),
    u("*NotOpen", "the service is not open for the account", "open it once, as the account's owner"),
    u("*NotOpened", "the service is not open for the account", "open it once, as the account's owner"),
    u("*NotActivated", "the service is not active for the account", "activate it once, as the account's owner"),
    u("OperationDenied.NoStock", "there is no such instance in stock in this zone", "take another type or zone"),
    u("Workspace.AccessDenied", OF_MODELS.0, OF_MODELS.1),
    u("Model.AccessDenied", OF_MODELS.0, OF_MODELS.1),
    u("App.AccessDenied", OF_MODELS.0, OF_MODELS.1),
    u(
        "AccessDenied.Unpurchased",
        "Model Studio is not activated for the account",
        "activate it once, as the account's owner",
    ),
    u("Arrearage", "the account is in arrears", "pay"),
    u("*.NotFound", "what is named is not there", "see its name, and the region"),
    u("*QuotaExceeded", "the account has as many as it may", "delete one, or have the quota raised"),
    u("*AlreadyExists", "there is one of this name already", "take another name, or the one that is there"),
    u("*NotExist", "what is named is not there", "see its name, and the account"),
    u("Missing?*", "a parameter is missing", "give the one that the message names"),
];

/// What Log Service says of a key under the code that its refusals have, too (Log Service: error codes).
const OF_KEYS: &[(&str, Unasked)] = &[
    (
        "security token you provided has expired",
        u("Unauthorized", "the session is over: its token has expired", "get new credentials"),
    ),
    (
        "AccessKeyId not found",
        u(
            "Unauthorized",
            "there is no such AccessKey",
            "see which key the program takes; a key of a deleted user is gone with it",
        ),
    ),
    ("AccessKeyId is disabled", u("Unauthorized", "the AccessKey is disabled", "enable it, or take another one")),
];

fn said(code: &str, message: &str) -> Option<Unasked> {
    let message = message.to_lowercase();
    let is = |(words, of): &&(&str, Unasked)| of.code == code && message.contains(&words.to_lowercase());
    OF_KEYS.iter().find(is).map(|(_, of)| *of)
}

/// What an error is that no policy made; none for a refusal, and for what is not known.
pub(super) fn unasked(refusal: &Refusal) -> Option<Unasked> {
    // What says how it was decided was decided.
    if refusal.why.no_permission.is_some() || refusal.why.policy.is_some() {
        return None;
    }
    let code = refusal.code.as_deref()?;
    if let Some(said) = said(code, refusal.message.as_deref().unwrap_or_default()) {
        return Some(said);
    }
    let is = |known: &&Unasked| {
        fits(known.code, code) || code.strip_prefix(known.code).is_some_and(|rest| rest.starts_with('.'))
    };
    UNASKED.iter().find(is).copied()
}

#[cfg(test)]
mod tests {
    use super::super::refusal::{Refusal, Why};
    use super::unasked;

    #[test]
    fn what_no_policy_refused() {
        let of = |code: &str| unasked(&Refusal { code: Some(code.to_owned()), ..Refusal::default() });
        for code in [
            "Throttling.User",
            "Throttling",
            "EntityNotExist.User",
            "MissingRoleArn",
            "InvalidAccessKeyId.NotFound",
            "InvalidAccessKeyId.Inactive",
            "InvalidSecurityToken.Expired",
            "InvalidTimeStamp.Expired",
            "SignatureNonceUsed",
            "InvalidAction.NotFound",
            "ServiceUnavailable",
            "InternalError",
            "QuotaExceeded",
            "DeleteConflict.User.Group",
            "EntityAlreadyExists.Role",
            "Inactive",
            "OperationDenied.NoStock",
            "InvalidParameter.PolicyGrammar",
            "NoSuchKey",
            "NoSuchBucket",
            "InvalidObjectState",
            "RequestTimeTooSkewed",
            "SecurityTokenExpired",
            "InvalidAccessKeyId",
            "BucketAlreadyExists",
            "CallbackFailed",
            "InvalidPolicyDocument",
            "InvalidInstanceId.NotFound",
            "LimitExceeded.User",
            "ServiceNotOpen",
            "ServiceNotOpened.Ecs",
            "Workspace.AccessDenied",
            "AccessDenied.Unpurchased",
            "Arrearage",
        ] {
            assert!(of(code).is_some(), "{code}");
        }
        for code in [
            "NoPermission",
            "Forbidden.RAM",
            "Forbidden",
            "AccessDenied",
            "NotAuthorized",
            "Unauthorized",
            "UserDisable",
            "AuthenticationFail.NoPermission",
            "OperationDenied",
            "Missing",
            "InactiveUser",
        ] {
            assert_eq!(of(code), None, "{code}");
        }
        let of_log = |message: &str| {
            unasked(&Refusal {
                code: Some("Unauthorized".to_owned()),
                message: Some(message.to_owned()),
                ..Refusal::default()
            })
        };
        for message in [
            "The security token you provided has expired",
            "AccessKeyId not found: LTAI5t",
            "AccessKeyId is disabled: LTAI5t",
        ] {
            assert!(of_log(message).is_some(), "{message}");
        }
        assert_eq!(of_log("denied by sts or ram, action: log:GetProject, resource: acs:log:x:1:project/p"), None);
        let why = Why { no_permission: Some("ImplicitDeny".to_owned()), policy: None };
        assert_eq!(unasked(&Refusal { code: Some("NoSuchKey".to_owned()), why, ..Refusal::default() }), None);
    }
}
