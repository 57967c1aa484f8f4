//! The authorization state at `/_acslab/state`: what no policy, user or bucket tells.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod kit;

use acslab_emulator::EmulatorHandle;
use acslab_emulator::cloud::Service;
use acslab_emulator::state::{AuthorizationState, PolicyText, Who};
use kit::{Answer, Client, Raw, text};
use serde_json::{Value, json};

const ACCOUNT: &str = "1234567890123456";

fn rm(owner: &Client<'_>, action: &str, parameters: &[(&str, &str)]) -> Value {
    owner.rpc("2020-03-31", action, parameters).ok()
}

fn ims(owner: &Client<'_>, action: &str, parameters: &[(&str, &str)]) -> Value {
    owner.rpc("2019-08-15", action, parameters).ok()
}

fn state(emulator: &EmulatorHandle, query: &Value) -> Value {
    accounts(emulator, query)["company"].clone()
}

fn accounts(emulator: &EmulatorHandle, query: &Value) -> Value {
    let answer: Answer = Raw::new("POST", "/_acslab/state").body(query.to_string()).send(emulator.address());
    answer.ok()["accounts"].clone()
}

#[test]
fn an_account_without_any_of_it_says_nothing_of_it() {
    let emulator = kit::start();
    let state = state(&emulator, &json!({}));
    for part in ["access_key_policies", "resource_groups", "identity_providers", "security_preference"] {
        assert_eq!(state[part], json!({}), "{part}");
    }
    assert_eq!(state["resource_directory"], Value::Null);
}

/// Groups go by their names, and a grant for one reaches what is in it.
#[test]
fn resource_groups_and_what_is_granted_for_them() {
    let emulator = kit::builder().open(Service::Oss).start().expect("an emulator");
    let owner = Client::owner(&emulator);
    let made = rm(
        &owner,
        "CreateResourceGroup",
        &[("Name", "project"), ("DisplayName", "Project"), ("Tag.1.Key", "team"), ("Tag.1.Value", "a")],
    );
    let id = text(&made, "/ResourceGroup/Id").to_owned();
    assert_eq!(owner.oss("PUT", Some("elsewhere"), "", &[], &[], b"").status, 200);
    assert_eq!(owner.oss("PUT", Some("inside"), "", &[], &[("x-oss-resource-group-id", &id)], b"").status, 200);
    owner.user("alice");
    rm(
        &owner,
        "AttachPolicy",
        &[
            ("PolicyType", "System"),
            ("PolicyName", "AliyunOSSReadOnlyAccess"),
            ("PrincipalType", "IMSUser"),
            ("PrincipalName", &format!("alice@{ACCOUNT}.onaliyun.com")),
            ("ResourceGroupId", &id),
        ],
    );
    let shown = state(
        &emulator,
        &json!({"actions": ["oss:GetObject"], "resources": ["acs:oss:*:*:inside/a", "acs:oss:*:*:elsewhere/a"]}),
    );
    let project = json!({"display_name": "Project", "tags": {"team": "a"}, "resources": ["oss bucket inside"]});
    assert_eq!(shown["resource_groups"], json!({ "project": project }));
    let policies = &shown["users"]["alice"]["policies"];
    assert_eq!(policies[0]["resource_group"], "project");
    assert_eq!(policies[0]["name"], "AliyunOSSReadOnlyAccess");
    let verdicts: Vec<_> =
        shown["permissions"]["user/alice"].as_array().expect("answers").iter().map(|one| &one["verdict"]).collect();
    assert_eq!(verdicts, ["Allow", "ImplicitDeny"]);

    assert_eq!(owner.oss("DELETE", Some("inside"), "", &[], &[], b"").status, 204);
    rm(&owner, "DeleteResourceGroup", &[("ResourceGroupId", &id)]);
    let shown = state(&emulator, &json!({}));
    assert_eq!((&shown["resource_groups"], &shown["users"]["alice"]["policies"]), (&json!({}), &json!([])));
}

