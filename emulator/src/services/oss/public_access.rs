//! Block public access: of an account, of a bucket, of an access point. What is on at a higher level counts whatever the lower say.
//!
//! Source pages: "Block Public Access", "PutPublicAccessBlock" and its siblings.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use acslab_policy::{Attachment, Document, DocumentKind, PolicyRef, PolicySet, PolicyType};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::checks::{on_bucket, on_service};
use super::product::row;
use super::{access_point, bucket, describe, error, xml};
use crate::cloud::{Account, Acl, Cloud};
use crate::gateway::{ApiError, Body, Call, Level, Needed, Operation, OwnPolicy, Reply, Route, Selector};

const NAME: &str = "publicAccessBlock";
const HERE: Selector = Selector::Query(NAME);
const OF_ACCESS_POINT: Selector = Selector::QueryAnd(NAME, access_point::NAME, None);

/// The operations on block public access.
#[rustfmt::skip]
pub fn table() -> Vec<Operation> {
    let service = |method| Route::Oss(method, Level::Service, HERE);
    let bucket = |method| Route::Oss(method, Level::Bucket, HERE);
    let point = |method| Route::Oss(method, Level::Bucket, OF_ACCESS_POINT);
    vec![
        row("PutPublicAccessBlock", service(Method::PUT), &[on_service(&["oss:PutPublicAccessBlock"])], &[], put_of_account),
        row("GetPublicAccessBlock", service(Method::GET), &[on_service(&["oss:GetPublicAccessBlock"])], &[], get_of_account),
        row("DeletePublicAccessBlock", service(Method::DELETE), &[on_service(&["oss:DeletePublicAccessBlock"])], &[], delete_of_account),
        row("PutBucketPublicAccessBlock", bucket(Method::PUT), &[on_bucket(&["oss:PutBucketPublicAccessBlock"])], &[], put_of_bucket),
        row("GetBucketPublicAccessBlock", bucket(Method::GET), &[on_bucket(&["oss:GetBucketPublicAccessBlock"])], &[], get_of_bucket),
        row("DeleteBucketPublicAccessBlock", bucket(Method::DELETE), &[on_bucket(&["oss:DeleteBucketPublicAccessBlock"])], &[], delete_of_bucket),
        row("PutAccessPointPublicAccessBlock", point(Method::PUT), &[on_bucket(&["oss:PutAccessPointPublicAccessBlock"])], &[], put_of_point),
        row("GetAccessPointPublicAccessBlock", point(Method::GET), &[on_bucket(&["oss:GetAccessPointPublicAccessBlock"])], &[], get_of_point),
        row("DeleteAccessPointPublicAccessBlock", point(Method::DELETE), &[on_bucket(&["oss:DeleteAccessPointPublicAccessBlock"])], &[], delete_of_point),
    ]
}

#[derive(Debug, Deserialize)]
struct PublicAccessBlockConfiguration {
    #[serde(rename = "BlockPublicAccess")]
    block: Option<String>,
}

/// Whether it is to be on. What is not said is `false`.
fn asked_for(call: &Call<'_>) -> Result<bool, ApiError> {
    let configuration: PublicAccessBlockConfiguration = xml::read(&call.http.body, "PublicAccessBlockConfiguration")?;
    match configuration.block.as_deref() {
        None | Some("") => Ok(false),
        Some(text) => xml::flag(text).ok_or_else(error::malformed_xml),
    }
}

/// Is it on for all of an account?
pub(super) fn of_account(cloud: &Cloud, account: &str) -> bool {
    cloud.account(account).is_some_and(|account| account.public_access_blocked.load(Ordering::Relaxed))
}

/// Where it is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    Account(String),
    Bucket(String),
    AccessPoint(String),
}

/// Where it is on for the bucket that a request addresses, if it is: the higher level first, which outweighs the lower.
pub(super) fn of_bucket(call: &Call<'_>) -> Result<Option<Block>, ApiError> {
    bucket::read(call, |bucket| {
        let of_account = || of_account(call.cloud(), &bucket.owner).then(|| Block::Account(bucket.owner.clone()));
        of_account().or_else(|| bucket.access.blocked.then(|| Block::Bucket(bucket.name.clone())))
    })
}

