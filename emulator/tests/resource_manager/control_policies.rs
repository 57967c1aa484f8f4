//! Control policies: their life, and whom they bind.

use acslab_emulator::EmulatorHandle;
use serde_json::{Value, json};

use super::directory::member;
use super::rm;
use crate::ACCOUNT;
use crate::kit::{self, Answer, Client, MOMENT, names, policy, text};

const FULL: &str = "cp-FullAliyunAccess";

/// A directory with a folder and a member in it, and a way into the member.
struct Place<'e> {
    owner: Client<'e>,
    root: String,
    folder: String,
    account: String,
    /// A session of the member's access role, an administrator there.
    inside: Client<'e>,
}

impl<'e> Place<'e> {
    fn new(cloud: &'e EmulatorHandle) -> Self {
        let owner = Client::owner(cloud);
        let directory = rm(&owner, "InitResourceDirectory", &[]).ok();
        let root = text(&directory, "/ResourceDirectory/RootFolderId").to_owned();
        let folder = rm(&owner, "CreateFolder", &[("FolderName", "folder")]).ok();
        let folder = text(&folder, "/Folder/FolderId").to_owned();
        let account = member(&owner, "Dev", &folder);
        let user = owner.user("admin");
        owner.attach("admin", "System", "AdministratorAccess");
        let inside = user.assume(&format!("acs:ram::{account}:role/ResourceDirectoryAccountAccessRole"), &[]);
        Self { owner, root, folder, account, inside }
    }

    fn enabled(cloud: &'e EmulatorHandle) -> Self {
        let place = Self::new(cloud);
        rm(&place.owner, "EnableControlPolicy", &[]).ok();
        place
    }

    fn policy(&self, name: &str, document: &str) -> String {
        let parameters = [("PolicyName", name), ("PolicyDocument", document), ("EffectScope", "RAM")];
        let made = rm(&self.owner, "CreateControlPolicy", &parameters).ok();
        text(&made, "/ControlPolicy/PolicyId").to_owned()
    }

    fn attach(&self, policy: &str, target: &str) -> Answer {
        rm(&self.owner, "AttachControlPolicy", &[("PolicyId", policy), ("TargetId", target)])
    }

    fn detach(&self, policy: &str, target: &str) -> Answer {
        rm(&self.owner, "DetachControlPolicy", &[("PolicyId", policy), ("TargetId", target)])
    }

    fn at(&self, target: &str) -> Vec<String> {
        let listed = rm(&self.owner, "ListControlPolicyAttachmentsForTarget", &[("TargetId", target)]).ok();
        let ids = names(&listed, "/ControlPolicyAttachments/ControlPolicyAttachment", "PolicyId");
        ids.into_iter().map(str::to_owned).collect()
    }
}

/// What a refusal says of itself.
fn detail(answer: &Answer) -> Value {
    answer.refused(403, "NoPermission").json()["AccessDeniedDetail"].clone()
}

