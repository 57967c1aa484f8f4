//! Runtimes: what flows run on while they are developed. Each is an instance of DSW, which LangStudio makes as its service role in
//! its maker's name.

use http::Method;
use serde_json::{Map, Value, json};

use super::super::errors::{self, invalid, role_refused};
use super::super::gate;
use super::backend::Backend;
use super::products::find_network;
use super::records::{
    LIST, OBJECT, Shows, change, check_runtime_name, given, made, members, new_id, object, read, sight, with_made,
    work_dir,
};
use super::table::{ACCESSIBILITY, LANGSTUDIO, WORK_DIR, WORKSPACE, WORKSPACE_ID, action};
use crate::cloud::langstudio::Runtime;
use crate::cloud::pai::{Workspace, add_entity};
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply, role_of_arn};

const RUNTIME_ID: Parameter = Parameter::required("RuntimeId", Form::Any);
const RUNTIME: &str = "workspace/{WorkspaceId}/runtime/{RuntimeId}";

const LISTED: Shows = Shows {
    list: "Runtimes",
    exact: &["Accessibility", "Creator", "RuntimeId", "RuntimeStatus", "Version", "WorkDir"],
    part: &["RuntimeName"],
};

/// What is kept as it was given.
const FIELDS: &[&str] = &[
    "RuntimeType",
    "ResourceId",
    "EcsSpec",
    "UserVpc",
    "DataSources",
    "Envs",
    "Labels",
    "RunTimeout",
    "CredentialConfig",
    "AutoUpdateImage",
    "Version",
];

pub(super) fn rows() -> Vec<Operation> {
    // Whoever hands a role to a runtime must be allowed to pass it on: LangStudio's own role may not.
    let pass_role = Check::new(&["ram:PassRole"], "{each}").of(roles).context(|_, _, needed| {
        needed.set("acs:Service", errors::PAI);
        Ok(())
    });
    vec![
        LANGSTUDIO.path(
            "CreateRuntime",
            (Method::POST, "/api/v1/langstudio/runtimes"),
            &[action(&["pailangstudio:CreateRuntime"], WORKSPACE, gate::new_entity), pass_role],
            &[
                WORKSPACE_ID,
                Parameter::required("RuntimeName", Form::Own(check_runtime_name, "sample")),
                Parameter::required("RuntimeType", Form::OneOf(&["DSW"])),
                WORK_DIR,
                Parameter::optional("ResourceId", Form::Text(256)),
                Parameter::optional("EcsSpec", OBJECT),
                Parameter::optional("UserVpc", OBJECT),
                Parameter::optional("DataSources", LIST),
                Parameter::optional("Envs", LIST),
                Parameter::optional("Labels", LIST),
                Parameter::optional("RunTimeout", Form::Integer(1, i64::MAX)),
                Parameter::optional("CredentialConfig", OBJECT),
                Parameter::optional("AutoUpdateImage", Form::Boolean),
                ACCESSIBILITY,
            ],
            create,
        ),
        LANGSTUDIO.path(
            "GetRuntime",
            (Method::GET, "/api/v1/langstudio/runtimes/{RuntimeId}"),
            &[action(&["pailangstudio:GetRuntime"], RUNTIME, gate::purchased)],
            &[WORKSPACE_ID, RUNTIME_ID],
            get,
        ),
        LANGSTUDIO.path(
            "ListRuntimes",
            (Method::GET, "/api/v1/langstudio/runtimes"),
            &[action(&["pailangstudio:ListRuntimes"], WORKSPACE, gate::list)],
            &LISTED.parameters(&[WORKSPACE_ID]),
            list,
        ),
        LANGSTUDIO.path(
            "UpdateRuntime",
            (Method::PUT, "/api/v1/langstudio/runtimes/{RuntimeId}"),
            &[action(&["pailangstudio:UpdateRuntime"], RUNTIME, gate::purchased)],
            &[
                WORKSPACE_ID,
                RUNTIME_ID,
                Parameter::optional("Action", Form::OneOf(&["Start", "Stop"])),
                Parameter::optional("Version", Form::Text(64)),
                Parameter::optional("RunTimeout", Form::Integer(1, i64::MAX)),
                Parameter::optional("AutoUpdateImage", Form::Boolean),
            ],
            update,
        ),
        LANGSTUDIO.path(
            "DeleteRuntime",
            (Method::DELETE, "/api/v1/langstudio/runtimes/{RuntimeId}"),
            &[action(&["pailangstudio:DeleteRuntime"], RUNTIME, gate::purchased)],
            &[WORKSPACE_ID, RUNTIME_ID],
            delete,
        ),
    ]
}