/// The same of a bucket that this account makes. `blocks`: whether it is on in new ones.
pub(super) fn of_new_bucket(call: &Call<'_>, blocks: bool, account: &Account) -> Option<Block> {
    let of_account = || of_account(call.cloud(), &account.id).then(|| Block::Account(account.id.clone()));
    // Of somebody else's, who has the name, nothing is said but that it is taken.
    match call.cloud().buckets.read(bucket::name(call), |bucket| bucket.owner == account.id) {
        Some(true) => of_bucket(call).ok().flatten(),
        Some(false) => None,
        None => of_account().or_else(|| blocks.then(|| Block::Bucket(bucket::name(call).to_owned()))),
    }
}

/// What would open something to the public while that is blocked.
struct Barred {
    /// The action that would, and what it is said by, if it is by that.
    action: &'static str,
    said_by: Option<&'static str>,
    message: &'static str,
    detail: Option<&'static str>,
}

impl Barred {
    const fn new(action: &'static str, said_by: Option<&'static str>, message: &'static str) -> Self {
        Self { action, said_by, message, detail: None }
    }

    /// The block as a policy, so that it is decided and told of like everything else that refuses. The owner of a bucket is named besides
    /// everybody: without a condition that leaves the owner out.
    fn policy(&self, block: &Block, owner: &str) -> Option<PolicySet> {
        let public = self.said_by.map(|key| json!({"StringEquals": {key: ["public-read", "public-read-write"]}}));
        let mut statement =
            json!({"Effect": "Deny", "Principal": ["*", owner], "Action": self.action, "Resource": "*"});
        if let (Some(members), Some(condition)) = (statement.as_object_mut(), public) {
            members.insert("Condition".to_owned(), condition);
        }
        let text = json!({"Version": "1", "Statement": [statement]}).to_string();
        let document = Document::parse(DocumentKind::Bucket, &text).ok()?;
        let (name, attached) = match block {
            Block::Account(id) => ("block public access", Attachment::Target(id.as_str().into())),
            Block::Bucket(name) => ("block public access", Attachment::Bucket(name.as_str().into())),
            Block::AccessPoint(name) => {
                ("block public access of the access point", Attachment::Target(name.as_str().into()))
            }
        };
        let reference = PolicyRef { name: name.into(), kind: PolicyType::Fixed, version: None, attached };
        Some(PolicySet::compile([(reference, Arc::new(document))]))
    }

    /// Refuses it, and has that among the decisions on the call.
    fn refuse(&self, call: &Call<'_>, block: &Block, mut need: Needed) -> ApiError {
        let owner = need.requests.first().and_then(|request| request.resource().owner()).unwrap_or_default().to_owned();
        need.own = self.policy(block, &owner).map_or(OwnPolicy::None, OwnPolicy::Grants);
        // It is refused in words of its own, and where the policies are only reported too.
        let _told = call.require(need);
        let error = ApiError::forbidden("AccessDenied", self.message);
        self.detail.map_or(error.clone(), |detail| error.with("EC", detail))
    }
}

/// May a bucket be given this ACL? `blocked`: where public access to it is.
pub(super) fn check_bucket_acl(call: &Call<'_>, acl: Acl, blocked: Option<Block>) -> Result<(), ApiError> {
    let Some(block) = blocked.filter(|_| acl != Acl::Private) else { return Ok(()) };
    let action = if call.arguments.get("acl").is_some() { "oss:PutBucketAcl" } else { "oss:PutBucket" };
    let barred = Barred::new(action, Some("oss:x-oss-acl"), "Put public bucket acl is not allowed");
    Err(barred.refuse(call, &block, describe::question(call, action, None, describe::new_acl)?))
}