#[test]
fn identity_providers_and_single_sign_on() {
    let emulator = kit::start();
    let owner = Client::owner(&emulator);
    // `<EntityDescriptor/>`
    let metadata = "PEVudGl0eURlc2NyaXB0b3IvPg==";
    ims(
        &owner,
        "CreateOIDCProvider",
        &[
            ("OIDCProviderName", "ci"),
            ("IssuerUrl", "https://ci.example.com"),
            ("ClientIds", "b,a"),
            ("Fingerprints", "0f"),
            ("IssuanceLimitTime", "6"),
        ],
    );
    ims(&owner, "CreateSAMLProvider", &[("SAMLProviderName", "corp"), ("EncodedSAMLMetadataDocument", metadata)]);
    let digest = "732ac882a365c3c8c8a7c42dc814177c2f01357ecc4157ccc8c96980ac79e2ef";
    let oidc = json!({
        "issuer_url": "https://ci.example.com", "client_ids": ["b", "a"], "fingerprints": ["0f"], "issuance_limit_hours": 6,
    });
    let expected = json!({"oidc": {"ci": oidc}, "saml": {"corp": {"metadata_sha256": digest}}});
    assert_eq!(state(&emulator, &json!({}))["identity_providers"], expected);

    ims(
        &owner,
        "SetUserSsoSettings",
        &[("SsoEnabled", "true"), ("MetadataDocument", metadata), ("SsoLoginWithDomain", "true")],
    );
    let sso = &state(&emulator, &json!({}))["identity_providers"]["user_sso"];
    assert_eq!(*sso, json!({"with_domain": true, "metadata_sha256": digest}));
}

#[test]
fn the_security_preference_where_it_was_changed() {
    let emulator = kit::start();
    let owner = Client::owner(&emulator);
    let changes =
        [("AllowUserToManageAccessKeys", "true"), ("LoginSessionDuration", "8"), ("EnableSaveMFATicket", "false")];
    owner.ram("SetSecurityPreference", &changes).ok();
    let expected = json!({"manage_access_keys": true, "login_session_hours": 8});
    assert_eq!(state(&emulator, &json!({}))["security_preference"], expected);
}

/// The whole directory by names alone: another seed leaves the same.
#[test]
fn a_resource_directory_with_its_control_policies() {
    let shown = |seed: u64| {
        let emulator = kit::builder().seed(seed).start().expect("an emulator");
        let owner = Client::owner(&emulator);
        let directory = rm(&owner, "InitResourceDirectory", &[]);
        let root = text(&directory, "/ResourceDirectory/RootFolderId");
        let folder = rm(&owner, "CreateFolder", &[("FolderName", "dev")]);
        let folder = text(&folder, "/Folder/FolderId");
        let member = rm(&owner, "CreateResourceAccount", &[("DisplayName", "Sandbox"), ("ParentFolderId", folder)]);
        let member = text(&member, "/Account/AccountId");
        assert_eq!(state(&emulator, &json!({}))["resource_directory"]["control"], "disabled");
        rm(&owner, "EnableControlPolicy", &[]);
        let document = kit::policy("Deny", "ram:DeleteRole", "*");
        let parameters = [("PolicyName", "KeepRoles"), ("PolicyDocument", &*document), ("EffectScope", "RAM")];
        let policy = rm(&owner, "CreateControlPolicy", &parameters);
        let policy = text(&policy, "/ControlPolicy/PolicyId");
        for target in [folder, member] {
            rm(&owner, "AttachControlPolicy", &[("PolicyId", policy), ("TargetId", target)]);
        }
        rm(&owner, "DetachControlPolicy", &[("PolicyId", "cp-FullAliyunAccess"), ("TargetId", member)]);
        for service in ["sso.aliyuncs.com", "cloudsso.aliyuncs.com"] {
            let delegated = [("AccountId", member), ("ServicePrincipal", service)];
            rm(&owner, "RegisterDelegatedAdministrator", &delegated);
        }
        assert_ne!(root, folder);
        // Asked for its members, it says whose accounts they are, and those are there.
        let asked = accounts(&emulator, &json!({"accounts": ["company"], "members": true}));
        let of_member = asked.as_object().and_then(|all| all.values().find(|one| one["account_id"] == *member));
        assert!(of_member.is_some_and(|one| one["roles"].get("ResourceDirectoryAccountAccessRole").is_some()));
        let whose = asked.pointer("/company/resource_directory/members/Sandbox/account_id");
        assert_eq!(whose.and_then(Value::as_str), Some(member));
        state(&emulator, &json!({}))["resource_directory"].clone()
    };
    let full = json!({"name": "FullAliyunAccess", "type": "System"});
    let keep = json!({"name": "KeepRoles", "type": "Custom"});
    let document: Value = serde_json::from_str(&kit::policy("Deny", "ram:DeleteRole", "*")).expect("a policy");
    let expected = json!({
        "control": "enabled",
        "control_policies": {"KeepRoles": {"effect_scope": "RAM", "document": document}},
        "folders": {"root": {"control_policies": [full]}, "root/dev": {"control_policies": [full, keep]}},
        "members": {"Sandbox": {
            "folder": "root/dev", "type": "ResourceAccount", "control_policies": [keep],
            "administers": ["cloudsso.aliyuncs.com", "sso.aliyuncs.com"],
        }},
    });
    assert_eq!(shown(1), expected);
    assert_eq!(shown(2), expected);
}

