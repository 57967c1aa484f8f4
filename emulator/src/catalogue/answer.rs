//! An answer of the published shape to a call that nothing stands behind: lists are empty, ids have the product's form, and whatever is
//! made up follows from the seed and the call alone.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::names::{Line, line};
use crate::cloud::{iso8601, region_mark};
use crate::operation::{Bounded, Bounds, Call, Field, Shape, Style};
use crate::wire::{Body, Reply, openapi};

/// How deep an answer goes.
const DEEPEST: usize = 8;

/// What ids begin with, by the code of the product's actions and the name of the field; `""` is every product. Behind it stand so
/// many letters and digits.
const IDS: &[(&str, &str, &str, usize)] = &[
    ("", "VpcId", "vpc-{mark}", 17),
    ("", "VSwitchId", "vsw-{mark}", 17),
    ("", "VswitchId", "vsw-{mark}", 17),
    ("", "SecurityGroupId", "sg-{mark}", 17),
    ("", "ResourceGroupId", "rg-acfm", 11),
    ("", "NetworkInterfaceId", "eni-{mark}", 17),
    ("", "AllocationId", "eip-{mark}", 17),
    ("", "NatGatewayId", "ngw-{mark}", 17),
    ("", "RouteTableId", "vtb-{mark}", 17),
    ("", "LoadBalancerId", "lb-{mark}", 17),
    ("", "KeyId", "key-hzz", 20),
    ("ecs", "InstanceId", "i-{mark}", 17),
    ("ecs", "DiskId", "d-{mark}", 17),
    ("ecs", "ImageId", "m-{mark}", 17),
    ("ecs", "SnapshotId", "s-{mark}", 17),
    ("rds", "DBInstanceId", "rm-{mark}", 14),
    ("kvstore", "InstanceId", "r-{mark}", 14),
    ("dds", "DBInstanceId", "dds-{mark}", 14),
    ("polardb", "DBClusterId", "pc-{mark}", 14),
    ("cs", "cluster_id", "c", 32),
    ("cen", "CenId", "cen-", 18),
    ("paidlc", "JobId", "dlc", 16),
    ("paidsw", "InstanceId", "dsw-", 20),
    ("paiflow", "PipelineId", "pipeline-", 18),
    ("eas", "ServiceId", "eas-m-", 16),
];

/// Makes the answer to a call.
pub(crate) fn answer(call: &Call<'_>) -> Reply {
    let operation = &call.operation;
    let found = line(&operation.product.name, &operation.product.version, &operation.name);
    let Some((line, shape)) = found.and_then(|line| line.entry().answer().map(|shape| (line, shape))) else {
        return Reply::done();
    };
    let status = line.entry().status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::OK);
    let value = Maker { call, line: &line }.value("", &shape, 0);
    let reply = match (value, operation.product.style) {
        // OSS wraps nothing: what its answers hold stands in headers, or in a document whose root is named.
        (Value::Object(members), Style::Oss) => match members.into_iter().next() {
            Some((root, Value::Object(members))) => {
                Reply::with_body(Body::Bytes("application/xml", openapi::xml(&root, members).into()))
            }
            _ => Reply::with_body(Body::Empty),
        },
        (Value::Object(members), _) => Reply::document(members),
        (other, _) => Reply::with_body(Body::Bytes("application/json;charset=utf-8", other.to_string().into())),
    };
    reply.status(status)
}

/// Makes values for one call.
struct Maker<'a> {
    call: &'a Call<'a>,
    line: &'a Line,
}

