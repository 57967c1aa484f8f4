//! What is decided of operations that nobody performs, and of what everybody asks.

use serde_json::json;

use crate::{Place, allow, document};

const IMS: &str = "2019-08-15";
const LOCATION: &str = "2015-06-12";

#[test]
fn an_operation_of_ims_has_both_of_its_names_performed_or_not() {
    let place = Place::new();
    let ask = |name: &str, statements: &[serde_json::Value]| {
        let user = place.user(name, &document(statements));
        ["ListAccessKeysInRecycleBin", "ListGroups"].map(|action| user.rpc(IMS, action, &[]).status)
    };
    assert_eq!(ask("ram", &[allow(&["ram:*"], "*")]), [501, 200]);
    assert_eq!(ask("ims", &[allow(&["ims:*"], "*")]), [501, 200]);
    let deny = |action: &str| json!({"Effect": "Deny", "Action": action, "Resource": "*"});
    assert_eq!(ask("not-ram", &[allow(&["ims:*"], "*"), deny("ram:*")]), [403, 403]);
    assert_eq!(ask("not-ims", &[allow(&["ram:*"], "*"), deny("ims:*")]), [403, 403]);
    let nobody = place.owner().user("nobody").rpc(IMS, "ListAccessKeysInRecycleBin", &[]);
    assert_eq!(nobody.json()["AccessDeniedDetail"]["AuthAction"], json!("ram:ListAccessKeysInRecycleBin"));
}

#[test]
fn everybody_is_told_endpoints_unless_a_policy_denies_it() {
    let place = Place::new();
    let asked = [("Id", "cn-hangzhou"), ("ServiceCode", "ecs"), ("Type", "openAPI")];
    place.owner().user("nobody").rpc(LOCATION, "DescribeEndpoints", &asked).ok();
    let deny = json!({"Effect": "Deny", "Action": "location:*", "Resource": "*"});
    assert_eq!(place.user("denied", &document(&[deny])).rpc(LOCATION, "DescribeEndpoints", &asked).status, 403);
}
