//! The twins of RAM's operations on roles and policies: the same store, other shapes.

use serde_json::json;

use crate::kit::{self, Client, MOMENT, names, policy, text, trust};
use crate::{ACCOUNT, rm};

#[test]
fn a_role_is_one_role_in_both_services() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let document = trust("Service", "pai.aliyuncs.com").replace(',', " ,\n");
    let parameters = [
        ("RoleName", "Worker"),
        ("AssumeRolePolicyDocument", document.as_str()),
        ("Description", "d"),
        ("MaxSessionDuration", "7200"),
    ];
    let made = rm(&owner, "CreateRole", &parameters).ok();
    let id = text(&made, "/Role/RoleId");
    assert_eq!(
        made["Role"],
        json!({
            "RoleId": id, "RoleName": "Worker", "Arn": format!("acs:ram::{ACCOUNT}:role/worker"), "Description": "d",
            "RolePrincipalName": format!("Worker@role.{ACCOUNT}.onaliyunservice.com"), "MaxSessionDuration": 7200,
            "AssumeRolePolicyDocument": document, "CreateDate": MOMENT,
        })
    );
    let mut expected = made["Role"].clone();
    expected["UpdateDate"] = json!(MOMENT);
    expected["IsServiceLinkedRole"] = json!(false);
    assert_eq!(rm(&owner, "GetRole", &[("RoleName", "worker")]).ok()["Role"], expected);
    assert_eq!(owner.ram("GetRole", &[("RoleName", "Worker")]).ok()["Role"]["RoleId"], id);
    rm(&owner, "CreateRole", &parameters).refused(409, "EntityAlreadyExists.Role");
    owner.ram("CreateRole", &parameters).refused(409, "EntityAlreadyExists.Role");

    let other = trust("Service", "ecs.aliyuncs.com");
    let changed = rm(
        &owner,
        "UpdateRole",
        &[
            ("RoleName", "Worker"),
            ("NewAssumeRolePolicyDocument", &other),
            ("NewDescription", ""),
            ("NewMaxSessionDuration", "3600"),
        ],
    )
    .ok();
    assert_eq!(text(&changed, "/Role/AssumeRolePolicyDocument"), other);
    assert_eq!((&changed["Role"]["Description"], &changed["Role"]["MaxSessionDuration"]), (&json!(""), &json!(3600)));

    let page = rm(&owner, "ListRoles", &[("PageSize", "1")]).ok();
    assert_eq!(names(&page, "/Roles/Role", "RoleName"), ["Worker"]);
    assert_eq!(page["Roles"]["Role"][0].get("AssumeRolePolicyDocument"), None);
    assert_eq!(page["TotalCount"], 1);

    let attached = [("PolicyType", "System"), ("PolicyName", "AliyunOSSFullAccess"), ("RoleName", "Worker")];
    owner.ram("AttachPolicyToRole", &attached).ok();
    rm(&owner, "DeleteRole", &[("RoleName", "Worker")]).refused(409, "DeleteConflict.Role.Policy");
    owner.ram("DetachPolicyFromRole", &attached).ok();
    rm(&owner, "DeleteRole", &[("RoleName", "Worker")]).ok();
    for action in ["GetRole", "UpdateRole", "DeleteRole"] {
        rm(&owner, action, &[("RoleName", "Worker")]).refused(404, "EntityNotExist.Role");
        rm(&owner, action, &[]).refused(400, "MissingRoleName");
        rm(&owner, action, &[("RoleName", "a b")]).refused(400, "InvalidParameter.RoleName.InvalidChars");
    }
    let long = format!("{other}{}", " ".repeat(8192));
    for (name, value, status, code) in [
        ("AssumeRolePolicyDocument", "{}", 409, "MalformedPolicyDocument"),
        ("AssumeRolePolicyDocument", &long, 400, "InvalidParameter.AssumeRolePolicyDocument.Length"),
        ("AssumeRolePolicyDocument", "", 400, "MissingAssumeRolePolicyDocument"),
        ("MaxSessionDuration", "60", 400, "InvalidParameter.MaxSessionDuration"),
        ("Description", &"d".repeat(1025), 400, "InvalidParameter.Description.Length"),
        ("RoleName", &"r".repeat(65), 400, "InvalidParameter.RoleName.Length"),
    ] {
        let parameters = [&[("RoleName", "R"), ("AssumeRolePolicyDocument", &other)], &[(name, value)][..]].concat();
        rm(&owner, "CreateRole", &parameters).refused(status, code);
    }
    for (value, status, code) in [
        ("{}", 409, "MalformedPolicyDocument"),
        (long.as_str(), 400, "InvalidParameter.NewAssumeRolePolicyDocument.Length"),
    ] {
        rm(&owner, "UpdateRole", &[("RoleName", "R"), ("NewAssumeRolePolicyDocument", value)]).refused(status, code);
    }
}