impl Maker<'_> {
    fn value(&self, name: &str, of: &Bounded, depth: usize) -> Value {
        match &of.shape {
            _ if depth > DEEPEST => Value::Null,
            Shape::List(_) => json!([]),
            Shape::Map(_) | Shape::Object | Shape::Any => json!({}),
            Shape::Fields(fields) => Value::Object(self.members(fields, depth)),
            Shape::Named(shape) => {
                self.line.shape(shape).map_or_else(|| json!({}), |of| self.value(name, &of, depth + 1))
            }
            Shape::Bool => json!(name.eq_ignore_ascii_case("success") || self.given(name) == Some("true")),
            Shape::Int | Shape::Long => json!(self.integer(name, of.bounds.as_deref())),
            Shape::Float => json!(of.bounds.as_deref().and_then(|bounds| bounds.min).unwrap_or_default()),
            Shape::Binary => json!(""),
            Shape::String => json!(self.text(name, of.bounds.as_deref())),
        }
    }

    fn members(&self, fields: &[Field], depth: usize) -> Map<String, Value> {
        let told = fields.iter().filter(|field| field.name != "AccessDeniedDetail");
        told.map(|field| (field.name.clone(), self.value(&field.name, &field.of, depth + 1))).collect()
    }

    /// What the call says under this name.
    fn given(&self, name: &str) -> Option<&str> {
        self.call.arguments.filled(name)
    }

    fn integer(&self, name: &str, bounds: Option<&Bounds>) -> i64 {
        let given = self.given(name).and_then(|text| text.parse().ok());
        #[allow(clippy::cast_possible_truncation, reason = "a bound of whole numbers")]
        let least = || bounds.and_then(|bounds| bounds.min).unwrap_or_default() as i64;
        given.unwrap_or_else(|| match name {
            "PageNumber" | "PageNum" | "CurrentPage" | "pageNumber" => 1,
            "PageSize" | "MaxResults" | "pageSize" | "maxResults" => 10,
            "Code" | "code" | "HttpStatusCode" | "httpStatusCode" | "StatusCode" => 200,
            _ if name.ends_with("Id") => self.made(name, 6).bytes().fold(1, |id, byte| id * 10 + i64::from(byte % 10)),
            _ => least(),
        })
    }

    fn text(&self, name: &str, bounds: Option<&Bounds>) -> String {
        // What the names of an envelope say goes before what the page gives as an example.
        self.of_envelope(name)
            .or_else(|| self.given(name).map(str::to_owned))
            .or_else(|| bounds.and_then(|bounds| bounds.one_of.first().or(bounds.such_as.first()).cloned()))
            .or_else(|| self.by_ending(name))
            .unwrap_or_default()
    }

    /// What stands around every answer.
    fn of_envelope(&self, name: &str) -> Option<String> {
        Some(match name {
            "RequestId" | "requestId" => self.call.request_id.to_string(),
            // Some clients take any other word for an error.
            "Code" | "code" => "200".to_owned(),
            // Nothing went wrong, and there is no next page.
            "Message" | "message" | "ErrorMessage" | "ErrorCode" | "NextToken" | "nextToken" => String::new(),
            _ => return None,
        })
    }

    fn by_ending(&self, name: &str) -> Option<String> {
        let account = || self.call.caller.account().map(|account| account.id.clone());
        match name {
            "RegionId" | "Region" | "regionId" | "region" | "region_id" | "regionID" => Some(self.call.region.clone()),
            "AccountId" | "OwnerId" | "AliUid" | "Uid" | "UserId" | "account_id" | "owner_id" | "uid" | "user_id" => {
                account()
            }
            _ if name.ends_with("Id") || name.ends_with("_id") => Some(self.id(name)),
            _ if name.ends_with("Time") || name.ends_with("Date") || name.ends_with("time") => {
                Some(iso8601(self.call.now))
            }
            _ => None,
        }
    }

    fn id(&self, name: &str) -> String {
        let code = self.line.code();
        let known = IDS.iter().find(|(of, field, ..)| *field == name && (of.is_empty() || *of == code));
        match known {
            Some((_, _, prefix, length)) => {
                let prefix = prefix.replace("{mark}", &region_mark(&self.call.region));
                format!("{prefix}{}", self.made(name, *length))
            }
            None => format!("{code}-{}", self.made(name, 16)),
        }
    }

    /// Letters and digits that follow from the seed, the operation, what the call says and the field.
    fn made(&self, field: &str, length: usize) -> String {
        let call = self.call;
        let mut said: Vec<_> = call.arguments.iter().filter(|(name, _)| !OF_ONE_REQUEST.contains(name)).collect();
        said.sort_unstable();
        let label = format!("{} {field} {said:?}", call.operation.full_name());
        call.cloud().ids.derived(&label, length)
    }
}

/// Parameters that are others in each request.
const OF_ONE_REQUEST: [&str; 4] = ["Signature", "SignatureNonce", "Timestamp", "SecurityToken"];
