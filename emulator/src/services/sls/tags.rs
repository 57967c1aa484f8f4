//! Tags of projects and Logstores.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::product::row;
use super::{body, describe, error, reply};
use crate::cloud::directory::Tags;
use crate::cloud::{LogProject, Quota};
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply};

/// The longest key of a tag, and the longest value, in characters.
const LONGEST: usize = 128;
/// Tags that a request may name.
const MOST: usize = 20;

const EACH: &str = "acs:log:{owner_region}:{owner}:project/{each}";

const fn on_each(actions: &'static [&'static str]) -> Check {
    Check::new(actions, EACH).about("project/{each}").of(projects).context(describe::open)
}

/// The list of the tags of all that the account has.
const ALL: Check =
    Check::new(&["log:ListTagResources"], "acs:log:{region}:{account}:project/{each}").of(all).context(describe::open);

/// The operations.
pub fn table() -> Vec<Operation> {
    let any = |name| Parameter::optional(name, Form::Any);
    vec![
        row(
            "TagResources",
            (Method::POST, "/tag"),
            &[on_each(&["log:TagResources"]).context(describe::tagged)],
            &[any("resourceType"), any("resourceId"), any("tags")],
            tag,
        ),
        row(
            "UntagResources",
            (Method::POST, "/untag"),
            &[on_each(&["log:UntagResources"])],
            &[any("resourceType"), any("resourceId"), any("tags"), any("all")],
            untag,
        ),
        row(
            "ListTagResources",
            (Method::GET, "/tags"),
            &[on_each(&["log:ListTagResources"]), ALL],
            &[any("resourceType"), any("resourceId"), any("tags"), any("nextToken")],
            list,
        ),
    ]
}

/// What a tag is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Project,
    Store,
}

fn kind(call: &Call<'_>) -> Result<Kind, ApiError> {
    // Terraform's provider writes `PROJECT`.
    let asked = call.arguments.text("resourceType");
    match asked.to_ascii_lowercase().as_str() {
        "project" => Ok(Kind::Project),
        "logstore" => Ok(Kind::Store),
        _ => Err(error::parameter(format!("The resource type is not supported: {asked}"))),
    }
}

/// A resource that a request names: a project, or with a `#` between a Logstore in it.
#[derive(Debug, Clone)]
struct Named {
    project: String,
    store: Option<String>,
}

/// The resources that a request names, in its body or in its query.
fn named(call: &Call<'_>) -> Result<Vec<Named>, ApiError> {
    let kind = kind(call)?;
    let text = call.arguments.text("resourceId");
    let ids: Vec<String> = if text.is_empty() {
        Vec::new()
    } else {
        serde_json::from_str(text).map_err(|_| error::invalid("resourceId", text))?
    };
    if ids.len() > MOST {
        return Err(error::invalid("resourceId", text));
    }
    let read = |id: String| match (kind, id.split_once('#')) {
        (Kind::Store, Some((project, store))) => Ok(Named { project: project.into(), store: Some(store.into()) }),
        (Kind::Project, None) => Ok(Named { project: id, store: None }),
        _ => Err(error::invalid("resourceId", &id)),
    };
    ids.into_iter().map(read).collect()
}

/// The projects of the resources that a request names.
fn projects(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let named = named(call)?;
    if named.is_empty() && call.http.method == Method::POST {
        return Err(error::invalid("resourceId", call.arguments.text("resourceId")));
    }
    Ok(named.into_iter().map(|named| named.project).collect())
}

/// All, where a request names none.
fn all(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    Ok(if named(call)?.is_empty() { vec!["*".to_owned()] } else { Vec::new() })
}

#[derive(Debug, Deserialize)]
struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

#[derive(Debug, Deserialize)]
struct Tagged {
    tags: Vec<Tag>,
}

/// The tags that resources are to have.
pub(super) fn asked_for(call: &Call<'_>) -> Result<Vec<(String, String)>, ApiError> {
    let Tagged { tags } = body::json(call)?;
    if tags.is_empty() || tags.len() > MOST {
        return Err(error::body("request tag key value pair size must little than 20"));
    }
    let is_good = |tag: &Tag| {
        let long = |text: &str| text.chars().count() > LONGEST;
        !tag.key.is_empty() && !long(&tag.key) && !long(&tag.value)
    };
    match tags.iter().find(|tag| !is_good(tag)) {
        Some(bad) => Err(error::invalid("tags", &bad.key)),
        None => Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect()),
    }
}

