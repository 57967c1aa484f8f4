//! Projects: made, shown, changed, deleted, moved to another resource group.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::names::is_project;
use super::product::{on, on_project, row};
use super::{body, describe, error, reply};
use crate::cloud::directory::Tags;
use crate::cloud::{Account, LogProject, NotMade, ProjectAbout, Quota};
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply};

const NEW: Check = Check::new(&["log:CreateProject"], "acs:log:{region}:{account}:project/{projectName}")
    .about_new()
    .context(describe::new_project);
const LIST: Check = Check::new(&["log:ListProject"], "acs:log:{region}:{account}:project/*").context(describe::open);
const MOVED: Check = Check::new(&["log:ChangeResourceGroup"], "acs:log:{owner_region}:{owner}:project/{resourceId}")
    .about("project/{resourceId}");

const fn any(name: &'static str) -> Parameter {
    Parameter::optional(name, Form::Any)
}

/// The operations.
pub fn table() -> Vec<Operation> {
    vec![
        row(
            "CreateProject",
            (Method::POST, "/"),
            &[NEW],
            &[
                any("projectName"),
                any("description"),
                any("resourceGroupId"),
                any("dataRedundancyType"),
                any("recycleBinEnabled"),
            ],
            create,
        ),
        row("GetProject", (Method::GET, "{project}/"), &[on_project(&["log:GetProject"])], &[], get),
        row(
            "ListProject",
            (Method::GET, "/"),
            &[LIST],
            &[
                any("projectName"),
                any("description"),
                any("resourceGroupId"),
                any("offset"),
                any("size"),
                any("fetchQuota"),
            ],
            list,
        ),
        row(
            "UpdateProject",
            (Method::PUT, "{project}/"),
            &[on_project(&["log:UpdateProject"]).context(describe::with_body)],
            &[any("description"), any("recycleBinEnabled")],
            update,
        ),
        row(
            "DeleteProject",
            (Method::DELETE, "{project}/"),
            &[on_project(&["log:DeleteProject"])],
            &[any("forceDelete")],
            delete,
        ),
        // To move a project is a permission in both groups.
        row(
            "ChangeResourceGroup",
            (Method::PUT, "/resourcegroup"),
            &[MOVED.context(describe::with_body), MOVED.context(describe::in_new_group)],
            &[any("resourceId"), any("resourceGroupId"), any("resourceType")],
            transfer,
        ),
    ]
}

/// The name of the project that the host names.
pub(super) fn name<'a>(call: &'a Call<'_>) -> &'a str {
    call.arguments.text("project")
}

/// Looks at the project that the host names.
pub(super) fn read<T>(call: &Call<'_>, look: impl FnOnce(&LogProject) -> T) -> Result<T, ApiError> {
    call.cloud().log_projects.read(&call.region, name(call), look).ok_or_else(|| error::no_such_project(name(call)))
}

/// Changes the project that the host names.
pub(super) fn change<T>(call: &Call<'_>, change: impl FnOnce(&mut LogProject) -> T) -> Result<T, ApiError> {
    let changed = call.cloud().log_projects.change(&call.region, name(call), change);
    changed.ok_or_else(|| error::no_such_project(name(call)))
}

/// The account that the project belongs to.
pub(super) fn owner(call: &Call<'_>) -> Result<Arc<Account>, ApiError> {
    read(call, |project| call.cloud().account(&project.about.owner))?.ok_or_else(ApiError::internal)
}

/// A whole number of a list's page: `offset : x pair is invalid`.
pub(super) fn page(call: &Call<'_>, name: &str, default: usize, most: usize) -> Result<usize, ApiError> {
    let Some(text) = call.arguments.filled(name) else { return Ok(default) };
    let number = text.parse().ok().filter(|number| *number <= most);
    number.ok_or_else(|| error::invalid(name, text))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewProject {
    #[serde(default)]
    description: String,
    data_redundancy_type: Option<String>,
    #[serde(default)]
    recycle_bin_enabled: bool,
}

/// The description is cut off where it is too long, as the tests of the SDK for Java say.
fn short(description: &str) -> String {
    description.chars().take(64).collect()
}

/// CreateProject
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (account, asked): (_, NewProject) = (call.account()?, body::json(call)?);
    let name = call.arguments.text("projectName");
    let redundancy = asked.data_redundancy_type.unwrap_or_else(|| "LRS".to_owned());
    if !["LRS", "ZRS"].contains(&redundancy.as_str()) {
        return Err(error::invalid("dataRedundancyType", &redundancy));
    }
    let taken = || ApiError::bad_request("ProjectAlreadyExist", format!("Project {name} already exist."));
    // Nobody has it, and nobody may.
    if name == "logtail" {
        return Err(taken());
    }
    let about = ProjectAbout {
        name: name.to_owned(),
        region: call.region.clone(),
        owner: account.id.clone(),
        description: short(&asked.description),
        redundancy,
        recycle_bin: asked.recycle_bin_enabled,
        created: call.now,
        modified: call.now,
        tags: Tags::new(),
        policy: None,
        kept: BTreeMap::new(),
    };
    let mut groups = account.resource_groups.write();
    let group = call.arguments.filled("resourceGroupId");
    if let Some(group) = group.filter(|group| groups.usable(group, call.now).is_err()) {
        return Err(error::invalid("resourceGroupId", group));
    }
    let project = LogProject { about, stores: BTreeMap::new() };
    match call.cloud().log_projects.create(project, account.quotas.get(Quota::LogProjects)) {
        Ok(()) => groups
            .enter(describe::resource_key(name), &call.region, group, call.now)
            .map(|()| reply::done())
            .map_err(|_| ApiError::internal()),
        Err(NotMade::Taken) => Err(taken()),
        // CHOICE: the code and the words, from those for what is in a project.
        Err(NotMade::TooMany) => Err(ApiError::bad_request("ProjectQuotaExceed", "project quota exceed")),
    }
}

