//! How much of the bandwidth, and how many requests a second: of an account, and what of it a bucket may take. Nothing is slowed down.
//!
//! Known from the SDKs and their tests that ask the cloud; no page of it is public.

use http::Method;

use super::super::checks::on_service;
use super::super::product::row;
use super::super::xml;
use super::schema::{Field, Is, maybe, wrong};
use super::setting::{Setting, fits_all, named, none};
use crate::cloud::Element;
use crate::gateway::{ApiError, Call, Level, Operation, Reply, Route, Selector, Source};

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

/// What is not said is open. No bound may be over that of the account, nor a part over its total.
fn within_account(_: &Call<'_>, document: &mut Element) -> Result<(), ApiError> {
    let said = |name: &str| document.get(name).and_then(|text| text.parse().ok()).unwrap_or(OPEN);
    let all = OF_ACCOUNT.map(|(name, most)| (name, said(name), most));
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

/// What an account has.
pub(super) fn table() -> Vec<Operation> {
    let route = Route::Oss(Method::GET, Level::Service, Selector::Query("qosInfo"));
    let checks = [on_service(&["oss:GetUserQoSInfo"])];
    vec![
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
