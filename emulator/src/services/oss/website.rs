//! A bucket that is visited as a website: its index, its error page, and where its rules send to.
//!
//! Pages are read through the gateway by whoever visits, like any other object.
//!
//! Source page: "PutBucketWebsite".

use http::{Method, StatusCode, header};

use super::{bucket, object};
use crate::cloud::Element;
use crate::gateway::{ApiError, Body, Call, Caller, HttpRequest, Reply};
use crate::signature::{OrderedQuery, query::pe_path};

/// The website of the bucket that the request addresses.
fn website(call: &Call<'_>) -> Option<Element> {
    bucket::read(call, |bucket| bucket.settings.get("website").cloned()).ok().flatten()
}

/// The index that somebody without a signature is shown in the place of a list.
pub(super) fn visited(call: &Call<'_>) -> Option<String> {
    if !matches!(call.caller, Caller::Anonymous) || !call.http.query.is_empty() {
        return None;
    }
    Some(website(call)?.at(&["IndexDocument", "Suffix"])?.text.clone())
}

/// A list is asked for, unless a website is visited.
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
pub(super) fn list(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    Ok(if visited(call).is_some() { Vec::new() } else { vec![String::new()] })
}

/// The page that is read where a website is visited.
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
pub(super) fn index(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    Ok(visited(call).into_iter().collect())
}

/// A page, as whoever visits may read it.
pub(super) fn page(call: &Call<'_>, key: &str) -> Result<Reply, ApiError> {
    let path = pe_path(&format!("/{}/{key}", bucket::name(call)));
    let mut request = HttpRequest::inside(Method::GET, path, OrderedQuery::default(), bytes::Bytes::new());
    for name in [header::IF_MATCH, header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::RANGE] {
        request.headers.extend(call.http.headers.get(&name).map(|value| (name, value.clone())));
    }
    call.go_on(request, call.caller.clone())
}

fn is_there(call: &Call<'_>, key: &str) -> bool {
    bucket::read(call, |bucket| bucket.objects.get(key).is_some()).unwrap_or(false)
}

/// What is answered in the place of an object that is not there.
pub(super) fn instead(call: &Call<'_>, error: ApiError) -> Result<Reply, ApiError> {
    let Some(website) = website(call).filter(|_| call.arguments.get("versionId").is_none()) else { return Err(error) };
    let key = object::key(call);
    if let Some(redirect) = rule(call, &website, key) {
        return sent(call, redirect, key);
    }
    if !matches!(call.caller, Caller::Anonymous) {
        return Err(error);
    }
    if let Some(reply) = below(call, &website, key) {
        return reply;
    }
    let Some(document) = website.child("ErrorDocument") else { return Err(error) };
    let page_key = document.get("Key").unwrap_or_default();
    if !is_there(call, page_key) || page_key == key {
        return Err(error);
    }
    let status = document.get("HttpStatus").and_then(|status| status.parse().ok()).unwrap_or(StatusCode::NOT_FOUND);
    Ok(page(call, page_key)?.status(status))
}

/// The index of a folder, where folders have one.
fn below(call: &Call<'_>, website: &Element, key: &str) -> Option<Result<Reply, ApiError>> {
    let index = website.child("IndexDocument").filter(|index| index.is("SupportSubDir"))?;
    let suffix = index.get("Suffix")?;
    if let Some(folder) = key.strip_suffix('/') {
        return Some(page(call, &format!("{folder}/{suffix}"))).filter(|_| is_there(call, &format!("{key}{suffix}")));
    }
    let inner = format!("{key}/{suffix}");
    match index.get("Type").unwrap_or("0") {
        "0" if is_there(call, &inner) => Some(Ok(redirect(StatusCode::FOUND, &pe_path(&format!("/{key}/"))))),
        "2" if is_there(call, &inner) => Some(page(call, &inner)),
        _ => None,
    }
}

fn redirect(status: StatusCode, location: &str) -> Reply {
    Reply::with_body(Body::Empty).status(status).header(header::LOCATION, location)
}

/// The first rule that fits, in the order of their numbers.
fn rule<'w>(call: &Call<'_>, website: &'w Element, key: &str) -> Option<&'w Element> {
    let number = |rule: &&Element| rule.get("RuleNumber").and_then(|text| text.parse::<u64>().ok()).unwrap_or(u64::MAX);
    let mut rules: Vec<_> = website.child("RoutingRules")?.all("RoutingRule").collect();
    rules.sort_by_key(number);
    let fits = |rule: &&&Element| {
        let Some(condition) = rule.child("Condition") else { return true };
        let header = |asked: &Element| {
            let value = asked.get("Key").and_then(|name| call.http.header(name));
            value.is_some_and(|value| {
                asked.get("Equals").is_none_or(|text| value == text)
                    && asked.get("StartsWith").is_none_or(|text| value.starts_with(text))
                    && asked.get("EndsWith").is_none_or(|text| value.ends_with(text))
            })
        };
        condition.get("KeyPrefixEquals").is_none_or(|prefix| key.starts_with(prefix))
            && condition.get("KeySuffixEquals").is_none_or(|suffix| key.ends_with(suffix))
            && condition.get("HttpErrorCodeReturnedEquals").is_none_or(|code| code == "404")
            && condition.all("IncludeHeader").all(header)
    };
    rules.iter().find(fits).and_then(|rule| rule.child("Redirect"))
}

/// Where a rule sends to.
fn sent(call: &Call<'_>, rule: &Element, key: &str) -> Result<Reply, ApiError> {
    let get = |name: &str| rule.filled(name);
    let replaced = match (get("ReplaceKeyWith"), get("ReplaceKeyPrefixWith")) {
        (Some(with), _) => with.replace("${key}", key),
        (None, Some(prefix)) => format!("{prefix}{key}"),
        (None, None) => key.to_owned(),
    };
    match get("RedirectType") {
        Some("Mirror") => {
            // Nothing is fetched from elsewhere.
            let message = "Mirroring failed, please check your mirror configuration.";
            Err(ApiError::new(StatusCode::FAILED_DEPENDENCY, "MirrorFailed", message))
        }
        Some("Internal") if replaced != key && is_there(call, &replaced) => page(call, &replaced),
        Some("Internal") => Err(super::error::no_such_key(key)),
        _ => {
            let status = get("HttpRedirectCode").and_then(|code| code.parse().ok()).unwrap_or(StatusCode::FOUND);
            let protocol = get("Protocol").unwrap_or(if call.secure { "https" } else { "http" });
            let host = get("HostName").unwrap_or_else(|| call.http.header(header::HOST).unwrap_or_default());
            let mut location = format!("{protocol}://{host}/{}", pe_path(&replaced));
            if rule.is("PassQueryString") && !call.http.query.is_empty() {
                location = format!("{location}?{}", call.http.query);
            }
            Ok(redirect(status, &location))
        }
    }
}
