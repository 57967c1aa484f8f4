//! How much of the bandwidth, and how many requests a second: of an account, what of it a bucket may take, and what of that a requester may.
//! Nothing is slowed down.
//!
//! Source pages: "PutBucketRequesterQoSInfo" and its siblings; the rest is known from the SDKs and their tests that ask the cloud.

use http::{Method, StatusCode};

use super::super::checks::{on_bucket, on_service};
use super::super::product::row;
use super::super::{bucket, listing, xml};
use super::schema::{self, Field, Is, maybe, wrong};
use super::setting::{Setting, fits_all, named, none};
use crate::cloud::Element;
use crate::gateway::{ApiError, Body, Call, Form, Level, Operation, Parameter, Reply, Route, Selector, Source};

const ROOT: &str = "QoSConfiguration";

pub(super) const SETTINGS: &[Setting] = &[Setting {
    at: "qosInfo",
    root: ROOT,
    fields: BANDWIDTHS,
    put: named!("PutBucketQoSInfo"),
    get: named!("GetBucketQoSInfo"),
    delete: named!("DeleteBucketQoSInfo"),
    put_asks: &[],
    rule: within_account,
    fits: fits_all,
    unset: || none("NoSuchBucketQoSInfo", "The bucket does not have a QoS configuration."),
}];

/// What an account has (CHOICE: 10 Gbit/s each way, which is published for the larger regions; the other bounds are open by default).
const OF_ACCOUNT: [(&str, i64); 9] = [
    ("TotalUploadBandwidth", 10),
    ("IntranetUploadBandwidth", OPEN),
    ("ExtranetUploadBandwidth", OPEN),
    ("TotalDownloadBandwidth", 10),
    ("IntranetDownloadBandwidth", OPEN),
    ("ExtranetDownloadBandwidth", OPEN),
    ("TotalQps", OPEN),
    ("IntranetQps", OPEN),
    ("ExtranetQps", OPEN),
];
/// No bound.
const OPEN: i64 = -1;
const BOUND: Is = Is::Whole(OPEN, i64::MAX);
/// In Gbit/s, and requests a second.
const BANDWIDTHS: &[Field] = &[
    maybe(OF_ACCOUNT[0].0, BOUND),
    maybe(OF_ACCOUNT[1].0, BOUND),
    maybe(OF_ACCOUNT[2].0, BOUND),
    maybe(OF_ACCOUNT[3].0, BOUND),
    maybe(OF_ACCOUNT[4].0, BOUND),
    maybe(OF_ACCOUNT[5].0, BOUND),
    maybe(OF_ACCOUNT[6].0, BOUND),
    maybe(OF_ACCOUNT[7].0, BOUND),
    maybe(OF_ACCOUNT[8].0, BOUND),
];

/// What a document says of a bound.
fn said(document: &Element, name: &str) -> i64 {
    document.get(name).and_then(|text| text.parse().ok()).unwrap_or(OPEN)
}

/// What is not said is open. No bound may be over that of the account, nor a part over its total.
fn within_account(_: &Call<'_>, document: &mut Element) -> Result<(), ApiError> {
    let all = OF_ACCOUNT.map(|(name, most)| (name, said(document, name), most));
    for group in all.chunks(3) {
        let total = group.iter().map(|(_, said, most)| if *said == OPEN { *most } else { *said }).next();
        let most = [total, group.first().map(|(_, _, most)| *most)];
        let over = |said: i64| most.iter().flatten().any(|most| *most != OPEN && said > *most);
        if let Some((name, said, _)) = group.iter().find(|(_, said, _)| over(*said)) {
            return Err(wrong(name, &said.to_string()));
        }
    }
    *document = Element::of(ROOT, all.map(|(name, said, _)| Element::text(name, said.to_string())));
    Ok(())
}

const REQUESTERS: &str = "requesterQosInfo";
const REQUESTER: &str = "qosRequester";
const TOKEN: Parameter = Parameter::optional("continuation-token", Form::Any);
/// The most requesters of a bucket. CHOICE: the number.
const MOST: usize = 1000;
/// The least bandwidth of a requester that has any.
const LEAST: i64 = 5;

