//! The value that a condition key would need for a clause to be met, or not to be.

use super::Change;
use super::change::KeyOf;
use crate::explain::ClauseTrace;
use crate::request::Request;

/// Keys whose values nobody chooses.
const GIVEN: [&str; 6] =
    ["acs:CurrentTime", "acs:PrincipalARN", "acs:PrincipalType", "acs:PrincipalDomain", "acs:Service", "acs:AccountId"];
/// What tags fill.
const TAGS: [&str; 3] = ["oss:BucketTag/", "oss:ExistingObjectTag/", "acs:ResourceTag/"];

/// The change of the request or of the resource that has the clause met (`met`), or not met.
pub(super) fn set(clause: &ClauseTrace, met: bool, request: &Request) -> Option<Change> {
    let key = &clause.key;
    if GIVEN.iter().any(|given| key.eq_ignore_ascii_case(given)) {
        return None;
    }
    let value = value(clause, met)?;
    // Listing buckets is about none of them: the request itself names the tag.
    let of = if request.action().as_str().eq_ignore_ascii_case("oss:ListBuckets") { KeyOf::Request } else { of(key) };
    Some(Change::SetKey { key: key.clone(), values: vec![value], of })
}

fn of(key: &str) -> KeyOf {
    let tag = |prefix: &&str| key.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if TAGS.iter().any(tag) || key.to_ascii_lowercase().contains("resourcetag/") {
        KeyOf::Resource
    } else {
        KeyOf::Request
    }
}

/// A value that the operator accepts. Of what is negated, or is not to be met, the values that are listed are the ones that do.
fn value(clause: &ClauseTrace, met: bool) -> Option<String> {
    let operator = clause.operator.as_str();
    let negated = operator.contains("Not");
    let listed = clause.values.first().map(|value| value.expected.as_str())?;
    if operator.starts_with("Bool") {
        let wanted = listed.eq_ignore_ascii_case("true") == met;
        return Some(wanted.to_string());
    }
    // One that is listed: it meets a positive operator, and keeps a negated one from being met.
    if met == negated {
        return None;
    }
    match operator {
        "IpAddress" | "NotIpAddress" | "IpAddressIncludeBorder" => Some(address(listed)),
        "StringLike" | "StringNotLike" => {
            Some(listed.replace('*', "").replace('?', "a")).filter(|text| !text.is_empty())
        }
        _ if operator.starts_with("String") => Some(listed.to_owned()),
        "NumericEquals" | "NumericLessThanEquals" | "NumericGreaterThanEquals" => Some(listed.to_owned()),
        _ => None,
    }
}

/// An address of a network: the one that the network is written with.
fn address(network: &str) -> String {
    let address = network.split_once('/').map_or(network, |(address, _)| address);
    address.replace('*', "1")
}

/// The request as it would be asked with these changes.
pub(super) fn asked(request: &Request, changes: &[Change]) -> Request {
    let mut request = request.clone();
    for change in changes {
        if let Change::SetKey { key, values, .. } = change {
            request.set_many(key.as_str(), values.iter().map(String::as_str));
        }
    }
    request
}