#[test]
fn a_policy_is_one_policy_in_both_services() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let (first, second) = (policy("Allow", "oss:GetObject", "*"), policy("Allow", "oss:PutObject", "*"));
    let named = [("PolicyName", "P")];
    let custom = [("PolicyName", "P"), ("PolicyType", "Custom")];
    let made = rm(&owner, "CreatePolicy", &[named[0], ("PolicyDocument", &first), ("Description", "d")]).ok();
    assert_eq!(
        made["Policy"],
        json!({"PolicyName": "P", "PolicyType": "Custom", "Description": "d", "DefaultVersion": "v1", "CreateDate": MOMENT})
    );
    let got = rm(&owner, "GetPolicy", &custom).ok();
    assert_eq!(
        got["Policy"],
        json!({
            "PolicyName": "P", "PolicyType": "Custom", "Description": "d", "DefaultVersion": "v1", "CreateDate": MOMENT,
            "UpdateDate": MOMENT, "AttachmentCount": 0, "PolicyDocument": first,
        })
    );
    rm(&owner, "CreatePolicy", &[named[0], ("PolicyDocument", &first)]).refused(409, "EntityAlreadyExists.Policy");
    let long = format!("{first}{}", " ".repeat(8192));
    for (name, value, status, code) in [
        ("PolicyDocument", "{}", 409, "MalformedPolicyDocument"),
        ("PolicyDocument", long.as_str(), 400, "InvalidParameter.PolicyDocument.Length"),
        ("PolicyName", &"p".repeat(129), 400, "InvalidParameter.PolicyName.Length"),
        ("PolicyName", "a_b", 400, "InvalidParameter.PolicyName.InvalidChars"),
    ] {
        for action in ["CreatePolicy", "CreatePolicyVersion"] {
            rm(&owner, action, &[named[0], ("PolicyDocument", &first), (name, value)]).refused(status, code);
        }
    }
    rm(&owner, "CreatePolicy", &[named[0], ("PolicyDocument", &first), ("Description", &"d".repeat(1025))])
        .refused(400, "InvalidParameter.Description.Length");
    for action in ["GetPolicyVersion", "DeletePolicyVersion", "SetDefaultPolicyVersion"] {
        for version in ["1", "v", "v1a", "V1"] {
            rm(&owner, action, &[custom[0], custom[1], ("VersionId", version)])
                .refused(400, "InvalidParameter.VersionId.Format");
        }
    }
    let version = rm(&owner, "CreatePolicyVersion", &[named[0], ("PolicyDocument", &second)]).ok();
    assert_eq!(version["PolicyVersion"], json!({"VersionId": "v2", "IsDefaultVersion": false, "CreateDate": MOMENT}));
    let got = rm(&owner, "GetPolicyVersion", &[custom[0], custom[1], ("VersionId", "v2")]).ok();
    assert_eq!(
        got["PolicyVersion"],
        json!({"VersionId": "v2", "IsDefaultVersion": false, "CreateDate": MOMENT, "PolicyDocument": second})
    );
    rm(&owner, "SetDefaultPolicyVersion", &[named[0], ("VersionId", "v2")]).ok();
    assert_eq!(text(&owner.ram("GetPolicy", &custom).ok(), "/DefaultPolicyVersion/PolicyDocument"), second);
    let listed = rm(&owner, "ListPolicyVersions", &custom).ok();
    assert_eq!(names(&listed, "/PolicyVersions/PolicyVersion", "VersionId"), ["v1", "v2"]);
    assert_eq!(listed["PolicyVersions"]["PolicyVersion"][0].get("PolicyDocument"), None);

    let conflict = rm(&owner, "DeletePolicyVersion", &[named[0], ("VersionId", "v2")]);
    assert_eq!(
        conflict.refused(409, "DeleteConflict.Policy.Version.Default").message(),
        "You cannot delete the default policy version."
    );
    rm(&owner, "DeletePolicy", &named).refused(409, "DeleteConflict.Policy.Version");
    rm(&owner, "DeletePolicyVersion", &[named[0], ("VersionId", "v1")]).ok();
    for _ in 0..4 {
        rm(&owner, "CreatePolicyVersion", &[named[0], ("PolicyDocument", &first), ("SetAsDefault", "true")]).ok();
    }
    rm(&owner, "CreatePolicyVersion", &[named[0], ("PolicyDocument", &first)])
        .refused(409, "LimitExceeded.Policy.Version");
    for version in ["v2", "v3", "v4", "v5"] {
        rm(&owner, "DeletePolicyVersion", &[named[0], ("VersionId", version)]).ok();
    }
    rm(&owner, "DeletePolicyVersion", &[named[0], ("VersionId", "v2")]).refused(404, "EntityNotExist.Policy.Version");

    owner.user("alice");
    owner.ram("CreateGroup", &[("GroupName", "g")]).ok();
    owner
        .ram("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &trust("Service", "pai.aliyuncs.com"))])
        .ok();
    for (kind, name) in [("User", "alice"), ("Group", "g"), ("Role", "r")] {
        let parameter = format!("{kind}Name");
        let attached = [custom[0], custom[1], (parameter.as_str(), name)];
        owner.ram(&format!("AttachPolicyTo{kind}"), &attached).ok();
        rm(&owner, "DeletePolicy", &named).refused(409, &format!("DeleteConflict.Policy.{kind}"));
        owner.ram(&format!("DetachPolicyFrom{kind}"), &attached).ok();
    }
    rm(&owner, "DeletePolicy", &named).ok();
    let one = [custom[0], custom[1], ("VersionId", "v1"), ("PolicyDocument", first.as_str())];
    let all = [
        "GetPolicy",
        "DeletePolicy",
        "CreatePolicyVersion",
        "GetPolicyVersion",
        "DeletePolicyVersion",
        "ListPolicyVersions",
        "SetDefaultPolicyVersion",
    ];
    for action in all {
        rm(&owner, action, &one).refused(404, "EntityNotExist.Policy");
        rm(&owner, action, &one[1..]).refused(400, "MissingPolicyName");
    }
}

