//! What a role in a workspace allows, as policy documents, so that the policy engine decides: a workspace role allows beside
//! the identity's own policies, and an explicit Deny in RAM wins (PAI: Use workspaces to manage permissions).
//!
//! The table of permissions is data (`data/workspace_roles.json`), read when first asked for: rows of actions, and which boxes of a row are
//! ticked for whom. What belongs to somebody or is shared in a workspace is told apart by `pai:EntityAccessType` and `pai:Accessibility`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, OnceLock};

use acslab_policy::{Attachment, Dialect, Document, DocumentKind, PolicyRef, PolicySet, PolicyType};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cloud::pai::WorkspaceRole;

/// The table, as it is written.
#[derive(Deserialize)]
struct Table {
    /// What owners and administrators may do, whoever made it and whoever sees it.
    administrators: Vec<String>,
    rows: Vec<Row>,
}

/// Permissions that are ticked alike.
#[derive(Deserialize)]
struct Row {
    /// So many boxes are ticked on the page; none for what is not on it.
    #[cfg(test)]
    ticks: Option<usize>,
    /// Which, by role.
    boxes: BTreeMap<String, Boxes>,
    actions: Vec<String>,
}

/// The boxes of a role that are ticked: an algorithm developer has one for each of private and public, one's own and another's; for others
/// what is public has one box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Boxes {
    /// One for all: accessibility does not matter.
    Any,
    /// Every one.
    Full,
    /// What one made.
    Own,
    /// What one made, as long as it is private.
    Private,
    /// What one made, and what is public.
    Shared,
    /// What is public.
    Public,
    /// The same of a list, which is asked about what would be one's own: what is seen in it is asked one by one.
    Listed,
}

impl Boxes {
    /// The conditions on what is asked about, one of which must hold.
    fn conditions(self) -> Vec<Option<Value>> {
        let (see, made) = (json!({"pai:Accessibility": "PUBLIC"}), json!({"pai:EntityAccessType": "CREATOR"}));
        match self {
            Self::Any | Self::Full => vec![None],
            Self::Own => vec![Some(made)],
            Self::Private => vec![Some(json!({"pai:Accessibility": "PRIVATE", "pai:EntityAccessType": "CREATOR"}))],
            Self::Shared | Self::Listed => vec![Some(see), Some(made)],
            Self::Public => vec![Some(see)],
        }
    }
}

type Policies = BTreeMap<WorkspaceRole, (PolicyRef, Arc<Document>)>;

const TABLE: &str = include_str!("../../../data/workspace_roles.json");

static POLICIES: LazyLock<Policies> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "shipped with the program and read by a test")]
    read(TABLE).expect("the shipped workspace roles can be read")
});

fn read(text: &str) -> Result<Policies, String> {
    let table: Table = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut ticked: BTreeMap<WorkspaceRole, BTreeMap<Boxes, Vec<&str>>> = BTreeMap::new();
    for role in [WorkspaceRole::Owner, WorkspaceRole::Admin] {
        ticked.entry(role).or_default().insert(Boxes::Any, table.administrators.iter().map(String::as_str).collect());
    }
    for row in &table.rows {
        for (role, boxes) in &row.boxes {
            let role = WorkspaceRole::parse(role).ok_or_else(|| format!("no role `{role}`"))?;
            let actions = ticked.entry(role).or_default().entry(*boxes).or_default();
            actions.extend(row.actions.iter().map(String::as_str));
        }
    }
    ticked.into_iter().map(|(role, ticked)| Ok((role, policy(role, &ticked)?))).collect()
}

/// The policy of a role.
fn policy(role: WorkspaceRole, ticked: &BTreeMap<Boxes, Vec<&str>>) -> Result<(PolicyRef, Arc<Document>), String> {
    let statements = ticked.iter().flat_map(|(boxes, actions)| {
        boxes.conditions().into_iter().map(move |condition| {
            let mut statement = json!({"Effect": "Allow", "Action": actions, "Resource": "*"});
            if let Some(condition) = condition {
                statement["Condition"] = json!({"StringEquals": condition});
            }
            statement
        })
    });
    let policy = json!({"Version": "1", "Statement": statements.collect::<Vec<_>>()});
    // No limit for what an account saves holds for what PAI itself grants.
    let document = Document::parse_with(DocumentKind::Identity, &policy.to_string(), &Dialect::STORED)
        .map_err(|malformed| malformed.to_string())?;
    let reference = PolicyRef {
        name: role.id().into(),
        kind: PolicyType::Fixed,
        version: None,
        attached: Attachment::WorkspaceRole(role.id().into()),
    };
    Ok((reference, Arc::new(document)))
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
        let private = [true, false, false, false];
        for (action, boxes_of) in [
            ("paidataset:CreateDataset", [shared, shared, private, none, none]),
            ("paidataset:GetDataset", [shared, shared, shared, none, none]),
            ("paidataset:ListDatasets", [shared, shared, shared, shared, none]),
            ("paidataset:UpdateDataset", [private, private, private, none, none]),
            ("paiimage:GetImage", [shared, shared, none, [false, false, true, true], none]),
            ("paimodel:CreateModel", [shared, shared, none, none, none]),
            ("paiflow:CreatePipelineRun", [shared, shared, none, none, shared]),
            ("paiflow:ListPipelineRuns", [shared, shared, none, shared, shared]),
            ("paidsw:StopInstance", [mine, shared, none, none, none]),
            ("paidlc:StopJob", [mine, private, none, none, none]),
            ("eas:StopService", [all, none, none, none, none]),
            ("eas:DescribeService", [all, all, none, none, none]),
        ] {
            let roles = [AlgoDeveloper, AlgoOperator, LabelManager, Guest, MaxComputeDeveloper];
            assert_eq!(roles.map(|role| boxes(role, action)), boxes_of, "{action}");
        }
    }

    /// The page tells how many boxes are ticked in a row.
    #[test]
    fn as_many_boxes_are_ticked_as_on_the_page() {
        let table: Table = serde_json::from_str(TABLE).unwrap();
        let count = |role: &str, boxes: Boxes| match (boxes, role == "PAI.AlgoDeveloper") {
            (Boxes::Any | Boxes::Private | Boxes::Listed, _) | (Boxes::Own | Boxes::Public, false) => 1,
            (Boxes::Own | Boxes::Public, true) | (Boxes::Shared, false) => 2,
            (Boxes::Shared, true) | (Boxes::Full, false) => 3,
            (Boxes::Full, true) => 4,
        };
        let mut known = 0;
        for row in &table.rows {
            let Some(ticks) = row.ticks else { continue };
            let others: usize = row.boxes.iter().map(|(role, boxes)| count(role, *boxes)).sum();
            // An administrator has one in each.
            assert_eq!(1 + others, ticks, "{:?}", row.actions);
            known += 1;
        }
        assert!(known > 30, "{known}");
    }

    #[test]
    fn roles_add_up() {
        let both = policies(&[WorkspaceRole::Guest, WorkspaceRole::AlgoDeveloper].into());
        assert_eq!(both.policies().len(), 2);
    }

    #[test]
    fn a_file_with_an_unknown_role_is_refused() {
        let table = r#"{"administrators": [], "rows": [{"boxes": {"PAI.King": "any"}, "actions": ["pai:A"]}]}"#;
        assert_eq!(read(table).unwrap_err(), "no role `PAI.King`");
    }
}
