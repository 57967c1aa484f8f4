//! How many of each an account may have.

use std::collections::BTreeMap;
use std::sync::Arc;

use acslab_emulator::Quota;
use acslab_emulator::cloud::Account;
use acslab_emulator::cloud::directory::{Attachments, CustomPolicy, Group, MfaDevice, Role, User};
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
    let account = cloud.gateway().cloud().account("1234567890123456").unwrap();
    let at: Timestamp = kit::MOMENT.parse().unwrap();
    let document = Arc::new(Document::parse(DocumentKind::Trust, &trust("Service", "ecs.aliyuncs.com")).unwrap());
    let identity = Arc::new(Document::parse(DocumentKind::Identity, &policy("Allow", "*", "*")).unwrap());
    fill(&account, Quota::Users.default_value(), |n, account| {
        account.directory.write().add_user(User::new(format!("2{n:017}"), &format!("n{n}"), at)).unwrap();
    });
    fill(&account, Quota::Groups.default_value(), |n, account| {
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
    fill(&account, Quota::Roles.default_value(), |n, account| {
        let role = Role::new(format!("3{n:017}"), &format!("n{n}"), Arc::clone(&document), at);
        account.directory.write().add_role(role).unwrap();
    });
    fill(&account, Quota::Policies.default_value(), |n, account| {
        let policy = CustomPolicy::new(&format!("n{n}"), "", Arc::clone(&identity), at);
        account.directory.write().add_policy(policy).unwrap();
    });
    fill(&account, Quota::VirtualMFADevices.default_value(), |n, account| {
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

/// Whatever the figure, one more than there may be is refused, and what is in force is reported.
#[test]
fn a_quota_can_be_raised_and_lowered() {
    let cloud = kit::builder().quota(Quota::Users, 1).start().expect("an emulator");
    let owner = Client::owner(&cloud);
    let summary = |name: &str| {
        let summary = owner.rpc("2019-08-15", "GetAccountSummary", &[]).ok();
        summary["SummaryMap"][format!("{name}Quota")].as_u64()
    };
    assert_eq!((summary("Users"), summary("Groups")), (Some(1), Some(300)));
    owner.ram("CreateUser", &[("UserName", "alice")]).ok();
    owner.ram("CreateUser", &[("UserName", "bob")]).refused(409, "LimitExceeded.User");
    let quotas = &cloud.gateway().cloud().account("1234567890123456").expect("the account").quotas.clone();
    for quota in Quota::REPORTED {
        quotas.set(*quota, 7);
        assert_eq!(summary(quota.name()), Some(7), "{quota:?}");
    }
    owner.ram("CreateUser", &[("UserName", "bob")]).ok();
    let trust = trust("Service", "ecs.aliyuncs.com");
    let allow = policy("Allow", "*", "*");
    let role = |name: &str| owner.ram("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", &trust)]);
    let custom = |name: &str| owner.ram("CreatePolicy", &[("PolicyName", name), ("PolicyDocument", &allow)]);
    let group = |name: &str| owner.ram("CreateGroup", &[("GroupName", name)]);
    let version = || owner.ram("CreatePolicyVersion", &[("PolicyName", "p0"), ("PolicyDocument", &allow)]);
    let key = || owner.ram("CreateAccessKey", &[("UserName", "alice")]);
    let own_key = || owner.rpc("2019-08-15", "CreateAccessKey", &[]);
    let device = |name: &str| owner.ram("CreateVirtualMFADevice", &[("VirtualMFADeviceName", name)]);
    let join = |name: &str| owner.ram("AddUserToGroup", &[("UserName", "alice"), ("GroupName", name)]);
    let attach = |kind: &str, policy_type: &str, policy: &str, to: (&str, &str)| {
        let parameters = [("PolicyType", policy_type), ("PolicyName", policy), to];
        owner.ram(&format!("AttachPolicyTo{kind}"), &parameters)
    };
    for name in ["r0", "r1"] {
        role(name).ok();
        custom(&name.replace('r', "p")).ok();
        group(&name.replace('r', "g")).ok();
    }
    for quota in Quota::REPORTED {
        quotas.set(*quota, 1);
    }
    for (answer, code) in [
        (role("r2"), "Role"),
        (custom("p2"), "Policy"),
        (group("g2"), "Group"),
        (version(), "Policy.Version"),
        (own_key(), "User.AccessKey"),
    ] {
        answer.refused(409, &format!("LimitExceeded.{code}"));
    }
    key().ok();
    key().refused(409, "LimitExceeded.User.AccessKey");
    device("d0").ok();
    device("d1").refused(409, "LimitExceeded.VirtualMFADevice");
    join("g0").ok();
    join("g1").refused(409, "LimitExceeded.User.Group");
    for (kind, to) in [("User", ("UserName", "alice")), ("Group", ("GroupName", "g0")), ("Role", ("RoleName", "r0"))] {
        let code = format!("LimitExceeded.{kind}.Policy");
        attach(kind, "Custom", "p0", to).ok();
        attach(kind, "Custom", "p1", to).refused(409, &code);
        attach(kind, "System", "AliyunOSSFullAccess", to).ok();
        attach(kind, "System", "AliyunOSSReadOnlyAccess", to).refused(409, &code);
    }
    // A quota is one account's.
    quotas.set(Quota::Roles, 3);
    role("r2").ok();
}

#[test]
fn the_control_surface_sets_quotas_for_one_account_or_for_all() {
    let cloud = kit::builder().account("one", "1111111111111111").account("two", "2222222222222222");
    let cloud = cloud.start().expect("an emulator");
    let owner = Client::owner(&cloud);
    let quotas = |method: &str, query: &str, body: &str| {
        owner.send(&kit::Raw::new(method, "/_acslab/quotas").query(query.to_owned()).body(body))
    };
    let users = |query: &str| quotas("GET", query, "").ok()["quotas"]["Users"].as_u64();
    assert_eq!(quotas("PUT", "account=1111111111111111", r#"{"Users": 1, "Roles": 0}"#).ok()["quotas"]["Users"], 1);
    let seen = [users("account=1111111111111111"), users("account=2222222222222222"), users("")];
    assert_eq!(seen, [Some(1), Some(5000), Some(5000)]);
    owner.ram("CreateUser", &[("UserName", "a")]).ok();
    owner.ram("CreateUser", &[("UserName", "b")]).refused(409, "LimitExceeded.User");
    quotas("PUT", "", r#"{"Users": 2}"#).ok();
    let seen = [users("account=1111111111111111"), users("account=2222222222222222"), users("")];
    assert_eq!(seen, [Some(2); 3]);
    owner.ram("CreateUser", &[("UserName", "b")]).ok();
    let refused = |method: &str, query: &str, body: &str| {
        let answer = quotas(method, query, body);
        (answer.status, answer.json()["error"].as_str().unwrap_or_default().to_owned())
    };
    // Of a body with an unknown name nothing is taken.
    let (status, why) = refused("PUT", "", r#"{"Groups": 1, "User": 3}"#);
    assert_eq!(status, 400);
    assert!(why.starts_with("`User` is not a quota; there are Users, Groups, "), "{why}");
    assert_eq!(quotas("GET", "", "").ok()["quotas"]["Groups"], 300);
    assert_eq!(refused("PUT", "", r#"{"Users": -1}"#).0, 400);
    assert_eq!(refused("PUT", "", "[]").0, 400);
    assert_eq!(refused("GET", "account=3333333333333333", "").0, 404);
    assert_eq!(refused("DELETE", "", "").0, 405);
}
