//! What the `aliyun` CLI and ossutil print, behind whatever prompt.

use acslab::authorization::Kept;
use acslab::import::{Options, import};

use crate::accounts::BOB;
use crate::{DOCUMENT, only, taken};

#[test]
fn a_command_that_was_refused_is_named() {
    let alice = "$ aliyun ram GetUser --UserName alice\n{\"User\":{\"UserName\":\"alice\",\"UserId\":\"7\"}}\n";
    let list = "me@host:~$ aliyun ram ListPoliciesForUser --UserName alice";
    let missing = "aliyun ram ListPoliciesForUser --UserName alice";
    for (printed, note) in [
        (
            "\nERROR: SDK.ServerError\nErrorCode: NoPermission\nRecommend: \nRequestId: 04F0F334\nMessage: You are not authorized to do this action. [Action:ram:ListPoliciesForUser]\n",
            "t.txt:4: ListPoliciesForUser was refused: NoPermission: You are not authorized to do this action. [Action:ram:ListPoliciesForUser]",
        ),
        (
            " --output cols=PolicyName\nPolicyName\n----------\nAliyunOSSFullAccess\n",
            "t.txt:4: the answer to ListPoliciesForUser is not understood; as JSON it is: PolicyName ---------- AliyunOSSFullAccess",
        ),
        (
            "\nERROR: no such host\n",
            "t.txt:4: the answer to ListPoliciesForUser is not understood; as JSON it is: ERROR: no such host",
        ),
    ] {
        let (kept, notes) = taken("t.txt", &format!("{alice}{list}{printed}me@host:~$\n"));
        assert_eq!(notes, [note]);
        assert_eq!(kept.missing.iter().map(|one| one.get.as_str()).collect::<Vec<_>>(), [missing]);
        // It stays missing until somebody tells it, though it be that there is nothing.
        let more =
            |text: String, kept: Kept| import(&[("t.txt".to_owned(), text)], Options::default(), Some(kept)).kept;
        let still =
            more(BOB.to_owned() + "$ aliyun ram ListPoliciesForUser --UserName bob > bob.json\nme@host:~$\n", kept);
        assert!(still.missing.iter().any(|one| one.get == missing), "{:?}", still.missing);
        let told = more(format!("{list}\n{{\"Policies\":{{\"Policy\":[]}}}}\nreal : 0.1\nuser : 0.2\n"), still);
        assert!(!told.missing.iter().any(|one| one.get == missing), "{:?}", told.missing);
    }
    let (_, notes) = taken(
        "t.txt",
        "$ ossutil api get-bucket-policy --bucket photos\nError: oss: service returned error: StatusCode=403, ErrorCode=AccessDenied, ErrorMessage=\"no\", RequestId=6\n",
    );
    assert_eq!(notes, ["t.txt:2: GetBucketPolicy was refused: AccessDenied: \"no\", RequestId=6"]);
}

#[test]
fn lists_without_their_command_are_not_guessed() {
    let list = r#"{"Policies": {"Policy": [{"PolicyName": "AliyunOSSFullAccess", "PolicyType": "System", "AttachDate": "x"}]}}"#;
    let (kept, notes) = taken("list.json", list);
    assert!(kept.state.accounts.values().all(|account| account.users.is_empty()));
    assert!(notes.iter().any(|note| note.contains("ListPoliciesForUser-NAME.json")), "{notes:?}");
    let (kept, notes) = taken("some/ListPoliciesForRole-ops.json", list);
    assert_eq!(
        (kept.state.accounts.get("company").unwrap().roles.get("ops").unwrap().policies.len(), notes.len()),
        (1, 0)
    );
}

pub(crate) const ATTACHED: &str =
    r#"{"Policies": {"Policy": [{"PolicyName": "AliyunOSSFullAccess", "PolicyType": "System", "AttachDate": "x"}]}}"#;

#[test]
fn a_command_is_seen_behind_any_prompt() {
    for prompt in ["[root@iZbp1 ~]# ", "[me@host dir]$ ", "C:\\Users\\me>", "PS C:\\> ", "[10:00:00] $ ", "$ "] {
        let text = format!("{prompt}aliyun --profile prod ram ListPoliciesForUser --UserName alice\n{ATTACHED}\n");
        let (kept, notes) = taken("t.txt", &text);
        assert_eq!((only(&kept).users["alice"].policies.len(), notes.len()), (1, 0), "{prompt} {notes:?}");
    }
}