/// May an object in the bucket that a request addresses be given this ACL?
pub(super) fn check_object_acl(call: &Call<'_>, acl: Option<Acl>) -> Result<(), ApiError> {
    if acl.is_none_or(|acl| acl == Acl::Private) {
        return Ok(());
    }
    let Some(block) = of_bucket(call)? else { return Ok(()) };
    let action = if call.arguments.get("acl").is_some() { "oss:PutObjectAcl" } else { "oss:PutObject" };
    let said_by = Some("oss:x-oss-object-acl");
    let detail = Some("0016-00000901");
    let barred = Barred { detail, ..Barred::new(action, said_by, "Put public object acl is not allowed") };
    let key = call.address.object.as_deref();
    Err(barred.refuse(call, &block, describe::question(call, action, key, describe::written)?))
}

/// May the bucket that a request addresses be given this policy?
pub(super) fn check_bucket_policy(call: &Call<'_>, document: &Document) -> Result<(), ApiError> {
    let block = if document.is_public() { of_bucket(call)? } else { None };
    block.map_or(Ok(()), |block| {
        let barred = Barred::new("oss:PutBucketPolicy", None, "Put public bucket policy is not allowed");
        Err(barred.refuse(call, &block, describe::question(call, barred.action, None, describe::bucket)?))
    })
}

/// The same of an access point, for which it may be on too: `of_point`, by its name. INFERRED: as of a bucket policy.
pub(super) fn check_point_policy(
    call: &Call<'_>,
    document: &Document,
    of_point: Option<String>,
) -> Result<(), ApiError> {
    let block = || Ok::<_, ApiError>(of_bucket(call)?.or_else(|| of_point.map(Block::AccessPoint)));
    let block = if document.is_public() { block()? } else { None };
    block.map_or(Ok(()), |block| {
        let message = "Put public access point policy is not allowed";
        let barred = Barred::new("oss:PutAccessPointPolicy", None, message);
        Err(barred.refuse(call, &block, describe::question(call, barred.action, None, describe::bucket)?))
    })
}

fn reply(on: bool) -> Reply {
    xml::reply("PublicAccessBlockConfiguration", |node| {
        node.text("BlockPublicAccess", if on { "true" } else { "false" });
    })
}

fn done() -> Reply {
    Reply::with_body(Body::Empty)
}

fn gone() -> Reply {
    done().status(StatusCode::NO_CONTENT)
}

fn set_of_account(call: &Call<'_>, on: bool) -> Result<(), ApiError> {
    call.account()?.public_access_blocked.store(on, Ordering::Relaxed);
    call.cloud().changes().count();
    Ok(())
}

/// PutPublicAccessBlock
fn put_of_account(call: &Call<'_>) -> Result<Reply, ApiError> {
    let on = asked_for(call)?;
    set_of_account(call, on).map(|()| done())
}

/// GetPublicAccessBlock
fn get_of_account(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(reply(of_account(call.cloud(), &call.account()?.id)))
}

/// DeletePublicAccessBlock
fn delete_of_account(call: &Call<'_>) -> Result<Reply, ApiError> {
    set_of_account(call, false).map(|()| gone())
}

/// PutBucketPublicAccessBlock
fn put_of_bucket(call: &Call<'_>) -> Result<Reply, ApiError> {
    let on = asked_for(call)?;
    bucket::change(call, |bucket| bucket.access.blocked = on).map(|()| done())
}

/// GetBucketPublicAccessBlock: what was set for the bucket, not what its account adds.
fn get_of_bucket(call: &Call<'_>) -> Result<Reply, ApiError> {
    bucket::read(call, |bucket| reply(bucket.access.blocked))
}

/// DeleteBucketPublicAccessBlock
fn delete_of_bucket(call: &Call<'_>) -> Result<Reply, ApiError> {
    bucket::change(call, |bucket| bucket.access.blocked = false).map(|()| gone())
}

/// PutAccessPointPublicAccessBlock
fn put_of_point(call: &Call<'_>) -> Result<Reply, ApiError> {
    let on = asked_for(call)?;
    access_point::change(call, |point| point.blocked = on).map(|()| done())
}

/// GetAccessPointPublicAccessBlock
fn get_of_point(call: &Call<'_>) -> Result<Reply, ApiError> {
    access_point::read(call, |point| reply(point.blocked))
}

/// DeleteAccessPointPublicAccessBlock
fn delete_of_point(call: &Call<'_>) -> Result<Reply, ApiError> {
    access_point::change(call, |point| point.blocked = false).map(|()| gone())
}
