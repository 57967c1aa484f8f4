//! VPC, which has nothing to open: the reads with which a person finds a network for a runtime. Networks are not emulated,
//! so the lists are empty; who may ask is decided all the same.

use serde_json::{Value, json};

use super::order::REGION_ID;
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Product, Reply, Route, Source, forbidden_ram};
use crate::services::common::page::{List, numbered};

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
        VPC.action(
            "DescribeVpcs",
            &[Check::new(&["vpc:DescribeVpcs"], "acs:vpc:{region}:{account}:vpc/*")],
            PAGE,
            |call| none(call, "Vpcs", "Vpc"),
        )
        .known_from(WHY),
        VPC.action(
            "DescribeVSwitches",
            &[Check::new(&["vpc:DescribeVSwitches"], "acs:vpc:{region}:{account}:vswitch/*")],
            PAGE,
            |call| none(call, "VSwitches", "VSwitch"),
        )
        .known_from(WHY),
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
        ECS.action(
            "DescribeSecurityGroups",
            &[Check::new(&["ecs:DescribeSecurityGroups"], "acs:ecs:{region}:{account}:securitygroup/*")],
            PAGE,
            |call| none(call, "SecurityGroups", "SecurityGroup"),
        )
        .known_from(WHY),
    ]
}

/// An empty page.
#[expect(clippy::unnecessary_wraps, reason = "has the type of a handler")]
fn none(call: &Call<'_>, list: &'static str, item: &'static str) -> Result<Reply, ApiError> {
    let nothing = std::iter::empty::<Value>();
    let mut answer = numbered(&call.arguments, nothing, |view| view, 10).with_numbers(List::Wrapped(list, item));
    answer.insert("RegionId".to_owned(), json!(call.region));
    Ok(Reply::document(answer))
}
