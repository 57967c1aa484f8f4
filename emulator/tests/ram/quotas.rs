//! How many of each an account may have.

use std::collections::BTreeMap;
use std::sync::Arc;

use acslab_emulator::cloud::Account;
use acslab_emulator::cloud::directory::{Attachments, CustomPolicy, Group, MfaDevice, Role, User, quota};
use acslab_emulator::signature::Secret;
use acslab_policy::{Document, DocumentKind};
use jiff::Timestamp;

use crate::kit::{self, Client, policy, trust};

/// Fills a quota in the state itself: what is counted is the same.
fn fill(account: &Account, most: usize, add: impl Fn(usize, &Account)) {
    for number in 0..most {
        add(number, account);
    }
}

#[test]
fn one_too_many_of_each_is_refused() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let account = cloud.gateway().cloud.account("1234567890123456").unwrap();
    let at: Timestamp = kit::MOMENT.parse().unwrap();
    let document = Arc::new(Document::parse(DocumentKind::Trust, &trust("Service", "ecs.aliyuncs.com")).unwrap());
    let identity = Arc::new(Document::parse(DocumentKind::Identity, &policy("Allow", "*", "*")).unwrap());
    fill(&account, quota::USERS, |n, account| {
        account.directory.write().add_user(User::new(format!("2{n:017}"), &format!("n{n}"), at)).unwrap();
    });
    fill(&account, quota::GROUPS, |n, account| {
        let (members, attached) = (BTreeMap::new(), Attachments::default());
        let (id, name) = (format!("g-{n:016}"), format!("n{n}"));
        let group = Group {
            id,
            name,
            display_name: String::new(),
            comments: String::new(),
            created: at,
            updated: at,
            members,
            attached,
        };
        account.directory.write().add_group(group).unwrap();
    });
    fill(&account, quota::ROLES, |n, account| {
        let role = Role::new(format!("3{n:017}"), &format!("n{n}"), Arc::clone(&document), at);
        account.directory.write().add_role(role).unwrap();
    });
    fill(&account, quota::POLICIES, |n, account| {
        let policy = CustomPolicy::new(&format!("n{n}"), "", Arc::clone(&identity), at);
        account.directory.write().add_policy(policy).unwrap();
    });
    fill(&account, quota::MFA_DEVICES, |n, account| {
        let device = MfaDevice { name: format!("n{n}"), seed: Secret::new(String::new()), bound: None };
        account.directory.write().add_mfa_device(device).unwrap();
    });
    let trusting = ("AssumeRolePolicyDocument", trust("Service", "ecs.aliyuncs.com"));
    let allowing = ("PolicyDocument", policy("Allow", "*", "*"));
    let refused = |action: &str, parameters: &[(&str, &str)], code: &str, message: &str| {
        assert_eq!(owner.ram(action, parameters).refused(409, code).message(), message);
    };
    let limit = |what: &str| format!("The count of {what} beyond the current limits.");
    refused("CreateUser", &[("UserName", "x")], "LimitExceeded.User", &limit("users"));
    refused("CreateGroup", &[("GroupName", "x")], "LimitExceeded.Group", &limit("groups"));
    let role = [("RoleName", "x"), (trusting.0, trusting.1.as_str())];
    refused("CreateRole", &role, "LimitExceeded.Role", &limit("roles"));
    let policy = [("PolicyName", "x"), (allowing.0, allowing.1.as_str())];
    refused("CreatePolicy", &policy, "LimitExceeded.Policy", &limit("policy"));
    let device = [("VirtualMFADeviceName", "x")];
    refused("CreateVirtualMFADevice", &device, "LimitExceeded.VirtualMFADevice", &limit("virtual mfa devices"));
    // Service-linked roles are made all the same.
    owner.ram("CreateServiceLinkedRole", &[("ServiceName", "xtrace.aliyuncs.com")]).ok();
}

#[test]
fn twenty_system_policies_at_once() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    owner.ram("CreateUser", &[("UserName", "a")]).ok();
    let system = acslab_emulator::SystemPolicies::shipped();
    for (number, policy) in system.iter().take(21).enumerate() {
        let attachment = [("UserName", "a"), ("PolicyType", "System"), ("PolicyName", policy.name.as_str())];
        let answer = owner.ram("AttachPolicyToUser", &attachment);
        if number < 20 {
            answer.ok();
        } else {
            let message = "The policy count of the user attached policies beyond the current limits.";
            assert_eq!(answer.refused(409, "LimitExceeded.User.Policy").message(), message);
        }
    }
}