/// Moves and publishes are decided by at once, by whoever has the policy; a body with one fault changes nothing.
#[test]
fn system_policies_move_in_one_step() {
    let emulator = kit::start();
    let owner = Client::owner(&emulator);
    let alice = owner.user("alice");
    owner.attach("alice", "System", "AliyunRAMReadOnlyAccess");
    let control =
        |body: &Value| Raw::new("POST", "/_acslab/system-policies").body(body.to_string()).send(emulator.address());
    let shown = || state(&emulator, &json!({"actions": ["ram:ListUsers"]}));
    alice.ram("ListUsers", &[]).ok();

    let statement = json!({"Effect": "Allow", "Action": "ram:GetUser", "Resource": "*"});
    let narrower = json!({"version": "v4", "document": {"Version": "1", "Statement": [statement]}});
    let asked = json!({"aliyunramreadonlyaccess": narrower, "AliyunKMSCryptoUserAccess": "v1"});
    let expected = json!({
        "AliyunKMSCryptoUserAccess": {"default_version": "v1", "versions": ["v1", "v2"]},
        "AliyunRAMReadOnlyAccess": {"default_version": "v4", "versions": ["v3", "v4"]},
    });
    assert_eq!(control(&asked).ok(), expected);
    alice.ram("ListUsers", &[]).refused(403, "NoPermission");
    assert_eq!(shown()["users"]["alice"]["policies"][0]["version"], "v4");
    let published = json!({"AliyunRAMReadOnlyAccess": {"version": "v4", "text": narrower["document"]}});
    assert_eq!(shown()["system_policies"], published);
    assert_eq!(shown()["permissions"]["user/alice"][0]["verdict"], "ImplicitDeny");

    for (fault, why) in [
        (json!({"AliyunRAMReadOnlyAccess": "v3", "Nothing": "v1"}), "there is no system policy `Nothing`"),
        (
            json!({"AliyunRAMReadOnlyAccess": "v9"}),
            "no version `v9` of system policy `AliyunRAMReadOnlyAccess` is known, only v3, v4",
        ),
        (json!({"AliyunRAMReadOnlyAccess": {"version": "v5"}}), "not system policies with versions: "),
        (json!(["AliyunRAMReadOnlyAccess"]), "not system policies with versions: "),
    ] {
        let answer = control(&fault);
        assert_eq!(answer.status, 400, "{}", answer.text());
        assert!(text(&answer.json(), "/error").starts_with(why), "{}", answer.text());
    }
    alice.ram("ListUsers", &[]).refused(403, "NoPermission");
    control(&json!({"AliyunRAMReadOnlyAccess": "v3"})).ok();
    assert_eq!(shown()["system_policies"], json!({}), "name and version tell what it says");
    alice.ram("ListUsers", &[]).ok();
}

#[test]
fn from_where_access_keys_may_be_used() {
    let emulator = kit::start();
    let owner = Client::owner(&emulator);
    let alice = owner.user("alice");
    let policy = |address: &str| {
        json!({"Version": 1, "Status": "Inactive", "Statements": [
            {"Type": "ClassicWhiteList", "IPList": [address]},
        ]})
    };
    let name = format!("alice@{ACCOUNT}.onaliyun.com");
    let set = |key: (&str, &str), of: &[(&str, &str)], address: &str| {
        let policy = policy(address).to_string();
        ims(&owner, "SetAccessKeyPolicy", &[of, &[key, ("AccessKeyPolicy", &policy)]].concat());
    };
    set(("UserAccessKeyId", &alice.key_id), &[("UserPrincipalName", &name)], "203.0.113.1");
    set(("UserAccessKeyId", &owner.key_id), &[], "203.0.113.2");
    ims(&owner, "SetAccessKeyPolicyForAccount", &[("AccessKeyPolicy", &policy("203.0.113.3").to_string())]);
    let shown = state(&emulator, &json!({}));
    assert_eq!(shown["users"]["alice"]["access_key_policies"], json!([policy("203.0.113.1")]));
    let expected = json!({"account": [policy("203.0.113.3")], "owner": [policy("203.0.113.2")]});
    assert_eq!(shown["access_key_policies"], expected);
}

