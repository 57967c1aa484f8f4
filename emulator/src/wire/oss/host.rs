//! The host names of OSS.
//!
//! Source pages: "OSS regions and endpoints", "Transfer acceleration", "Access OSS through access points".

/// A host name of OSS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Host<'h> {
    /// The bucket, or the alias of an access point, before the endpoint.
    pub(super) bucket: Option<&'h str>,
    /// The region of the endpoint; `None` of one that serves every region.
    pub(super) region: Option<&'h str>,
    /// Is it a name of the cloud's own, where a bucket must not stand in the path?
    pub(super) forbids_paths: bool,
}

/// Is this a host name of OSS?
pub(crate) fn is_host(name: &str) -> bool {
    read(name).is_some()
}

/// Is this the host name of a bucket? There every path is a key.
pub(crate) fn is_host_of_bucket(name: &str) -> bool {
    read(name).is_some_and(|host| host.bucket.is_some())
}

/// Is this the host name of an endpoint that is nearer to clients than the bucket's own?
pub(crate) fn is_accelerated(name: &str) -> bool {
    let accelerated = |name: &str| name == "oss-accelerate" || name == "oss-accelerate-overseas";
    name.strip_suffix(".aliyuncs.com").is_some_and(|front| accelerated(front.rsplit('.').next().unwrap_or(front)))
}

/// The region that a host name of OSS belongs to; `None` for a host that serves every region, such as a bare address.
pub(crate) fn endpoint_region(name: &str) -> Option<&str> {
    read(name)?.region
}

/// Reads a host name: `bucket.oss-cn-hangzhou.aliyuncs.com`, and the same under `localhost`. Clients that keep to the cloud's own
/// names reach it by a proxy or by a table of hosts.
pub(super) fn read(name: &str) -> Option<Host<'_>> {
    if let Some(bucket) = name.strip_suffix(".localhost")
        && !bucket.contains('.')
        && !bucket.starts_with("oss-")
    {
        return Some(Host { bucket: Some(bucket), region: None, forbids_paths: false });
    }
    let (front, forbids_paths) = match name.strip_suffix(".aliyuncs.com") {
        Some(front) => (front, true),
        None => (name.strip_suffix(".localhost")?, false),
    };
    let (before, endpoint) = match front.rsplit_once('.') {
        Some((before, endpoint)) => (Some(before), endpoint),
        None => (None, front),
    };
    let (bucket, region) = match endpoint.strip_prefix("oss-") {
        // Another product.
        Some("admin") => return None,
        // Endpoints of every region.
        Some("accelerate" | "accelerate-overseas") => (before, None),
        Some(region) => (before, Some(region.strip_suffix("-internal").unwrap_or(region))),
        None if endpoint == "oss" => match before {
            // The endpoint from when there was one region.
            None => (None, Some("cn-hangzhou")),
            // Of both protocols: `bucket.cn-hangzhou.oss.aliyuncs.com`.
            Some(before) => match before.rsplit_once('.') {
                Some((bucket, region)) => (Some(bucket), Some(region)),
                None if is_region(before) => (None, Some(before)),
                None => (Some(before), Some("cn-hangzhou")),
            },
        },
        None => return None,
    };
    Some(Host { bucket, region, forbids_paths })
}

/// Does a name have the form of a region's id, such as `cn-hangzhou` or `ap-southeast-1`? Before `oss.aliyuncs.com` it may as well be
/// a bucket's.
fn is_region(name: &str) -> bool {
    const AREAS: [&str; 5] = ["cn", "ap", "eu", "us", "me"];
    name.split_once('-').is_some_and(|(area, rest)| AREAS.contains(&area) && !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_oss() {
        let cloud = |name, bucket, region| assert_eq!(read(name), Some(Host { bucket, region, forbids_paths: true }));
        cloud("b.oss-cn-hangzhou.aliyuncs.com", Some("b"), Some("cn-hangzhou"));
        cloud("oss-cn-beijing-internal.aliyuncs.com", None, Some("cn-beijing"));
        cloud("b.oss-cn-beijing-internal.aliyuncs.com", Some("b"), Some("cn-beijing"));
        cloud("b.oss-accelerate.aliyuncs.com", Some("b"), None);
        cloud("b.oss-accelerate-overseas.aliyuncs.com", Some("b"), None);
        cloud("oss.aliyuncs.com", None, Some("cn-hangzhou"));
        cloud("b.oss.aliyuncs.com", Some("b"), Some("cn-hangzhou"));
        cloud("cn-beijing.oss.aliyuncs.com", None, Some("cn-beijing"));
        cloud("b.ap-southeast-1.oss.aliyuncs.com", Some("b"), Some("ap-southeast-1"));
        cloud("p-0a-ossalias.oss-cn-hangzhou.aliyuncs.com", Some("p-0a-ossalias"), Some("cn-hangzhou"));
        cloud("a.b.oss-cn-hangzhou.aliyuncs.com", Some("a.b"), Some("cn-hangzhou"));
        let local = |name, bucket, region| assert_eq!(read(name), Some(Host { bucket, region, forbids_paths: false }));
        local("b.oss-cn-shanghai.localhost", Some("b"), Some("cn-shanghai"));
        local("oss-cn-shanghai.localhost", None, Some("cn-shanghai"));
        local("b.localhost", Some("b"), None);
        for other in
            ["oss-admin.aliyuncs.com", "ram.aliyuncs.com", "127.0.0.1", "localhost", "[::1]", "files.example.com"]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
