//! Service-linked roles.

use acslab_emulator::cloud::Session;
use acslab_emulator::signature::Secret;
use serde_json::json;

use crate::kit::{self, Client, MOMENT, policy, text};
use crate::{ACCOUNT, rm};

const SERVICE: &str = "xtrace.aliyuncs.com";
const ROLE: &str = "AliyunServiceRoleForXtrace";

#[test]
fn a_service_linked_role_is_made_left_alone_and_deleted() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let made = rm(&owner, "CreateServiceLinkedRole", &[("ServiceName", SERVICE)]).ok();
    let role = &made["Role"];
    let described = text(role, "/Description");
    assert!(!described.is_empty());
    assert_eq!(
        *role,
        json!({
            "RoleId": role["RoleId"], "RoleName": ROLE, "Arn": format!("acs:ram::{ACCOUNT}:role/{}", ROLE.to_lowercase()),
            "RolePrincipalName": format!("{ROLE}@role.{ACCOUNT}.onaliyunservice.com"), "Description": described,
            "AssumeRolePolicyDocument": role["AssumeRolePolicyDocument"], "CreateDate": MOMENT, "IsServiceLinkedRole": true,
        })
    );
    assert!(text(role, "/AssumeRolePolicyDocument").contains(SERVICE));
    rm(&owner, "CreateServiceLinkedRole", &[("ServiceName", SERVICE)]).refused(409, "EntityAlreadyExists.Role");
    owner.ram("CreateServiceLinkedRole", &[("ServiceName", SERVICE)]).refused(409, "EntityAlreadyExists.Role");
    assert_eq!(rm(&owner, "GetRole", &[("RoleName", ROLE)]).ok()["Role"]["IsServiceLinkedRole"], true);

    let principal = format!("{ROLE}@role.{ACCOUNT}.onaliyunservice.com");
    let attach = [
        ("PolicyType", "System"),
        ("PolicyName", "AliyunOSSFullAccess"),
        ("PrincipalType", "ServiceRole"),
        ("PrincipalName", principal.as_str()),
        ("ResourceGroupId", ACCOUNT),
    ];
    rm(&owner, "AttachPolicy", &attach).refused(400, "NotSupport.ServiceLinkedRole");
    let listed = rm(&owner, "ListPolicyAttachments", &[("PrincipalType", "ServiceRole")]).ok();
    let carried = text(&listed, "/PolicyAttachments/PolicyAttachment/0/PolicyName");
    rm(&owner, "DetachPolicy", &[&[("PolicyName", carried)], &attach[2..], &attach[..1]].concat())
        .refused(400, "NotSupport.ServiceLinkedRole");
    rm(&owner, "UpdateRole", &[("RoleName", ROLE), ("NewDescription", "n")])
        .refused(400, "NotSupport.ServiceLinkedRole");
    rm(&owner, "DeleteRole", &[("RoleName", ROLE)]).refused(400, "NotSupport.ServiceLinkedRole");

    let task = rm(&owner, "DeleteServiceLinkedRole", &[("RoleName", ROLE)]).ok();
    let task = text(&task, "/DeletionTaskId");
    assert!(task.starts_with(&format!("task/acs-service-role/{SERVICE}/{ROLE}/")), "{task}");
    let status = rm(&owner, "GetServiceLinkedRoleDeletionStatus", &[("DeletionTaskId", task)]).ok();
    assert_eq!(status["Status"], "SUCCEEDED");
    rm(&owner, "GetRole", &[("RoleName", ROLE)]).refused(404, "EntityNotExist.Role");
    rm(&owner, "DeleteServiceLinkedRole", &[("RoleName", ROLE)]).refused(404, "EntityNotExist.Role");
}

