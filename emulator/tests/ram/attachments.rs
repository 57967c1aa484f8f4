//! Attachments.

use serde_json::json;

use crate::kit::{self, Client, MOMENT, policy, trust};

/// Kind, the parameter with its name, and the call that makes one.
const ENTITIES: [(&str, &str); 3] = [("User", "UserName"), ("Group", "GroupName"), ("Role", "RoleName")];

fn make(owner: &Client<'_>, kind: &str, name: &str) {
    let parameter = format!("{kind}Name");
    let document = trust("Service", "pai.aliyuncs.com");
    let mut parameters = vec![(parameter.as_str(), name)];
    if kind == "Role" {
        parameters.push(("AssumeRolePolicyDocument", &document));
    }
    owner.ram(&format!("Create{kind}"), &parameters).ok();
}

#[test]
fn policies_are_attached_listed_and_detached() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let document = policy("Allow", "oss:GetObject", "*");
    owner.ram("CreatePolicy", &[("PolicyName", "P"), ("PolicyDocument", &document), ("Description", "d")]).ok();
    for (kind, parameter) in ENTITIES {
        make(&owner, kind, "e");
        let call = |action: String, policy_type: &str, policy: &str, entity: &str| {
            owner.ram(&action, &[("PolicyType", policy_type), ("PolicyName", policy), (parameter, entity)])
        };
        let (attach, detach) = (format!("AttachPolicyTo{kind}"), format!("DetachPolicyFrom{kind}"));
        call(attach.clone(), "Custom", "Q", "e").refused(404, "EntityNotExist.Policy");
        call(attach.clone(), "System", "P", "e").refused(404, "EntityNotExist.Policy");
        call(attach.clone(), "Custom", "P", "f").refused(404, &format!("EntityNotExist.{kind}"));
        call(detach.clone(), "Custom", "P", "e").refused(404, &format!("EntityNotExist.{kind}.Policy"));
        call(attach.clone(), "Custom", "p", "E").ok();
        call(attach.clone(), "Custom", "P", "e").refused(409, &format!("EntityAlreadyExists.{kind}.Policy"));
        call(attach, "System", "AliyunOSSReadOnlyAccess", "e").ok();

        let listed = owner.ram(&format!("ListPoliciesFor{kind}"), &[(parameter, "e")]).ok();
        assert_eq!(
            listed["Policies"]["Policy"][0],
            json!({
                "PolicyName": "P", "PolicyType": "Custom", "Description": "d", "DefaultVersion": "v1",
                "AttachDate": MOMENT,
            })
        );
        assert_eq!(listed["Policies"]["Policy"][1]["PolicyType"], "System");
        assert_eq!(listed["Policies"]["Policy"].as_array().map(Vec::len), Some(2));
        owner
            .ram(&format!("ListPoliciesFor{kind}"), &[(parameter, "f")])
            .refused(404, &format!("EntityNotExist.{kind}"));

        let entities = owner.ram("ListEntitiesForPolicy", &[("PolicyType", "Custom"), ("PolicyName", "P")]).ok();
        for (other, parameter) in ENTITIES {
            let of = &entities[format!("{other}s")][other];
            if other == kind {
                assert_eq!((&of[0][parameter], &of[0]["AttachDate"]), (&json!("e"), &json!(MOMENT)));
            } else {
                assert_eq!(*of, json!([]), "an empty list is a list");
            }
        }
        call(detach.clone(), "Custom", "P", "e").ok();
        call(detach, "System", "AliyunOSSReadOnlyAccess", "e").ok();
        let listed = owner.ram(&format!("ListPoliciesFor{kind}"), &[(parameter, "e")]).ok();
        assert_eq!(listed["Policies"], json!({"Policy": []}));
    }
    owner
        .ram("ListEntitiesForPolicy", &[("PolicyType", "Custom"), ("PolicyName", "Q")])
        .refused(404, "EntityNotExist.Policy");
}

#[test]
fn only_so_many_custom_policies_at_once() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let document = policy("Allow", "oss:GetObject", "*");
    for (kind, parameter) in ENTITIES {
        make(&owner, kind, "e");
        for number in 0..11 {
            let name = format!("p{number}");
            owner.ram("CreatePolicy", &[("PolicyName", &name), ("PolicyDocument", &document)]);
            let attachment = [(parameter, "e"), ("PolicyType", "Custom"), ("PolicyName", name.as_str())];
            let answer = owner.ram(&format!("AttachPolicyTo{kind}"), &attachment);
            if number < 10 {
                answer.ok();
            } else {
                answer.refused(409, &format!("LimitExceeded.{kind}.Policy"));
            }
        }
    }
}

#[test]
fn attaching_needs_the_entity_and_the_policy() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let clerk = owner.user("clerk");
    make(&owner, "User", "alice");
    let attachment = [("UserName", "alice"), ("PolicyType", "System"), ("PolicyName", "AliyunOSSReadOnlyAccess")];
    owner.grant("clerk", "OnUsers", &policy("Allow", "ram:AttachPolicyToUser", "acs:ram:*:1234567890123456:user/*"));
    let denied = clerk.ram("AttachPolicyToUser", &attachment);
    let message = "You are not authorized to do this action. \
                   [Resource:acs:ram:*:system:policy/AliyunOSSReadOnlyAccess Action:ram:AttachPolicyToUser]";
    assert_eq!(denied.refused(403, "NoPermission").message(), message);
    owner.grant(
        "clerk",
        "OnPolicies",
        &policy("Allow", "ram:AttachPolicyToUser", "acs:ram:*:system:policy/AliyunOSS*"),
    );
    clerk.ram("AttachPolicyToUser", &attachment).ok();
    let admin = [("UserName", "alice"), ("PolicyType", "System"), ("PolicyName", "AdministratorAccess")];
    clerk.ram("AttachPolicyToUser", &admin).refused(403, "NoPermission");
}

#[test]
fn an_attachment_counts_for_the_account_or_for_no_group_that_does_not_exist() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    make(&owner, "User", "alice");
    let base = [("UserName", "alice"), ("PolicyType", "System"), ("PolicyName", "AliyunOSSReadOnlyAccess")];
    let with = |id: &'static str| [&base[..], &[("ResourceGroupId", id)]].concat();
    owner.ram("AttachPolicyToUser", &with("rg-nothing")).refused(404, "EntityNotExists.ResourceGroup");
    owner.ram("AttachPolicyToUser", &with("1234567890123456")).ok();
    owner.ram("AttachPolicyToUser", &base).refused(409, "EntityAlreadyExists.User.Policy");
}
