//! What an OSS request addresses: the bucket in the host or in the path, the object, the region.
//!
//! Source page: "OSS regions and endpoints".

use http::header;

use super::errors::{invalid_object_name, invalid_uri, second_level_domain_forbidden};
use super::host::{self, Host};
use crate::cloud::{AccessPoint, Buckets};
use crate::signature::{OssResource, Plus, QueryError, query};
use crate::wire::{ApiError, HttpRequest};

/// The region of a request that names none.
const DEFAULT_REGION: &str = "cn-hangzhou";

/// The bucket and the object that an OSS request addresses.
#[derive(Debug, Clone, Default)]
pub struct ObjectAddress {
    /// The bucket.
    pub bucket: Option<String>,
    /// The object's [key](crate::signature::key), decoded.
    pub object: Option<String>,
    /// The alias of the access point that it is addressed through.
    pub alias: Option<String>,
}

impl ObjectAddress {
    /// The resource as signatures name it: an access point by its alias.
    pub(super) fn signed(&self) -> OssResource<'_> {
        OssResource {
            bucket: self.alias.as_deref().or(self.bucket.as_deref()),
            key: self.object.as_deref().unwrap_or_default(),
        }
    }
}

/// What a request addresses, and where.
pub(crate) struct Addressed {
    /// The bucket and the object.
    pub(crate) object: ObjectAddress,
    /// The region: of the host, else of the signature, else the default one.
    pub(crate) region: String,
}

/// Reads what a request addresses.
pub(crate) fn address(request: &HttpRequest, buckets: &Buckets) -> Result<Addressed, ApiError> {
    let host = host::read(request.host());
    let path = request.path.strip_prefix('/').unwrap_or(&request.path);
    let (bucket, path) = match (host, buckets.called(request.host())) {
        (Some(Host { bucket: Some(bucket), .. }), _) => (Some(bucket.to_owned()), path),
        // A domain of the bucket's owner.
        (None, Some(bucket)) => (Some(bucket), path),
        (Some(Host { forbids_paths: true, .. }), _) if !path.is_empty() => {
            return Err(second_level_domain_forbidden());
        }
        (_, _) => {
            let (bucket, path) = path.split_once('/').unwrap_or((path, ""));
            (Some(decoded(bucket)?), path)
        }
    };
    let object =
        Some(query::decode_key(path, Plus::Literal).map_err(|_| invalid_uri())?).filter(|object| !object.is_empty());
    // An object of no bucket is kept as it is: the empty name is refused as a name.
    let bucket = bucket.filter(|bucket| !bucket.is_empty() || object.is_some());
    let (bucket, alias) = behind(bucket, buckets);
    let id =
        |region: &&str| region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let region = host.and_then(|host| host.region).or_else(|| signing_region(request));
    let region = region.filter(id).unwrap_or(DEFAULT_REGION).to_owned();
    Ok(Addressed { object: ObjectAddress { bucket, object, alias }, region })
}

/// The names of buckets are text, and each `%` stands before two digits.
fn decoded(text: &str) -> Result<String, ApiError> {
    query::decode(text, Plus::Literal).map_err(|error| match error {
        QueryError::Percent(_) => invalid_uri(),
        QueryError::Utf8(text) => invalid_object_name(&text, text.len()),
    })
}

/// The bucket behind the alias of an access point, and the alias. What looks like one and is none is the name of no bucket.
fn behind(named: Option<String>, buckets: &Buckets) -> (Option<String>, Option<String>) {
    match named.as_deref().filter(|name| name.ends_with(AccessPoint::ALIAS)).and_then(|alias| buckets.called(alias)) {
        Some(bucket) => (Some(bucket), named),
        None => (named, None),
    }
}

/// The region in the credential of a V4 signature. What is not in the host must be told by it: a bare address has none.
fn signing_region(request: &HttpRequest) -> Option<&str> {
    let in_header = request.header(header::AUTHORIZATION).and_then(|text| text.split_once("Credential="));
    let credential = in_header.map(|(_, rest)| rest).or_else(|| request.query.get("x-oss-credential"))?;
    credential.split('/').nth(2).filter(|region| !region.is_empty())
}
