//! DescribeRegions of ECS, VPC and KMS: every public region, whichever was asked.

use serde_json::{Value, json};

use crate::catalogue::host;
use crate::gateway::{ApiError, Call, Reply};

/// The regions that an account has without being admitted to them, with their names in English and in Chinese (ECS's and the general
/// reference's page of regions). Those of finance and government are left out, and those that were closed.
const PUBLIC: &[(&str, &str, &str)] = &[
    ("cn-qingdao", "China (Qingdao)", "华北1（青岛）"),
    ("cn-beijing", "China (Beijing)", "华北2（北京）"),
    ("cn-zhangjiakou", "China (Zhangjiakou)", "华北3（张家口）"),
    ("cn-huhehaote", "China (Hohhot)", "华北5（呼和浩特）"),
    ("cn-wulanchabu", "China (Ulanqab)", "华北6（乌兰察布）"),
    ("cn-hangzhou", "China (Hangzhou)", "华东1（杭州）"),
    ("cn-shanghai", "China (Shanghai)", "华东2（上海）"),
    ("cn-shenzhen", "China (Shenzhen)", "华南1（深圳）"),
    ("cn-heyuan", "China (Heyuan)", "华南2（河源）"),
    ("cn-guangzhou", "China (Guangzhou)", "华南3（广州）"),
    ("cn-chengdu", "China (Chengdu)", "西南1（成都）"),
    ("cn-hongkong", "China (Hong Kong)", "中国香港"),
    ("ap-northeast-1", "Japan (Tokyo)", "日本（东京）"),
    ("ap-northeast-2", "South Korea (Seoul)", "韩国（首尔）"),
    ("ap-southeast-1", "Singapore", "新加坡"),
    ("ap-southeast-3", "Malaysia (Kuala Lumpur)", "马来西亚（吉隆坡）"),
    ("ap-southeast-5", "Indonesia (Jakarta)", "印度尼西亚（雅加达）"),
    ("ap-southeast-6", "Philippines (Manila)", "菲律宾（马尼拉）"),
    ("ap-southeast-7", "Thailand (Bangkok)", "泰国（曼谷）"),
    ("us-east-1", "US (Virginia)", "美国（弗吉尼亚）"),
    ("us-west-1", "US (Silicon Valley)", "美国（硅谷）"),
    ("na-south-1", "Mexico", "墨西哥"),
    ("eu-west-1", "UK (London)", "英国（伦敦）"),
    ("eu-central-1", "Germany (Frankfurt)", "德国（法兰克福）"),
    ("me-east-1", "UAE (Dubai)", "阿联酋（迪拜）"),
    ("me-central-1", "SAU (Riyadh - Partner Region)", "沙特（利雅得）"),
];

/// ECS's, where each has instances to sell.
pub(super) fn of_ecs(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(answer(PUBLIC.iter().map(|region| {
        let mut shown = shown(call, "ecs", region);
        shown["Status"] = json!("available");
        shown
    })))
}

/// VPC's.
pub(super) fn of_vpc(call: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(answer(PUBLIC.iter().map(|region| shown(call, "vpc", region))))
}

/// KMS's: ids alone.
pub(super) fn of_kms(_: &Call<'_>) -> Result<Reply, ApiError> {
    Ok(answer(PUBLIC.iter().map(|(id, ..)| json!({"RegionId": id}))))
}

/// A region under its name in the language that is asked for, Chinese unless it is another.
// CHOICE: in Japanese it is the English name.
fn shown(call: &Call<'_>, product: &str, &(id, english, chinese): &(&str, &str, &str)) -> Value {
    let name =
        if call.arguments.filled("AcceptLanguage").is_none_or(|asked| asked == "zh-CN") { chinese } else { english };
    json!({"RegionId": id, "LocalName": name, "RegionEndpoint": host(product, id)})
}

fn answer(regions: impl Iterator<Item = Value>) -> Reply {
    Reply::document(json!({"Regions": {"Region": regions.collect::<Vec<_>>()}}))
}

#[cfg(test)]
mod tests {
    use acslab_policy::catalogue::is_region;

    use super::*;

    #[test]
    fn each_is_a_region_and_has_a_host() {
        for (id, ..) in PUBLIC {
            assert!(is_region(id), "{id}");
            assert!(host("ecs", id).is_some() && host("vpc", id).is_some(), "{id}");
        }
    }
}
