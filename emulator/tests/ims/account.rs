//! The account's domain, summary, reports and preferences.

use acslab_emulator::Quota;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use crate::kit::{self, Client, MOMENT, text};
use crate::{ACCOUNT, ALICE, alice, ims};

#[test]
fn the_default_domain_is_the_alias() {
    let cloud = kit::builder().account("a", ACCOUNT).account("b", "2222222222222222").start().expect("an emulator");
    let owner = Client::owner(&cloud);
    let domain = || text(&ims(&owner, "GetDefaultDomain", &[]).ok(), "/DefaultDomainName").to_owned();
    assert_eq!(domain(), "1234567890123456.onaliyun.com");
    alice(&owner);
    let set = |client: &Client<'_>, name: &str| ims(client, "SetDefaultDomain", &[("DefaultDomainName", name)]);
    assert_eq!(set(&owner, "company.onaliyun.com").ok()["DefaultDomainName"], "company.onaliyun.com");
    assert_eq!(domain(), "company.onaliyun.com");
    assert_eq!(text(&owner.ram("GetAccountAlias", &[]).ok(), "/AccountAlias"), "company");
    // Everybody is called anew; the old names stay good.
    for principal in ["alice@company.onaliyun.com", ALICE.1] {
        let got = ims(&owner, "GetUser", &[("UserPrincipalName", principal)]).ok();
        assert_eq!(text(&got, "/User/UserPrincipalName"), "alice@company.onaliyun.com");
    }
    let other = Client::owner_of(&cloud, 1);
    set(&other, "company.onaliyun.com").refused(409, "EntityAlreadyExists.AccountAlias");
    set(&other, "1234567890123456.onaliyun.com").refused(409, "EntityAlreadyExists.AccountAlias");
    for bad in ["company.example.com", "-a.onaliyun.com", "Company.onaliyun.com", "onaliyun.com"] {
        set(&owner, bad).refused(400, "InvalidParameter.DefaultDomainName");
    }
    ims(&owner, "SetDefaultDomain", &[]).refused(400, "MissingDefaultDomainName");
    set(&owner, "1234567890123456.onaliyun.com").ok();
    assert_eq!(domain(), "1234567890123456.onaliyun.com");
    set(&other, "company.onaliyun.com").ok();
}

#[test]
fn the_summary_counts() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    alice(&owner);
    owner.ram("CreateGroup", &[("GroupName", "g")]).ok();
    ims(&owner, "CreateVirtualMFADevice", &[("VirtualMFADeviceName", "phone")]).ok();
    let summary = ims(&owner, "GetAccountSummary", &[]).ok()["SummaryMap"].clone();
    let expected = [
        ("Users", 1),
        ("UsersQuota", 5000),
        ("Groups", 1),
        ("GroupsQuota", 300),
        ("Roles", 0),
        ("RolesQuota", 1000),
        ("Policies", 0),
        ("PoliciesQuota", 1500),
        ("PolicySizeQuota", 6144),
        ("MFADevices", 1),
        ("MFADevicesInUse", 0),
        ("AccessKeysPerUserQuota", 2),
        ("VersionsPerPolicyQuota", 5),
        ("AttachedSystemPoliciesPerRoleQuota", 20),
    ];
    for (name, count) in expected {
        assert_eq!(summary[name], count, "{name}");
    }
    assert_eq!(summary.as_object().map(serde_json::Map::len), Some(26));
}

#[test]
fn the_practice_report_sees_old_keys() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let user = owner.user("alice");
    let report = || ims(&owner, "GetAccountSecurityPracticeReport", &[]).ok()["AccountSecurityPracticeInfo"].clone();
    let before = report();
    assert_eq!(
        before["AccountSecurityPracticeUserInfo"],
        json!({
            "BindMfa": false, "RootWithAccessKey": 1, "OldAkNum": 0, "UnusedAkNum": 0, "SubUser": 1, "SubUserBindMfa": 0,
            "SubUserPwdLevel": "low", "SubUserWithOldAccessKey": 0, "SubUserWithUnusedAccessKey": 0,
        })
    );
    cloud.gateway().cloud().clock.advance(91 * 24 * 3_600_000).unwrap();
    let later = report();
    let info = &later["AccountSecurityPracticeUserInfo"];
    assert_eq!((&info["OldAkNum"], &info["UnusedAkNum"]), (&json!(1), &json!(0)));
    assert_eq!((&info["SubUserWithOldAccessKey"], &info["SubUserWithUnusedAccessKey"]), (&json!(1), &json!(1)));
    assert!(later["Score"].as_i64() < before["Score"].as_i64());
    user.sts("GetCallerIdentity", &[]).ok();
    assert_eq!(report()["AccountSecurityPracticeUserInfo"]["SubUserWithUnusedAccessKey"], 0);
}

