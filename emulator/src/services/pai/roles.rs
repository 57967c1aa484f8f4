//! What a role in a workspace allows, as policy documents, so that the policy engine decides: a workspace role allows beside
//! the identity's own policies, and an explicit Deny in RAM wins (PAI: Use workspaces to manage permissions).
//!
//! The documents are data (`data/workspace_roles.json`), read when first asked for. What belongs to somebody or is shared
//! in a workspace is told apart by `pai:EntityAccessType` and `pai:Accessibility`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, OnceLock};

use acslab_policy::{Attachment, Dialect, Document, DocumentKind, PolicyRef, PolicySet, PolicyType};
use serde::Deserialize;

use crate::cloud::pai::WorkspaceRole;

#[derive(Deserialize)]
struct FileRole {
    role: String,
    policy: serde_json::Value,
}

type Policies = BTreeMap<WorkspaceRole, (PolicyRef, Arc<Document>)>;

static POLICIES: LazyLock<Policies> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "shipped with the program and read by a test")]
    read(include_str!("../../../data/workspace_roles.json")).expect("the shipped workspace roles can be read")
});

fn read(text: &str) -> Result<Policies, String> {
    let roles: Vec<FileRole> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    roles.iter().map(load).collect()
}

fn load(file: &FileRole) -> Result<(WorkspaceRole, (PolicyRef, Arc<Document>)), String> {
    let role = WorkspaceRole::parse(&file.role).ok_or_else(|| format!("no role `{}`", file.role))?;
    // No limit for what an account saves holds for what PAI itself grants.
    let document = Document::parse_with(DocumentKind::Identity, &file.policy.to_string(), &Dialect::STORED)
        .map_err(|malformed| malformed.to_string())?;
    let reference = PolicyRef {
        name: role.id().into(),
        kind: PolicyType::Fixed,
        version: None,
        attached: Attachment::WorkspaceRole(role.id().into()),
    };
    Ok((role, (reference, Arc::new(document))))
}

/// What these roles allow together. Each combination is compiled once.
pub(super) fn policies(roles: &BTreeSet<WorkspaceRole>) -> PolicySet {
    static SETS: [OnceLock<PolicySet>; 1 << WorkspaceRole::ALL.len()] =
        [const { OnceLock::new() }; 1 << WorkspaceRole::ALL.len()];
    let compile = || PolicySet::compile(roles.iter().filter_map(|role| POLICIES.get(role)).cloned());
    let bits = WorkspaceRole::ALL.iter().map(|role| usize::from(roles.contains(role)));
    let combination = bits.fold(0, |combination, bit| combination << 1 | bit);
    SETS.get(combination).map_or_else(compile, |set| set.get_or_init(compile).clone())
}

#[cfg(test)]
mod tests {
    use acslab_policy::{Layers, Principal, Request, ResourceLayer, decide};

    use super::*;

    /// In which of the four cases (private and public, own and another's) a role allows an action.
    fn boxes(role: WorkspaceRole, action: &str) -> [bool; 4] {
        let granted = policies(&[role].into());
        let nothing = PolicySet::empty();
        let layers = Layers { resource: ResourceLayer::Grants(&granted), ..Layers::new(&nothing) };
        [("PRIVATE", "CREATOR"), ("PRIVATE", "OTHERS"), ("PUBLIC", "CREATOR"), ("PUBLIC", "OTHERS")].map(
            |(see, made)| {
                let alice = Principal::ram_user("1234567890123456", "204567890123450001", "alice");
                let mut request = Request::new(alice, action, "*").unwrap();
                request.set("pai:Accessibility", see);
                request.set("pai:EntityAccessType", made);
                decide(&layers, &request).is_allowed()
            },
        )
    }

    #[test]
    fn every_role_has_a_document() {
        for role in WorkspaceRole::ALL {
            assert_eq!(policies(&[role].into()).policies().len(), 1, "{}", role.id());
        }
        assert!(policies(&BTreeSet::new()).policies().is_empty());
    }

    #[test]
    fn the_boxes_of_the_permission_table() {
        use WorkspaceRole::{Admin, AlgoDeveloper, AlgoOperator, Guest, LabelManager, MaxComputeDeveloper, Owner};
        let (all, mine, none) = ([true; 4], [true, false, true, false], [false; 4]);
        let shared = [true, false, true, true];
        for role in [Owner, Admin] {
            assert_eq!(boxes(role, "pailangstudio:CreateRuntime"), all);
            assert_eq!(boxes(role, "paiworkspace:CreateMember"), all);
        }
        for role in [AlgoDeveloper, AlgoOperator] {
            assert_eq!(boxes(role, "PaiLangStudio:UpdateFlow"), shared);
            assert_eq!(boxes(role, "pailangstudio:GetKnowledgeBaseJob"), shared);
            assert_eq!(boxes(role, "paiworkspace:GetWorkspace"), all);
            assert_eq!(boxes(role, "paiworkspace:CreateMember"), none);
        }
        assert_eq!(boxes(AlgoDeveloper, "pailangstudio:CreateRuntime"), mine);
        assert_eq!(boxes(AlgoDeveloper, "pailangstudio:DeleteDeplpoyment"), mine);
        assert_eq!(boxes(AlgoOperator, "pailangstudio:CreateRuntime"), none);
        for role in [LabelManager, MaxComputeDeveloper, Guest] {
            assert_eq!(boxes(role, "pailangstudio:GetFlow"), none);
            assert_eq!(boxes(role, "paiworkspace:ListMembers"), all);
        }
    }

    #[test]
    fn roles_add_up() {
        let both = policies(&[WorkspaceRole::Guest, WorkspaceRole::AlgoDeveloper].into());
        assert_eq!(both.policies().len(), 2);
    }

    #[test]
    fn a_file_with_an_unknown_role_is_refused() {
        assert_eq!(read(r#"[{"role":"PAI.King","policy":{}}]"#).unwrap_err(), "no role `PAI.King`");
    }
}
