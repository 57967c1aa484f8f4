//! Cross-origin requests: the rules, the question of a browser before it asks, and what an answer says to it.
//!
//! Source pages: "PutBucketCors", "OptionObject".

use http::{HeaderMap, HeaderValue, Method, header};

use super::super::{bucket, error};
use super::schema::{Field, Is, MANY, maybe, several, wrong};
use super::setting::{Setting, fits_all, named, none};
use crate::cloud::{Bucket, Cloud, Element};
use crate::gateway::{ApiError, Body, Call, HttpRequest, ObjectAddress, Reply};

pub(super) const SETTINGS: &[Setting] = &[Setting {
    at: "cors",
    root: "CORSConfiguration",
    fields: &[several("CORSRule", 1, MANY, Is::Of(RULE)), maybe("ResponseVary", Is::Flag)],
    put: named!("PutBucketCors"),
    get: named!("GetBucketCors"),
    delete: named!("DeleteBucketCors"),
    put_asks: &[],
    rule,
    fits: fits_all,
    unset: || none("NoSuchCORSConfiguration", "The CORS Configuration does not exist."),
}];

const RULE: &[Field] = &[
    several("AllowedOrigin", 1, MANY, Is::Text),
    several("AllowedMethod", 1, MANY, Is::Text),
    several("AllowedHeader", 0, MANY, Is::Text),
    several("ExposeHeader", 0, MANY, Is::Text),
    maybe("MaxAgeSeconds", Is::Whole(0, 999_999_999)),
];
/// The most rules.
const MOST: usize = 20;
const METHODS: [&str; 5] = ["GET", "PUT", "DELETE", "POST", "HEAD"];

/// The most bytes of all rules (PutBucketCors).
const LARGEST: usize = 16 << 10;

fn rule(call: &Call<'_>, document: &mut Element) -> Result<(), ApiError> {
    if call.http.body.len() > LARGEST {
        return Err(error::malformed_xml());
    }
    if document.all("CORSRule").count() > MOST {
        return Err(ApiError::bad_request("CORSRuleBeyondLimit", "The CORS Rules num is beyond limit."));
    }
    for rule in document.all("CORSRule") {
        let stars = |text: &str| text.matches('*').count();
        let checks: [(&str, &dyn Fn(&str) -> bool); 4] = [
            ("AllowedOrigin", &|text| !text.is_empty() && stars(text) <= 1),
            ("AllowedMethod", &|text| METHODS.contains(&text)),
            ("AllowedHeader", &|text| stars(text) <= 1),
            ("ExposeHeader", &|text| stars(text) == 0),
        ];
        for (name, good) in checks {
            if let Some(bad) = rule.all(name).find(|one| !good(&one.text)) {
                return Err(wrong(name, &bad.text));
            }
        }
    }
    for rule in &mut document.children {
        for header in rule.children.iter_mut().filter(|child| child.name == "AllowedHeader") {
            header.text.make_ascii_lowercase();
        }
    }
    if document.child("ResponseVary").is_none() {
        document.set("ResponseVary", "false");
    }
    Ok(())
}

/// Does a pattern with at most one `*` fit?
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => {
            text.len() >= before.len() + after.len() && text.starts_with(before) && text.ends_with(after)
        }
    }
}

fn texts<'r>(rule: &'r Element, name: &'r str) -> impl Iterator<Item = &'r str> {
    rule.all(name).map(|one| one.text.as_str())
}

/// The first rule that allows a request of this origin and method with these headers.
fn allowing<'b>(bucket: &'b Bucket, origin: &str, method: &str, headers: &[String]) -> Option<&'b Element> {
    let rules = bucket.settings.get("cors")?;
    rules.children.iter().filter(|child| child.name == "CORSRule").find(|rule| {
        let allowed = |header: &String| texts(rule, "AllowedHeader").any(|pattern| fits(pattern, header));
        texts(rule, "AllowedOrigin").any(|pattern| fits(pattern, origin))
            && texts(rule, "AllowedMethod").any(|allowed| allowed == method)
            && headers.iter().all(allowed)
    })
}

/// What a rule lets a browser know.
fn told(rule: &Element, origin: &str) -> HeaderMap {
    let any = texts(rule, "AllowedOrigin").any(|pattern| pattern == "*");
    let join = |name: &str| texts(rule, name).collect::<Vec<_>>().join(", ");
    let pairs = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, if any { "*".to_owned() } else { origin.to_owned() }),
        (header::ACCESS_CONTROL_ALLOW_METHODS, join("AllowedMethod")),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, join("ExposeHeader")),
        (header::ACCESS_CONTROL_MAX_AGE, rule.get("MaxAgeSeconds").unwrap_or_default().to_owned()),
        (header::ACCESS_CONTROL_ALLOW_CREDENTIALS, if any { String::new() } else { "true".to_owned() }),
    ];
    let filled = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    filled.filter_map(|(name, value)| Some((name, HeaderValue::try_from(value).ok()?))).collect()
}

/// What an answer to a browser says besides, whatever it is.
pub(in super::super) fn besides(cloud: &Cloud, request: &HttpRequest, address: &ObjectAddress) -> HeaderMap {
    // Before a request there is a question of its own.
    if request.method == Method::OPTIONS {
        return HeaderMap::new();
    }
    let told = address.bucket.as_deref().and_then(|name| cloud.buckets.read(name, |bucket| headers(bucket, request)));
    told.unwrap_or_default()
}

fn headers(bucket: &Bucket, request: &HttpRequest) -> HeaderMap {
    let Some(rules) = bucket.settings.get("cors") else { return HeaderMap::new() };
    let origin = request.header(header::ORIGIN);
    let rule = origin.and_then(|origin| allowing(bucket, origin, request.method.as_str(), &[]));
    let mut headers = rule.zip(origin).map(|(rule, origin)| told(rule, origin)).unwrap_or_default();
    if rules.is("ResponseVary") || !headers.is_empty() {
        headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    }
    headers
}

/// OptionObject: may a browser ask what it is about to ask?
pub(in super::super) fn preflight(call: &Call<'_>) -> Result<Reply, ApiError> {
    let needed =
        |name, message| call.http.header(name).ok_or_else(move || ApiError::bad_request("BadRequest", message));
    let origin = needed("origin", "Insufficient information. Origin request header needed.")?;
    let method = needed(
        "access-control-request-method",
        "Insufficient information. Request Access-Control-Request-Method header needed.",
    )?;
    let asked = call.http.header("access-control-request-headers").unwrap_or_default();
    let names: Vec<_> =
        asked.split(',').map(|name| name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty()).collect();
    let told = bucket::read(call, |bucket| allowing(bucket, origin, method, &names).map(|rule| told(rule, origin)))?;
    let Some(headers) = told else { return Err(error::cors_forbidden()) };
    let mut reply = Reply::with_body(Body::Empty);
    reply.headers = headers;
    if !asked.is_empty() {
        reply = reply.header(header::ACCESS_CONTROL_ALLOW_HEADERS, asked);
    }
    Ok(reply.header(header::VARY, "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"))
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_have_one_star_at_most() {
        for (pattern, text, is) in [
            ("*", "http://a", true),
            ("http://*.a.com", "http://b.a.com", true),
            ("http://*.a.com", "http://a.com", false),
            ("http://a", "http://a", true),
            ("http://a", "http://ab", false),
            ("ab*ba", "aba", false),
        ] {
            assert_eq!(fits(pattern, text), is, "{pattern} {text}");
        }
    }
}
