//! Custom policies with their versions, and system policies.

use serde_json::json;

use crate::kit::{self, Client, MOMENT, Raw, names, policy, text};

fn document(number: usize) -> String {
    policy("Allow", "oss:GetObject", &format!("acs:oss:*:*:bucket-{number}/*"))
}

#[test]
fn a_policy_is_made_read_changed_and_deleted() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    // Kept byte for byte, blanks and all.
    let text_sent = document(1).replace(',', " ,\n\t");
    let made = owner
        .ram("CreatePolicy", &[("PolicyName", "Read-1"), ("PolicyDocument", &text_sent), ("Description", "d")])
        .ok();
    assert_eq!(
        made["Policy"],
        json!({
            "PolicyName": "Read-1", "PolicyType": "Custom", "Description": "d", "DefaultVersion": "v1",
            "CreateDate": MOMENT,
        })
    );
    let named = [("PolicyName", "read-1"), ("PolicyType", "Custom")];
    let got = owner.ram("GetPolicy", &named).ok();
    let mut expected = made["Policy"].clone();
    expected["UpdateDate"] = json!(MOMENT);
    expected["AttachmentCount"] = json!(0);
    assert_eq!(got["Policy"], expected);
    assert_eq!(
        got["DefaultPolicyVersion"],
        json!({"VersionId": "v1", "IsDefaultVersion": true, "PolicyDocument": text_sent, "CreateDate": MOMENT})
    );
    let changed = owner.ram("UpdatePolicyDescription", &[("PolicyName", "Read-1"), ("NewDescription", "e")]).ok();
    assert_eq!(text(&changed, "/Policy/Description"), "e");
    owner
        .ram("UpdatePolicyDescription", &[("PolicyName", "none"), ("NewDescription", "e")])
        .refused(404, "EntityNotExist.Policy");
    owner
        .ram("CreatePolicy", &[("PolicyName", "READ-1"), ("PolicyDocument", &text_sent)])
        .refused(409, "EntityAlreadyExists.Policy");
    owner.ram("DeletePolicy", &[("PolicyName", "Read-1")]).ok();
    owner.ram("GetPolicy", &named).refused(404, "EntityNotExist.Policy");
    owner.ram("DeletePolicy", &[("PolicyName", "Read-1")]).refused(404, "EntityNotExist.Policy");
}

