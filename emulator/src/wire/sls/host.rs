//! What a host name of Log Service says: the project, and the region.
//!
//! Source page: "Endpoints" of Simple Log Service.

/// What a host name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place<'h> {
    /// The project; `None` for an endpoint alone.
    pub(super) project: Option<&'h str>,
    /// The region; `None` where the endpoint is of no region.
    pub(super) region: Option<&'h str>,
}

/// What follows a region in an endpoint, by the network that it is reached from.
const NETWORKS: [&str; 4] = ["-intranet", "-internal", "-share", "-vpc"];

/// Is this a host name of Log Service?
pub(in crate::wire) fn is_host(name: &str) -> bool {
    of_cloud(name).is_some()
}

/// What a host name says. The SDKs put the project in front of whatever endpoint they are given: a name of the cloud's, `localhost`,
/// or an address.
pub(super) fn place(host: &str) -> Place<'_> {
    of_cloud(host).unwrap_or(Place { project: elsewhere(host), region: None })
}

/// `PROJECT.REGION.log.aliyuncs.com`, the same under `sls` and under `localhost`, and `PROJECT.log-global.aliyuncs.com`.
fn of_cloud(host: &str) -> Option<Place<'_>> {
    let front = host.strip_suffix(".aliyuncs.com").or_else(|| host.strip_suffix(".localhost"))?;
    if let Some(project) = front.strip_suffix("log-global") {
        let project = if project.is_empty() { None } else { Some(project.strip_suffix('.')?) };
        return Some(Place { project, region: None });
    }
    let front = front.strip_suffix(".log").or_else(|| front.strip_suffix(".sls"))?;
    let (project, endpoint) = match front.rsplit_once('.') {
        Some((project, endpoint)) => (Some(project), endpoint),
        None => (None, front),
    };
    let region = NETWORKS.iter().find_map(|network| endpoint.strip_suffix(network)).unwrap_or(endpoint);
    Some(Place { project, region: Some(region) }).filter(|_| !region.is_empty())
}

/// The project in front of an endpoint of one's own: `PROJECT.localhost`, `PROJECT.127.0.0.1`. CHOICE: of any other name with one dot
/// the first part is a project, as in `PROJECT.emulator`.
fn elsewhere(host: &str) -> Option<&str> {
    let (first, endpoint) = host.split_once('.')?;
    let is_address = endpoint.parse::<std::net::Ipv4Addr>().is_ok();
    (is_address || !endpoint.contains('.')).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_and_regions_in_hosts() {
        for (host, project, region) in [
            ("cn-hangzhou.log.aliyuncs.com", None, Some("cn-hangzhou")),
            ("photos.cn-hangzhou.log.aliyuncs.com", Some("photos"), Some("cn-hangzhou")),
            ("photos.cn-hangzhou-intranet.log.aliyuncs.com", Some("photos"), Some("cn-hangzhou")),
            ("photos.cn-hangzhou-internal.log.aliyuncs.com", Some("photos"), Some("cn-hangzhou")),
            ("photos.ap-southeast-1-share.log.aliyuncs.com", Some("photos"), Some("ap-southeast-1")),
            ("photos.cn-hangzhou-vpc.log.aliyuncs.com", Some("photos"), Some("cn-hangzhou")),
            ("photos.cn-hangzhou.sls.aliyuncs.com", Some("photos"), Some("cn-hangzhou")),
            ("photos.cn-beijing.log.localhost", Some("photos"), Some("cn-beijing")),
            ("log-global.aliyuncs.com", None, None),
            ("photos.log-global.aliyuncs.com", Some("photos"), None),
            ("photos.localhost", Some("photos"), None),
            ("localhost", None, None),
            ("127.0.0.1", None, None),
            ("photos.127.0.0.1", Some("photos"), None),
            ("photos.emulator", Some("photos"), None),
            ("emulator", None, None),
        ] {
            assert_eq!(place(host), Place { project, region }, "{host}");
        }
        for other in ["sls.aliyuncs.com", "oss-cn-hangzhou.aliyuncs.com", "log.aliyuncs.com", "photos.localhost", ""] {
            assert!(!is_host(other), "{other}");
        }
    }
}
