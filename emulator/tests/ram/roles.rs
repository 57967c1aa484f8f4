//! Roles.

use serde_json::json;

use crate::kit::{self, Client, MOMENT, names, text, trust};

const ACCOUNT: &str = "1234567890123456";

#[test]
fn a_role_is_made_read_changed_and_deleted() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    // Kept byte for byte, blanks and all.
    let document = trust("Service", "pai.aliyuncs.com").replace(',', " ,\n ");
    let made = owner
        .ram(
            "CreateRole",
            &[
                ("RoleName", "AliyunPAIRole"),
                ("AssumeRolePolicyDocument", &document),
                ("Description", "d"),
                ("MaxSessionDuration", "7200"),
            ],
        )
        .ok();
    let id = text(&made, "/Role/RoleId");
    assert!(id.len() == 18 && id.starts_with('3'), "{id}");
    assert_eq!(
        made["Role"],
        json!({
            "RoleId": id, "RoleName": "AliyunPAIRole", "Arn": format!("acs:ram::{ACCOUNT}:role/aliyunpairole"),
            "Description": "d", "AssumeRolePolicyDocument": document, "MaxSessionDuration": 7200,
            "AllowConsoleLogin": false, "CreateDate": MOMENT,
        })
    );
    let got = owner.ram("GetRole", &[("RoleName", "aliyunpairole")]).ok();
    let mut expected = made["Role"].clone();
    expected["UpdateDate"] = json!(MOMENT);
    expected["IsServiceLinkedRole"] = json!(false);
    expected["RolePrincipalName"] = json!(format!("AliyunPAIRole@role.{ACCOUNT}.onaliyunservice.com"));
    assert_eq!(got["Role"], expected);

    let other = trust("Service", "ecs.aliyuncs.com");
    let changed = owner
        .ram(
            "UpdateRole",
            &[
                ("RoleName", "AliyunPAIRole"),
                ("NewAssumeRolePolicyDocument", &other),
                ("NewDescription", ""),
                ("NewMaxSessionDuration", "3600"),
                ("NewAllowConsoleLogin", "true"),
            ],
        )
        .ok();
    assert_eq!(text(&changed, "/Role/AssumeRolePolicyDocument"), other);
    assert_eq!(changed["Role"]["Description"], "");
    assert_eq!(changed["Role"]["MaxSessionDuration"], 3600);
    assert_eq!(changed["Role"]["AllowConsoleLogin"], true);
    // Nothing new changes nothing.
    let same = owner.ram("UpdateRole", &[("RoleName", "AliyunPAIRole")]).ok();
    assert_eq!(same["Role"], changed["Role"]);

    owner.ram("DeleteRole", &[("RoleName", "AliyunPAIRole")]).ok();
    owner.ram("GetRole", &[("RoleName", "AliyunPAIRole")]).refused(404, "EntityNotExist.Role");
    owner.ram("UpdateRole", &[("RoleName", "AliyunPAIRole")]).refused(404, "EntityNotExist.Role");
    owner.ram("DeleteRole", &[("RoleName", "AliyunPAIRole")]).refused(404, "EntityNotExist.Role");
}

#[test]
fn a_list_shows_no_trust_policies_and_comes_in_pages() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let document = trust("Service", "pai.aliyuncs.com");
    for name in ["c", "B", "a"] {
        owner.ram("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", &document)]).ok();
    }
    owner
        .ram("CreateRole", &[("RoleName", "A"), ("AssumeRolePolicyDocument", &document)])
        .refused(409, "EntityAlreadyExists.Role");
    let first = owner.ram("ListRoles", &[("MaxItems", "2")]).ok();
    assert_eq!(names(&first, "/Roles/Role", "RoleName"), ["a", "B"]);
    assert!(first.pointer("/Roles/Role/0/AssumeRolePolicyDocument").is_none());
    let second = owner.ram("ListRoles", &[("Marker", text(&first, "/Marker"))]).ok();
    assert_eq!(names(&second, "/Roles/Role", "RoleName"), ["c"]);
}

