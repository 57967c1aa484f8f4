//! That nothing is there: the code of every operation that names something, whatever it would do with it.

use crate::kit::{self, Client, policy, trust};

const NAMES: [(&str, &str); 10] = [
    ("UserName", "nobody"),
    ("GroupName", "nothing"),
    ("RoleName", "nothing"),
    ("PolicyName", "nothing"),
    ("PolicyType", "Custom"),
    ("VersionId", "v1"),
    ("UserAccessKeyId", "LTAI5tNobodysKey0000000001"),
    ("Status", "Active"),
    ("NewDescription", "d"),
    ("SerialNumber", "acs:ram::1234567890123456:mfa/nothing"),
];

#[test]
fn who_or_what_is_named_must_be_there() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let document = policy("Allow", "*", "*");
    let more = [
        ("PolicyDocument", document.as_str()),
        ("Password", "Aa1!aaaa"),
        ("AuthenticationCode1", "123456"),
        ("AuthenticationCode2", "654321"),
        ("NewUserName", "x"),
        ("NewGroupName", "x"),
    ];
    let all = [&NAMES[..], &more].concat();
    for (entity, actions) in [
        (
            "User",
            "GetUser UpdateUser DeleteUser CreateLoginProfile GetLoginProfile UpdateLoginProfile DeleteLoginProfile \
             CreateAccessKey UpdateAccessKey DeleteAccessKey ListAccessKeys GetAccessKeyLastUsed UnbindMFADevice \
             GetUserMFAInfo AddUserToGroup RemoveUserFromGroup ListGroupsForUser ListPoliciesForUser",
        ),
        ("Group", "GetGroup UpdateGroup DeleteGroup ListUsersForGroup ListPoliciesForGroup"),
        ("Role", "GetRole UpdateRole DeleteRole ListPoliciesForRole DeleteServiceLinkedRole"),
        (
            "Policy",
            "GetPolicy DeletePolicy UpdatePolicyDescription CreatePolicyVersion GetPolicyVersion DeletePolicyVersion \
             ListPolicyVersions SetDefaultPolicyVersion ListEntitiesForPolicy AttachPolicyToUser DetachPolicyFromUser \
             AttachPolicyToGroup DetachPolicyFromGroup AttachPolicyToRole DetachPolicyFromRole",
        ),
        ("VirtualMFADevice", "DeleteVirtualMFADevice"),
    ] {
        for action in actions.split_whitespace() {
            owner.ram(action, &all).refused(404, &format!("EntityNotExist.{entity}"));
        }
    }
    // The other end of what is attached, joined or bound.
    owner.ram("CreatePolicy", &[("PolicyName", "P"), ("PolicyDocument", &document)]).ok();
    owner.ram("CreateUser", &[("UserName", "alice")]).ok();
    let policy = [&all[..], &[("PolicyName", "P")]].concat();
    for (entity, preposition) in [("User", "From"), ("Group", "From"), ("Role", "From"), ("User", "To"), ("Role", "To")]
    {
        let action = if preposition == "To" { "AttachPolicy" } else { "DetachPolicy" };
        owner.ram(&format!("{action}{preposition}{entity}"), &policy).refused(404, &format!("EntityNotExist.{entity}"));
    }
    for action in ["GetPolicyVersion", "DeletePolicyVersion", "SetDefaultPolicyVersion"] {
        owner
            .ram(action, &[&policy[..], &[("VersionId", "v9")]].concat())
            .refused(404, "EntityNotExist.Policy.Version");
    }
    let alice = [&all[..], &[("UserName", "alice")]].concat();
    for (action, code) in [
        ("AddUserToGroup", "Group"),
        ("RemoveUserFromGroup", "Group"),
        ("BindMFADevice", "VirtualMFADevice"),
        ("UnbindMFADevice", "User.MFADevice"),
        ("GetUserMFAInfo", "User.MFADevice"),
        ("GetLoginProfile", "User.LoginProfile"),
        ("UpdateLoginProfile", "User.LoginProfile"),
        ("DeleteLoginProfile", "User.LoginProfile"),
        ("UpdateAccessKey", "User.AccessKey"),
        ("DeleteAccessKey", "User.AccessKey"),
        ("GetAccessKeyLastUsed", "User.AccessKey"),
    ] {
        owner.ram(action, &alice).refused(404, &format!("EntityNotExist.{code}"));
    }
}

#[test]
fn what_is_attached_joined_or_taken_is_said() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let (document, trust) = (policy("Allow", "*", "*"), trust("Service", "ecs.aliyuncs.com"));
    owner.ram("CreatePolicy", &[("PolicyName", "P"), ("PolicyDocument", &document)]).ok();
    owner.ram("CreateUser", &[("UserName", "n")]).ok();
    owner.ram("CreateGroup", &[("GroupName", "n")]).ok();
    owner.ram("CreateRole", &[("RoleName", "n"), ("AssumeRolePolicyDocument", &trust)]).ok();
    for kind in ["User", "Group", "Role"] {
        let name = format!("{kind}Name");
        let this = [("PolicyType", "Custom"), ("PolicyName", "P"), (name.as_str(), "n")];
        let code = format!("{kind}.Policy");
        owner.ram(&format!("DetachPolicyFrom{kind}"), &this).refused(404, &format!("EntityNotExist.{code}"));
        owner.ram(&format!("AttachPolicyTo{kind}"), &this).ok();
        owner.ram(&format!("AttachPolicyTo{kind}"), &this).refused(409, &format!("EntityAlreadyExists.{code}"));
        owner.ram("DeletePolicy", &this).refused(409, &format!("DeleteConflict.Policy.{kind}"));
        owner.ram(&format!("Delete{kind}"), &this).refused(409, &format!("DeleteConflict.{code}"));
        owner.ram(&format!("DetachPolicyFrom{kind}"), &this).ok();
    }
    let joined = [("UserName", "n"), ("GroupName", "n")];
    owner.ram("RemoveUserFromGroup", &joined).refused(404, "EntityNotExist.User.Group");
    owner.ram("AddUserToGroup", &joined).ok();
    owner.ram("AddUserToGroup", &joined).refused(409, "EntityAlreadyExists.User.Group");
}
