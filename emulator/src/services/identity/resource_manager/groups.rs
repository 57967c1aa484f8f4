//! Resource groups.

use serde_json::{Map, Value, json};

use super::product::RESOURCE_MANAGER;
use super::words::is_group_id;
use crate::cloud::{Account, ResourceGroup, iso8601};
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply};
use crate::services::common::page::{List, numbered};
use crate::services::identity::answers::{self, members};
use crate::services::identity::domain::resource_groups;
use crate::services::identity::parameters::flat_tags;
use crate::services::identity::resource_directory::words::{
    INCLUDE_TAGS, PAGE, PAGE_NUMBER, PAGE_SIZE, is_among, ruled,
};

/// The regions that a group's status is told for: what clients read is that there are some.
const REGIONS: &[&str] = &["cn-hangzhou", "cn-shanghai", "cn-qingdao", "cn-beijing", "cn-shenzhen", "ap-southeast-1"];

const GROUP: Parameter = ruled!(required "ResourceGroupId", is_group_id, "rg-aek2abcdefghijk");
const NAME: Parameter = Parameter::required("Name", Form::Own(check_name, "my-project"));
const DISPLAY_NAME: Parameter = Parameter::required("DisplayName", Form::Own(check_display_name, "my-project"));
const NEW_DISPLAY_NAME: Parameter = Parameter::required("NewDisplayName", Form::Own(check_display_name, "my-project"));

/// The right to an operation on resource groups. RAM's name is the one that pages show; ResourceManager's own counts as well
/// (INFERRED: from its system policies, which speak of `resourcemanager:` alone).
macro_rules! of_groups {
    ($name:literal on $resource:literal) => {
        Check::new(&[concat!("ram:", $name)], concat!("acs:ram:*:{account}:resourcegroup/", $resource)).or(&[(
            concat!("resourcemanager:", $name),
            concat!("acs:resourcemanager:*:{account}:resourcegroup/", $resource),
        )])
    };
    ($name:literal) => {
        of_groups!($name on "{ResourceGroupId}").about("group/{ResourceGroupId}")
    };
}

/// The operations on resource groups.
pub fn table() -> Vec<Operation> {
    vec![
        RESOURCE_MANAGER.action(
            "CreateResourceGroup",
            &[of_groups!("CreateResourceGroup" on "*").context(flat_tags::requested)],
            &[NAME, DISPLAY_NAME],
            create,
        ),
        RESOURCE_MANAGER.action("GetResourceGroup", &[of_groups!("GetResourceGroup")], &[GROUP, INCLUDE_TAGS], get),
        RESOURCE_MANAGER.action(
            "UpdateResourceGroup",
            &[of_groups!("UpdateResourceGroup")],
            &[GROUP, NEW_DISPLAY_NAME],
            update,
        ),
        RESOURCE_MANAGER.action("DeleteResourceGroup", &[of_groups!("DeleteResourceGroup")], &[GROUP], delete),
        RESOURCE_MANAGER.action(
            "ListResourceGroups",
            &[of_groups!("ListResourceGroups" on "*").context(flat_tags::requested)],
            &[
                ruled!(optional "ResourceGroupId", is_group_id, "rg-aek2abcdefghijk"),
                Parameter::optional("Status", Form::OneOf(&["Creating", "OK", "PendingDelete"])),
                INCLUDE_TAGS,
                PAGE_NUMBER,
                PAGE_SIZE,
            ],
            list,
        ),
    ]
}

/// A letter, then letters, digits and hyphens.
fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')
}

fn check_name(value: &str) -> Result<(), ApiError> {
    if !is_name(value) {
        return Err(ApiError::bad_request("InvalidParameter.Name.InvalidChars", "The Name is invalid."));
    }
    if !(2..=50).contains(&value.len()) {
        return Err(ApiError::bad_request("InvalidParameter.Name.Length", "The maximum length of Name is exceeded."));
    }
    Ok(())
}

