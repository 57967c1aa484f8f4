//! Whose something is: accounts in what was printed, in a state, and under control policies.

use acslab::authorization::Kept;
use acslab::import::{Options, import};

use crate::commands::ATTACHED;
use crate::taken;

#[test]
fn several_accounts_are_told_apart_by_their_arns() {
    let role = |id: &str| {
        format!(
            r#"{{"Role": {{"RoleName": "ops", "Arn": "acs:ram::{id}:role/ops", "AssumeRolePolicyDocument": "{{\"Version\":\"1\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{{\"Service\":[\"ecs.aliyuncs.com\"]}}}}]}}"}}}}"#
        )
    };
    let (kept, _) = taken("t.txt", &format!("{}\n{}\n", role("1234567890123456"), role("2000000000000001")));
    let ids: Vec<&str> = kept.state.accounts.values().map(|account| account.account_id.as_str()).collect();
    assert_eq!(ids, ["1234567890123456", "2000000000000001"]);
    assert!(kept.state.accounts.values().all(|account| account.roles.contains_key("ops")));
}

pub(crate) fn kept(accounts: &serde_json::Value) -> Kept {
    Kept { state: serde_json::from_value(serde_json::json!({"accounts": accounts})).unwrap(), missing: Vec::new() }
}

fn added(before: &serde_json::Value, text: &str) -> Kept {
    import(&[("t.txt".to_owned(), text.to_owned())], Options::default(), Some(kept(before))).kept
}

pub(crate) const BOB: &str =
    "$ aliyun ram GetUser --UserName bob\n{\"User\": {\"UserName\": \"bob\", \"UserId\": \"7\"}}\n";
const NO_BEIJING: &str = r#"{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":[\"ecs:RunInstances\"],\"Resource\":\"acs:ecs:cn-beijing:*:*\"}]}"#;

/// What a state with an administrator alice says of an instance in Beijing.
fn in_beijing(kept: Kept) -> String {
    let standing = acslab::import::Standing::of(kept, Vec::new());
    assert!(standing.unused.is_empty(), "{:?}", standing.unused);
    let (alice, instances) = ("acs:ram::1234567890123456:user/alice", "acs:ecs:cn-beijing:1234567890123456:instance/*");
    let decision = standing.authority.ask(alice, "ecs:RunInstances", instances, &[]).unwrap().decision;
    format!("{:?} {:?}", decision.verdict, decision.layer)
}

const ADMINISTRATOR: &str = "$ aliyun sts GetCallerIdentity\n{\"AccountId\": \"1234567890123456\", \"IdentityType\": \"RAMUser\"}\n\
    $ aliyun ram ListPoliciesForUser --UserName alice\n{\"Policies\": {\"Policy\": [{\"PolicyName\": \"AdministratorAccess\", \"PolicyType\": \"System\"}]}}\n";

fn control(target: &str) -> String {
    format!(
        "$ aliyun resourcemanager ListControlPolicyAttachmentsForTarget --TargetId {target}\n{{\"ControlPolicyAttachments\": {{\"ControlPolicyAttachment\": \
         [{{\"PolicyId\": \"cp-1\", \"PolicyName\": \"FullAliyunAccess\", \"PolicyType\": \"System\"}}, {{\"PolicyId\": \"cp-2\", \"PolicyName\": \"NoBeijing\", \"PolicyType\": \"Custom\"}}]}}}}\n"
    )
}

