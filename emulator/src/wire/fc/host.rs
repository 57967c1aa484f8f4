//! The hosts of Function Compute: `ACCOUNT.REGION.fc.aliyuncs.com`, with `-internal` or `-vpc` behind the region.

const DOMAIN: &str = ".fc.aliyuncs.com";
const NETWORKS: [&str; 2] = ["-internal", "-vpc"];

/// Is a host one of Function Compute's own?
pub(in crate::wire) fn is_host(host: &str) -> bool {
    region(host).is_some()
}

/// The region in such a host.
pub(super) fn region(host: &str) -> Option<&str> {
    let (account, region) = host.strip_suffix(DOMAIN)?.split_once('.')?;
    let region = NETWORKS.iter().find_map(|network| region.strip_suffix(network)).unwrap_or(region);
    (!account.is_empty() && !region.is_empty() && !region.contains('.')).then_some(region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_in_whatever_network() {
        for (host, expected) in [
            ("123.cn-hangzhou.fc.aliyuncs.com", Some("cn-hangzhou")),
            ("123.cn-hangzhou-internal.fc.aliyuncs.com", Some("cn-hangzhou")),
            ("123.cn-hangzhou-vpc.fc.aliyuncs.com", Some("cn-hangzhou")),
            ("fc.cn-hangzhou.aliyuncs.com", None),
            ("cn-hangzhou.fc.aliyuncs.com", None),
            ("a.b.cn-hangzhou.fc.aliyuncs.com", None),
            (".cn-hangzhou.fc.aliyuncs.com", None),
        ] {
            assert_eq!(region(host), expected, "{host}");
        }
    }
}
