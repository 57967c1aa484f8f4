//! Tags of resource groups and of the resource directory's members.

use serde_json::{Value, json};

use super::{own, row};
use crate::cloud::directory::Tags;
use crate::cloud::{Quota, ResourceDirectoryError};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};
use crate::services::identity::flat_tags::given;

const RESOURCE_TYPE: Parameter = Parameter::required("ResourceType", Form::OneOf(&[GROUP, ACCOUNT]));
const GROUP: &str = "ResourceGroup";
const ACCOUNT: &str = "Account";

/// The operations on tags. No page says of a resource-level form.
pub fn table() -> Vec<Operation> {
    vec![
        row!("TagResources", [own!("TagResources" on "*")], [RESOURCE_TYPE], tag),
        row!(
            "UntagResources",
            [own!("UntagResources" on "*")],
            [RESOURCE_TYPE, Parameter::optional("All", Form::Boolean)],
            untag
        ),
        row!(
            "ListTagResources",
            [own!("ListTagResources" on "*")],
            [
                RESOURCE_TYPE,
                Parameter::optional("MaxResults", Form::Integer(1, 100)),
                Parameter::optional("NextToken", Form::Own(check_token, "0")),
            ],
            list
        ),
    ]
}

fn check_token(value: &str) -> Result<(), ApiError> {
    value.parse::<usize>().map(|_| ()).map_err(|_| super::invalid("NextToken"))
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
    let within = |tags: &Tags| {
        let mut changed = tags.clone();
        change(&mut changed);
        if changed.len() > most { Err(super::invalid("Tag")) } else { Ok(changed) }
    };
    if call.arguments.get("ResourceType") == Some(ACCOUNT) {
        let changed = super::change_directory(call, |directory| {
            let mut changed = Vec::new();
            for id in &ids {
                changed.push(within(&directory.member(id)?.tags));
            }
            let changed: Result<Vec<_>, _> = changed.into_iter().collect();
            for (id, tags) in ids.iter().zip(changed.iter().flatten()) {
                tags.clone_into(directory.member_tags_mut(id)?);
            }
            Ok(changed)
        })?;
        changed?;
    } else {
        let mut groups = call.account()?.resource_groups.write();
        let mut changed = Vec::new();
        for id in &ids {
            changed.push(within(&groups.usable(id, call.now)?.tags)?);
        }
        for (id, tags) in ids.iter().zip(changed) {
            groups.usable_mut(id, call.now)?.tags = tags;
        }
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
        super::in_directory(call, |directory| {
            let members = directory.members().map(|member| (member.account.clone(), member.tags.clone()));
            Ok::<_, ResourceDirectoryError>(members.collect())
        })?
    } else {
        let groups = call.account()?.resource_groups.read();
        groups.iter(call.now).map(|group| (group.id.clone(), group.tags.clone())).collect()
    };
    let mut shown = Vec::new();
    for (id, tags) in resources.iter().filter(|(id, _)| super::groups::is_among(&ids, id)) {
        // An empty value stands for any.
        let is_wanted = |(key, value): (&String, &String)| {
            wanted.is_empty() || wanted.get(key).is_some_and(|wanted| wanted.is_empty() || wanted == value)
        };
        for (key, value) in tags.iter().filter(|tag| is_wanted(*tag)) {
            shown.push(json!({"ResourceType": kind, "ResourceId": id, "TagKey": key, "TagValue": value}));
        }
    }
    let whole = |name, default| arguments.integer(name).and_then(|n| usize::try_from(n).ok()).unwrap_or(default);
    let (first, most) = (whole("NextToken", 0), whole("MaxResults", 50));
    let total = shown.len();
    let page: Vec<_> = shown.into_iter().skip(first).take(most).collect();
    let mut answer = json!({ "TagResources": page });
    if let (true, Some(answer)) = (first + most < total, answer.as_object_mut()) {
        answer.insert("NextToken".to_owned(), json!((first + most).to_string()));
    }
    Ok(Reply::document(answer))
}
