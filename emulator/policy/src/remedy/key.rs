//! The value that a condition key would need for a clause to be met, or not to be.

use std::net::IpAddr;

use super::Change;
use super::change::KeyOf;
use crate::catalogue::{Carried, Catalogue, Names, other_clouds_key};
use crate::explain::ClauseTrace;
use crate::request::Request;

/// Keys whose values nobody chooses, or that make another request of it: a role for another service.
const GIVEN: [&str; 4] = ["acs:CurrentTime", "acs:Service", "acs:AccountId", "ram:ServiceName"];

/// Keys that say what a caller is, which it cannot be otherwise.
const OF_CALLER: [&str; 3] = ["acs:PrincipalARN", "acs:PrincipalType", "acs:PrincipalDomain"];

/// A value where any will do.
const ANY: &str = "any";

/// Is the key's value one that nobody chooses?
pub(super) fn is_given(key: &str) -> bool {
    is_of_caller(key) || GIVEN.iter().any(|given| key.eq_ignore_ascii_case(given))
}

/// Does a condition key say what a caller is, which no request of that caller has otherwise?
pub fn is_of_caller(key: &str) -> bool {
    OF_CALLER.iter().any(|known| key.eq_ignore_ascii_case(known))
}

/// The change of the request or of the resource that has the clause met (`met`), or not met.
pub(super) fn set(clause: &ClauseTrace, met: bool, request: &Request) -> Option<Change> {
    let key = &clause.key;
    if is_given(key) || !may_carry(key, request) {
        return None;
    }
    let value = value(clause, met)?;
    // Listing buckets is about none of them: the request itself names the tag.
    let of = if request.action().as_str().eq_ignore_ascii_case("oss:ListBuckets") { KeyOf::Request } else { of(key) };
    Some(Change::SetKey { key: key.clone(), values: vec![value], of })
}

/// May a request for the action carry the key? Not what is another cloud's, what no page of a service lists that lists all of its own, or
/// what is known to be missing there: a prefix where an object is read.
pub(super) fn may_carry(key: &str, request: &Request) -> bool {
    let catalogue = Catalogue::published();
    let prefix = key.split(':').next().unwrap_or_default();
    let unknown = catalogue.key(key).is_none()
        && catalogue.service(prefix).is_some_and(|service| service.names() == Names::Complete);
    if unknown || other_clouds_key(key).is_some() {
        return false;
    }
    let action = request.action().as_str().split_once(':');
    let action = action.and_then(|(code, name)| Some((catalogue.service(code)?, name)));
    let known = action.and_then(|(service, name)| Some((service, service.action(name)?)));
    known.is_none_or(|(service, action)| catalogue.carries(key, service, action) != Carried::Never)
}

/// Tags are the resource's, but for those that the request brings.
fn of(key: &str) -> KeyOf {
    let key = key.to_ascii_lowercase();
    if key.contains("tag/") && !key.contains(":request") { KeyOf::Resource } else { KeyOf::Request }
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
            let text = listed.replace('*', "").replace('?', "a");
            // `*` is met by whatever is there: that the key is carried at all is asked for.
            Some(if text.is_empty() { ANY.to_owned() } else { text })
        }
        // What is written as a pattern is meant as one, and no request has it for a value.
        _ if operator.starts_with("String") => Some(listed.to_owned()).filter(|value| !value.contains(['*', '?'])),
        "NumericEquals" | "NumericLessThanEquals" | "NumericGreaterThanEquals" => Some(listed.to_owned()),
        _ => None,
    }
}

/// An address of a network: the first that is one machine's.
fn address(network: &str) -> String {
    let (address, length) =
        network.split_once('/').map_or((network, None), |(address, length)| (address, Some(length)));
    let address = address.replace('*', "1");
    let length: Option<u8> = length.and_then(|length| length.parse().ok());
    // The first one is the network's own, unless it has no more than two.
    match (address.parse(), length) {
        (Ok(IpAddr::V4(own)), Some(length))
            if length < 31 && own.to_bits().trailing_zeros() >= u32::from(32 - length) =>
        {
            std::net::Ipv4Addr::from_bits(own.to_bits() + 1).to_string()
        }
        (Ok(IpAddr::V6(own)), Some(length))
            if length < 127 && own.to_bits().trailing_zeros() >= u32::from(128 - length) =>
        {
            std::net::Ipv6Addr::from_bits(own.to_bits() + 1).to_string()
        }
        _ => address,
    }
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