#[test]
fn policies_are_listed_page_by_page() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    for name in ["B", "a"] {
        rm(&owner, "CreatePolicy", &[("PolicyName", name), ("PolicyDocument", &policy("Allow", "*", "*"))]).ok();
    }
    let custom = rm(&owner, "ListPolicies", &[("PolicyType", "Custom")]).ok();
    assert_eq!(names(&custom, "/Policies/Policy", "PolicyName"), ["a", "B"]);
    let system = rm(&owner, "ListPolicies", &[("PolicyType", "System"), ("PageSize", "100")]).ok();
    let all = rm(&owner, "ListPolicies", &[]).ok();
    assert_eq!(all["TotalCount"].as_u64(), system["TotalCount"].as_u64().map(|count| count + 2));
    assert_eq!(all["Policies"]["Policy"].as_array().map(Vec::len), Some(10));
    rm(&owner, "ListPolicies", &[("PolicyType", "Own")]).refused(400, "InvalidParameter.PolicyType");
    let read = rm(&owner, "GetPolicy", &[("PolicyType", "System"), ("PolicyName", "aliyunossfullaccess")]).ok();
    assert_eq!(read["Policy"]["PolicyName"], "AliyunOSSFullAccess");
}

/// The rights are RAM's: who may read a role there may read it here.
#[test]
fn the_rights_are_rams() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let user = owner.user("alice");
    owner
        .ram("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &trust("Service", "pai.aliyuncs.com"))])
        .ok();
    let get = || rm(&user, "GetRole", &[("RoleName", "r")]);
    get().refused(403, "NoPermission");
    owner.grant("alice", "Rm", &policy("Allow", "resourcemanager:*", "*"));
    get().refused(403, "NoPermission");
    owner.grant("alice", "Ram", &policy("Allow", "ram:GetRole", "acs:ram:*:*:role/r"));
    get().ok();
}