/// What an account has, and a requester.
pub(super) fn table() -> Vec<Operation> {
    let route = Route::Oss(Method::GET, Level::Service, Selector::Query("qosInfo"));
    let checks = [on_service(&["oss:GetUserQoSInfo"])];
    let one = |method| Route::Oss(method, Level::Bucket, Selector::QueryAnd(REQUESTERS, REQUESTER, None));
    let all = Route::Oss(Method::GET, Level::Bucket, Selector::Query(REQUESTERS));
    let on = on_bucket;
    vec![
        row("PutBucketRequesterQoSInfo", one(Method::PUT), &[on(&["oss:PutBucketRequesterQoSInfo"])], &[], put),
        row("GetBucketRequesterQoSInfo", one(Method::GET), &[on(&["oss:GetBucketRequesterQoSInfo"])], &[], get),
        row(
            "DeleteBucketRequesterQoSInfo",
            one(Method::DELETE),
            &[on(&["oss:DeleteBucketRequesterQoSInfo"])],
            &[],
            delete,
        ),
        row(
            "ListBucketRequesterQoSInfos",
            all,
            &[on(&["oss:ListBucketRequesterQoSInfo"])],
            &[TOKEN, listing::MAX_KEYS],
            list,
        ),
        row("GetUserQoSInfo", route, &checks, &[], of_account)
            .known_from(Source::sdk("Python SDK; the action by analogy with GetBucketQoSInfo")),
    ]
}

/// GetUserQoSInfo
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
fn of_account(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(xml::reply(ROOT, |node| {
        node.text("Region", &format!("oss-{}", call.region));
        OF_ACCOUNT.iter().for_each(|(name, most)| node.text(name, &most.to_string()));
    }))
}

fn place(requester: &str) -> String {
    format!("{REQUESTERS}/{requester}")
}

/// PutBucketRequesterQoSInfo
fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let requester = call.arguments.text(REQUESTER);
    if requester.is_empty() || requester.len() > 64 {
        return Err(wrong(REQUESTER, requester));
    }
    let mut document = xml::tree(&call.http.body, ROOT)?;
    schema::check(&mut document, BANDWIDTHS)?;
    let all = OF_ACCOUNT.map(|(name, _)| (name, said(&document, name)));
    let little = |(name, said): &&(&str, i64)| name.ends_with("Bandwidth") && (1..LEAST).contains(said);
    if let Some((name, said)) = all.iter().find(little) {
        return Err(wrong(name, &said.to_string()));
    }
    let document = Element::of(ROOT, all.map(|(name, said)| Element::text(name, said.to_string())));
    bucket::change(call, |bucket| {
        let place = place(requester);
        if bucket.settings.get(&place).is_none() && bucket.settings.several(REQUESTERS, "").count() >= MOST {
            return Err(wrong(REQUESTER, requester));
        }
        bucket.settings.put(&place, document);
        Ok(())
    })??;
    Ok(Reply::with_body(Body::Empty))
}

fn of_requester(node: &mut xml::Node<'_>, requester: &str, document: &Element) {
    node.text("Requester", requester);
    node.put(document);
}

/// GetBucketRequesterQoSInfo. CHOICE: the code where there is none.
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let requester = call.arguments.text(REQUESTER);
    let found = bucket::read(call, |bucket| bucket.settings.get(&place(requester)).cloned())?;
    match found {
        Some(document) => Ok(xml::reply("RequesterQoSInfo", |node| of_requester(node, requester, &document))),
        None => none("NoSuchBucketRequesterQoSInfo", "The requester does not have a QoS configuration."),
    }
}

/// DeleteBucketRequesterQoSInfo
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    bucket::change(call, |bucket| bucket.settings.remove(&place(call.arguments.text(REQUESTER))))?;
    Ok(Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT))
}

/// ListBucketRequesterQoSInfos
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (token, most) = (call.arguments.text("continuation-token"), listing::max_keys(call));
    bucket::read(call, |bucket| {
        let mut rest = bucket.settings.several(REQUESTERS, token);
        let page: Vec<_> = rest.by_ref().take(most).collect();
        let next = page.last().filter(|_| rest.next().is_some()).map(|(requester, _)| *requester);
        xml::reply("ListBucketRequesterQoSInfosResult", |node| {
            node.text("Bucket", &bucket.name);
            node.text("ContinuationToken", token);
            node.text("NextContinuationToken", next.unwrap_or_default());
            node.text("IsTruncated", if next.is_some() { "true" } else { "false" });
            for (requester, document) in &page {
                node.element("RequesterQoSInfo", |node| of_requester(node, requester, document));
            }
        })
    })
}
