//! The mark that ids of a region's resources begin with, behind the word for their kind: `bp1` of `vpc-bp1…` in Hangzhou.

/// Those that ids on public pages and in issues show.
const SEEN: [(&str, &str); 22] = [
    ("ap-northeast-1", "6we"),
    ("ap-south-1", "a2d"),
    ("ap-southeast-1", "t4n"),
    ("ap-southeast-2", "p0w"),
    ("ap-southeast-3", "8ps"),
    ("ap-southeast-5", "k1a"),
    ("cn-beijing", "2ze"),
    ("cn-chengdu", "2vc"),
    ("cn-guangzhou", "7xv"),
    ("cn-hangzhou", "bp1"),
    ("cn-heyuan", "f8z"),
    ("cn-hongkong", "j6c"),
    ("cn-huhehaote", "hp3"),
    ("cn-qingdao", "m5e"),
    ("cn-shanghai", "uf6"),
    ("cn-shenzhen", "wz9"),
    ("cn-wulanchabu", "0jl"),
    ("cn-zhangjiakou", "8vb"),
    ("eu-central-1", "gw8"),
    ("eu-west-1", "d7o"),
    ("us-east-1", "0xi"),
    ("us-west-1", "rj9"),
];

/// The mark of a region. CHOICE: of one whose ids were not seen, three characters that follow from its name.
pub fn region_mark(region: &str) -> String {
    if let Some((_, mark)) = SEEN.iter().find(|(seen, _)| *seen == region) {
        return (*mark).to_owned();
    }
    let hash = region.bytes().fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let digit = |power: u32| char::from_digit(hash / 36_u32.pow(power) % 36, 36).unwrap_or('0');
    (0..3).map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_region_has_a_mark_of_its_own() {
        let mut marks: Vec<_> = SEEN.iter().map(|(region, _)| region_mark(region)).collect();
        marks.extend(["cn-nanjing", "cn-fuzhou", "me-east-1"].map(region_mark));
        assert!(marks.iter().all(|mark| mark.len() == 3));
        marks.sort_unstable();
        let all = marks.len();
        marks.dedup();
        assert_eq!(marks.len(), all);
    }
}