#[test]
fn control_policies_bind_the_account_that_they_are_asked_for() {
    let document = format!(
        "$ aliyun resourcemanager GetControlPolicy --PolicyId cp-2\n{{\"ControlPolicy\": {{\"PolicyId\": \"cp-2\", \"PolicyName\": \"NoBeijing\", \"PolicyType\": \"Custom\", \"PolicyDocument\": \"{NO_BEIJING}\"}}}}\n"
    );
    let own = format!("{ADMINISTRATOR}{}{document}", control("1234567890123456"));
    let (kept, notes) = taken("t.txt", &own);
    assert_eq!((notes.len(), kept.missing.len()), (0, 0), "{notes:?} {:?}", kept.missing);
    assert_eq!(kept.state.accounts.keys().collect::<Vec<_>>(), ["company", "management"]);
    // What is added later is of the account, and not of whoever manages it.
    let bob = import(&[("t.txt".to_owned(), BOB.to_owned())], Options::default(), Some(kept.clone())).kept;
    assert!(bob.state.accounts["company"].users.contains_key("bob"));
    for kept in [kept, bob] {
        assert_eq!(in_beijing(kept), "ExplicitDeny Control");
    }
    // Of a folder, in whatever order it is told; and without where the account is, that is missing.
    let account = "$ aliyun resourcemanager GetAccount --AccountId 1234567890123456\n{\"Account\": {\"AccountId\": \"1234567890123456\", \"FolderId\": \"fd-b\", \"ResourceDirectoryPath\": \"rd-1/r-1/fd-a/fd-b/1234567890123456\"}}\n";
    for target in ["fd-a", "fd-b", "r-1"] {
        for text in [[&*control(target), account], [account, &*control(target)]] {
            let (kept, notes) = taken("t.txt", &format!("{ADMINISTRATOR}{document}{}", text.concat()));
            assert_eq!(notes, [""; 0]);
            assert_eq!(in_beijing(kept), "ExplicitDeny Control", "{target}");
        }
    }
    let more = format!("{ADMINISTRATOR}{}{}", control("fd-b"), control("1234567890123456"));
    let (kept, _) = taken("t.txt", &more);
    let gets: Vec<&str> = kept.missing.iter().map(|missing| missing.get.as_str()).collect();
    assert_eq!(
        gets,
        [
            "aliyun resourcemanager GetAccount --AccountId 1234567890123456",
            "aliyun resourcemanager GetControlPolicy --PolicyId cp-2"
        ]
    );
}

#[test]
fn control_policies_of_terraform_bind_their_target() {
    let resources = r#"[
        {"address": "a", "mode": "managed", "type": "alicloud_ram_user", "values": {"name": "alice"}},
        {"address": "b", "mode": "managed", "type": "alicloud_ram_user_policy_attachment", "values": {"user_name": "alice", "policy_name": "AdministratorAccess", "policy_type": "System"}},
        {"address": "c", "mode": "managed", "type": "alicloud_resource_manager_control_policy_attachment", "values": {"policy_id": "cp-2", "target_id": "1234567890123456"}},
        {"address": "d", "mode": "managed", "type": "alicloud_resource_manager_control_policy_attachment", "values": {"policy_id": "cp-FullAliyunAccess", "target_id": "1234567890123456"}},
        {"address": "e", "mode": "managed", "type": "alicloud_resource_manager_control_policy", "values": {"id": "cp-2", "control_policy_name": "NoBeijing", "policy_document": "DOCUMENT"}}
    ]"#
    .replace("DOCUMENT", NO_BEIJING);
    let text = format!(r#"{{"format_version": "1.0", "values": {{"root_module": {{"resources": {resources}}}}}}}"#);
    let (kept, notes) = taken("show.json", &text);
    assert_eq!((notes.len(), kept.missing.len()), (0, 0), "{notes:?} {:?}", kept.missing);
    assert_eq!(in_beijing(kept), "ExplicitDeny Control");
}

#[test]
fn what_is_added_to_a_state_of_one_account_is_of_that_one() {
    let before = serde_json::json!({"mine": {"account_id": "2000000000000001", "users": {"alice": {}}}});
    let kept = added(&before, BOB);
    let names: Vec<&String> = kept.state.accounts.keys().collect();
    assert_eq!(names, ["mine"]);
    let users: Vec<&String> = kept.state.accounts["mine"].users.keys().collect();
    assert_eq!(users, ["alice", "bob"]);
}

#[test]
fn what_was_told_before_its_account_is_added_to_what_is_there() {
    let attached = serde_json::json!([{"name": "AliyunOSSReadOnlyAccess", "type": "System"}]);
    let before = serde_json::json!({
        "mine": {"account_id": "2000000000000001", "users": {"alice": {}, "bob": {"policies": attached, "groups": ["dev"]}}, "groups": {"dev": {}}},
        "other": {"account_id": "2000000000000002"},
    });
    let text = format!(
        "{BOB}$ aliyun ram ListPoliciesForUser --UserName bob\n{{\"Policies\": {{\"Policy\": [{{\"PolicyName\": \"AliyunRAMReadOnlyAccess\", \"PolicyType\": \"System\", \"AttachDate\": \"x\"}}]}}}}\n\
         $ aliyun sts GetCallerIdentity\n{{\"AccountId\": \"2000000000000001\", \"IdentityType\": \"RAMUser\"}}\n"
    );
    let kept = added(&before, &text);
    assert_eq!(kept.state.accounts.keys().collect::<Vec<_>>(), ["mine", "other"]);
    let users = &kept.state.accounts["mine"].users;
    let bob = &users["bob"];
    let policies: Vec<&str> = bob.policies.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(policies, ["AliyunOSSReadOnlyAccess", "AliyunRAMReadOnlyAccess"]);
    assert_eq!((bob.user_id.as_deref(), bob.groups.as_slice(), users.len()), (Some("7"), &["dev".to_owned()][..], 2));
}

