//! Tags of the resource directory's members, folders and control policies, and of resource groups.

use serde_json::{Map, Value, json};

use super::words::{MAX_RESULTS, NEXT_TOKEN, invalid, is_among, own};
use crate::cloud::Quota;
use crate::cloud::directory::Tags;
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Product, Reply};
use crate::services::common::page::{List, Shown, Window};
use crate::services::identity::domain::resource_directory;
use crate::services::identity::domain::tags::change_all;
use crate::services::identity::parameters::flat_tags::{given, requested};

/// Resource groups.
pub(crate) const GROUP: &str = "ResourceGroup";
/// Members.
pub(crate) const ACCOUNT: &str = "Account";
/// Folders.
pub(crate) const FOLDER: &str = "Folder";
/// Control policies.
pub(crate) const CONTROL_POLICY: &str = "ControlPolicy";

/// The operations on tags of things of these kinds. No page says of a resource-level form.
///
/// INFERRED: that folders and control policies are kinds of the later version, from its CreateFolder and CreateControlPolicy, which
/// take tags.
pub(crate) fn rows(of: &'static Product, kinds: &'static [&'static str]) -> Vec<Operation> {
    let kind = Parameter::required("ResourceType", Form::OneOf(kinds));
    let (most, next) = (MAX_RESULTS, NEXT_TOKEN);
    vec![
        of.action("TagResources", &[own!("TagResources" on "*").context(requested)], std::slice::from_ref(&kind), tag),
        of.action(
            "UntagResources",
            &[own!("UntagResources" on "*")],
            &[kind.clone(), Parameter::optional("All", Form::Boolean)],
            untag,
        ),
        of.action(
            "ListTagResources",
            &[own!("ListTagResources" on "*")],
            &[kind.clone(), most.clone(), next.clone()],
            list,
        ),
        of.action("ListTagKeys", &[own!("ListTagKeys" on "*")], &[kind.clone(), most.clone(), next.clone()], list_keys),
        of.action(
            "ListTagValues",
            &[own!("ListTagValues" on "*")],
            &[kind, Parameter::required("TagKey", Form::Any), most, next],
            list_values,
        ),
    ]
}

/// Tags as lists of the directory show them.
pub(super) fn view(tags: &Tags) -> Vec<Value> {
    tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect()
}

/// What a list shows of a thing, and its tags if it has some.
pub(super) fn with(mut shown: Map<String, Value>, tags: &Tags) -> Map<String, Value> {
    if !tags.is_empty() {
        shown.insert("Tags".to_owned(), json!({ "Tag": view(tags) }));
    }
    shown
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
    let kind = call.arguments.text("ResourceType");
    if kind == GROUP {
        let mut groups = call.account()?.resource_groups.write();
        let now = call.now;
        change_all(&mut *groups, &ids, |groups, id| Ok(&mut groups.usable_mut(id, now)?.tags), change)?;
        return Ok(Reply::done());
    }
    resource_directory::change(call, |directory| {
        Ok(change_all(
            directory,
            &ids,
            |directory, id| {
                Ok(match kind {
                    FOLDER => directory.folder_tags_mut(id),
                    CONTROL_POLICY => directory.control_policy_tags_mut(id),
                    _ => directory.member_tags_mut(id),
                }?)
            },
            change,
        ))
    })??;
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

/// All things of the kind that a call asks about, with their tags.
fn tagged(call: &Call<'_>) -> Result<Vec<(String, Tags)>, ApiError> {
    let kind = call.arguments.text("ResourceType");
    if kind == GROUP {
        let groups = call.account()?.resource_groups.read();
        return Ok(groups.iter(call.now).map(|group| (group.id.clone(), group.tags.clone())).collect());
    }
    resource_directory::read(call, |directory| {
        Ok(match kind {
            FOLDER => directory.folders().map(|folder| (folder.id.clone(), folder.tags.clone())).collect(),
            CONTROL_POLICY => {
                directory.control_policies().map(|policy| (policy.id.clone(), policy.tags.clone())).collect()
            }
            _ => directory.members().map(|member| (member.account.clone(), member.tags.clone())).collect(),
        })
    })
}

/// A list, and the token that it goes on with.
fn answer(list: &'static str, shown: Shown) -> Reply {
    let mut answer = Map::new();
    List::Plain(list).show(shown.items, &mut answer);
    if let Some(next) = shown.next {
        answer.insert("NextToken".to_owned(), json!(next.to_string()));
    }
    Reply::document(answer)
}

/// ListTagResources: one entry for each tag of each resource.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let ids = arguments.list("ResourceId");
    let wanted = given(arguments)?;
    let kind = arguments.text("ResourceType");
    let resources = tagged(call)?;
    // An empty value stands for any.
    let is_wanted = |key: &str, value: &str| {
        wanted.is_empty() || wanted.get(key).is_some_and(|wanted| wanted.is_empty() || wanted == value)
    };
    let named = resources.iter().filter(|(id, _)| is_among(&ids, id));
    let entries = named.flat_map(|(id, tags)| tags.iter().map(move |(key, value)| (id, key, value)));
    let entries = entries.filter(|(_, key, value)| is_wanted(key, value));
    let view = |(id, key, value): (&String, &String, &String)| json!({"ResourceType": kind, "ResourceId": id, "TagKey": key, "TagValue": value});
    Ok(answer("TagResources", Window::at_token(arguments, "MaxResults", 50).show(entries, view)))
}

/// ListTagKeys: each key once. `KeyFilter` is part of it (CHOICE: the page says no more than that it filters).
fn list_keys(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (resources, filter) = (tagged(call)?, call.arguments.text("KeyFilter"));
    let mut keys: Vec<_> = resources.iter().flat_map(|(_, tags)| tags.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let keys = keys.into_iter().filter(|key| key.contains(filter));
    Ok(answer("Tags", Window::at_token(&call.arguments, "MaxResults", 20).show(keys, |key| json!({ "Key": key }))))
}

/// ListTagValues: each value of a key once.
fn list_values(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (resources, arguments) = (tagged(call)?, &call.arguments);
    let mut values: Vec<_> = resources.iter().filter_map(|(_, tags)| tags.get(arguments.text("TagKey"))).collect();
    values.sort_unstable();
    values.dedup();
    let values = values.into_iter().filter(|value| value.contains(arguments.text("ValueFilter")));
    Ok(answer("Tags", Window::at_token(arguments, "MaxResults", 20).show(values, |value| json!({ "Value": value }))))
}
