//! ListPermissions: what the caller may do in a workspace, as the policy engine decides it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::super::langstudio;
use super::super::locate::{keys, of_workspace};
use crate::catalogue;
use crate::cloud::pai::{Accessibility, Workspace};
use crate::gateway::{ApiError, Call, Operation, Reply};
use crate::operation::Facts;

/// The modules that permissions are of: their RAM codes, and the spelling of the permission table. INFERRED: the spelling of others than
/// the workspace, LangStudio and images.
const MODULES: [(&str, &str); 11] = [
    ("paiworkspace:", "PaiWorkspace:"),
    ("pailangstudio:", "PaiLangStudio:"),
    ("paidataset:", "PaiDataset:"),
    ("paidlc:", "PaiDLC:"),
    ("paidsw:", "PaiDSW:"),
    ("eas:", "PaiEAS:"),
    ("paiflow:", "PaiFlow:"),
    ("paimodel:", "PaiModel:"),
    ("paiimage:", "PaiImage:"),
    ("paicodesource:", "PaiCodeSource:"),
    ("paiexperiment:", "PaiExperiment:"),
];

/// The products whose operations are on what is in workspaces.
const PRODUCTS: [(&str, &str); 5] = [
    ("AIWorkSpace", "2021-02-04"),
    ("pai-dlc", "2020-12-03"),
    ("pai-dsw", "2022-01-01"),
    ("eas", "2021-07-01"),
    ("PAIFlow", "2021-02-02"),
];

/// What can be asked about: the actions of every operation of the modules.
static ACTIONS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let rows = super::table().into_iter().chain(langstudio::table());
    let first = |row: Operation| {
        row.access.checks().iter().filter_map(|check| check.actions.first().map(str::to_owned)).collect::<Vec<_>>()
    };
    let published = PRODUCTS.iter().flat_map(|(product, version)| {
        let lines = catalogue::with_paths(version).flat_map(catalogue::entries);
        let own = lines.filter(move |line| line.product().name.eq_ignore_ascii_case(product));
        own.flat_map(|line| line.entry().needs().map(|needs| needs.action.to_owned()).collect::<Vec<_>>())
    });
    let all = rows.flat_map(first).chain(published);
    all.filter(|action| MODULES.iter().any(|(code, _)| action.starts_with(code))).collect()
});

/// Which of the four cases (public or private, own or another's) are allowed, in the cloud's words.
fn rules(call: &Call<'_>, workspace: &Workspace, facts: &Facts, action: &str) -> Result<Vec<Value>, ApiError> {
    let resource = match action.split_once(':') {
        Some(("paiworkspace", _)) => workspace_arn(call, &workspace.id),
        _ => "*".to_owned(),
    };
    let may = |accessibility, own| -> Result<bool, ApiError> {
        let mut need = call.ask(action, &resource)?;
        need.know(facts);
        for (key, value) in keys(accessibility, own) {
            need.set(key, value);
        }
        Ok(call.may(need))
    };
    let private = (may(Accessibility::Private, true)?, may(Accessibility::Private, false)?);
    let public = (may(Accessibility::Public, true)?, may(Accessibility::Public, false)?);
    let rule = |accessibility: &str, both| json!({ "Accessibility": accessibility, "EntityAccessType": if both { "ANY" } else { "CREATOR" } });
    Ok(match (private, public) {
        ((true, true), (true, true)) => vec![rule("ANY", true)],
        (private, public) => {
            let rules = [("PUBLIC", public), ("PRIVATE", private)];
            rules.into_iter().filter(|(_, (own, _))| *own).map(|(name, (_, others))| rule(name, others)).collect()
        }
    })
}

/// ListPermissions
pub(super) fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let records = account.pai.read();
    let workspace = records.workspace(&call.region, call.arguments.text("WorkspaceId"))?;
    let facts = of_workspace(call.cloud(), workspace, &call.caller);
    let mut permissions = Vec::new();
    for action in &*ACTIONS {
        let rules = rules(call, workspace, &facts, action)?;
        if !rules.is_empty() {
            permissions.push(json!({ "PermissionCode": code(action), "PermissionRules": rules }));
        }
    }
    Ok(Reply::document(json!({ "TotalCount": permissions.len(), "Permissions": permissions })))
}

/// `pailangstudio:GetFlow` as the permission table writes it: `PaiLangStudio:GetFlow`.
fn code(action: &str) -> String {
    let of = |(from, to): &(&str, &str)| action.strip_prefix(from).map(|name| format!("{to}{name}"));
    MODULES.iter().find_map(of).unwrap_or_else(|| action.to_owned())
}

/// The ARN of a workspace that is no parameter.
fn workspace_arn(call: &Call<'_>, id: &str) -> String {
    let account = call.caller.account().map(|account| account.id.as_str()).unwrap_or_default();
    format!("acs:paiworkspace:{}:{account}:workspace/{id}", call.region)
}

/// GetPermission: what the caller may do of one permission.
pub(super) fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let records = account.pai.read();
    let workspace = records.workspace(&call.region, call.arguments.text("WorkspaceId"))?;
    let wanted = call.arguments.text("PermissionCode");
    let action = ACTIONS.iter().find(|action| code(action).eq_ignore_ascii_case(wanted));
    // CHOICE: the code.
    let absent = || ApiError::not_found("100700202", format!("Permission not exists {wanted}"));
    let facts = of_workspace(call.cloud(), workspace, &call.caller);
    let rules = rules(call, workspace, &facts, action.ok_or_else(absent)?)?;
    Ok(Reply::document(json!({ "PermissionCode": wanted, "PermissionRules": rules })))
}