#[test]
fn versions_are_numbered_once_and_rotate_when_asked() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    owner.ram("CreatePolicy", &[("PolicyName", "p"), ("PolicyDocument", &document(1))]).ok();
    let add = |number: usize, more: &[(&str, &str)]| {
        let text = document(number);
        owner.ram("CreatePolicyVersion", &[&[("PolicyName", "p"), ("PolicyDocument", text.as_str())], more].concat())
    };
    let list = || {
        let answer = owner.ram("ListPolicyVersions", &[("PolicyName", "p"), ("PolicyType", "Custom")]).ok();
        let ids = names(&answer, "/PolicyVersions/PolicyVersion", "VersionId");
        ids.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let second = add(2, &[]).ok();
    assert_eq!(
        second["PolicyVersion"],
        json!({
            "VersionId": "v2", "IsDefaultVersion": false, "PolicyDocument": document(2), "CreateDate": MOMENT,
        })
    );
    let third = add(3, &[("SetAsDefault", "true")]).ok();
    assert_eq!(third["PolicyVersion"]["IsDefaultVersion"], true);
    add(4, &[]).ok();
    add(5, &[]).ok();
    add(6, &[]).refused(409, "LimitExceeded.Policy.Version");
    add(6, &[("RotateStrategy", "None")]).refused(409, "LimitExceeded.Policy.Version");
    add(6, &[("RotateStrategy", "Whatever")]).refused(400, "InvalidParameter.RotateStrategy");
    assert_eq!(list(), ["v1", "v2", "v3", "v4", "v5"]);
    let rotate = [("RotateStrategy", "DeleteOldestNonDefaultVersionWhenLimitExceeded")];
    assert_eq!(text(&add(6, &rotate).ok(), "/PolicyVersion/VersionId"), "v6");
    assert_eq!(list(), ["v2", "v3", "v4", "v5", "v6"]);
    add(7, &rotate).ok();
    add(8, &rotate).ok();
    // The default one is never the one to go.
    assert_eq!(list(), ["v3", "v5", "v6", "v7", "v8"]);

    let of = |id: &'static str| [("PolicyName", "p"), ("PolicyType", "Custom"), ("VersionId", id)];
    let version = owner.ram("GetPolicyVersion", &of("v8")).ok();
    assert_eq!(text(&version, "/PolicyVersion/PolicyDocument"), document(8));
    owner.ram("GetPolicyVersion", &of("v1")).refused(404, "EntityNotExist.Policy.Version");
    owner.ram("GetPolicyVersion", &of("8")).refused(400, "InvalidParameter.VersionId.Format");
    let default = owner.ram("DeletePolicyVersion", &of("v3"));
    assert_eq!(
        default.refused(409, "DeleteConflict.Policy.Version.Default").message(),
        "The default policy version CAN NOT been deleted directly."
    );
    owner.ram("SetDefaultPolicyVersion", &of("v1")).refused(404, "EntityNotExist.Policy.Version");
    owner.ram("SetDefaultPolicyVersion", &of("v8")).ok();
    owner.ram("DeletePolicyVersion", &of("v3")).ok();
    owner.ram("DeletePolicyVersion", &of("v3")).refused(404, "EntityNotExist.Policy.Version");
    // A number that was used is not used again.
    owner.ram("DeletePolicyVersion", &of("v7")).ok();
    assert_eq!(text(&add(9, &[]).ok(), "/PolicyVersion/VersionId"), "v9");
}

#[test]
fn the_default_version_is_in_force_at_once() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    owner.grant("alice", "p", &policy("Allow", "ram:ListUsers", "*"));
    alice.ram("ListUsers", &[]).ok();
    let none = policy("Deny", "ram:ListUsers", "*");
    owner.ram("CreatePolicyVersion", &[("PolicyName", "p"), ("PolicyDocument", &none)]).ok();
    alice.ram("ListUsers", &[]).ok();
    owner.ram("SetDefaultPolicyVersion", &[("PolicyName", "p"), ("VersionId", "v2")]).ok();
    alice.ram("ListUsers", &[]).refused(403, "NoPermission");
    owner.ram("SetDefaultPolicyVersion", &[("PolicyName", "p"), ("VersionId", "v1")]).ok();
    alice.ram("ListUsers", &[]).ok();
}

#[test]
fn what_a_policy_is_attached_to_keeps_it_from_being_deleted() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    owner.ram("CreatePolicy", &[("PolicyName", "p"), ("PolicyDocument", &document(1))]).ok();
    owner.ram("CreatePolicyVersion", &[("PolicyName", "p"), ("PolicyDocument", &document(2))]).ok();
    owner.ram("CreateUser", &[("UserName", "u")]).ok();
    owner.ram("CreateGroup", &[("GroupName", "g")]).ok();
    let trusting = kit::trust("Service", "pai.aliyuncs.com");
    owner.ram("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &trusting)]).ok();
    let cascading = [("PolicyName", "p"), ("CascadingDelete", "true")];
    for (kind, parameter, name) in [("User", "UserName", "u"), ("Group", "GroupName", "g"), ("Role", "RoleName", "r")] {
        let attachment = [(parameter, name), ("PolicyType", "Custom"), ("PolicyName", "p")];
        owner.ram(&format!("AttachPolicyTo{kind}"), &attachment).ok();
        let got = owner.ram("GetPolicy", &[("PolicyType", "Custom"), ("PolicyName", "p")]).ok();
        assert_eq!(got["Policy"]["AttachmentCount"], 1);
        owner.ram("DeletePolicy", &cascading).refused(409, &format!("DeleteConflict.Policy.{kind}"));
        owner.ram(&format!("DetachPolicyFrom{kind}"), &attachment).ok();
    }
    let versions = owner.ram("DeletePolicy", &[("PolicyName", "p")]);
    assert_eq!(
        versions.refused(409, "DeleteConflict.Policy.Version").message(),
        "The policy CAN NOT has any version except the defaul version."
    );
    owner.ram("DeletePolicy", &cascading).ok();
}

