//! Location: where the endpoints of a product are in a region.

use serde_json::json;

use crate::gateway::{ApiError, Call, Reply};

/// DescribeEndpoints: of the products that are performed here, by the service code that old SDKs know them under.
///
/// INFERRED: the endpoint of a service is `code.region.aliyuncs.com` but for those that are known to be central.
#[expect(clippy::unnecessary_wraps, reason = "has the type of a handler")]
pub(super) fn endpoints(call: &Call<'_>) -> Result<Reply, ApiError> {
    const CENTRAL: &[&str] = &["ram", "ims", "sts", "resourcemanager", "bssopenapi", "location"];
    let (code, region) = (call.arguments.text("ServiceCode"), call.arguments.text("Id"));
    let region = if region.is_empty() { call.region.as_str() } else { region };
    let host = match code {
        "oss" => format!("oss-{region}.aliyuncs.com"),
        code if CENTRAL.contains(&code) => format!("{code}.aliyuncs.com"),
        code => format!("{code}.{region}.aliyuncs.com"),
    };
    let kind = call.arguments.filled("Type").unwrap_or("openAPI");
    let endpoint = json!({
        "Endpoint": host, "Id": region, "Namespace": "26842", "SerivceCode": code, "Type": kind, "Protocols": {"Protocols": ["HTTP", "HTTPS"]},
    });
    Ok(Reply::document(json!({"Success": true, "Endpoints": {"Endpoint": [endpoint]}})))
}