#[test]
fn a_control_policy_is_made_read_changed_and_deleted() {
    let cloud = kit::start();
    let place = Place::enabled(&cloud);
    let document = policy("Deny", "ram:DeleteRole", "*").replace(',', " ,\n");
    let parameters =
        [("PolicyName", "KeepRoles"), ("PolicyDocument", &document), ("EffectScope", "RAM"), ("Description", "d")];
    let made = rm(&place.owner, "CreateControlPolicy", &parameters).ok();
    let id = text(&made, "/ControlPolicy/PolicyId");
    assert!(id.starts_with("cp-") && id.len() == 19, "{id}");
    assert_eq!(
        made["ControlPolicy"],
        json!({
            "PolicyId": id, "PolicyName": "KeepRoles", "PolicyType": "Custom", "EffectScope": "RAM", "Description": "d",
            "AttachmentCount": "0", "CreateDate": MOMENT, "UpdateDate": MOMENT,
        })
    );
    let mut expected = made["ControlPolicy"].clone();
    expected["PolicyDocument"] = json!(document);
    let got = rm(&place.owner, "GetControlPolicy", &[("PolicyId", id)]).ok();
    assert_eq!(got["ControlPolicy"], expected);

    rm(&place.owner, "CreateControlPolicy", &parameters).refused(409, "EntityAlreadyExists.ControlPolicy");
    let other = place.policy("Other", &policy("Allow", "*", "*"));
    rm(&place.owner, "UpdateControlPolicy", &[("PolicyId", id), ("NewPolicyName", "Other")])
        .refused(409, "EntityAlreadyExists.ControlPolicy");
    let changed = rm(
        &place.owner,
        "UpdateControlPolicy",
        &[("PolicyId", id), ("NewPolicyName", "Renamed"), ("NewDescription", "new")],
    )
    .ok();
    assert_eq!(
        (&changed["ControlPolicy"]["PolicyName"], &changed["ControlPolicy"]["Description"]),
        (&json!("Renamed"), &json!("new"))
    );
    let got = rm(&place.owner, "GetControlPolicy", &[("PolicyId", id)]).ok();
    assert_eq!(text(&got, "/ControlPolicy/PolicyDocument"), document);

    let listed = |kind: &str| rm(&place.owner, "ListControlPolicies", &[("PolicyType", kind)]).ok();
    assert_eq!(names(&listed("System"), "/ControlPolicies/ControlPolicy", "PolicyName"), ["FullAliyunAccess"]);
    assert_eq!(listed("Custom")["TotalCount"], 2);
    rm(&place.owner, "ListControlPolicies", &[("PolicyType", "Own")]).refused(400, "InvalidParameter.PolicyType");

    rm(&place.owner, "DeleteControlPolicy", &[("PolicyId", &other)]).ok();
    place.attach(id, &place.folder).ok();
    rm(&place.owner, "DeleteControlPolicy", &[("PolicyId", id)]).refused(409, "DeleteConflict.ControlPolicyAttachment");
    place.detach(id, &place.folder).ok();
    rm(&place.owner, "DeleteControlPolicy", &[("PolicyId", id)]).ok();
    rm(&place.owner, "GetControlPolicy", &[("PolicyId", id)]).refused(404, "EntityNotExists.ControlPolicy");
}

#[test]
fn the_name_of_a_control_policy_may_begin_with_a_digit() {
    let cloud = kit::start();
    let place = Place::new(&cloud);
    let id = place.policy("1756884774", &policy("Deny", "ram:*", "*"));
    rm(&place.owner, "UpdateControlPolicy", &[("PolicyId", &id), ("NewPolicyName", "1")]).ok();
}

#[test]
fn a_bad_control_policy_is_not_made() {
    let cloud = kit::start();
    let place = Place::new(&cloud);
    let good = policy("Deny", "ram:*", "*");
    let principal = r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Principal":{"RAM":["acs:ram::1:root"]}}]}"#;
    let (long, blanks) = ("a".repeat(129), format!("{good}{}", " ".repeat(4096)));
    let cases = [
        ("", good.as_str(), "RAM", "MissingPolicyName"),
        ("P", "", "RAM", "MissingPolicyDocument"),
        ("P", &good, "", "MissingEffectScope"),
        ("P", &good, "All", "InvalidParameter.EffectScope"),
        ("-P", &good, "RAM", "InvalidParameter.PolicyName"),
        ("P_P", &good, "RAM", "InvalidParameter.PolicyName"),
        (&long, &good, "RAM", "InvalidParameter.PolicyName"),
    ];
    for (name, document, scope, code) in cases {
        let parameters = [("PolicyName", name), ("PolicyDocument", document), ("EffectScope", scope)];
        rm(&place.owner, "CreateControlPolicy", &parameters).refused(400, code);
    }
    let described =
        [("PolicyName", "P"), ("PolicyDocument", &good), ("EffectScope", "RAM"), ("Description", &"d".repeat(1025))];
    rm(&place.owner, "CreateControlPolicy", &described).refused(400, "InvalidParameter.Description");
    for (document, code) in [
        ("{}", "MalformedPolicyDocument"),
        (principal, "MalformedPolicyDocument"),
        (&blanks, "InvalidParameter.PolicyDocument.Length"),
    ] {
        let parameters = [("PolicyName", "P"), ("PolicyDocument", document), ("EffectScope", "RAM")];
        rm(&place.owner, "CreateControlPolicy", &parameters).refused(409, code);
    }
    let id = place.policy("P", &good);
    for (document, status, code) in [
        ("{}", 409, "MalformedPolicyDocument"),
        (principal, 409, "MalformedPolicyDocument"),
        (&blanks, 400, "InvalidParameter.NewPolicyDocument.Length"),
    ] {
        let parameters = [("PolicyId", id.as_str()), ("NewPolicyDocument", document)];
        rm(&place.owner, "UpdateControlPolicy", &parameters).refused(status, code);
    }
    for (name, value) in [("NewPolicyName", "-"), ("NewDescription", &"d".repeat(1025))] {
        rm(&place.owner, "UpdateControlPolicy", &[("PolicyId", &id), (name, value)])
            .refused(400, &format!("InvalidParameter.{name}"));
    }
    for action in
        ["GetControlPolicy", "UpdateControlPolicy", "DeleteControlPolicy", "ListTargetAttachmentsForControlPolicy"]
    {
        rm(&place.owner, action, &[("PolicyId", "x")]).refused(400, "InvalidParameter.PolicyId");
        rm(&place.owner, action, &[("PolicyId", "cp-0123456789abcdef")]).refused(404, "EntityNotExists.ControlPolicy");
        rm(&place.owner, action, &[]).refused(400, "MissingPolicyId");
    }
    // The system's stays as it is.
    rm(&place.owner, "UpdateControlPolicy", &[("PolicyId", FULL), ("NewDescription", "d")])
        .refused(409, "DeleteConflict.SystemControlPolicy");
    rm(&place.owner, "DeleteControlPolicy", &[("PolicyId", FULL)]).refused(409, "DeleteConflict.SystemControlPolicy");
}