/// The code is the same for a new one (UpdateResourceGroup).
fn check_display_name(value: &str) -> Result<(), ApiError> {
    if value.chars().count() <= 50 {
        return Ok(());
    }
    let message = "The maximum length of DisplayName is exceeded.";
    Err(ApiError::bad_request("InvalidParameter.DisplayName.Length", message))
}

/// What UpdateResourceGroup shows.
fn view(account: &Account, group: &ResourceGroup) -> Map<String, Value> {
    members([
        ("Id", &group.id),
        ("AccountId", &account.id),
        ("Name", &group.name),
        ("DisplayName", &group.display_name),
        ("CreateDate", &iso8601(group.created)),
    ])
}

/// What ListResourceGroups shows.
fn entry(account: &Account, group: &ResourceGroup, tags: bool) -> Map<String, Value> {
    let mut shown = view(account, group);
    shown.insert("Status".to_owned(), json!(group.status()));
    if tags {
        shown.insert("Tags".to_owned(), answers::tags(&group.tags));
    }
    shown
}

/// What GetResourceGroup shows: the status in each region as well.
fn full_view(account: &Account, group: &ResourceGroup, status: &str, tags: bool) -> Value {
    let mut shown = entry(account, group, tags);
    shown.insert("Status".to_owned(), json!(status));
    let regions: Vec<_> = REGIONS.iter().map(|region| json!({"RegionId": region, "Status": status})).collect();
    shown.insert("RegionStatuses".to_owned(), json!({"RegionStatus": regions}));
    json!({ "ResourceGroup": shown })
}

/// CreateResourceGroup: the answer still says `Creating`; the group can be used at once.
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let (name, display_name) = (call.arguments.text("Name"), call.arguments.text("DisplayName"));
    let tags = flat_tags::given(&call.arguments)?;
    let group = ResourceGroup::new(call.cloud().ids.lower("rg-", 15), name, display_name, tags, call.now);
    let shown = full_view(account, &group, "Creating", false);
    account.resource_groups.write().add(group)?;
    Ok(Reply::document(shown))
}

/// GetResourceGroup
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let groups = account.resource_groups.read();
    let group = groups.get(call.arguments.text("ResourceGroupId"), call.now)?;
    Ok(Reply::document(full_view(account, group, group.status(), call.arguments.flag("IncludeTags"))))
}

/// UpdateResourceGroup
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let mut groups = account.resource_groups.write();
    let group = groups.usable_mut(call.arguments.text("ResourceGroupId"), call.now)?;
    call.arguments.text("NewDisplayName").clone_into(&mut group.display_name);
    Ok(Reply::document(json!({ "ResourceGroup": view(account, group) })))
}

/// DeleteResourceGroup
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let group = resource_groups::delete(call, call.arguments.text("ResourceGroupId"))?;
    Ok(Reply::document(full_view(call.account()?, &group, group.status(), false)))
}

/// ListResourceGroups
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let arguments = &call.arguments;
    let tags = flat_tags::given(arguments)?;
    let ids = arguments.list("ResourceGroupIds");
    let is = |name, value: &str| arguments.filled(name).is_none_or(|wanted| wanted == value);
    let contains = |name, value: &str| arguments.filled(name).is_none_or(|wanted| value.contains(wanted));
    let groups = account.resource_groups.read();
    let wanted = groups.iter(call.now).filter(|group| {
        // The list counts more than the one.
        is_among(&ids, &group.id)
            && (!ids.is_empty() || is("ResourceGroupId", &group.id))
            && is("Status", group.status())
            && contains("Name", &group.name)
            && contains("DisplayName", &group.display_name)
            && tags.iter().all(|(key, value)| group.tags.get(key) == Some(value))
    });
    // Who filters by tags is shown them.
    let show_tags = arguments.flag("IncludeTags") || !tags.is_empty();
    let view = |group: &ResourceGroup| Value::Object(entry(account, group, show_tags));
    let page = numbered(arguments, wanted, view, PAGE);
    Ok(Reply::document(page.with_numbers(List::Wrapped("ResourceGroups", "ResourceGroup"))))
}