/// The tags of a resource in its project.
fn tags_of<'p>(project: &'p mut LogProject, named: &Named) -> Result<&'p mut Tags, ApiError> {
    match &named.store {
        None => Ok(&mut project.about.tags),
        Some(store) => {
            let found = project.stores.get_mut(store).map(|store| &mut store.about.tags);
            found.ok_or_else(|| error::no_such_store(store))
        }
    }
}

/// Changes the tags of each resource that a request names. What is wrong with one is told before any is changed.
fn change(call: &Call<'_>, change: impl Fn(&mut Tags) -> Result<(), ApiError>) -> Result<Reply, ApiError> {
    let named = named(call)?;
    for dry in [true, false] {
        for one in &named {
            let changed = call.cloud().log_projects.change(&call.region, &one.project, |project| {
                let tags = tags_of(project, one)?;
                let mut changed = tags.clone();
                change(&mut changed)?;
                if !dry {
                    *tags = changed;
                }
                Ok(())
            });
            changed.unwrap_or_else(|| Err(error::no_such_project(&one.project)))?;
        }
    }
    Ok(reply::done())
}

/// TagResources
fn tag(call: &Call<'_>) -> Result<Reply, ApiError> {
    let asked = asked_for(call)?;
    let most = call.account()?.quotas.get(Quota::TagsPerResource);
    change(call, |tags| {
        tags.extend(asked.iter().cloned());
        if tags.len() > most { Err(error::body("tag key value pair count exceed")) } else { Ok(()) }
    })
}

#[derive(Debug, Deserialize)]
struct Untagged {
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    all: bool,
}

/// UntagResources
fn untag(call: &Call<'_>) -> Result<Reply, ApiError> {
    let asked: Untagged = body::json(call)?;
    if asked.tags.len() > MOST {
        return Err(error::body("tag key value pair count exceed"));
    }
    change(call, |tags| {
        tags.retain(|key, _| !asked.all && !asked.tags.contains(key));
        Ok(())
    })
}

#[derive(Debug, Deserialize)]
struct Filter {
    key: String,
    value: Option<String>,
}

/// ListTagResources: of the resources that it names, or of all of the account's in the region.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (kind, named) = (kind(call)?, named(call)?);
    let text = call.arguments.text("tags");
    let filters: Vec<Filter> = if text.is_empty() {
        Vec::new()
    } else {
        serde_json::from_str(text).map_err(|_| error::invalid("tags", text))?
    };
    let wanted = |key: &str, value: &str| {
        let is = |filter: &Filter| filter.key == key && filter.value.as_deref().is_none_or(|asked| asked == value);
        filters.is_empty() || filters.iter().any(is)
    };
    let account = &call.account()?.id;
    let mut found: Vec<Value> = Vec::new();
    let mut show =
        |kind: &str, id: &str, tags: &Tags| {
            let shown = tags.iter().filter(|(key, value)| wanted(key, value));
            found.extend(shown.map(
                |(key, value)| json!({ "resourceType": kind, "resourceId": id, "tagKey": key, "tagValue": value }),
            ));
        };
    let is_asked = |project: &str, store: Option<&str>| {
        let is = |one: &Named| one.project == project && one.store.as_deref() == store;
        named.iter().any(is)
    };
    call.cloud().log_projects.each(|project| {
        let about = &project.about;
        let own = named.is_empty() && about.owner == *account;
        if about.region != call.region {
            return;
        }
        if kind == Kind::Project && (own || is_asked(&about.name, None)) {
            show("project", &about.name, &about.tags);
        }
        for store in project.stores.values().filter(|_| kind == Kind::Store) {
            if own || is_asked(&about.name, Some(&store.about.name)) {
                show("logstore", &format!("{}#{}", about.name, store.about.name), &store.about.tags);
            }
        }
    });
    Ok(reply::json(&json!({ "nextToken": "", "tagResources": found })))
}
