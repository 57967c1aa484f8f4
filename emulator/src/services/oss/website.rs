//! A bucket that is visited as a website: its index, its error page, and where its rules send to.
//!
//! Pages are read through the gateway by whoever visits, like any other object.
//!
//! Source page: "PutBucketWebsite".

use http::{Method, StatusCode, header};

use super::name::LONGEST_KEY;
use super::{bucket, object};
use crate::cloud::Element;
use crate::gateway::{ApiError, Body, Call, Caller, HttpRequest, Reply};
use crate::signature::{OrderedQuery, key::of_text, query::pe_key_path};

/// The website of the bucket that the request addresses.
fn website(call: &Call<'_>) -> Option<Element> {
    bucket::read(call, |bucket| bucket.settings.get("website").cloned()).ok().flatten()
}

/// The index that somebody without a signature is shown in the place of a list.
pub(super) fn visited(call: &Call<'_>) -> Option<String> {
    if !matches!(call.caller, Caller::Anonymous) || !call.http.query.is_empty() {
        return None;
    }
    Some(of_text(&website(call)?.at(&["IndexDocument", "Suffix"])?.text).into_owned())
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
    let path = pe_key_path(&format!("/{}/{key}", bucket::name(call)));
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
    if let Some(rule) = rule(call, &website, key) {
        return sent(call, rule, key);
    }
    // The index of a folder is shown to who signs too: a test of Python's client has it so.
    if let Some(reply) = in_folder(call, &website, key) {
        return reply;
    }
    if !matches!(call.caller, Caller::Anonymous) {
        return Err(error);
    }
    if let Some(reply) = below(call, &website, key) {
        return reply;
    }
    let Some(document) = website.child("ErrorDocument") else { return Err(error) };
    let page_key = of_text(document.get("Key").unwrap_or_default());
    if !is_there(call, &page_key) || page_key == key {
        return Err(error);
    }
    let status = document.get("HttpStatus").and_then(|status| status.parse().ok()).unwrap_or(StatusCode::NOT_FOUND);
    Ok(page(call, &page_key)?.status(status))
}

/// The index that a folder shows: its own where folders have one, else that of the bucket.
fn in_folder(call: &Call<'_>, website: &Element, key: &str) -> Option<Result<Reply, ApiError>> {
    let index = website.child("IndexDocument").filter(|_| key.ends_with('/'))?;
    let folder = if index.is("SupportSubDir") { key } else { "" };
    let shown = format!("{folder}{}", of_text(index.filled("Suffix")?));
    is_there(call, &shown).then(|| page(call, &shown))
}

/// The index of a folder that is named without its slash, where folders have one.
fn below(call: &Call<'_>, website: &Element, key: &str) -> Option<Result<Reply, ApiError>> {
    let index = website.child("IndexDocument").filter(|index| index.is("SupportSubDir"))?;
    let suffix = index.filled("Suffix").filter(|_| !key.ends_with('/'))?;
    let inner = format!("{key}/{}", of_text(suffix));
    match index.get("Type").unwrap_or("0") {
        "0" if is_there(call, &inner) => Some(Ok(redirected(StatusCode::FOUND, &pe_key_path(&format!("/{key}/"))))),
        "2" if is_there(call, &inner) => Some(page(call, &inner)),
        _ => None,
    }
}

fn redirected(status: StatusCode, location: &str) -> Reply {
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
        condition.get("KeyPrefixEquals").is_none_or(|prefix| key.starts_with(&*of_text(prefix)))
            && condition.get("KeySuffixEquals").is_none_or(|suffix| key.ends_with(&*of_text(suffix)))
            && condition.get("HttpErrorCodeReturnedEquals").is_none_or(|code| code == "404")
            && condition.all("IncludeHeader").all(header)
    };
    rules.iter().find(fits).copied()
}

/// The key that a rule makes of another. What the rule's condition says of its beginning gives way to `ReplaceKeyPrefixWith`, or to nothing
/// with `EnableReplacePrefix` alone. INFERRED: with `ReplaceKeyPrefixWith` it does so whatever `EnableReplacePrefix` says, as in the example
/// of the page, which does not name it.
fn replaced(rule: &Element, redirect: &Element, key: &str) -> String {
    if let Some(with) = redirect.filled("ReplaceKeyWith") {
        return of_text(with).replace("${key}", key);
    }
    let with = redirect.filled("ReplaceKeyPrefixWith");
    if with.is_none() && !redirect.is("EnableReplacePrefix") {
        return key.to_owned();
    }
    let old = rule.at(&["Condition", "KeyPrefixEquals"]).map_or("", |prefix| &prefix.text);
    let rest = key.strip_prefix(&*of_text(old)).unwrap_or(key);
    format!("{}{rest}", of_text(with.unwrap_or_default()))
}

/// Where a rule sends to.
fn sent(call: &Call<'_>, rule: &Element, key: &str) -> Result<Reply, ApiError> {
    let Some(redirect) = rule.child("Redirect") else { return Err(super::error::no_such_key(key)) };
    let get = |name: &str| redirect.filled(name);
    let replaced = replaced(rule, redirect, key);
    if replaced.len() > LONGEST_KEY {
        return Err(super::error::no_such_key(key));
    }
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
            let mut location = format!("{protocol}://{host}/{}", pe_key_path(&replaced));
            if redirect.is("PassQueryString") && !call.http.query.is_empty() {
                location = format!("{location}?{}", call.http.query);
            }
            Ok(redirected(status, &location))
        }
    }
}