/// A project as an operation shows it, with its times as that writes them.
fn view(about: &ProjectAbout, group: &str, time: impl Fn(Timestamp) -> String) -> Value {
    json!({
        "projectName": about.name,
        "description": about.description,
        "status": "Normal",
        "owner": about.owner,
        "region": about.region,
        "createTime": time(about.created),
        "lastModifyTime": time(about.modified),
        "resourceGroupId": group,
        "dataRedundancyType": about.redundancy,
        "recycleBinEnabled": about.recycle_bin,
        "location": "",
    })
}

/// How much the project may have.
fn with_quota(mut shown: Value, owner: &Account) -> Value {
    let most = |quota| owner.quotas.get(quota);
    let quota = json!({ "logstore": most(Quota::LogStoresPerProject), "shard": most(Quota::LogShardsPerProject) });
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("quota".to_owned(), quota);
    }
    shown
}

/// GetProject
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let owner = owner(call)?;
    let groups = owner.resource_groups.read();
    let group = groups.group_of(&describe::resource_key(name(call))).unwrap_or_default();
    // CHOICE: the page has no time zone; UTC.
    let time = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M:%S").to_string();
    read(call, |project| reply::json(&with_quota(view(&project.about, group, time), &owner)))
}

/// ListProject: those of the account in the region.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (offset, size) = (page(call, "offset", 0, usize::MAX)?, page(call, "size", 500, 500)?);
    let account = call.account()?;
    let groups = account.resource_groups.read();
    let group_of = |name: &str| groups.group_of(&describe::resource_key(name)).unwrap_or_default().to_owned();
    let has = |name: &str, text: &str| call.arguments.filled(name).is_none_or(|part| text.contains(part));
    let time = |at: Timestamp| at.as_second().to_string();
    let fetch_quota = call.arguments.flag("fetchQuota");
    let shown = call.cloud().log_projects.each(|project| {
        let about = &project.about;
        let group = group_of(&about.name);
        let wanted = about.owner == account.id
            && about.region == call.region
            && has("projectName", &about.name)
            && has("description", &about.description)
            && call.arguments.filled("resourceGroupId").is_none_or(|asked| asked == group);
        wanted.then(|| view(about, &group, time))
    });
    let shown: Vec<_> = shown.into_iter().flatten().collect();
    let total = shown.len();
    let quota = |shown: Value| if fetch_quota { with_quota(shown, account) } else { shown };
    let projects: Vec<_> = shown.into_iter().skip(offset).take(size).map(quota).collect();
    Ok(reply::json(&json!({ "count": projects.len(), "total": total, "projects": projects })))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChangedProject {
    description: Option<String>,
    recycle_bin_enabled: Option<bool>,
}

/// UpdateProject
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let asked: ChangedProject = body::json(call)?;
    change(call, |project| {
        let about = &mut project.about;
        if let Some(description) = asked.description {
            about.description = short(&description);
        }
        about.recycle_bin = asked.recycle_bin_enabled.unwrap_or(about.recycle_bin);
        about.modified = call.now;
        reply::done()
    })
}

/// DeleteProject: with all that is in it.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let owner = owner(call)?;
    let mut groups = owner.resource_groups.write();
    let projects = &call.cloud().log_projects;
    if !projects.remove(&call.region, name(call)) {
        return Err(error::no_such_project(name(call)));
    }
    let same = |project: &LogProject| project.about.owner == owner.id && project.about.name == name(call);
    // Resource groups know one of a name, wherever it is.
    if !projects.each(same).contains(&true) {
        groups.leave(&describe::resource_key(name(call)));
    }
    Ok(reply::done())
}

/// ChangeResourceGroup
fn transfer(call: &Call<'_>) -> Result<Reply, ApiError> {
    let kind = call.arguments.filled("resourceType").unwrap_or("PROJECT");
    let (id, group) = (call.arguments.text("resourceId"), call.arguments.text("resourceGroupId"));
    if !kind.eq_ignore_ascii_case("PROJECT") {
        return Err(error::invalid("resourceType", kind));
    }
    if !is_project(id) {
        return Err(error::no_such_project(id));
    }
    let owner = call.cloud().log_projects.read(&call.region, id, |project| project.about.owner.clone());
    let owner = owner.and_then(|owner| call.cloud().account(&owner)).ok_or_else(|| error::no_such_project(id))?;
    let moved = owner.resource_groups.write().transfer(&describe::resource_key(id), group, call.now);
    moved.map(|()| reply::done()).map_err(|_| error::invalid("resourceGroupId", group))
}

/// An action on all Logstores of the project that the host names.
pub(super) const fn on_stores(actions: &'static [&'static str]) -> Check {
    on(actions, "acs:log:{owner_region}:{owner}:project/{project}/logstore/*")
}