#[test]
fn a_bad_role_is_not_made() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let good = trust("RAM", &format!("acs:ram::{ACCOUNT}:root"));
    let with_resource = kit::policy("Allow", "sts:AssumeRole", "*");
    let no_one = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}"#;
    let unknown_operator = good.replace(r#""Action""#, r#""Condition":{"StringIs":{"a":"b"}},"Action""#);
    let long = "r".repeat(65);
    let cases: [(&str, &str, &str, &str); 10] = [
        ("r", "", "3600", "MissingAssumeRolePolicyDocument"),
        ("", &good, "3600", "MissingRoleName"),
        ("a_b", &good, "3600", "InvalidParameter.RoleName.InvalidChars"),
        (&long, &good, "3600", "InvalidParameter.RoleName.Length"),
        ("r", "{", "3600", "MalformedPolicyDocument"),
        ("r", &with_resource, "3600", "MalformedPolicyDocument"),
        ("r", no_one, "3600", "MalformedPolicyDocument"),
        ("r", &unknown_operator, "3600", "MalformedPolicyDocument"),
        ("r", &good, "-3600", "InvalidParameter.MaxSessionDuration"),
        ("r", &good, "43201", "InvalidParameter.MaxSessionDuration"),
    ];
    for (name, document, duration, code) in cases {
        let parameters = [("RoleName", name), ("AssumeRolePolicyDocument", document), ("MaxSessionDuration", duration)];
        owner.ram("CreateRole", &parameters).refused(400, code);
    }
    assert_eq!(owner.ram("ListRoles", &[]).ok()["Roles"]["Role"], json!([]));
}

/// As Terraform's provider writes the kinds of principals that a role does not trust.
#[test]
fn a_role_whose_trust_policy_has_an_empty_kind() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let document = |principal: &str| {
        let statement = format!(r#"{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{principal}}}"#);
        format!(r#"{{"Version":"1","Statement":[{statement}]}}"#)
    };
    let service = document(r#"{"Service":["ecs.aliyuncs.com"],"RAM":[]}"#);
    owner.ram("CreateRole", &[("RoleName", "a"), ("AssumeRolePolicyDocument", &service)]).ok();
    let account = document(&format!(r#"{{"RAM":["acs:ram::{ACCOUNT}:root"],"Service":[]}}"#));
    owner.ram("UpdateRole", &[("RoleName", "a"), ("NewAssumeRolePolicyDocument", &account)]).ok();
    let nobody = document(r#"{"RAM":[],"Service":[]}"#);
    owner
        .ram("CreateRole", &[("RoleName", "b"), ("AssumeRolePolicyDocument", &nobody)])
        .refused(400, "MalformedPolicyDocument");
}

#[test]
fn a_refused_update_changes_nothing() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let good = trust("Service", "pai.aliyuncs.com");
    owner.ram("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &good)]).ok();
    let before = owner.ram("GetRole", &[("RoleName", "r")]).ok()["Role"].clone();
    owner
        .ram("UpdateRole", &[("RoleName", "r"), ("NewDescription", "x"), ("NewAssumeRolePolicyDocument", "{}")])
        .refused(400, "MalformedPolicyDocument");
    assert_eq!(owner.ram("GetRole", &[("RoleName", "r")]).ok()["Role"], before);
}

#[test]
fn a_role_with_policies_is_not_deleted() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let document = trust("Service", "pai.aliyuncs.com");
    owner.ram("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &document)]).ok();
    let policy = [("RoleName", "r"), ("PolicyType", "System"), ("PolicyName", "AliyunOSSReadOnlyAccess")];
    owner.ram("AttachPolicyToRole", &policy).ok();
    owner.ram("DeleteRole", &[("RoleName", "r")]).refused(409, "DeleteConflict.Role.Policy");
    owner.ram("DetachPolicyFromRole", &policy).ok();
    owner.ram("DeleteRole", &[("RoleName", "r")]).ok();
}