#[test]
fn enabled_everything_has_the_policy_that_allows_everything() {
    let cloud = kit::start();
    let place = Place::new(&cloud);
    let status =
        || text(&rm(&place.owner, "GetControlPolicyEnablementStatus", &[]).ok(), "/EnablementStatus").to_owned();
    assert_eq!(status(), "Disabled");
    let document = policy("Deny", "ram:*", "*");
    let custom = place.policy("Custom", &document);
    place.attach(&custom, &place.folder).refused(409, "InvalidControlPolicyEnablementStatus");
    place.detach(FULL, &place.folder).refused(409, "InvalidControlPolicyEnablementStatus");
    assert_eq!(place.at(&place.folder), [""; 0]);

    assert_eq!(rm(&place.owner, "EnableControlPolicy", &[]).ok()["EnablementStatus"], "PendingEnable");
    assert_eq!(status(), "Enabled");
    let directory = rm(&place.owner, "GetResourceDirectory", &[]).ok();
    assert_eq!(directory["ResourceDirectory"]["ControlPolicyStatus"], "Enabled");
    let later = member(&place.owner, "Later", &place.root);
    for target in [&place.root, &place.folder, &place.account, &later] {
        assert_eq!(place.at(target), [FULL]);
    }
    let targets = rm(&place.owner, "ListTargetAttachmentsForControlPolicy", &[("PolicyId", FULL)]).ok();
    let mut kinds = names(&targets, "/TargetAttachments/TargetAttachment", "TargetType");
    kinds.sort_unstable();
    assert_eq!(kinds, ["Account", "Account", "Folder", "Root"]);
    let listed = rm(&place.owner, "ListControlPolicyAttachmentsForTarget", &[("TargetId", &place.folder)]).ok();
    assert_eq!(
        listed["ControlPolicyAttachments"]["ControlPolicyAttachment"][0],
        json!({
            "PolicyId": FULL, "PolicyName": "FullAliyunAccess", "PolicyType": "System", "EffectScope": "All",
            "Description": "All operations on all resources are allowed.", "AttachDate": MOMENT,
        })
    );
    // Enabling what is enabled leaves what is attached.
    place.attach(&custom, &place.folder).ok();
    rm(&place.owner, "EnableControlPolicy", &[]).ok();
    assert_eq!(place.at(&place.folder), [FULL, &custom]);

    assert_eq!(rm(&place.owner, "DisableControlPolicy", &[]).ok()["EnablementStatus"], "PendingDisable");
    assert_eq!(status(), "Disabled");
    assert_eq!(place.at(&place.folder), [""; 0]);
    rm(&place.owner, "GetControlPolicy", &[("PolicyId", &custom)]).ok();
    place.inside.ram("ListUsers", &[]).ok();
}

