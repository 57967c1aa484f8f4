//! The parameters that the ways to a session share: what they look like, and the words for what does not.

use acslab_policy::{Document, DocumentKind};

use crate::gateway::ApiError;

/// The shortest session, in seconds.
pub(super) const SHORTEST: u32 = 900;
/// What a session lasts when the request does not say, and the longest for one that a role session asks for.
pub(super) const DEFAULT: u32 = 3600;

/// A role's ARN in its parts: account and role name.
pub(super) fn parse_role_arn(arn: &str) -> Option<(&str, &str)> {
    parse_arn(arn, "role/")
}

/// The parts of an ARN of RAM: the account, and the name behind the kind of thing.
pub(super) fn parse_arn<'a>(arn: &'a str, kind: &str) -> Option<(&'a str, &'a str)> {
    let rest = arn.strip_prefix("acs:ram:")?;
    let (_region, rest) = rest.split_once(':')?;
    let (account, name) = rest.split_once(':')?;
    let name = name.strip_prefix(kind)?;
    let plain = |text: &str| !text.is_empty() && !text.contains(['/', ':', '*', '?']);
    (plain(account) && plain(name)).then_some((account, name))
}

pub(super) fn wrongly_formed(name: &str) -> ApiError {
    ApiError::bad_request(format!("InvalidParameter.{name}"), format!("The parameter {name} is wrongly formed."))
}

pub(super) fn check_role_arn(value: &str) -> Result<(), ApiError> {
    parse_role_arn(value).map(|_| ()).ok_or_else(|| wrongly_formed("RoleArn"))
}

pub(super) fn check_session_name(value: &str) -> Result<(), ApiError> {
    let fits = (2..=64).contains(&value.chars().count())
        && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '@' | '_' | '-'));
    if fits { Ok(()) } else { Err(wrongly_formed("RoleSessionName")) }
}

/// `ExternalId`: 2 to 1,224 letters, digits and some marks (AssumeRole).
pub(super) fn check_external_id(value: &str) -> Result<(), ApiError> {
    let known = |c: char| c.is_ascii_alphanumeric() || "_+=,.@:/-".contains(c);
    let fits = (2..=1224).contains(&value.chars().count()) && value.chars().all(known);
    if fits { Ok(()) } else { Err(wrongly_formed("ExternalId")) }
}

/// INFERRED: `SourceIdentity` has 2 to 64 letters, digits and some marks.
pub(super) fn check_source_identity(value: &str) -> Result<(), ApiError> {
    let known = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    let fits = (2..=64).contains(&value.chars().count()) && value.chars().all(known);
    if fits { Ok(()) } else { Err(wrongly_formed("SourceIdentity")) }
}

pub(super) fn check_duration(value: &str) -> Result<(), ApiError> {
    match value.parse::<u32>() {
        Ok(seconds) if seconds >= SHORTEST => Ok(()),
        _ => Err(duration_error(DEFAULT)),
    }
}

/// The published text, its upper bound following the role's own setting.
pub(super) fn duration_error(most: u32) -> ApiError {
    let most = if most.is_multiple_of(3600) { format!("{}hr", most / 3600) } else { format!("{}min", most / 60) };
    ApiError::bad_request(
        "InvalidParameter.DurationSeconds",
        format!("The Min/Max value of DurationSeconds is 15min/{most}."),
    )
}

pub(super) fn check_policy(value: &str) -> Result<(), ApiError> {
    // The published text still names the older limit.
    let words =
        ["The parameter Policy has not passed grammar check.", "The size of Policy must be smaller than 1024 bytes."];
    check_policy_saying(value, words)
}

/// The same in other words: of a document that is malformed, and of one that is too long.
pub(super) fn check_policy_saying(value: &str, [malformed, long]: [&'static str; 2]) -> Result<(), ApiError> {
    Document::parse(DocumentKind::Session, value).map(|_| ()).map_err(|error| {
        if error.is_too_long() {
            ApiError::bad_request("InvalidParameter.PolicySize", long)
        } else {
            ApiError::bad_request("InvalidParameter.PolicyGrammar", malformed)
        }
    })
}
