//! VPC, which has nothing to open: the reads with which a person finds a network for a runtime. Networks are not emulated,
//! so the lists are empty; who may ask is decided all the same.

use serde_json::{Value, json};

use super::{REGION_ID, row};
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Product, Reply, Route, Source, forbidden_ram};

/// VPC, 2016-04-28.
pub static VPC: Product =
    Product::new("Vpc", "2016-04-28", &["vpc.aliyuncs.com", "vpc.{region}.aliyuncs.com"]).refuses(forbidden_ram);

/// ECS, 2014-05-26: security groups are its own, and no policy for VPC covers them.
pub static ECS: Product =
    Product::new("Ecs", "2014-05-26", &["ecs.aliyuncs.com", "ecs.{region}.aliyuncs.com", "ecs-{region}.aliyuncs.com"])
        .refuses(forbidden_ram);

const PAGE: &[Parameter] = &[
    REGION_ID,
    Parameter::optional("PageNumber", Form::Integer(1, 10_000)),
    Parameter::optional("PageSize", Form::Integer(1, 100)),
];
const WHY: Source = Source::sdk("the action is the operation's name");

/// The operations.
pub fn table() -> Vec<Operation> {
    vec![
        row(
            &VPC,
            "DescribeVpcs",
            &[Check::new(&["vpc:DescribeVpcs"], "acs:vpc:{region}:{account}:vpc/*")],
            PAGE,
            |call| none(call, "Vpcs", "Vpc"),
            WHY,
        ),
        row(
            &VPC,
            "DescribeVSwitches",
            &[Check::new(&["vpc:DescribeVSwitches"], "acs:vpc:{region}:{account}:vswitch/*")],
            PAGE,
            |call| none(call, "VSwitches", "VSwitch"),
            WHY,
        ),
        Operation::missing(
            &VPC,
            "CreateVpc",
            Route::Action,
            &[Check::new(&["vpc:CreateVpc"], "acs:vpc:{region}:{account}:vpc/*")],
            WHY,
        ),
        Operation::missing(
            &VPC,
            "CreateVSwitch",
            Route::Action,
            &[Check::new(&["vpc:CreateVSwitch"], "acs:vpc:{region}:{account}:vswitch/*")],
            WHY,
        ),
        row(
            &ECS,
            "DescribeSecurityGroups",
            &[Check::new(&["ecs:DescribeSecurityGroups"], "acs:ecs:{region}:{account}:securitygroup/*")],
            PAGE,
            |call| none(call, "SecurityGroups", "SecurityGroup"),
            WHY,
        ),
    ]
}

/// An empty page.
#[expect(clippy::unnecessary_wraps, reason = "has the type of a handler")]
fn none(call: &Call<'_>, list: &str, item: &str) -> Result<Reply, ApiError> {
    let number = |name, default| call.arguments.integer(name).unwrap_or(default);
    let nothing: [Value; 0] = [];
    Ok(Reply::document(json!({
        "TotalCount": 0,
        "PageNumber": number("PageNumber", 1),
        "PageSize": number("PageSize", 10),
        "RegionId": call.region,
        list: { item: nothing },
    })))
}
