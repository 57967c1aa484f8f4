//! Service-linked roles.

use serde_json::json;

use crate::kit::{self, Client, MOMENT, text};

const SERVICE: (&str, &str) = ("ServiceName", "xtrace.aliyuncs.com");
const NAME: &str = "AliyunServiceRoleForXtrace";
const ROLE: (&str, &str) = ("RoleName", NAME);

#[test]
fn a_linked_role_is_made_read_and_deleted() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let made = owner.ram("CreateServiceLinkedRole", &[SERVICE]).ok();
    let arn = format!("acs:ram::1234567890123456:role/{}", NAME.to_lowercase());
    let role = &made["Role"];
    let document = text(role, "/AssumeRolePolicyDocument");
    assert_eq!(
        *role,
        json!({
            "RoleId": role["RoleId"], "RoleName": NAME, "Arn": arn, "Description": role["Description"],
            "AssumeRolePolicyDocument": document, "CreateDate": MOMENT, "IsServiceLinkedRole": true,
        })
    );
    assert!(document.contains(r#""Service":["xtrace.aliyuncs.com"]"#), "{document}");
    owner.ram("CreateServiceLinkedRole", &[SERVICE]).refused(409, "EntityAlreadyExists.Role");
    let got = owner.ram("GetRole", &[ROLE]).ok();
    assert_eq!(got["Role"]["IsServiceLinkedRole"], true);
    assert_eq!(got["Role"].get("LatestDeletionTask"), None);
    let policies = owner.ram("ListPoliciesForRole", &[ROLE]).ok();
    assert_eq!(text(&policies, "/Policies/Policy/0/PolicyName"), "AliyunServiceRolePolicyForXtrace");

    let task = owner.ram("DeleteServiceLinkedRole", &[ROLE]).ok();
    let id = text(&task, "/DeletionTaskId");
    assert!(id.starts_with(&format!("task/acs-service-role/xtrace.aliyuncs.com/{NAME}/")), "{id}");
    owner.ram("GetRole", &[ROLE]).refused(404, "EntityNotExist.Role");
    owner.ram("DeleteServiceLinkedRole", &[ROLE]).refused(404, "EntityNotExist.Role");
}

#[test]
fn nobody_edits_a_linked_role() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    owner.ram("CreateServiceLinkedRole", &[SERVICE]).ok();
    let before = owner.ram("GetRole", &[ROLE]).ok()["Role"].clone();
    let policy = [("PolicyType", "System"), ("PolicyName", "AliyunServiceRolePolicyForXtrace")];
    let other = [("PolicyType", "System"), ("PolicyName", "AdministratorAccess")];
    let tag = [("ResourceType", "role"), ("Tag", r#"[{"Key":"a","Value":"b"}]"#)];
    let names = format!(r#"["{NAME}"]"#);
    owner.ram("UpdateRole", &[ROLE, ("NewDescription", "x")]).refused(400, "NotSupport.ServiceLinkedRole");
    owner.ram("AttachPolicyToRole", &[&other[..], &[ROLE]].concat()).refused(400, "NotSupport.ServiceLinkedRole");
    owner.ram("DetachPolicyFromRole", &[&policy[..], &[ROLE]].concat()).refused(400, "NotSupport.ServiceLinkedRole");
    owner.ram("DeleteRole", &[ROLE]).refused(400, "NotSupport.ServiceLinkedRole");
    owner
        .ram("TagResources", &[&tag[..], &[("ResourceNames", &names)]].concat())
        .refused(400, "NotSupport.ServiceLinkedRole");
    assert_eq!(owner.ram("GetRole", &[ROLE]).ok()["Role"], before);
    // Nor makes one by hand.
    let document = kit::trust("Service", "ecs.aliyuncs.com");
    owner
        .ram("CreateRole", &[("RoleName", "AliyunServiceRoleForMe"), ("AssumeRolePolicyDocument", &document)])
        .refused(400, "InvalidParameter.RoleName");
    owner.ram("CreateRole", &[("RoleName", "mine"), ("AssumeRolePolicyDocument", &document)]).ok();
    owner.ram("DeleteServiceLinkedRole", &[("RoleName", "mine")]).refused(404, "EntityNotExist.ServiceLinkedRole");
}

#[test]
fn only_known_services_have_one() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    owner
        .ram("CreateServiceLinkedRole", &[("ServiceName", "nothing.aliyuncs.com")])
        .refused(404, "EntityNotExist.Service");
    owner
        .ram("CreateServiceLinkedRole", &[SERVICE, ("CustomSuffix", "x")])
        .refused(400, "InvalidParameter.CustomSuffix.NotAllowed");
    owner.ram("CreateServiceLinkedRole", &[]).refused(400, "MissingServiceName");
    let template = owner.ram("GetServiceLinkedRoleTemplate", &[SERVICE]).ok()["ServiceLinkedRoleTemplate"].clone();
    assert_eq!(template["RoleNamePrefix"], NAME);
    assert_eq!(template["SystemPolicyName"], "AliyunServiceRolePolicyForXtrace");
    assert_eq!(template["MultipleRolesAllowed"], false);
    owner.ram("GetServiceLinkedRoleTemplate", &[("ServiceName", "nothing")]).refused(404, "EntityNotExist.Service");
}

#[test]
fn a_policy_may_ask_for_the_service() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    let statement = json!({
        "Effect": "Allow", "Action": ["ram:CreateServiceLinkedRole", "ram:DeleteServiceLinkedRole"], "Resource": "*",
        "Condition": {"StringEquals": {"ram:ServiceName": "xtrace.aliyuncs.com"}},
    });
    owner.grant("alice", "Link", &json!({"Version": "1", "Statement": [statement]}).to_string());
    alice.ram("CreateServiceLinkedRole", &[("ServiceName", "arms.aliyuncs.com")]).refused(403, "NoPermission");
    alice.ram("CreateServiceLinkedRole", &[SERVICE]).ok();
    owner.ram("CreateServiceLinkedRole", &[("ServiceName", "arms.aliyuncs.com")]).ok();
    let arms = [("RoleName", "AliyunServiceRoleForARMS")];
    alice.ram("DeleteServiceLinkedRole", &arms).refused(403, "NoPermission");
    alice.ram("DeleteServiceLinkedRole", &[ROLE]).ok();
}

#[test]
fn nobody_but_its_service_assumes_a_linked_role() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    owner.attach("alice", "System", "AdministratorAccess");
    owner.ram("CreateServiceLinkedRole", &[SERVICE]).ok();
    let arn = format!("acs:ram::1234567890123456:role/{NAME}");
    alice.sts("AssumeRole", &[("RoleArn", &arn), ("RoleSessionName", "session")]).refused(403, "NoPermission");
}