/// The roles that a runtime's credentials are to be of.
fn roles(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let config = object(&call.arguments, "CredentialConfig").unwrap_or_default();
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let items = list(config.get("CredentialConfigItems"));
    let roles = items.iter().flat_map(|item| list(item.get("Roles")));
    let arn = |role: Value| role.get("RoleArn").and_then(Value::as_str).map(str::to_owned);
    let arns: Vec<_> = roles.filter_map(arn).filter(|arn| !arn.is_empty()).collect();
    let is_role =
        |arn: &String| arn.starts_with("acs:ram:") && arn.split(':').nth(4).is_some_and(|id| id.starts_with("role/"));
    match arns.iter().find(|arn| !is_role(arn)) {
        Some(other) => Err(invalid("CredentialConfig", &format!("`{other}` is no ARN of a role"))),
        None => Ok(arns),
    }
}

/// A role may not be passed on: the text is that which PAI answers for every role that it is not given.
pub(super) fn role_not_passed(arn: &str) -> ApiError {
    role_refused("ram:PassRole", arn)
}

/// The code and the text are ours: none are published.
fn absent(id: &str) -> ApiError {
    ApiError::not_found("RuntimeNotExists", format!("Runtime not exists {id}"))
}

fn free(workspace: &Workspace, name: &str) -> Result<(), ApiError> {
    if workspace.runtimes.values().any(|runtime| runtime.name == name) {
        return Err(ApiError::bad_request("RuntimeNameAlreadyExists", format!("Runtime name {name} already exists.")));
    }
    Ok(())
}

/// Which image LangStudio's instances run (INFERRED: it is not published).
const IMAGE: &str = "image-langstudio";

/// What the instance of a runtime is called: like that, as far as a name of DSW's goes (INFERRED: no more than that it has one is known).
/// Longer names end in what tells them apart, since no two instances of a workspace have one name.
fn instance_name(call: &Call<'_>, runtime: &str) -> String {
    const MOST: usize = 27;
    const KEPT: usize = 18;
    match runtime.get(..KEPT) {
        Some(beginning) if runtime.len() > MOST => {
            let mark = call.cloud().ids.derived(&format!("runtime/{runtime}"), MOST - KEPT - 1);
            format!("{beginning}_{mark}")
        }
        _ => runtime.to_owned(),
    }
}

/// CreateRuntime
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let name = arguments.text("RuntimeName");
    let backend = Backend::enter(call, &[])?;
    // Its roles are those of its instance.
    errors::trust(call, roles(call)?.iter().filter_map(|arn| role_of_arn(arn)))?;
    let work_dir = read(call, |workspace| {
        free(workspace, name)?;
        work_dir(call, workspace)
    })?;
    let network = object(arguments, "UserVpc").map(Value::Object);
    if let Some(network) = &network {
        find_network(call, "UserVpc", network)?;
    }
    let mut fields = given(call, FIELDS);
    fields.insert("WorkDir".to_owned(), json!(work_dir.to_string()));
    let machine = object(arguments, "EcsSpec").unwrap_or_default();
    let instance_type = machine.get("InstanceType").and_then(Value::as_str);
    if instance_type.is_none() && arguments.filled("ResourceId").is_none() {
        return Err(invalid("EcsSpec", "neither `EcsSpec.InstanceType` nor `ResourceId` is given"));
    }
    backend.act_for_the_caller()?;
    let made = made(call);
    let mut wanted = members(json!({
        "InstanceName": instance_name(call, name),
        "WorkspaceId": arguments.text("WorkspaceId"),
        "ImageId": IMAGE,
        "Accessibility": made.accessibility.as_str(),
        "UserId": made.creator,
    }));
    let more = [("EcsSpec", instance_type.map(Value::from)), ("ResourceId", fields.get("ResourceId").cloned())];
    // What is mounted is DSW's to find.
    let mounted = fields.get("DataSources").cloned();
    for (name, value) in more.into_iter().chain([("UserVpc", network), ("Datasets", mounted)]) {
        if let Some(value) = value {
            wanted.insert(name.to_owned(), value);
        }
    }
    let instance = backend.create_instance(Value::Object(wanted))?;
    let runtime = Runtime { id: new_id(call, "runtime-"), name: name.to_owned(), given: fields, instance, made };
    let answer = json!({ "RuntimeId": runtime.id });
    change(call, |workspace| {
        free(workspace, name)?;
        Ok(add_entity(&mut workspace.runtimes, "Runtime", runtime.id.clone(), runtime)?)
    })?;
    Ok(Reply::document(answer))
}