#[test]
fn system_policies_can_be_read_and_not_changed() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let named = [("PolicyType", "System"), ("PolicyName", "AliyunOSSReadOnlyAccess")];
    let got = owner.ram("GetPolicy", &named).ok();
    assert_eq!(text(&got, "/Policy/PolicyType"), "System");
    assert!(text(&got, "/DefaultPolicyVersion/PolicyDocument").contains("oss:Get*"));
    let id = text(&got, "/Policy/DefaultVersion").to_owned();
    let version = owner.ram("GetPolicyVersion", &[&named[..], &[("VersionId", &id)]].concat()).ok();
    assert_eq!(version["PolicyVersion"], got["DefaultPolicyVersion"]);
    let versions = owner.ram("ListPolicyVersions", &named).ok();
    assert!(names(&versions, "/PolicyVersions/PolicyVersion", "VersionId").contains(&id.as_str()));
    owner
        .ram("CreatePolicyVersion", &[("PolicyName", "AliyunOSSReadOnlyAccess"), ("PolicyDocument", &document(1))])
        .refused(404, "EntityNotExist.Policy");
    owner.ram("DeletePolicy", &[("PolicyName", "AliyunOSSReadOnlyAccess")]).refused(404, "EntityNotExist.Policy");
    owner
        .ram("GetPolicy", &[("PolicyType", "System"), ("PolicyName", "Nothing")])
        .refused(404, "EntityNotExist.Policy");
    owner
        .ram("GetPolicy", &[("PolicyType", "system"), ("PolicyName", "AliyunOSSReadOnlyAccess")])
        .refused(400, "InvalidParameter.PolicyType");
}

/// As far as it is known: of this one, two versions are.
#[test]
fn the_history_of_a_system_policy_can_be_read_and_moved_in() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let named = [("PolicyType", "System"), ("PolicyName", "AliyunKMSCryptoUserAccess")];
    let history = || {
        let mut versions = owner.ram("ListPolicyVersions", &named).ok()["PolicyVersions"]["PolicyVersion"].clone();
        for version in versions.as_array_mut().expect("versions") {
            version.as_object_mut().expect("a version").remove("PolicyDocument");
        }
        versions
    };
    let version = |id: &str, created: &str, default: bool| json!({"VersionId": id, "CreateDate": created, "IsDefaultVersion": default});
    let (first, second) = ("2020-03-04T14:42:20Z", "2026-07-09T10:01:22Z");
    assert_eq!(history(), json!([version("v1", first, false), version("v2", second, true)]));
    let old = owner.ram("GetPolicyVersion", &[&named[..], &[("VersionId", "v1")]].concat()).ok();
    assert!(!text(&old, "/PolicyVersion/PolicyDocument").contains("kms:GenerateMac"));
    owner
        .ram("GetPolicyVersion", &[&named[..], &[("VersionId", "v3")]].concat())
        .refused(404, "EntityNotExist.Policy.Version");

    let moved = Raw::new("POST", "/_acslab/system-policies").body(r#"{"AliyunKMSCryptoUserAccess": "v1"}"#);
    moved.send(cloud.address()).ok();
    assert_eq!(history(), json!([version("v1", first, true), version("v2", second, false)]));
    let got = owner.ram("GetPolicy", &named).ok();
    assert_eq!((text(&got, "/Policy/DefaultVersion"), text(&got, "/Policy/UpdateDate")), ("v1", first));
    assert!(!text(&got, "/DefaultPolicyVersion/PolicyDocument").contains("kms:GenerateMac"));
}

