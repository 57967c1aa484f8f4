//! Location: where the endpoints of a product are in a region.

use acslab_policy::catalogue::is_region;
use serde_json::json;

use crate::catalogue::host;
use crate::gateway::{ApiError, Call, Reply};

/// Products that Location knows under another code than their own (Terraform's provider: the codes that it asks for; SDKs for Python and
/// Go).
const CODES: &[(&str, &str)] = &[
    ("paiworkspace", "AIWorkSpace"),
    ("log", "Sls"),
    ("dide", "dataworks-public"),
    ("paidlc", "pai-dlc"),
    ("paidsw", "pai-dsw"),
    ("redisa", "R-kvstore"),
    ("apigateway", "CloudAPI"),
    ("acr", "cr"),
    ("ads", "adb"),
    ("odps", "MaxCompute"),
    ("serverless", "sae"),
    ("edasschedulerx", "schedulerx2"),
    ("ecr", "ExpressConnectRouter"),
    ("gaplus", "Ga"),
    ("hdm", "DAS"),
    ("rmq", "RocketMQ"),
    ("srvcatalog", "servicecatalog"),
    ("waf", "waf-openapi"),
];

/// DescribeEndpoints: the hosts that the catalogue has, by the service code that SDKs know a product under. What there is not is refused
/// in the words that the core SDK for Python waits for.
pub(super) fn endpoints(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (code, region) = (call.arguments.text("ServiceCode"), call.arguments.filled("Id").unwrap_or(&call.region));
    if !is_region(region) {
        return Err(ApiError::bad_request("InvalidRegionId", "The specified region does not exist."));
    }
    let known = CODES.iter().find(|(known, _)| known.eq_ignore_ascii_case(code));
    let product = known.map_or(code, |(_, product)| product);
    let host = host(product, region)
        .ok_or_else(|| ApiError::bad_request("Illegal Parameter", "Please check the parameters"))?;
    let kind = call.arguments.filled("Type").unwrap_or("openAPI");
    let endpoint = json!({
        "Endpoint": host, "Id": region, "Namespace": "26842", "SerivceCode": code, "Type": kind, "Protocols": {"Protocols": ["HTTP", "HTTPS"]},
    });
    Ok(Reply::document(json!({"Success": true, "Endpoints": {"Endpoint": [endpoint]}})))
}
