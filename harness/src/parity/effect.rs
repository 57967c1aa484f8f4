//! What an operation does to an account, and what takes it back. What is in no table here is not sent to the real cloud.

use super::names::NameKind;
use crate::catalogue::{self, Operation};

/// What an operation does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Effect {
    /// It changes nothing.
    Reads,
    /// It changes or makes something that it names.
    Changes(&'static Change),
    /// It opens a service for the account, which an account is presumed to have done: it is played here alone.
    Opens,
    /// It does something that no run may do, or nobody knows what.
    Forbidden,
}

/// An operation that changes something.
#[derive(Debug)]
pub(super) struct Change {
    /// `Ram.CreateUser`.
    pub(super) operation: &'static str,
    /// The parameters that name what it changes. All of it must be of the run.
    pub(super) names: &'static [&'static str],
    /// Without a name, does it change nothing? Else it may change something of whoever calls.
    pub(super) nothing_without: bool,
    /// What takes it back, if it makes something that does not go with what it is made in.
    pub(super) undo: Option<&'static Undo>,
}

/// How something is removed.
#[derive(Debug)]
pub(super) struct Undo {
    /// What has to go first.
    pub(super) sweeps: &'static [Sweep],
    /// The operation, with the parameters that it takes over from the call that made the thing.
    pub(super) call: Option<(&'static str, &'static [&'static str])>,
}

/// Everything that a list has is removed, one by one.
#[derive(Debug)]
pub(super) struct Sweep {
    /// The list, with parameters of the call that made the thing.
    pub(super) list: (&'static str, &'static [&'static str]),
    /// And with these.
    pub(super) fixed: &'static [(&'static str, &'static str)],
    /// Where the entries are.
    pub(super) entries: &'static str,
    /// Only those in which this field is what this parameter is, or what this text is.
    pub(super) only: Option<Only>,
    /// What removes an entry, with parameters of the call that made the thing.
    pub(super) call: (&'static str, &'static [&'static str]),
    /// And with fields of the entry: the parameter, and the field.
    pub(super) of_entry: &'static [(&'static str, &'static str)],
}

/// Which entries of a list are meant.
#[derive(Clone, Copy, Debug)]
pub(super) enum Only {
    /// Those whose field has the value of the parameter of the same name.
    Named(&'static str),
    /// Those whose field is not true.
    Not(&'static str),
}

const fn changes(operation: &'static str, names: &'static [&'static str]) -> Change {
    Change { operation, names, nothing_without: false, undo: None }
}

const fn makes(operation: &'static str, names: &'static [&'static str], undo: &'static Undo) -> Change {
    Change { operation, names, nothing_without: false, undo: Some(undo) }
}

/// Without its name nothing is made.
const fn makes_by_name(operation: &'static str, names: &'static [&'static str], undo: &'static Undo) -> Change {
    Change { operation, names, nothing_without: true, undo: Some(undo) }
}

const fn by(operation: &'static str, with: &'static [&'static str]) -> Undo {
    Undo { sweeps: &[], call: Some((operation, with)) }
}

/// What is attached to somebody.
const fn attached(list: &'static str, detach: &'static str, of: &'static [&'static str]) -> Sweep {
    Sweep {
        list: (list, of),
        fixed: &[],
        entries: "/Policies/Policy",
        only: None,
        call: (detach, of),
        of_entry: &[("PolicyName", "PolicyName"), ("PolicyType", "PolicyType")],
    }
}

/// The versions of objects, or what marks them as deleted.
const fn versions(entries: &'static str) -> Sweep {
    Sweep {
        list: ("Oss.ListObjectVersions", BUCKET),
        fixed: &[],
        entries,
        only: None,
        call: ("Oss.DeleteObject", BUCKET),
        of_entry: &[("Key", "Key"), ("versionId", "VersionId")],
    }
}

const USER: &[&str] = &["UserName"];
const GROUP: &[&str] = &["GroupName"];
const ROLE: &[&str] = &["RoleName"];
const POLICY: &[&str] = &["PolicyName"];
const BUCKET: &[&str] = &["Bucket"];
const WORKSPACE: &[&str] = &["WorkspaceId"];

const KEYS: Sweep = Sweep {
    list: ("Ram.ListAccessKeys", USER),
    fixed: &[],
    entries: "/AccessKeys/AccessKey",
    only: None,
    call: ("Ram.DeleteAccessKey", USER),
    of_entry: &[("UserAccessKeyId", "AccessKeyId")],
};

static REMOVE_USER: Undo = Undo {
    sweeps: &[
        KEYS,
        attached("Ram.ListPoliciesForUser", "Ram.DetachPolicyFromUser", USER),
        Sweep {
            list: ("Ram.ListGroupsForUser", USER),
            fixed: &[],
            entries: "/Groups/Group",
            only: None,
            call: ("Ram.RemoveUserFromGroup", USER),
            of_entry: &[("GroupName", "GroupName")],
        },
    ],
    call: Some(("Ram.DeleteUser", USER)),
};

static REMOVE_GROUP: Undo = Undo {
    sweeps: &[
        Sweep {
            list: ("Ram.ListUsersForGroup", GROUP),
            fixed: &[],
            entries: "/Users/User",
            only: None,
            call: ("Ram.RemoveUserFromGroup", GROUP),
            of_entry: &[("UserName", "UserName")],
        },
        attached("Ram.ListPoliciesForGroup", "Ram.DetachPolicyFromGroup", GROUP),
    ],
    call: Some(("Ram.DeleteGroup", GROUP)),
};

static REMOVE_ROLE: Undo = Undo {
    sweeps: &[attached("Ram.ListPoliciesForRole", "Ram.DetachPolicyFromRole", ROLE)],
    call: Some(("Ram.DeleteRole", ROLE)),
};

static REMOVE_POLICY: Undo = Undo {
    sweeps: &[Sweep {
        list: ("Ram.ListPolicyVersions", POLICY),
        fixed: &[("PolicyType", "Custom")],
        entries: "/PolicyVersions/PolicyVersion",
        only: Some(Only::Not("IsDefaultVersion")),
        call: ("Ram.DeletePolicyVersion", POLICY),
        of_entry: &[("VersionId", "VersionId")],
    }],
    call: Some(("Ram.DeletePolicy", POLICY)),
};

static REMOVE_KEYS: Undo = Undo { sweeps: &[KEYS], call: None };
static REMOVE_LOGIN: Undo = by("Ram.DeleteLoginProfile", USER);
static DETACH_USER: Undo = by("Ram.DetachPolicyFromUser", &["UserName", "PolicyName", "PolicyType"]);
static DETACH_GROUP: Undo = by("Ram.DetachPolicyFromGroup", &["GroupName", "PolicyName", "PolicyType"]);
static DETACH_ROLE: Undo = by("Ram.DetachPolicyFromRole", &["RoleName", "PolicyName", "PolicyType"]);
static LEAVE_GROUP: Undo = by("Ram.RemoveUserFromGroup", &["UserName", "GroupName"]);

static REMOVE_BUCKET: Undo = Undo {
    sweeps: &[
        versions("/Version"),
        versions("/DeleteMarker"),
        Sweep {
            list: ("Oss.ListMultipartUploads", BUCKET),
            fixed: &[],
            entries: "/Upload",
            only: None,
            call: ("Oss.AbortMultipartUpload", BUCKET),
            of_entry: &[("Key", "Key"), ("uploadId", "UploadId")],
        },
    ],
    call: Some(("Oss.DeleteBucket", BUCKET)),
};

static REMOVE_WORKSPACE: Undo = Undo {
    sweeps: &[Sweep {
        list: ("AIWorkSpace.ListWorkspaces", &["WorkspaceName"]),
        fixed: &[],
        entries: "/Workspaces",
        only: Some(Only::Named("WorkspaceName")),
        call: ("AIWorkSpace.DeleteWorkspace", &[]),
        of_entry: &[("WorkspaceId", "WorkspaceId")],
    }],
    call: None,
};

/// The operations that a run may send besides those that read.
static CHANGES: &[Change] = &[
    makes_by_name("Ram.CreateUser", USER, &REMOVE_USER),
    changes("Ram.DeleteUser", USER),
    makes_by_name("Ram.CreateGroup", GROUP, &REMOVE_GROUP),
    changes("Ram.DeleteGroup", GROUP),
    makes("Ram.AddUserToGroup", &["UserName", "GroupName"], &LEAVE_GROUP),
    changes("Ram.RemoveUserFromGroup", &["UserName", "GroupName"]),
    makes_by_name("Ram.CreateRole", ROLE, &REMOVE_ROLE),
    changes("Ram.UpdateRole", ROLE),
    changes("Ram.DeleteRole", ROLE),
    makes_by_name("Ram.CreatePolicy", POLICY, &REMOVE_POLICY),
    changes("Ram.CreatePolicyVersion", POLICY),
    changes("Ram.SetDefaultPolicyVersion", POLICY),
    changes("Ram.DeletePolicyVersion", POLICY),
    changes("Ram.UpdatePolicyDescription", POLICY),
    changes("Ram.DeletePolicy", POLICY),
    makes("Ram.CreateAccessKey", USER, &REMOVE_KEYS),
    changes("Ram.UpdateAccessKey", USER),
    changes("Ram.DeleteAccessKey", USER),
    makes("Ram.CreateLoginProfile", USER, &REMOVE_LOGIN),
    changes("Ram.UpdateLoginProfile", USER),
    changes("Ram.DeleteLoginProfile", USER),
    makes("Ram.AttachPolicyToUser", &["UserName", "PolicyName"], &DETACH_USER),
    changes("Ram.DetachPolicyFromUser", &["UserName", "PolicyName"]),
    makes("Ram.AttachPolicyToGroup", &["GroupName", "PolicyName"], &DETACH_GROUP),
    changes("Ram.DetachPolicyFromGroup", &["GroupName", "PolicyName"]),
    makes("Ram.AttachPolicyToRole", &["RoleName", "PolicyName"], &DETACH_ROLE),
    changes("Ram.DetachPolicyFromRole", &["RoleName", "PolicyName"]),
    makes("Oss.PutBucket", BUCKET, &REMOVE_BUCKET),
    changes("Oss.DeleteBucket", BUCKET),
    changes("Oss.PutBucketAcl", BUCKET),
    changes("Oss.PutBucketPolicy", BUCKET),
    changes("Oss.DeleteBucketPolicy", BUCKET),
    changes("Oss.PutBucketTags", BUCKET),
    changes("Oss.DeleteBucketTags", BUCKET),
    changes("Oss.PutBucketVersioning", BUCKET),
    changes("Oss.PutBucketCors", BUCKET),
    changes("Oss.DeleteBucketCors", BUCKET),
    changes("Oss.PutBucketReferer", BUCKET),
    changes("Oss.PutBucketRequestPayment", BUCKET),
    changes("Oss.PutBucketWebsite", BUCKET),
    changes("Oss.DeleteBucketWebsite", BUCKET),
    changes("Oss.PutBucketLifecycle", BUCKET),
    changes("Oss.DeleteBucketLifecycle", BUCKET),
    changes("Oss.PutBucketHttpsConfig", BUCKET),
    changes("Oss.PutBucketPublicAccessBlock", BUCKET),
    changes("Oss.DeleteBucketPublicAccessBlock", BUCKET),
    changes("Oss.PutObject", BUCKET),
    changes("Oss.AppendObject", BUCKET),
    changes("Oss.CopyObject", &["Bucket", "x-oss-copy-source"]),
    changes("Oss.PutSymlink", BUCKET),
    changes("Oss.PutObjectACL", BUCKET),
    changes("Oss.PutObjectTagging", BUCKET),
    changes("Oss.DeleteObjectTagging", BUCKET),
    changes("Oss.DeleteObject", BUCKET),
    changes("Oss.DeleteMultipleObjects", BUCKET),
    changes("Oss.InitiateMultipartUpload", BUCKET),
    changes("Oss.UploadPart", BUCKET),
    changes("Oss.CompleteMultipartUpload", BUCKET),
    changes("Oss.AbortMultipartUpload", BUCKET),
    changes("Oss.CreateDirectory", BUCKET),
    changes("Oss.SelectObject", BUCKET),
    changes("Oss.RestoreObject", BUCKET),
    makes_by_name("AIWorkSpace.CreateWorkspace", &["WorkspaceName"], &REMOVE_WORKSPACE),
    changes("AIWorkSpace.UpdateWorkspace", WORKSPACE),
    changes("AIWorkSpace.DeleteWorkspace", WORKSPACE),
    changes("AIWorkSpace.CreateMember", WORKSPACE),
    changes("AIWorkSpace.DeleteMembers", WORKSPACE),
    changes("AIWorkSpace.AddMemberRole", WORKSPACE),
    changes("AIWorkSpace.RemoveMemberRole", WORKSPACE),
    changes("AIWorkSpace.UpdateConfigs", WORKSPACE),
    changes("AIWorkSpace.DeleteConfig", WORKSPACE),
];

/// What opens a service for an account.
const OPENS: &[&str] = &[
    "OssAdmin.OpenOssService",
    "Sls.OpenSlsService",
    "xtrace.OpenXtraceService",
    "dataworks-public.OpenDataWorksStandardService",
    "AIWorkSpace.CreateProductOrders",
];

/// How the names of operations begin that change nothing.
const READING: &[&str] = &["Get", "List", "Head", "Describe", "Option"];

/// What an operation does.
pub(super) fn of(operation: &Operation) -> Effect {
    let name = catalogue::full_name(operation);
    if OPENS.contains(&name.as_str()) {
        return Effect::Opens;
    }
    if let Some(change) = change(&name) {
        return Effect::Changes(change);
    }
    // A session is given out and nothing is changed.
    let reads = READING.iter().any(|begin| operation.name.starts_with(begin)) || &*operation.product.name == "Sts";
    if reads { Effect::Reads } else { Effect::Forbidden }
}

/// The row of an operation that changes something.
pub(super) fn change(name: &str) -> Option<&'static Change> {
    CHANGES.iter().find(|change| change.operation == name)
}

/// The kind of names that a parameter holds, if it holds one that a run rewrites.
pub(super) fn names(parameter: &str) -> Option<NameKind> {
    match parameter {
        "UserName" | "GroupName" | "RoleName" | "PolicyName" | "Bucket" => Some(NameKind::Usual),
        "WorkspaceName" => Some(NameKind::Workspace),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{CHANGES, Effect, OPENS, Undo, change, of};
    use crate::catalogue::{self, Lookup, Operation};

    fn operation(name: &str) -> &'static Operation {
        let (product, operation) = name.split_once('.').unwrap();
        match catalogue::find(product, operation, None) {
            Lookup::Found(found) => found,
            other => panic!("{name}: {other:?}"),
        }
    }

    fn called(undo: &Undo) -> impl Iterator<Item = &'static str> {
        let sweeps = undo.sweeps.iter().flat_map(|sweep| [sweep.list.0, sweep.call.0]);
        sweeps.chain(undo.call.map(|(name, _)| name))
    }

    #[test]
    fn every_row_is_an_operation_and_what_removes_is_one_as_well() {
        for change in CHANGES {
            assert!(matches!(of(operation(change.operation)), Effect::Changes(_)), "{}", change.operation);
            assert!(!change.names.is_empty(), "{}", change.operation);
            for name in change.undo.into_iter().flat_map(called) {
                let list = name.contains(".List");
                assert!(list || super::change(name).is_some(), "{name} removes, and could not be sent");
                operation(name);
            }
        }
        for name in OPENS {
            assert!(matches!(of(operation(name)), Effect::Opens), "{name}");
        }
    }

    /// What is made and not in what else is made has to be removed.
    #[test]
    fn whatever_makes_something_has_what_removes_it() {
        for row in CHANGES {
            let name = row.operation.split_once('.').unwrap().1;
            let within = ["CreatePolicyVersion", "CreateMember", "CreateDirectory"].contains(&name);
            let makes = ["Create", "Attach"].iter().any(|begin| name.starts_with(begin)) && !within;
            assert!(!makes || row.undo.is_some(), "{}", row.operation);
        }
        assert!(change("Oss.PutBucket").unwrap().undo.is_some());
    }

    #[test]
    fn what_nobody_knows_is_not_sent() {
        for name in [
            "Ram.SetAccountAlias",
            "Ram.SetPasswordPolicy",
            "Ram.ClearAccountAlias",
            "Ram.SetSecurityPreference",
            "Ram.CreateServiceLinkedRole",
            "Ram.ChangePassword",
            "Ram.CreateVirtualMFADevice",
            "Oss.InitiateBucketWorm",
            "Oss.PutPublicAccessBlock",
            "Oss.DeletePublicAccessBlock",
            "Oss.PutObjectRetention",
            "Oss.PutBucketTransferAcceleration",
            "Ecs.RunInstances",
            "AIWorkSpace.UpdateDefaultWorkspace",
        ] {
            assert!(matches!(of(operation(name)), Effect::Forbidden), "{name}");
        }
        for name in ["Ram.GetUser", "Ram.ListUsers", "Sts.AssumeRole", "Oss.HeadObject", "Oss.GetObject"] {
            assert!(matches!(of(operation(name)), Effect::Reads), "{name}");
        }
    }
}