#[test]
fn a_list_shows_custom_and_system_policies_page_by_page() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    for name in ["b", "A"] {
        owner.ram("CreatePolicy", &[("PolicyName", name), ("PolicyDocument", &document(1))]).ok();
    }
    let custom = owner.ram("ListPolicies", &[("PolicyType", "Custom")]).ok();
    assert_eq!(names(&custom, "/Policies/Policy", "PolicyName"), ["A", "b"]);
    assert_eq!(custom["Policies"]["Policy"][0]["AttachmentCount"], 0);

    let (mut seen, mut marker) = (Vec::new(), String::new());
    loop {
        let page = owner.ram("ListPolicies", &[("MaxItems", "7"), ("Marker", &marker)]).ok();
        let shown = names(&page, "/Policies/Policy", "PolicyName");
        assert!(shown.len() <= 7);
        seen.extend(shown.into_iter().map(str::to_owned));
        if page["IsTruncated"] == false {
            break;
        }
        text(&page, "/Marker").clone_into(&mut marker);
    }
    assert_eq!(seen[..2], ["A", "b"]);
    let system = owner.ram("ListPolicies", &[("PolicyType", "System"), ("MaxItems", "1000")]).ok();
    assert_eq!(seen[2..], names(&system, "/Policies/Policy", "PolicyName"));
    owner.ram("ListPolicies", &[("PolicyType", "custom")]).refused(400, "InvalidParameter.PolicyType");
}

#[test]
fn a_bad_document_is_refused_and_changes_nothing() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    owner.ram("CreatePolicy", &[("PolicyName", "p"), ("PolicyDocument", &document(1))]).ok();
    let huge = format!(r#"{{"Version":"1","Statement":[],"x":"{}"}}"#, "a".repeat(5 << 20));
    let good = document(1);
    let cases = [
        (String::new(), "MissingPolicyDocument"),
        ("{".to_owned(), "MalformedPolicyDocument"),
        ("{}".to_owned(), "MalformedPolicyDocument"),
        ("[]".to_owned(), "MalformedPolicyDocument"),
        (format!("// why\n{good}"), "MalformedPolicyDocument"),
        (good.replace(r#""1""#, r#""2""#), "MalformedPolicyDocument"),
        (good.replace("Allow", "allow"), "MalformedPolicyDocument"),
        (good.replace("oss:GetObject", "GetObject"), "MalformedPolicyDocument"),
        (
            good.replace(r#""Effect""#, r#""Condition":{"StringIs":{"acs:SourceIp":"10.0.0.1"}},"Effect""#),
            "MalformedPolicyDocument",
        ),
        (good.replace(r#""Effect""#, r#""Principal":{"RAM":["*"]},"Effect""#), "MalformedPolicyDocument"),
        (huge, "InvalidParameter.PolicyDocument.Length"),
    ];
    for (document, code) in &cases {
        owner.ram("CreatePolicy", &[("PolicyName", "q"), ("PolicyDocument", document)]).refused(400, code);
        owner.ram("CreatePolicyVersion", &[("PolicyName", "p"), ("PolicyDocument", document)]).refused(400, code);
    }
    // The cloud's words first, then the place.
    for (without, words) in [
        (r#""Action":"oss:GetObject","#, "Add an Action or NotAction element to the policy statement."),
        (r#""Version":"1","#, "The policy document is invalid."),
    ] {
        let document = good.replacen(without, "", 1);
        assert_ne!(document, good);
        let answer = owner.ram("CreatePolicy", &[("PolicyName", "q"), ("PolicyDocument", &document)]);
        answer.refused(400, "MalformedPolicyDocument");
        assert!(answer.message().starts_with(words), "{}", answer.message());
        assert!(answer.message().contains("(line 1, column "), "{}", answer.message());
    }
    let all = owner.ram("ListPolicies", &[("PolicyType", "Custom")]).ok();
    assert_eq!(names(&all, "/Policies/Policy", "PolicyName"), ["p"]);
    let versions = owner.ram("ListPolicyVersions", &[("PolicyName", "p"), ("PolicyType", "Custom")]).ok();
    assert_eq!(names(&versions, "/PolicyVersions/PolicyVersion", "VersionId"), ["v1"]);
}