/// What was told of one alice says nothing of the other.
#[test]
fn users_of_one_name_are_of_their_accounts() {
    let identity = |id: u8| {
        format!(
            "$ aliyun sts GetCallerIdentity\n{{\"AccountId\": \"200000000000000{id}\", \"IdentityType\": \"RAMUser\"}}\n"
        )
    };
    let (first, second) = (identity(1), identity(2));
    let user = "$ aliyun ram GetUser --UserName alice\n{\"User\": {\"UserName\": \"alice\", \"UserId\": \"7\"}}\n";
    let read = "$ aliyun ram ListPoliciesForUser --UserName alice\n{\"Policies\": {\"Policy\": []}}\n";
    let (before, _) = taken("t.txt", &format!("{first}{user}{read}{second}{user}"));
    let missing = |kept: &Kept| kept.missing.iter().map(|missing| missing.what.clone()).collect::<Vec<_>>();
    assert_eq!(missing(&before), ["what is attached to user `alice` of account 2000000000000002"]);
    // It is still missing when more is told of the first, and is not when it was told.
    let more = |text: String| import(&[("t.txt".to_owned(), text)], Options::default(), Some(before.clone())).kept;
    assert_eq!(missing(&more(format!("{first}{read}"))), missing(&before));
    assert_eq!(missing(&more(format!("{second}{read}"))), Vec::<String>::new());
    // What was told before anybody said whose it is goes where it belongs.
    let (kept, _) = taken("t.txt", &format!("{user}{read}{first}"));
    assert_eq!(missing(&kept), Vec::<String>::new());
    let (kept, _) = taken("t.txt", &format!("{read}{first}{user}"));
    assert_eq!(missing(&kept), Vec::<String>::new());
    let (kept, _) = taken("t.txt", &format!("{user}{first}"));
    assert_eq!(missing(&kept), ["what is attached to user `alice`"]);
}

#[test]
fn an_account_of_a_state_stays_itself() {
    let before = serde_json::json!({
        "company": {"account_id": "1234567890123456", "users": {"alice": {}}},
        "other": {"account_id": "2000000000000002"},
    });
    let kept = added(&before, "{\"AccountId\": \"2000000000000002\", \"IdentityType\": \"RAMUser\"}\n");
    assert!(kept.state.accounts["company"].users.contains_key("alice"));
    assert!(kept.state.accounts["other"].users.is_empty());
}

#[test]
fn accounts_are_told_apart_by_the_profile_that_asks() {
    let role = |id: &str| {
        format!(
            r#"{{"Role": {{"RoleName": "ops", "Arn": "acs:ram::{id}:role/ops", "AssumeRolePolicyDocument": "{{\"Version\":\"1\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{{\"Service\":[\"ecs.aliyuncs.com\"]}}}}]}}"}}}}"#
        )
    };
    let list = |profile: &str| format!("$ aliyun ram ListPoliciesForRole --RoleName ops{profile}\n{ATTACHED}\n");
    let (one, two) = ("1234567890123456", "2000000000000001");
    let text = format!(
        "$ aliyun ram GetRole --RoleName ops\n{}\n$ aliyun ram GetRole --RoleName ops --profile other\n{}\n{}$ aliyun ram GetUser --UserName bob\n{{\"User\": {{\"UserName\": \"bob\", \"UserId\": \"7\"}}}}\n",
        role(one),
        role(two),
        list(" --profile other")
    );
    let (kept, notes) = taken("t.txt", &text);
    let of = |id: &str| kept.state.accounts.values().find(|account| account.account_id == id).unwrap();
    assert_eq!((of(one).roles["ops"].policies.len(), of(two).roles["ops"].policies.len()), (0, 1));
    assert!(of(one).users.contains_key("bob"));
    assert!(notes.len() == 1 && notes[0].contains(two), "{notes:?}");
    let (_, notes) = taken(
        "t.txt",
        &format!("{{\"AccountId\": \"{one}\", \"IdentityType\": \"RAMUser\"}}\n{}", list(" --profile third")),
    );
    assert!(notes.len() == 1 && notes[0].contains("GetCallerIdentity --profile third"), "{notes:?}");
}