#[test]
fn what_cannot_be_right_is_refused() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    rm(&owner, "CreateServiceLinkedRole", &[]).refused(400, "MissingServiceName");
    rm(&owner, "CreateServiceLinkedRole", &[("ServiceName", "no.aliyuncs.com")]).refused(404, "EntityNotExist.Service");
    let (most, long) = ("x".repeat(63), "x".repeat(64));
    for (name, value, code) in [
        ("CustomSuffix", "x", "CustomSuffix.NotAllowed"),
        ("CustomSuffix", most.as_str(), "CustomSuffix.NotAllowed"),
        ("CustomSuffix", "a_b", "CustomSuffix.InvalidChars"),
        ("CustomSuffix", long.as_str(), "CustomSuffix.Length"),
        ("Description", "d", "Description.NotAllowed"),
        ("Description", &"d".repeat(1025), "Description.Length"),
    ] {
        let code = format!("InvalidParameter.{code}");
        for version in ["2020-03-31", kit::RAM] {
            owner
                .rpc(version, "CreateServiceLinkedRole", &[("ServiceName", SERVICE), (name, value)])
                .refused(400, &code);
        }
    }
    rm(&owner, "GetRole", &[("RoleName", ROLE)]).refused(404, "EntityNotExist.Role");
    let trust = kit::trust("Service", "pai.aliyuncs.com");
    rm(&owner, "CreateRole", &[("RoleName", "AliyunServiceRoleForMe"), ("AssumeRolePolicyDocument", &trust)])
        .refused(400, "InvalidParameter.RoleName");
    rm(&owner, "CreateRole", &[("RoleName", "normal"), ("AssumeRolePolicyDocument", &trust)]).ok();
    rm(&owner, "DeleteServiceLinkedRole", &[("RoleName", "normal")]).refused(404, "EntityNotExist.ServiceLinkedRole");
    rm(&owner, "DeleteServiceLinkedRole", &[]).refused(400, "MissingRoleName");
    let status = |task: &str| rm(&owner, "GetServiceLinkedRoleDeletionStatus", &[("DeletionTaskId", task)]);
    status("task/acs-service-role/x.aliyuncs.com/y/z").refused(404, "EntityNotExist.ServiceLinkedRole.DeletionTask");
    status("acs-service-role/x.aliyuncs.com/y/z").refused(400, "InvalidParameter.DeletionTaskId");
    for length in [25, 256] {
        let task = format!("{:x<length$}", "task/acs-service-role/");
        status(&task).refused(400, "InvalidParameter.DeletionTaskId.Length");
    }
    rm(&owner, "GetServiceLinkedRoleDeletionStatus", &[]).refused(400, "MissingDeletionTaskId");
}

/// The right to make one can end at a service, and that to delete one as well.
#[test]
fn the_right_knows_the_service() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let user = owner.user("alice");
    let only = |action: &str, service: &str| {
        let allow = policy("Allow", action, "*");
        let condition = format!(r#""Condition":{{"StringEquals":{{"ram:ServiceName":"{service}"}}}},"Effect""#);
        allow.replace(r#""Effect""#, &condition)
    };
    let create = || rm(&user, "CreateServiceLinkedRole", &[("ServiceName", SERVICE)]);
    owner.grant("alice", "Other", &only("ram:CreateServiceLinkedRole", "eas.pai.aliyuncs.com"));
    create().refused(403, "NoPermission");
    owner.grant("alice", "This", &only("ram:CreateServiceLinkedRole", SERVICE));
    create().ok();
    let delete = || rm(&user, "DeleteServiceLinkedRole", &[("RoleName", ROLE)]);
    owner.grant("alice", "DeleteOther", &only("ram:DeleteServiceLinkedRole", "eas.pai.aliyuncs.com"));
    delete().refused(403, "NoPermission");
    owner.grant("alice", "DeleteThis", &only("ram:DeleteServiceLinkedRole", SERVICE));
    delete().ok();
}

#[test]
fn a_role_in_use_stays() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    rm(&owner, "CreateServiceLinkedRole", &[("ServiceName", SERVICE)]).ok();
    // As if the service were working through its role just now.
    let state = cloud.gateway().cloud();
    let role = state.account(ACCOUNT).unwrap().directory.read().role(ROLE).unwrap().clone();
    let session = Session {
        key_id: "STS.N1".to_owned(),
        secret: Secret::new("secret".to_owned()),
        token: Secret::new("CAIS".to_owned()),
        account: ACCOUNT.to_owned(),
        role_id: role.id,
        role_name: role.name,
        service_linked: true,
        name: "tracing".to_owned(),
        policy: None,
        source_identity: None,
        expires: state.clock.now() + jiff::SignedDuration::from_hours(1),
    };
    state.sessions.add(session, state.clock.now());
    let status = || {
        let task = rm(&owner, "DeleteServiceLinkedRole", &[("RoleName", ROLE)]).ok();
        let task = text(&task, "/DeletionTaskId").to_owned();
        let status = rm(&owner, "GetServiceLinkedRoleDeletionStatus", &[("DeletionTaskId", &task)]).ok();
        (task, status)
    };
    let (task, refused) = status();
    assert_eq!(refused["Status"], "FAILED");
    let usage = &refused["Reason"]["RoleUsages"]["RoleUsage"][0];
    assert!(text(usage, "/Resources/Resource/0").ends_with("/tracing"), "{usage}");
    let shown = rm(&owner, "GetRole", &[("RoleName", ROLE)]).ok();
    assert_eq!(shown["Role"]["LatestDeletionTask"], json!({"DeletionTaskId": task, "CreateDate": MOMENT}));
    state.clock.advance(3_600_000).unwrap();
    assert_eq!(status().1["Status"], "SUCCEEDED");
}
