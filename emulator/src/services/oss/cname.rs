//! Domain names that are to stand for a bucket. That a domain is whose it is said to be is told by DNS, which is not asked here: only
//! those that are nobody's can be bound.
//!
//! Source pages: "PutCname" and its siblings.

use http::Method;
use jiff::SignedDuration;

use super::checks::on_bucket;
use super::product::row;
use super::{bucket, error, view, xml};
use crate::cloud::{Element, Quota};
use crate::gateway::{ApiError, Body, Call, Form, Level, Operation, Parameter, Reply, Route, Selector};

const CNAME: Parameter = Parameter::optional("cname", Form::Any);
const KIND: &str = "cname";
const TOKENS: &str = "cname-token";

/// The operations on domain names.
pub fn table() -> Vec<Operation> {
    let comp = |method, word| Route::Oss(method, Level::Bucket, Selector::QueryAnd(KIND, "comp", Some(word)));
    let list = Route::Oss(Method::GET, Level::Bucket, Selector::Query(KIND));
    vec![
        row("PutCname", comp(Method::POST, "add"), &[on_bucket(&["oss:PutCname"])], &[], put),
        row("DeleteCname", comp(Method::POST, "delete"), &[on_bucket(&["oss:DeleteCname"])], &[], delete),
        row("CreateCnameToken", comp(Method::POST, "token"), &[on_bucket(&["oss:CreateCnameToken"])], &[], make_token),
        row("GetCnameToken", comp(Method::GET, "token"), &[on_bucket(&["oss:GetCnameToken"])], &[CNAME], token),
        row("ListCname", list, &[on_bucket(&["oss:ListCname"])], &[], names),
    ]
}

fn place(domain: &str) -> String {
    format!("{TOKENS}/{domain}")
}

/// Where a bound domain is kept.
fn bound(domain: &str) -> String {
    format!("{KIND}/{domain}")
}

/// The domain that a request is about, in lower case: in which it is written makes no difference to DNS.
fn domain(call: &Call<'_>) -> Result<String, ApiError> {
    let document = xml::tree(&call.http.body, "BucketCnameConfiguration")?;
    let domain = document.at(&["Cname", "Domain"]).map(|domain| domain.text.trim().to_ascii_lowercase());
    let domain = domain.unwrap_or_default();
    let good = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'*' | b'_'))
    };
    if domain.contains('.') && domain.len() <= 253 && domain.split('.').all(good) {
        return Ok(domain);
    }
    Err(error::invalid_argument("Domain", &domain, "Invalid Argument. Parameter is invalid."))
}

/// Is there nobody who could own the domain, so that a token is proof enough? These ends of names are kept for tests (RFC 2606).
///
/// CHOICE: where the cloud looks for the token in the domain's records, there are none to look into here.
fn is_nobodys(domain: &str) -> bool {
    domain.ends_with(".test") || domain.ends_with(".example")
}

/// PutCname
fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let domain = domain(call)?;
    let proven = is_nobodys(&domain) && bucket::read(call, |bucket| bucket.settings.get(&place(&domain)).is_some())?;
    if proven {
        if !call.cloud().buckets.call(&domain, bucket::name(call)) {
            return Err(ApiError::forbidden("CnameDenied", "The cname belongs to another user.").with("Domain", domain));
        }
        let parts = [Element::text("Domain", domain.as_str()), Element::text("LastModified", view::time(call.now))];
        let record = Element::of("Cname", parts.into_iter().chain([Element::text("Status", "Enabled")]));
        bucket::change(call, |bucket| bucket.settings.put(&bound(&domain), record))?;
        return Ok(Reply::with_body(Body::Empty));
    }
    let message = "The domain name is not verified, please verify the domain ownership first.";
    Err(ApiError::forbidden("NeedVerifyDomainOwnership", message).with("Domain", domain).with("EC", "0018-00000115"))
}

/// DeleteCname: one that is not bound is as good as deleted.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let domain = domain(call)?;
    if bucket::change(call, |bucket| bucket.settings.remove(&bound(&domain)))?.is_some() {
        call.cloud().buckets.call_no_more(&domain);
    }
    Ok(Reply::with_body(Body::Empty))
}

fn shown(bucket: &str, domain: &str, token: &Element) -> Reply {
    xml::reply("CnameToken", |node| {
        node.text("Bucket", bucket);
        node.text("Cname", domain);
        node.text("Token", token.get("Token").unwrap_or_default());
        node.text("ExpireTime", token.get("ExpireTime").unwrap_or_default());
    })
}

/// CreateCnameToken: the same one for as long as it holds.
fn make_token(call: &Call<'_>) -> Result<Reply, ApiError> {
    let domain = domain(call)?;
    let expires = call.now.saturating_add(SignedDuration::from_hours(72)).unwrap_or(call.now);
    let fresh = call.cloud().ids.upload_id().to_lowercase();
    let most = bucket::owner(call)?.quotas.get(Quota::CnamesPerBucket);
    let token = bucket::change(call, |bucket| {
        let holds = |token: &&Element| {
            token
                .get("ExpireTime")
                .and_then(|text| text.parse::<jiff::Timestamp>().ok())
                .is_some_and(|end| call.now < end)
        };
        if let Some(kept) = bucket.settings.get(&place(&domain)).filter(holds) {
            return Ok(kept.clone());
        }
        let others = bucket.settings.several(TOKENS, "").filter(|(other, _)| **other != *domain).count();
        if others >= most {
            return Err(too_many(&bucket.name));
        }
        let parts = [Element::text("Token", fresh), Element::text("ExpireTime", view::time(expires))];
        let token = Element::of("CnameToken", parts);
        bucket.settings.put(&place(&domain), token.clone());
        Ok(token)
    })??;
    Ok(shown(bucket::name(call), &domain, &token))
}

fn too_many(bucket: &str) -> ApiError {
    let message = "You have attempted to create more cname token than allowed.";
    ApiError::bad_request("TooManyCnameToken", message).with("Bucket", bucket)
}

/// GetCnameToken
fn token(call: &Call<'_>) -> Result<Reply, ApiError> {
    let domain = call.arguments.text("cname").to_ascii_lowercase();
    let token = bucket::read(call, |bucket| bucket.settings.get(&place(&domain)).cloned())?;
    let none = || ApiError::not_found("CnameTokenNotFound", "The cname token does not exist.");
    Ok(shown(bucket::name(call), &domain, &token.ok_or_else(none)?))
}

/// ListCname
fn names(call: &Call<'_>) -> Result<Reply, ApiError> {
    bucket::read(call, |bucket| {
        xml::reply("ListCnameResult", |node| {
            node.text("Bucket", &bucket.name);
            node.text("Owner", &bucket.owner);
            for (_, record) in bucket.settings.several(KIND, "") {
                node.put(record);
            }
        })
    })
}