#[test]
fn attaching_and_detaching_have_their_rules() {
    let cloud = kit::start();
    let place = Place::enabled(&cloud);
    let document = policy("Allow", "*", "*");
    let id = place.policy("P", &document);
    for target in [&place.root, &place.folder, &place.account] {
        place.attach(&id, target).ok();
        place.attach(&id, target).refused(409, "EntityAlreadyExists.ControlPolicyAttachment");
        place.detach(FULL, target).ok();
        place.detach(FULL, target).refused(404, "EntityNotExists.ControlPolicyAttachment");
        place.detach(&id, target).refused(400, "NotSupport.DetachLastControlPolicy");
    }
    assert_eq!(
        rm(&place.owner, "GetControlPolicy", &[("PolicyId", &id)]).ok()["ControlPolicy"]["AttachmentCount"],
        "3"
    );
    for target in ["fd-0123456789", "1111111111111111", ACCOUNT] {
        // The management account is no target.
        place.attach(&id, target).refused(404, "EntityNotExists.Target");
        place.detach(&id, target).refused(404, "EntityNotExists.Target");
        rm(&place.owner, "ListControlPolicyAttachmentsForTarget", &[("TargetId", target)])
            .refused(404, "EntityNotExists.Target");
    }
    place.attach(&id, "x").refused(400, "InvalidParameter.TargetId");
    place.attach("cp-0123456789abcdef", &place.folder).refused(404, "EntityNotExists.ControlPolicy");
    for number in 0..9 {
        place.attach(&place.policy(&format!("P{number}"), &document), &place.folder).ok();
    }
    place.attach(&place.policy("P9", &document), &place.folder).refused(409, "LimitExceeded.ControlPolicyAttachment");
}

/// Each node on the way from the account to the root must allow, and none may deny.
#[test]
fn every_node_on_the_way_up_binds() {
    let cloud = kit::start();
    let place = Place::enabled(&cloud);
    place.inside.ram("ListUsers", &[]).ok();
    let nodes = [place.account.as_str(), &place.folder, &place.root];
    let deny = place.policy("NoListing", &policy("Deny", "ram:ListUsers", "*"));
    let allow = place.policy("OnlyRoles", &policy("Allow", "ram:*Role*", "*"));
    for node in nodes {
        place.attach(&deny, node).ok();
        let refused = detail(&place.inside.ram("ListUsers", &[]));
        assert_eq!(
            (&refused["PolicyType"], &refused["NoPermissionType"]),
            (&json!("ControlPolicy"), &json!("ExplicitDeny"))
        );
        assert_eq!(refused["AuthAction"], "ram:ListUsers");
        place.inside.ram("ListRoles", &[]).ok();
        place.detach(&deny, node).ok();

        place.attach(&allow, node).ok();
        place.inside.ram("ListUsers", &[]).ok();
        place.detach(FULL, node).ok();
        let refused = detail(&place.inside.ram("ListUsers", &[]));
        assert_eq!(
            (&refused["PolicyType"], &refused["NoPermissionType"]),
            (&json!("ControlPolicy"), &json!("ImplicitDeny"))
        );
        place.inside.ram("ListRoles", &[]).ok();
        place.attach(FULL, node).ok();
        place.detach(&allow, node).ok();
        place.inside.ram("ListUsers", &[]).ok();
    }
}

