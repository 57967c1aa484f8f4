//! Tags of RAM users.

use serde_json::{Map, json};

use super::product::IMS;
use super::rights::both;
use super::who::{user_id, user_of};
use crate::cloud::Quota;
use crate::cloud::directory::{Directory, DirectoryError, Tags, User, add_tags};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};
use crate::services::common::page::{List, Window};
use crate::services::identity::domain::tags::{change_all, fit};
use crate::services::identity::parameters::{flat_tags, flat_tags::given, incorrect};

/// Users that one call may name.
const MOST_USERS: usize = 50;
/// Tags that one call may name.
const MOST_TAGS: usize = 20;

const RESOURCE_TYPE: Parameter = Parameter::required("ResourceType", Form::OneOf(&["user"]));

/// The operations on tags.
pub fn table() -> Vec<Operation> {
    vec![
        IMS.action(
            "TagResources",
            &[both!("TagResources" on "user/{name}").of(users).about("{each}").context(flat_tags::requested)],
            &[RESOURCE_TYPE],
            tag,
        ),
        IMS.action(
            "UntagResources",
            &[both!("UntagResources" on "user/{name}").of(users).about("{each}")],
            &[RESOURCE_TYPE, Parameter::optional("All", Form::Boolean)],
            untag,
        ),
        IMS.action(
            "ListTagResources",
            &[both!("ListTagResources" on everything)],
            &[
                RESOURCE_TYPE,
                Parameter::optional("PageSize", Form::Integer(1, 100)),
                Parameter::optional("NextToken", Form::Own(check_token, "0")),
            ],
            list,
        ),
    ]
}

fn check_token(value: &str) -> Result<(), ApiError> {
    if Window::is_token(value) { Ok(()) } else { Err(incorrect("NextToken")) }
}

/// The ids or the principal names that a call names users by; not both.
fn asked<'c>(call: &'c Call<'_>) -> Result<(&'static str, Vec<&'c str>), ApiError> {
    let (ids, principals) = (call.arguments.list("ResourceId"), call.arguments.list("ResourcePrincipalName"));
    if !ids.is_empty() && !principals.is_empty() {
        return Err(incorrect("ResourcePrincipalName"));
    }
    let (name, asked) = if principals.is_empty() { ("ResourceId", ids) } else { ("ResourcePrincipalName", principals) };
    if asked.len() > MOST_USERS { Err(incorrect(name)) } else { Ok((name, asked)) }
}

/// The users that a call names, for the question whether their tags may be changed; all where it names none.
fn users(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let (by, asked) = asked(call)?;
    if asked.is_empty() {
        return Ok(vec![user_id("*")]);
    }
    let id = |text: &&str| match (by, text.split_once('@')) {
        ("ResourceId", _) => format!("id/{text}"),
        (_, Some((name, _))) => user_id(name),
        (_, None) => user_id(text),
    };
    Ok(asked.iter().map(id).collect())
}

fn find<'d>(directory: &'d Directory, by: &str, text: &str) -> Result<&'d User, DirectoryError> {
    if by == "ResourceId" {
        directory.user_by_id(text).ok_or(DirectoryError::NotExist("User"))
    } else {
        user_of(directory, text)
    }
}

/// Changes the tags of all that a call names, or of none.
fn change(call: &Call<'_>, change: impl Fn(&mut Tags) -> Result<(), DirectoryError>) -> Result<Reply, ApiError> {
    let (by, asked) = asked(call)?;
    if asked.is_empty() {
        return Err(ApiError::missing("ResourceId"));
    }
    let mut directory = call.account()?.directory.write();
    let named = asked.iter().map(|text| Ok(find(&directory, by, text)?.name.clone()));
    let named: Vec<_> = named.collect::<Result<_, DirectoryError>>()?;
    change_all(
        &mut *directory,
        &named,
        |directory, name| Ok(&mut directory.user_mut(name)?.tags),
        |tags| Ok(change(tags)?),
    )?;
    Ok(Reply::done())
}

/// TagResources
fn tag(call: &Call<'_>) -> Result<Reply, ApiError> {
    let new = given(&call.arguments)?;
    if new.is_empty() {
        return Err(ApiError::missing("Tag"));
    }
    if new.len() > MOST_TAGS {
        return Err(incorrect("Tag"));
    }
    let most = call.account()?.quotas.get(Quota::TagsPerResource);
    change(call, |tags| add_tags(tags, &new, most))
}

/// UntagResources: keys that are not there are nothing to say about.
fn untag(call: &Call<'_>) -> Result<Reply, ApiError> {
    let keys = call.arguments.list("TagKey");
    if keys.len() > MOST_TAGS {
        return Err(incorrect("TagKey"));
    }
    let all = keys.is_empty() && call.arguments.flag("All");
    change(call, |tags| {
        tags.retain(|key, _| !all && !keys.contains(&key.as_str()));
        Ok(())
    })
}

/// ListTagResources: an entry a tag, in the order of names and keys.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let (by, asked) = asked(call)?;
    let wanted = given(arguments)?;
    let directory = call.account()?.directory.read();
    let users: Vec<&User> = if asked.is_empty() {
        directory.users().collect()
    } else {
        asked.iter().map(|text| find(&directory, by, text)).collect::<Result<_, _>>()?
    };
    let entries = users.iter().filter(|user| fit(&user.tags, &wanted));
    let entries = entries.flat_map(|user| user.tags.iter().map(|(key, value)| (&user.id, key, value)));
    let view = |(id, key, value): (&String, &String, &String)| json!({"ResourceType": "user", "ResourceId": id, "TagKey": key, "TagValue": value});
    let shown = Window::at_token(arguments, "PageSize", 50).show(entries, view);
    let mut answer = Map::new();
    List::Wrapped("TagResources", "TagResource").show(shown.items, &mut answer);
    answer.insert("IsTruncated".to_owned(), json!(shown.next.is_some()));
    if let Some(next) = shown.next {
        answer.insert("NextToken".to_owned(), json!(next.to_string()));
    }
    Ok(Reply::document(answer))
}