#[test]
fn the_credential_report_has_a_line_a_user() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let user = owner.user("alice");
    ims(&owner, "GetCredentialReport", &[]).refused(404, "EntityNotExist.CredentialReport");
    assert_eq!(ims(&owner, "GenerateCredentialReport", &[]).ok()["State"], "STARTED");
    assert_eq!(ims(&owner, "GenerateCredentialReport", &[]).ok()["State"], "COMPLETE");
    let read = |parameters: &[(&str, &str)]| {
        let answer = ims(&owner, "GetCredentialReport", parameters).ok();
        let content = BASE64_STANDARD.decode(text(&answer, "/Content")).expect("base64");
        (answer, String::from_utf8(content).expect("text"))
    };
    let (answer, content) = read(&[]);
    assert_eq!((&answer["IsTruncated"], &answer["GeneratedTime"]), (&json!("false"), &json!(MOMENT)));
    let lines: Vec<_> = content.lines().collect();
    assert!(lines[0].starts_with("user,user_creation_time,"), "{content}");
    assert!(lines[1].starts_with("<root>,"), "{content}");
    assert!(lines[2].starts_with(&format!("alice,{MOMENT},-,FALSE,")), "{content}");
    assert!(lines[2].ends_with(&format!(",TRUE,TRUE,{MOMENT},N/A,FALSE,-,-,-")), "{content}");
    assert!(!content.contains(user.secret.expose()) && !content.contains(&user.key_id));
    let (first, content) = read(&[("MaxItems", "1")]);
    assert_eq!((&first["IsTruncated"], &first["NextToken"], content.lines().count()), (&json!("true"), &json!("1"), 2));
    let (_, content) = read(&[("NextToken", "1")]);
    assert!(content.lines().nth(1).is_some_and(|line| line.starts_with("alice,")), "{content}");
    ims(&owner, "GetCredentialReport", &[("MaxItems", "3502")]).refused(400, "InvalidParameter.MaxItems");
    ims(&owner, "GetCredentialReport", &[("NextToken", "x")]).refused(400, "InvalidParameter.NextToken");
}

