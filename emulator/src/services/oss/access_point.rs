//! Access points: further ways into a bucket, each with a policy of its own that must allow besides.
//!
//! Source pages: "Access OSS through access points", "CreateAccessPoint" and its siblings.

use http::{Method, StatusCode};
use serde::Deserialize;

use super::checks::{on_bucket, on_service};
use super::listing::MAX_KEYS;
use super::product::row;
use super::{bucket, error, listing, policy, public_access, xml};
use crate::cloud::{AccessPoint, Bucket, NetworkOrigin, NotCreated, Quota};
use crate::gateway::{ApiError, Body, Call, Caller, Gate, Level, Needed, Operation, Reply, Route, Selector};

/// What names an access point: a header, for its block of public access a parameter.
pub(super) const NAME: &str = "x-oss-access-point-name";
const ARGUMENT: &str = "accessPoint";

/// The operations on access points.
#[rustfmt::skip]
pub fn table() -> Vec<Operation> {
    let here = |method| Route::Oss(method, Level::Bucket, Selector::Query(ARGUMENT));
    let named = Route::Oss(Method::GET, Level::Bucket, Selector::QueryAndHeader(ARGUMENT, NAME));
    let of_account = Route::Oss(Method::GET, Level::Service, Selector::Query(ARGUMENT));
    let policy = |method| Route::Oss(method, Level::Bucket, Selector::Query("accessPointPolicy"));
    vec![
        row("CreateAccessPoint", here(Method::PUT), &[on_bucket(&["oss:CreateAccessPoint"])], &[], create),
        row("GetAccessPoint", named, &[on_bucket(&["oss:GetAccessPoint"])], &[], get),
        row("ListAccessPoints", of_account, &[on_service(&["oss:ListAccessPoints"])], &[MAX_KEYS], list_of_account),
        row("ListAccessPoints", here(Method::GET), &[on_bucket(&["oss:ListAccessPoints"])], &[MAX_KEYS], list_of_bucket),
        row("DeleteAccessPoint", here(Method::DELETE), &[on_bucket(&["oss:DeleteAccessPoint"])], &[], delete),
        row("PutAccessPointPolicy", policy(Method::PUT), &[on_bucket(&["oss:PutAccessPointPolicy"])], &[], put_policy),
        row("GetAccessPointPolicy", policy(Method::GET), &[on_bucket(&["oss:GetAccessPointPolicy"])], &[], get_policy),
        row("DeleteAccessPointPolicy", policy(Method::DELETE), &[on_bucket(&["oss:DeleteAccessPointPolicy"])], &[], delete_policy),
    ]
}

/// What a request through an access point needs besides: that the access point lets it in, and its policy.
pub(super) fn pass(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    let Some(alias) = call.address.alias.as_deref() else { return Ok(()) };
    // INFERRED: the words, which are those of what else needs an identity.
    if matches!(call.caller, Caller::Anonymous) {
        let error = ApiError::forbidden("AccessDenied", "Anonymous access is forbidden for this operation.");
        return Err(error.with("EC", "0003-00001201"));
    }
    let found = bucket::read(call, |bucket| {
        let point = bucket.access.points.values().find(|point| point.alias == alias)?;
        let blocked = point.blocked || bucket.access.blocked || public_access::of_account(call.cloud(), &bucket.owner);
        let (name, origin) = (point.name.clone(), point.origin.clone());
        Some((name, origin, point.grants(blocked), bucket.region.clone(), bucket.owner.clone()))
    })?;
    let Some((name, origin, policy, region, owner)) = found else { return Err(error::no_such_bucket(alias)) };
    if let NetworkOrigin::Vpc(_) = origin {
        // Whoever comes here comes from no VPC. CHOICE: the words.
        return Err(ApiError::forbidden("AccessDenied", "The access point may be used from its VPC only."));
    }
    // In this key the region has its prefix, in resources it has none.
    needed.set("oss:DataAccessPointArn", format!("acs:oss:oss-{region}:{owner}:accesspoint/{name}"));
    needed.set("oss:DataAccessPointAccount", &owner);
    needed.set("oss:AccessPointNetworkOrigin", origin.as_str());
    let mut resource = arn(&region, &owner, &name);
    // The object that is asked about, which is not always the one that the request addresses: one of many, what is copied.
    let asked = needed.requests.first().and_then(|request| request.resource().as_str().splitn(5, ':').nth(4));
    if let Some((_, key)) = asked.and_then(|asked| asked.split_once('/')) {
        resource.extend(["/object/", key]);
    }
    needed.gate = Some(Gate { resource, policy });
    Ok(())
}

