//! Tags of RAM users.

use serde_json::{Value, json};

use super::{both, incorrect, name_of, row, user_of};
use crate::cloud::Quota;
use crate::cloud::directory::{Directory, DirectoryError, Tags, User, add_tags};
use crate::gateway::{ApiError, Call, Form, Needed, Operation, Parameter, Reply};
use crate::services::identity::flat_tags::given;

/// Users that one call may name.
const MOST_USERS: usize = 50;
/// Tags that one call may name.
const MOST_TAGS: usize = 20;

const RESOURCE_TYPE: Parameter = Parameter::required("ResourceType", Form::OneOf(&["user"]));

/// The operations on tags.
pub static TABLE: &[Operation] = &[
    row!(
        "TagResources",
        [both!("TagResources" on "user/{each}").of(users).describe(of_each_with_new)],
        [RESOURCE_TYPE],
        tag
    ),
    row!(
        "UntagResources",
        [both!("UntagResources" on "user/{each}").of(users).describe(of_each)],
        [RESOURCE_TYPE, Parameter::optional("All", Form::Boolean)],
        untag
    ),
    row!(
        "ListTagResources",
        [both!("ListTagResources" on everything)],
        [
            RESOURCE_TYPE,
            Parameter::optional("PageSize", Form::Integer(1, 100)),
            Parameter::optional("NextToken", Form::Own(check_token, "0")),
        ],
        list
    ),
];

fn check_token(value: &str) -> Result<(), ApiError> {
    value.parse::<usize>().map(|_| ()).map_err(|_| incorrect("NextToken"))
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

/// The names of the users that a call names, for the question whether their tags may be changed; all where it names none.
fn users(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let (by, asked) = asked(call)?;
    if asked.is_empty() {
        return Ok(vec!["*".to_owned()]);
    }
    let name = |text: &&str| match (by, text.split_once('@')) {
        ("ResourceId", _) => name_of(call, text),
        (_, Some((name, _))) => name.to_owned(),
        (_, None) => (*text).to_owned(),
    };
    Ok(asked.iter().map(name).collect())
}

fn find<'d>(directory: &'d Directory, by: &str, text: &str) -> Result<&'d User, DirectoryError> {
    if by == "ResourceId" {
        directory.user_by_id(text).ok_or(DirectoryError::NotExist("User"))
    } else {
        user_of(directory, text)
    }
}

fn set_resource_tags(call: &Call<'_>, needed: &mut Needed, name: &str) -> Result<(), ApiError> {
    let directory = call.account()?.directory.read();
    // Who does not exist has no tags; that they do not is said after the decision.
    if let Ok(user) = directory.user(name) {
        for (key, value) in &user.tags {
            needed.set(&format!("acs:ResourceTag/{key}"), value);
        }
    }
    Ok(())
}

/// `acs:ResourceTag/KEY`: the tags of the user that a call is about.
pub(super) fn of_user(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    super::user_name(call).map_or(Ok(()), |name| set_resource_tags(call, needed, &name))
}

/// `acs:RequestTag/KEY`: the tags that a request carries.
pub(super) fn with_new(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    for (key, value) in given(&call.arguments)? {
        needed.set(&format!("acs:RequestTag/{key}"), &value);
    }
    Ok(())
}

/// `acs:ResourceTag/KEY` of one of several users: the end of the resource is the name.
fn of_each(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    let resource = needed.requests.first().map(|request| request.resource().as_str().to_owned());
    let name = resource.as_deref().and_then(|resource| resource.rsplit_once('/')).map_or("", |(_, name)| name);
    set_resource_tags(call, needed, name)
}

fn of_each_with_new(call: &Call<'_>, needed: &mut Needed) -> Result<(), ApiError> {
    with_new(call, needed)?;
    of_each(call, needed)
}

/// Changes the tags of all that a call names, or of none.
fn change(call: &Call<'_>, change: impl Fn(&mut Tags) -> Result<(), DirectoryError>) -> Result<Reply, ApiError> {
    let (by, asked) = asked(call)?;
    if asked.is_empty() {
        return Err(ApiError::missing("ResourceId"));
    }
    let mut directory = call.account()?.directory.write();
    let mut changed = Vec::new();
    for text in asked {
        let user = find(&directory, by, text)?;
        let mut tags = user.tags.clone();
        change(&mut tags)?;
        changed.push((user.name.clone(), tags));
    }
    for (name, tags) in changed {
        directory.user_mut(&name)?.tags = tags;
    }
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

/// Have these tags all of those? An empty value stands for any.
pub(super) fn fit(tags: &Tags, wanted: &Tags) -> bool {
    wanted.iter().all(|(key, value)| tags.get(key).is_some_and(|own| value.is_empty() || own == value))
}

/// The tags as lists of users show them.
pub(super) fn view(tags: &Tags) -> Value {
    let tags: Vec<_> = tags.iter().map(|(key, value)| json!({"TagKey": key, "TagValue": value})).collect();
    json!({ "Tag": tags })
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
    let entries: Vec<_> = users
        .iter()
        .filter(|user| fit(&user.tags, &wanted))
        .flat_map(|user| user.tags.iter().map(|(key, value)| (&user.id, key, value)))
        .map(|(id, key, value)| json!({"ResourceType": "user", "ResourceId": id, "TagKey": key, "TagValue": value}))
        .collect();
    let whole = |name, default| arguments.integer(name).and_then(|n| usize::try_from(n).ok()).unwrap_or(default);
    let (first, most) = (whole("NextToken", 0), whole("PageSize", 50));
    let end = first.saturating_add(most);
    let truncated = end < entries.len();
    let page: Vec<_> = entries.into_iter().skip(first).take(most).collect();
    let mut answer = json!({"TagResources": {"TagResource": page}, "IsTruncated": truncated});
    if let (true, Some(answer)) = (truncated, answer.as_object_mut()) {
        answer.insert("NextToken".to_owned(), json!(end.to_string()));
    }
    Ok(Reply::document(answer))
}