#[test]
fn who_has_a_policy_has_it() {
    let answer = r#"{"Groups": {"Group": [{"GroupName": "dev"}]}, "Roles": {"Role": [{"RoleName": "ops"}]}, "Users": {"User": [{"UserName": "alice", "UserId": "1"}]}}"#;
    let command = "$ aliyun ram ListEntitiesForPolicy --PolicyType System --PolicyName AliyunOSSFullAccess";
    let (kept, notes) = taken("t.txt", &format!("{command}\n{answer}\n"));
    let account = only(&kept);
    assert_eq!(notes.len(), 0, "{notes:?}");
    for policies in [&account.users["alice"].policies, &account.groups["dev"].policies, &account.roles["ops"].policies]
    {
        assert_eq!((policies[0].name.as_str(), policies[0].kind.as_str()), ("AliyunOSSFullAccess", "System"));
    }
    let (_, notes) = taken("x.json", answer);
    assert!(notes.len() == 1 && notes[0].contains("which one is not said"), "{notes:?}");
}

#[test]
fn tables_of_ossutil_are_read() {
    let tags = "$ ossutil64 bucket-tagging --method get oss://photos\nindex     tag key\ttag value\n---------------------\n\
                0         \"Product\"\t\"PaiLangStudio\"\n1         \"env\"\t\"a b\"\n\n\n0.2(s) elapsed\n";
    let buckets = "$ aliyun oss ls\nCreationTime                                 Region    StorageClass    BucketName\n\
                   2026-01-01 16:18:37 +0800 CST       oss-cn-beijing         Archive    oss://logs\nBucket Number is: 1\n\n0.2(s) elapsed\n";
    let (kept, notes) = taken("t.txt", &format!("{tags}{buckets}"));
    let found = &only(&kept).buckets;
    assert_eq!(
        (found["photos"].tags["Product"].as_str(), found["photos"].tags["env"].as_str()),
        ("PaiLangStudio", "a b")
    );
    assert_eq!((found["logs"].region.as_str(), notes.len()), ("cn-beijing", 0), "{notes:?}");
}

#[test]
fn answers_of_oss_in_json_and_that_there_is_none() {
    let text = "$ aliyun ossutil api get-bucket-acl --bucket photos\n{\"AccessControlList\": {\"Grant\": \"public-read\"}, \"Owner\": {\"ID\": \"2000000000000001\"}}\n\
                $ aliyun ossutil api get-bucket-tags --bucket photos\n{\"TagSet\": {\"Tag\": [{\"Key\": \"a\", \"Value\": \"b\"}]}}\n\
                $ aliyun ossutil api get-bucket-policy --bucket photos\n<Error><Code>NoSuchBucketPolicy</Code><Message>The bucket policy does not exist</Message></Error>\n\
                $ aliyun ossutil api get-bucket-policy --bucket photos\nError: oss: service returned error: StatusCode=404, ErrorCode=NoSuchBucketPolicy, ErrorMessage=\"The bucket policy does not exist\"\n";
    let (kept, notes) = taken("t.txt", text);
    let bucket = &only(&kept).buckets["photos"];
    assert_eq!((bucket.acl.as_str(), bucket.tags["a"].as_str(), notes.len()), ("public-read", "b", 0), "{notes:?}");
    // An account with a bucket has OSS open: a server with this state answers.
    assert_eq!(only(&kept).activated, ["oss"]);
}

#[test]
fn a_role_in_other_letters_is_the_same() {
    let role = r#"{"Role": {"RoleName": "Ops", "Arn": "acs:ram::1234567890123456:role/ops", "AssumeRolePolicyDocument": "{\"Version\":\"1\",\"Statement\":[]}"}}"#;
    let list = format!("$ aliyun ram ListPoliciesForRole --RoleName ops\n{ATTACHED}\n");
    for text in [format!("{role}\n{list}"), format!("{list}$ aliyun ram GetRole --RoleName ops\n{role}\n")] {
        let (kept, _) = taken("t.txt", &text);
        let roles: Vec<_> = only(&kept).roles.iter().map(|(name, role)| (name.as_str(), role.policies.len())).collect();
        assert_eq!((roles, kept.missing.len()), (vec![("Ops", 1)], 0), "{text}");
    }
}