/// `instance` is what DSW says of its instance; of one that is gone, nothing.
fn view(workspace: &str, runtime: &Runtime, instance: Option<&Map<String, Value>>) -> Map<String, Value> {
    let text = |name: &str| instance.and_then(|instance| instance.get(name)).and_then(Value::as_str);
    let mut view = members(json!({
        "RuntimeId": runtime.id,
        "RuntimeName": runtime.name,
        "RuntimeStatus": text("Status").unwrap_or("Failed"),
        "RuntimeLog": text("ReasonMessage").unwrap_or_default(),
    }));
    view.extend(runtime.given.clone());
    with_made(view, workspace, &runtime.made)
}

fn named(call: &Call<'_>) -> Result<Runtime, ApiError> {
    let id = call.arguments.text("RuntimeId");
    read(call, |workspace| workspace.runtimes.get(id).cloned().ok_or_else(|| absent(id)))
}

/// GetRuntime
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let backend = Backend::enter(call, &[])?;
    let runtime = named(call)?;
    let instance = match backend.instance(&runtime.instance) {
        Ok(instance) => Some(instance),
        Err(error) if error.status() == http::StatusCode::NOT_FOUND => None,
        Err(error) => return Err(error),
    };
    Ok(Reply::document(view(call.arguments.text("WorkspaceId"), &runtime, instance.as_ref())))
}

/// ListRuntimes: those that the policies in force let the caller see.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let instances = Backend::enter(call, &[])?.instances()?;
    let of =
        |id: &str| instances.iter().find(|instance| instance.get("InstanceId").and_then(Value::as_str) == Some(id));
    read(call, |workspace| {
        let sees = sight(call, workspace, "pailangstudio:ListRuntimes");
        let mut shown = Vec::new();
        for runtime in workspace.runtimes.values() {
            if sees(&runtime.made)? {
                shown.push(view(&workspace.id, runtime, of(&runtime.instance)));
            }
        }
        Ok(LISTED.page(call, shown))
    })
}

/// UpdateRuntime: starts or stops it, and changes what it runs.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let backend = Backend::enter(call, &[])?;
    let runtime = named(call)?;
    let changes = given(call, &["Version", "RunTimeout", "AutoUpdateImage"]);
    if changes.contains_key("Version") || changes.contains_key("AutoUpdateImage") {
        // INFERRED: that the image is all that DSW is told. The instance keeps its name.
        backend.update_instance(&runtime.instance, json!({ "ImageId": IMAGE }))?;
    }
    match arguments.filled("Action") {
        Some("Start") => backend.start_instance(&runtime.instance)?,
        Some(_) => backend.stop_instance(&runtime.instance)?,
        None => {}
    }
    change(call, |workspace| {
        let runtime = workspace.runtimes.get_mut(&runtime.id).ok_or_else(|| absent(&runtime.id))?;
        runtime.given.extend(changes);
        runtime.made.modified = call.now;
        Ok(Reply::done())
    })
}

/// DeleteRuntime: the instance goes first; a runtime whose instance could not be deleted stays.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let backend = Backend::enter(call, &[])?;
    let runtime = named(call)?;
    match backend.delete_instance(&runtime.instance) {
        Err(error) if error.status() != http::StatusCode::NOT_FOUND => return Err(error),
        _ => {}
    }
    change(call, |workspace| {
        workspace.runtimes.remove(&runtime.id);
        Ok(Reply::done())
    })
}