fn arn(region: &str, owner: &str, name: &str) -> String {
    format!("acs:oss:{region}:{owner}:accesspoint/{name}")
}

/// The name that a request gives.
fn name<'a>(call: &'a Call<'_>) -> Result<&'a str, ApiError> {
    let name = call.http.header(NAME).or_else(|| call.arguments.get(NAME)).filter(|name| !name.is_empty());
    name.ok_or_else(|| {
        ApiError::bad_request("MissingArgument", "Missing Some Required Arguments.").with("ArgumentName", NAME)
    })
}

fn missing() -> ApiError {
    ApiError::not_found("NoSuchAccessPoint", "Accesspoint not found")
}

/// Looks at the access point that a request names.
pub(super) fn read<T>(call: &Call<'_>, look: impl FnOnce(&AccessPoint) -> T) -> Result<T, ApiError> {
    let name = name(call)?;
    bucket::read(call, |bucket| bucket.access.points.get(name).map(look))?.ok_or_else(missing)
}

/// Changes the access point that a request names.
pub(super) fn change<T>(call: &Call<'_>, change: impl FnOnce(&mut AccessPoint) -> T) -> Result<T, ApiError> {
    let name = name(call)?;
    bucket::change(call, |bucket| bucket.access.points.get_mut(name).map(change))?.ok_or_else(missing)
}

#[derive(Debug, Deserialize)]
struct CreateAccessPointConfiguration {
    #[serde(rename = "AccessPointName")]
    name: String,
    #[serde(rename = "NetworkOrigin")]
    origin: String,
    #[serde(rename = "VpcConfiguration")]
    vpc: Option<VpcConfiguration>,
}

#[derive(Debug, Deserialize)]
struct VpcConfiguration {
    #[serde(rename = "VpcId", default)]
    id: String,
}

/// 3 to 19 lower-case letters, digits and hyphens, a hyphen at neither end, and not the end of an alias.
fn is_name(name: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (3..=19).contains(&name.len())
        && name.bytes().all(good)
        && !name.starts_with('-')
        && !name.ends_with('-')
        && !name.ends_with(AccessPoint::ALIAS)
}

/// CreateAccessPoint. INFERRED: the codes of what is refused.
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let asked: CreateAccessPointConfiguration = xml::read(&call.http.body, "CreateAccessPointConfiguration")?;
    let argument = |name, value: &str| error::invalid_argument(name, value, format!("The {name} is invalid."));
    if !is_name(&asked.name) {
        return Err(argument("AccessPointName", &asked.name));
    }
    let vpc = asked.vpc.map(|vpc| vpc.id).filter(|id| !id.is_empty());
    let origin = match (asked.origin.as_str(), vpc) {
        ("internet", _) => NetworkOrigin::Internet,
        ("vpc", Some(id)) => NetworkOrigin::Vpc(id),
        ("vpc", None) => return Err(argument("VpcId", "")),
        (other, _) => return Err(argument("NetworkOrigin", other)),
    };
    let owner = bucket::owner(call)?;
    let region = bucket::read(call, |bucket| bucket.region.clone())?;
    let cloud = call.cloud();
    let alias = AccessPoint::new_alias(&cloud.ids, &asked.name);
    let blocked = cloud.oss.public_access_blocked();
    let point = AccessPoint::new(asked.name.clone(), alias.clone(), origin, call.now, blocked);
    let most = (owner.quotas.get(Quota::AccessPoints), owner.quotas.get(Quota::AccessPointsPerBucket));
    let name = bucket::name(call);
    match cloud.buckets.add_access_point(name, point, most).ok_or_else(|| error::no_such_bucket(name))? {
        Ok(()) => {}
        Err(NotCreated::Taken) => {
            return Err(ApiError::conflict("AccessPointAlreadyExists", "The access point already exists."));
        }
        Err(NotCreated::TooMany) => {
            let message = "You have attempted to create more access points than allowed.";
            return Err(ApiError::bad_request("TooManyAccessPoints", message));
        }
    }
    Ok(xml::reply("CreateAccessPointResult", |node| {
        node.text("AccessPointArn", &arn(&region, &owner.id, &asked.name));
        node.text("Alias", &alias);
    }))
}

