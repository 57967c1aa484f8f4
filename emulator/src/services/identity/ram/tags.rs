//! Tags of roles and policies, and the condition keys that are made of them.

use serde::Deserialize;
use serde_json::{Map, json};

use super::product::RAM;
use crate::cloud::directory::{Tags, add_tags};
use crate::cloud::{Directory, DirectoryError, Quota};
use crate::gateway::{ApiError, Arguments, Call, Check, Facts, Form, Needed, Operation, Parameter, Reply};
use crate::services::common::page::{Asked, behind};
use crate::services::identity::domain::tags::change_all;
use crate::services::identity::parameters::incorrect;

/// Roles or policies that one call may name.
const MOST_NAMES: usize = 50;
/// Tags that one call may carry.
const MOST_TAGS: usize = 20;
/// CHOICE: how many tags a page has when the request does not say.
const PAGE: Asked = Asked { token: "NextToken", size: "PageSize", default: 100 };

const RESOURCE_TYPE: Parameter = Parameter::required("ResourceType", Form::OneOf(&["role", "policy"]));
const RESOURCE_NAMES: Parameter = Parameter::required("ResourceNames", Form::Own(check_names, r#"["sample"]"#));
const NAMED: &str = "acs:ram:*:{account}:{ResourceType}/{each}";

/// The tags that a new role or policy is made with.
pub(super) const TAG: Parameter = Parameter::optional("Tag", Form::Own(check_tags, r#"[{"Key":"a","Value":"b"}]"#));
/// The tags that a list is narrowed down to: a key without a value stands for any value.
pub(super) const TAG_FILTER: Parameter = Parameter::optional("Tag", Form::Own(check_filter, r#"[{"Key":"a"}]"#));

/// The operations on tags. RAM's lists are parameters in JSON.
pub fn table() -> Vec<Operation> {
    vec![
        RAM.action(
            "TagResources",
            &[Check::new(&["ram:TagResources"], NAMED)
                .each("ResourceNames")
                .about("{ResourceType}/{each}")
                .context(with_new)],
            &[
                RESOURCE_TYPE,
                RESOURCE_NAMES,
                Parameter::required("Tag", Form::Own(check_tags, r#"[{"Key":"a","Value":"b"}]"#)),
            ],
            tag,
        ),
        RAM.action(
            "UntagResources",
            &[Check::new(&["ram:UntagResources"], NAMED).each("ResourceNames").about("{ResourceType}/{each}")],
            &[
                RESOURCE_TYPE,
                RESOURCE_NAMES,
                Parameter::optional("TagKeys", Form::Own(check_keys, r#"["a"]"#)),
                Parameter::optional("All", Form::Boolean),
            ],
            untag,
        ),
        RAM.action(
            "ListTagResources",
            &[Check::new(&["ram:ListTagResources"], "*")],
            &[
                RESOURCE_TYPE,
                Parameter::optional("ResourceNames", Form::Own(check_names, r#"["sample"]"#)),
                TAG_FILTER,
                Parameter::optional("PageSize", Form::Integer(1, 100)),
                Parameter::optional("NextToken", Form::Any),
            ],
            list,
        ),
    ]
}

#[derive(Deserialize)]
struct Given {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Value")]
    value: Option<String>,
}

/// CHOICE: lists are refused under their own name.
fn read(text: &str) -> Result<Vec<Given>, ApiError> {
    let given: Vec<Given> = serde_json::from_str(text).map_err(|_| incorrect("Tag"))?;
    let fits = |text: &str, least| (least..=128).contains(&text.chars().count());
    let fit = given.iter().all(|tag| fits(&tag.key, 1) && tag.value.as_deref().is_none_or(|value| fits(value, 0)));
    if fit && given.len() <= MOST_TAGS { Ok(given) } else { Err(incorrect("Tag")) }
}

fn check_filter(text: &str) -> Result<(), ApiError> {
    read(text).map(|_| ())
}

fn check_tags(text: &str) -> Result<(), ApiError> {
    let given = read(text)?;
    // What Alibaba Cloud keeps for itself, and addresses, are no tags.
    let reserved = |text: &str| {
        text.starts_with("aliyun") || text.starts_with("acs:") || text.contains("http://") || text.contains("https://")
    };
    let twice = |tag: &Given| given.iter().filter(|other| other.key == tag.key).count() > 1;
    let bad = |tag: &Given| reserved(&tag.key) || tag.value.as_deref().is_some_and(reserved) || twice(tag);
    if given.iter().any(bad) { Err(incorrect("Tag")) } else { Ok(()) }
}

fn check_names(text: &str) -> Result<(), ApiError> {
    let names: Vec<String> = serde_json::from_str(text).map_err(|_| incorrect("ResourceNames"))?;
    let known =
        |name: &String| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || ".-_@".contains(c));
    let fits = (1..=MOST_NAMES).contains(&names.len()) && names.iter().all(known);
    if fits { Ok(()) } else { Err(incorrect("ResourceNames")) }
}

fn check_keys(text: &str) -> Result<(), ApiError> {
    let keys: Vec<String> = serde_json::from_str(text).map_err(|_| incorrect("TagKeys"))?;
    if keys.len() <= MOST_TAGS { Ok(()) } else { Err(incorrect("TagKeys")) }
}

/// The tags in the `Tag` parameter, checked before.
pub(super) fn given(arguments: &Arguments) -> Tags {
    let given = arguments.filled("Tag").and_then(|text| read(text).ok()).unwrap_or_default();
    given.into_iter().map(|tag| (tag.key, tag.value.unwrap_or_default())).collect()
}

/// Have these tags everything that the `Tag` parameter asks for?
pub(super) fn fit(tags: &Tags, arguments: &Arguments) -> bool {
    let wanted = arguments.filled("Tag").and_then(|text| read(text).ok()).unwrap_or_default();
    let has =
        |wanted: &Given| tags.get(&wanted.key).is_some_and(|value| wanted.value.as_ref().is_none_or(|of| of == value));
    wanted.iter().all(has)
}

/// `acs:RequestTag/KEY`: the tags that a request carries.
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
pub(super) fn with_new(call: &Call<'_>, _: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    for (key, value) in given(&call.arguments) {
        needed.set(format!("acs:RequestTag/{key}").as_str(), value);
    }
    Ok(())
}

/// The custom policy that a call names, as it is located; of one of the system's nothing is known.
pub(super) fn policy_id(call: &Call<'_>, _: &str) -> String {
    let system = call.arguments.get("PolicyType") == Some("System");
    if system { String::new() } else { format!("policy/{}", call.arguments.text("PolicyName")) }
}

fn tags_of_mut<'d>(directory: &'d mut Directory, kind: &str, name: &str) -> Result<&'d mut Tags, DirectoryError> {
    if kind == "role" {
        Ok(&mut directory.editable_role_mut(name)?.tags)
    } else {
        Ok(&mut directory.policy_mut(name)?.tags)
    }
}

/// Changes the tags of all that a call names, or of none.
fn change(call: &Call<'_>, change: impl Fn(&mut Tags) -> Result<(), DirectoryError>) -> Result<Reply, ApiError> {
    let kind = call.arguments.text("ResourceType");
    let names = call.arguments.json_list("ResourceNames");
    let mut directory = call.account()?.directory.write();
    change_all(
        &mut *directory,
        &names,
        |directory, name| Ok(tags_of_mut(directory, kind, name)?),
        |tags| Ok(change(tags)?),
    )?;
    Ok(Reply::done())
}

/// TagResources
fn tag(call: &Call<'_>) -> Result<Reply, ApiError> {
    let new = given(&call.arguments);
    let most = call.account()?.quotas.get(Quota::TagsPerResource);
    change(call, |tags| add_tags(tags, &new, most))
}

/// UntagResources: keys that are not there are no error.
fn untag(call: &Call<'_>) -> Result<Reply, ApiError> {
    let keys = call.arguments.json_list("TagKeys");
    let all = keys.is_empty() && call.arguments.flag("All");
    change(call, |tags| {
        tags.retain(|key, _| !all && !keys.contains(key));
        Ok(())
    })
}

/// ListTagResources: an entry a tag, in the order of names and keys.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let kind = arguments.text("ResourceType");
    let directory = call.account()?.directory.read();
    let named = arguments.json_list("ResourceNames");
    let is_named = |name: &str| named.is_empty() || named.iter().any(|wanted| wanted.eq_ignore_ascii_case(name));
    let resources: Vec<(&str, &Tags)> = if kind == "role" {
        directory.roles().map(|role| (role.name.as_str(), &role.tags)).collect()
    } else {
        directory.policies().map(|policy| (policy.name.as_str(), &policy.tags)).collect()
    };
    let wanted = resources.into_iter().filter(|(name, tags)| is_named(name) && fit(tags, arguments));
    let entries = wanted.flat_map(|(name, tags)| tags.iter().map(move |(key, value)| (name, key, value)));

    let key = |(name, key, _): &(&str, &String, &String)| (name.to_ascii_lowercase(), (*key).clone());
    let view = |(name, key, value): (&str, &String, &String)| json!({"ResourceType": kind, "ResourceName": name, "TagKey": key, "TagValue": value});
    let (shown, next) = behind(arguments, PAGE, entries, key, view)?;
    let mut answer = Map::new();
    if let Some(next) = next {
        answer.insert("NextToken".to_owned(), json!(next));
    }
    answer.insert("TagResources".to_owned(), json!(shown));
    Ok(Reply::document(answer))
}
