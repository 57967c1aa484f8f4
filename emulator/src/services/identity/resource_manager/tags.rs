//! Tags of resource groups and of the resource directory's members.

use serde_json::{Map, Value, json};

use super::groups::is_among;
use super::product::{RESOURCE_MANAGER, own};
use super::words::invalid;
use crate::cloud::Quota;
use crate::cloud::directory::Tags;
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};
use crate::services::common::page::{List, Window};
use crate::services::identity::domain::resource_directory;
use crate::services::identity::domain::tags::change_all;
use crate::services::identity::parameters::flat_tags::given;

const RESOURCE_TYPE: Parameter = Parameter::required("ResourceType", Form::OneOf(&[GROUP, ACCOUNT]));
const GROUP: &str = "ResourceGroup";
const ACCOUNT: &str = "Account";

/// The operations on tags. No page says of a resource-level form.
pub fn table() -> Vec<Operation> {
    vec![
        RESOURCE_MANAGER.action("TagResources", &[own!("TagResources" on "*")], &[RESOURCE_TYPE], tag),
        RESOURCE_MANAGER.action(
            "UntagResources",
            &[own!("UntagResources" on "*")],
            &[RESOURCE_TYPE, Parameter::optional("All", Form::Boolean)],
            untag,
        ),
        RESOURCE_MANAGER.action(
            "ListTagResources",
            &[own!("ListTagResources" on "*")],
            &[
                RESOURCE_TYPE,
                Parameter::optional("MaxResults", Form::Integer(1, 100)),
                Parameter::optional("NextToken", Form::Own(check_token, "0")),
            ],
            list,
        ),
    ]
}

fn check_token(value: &str) -> Result<(), ApiError> {
    if Window::is_token(value) { Ok(()) } else { Err(invalid("NextToken")) }
}

/// Tags as lists of the directory show them.
pub(super) fn view(tags: &Tags) -> Vec<Value> {
    tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect()
}

/// Changes the tags of every resource that a call names, or of none.
fn change(call: &Call<'_>, change: impl Fn(&mut Tags)) -> Result<Reply, ApiError> {
    let ids = call.arguments.list("ResourceId");
    if ids.is_empty() {
        return Err(ApiError::missing("ResourceId"));
    }
    let most = call.account()?.quotas.get(Quota::TagsPerResource);
    let change = |tags: &mut Tags| {
        change(tags);
        if tags.len() > most { Err(invalid("Tag")) } else { Ok(()) }
    };
    if call.arguments.get("ResourceType") == Some(ACCOUNT) {
        resource_directory::change(call, |directory| {
            Ok(change_all(directory, &ids, |directory, id| Ok(directory.member_tags_mut(id)?), change))
        })??;
    } else {
        let mut groups = call.account()?.resource_groups.write();
        let now = call.now;
        change_all(&mut *groups, &ids, |groups, id| Ok(&mut groups.usable_mut(id, now)?.tags), change)?;
    }
    Ok(Reply::done())
}

/// TagResources
fn tag(call: &Call<'_>) -> Result<Reply, ApiError> {
    let new = given(&call.arguments)?;
    if new.is_empty() {
        return Err(ApiError::missing("Tag"));
    }
    change(call, |tags| tags.extend(new.clone()))
}

/// UntagResources: keys that are not there are nothing to say about.
fn untag(call: &Call<'_>) -> Result<Reply, ApiError> {
    let keys = call.arguments.list("TagKey");
    let all = keys.is_empty() && call.arguments.flag("All");
    change(call, |tags| tags.retain(|key, _| !all && !keys.contains(&key.as_str())))
}

/// ListTagResources: one entry for each tag of each resource.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let ids = arguments.list("ResourceId");
    let wanted = given(arguments)?;
    let kind = arguments.text("ResourceType");
    let resources: Vec<(String, Tags)> = if kind == ACCOUNT {
        resource_directory::read(call, |directory| {
            let members = directory.members().map(|member| (member.account.clone(), member.tags.clone()));
            Ok(members.collect())
        })?
    } else {
        let groups = call.account()?.resource_groups.read();
        groups.iter(call.now).map(|group| (group.id.clone(), group.tags.clone())).collect()
    };
    // An empty value stands for any.
    let is_wanted = |key: &str, value: &str| {
        wanted.is_empty() || wanted.get(key).is_some_and(|wanted| wanted.is_empty() || wanted == value)
    };
    let named = resources.iter().filter(|(id, _)| is_among(&ids, id));
    let entries = named.flat_map(|(id, tags)| tags.iter().map(move |(key, value)| (id, key, value)));
    let entries = entries.filter(|(_, key, value)| is_wanted(key, value));
    let view = |(id, key, value): (&String, &String, &String)| json!({"ResourceType": kind, "ResourceId": id, "TagKey": key, "TagValue": value});
    let shown = Window::at_token(arguments, "MaxResults", 50).show(entries, view);
    let mut answer = Map::new();
    List::Plain("TagResources").show(shown.items, &mut answer);
    if let Some(next) = shown.next {
        answer.insert("NextToken".to_owned(), json!(next.to_string()));
    }
    Ok(Reply::document(answer))
}