#[test]
fn security_preferences_are_set() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let before = ims(&owner, "GetSecurityPreference", &[]).ok()["SecurityPreference"].clone();
    assert_eq!(
        before,
        json!({
            "LoginProfilePreference": {
                "AllowUserToChangePassword": true, "AllowUserToLoginWithPasskey": true, "EnableSaveMFATicket": false,
                "LoginNetworkMasks": "", "LoginSessionDuration": 6, "MFAOperationForLogin": "independent",
                "OperationForRiskLogin": "autonomous",
            },
            "AccessKeyPreference": {"AllowUserToManageAccessKeys": false, "AllowUserToManageServiceCredentials": false},
            "MFAPreference": {"AllowUserToManageMFADevices": true},
            "PersonalInfoPreference": {"AllowUserToManagePersonalDingTalk": true},
            "VerificationPreference": {"VerificationTypes": []},
            "MaxIdleDays": {"MaxIdleDaysForUsers": 730, "MaxIdleDaysForAccessKeys": 730},
        })
    );
    let parameters = [
        ("AllowUserToManageAccessKeys", "true"),
        ("LoginNetworkMasks", "10.0.0.0/8;192.168.0.1"),
        ("MFAOperationForLogin", "mandatory"),
        ("MaxIdleDaysForUsers", "90"),
        ("VerificationTypes", r#"["mfa","sms","email"]"#),
    ];
    let after = ims(&owner, "SetSecurityPreference", &parameters).ok()["SecurityPreference"].clone();
    assert_eq!(after["AccessKeyPreference"]["AllowUserToManageAccessKeys"], true);
    assert_eq!(after["LoginProfilePreference"]["LoginNetworkMasks"], "10.0.0.0/8;192.168.0.1");
    assert_eq!(after["LoginProfilePreference"]["MFAOperationForLogin"], "mandatory");
    assert_eq!(after["MaxIdleDays"], json!({"MaxIdleDaysForUsers": 90, "MaxIdleDaysForAccessKeys": 730}));
    assert_eq!(after["VerificationPreference"]["VerificationTypes"], json!(["mfa", "sms", "email"]));
    assert_eq!(ims(&owner, "GetSecurityPreference", &[]).ok()["SecurityPreference"], after);
    let in_ram = owner.ram("GetSecurityPreference", &[]).ok();
    assert_eq!(in_ram["SecurityPreference"]["AccessKeyPreference"]["AllowUserToManageAccessKeys"], true);
    for (name, value, code) in [
        ("LoginSessionDuration", "25", "InvalidParameter.LoginSessionDuration"),
        ("LoginNetworkMasks", "somewhere", "InvalidParameter.LoginNetworkMasks.Format"),
        ("MFAOperationForLogin", "never", "InvalidParameter.MFAOperationForLogin"),
        ("MaxIdleDaysForAccessKeys", "100", "InvalidParameter.MaxIdleDaysForAccessKeys"),
        ("OperationForRiskLogin", "ask", "InvalidParameter.OperationForRiskLogin"),
        ("VerificationTypes", r#"["fax"]"#, "InvalidParameter.VerificationTypes"),
        ("AllowUserToChangePassword", "yes", "InvalidParameter.AllowUserToChangePassword.Format"),
    ] {
        ims(&owner, "SetSecurityPreference", &[(name, value)]).refused(400, code);
    }
    assert_eq!(ims(&owner, "GetSecurityPreference", &[]).ok()["SecurityPreference"], after);
}

type Parameters<'a> = &'a [(&'a str, &'a str)];

/// Of nothing there may be more than there is: each operation has the code of what it would make.
#[test]
fn quotas_count_here_as_in_ram() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    alice(&owner);
    ims(&owner, "CreateGroup", &[("GroupName", "g"), ("DisplayName", "g")]).ok();
    let quotas = cloud.gateway().cloud().account(ACCOUNT).expect("the account").quotas.clone();
    let other = ("UserPrincipalName", "bob@1234567890123456.onaliyun.com");
    let network = r#"{"Status":"Active","Statements":[{"Type":"ClassicWhiteList","IPList":["::/0","0.0.0.0/0"]}]}"#;
    let tag =
        [("ResourceType", "user"), ("ResourcePrincipalName.1", ALICE.1), ("Tag.1.Key", "k"), ("Tag.1.Value", "v")];
    let provider = [("OIDCProviderName", "o"), ("IssuerUrl", "https://e.example.com")];
    let clients = [("OIDCProviderName", "c"), ("IssuerUrl", "https://c.example.com"), ("ClientIds", "a")];
    let fingerprints = [("OIDCProviderName", "f"), ("IssuerUrl", "https://f.example.com"), ("Fingerprints", "0f")];
    let policy = [("AccessKeyPolicy", network)];
    let calls: [(Quota, &str, Parameters<'_>, u16, &str); 13] = [
        (Quota::Users, "CreateUser", &[other, ("DisplayName", "b")], 409, "LimitExceeded.User"),
        (Quota::Groups, "CreateGroup", &[("GroupName", "h"), ("DisplayName", "h")], 409, "LimitExceeded.Group"),
        (Quota::GroupsPerUser, "AddUserToGroup", &[ALICE, ("GroupName", "g")], 409, "LimitExceeded.User.Group"),
        (Quota::AccessKeysPerUser, "CreateAccessKey", &[ALICE], 409, "LimitExceeded.User.AccessKey"),
        (Quota::AccountAccessKeysPerAccount, "CreateAccessKey", &[], 409, "LimitExceeded.User.AccessKey"),
        (
            Quota::VirtualMFADevices,
            "CreateVirtualMFADevice",
            &[("VirtualMFADeviceName", "d")],
            409,
            "LimitExceeded.VirtualMFADevice",
        ),
        (Quota::TagsPerResource, "TagResources", &tag, 409, "LimitExceeded.Tag"),
        (Quota::OIDCProviders, "CreateOIDCProvider", &provider, 409, "LimitExceeded.OIDCProvider"),
        (Quota::ClientIdsPerOIDCProvider, "CreateOIDCProvider", &clients, 409, "LimitExceeded.OIDCProvider.ClientId"),
        (
            Quota::FingerprintsPerOIDCProvider,
            "CreateOIDCProvider",
            &fingerprints,
            409,
            "LimitExceeded.OIDCProvider.Fingerprint",
        ),
        (Quota::SAMLProviders, "CreateSAMLProvider", &[("SAMLProviderName", "s")], 409, "LimitExceeded.SAMLProvider"),
        (
            Quota::ConditionsPerAKPolicy,
            "SetAccessKeyPolicyForAccount",
            &policy,
            400,
            "InvalidParameter.AccessKeyPolicy",
        ),
        (Quota::IPItemsPerAKPolicy, "SetAccessKeyPolicyForAccount", &policy, 400, "InvalidParameter.AccessKeyPolicy"),
    ];
    for (quota, action, parameters, status, code) in calls {
        quotas.set(quota, 0);
        ims(&owner, action, parameters).refused(status, code);
        quotas.set(quota, quota.default_value());
        ims(&owner, action, parameters).ok();
    }
}
