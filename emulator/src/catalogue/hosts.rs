//! Where products answer.

use super::frame::unpacked;
use super::packed::products;

/// The host of a product in a region, by the product's code whatever its letter case; that of its newest version.
pub(crate) fn host(product: &str, region: &str) -> Option<String> {
    let newest = products().iter().rposition(|packed| packed.name.eq_ignore_ascii_case(product))?;
    let unpacked = unpacked(u16::try_from(newest).ok()?)?;
    host_in(&unpacked.text, region)
}

/// The same, as the head of a product's file says: an exception, the central one for the regions that use it, or by the pattern.
fn host_in(text: &str, region: &str) -> Option<String> {
    let (mut exception, mut central, mut pattern) = (None, None, None);
    for line in text.lines().take_while(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        match (words.next(), words.next()) {
            (Some("except"), Some(at)) if at == region => exception = words.next(),
            (Some("host"), Some(host)) => pattern = Some(host),
            (Some("central"), Some(host)) => central = Some((host, words.any(|own| own == region))),
            _ => {}
        }
    }
    let of_region = central.filter(|(_, own)| *own).map(|(host, _)| host);
    let found = exception.or(of_region).or(pattern).or(central.map(|(host, _)| host))?;
    Some(found.replace("{region}", region))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_the_host_that_is_published_for_it() {
        for (product, region, right) in [
            ("Ecs", "cn-shanghai", "ecs.cn-shanghai.aliyuncs.com"),
            ("ecs", "cn-wuhan", "ecs.aliyuncs.com"),
            ("ECS", "cn-fujian", "ecs-cn-hangzhou.aliyuncs.com"),
            ("Sls", "cn-shanghai", "cn-shanghai.log.aliyuncs.com"),
            ("AIWorkSpace", "cn-guangzhou", "aiworkspace.cn-guangzhou.aliyuncs.com"),
            ("Ram", "cn-shanghai", "ram.aliyuncs.com"),
        ] {
            assert_eq!(host(product, region).as_deref(), Some(right), "{product} {region}");
        }
        assert_eq!(host("zoo", "cn-shanghai"), None);
    }
}