/// The answer is the public type, to the last field, and has the text of every version.
#[test]
fn the_state_is_typed_and_has_the_text_of_policies() {
    let emulator = kit::start();
    let owner = Client::owner(&emulator);
    owner.user("alice");
    let (first, second) = (kit::policy("Allow", "ram:GetUser", "*"), kit::policy("Allow", "ram:*", "*"));
    owner.ram("CreatePolicy", &[("PolicyName", "own"), ("PolicyDocument", &first)]).ok();
    owner.ram("CreatePolicyVersion", &[("PolicyName", "own"), ("PolicyDocument", &second)]).ok();
    let query = json!({"actions": ["ram:GetUser"]});
    let answer: Answer = Raw::new("POST", "/_acslab/state").body(query.to_string()).send(emulator.address());
    let state: AuthorizationState = serde_json::from_value(answer.ok()).expect("a state");
    assert_eq!(json!(state), answer.ok());
    let account = state.account(ACCOUNT).expect("the account");
    let own = &account.policies["own"];
    assert_eq!(own.default_version, "v1");
    let texts: Vec<_> = own.versions.iter().map(|(id, text)| (id.as_str(), text)).collect();
    assert_eq!(texts, [("v1", &PolicyText::new(&first)), ("v2", &PolicyText::new(&second))]);
    assert_eq!(account.permissions.keys().collect::<Vec<_>>(), [&Who::User("alice".to_owned())]);
}

/// A question is asked as if the principal had sent it from where the question comes from.
#[test]
fn permissions_know_what_every_request_carries() {
    let emulator = kit::start();
    let owner = Client::owner(&emulator);
    owner.user("alice");
    let condition = |name: &str, operator: &str, key: &str, value: &str| {
        let statement = json!({"Effect": "Allow", "Action": "ram:GetUser", "Resource": "*",
            "Condition": {operator: {key: value}}});
        let document = json!({"Version": "1", "Statement": [statement]}).to_string();
        owner.ram("CreatePolicy", &[("PolicyName", name), ("PolicyDocument", &document)]).ok();
        owner.attach("alice", "Custom", name);
        let told = |context: Value| {
            let query = json!({"actions": ["ram:GetUser"], "context": context});
            state(&emulator, &query)["permissions"]["user/alice"][0]["verdict"].clone()
        };
        let (usual, other) = (told(json!({})), told(json!({key: "other"})));
        let detach = [("PolicyType", "Custom"), ("PolicyName", name), ("UserName", "alice")];
        owner.ram("DetachPolicyFromUser", &detach).ok();
        assert_eq!((usual, other), (json!("Allow"), json!("ImplicitDeny")), "{name}");
    };
    condition("mfa", "Bool", "acs:MFAPresent", "false");
    condition("plain", "Bool", "acs:SecureTransport", "false");
    condition("here", "IpAddress", "acs:SourceIp", "127.0.0.1");
    condition("now", "DateGreaterThan", "acs:CurrentTime", "2020-01-01T00:00:00Z");
    let arn = format!("acs:ram::{ACCOUNT}:user/alice");
    condition("self", "StringEquals", "acs:PrincipalARN", &arn);
}

/// Versions have numbers; what is no number of one is left out, and told.
#[test]
fn a_state_is_taken_with_the_numbers_of_its_versions() {
    let document: Value = serde_json::from_str(&kit::policy("Allow", "ram:*", "*")).expect("a document");
    let versions = json!({"v7": document, "v04": document, "v0": document, "v4294967295": document});
    let policies = json!({"p": {"default_version": "v4294967295", "versions": versions}});
    let given = json!({"accounts": {"company": {"account_id": ACCOUNT, "policies": policies}}});
    let given: AuthorizationState = serde_json::from_value(given).expect("a state");
    let (_, unused) = acslab_emulator::Authority::of(&given);
    let places: Vec<_> = unused.iter().map(|one| one.place.as_str()).collect();
    assert_eq!(places, ["company/policies/p/v0", "company/policies/p/v04"]);
    assert_eq!(unused[1].why, "`v04` is no version: expected `v` and its number, such as `v1`");
}

/// Of a bucket's settings a state says those that refuse something; what else stands there, or is misspelt, is left out, and told.
#[test]
fn a_state_is_taken_with_the_settings_that_refuse() {
    let setting = |name: &str| json!({"name": name, "children": []});
    let settings = json!({"referer": setting("RefererConfiguration"), "referrer": setting("RefererConfiguration"),
        "lifecycle": setting("LifecycleConfiguration")});
    let given =
        json!({"accounts": {"company": {"account_id": ACCOUNT, "buckets": {"photos": {"settings": settings}}}}});
    let given: AuthorizationState = serde_json::from_value(given).expect("a state");
    let (_, unused) = acslab_emulator::Authority::of(&given);
    let places: Vec<_> = unused.iter().map(|one| one.place.as_str()).collect();
    assert_eq!(places, ["company/buckets/photos/settings/lifecycle", "company/buckets/photos/settings/referrer"]);
}
