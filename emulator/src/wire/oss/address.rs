//! What an OSS request addresses: the bucket in the host or in the path, the object, the region.

use http::header;
use memchr::memchr;

use super::errors::invalid_uri;
use crate::signature::{Plus, query};
use crate::wire::{ApiError, HttpRequest};

/// The region of a request that names none.
const DEFAULT_REGION: &str = "cn-hangzhou";

/// The bucket and the object that an OSS request addresses.
#[derive(Debug, Clone, Default)]
pub struct ObjectAddress {
    /// The bucket.
    pub bucket: Option<String>,
    /// The object's key, decoded.
    pub object: Option<String>,
}

/// What a request addresses, and where.
pub(crate) struct Addressed {
    /// The bucket and the object.
    pub(crate) object: ObjectAddress,
    /// The region: of the host, else of the signature, else the default one.
    pub(crate) region: String,
}

/// Reads what a request addresses.
pub(crate) fn address(request: &HttpRequest) -> Result<Addressed, ApiError> {
    let (bucket_in_host, region) = host(request.host()).unwrap_or((None, None));
    let path = request.path.strip_prefix('/').unwrap_or(&request.path);
    let mut path = query::decode(path, Plus::Literal).map_err(|_| invalid_uri())?;
    let (bucket, object) = match (bucket_in_host, memchr(b'/', path.as_bytes())) {
        (Some(bucket), _) => (Some(bucket.to_owned()), path),
        (None, Some(slash)) => {
            let object = path.split_off(slash + 1);
            path.truncate(slash);
            (Some(path), object)
        }
        (None, None) => (Some(path), String::new()),
    };
    let object = Some(object).filter(|object| !object.is_empty());
    // An object of no bucket is kept as it is: the empty name is refused as a name.
    let bucket = bucket.filter(|bucket| !bucket.is_empty() || object.is_some());
    let id =
        |region: &&str| region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let region = region.or_else(|| signing_region(request)).filter(id).unwrap_or(DEFAULT_REGION).to_owned();
    Ok(Addressed { object: ObjectAddress { bucket, object }, region })
}

/// Is this a host name of OSS?
pub(crate) fn is_host(name: &str) -> bool {
    host(name).is_some()
}

/// Is this the host name of a bucket? There every path is a key.
pub(crate) fn is_host_of_bucket(name: &str) -> bool {
    host(name).is_some_and(|(bucket, _)| bucket.is_some())
}

/// The region that a host name of OSS belongs to; `None` for a host that serves every region, such as a bare address.
pub(crate) fn endpoint_region(name: &str) -> Option<&str> {
    host(name)?.1
}

/// The bucket and the region in a host name of OSS: `bucket.oss-cn-hangzhou.aliyuncs.com`, and the same under `localhost`.
fn host(host: &str) -> Option<(Option<&str>, Option<&str>)> {
    if let Some(bucket) = host.strip_suffix(".localhost")
        && !bucket.contains('.')
        && !bucket.starts_with("oss-")
    {
        return Some((Some(bucket), None));
    }
    let front = host.strip_suffix(".aliyuncs.com").or_else(|| host.strip_suffix(".localhost"))?;
    let (bucket, endpoint) = match front.rsplit_once('.') {
        Some((bucket, endpoint)) => (Some(bucket), endpoint),
        None => (None, front),
    };
    let region = match endpoint.strip_prefix("oss-") {
        // Another product.
        Some("admin") => return None,
        // Endpoints of every region.
        Some("accelerate" | "accelerate-overseas") => None,
        Some(region) => Some(region.strip_suffix("-internal").unwrap_or(region)),
        None if endpoint == "oss" => None,
        None => return None,
    };
    Some((bucket, region))
}

/// The region in the credential of a V4 signature. What is not in the host must be told by it: a bare address has none.
fn signing_region(request: &HttpRequest) -> Option<&str> {
    let in_header = request.header(header::AUTHORIZATION).and_then(|text| text.split_once("Credential="));
    let credential = in_header.map(|(_, rest)| rest).or_else(|| request.query.get("x-oss-credential"))?;
    credential.split('/').nth(2).filter(|region| !region.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_oss() {
        assert_eq!(host("b.oss-cn-hangzhou.aliyuncs.com"), Some((Some("b"), Some("cn-hangzhou"))));
        assert_eq!(host("oss-cn-beijing-internal.aliyuncs.com"), Some((None, Some("cn-beijing"))));
        assert_eq!(host("b.oss-cn-shanghai.localhost"), Some((Some("b"), Some("cn-shanghai"))));
        assert_eq!(host("b.localhost"), Some((Some("b"), None)));
        assert_eq!(host("oss-admin.aliyuncs.com"), None);
        assert_eq!(host("ram.aliyuncs.com"), None);
        assert_eq!(host("127.0.0.1"), None);
    }
}