#[test]
fn a_new_document_a_move_and_a_new_policy_bind_at_once() {
    let cloud = kit::start();
    let place = Place::enabled(&cloud);
    let id = place.policy("P", &policy("Deny", "ram:ListUsers", "*"));
    place.attach(&id, &place.folder).ok();
    place.inside.ram("ListUsers", &[]).refused(403, "NoPermission");
    rm(
        &place.owner,
        "UpdateControlPolicy",
        &[("PolicyId", &id), ("NewPolicyDocument", &policy("Deny", "ram:ListGroups", "*"))],
    )
    .ok();
    place.inside.ram("ListUsers", &[]).ok();
    place.inside.ram("ListGroups", &[]).refused(403, "NoPermission");
    rm(&place.owner, "MoveAccount", &[("AccountId", &place.account), ("DestinationFolderId", &place.root)]).ok();
    place.inside.ram("ListGroups", &[]).ok();
    // A control policy never gives what nothing else gives.
    place.inside.ram("CreateUser", &[("UserName", "nobody")]).ok();
    let key = place.inside.ram("CreateAccessKey", &[("UserName", "nobody")]).ok();
    let nobody =
        place.owner.with_key(text(&key, "/AccessKey/AccessKeyId"), text(&key, "/AccessKey/AccessKeySecret"), None);
    let refused = detail(&nobody.ram("ListUsers", &[]));
    assert_eq!(refused["PolicyType"], "AccountLevelIdentityBasedPolicy");
}

#[test]
fn whom_control_policies_do_not_bind() {
    let cloud = kit::start();
    let place = Place::enabled(&cloud);
    let id = place.policy("Nothing", &policy("Deny", "*", "*"));
    place.attach(&id, &place.root).ok();
    place.inside.ram("ListUsers", &[]).refused(403, "NoPermission");
    // The management account, its owner and its users.
    place.owner.ram("ListUsers", &[]).ok();
    let user = place.owner.user("user");
    place.owner.attach("user", "System", "AdministratorAccess");
    user.ram("ListUsers", &[]).ok();
    // They assume the member's role all the same, and are bound as soon as they are in.
    let again = user.assume(&format!("acs:ram::{}:role/ResourceDirectoryAccountAccessRole", place.account), &[]);
    again.ram("ListUsers", &[]).refused(403, "NoPermission");
    // What needs no permission is not denied.
    again.sts("GetCallerIdentity", &[]).ok();
    // A member that has left.
    let this = [("AccountId", place.account.as_str()), ("Email", "a@example.com")];
    rm(&place.owner, "PromoteResourceAccount", &this).ok();
    again.ram("ListUsers", &[]).refused(403, "NoPermission");
    rm(&place.owner, "RemoveCloudAccount", &this).ok();
    again.ram("ListUsers", &[]).ok();
}

/// Across accounts it is the account that owns the resource whose control policies count.
#[test]
fn the_owner_of_the_resource_decides() {
    let cloud = kit::start();
    let place = Place::enabled(&cloud);
    let other = member(&place.owner, "Other", &place.root);
    let admin = place.owner.user("second");
    place.owner.attach("second", "System", "AdministratorAccess");
    let elsewhere = admin.assume(&format!("acs:ram::{other}:role/ResourceDirectoryAccountAccessRole"), &[]);
    let trust = kit::trust("RAM", &format!("acs:ram::{}:root", place.account));
    elsewhere.ram("CreateRole", &[("RoleName", "open"), ("AssumeRolePolicyDocument", &trust)]).ok();
    let target = format!("acs:ram::{other}:role/open");
    let assume = || place.inside.sts("AssumeRole", &[("RoleArn", &target), ("RoleSessionName", "session")]);
    assume().ok();
    let id = place.policy("NoAssuming", &policy("Deny", "sts:AssumeRole", "*"));
    place.attach(&id, &place.account).ok();
    assume().ok();
    place.attach(&id, &other).ok();
    assert_eq!(detail(&assume())["PolicyType"], "ControlPolicy");
}

#[test]
fn the_trail_names_the_control_policy() {
    let cloud = kit::start();
    let place = Place::enabled(&cloud);
    let id = place.policy("NoListing", &policy("Deny", "ram:ListUsers", "*"));
    place.attach(&id, &place.folder).ok();
    let refused = place.inside.ram("ListUsers", &[]).json();
    let entry = cloud.gateway().trail().find(text(&refused, "/RequestId")).expect("an entry");
    let decided = entry.decided.last().expect("a decision");
    let settled = decided.policy().expect("a policy");
    assert_eq!(&*settled.name, "NoListing");
    assert_eq!(settled.attached, acslab_policy::Attachment::Target(place.folder.as_str().into()));
}