#[test]
fn a_trust_policy_is_of_the_role_that_is_named() {
    let trust = r#"{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": ["acs:ram::1234567890123456:root"]}}]}"#;
    let options = Options { attach_to: Some("role/ops".to_owned()), ..Options::default() };
    let collected = import(&[("trust.json".to_owned(), trust.to_owned())], options, None);
    assert_eq!(only(&collected.kept).roles.keys().collect::<Vec<_>>(), ["ops"]);
    assert_eq!((collected.notes.len(), collected.assumed), (0, true));
}

#[test]
fn a_policy_keeps_the_number_of_its_version() {
    let version = |id: &str| {
        format!(r#"{{"VersionId": "{id}", "IsDefaultVersion": {}, "PolicyDocument": "{DOCUMENT}"}}"#, id == "v5")
    };
    let text = format!(
        "$ aliyun ram ListPolicyVersions --PolicyType Custom --PolicyName Photos\n{{\"PolicyVersions\": {{\"PolicyVersion\": [{}, {}]}}}}\n\
         $ aliyun ram ListPoliciesForUser --UserName alice\n{{\"Policies\": {{\"Policy\": [{{\"PolicyName\": \"Photos\", \"PolicyType\": \"Custom\", \"DefaultVersion\": \"v5\"}}]}}}}\n",
        version("v2"),
        version("v5")
    );
    let (kept, _) = taken("t.txt", &text);
    let standing = acslab::import::Standing::of(kept, Vec::new());
    let who = standing.known("alice").unwrap().unwrap();
    let answer = standing.authority.ask(&who, "oss:GetObject", "acs:oss:*:*:b/k", &Vec::new()).unwrap();
    let by = acslab_policy::explain(&answer.question.layers.as_layers(), &answer.question.request).to_string();
    assert!(by.contains("`Photos` v5"), "{by}");
}

/// The version in force is the one that a list or the policy itself tells; another one decides nothing.
#[test]
fn the_version_in_force_is_the_one_that_is_told() {
    let list = |version: &str| {
        format!(
            "$ aliyun ram ListPoliciesForUser --UserName alice\n{{\"Policies\":{{\"Policy\":[{{\"PolicyName\":\"Photos\",\"PolicyType\":\"Custom\",\"DefaultVersion\":\"{version}\",\"AttachDate\":\"x\"}}]}}}}\n"
        )
    };
    let version = |version: &str, default: bool| {
        format!(
            "$ aliyun ram GetPolicyVersion --PolicyType Custom --PolicyName Photos --VersionId {version}\n{{\"PolicyVersion\":{{\"VersionId\":\"{version}\",\"IsDefaultVersion\":{default},\"PolicyDocument\":\"{DOCUMENT}\"}}}}\n"
        )
    };
    let missing = |kept: &Kept| kept.missing.iter().map(|one| one.get.clone()).collect::<Vec<_>>();
    let get = |version: &str| {
        format!("aliyun ram GetPolicyVersion --PolicyType Custom --PolicyName Photos --VersionId {version}")
    };
    let of = |kept: &Kept| kept.state.accounts["company"].policies["Photos"].default_version.clone();
    for text in [list("v4") + &version("v3", false), version("v3", false) + &list("v4")] {
        let (kept, _) = taken("t.txt", &text);
        assert_eq!((of(&kept), missing(&kept)), ("v4".to_owned(), vec![get("v4")]));
        let standing = acslab::import::Standing::of(kept, Vec::new());
        let asked = standing.authority.ask(&standing.principal("alice").unwrap(), "oss:GetObject", "*", &[]).unwrap();
        assert!(!asked.decision.is_allowed());
    }
    let (kept, notes) = taken("t.txt", &(version("v3", false) + &list("v4") + &version("v4", true)));
    assert_eq!((of(&kept), missing(&kept), notes), ("v4".to_owned(), Vec::new(), Vec::new()));
    let (kept, _) = taken("t.txt", &version("v3", false));
    assert_eq!(missing(&kept), ["aliyun ram GetPolicy --PolicyType Custom --PolicyName Photos"]);
}
