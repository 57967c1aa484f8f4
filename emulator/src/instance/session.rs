//! Who may have credentials, and the sessions that they are of.

use std::net::IpAddr;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::cloud::InstanceRole;
use crate::gateway::{ApiError, Caller, Gateway, HttpRequest};
use crate::services::common::inside::STS;

/// Who takes the sessions out; the roles must trust it.
const ECS: &str = "ecs.aliyuncs.com";
pub(super) const INSTANCE_ID: &str = "i-acslab00000000000000";
/// The region that the instance is in.
pub(super) const REGION: &str = "cn-hangzhou";
/// Where a metadata service answers in the cloud; clients that go by a proxy still name it.
pub(super) const METADATA_ADDRESS: &str = "100.100.100.200";

/// Does the request come from a program on this machine? Not from another one, not through a proxy that passes others on, and
/// not from a web page, be it one that made its own name lead here.
pub(crate) fn is_from_here(request: &HttpRequest) -> bool {
    const OF_A_PAGE: [&str; 2] = ["origin", "sec-fetch-site"];
    let host = request.host();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let named = host == "localhost" || host == METADATA_ADDRESS || address.is_ok_and(|address| address.is_loopback());
    request.peer.to_canonical().is_loopback()
        && named
        && !OF_A_PAGE.iter().any(|name| request.headers.contains_key(*name))
        && !is_passed_on(request)
}

/// Does a proxy say that it passes on a request of somebody else?
pub(crate) fn is_passed_on(request: &HttpRequest) -> bool {
    ["forwarded", "x-forwarded-for", "x-real-ip"].iter().any(|name| request.headers.contains_key(*name))
}

/// A new session of an attached role: what the metadata service and a credentials URI answer with.
pub(crate) fn credentials(gateway: &Gateway, role: &InstanceRole) -> Result<Map<String, Value>, ApiError> {
    let account = gateway.cloud().account(&role.account).ok_or_else(ApiError::internal)?;
    let arn = format!("acs:ram::{}:role/{}", account.id, role.role);
    let session = format!("vm-ram-{INSTANCE_ID}");
    let caller = Caller::Service { account: Arc::clone(&account), name: ECS };
    let parameters = [("RoleArn", arn.as_str()), ("RoleSessionName", session.as_str())];
    let reply = gateway.call_action(caller, REGION, STS, "AssumeRole", &parameters)?;
    let given = reply.members().and_then(|members| members.get("Credentials")).and_then(Value::as_object);
    let mut given = given.cloned().ok_or_else(ApiError::internal)?;
    given.insert("Code".to_owned(), json!("Success"));
    Ok(given)
}

/// Why there are none. A client tells by the code, which is not `Success`.
pub(crate) fn no_credentials(error: &ApiError) -> Value {
    json!({"Code": error.code(), "Message": error.message()})
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, Method};

    use super::*;
    use crate::signature::OrderedQuery;

    #[test]
    fn another_machine_is_not_here() {
        let mut request =
            HttpRequest::inside(Method::GET, "/".to_owned(), OrderedQuery::default(), bytes::Bytes::new());
        request.headers = HeaderMap::from_iter([(http::header::HOST, HeaderValue::from_static("127.0.0.1:8820"))]);
        for (peer, here) in [
            ("127.0.0.1", true),
            ("127.8.8.8", true),
            ("::1", true),
            ("::ffff:127.0.0.1", true),
            ("192.0.2.1", false),
            ("172.17.0.1", false),
            ("0.0.0.0", false),
            ("2001:db8::1", false),
            ("::ffff:192.0.2.1", false),
        ] {
            request.peer = peer.parse().unwrap();
            assert_eq!(is_from_here(&request), here, "{peer}");
        }
    }
}