fn vpc_configuration(node: &mut xml::Node<'_>, origin: &NetworkOrigin) {
    if let NetworkOrigin::Vpc(id) = origin {
        node.element("VpcConfiguration", |node| node.text("VpcId", id));
    }
}

/// GetAccessPoint
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (region, owner) = bucket::read(call, |bucket| (bucket.region.clone(), bucket.owner.clone()))?;
    read(call, |point| {
        xml::reply("GetAccessPointResult", |node| {
            node.text("AccessPointName", &point.name);
            node.text("Bucket", bucket::name(call));
            node.text("AccountId", &owner);
            node.text("NetworkOrigin", point.origin.as_str());
            vpc_configuration(node, &point.origin);
            node.text("AccessPointArn", &arn(&region, &owner, &point.name));
            node.text("CreationDate", &point.created.as_second().to_string());
            node.text("Alias", &point.alias);
            node.text("Status", "enable");
            node.element("Endpoints", |node| {
                node.text("PublicEndpoint", &format!("{}.oss-{region}.aliyuncs.com", point.alias));
                node.text("InternalEndpoint", &format!("{}.oss-{region}-internal.aliyuncs.com", point.alias));
            });
            node.element("PublicAccessBlockConfiguration", |node| {
                node.text("BlockPublicAccess", if point.blocked { "true" } else { "false" });
            });
        })
    })
}

/// An access point as lists show it, with the name of its bucket.
type Listed = (String, AccessPoint);

fn of_bucket(bucket: &Bucket) -> Vec<Listed> {
    bucket.access.points.values().map(|point| (bucket.name.clone(), point.clone())).collect()
}

/// ListAccessPoints of an account.
fn list_of_account(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let all = call.cloud().buckets.of(&account.id, of_bucket).concat();
    Ok(list(call, &account.id, all))
}

/// ListAccessPoints of a bucket.
fn list_of_bucket(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (owner, all) = bucket::read(call, |bucket| (bucket.owner.clone(), of_bucket(bucket)))?;
    Ok(list(call, &owner, all))
}

/// A page, in the order of names; a token is the name and the bucket that the next page begins behind.
fn list(call: &Call<'_>, account: &str, mut all: Vec<Listed>) -> Reply {
    let token = |(bucket, point): &Listed| format!("{}/{bucket}", point.name);
    all.sort_by_key(token);
    let behind = call.arguments.text("continuation-token");
    all.retain(|listed| token(listed).as_str() > behind);
    let most = listing::max_keys(call);
    let truncated = all.len() > most;
    all.truncate(most);
    xml::reply("ListAccessPointsResult", |node| {
        node.text("IsTruncated", if truncated { "true" } else { "false" });
        node.text("NextContinuationToken", &all.last().filter(|_| truncated).map(token).unwrap_or_default());
        node.text("AccountId", account);
        node.text("MaxKeys", &most.to_string());
        node.element("AccessPoints", |node| {
            for (bucket, point) in &all {
                node.element("AccessPoint", |node| {
                    node.text("Bucket", bucket);
                    node.text("AccessPointName", &point.name);
                    node.text("Alias", &point.alias);
                    node.text("NetworkOrigin", point.origin.as_str());
                    vpc_configuration(node, &point.origin);
                    node.text("Status", "enable");
                });
            }
        });
    })
}

/// DeleteAccessPoint
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let name = name(call)?;
    let gone = bucket::change(call, |bucket| bucket.access.points.remove(name))?.ok_or_else(missing)?;
    call.cloud().buckets.call_no_more(&gone.alias);
    Ok(Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT))
}

/// PutAccessPointPolicy
fn put_policy(call: &Call<'_>) -> Result<Reply, ApiError> {
    let document = policy::read(&call.http.body)?;
    let of_point = read(call, |point| point.blocked.then(|| point.name.clone()))?;
    public_access::check_point_policy(call, &document, of_point)?;
    change(call, |point| point.set_policy(Some(document)))?;
    Ok(Reply::with_body(Body::Empty))
}

/// GetAccessPointPolicy. INFERRED: the code where there is none.
fn get_policy(call: &Call<'_>) -> Result<Reply, ApiError> {
    let none = || ApiError::not_found("NoSuchAccessPointPolicy", "The specified access point policy does not exist.");
    read(call, |point| point.policy().map(|policy| policy::reply(policy)))?.ok_or_else(none)
}

/// DeleteAccessPointPolicy
fn delete_policy(call: &Call<'_>) -> Result<Reply, ApiError> {
    change(call, |point| point.set_policy(None))?;
    Ok(Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT))
}
