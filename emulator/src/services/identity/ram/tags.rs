//! Tags of roles and policies, and the condition keys that are made of them.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::row;
use crate::cloud::directory::{Tags, add_tags};
use crate::cloud::{Directory, DirectoryError, Quota};
use crate::gateway::{ApiError, Arguments, Call, Check, Facts, Form, Needed, Operation, Parameter, Reply};

/// Roles or policies that one call may name.
const MOST_NAMES: usize = 50;
/// Tags that one call may carry.
const MOST_TAGS: usize = 20;
/// Tags of a page when the request does not say (our choice).
const DEFAULT_PAGE: usize = 100;

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
        row(
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
        row(
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
        row(
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

/// The text is RAM's usual one; that lists are refused under their own name is our choice.
fn incorrect(name: &str) -> ApiError {
    ApiError::bad_request(format!("InvalidParameter.{name}"), format!("The parameter - \"{name}\" is incorrect."))
}

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

/// Adds `Tags` to a list's entry, if there are any.
pub(super) fn show(entry: &mut Map<String, Value>, tags: &Tags) {
    if !tags.is_empty() {
        let shown: Vec<_> = tags.iter().map(|(key, value)| json!({"TagKey": key, "TagValue": value})).collect();
        entry.insert("Tags".to_owned(), json!({ "Tag": shown }));
    }
}

/// `acs:RequestTag/KEY`: the tags that a request carries.
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
pub(super) fn with_new(call: &Call<'_>, _: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    for (key, value) in given(&call.arguments) {
        needed.set(&format!("acs:RequestTag/{key}"), &value);
    }
    Ok(())
}

/// The custom policy that a call names, as RAM locates it; of one of the system's nothing is known.
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
    let mut directory = call.account()?.directory.write();
    let mut changed = Vec::new();
    for name in call.arguments.json_list("ResourceNames") {
        let mut tags = tags_of_mut(&mut directory, kind, &name)?.clone();
        change(&mut tags)?;
        changed.push((name, tags));
    }
    for (name, tags) in changed {
        *tags_of_mut(&mut directory, kind, &name)? = tags;
    }
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

    let most = arguments.integer("PageSize").and_then(|most| most.try_into().ok()).unwrap_or(DEFAULT_PAGE);
    let after = arguments.filled("NextToken").map(read_token).transpose()?;
    let is_later = |(name, key, _): &(&str, &String, &String)| {
        after.as_ref().is_none_or(|after| (name.to_ascii_lowercase(), (*key).clone()) > *after)
    };
    let mut rest = entries.filter(is_later).peekable();
    let shown: Vec<_> = rest.by_ref().take(most).collect();
    let mut answer = Map::new();
    if let (Some((name, key, _)), Some(_)) = (shown.last(), rest.peek()) {
        let token = json!([name.to_ascii_lowercase(), key]).to_string();
        answer.insert("NextToken".to_owned(), json!(BASE64_URL_SAFE_NO_PAD.encode(token)));
    }
    let view = |(name, key, value): &(&str, &String, &String)| json!({"ResourceType": kind, "ResourceName": name, "TagKey": key, "TagValue": value});
    answer.insert("TagResources".to_owned(), shown.iter().map(view).collect());
    Ok(Reply::document(Value::Object(answer)))
}

/// Tokens are opaque; one that was never given out is refused.
fn read_token(token: &str) -> Result<(String, String), ApiError> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok();
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or_else(|| incorrect("NextToken"))
}
