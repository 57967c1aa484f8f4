//! Regions.

/// The ids of the regions where buckets can be, as the official metadata of OSS knows them.
pub const BUCKET_REGIONS: &[&str] = &[
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "cn-beijing",
    "cn-beijing-finance-1",
    "cn-chengdu",
    "cn-fuzhou",
    "cn-guangzhou",
    "cn-hangzhou",
    "cn-hangzhou-finance",
    "cn-heyuan",
    "cn-hongkong",
    "cn-huhehaote",
    "cn-nanjing",
    "cn-qingdao",
    "cn-shanghai",
    "cn-shanghai-finance-1",
    "cn-shenzhen",
    "cn-shenzhen-finance-1",
    "cn-wuhan-lr",
    "cn-wulanchabu",
    "cn-zhangjiakou",
    "eu-central-1",
    "eu-west-1",
    "me-east-1",
    "us-east-1",
    "us-west-1",
];

/// The ids of the regions where other products publish an endpoint, and OSS does not.
const OTHERS: &[&str] =
    &["cn-heyuan-acdr-1", "cn-north-2-gov-1", "cn-wuhan", "cn-zhengzhou-jva", "me-central-1", "na-south-1"];

/// The ids of all regions that are known.
pub fn regions() -> impl Iterator<Item = &'static str> + Clone {
    BUCKET_REGIONS.iter().chain(OTHERS).copied()
}

/// Is there a region of this id?
pub fn is_region(id: &str) -> bool {
    regions().any(|known| known == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stands_once() {
        let mut all: Vec<_> = regions().collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), BUCKET_REGIONS.len() + OTHERS.len());
        assert!(is_region("cn-hangzhou") && is_region("na-south-1") && !is_region("cn-nowhere") && !is_region(""));
    }
}
