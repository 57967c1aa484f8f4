//! What is kept in a project as it was given: configurations of Logtail, machine groups, dashboards, saved searches, alerts, consumer
//! groups. Nothing collects or watches behind them; who consumes in a consumer group is in `consume`.

use http::Method;
use serde_json::{Map, Value, json};

use super::product::{on, row};
use super::{body, describe, error, logstore, project, reply};
use crate::cloud::{KEPT_BYTES, KEPT_IN_PROJECT, KeptInProject, LogProject, LogRoom};
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply};
use crate::operation::{Handler, Known, Mark};

/// A kind of what is kept.
struct Kind {
    /// What the last word of its operations is, and that of its list.
    word: &'static str,
    list: &'static str,
    /// Where its things are, the parameter behind it in a path, and that of UpdateMachineGroup, which is another.
    path: &'static str,
    of_path: &'static str,
    changed: &'static str,
    /// The member that holds the name.
    name: &'static str,
    /// What it is called in ARNs, behind the project.
    arn: &'static str,
    /// How the list of names is called, and that of the things; empty: there is none.
    names: &'static str,
    items: &'static str,
    /// The code of what is not there, that of what is there already, and what both call the thing.
    absent: &'static str,
    taken: &'static str,
    called: &'static str,
}

/// The codes of machine groups and configurations are published; the others are made alike (CHOICE).
const KINDS: [Kind; 6] = [
    Kind {
        word: "Config",
        list: "ListConfig",
        path: "/configs",
        of_path: "configName",
        changed: "configName",
        name: "configName",
        arn: "logtailconfig",
        names: "configs",
        items: "",
        absent: "ConfigNotExist",
        taken: "ConfigAlreadyExist",
        called: "config",
    },
    Kind {
        word: "MachineGroup",
        list: "ListMachineGroup",
        path: "/machinegroups",
        of_path: "machineGroup",
        changed: "groupName",
        name: "groupName",
        arn: "machinegroup",
        names: "machinegroups",
        items: "",
        absent: "GroupNotExist",
        taken: "GroupAlreadyExist",
        called: "group",
    },
    Kind {
        word: "Dashboard",
        list: "ListDashboard",
        path: "/dashboards",
        of_path: "dashboardName",
        changed: "dashboardName",
        name: "dashboardName",
        arn: "dashboard",
        names: "dashboards",
        items: "dashboardItems",
        absent: "DashboardNotExist",
        taken: "DashboardAlreadyExist",
        called: "dashboard",
    },
    Kind {
        word: "SavedSearch",
        list: "ListSavedSearch",
        path: "/savedsearches",
        of_path: "savedsearchName",
        changed: "savedsearchName",
        name: "savedsearchName",
        arn: "savedsearch",
        names: "",
        items: "savedsearchItems",
        absent: "SavedSearchNotExist",
        taken: "SavedSearchAlreadyExist",
        called: "savedsearch",
    },
    Kind {
        word: "Alert",
        list: "ListAlerts",
        path: "/alerts",
        of_path: "alertName",
        changed: "alertName",
        name: "name",
        arn: "alert",
        names: "",
        items: "results",
        absent: "JobNotExist",
        taken: "JobAlreadyExist",
        called: "job",
    },
    Kind {
        word: "ConsumerGroup",
        list: "ListConsumerGroup",
        path: "/logstores/{logstore}/consumergroups",
        of_path: "consumerGroup",
        changed: "consumerGroup",
        name: "consumerGroup",
        arn: "logstore/{logstore}/consumergroup",
        names: "",
        items: "",
        absent: "ConsumerGroupNotExist",
        taken: "ConsumerGroupAlreadyExist",
        called: "consumer group",
    },
];

const fn any(name: &'static str) -> Parameter {
    Parameter::optional(name, Form::Any)
}

/// The operations.
pub fn table() -> Vec<Operation> {
    let mut rows = Vec::new();
    for kind in &KINDS {
        rows.extend(kind.rows());
    }
    for (name, method, handler) in [
        ("ApplyConfigToMachineGroup", Method::PUT, apply as Handler),
        ("RemoveConfigFromMachineGroup", Method::DELETE, remove as Handler),
    ] {
        let path = "{project}/machinegroups/{machineGroup}/configs/{configName}";
        let check = check(name, "", Mark::Inferred);
        rows.push(row(name, (method, path), &[check], &[], handler));
    }
    let (group, config) = ("/machinegroup/{machineGroup}", "/logtailconfig/{configName}");
    rows.push(row(
        "GetAppliedConfigs",
        (Method::GET, "{project}/machinegroups/{machineGroup}/configs"),
        &[check("GetAppliedConfigs", group, Mark::Documented)],
        &[],
        applied,
    ));
    rows.push(row(
        "GetAppliedMachineGroups",
        (Method::GET, "{project}/configs/{configName}/machinegroups"),
        &[check("GetAppliedMachineGroups", config, Mark::Documented)],
        &[],
        applied_to,
    ));
    for (name, path) in [
        ("EnableAlert", "{project}/alerts/{alertName}?action=enable"),
        ("DisableAlert", "{project}/alerts/{alertName}?action=disable"),
    ] {
        let check = check(name, "/alert/{alertName}", Mark::Inferred);
        rows.push(row(name, (Method::PUT, path), &[check], &[], switch));
    }
    rows
}

/// The action of an operation on something in the project.
fn check(operation: &str, within: &str, resource: Mark) -> Check {
    let mut check = on(&[], "");
    check.actions = std::iter::once(format!("log:{operation}")).collect();
    check.resource = format!("acs:log:{{owner_region}}:{{owner}}:project/{{project}}{within}").into();
    check.known = Known { action: Mark::Documented, resource };
    check
}

impl Kind {
    fn rows(&self) -> Vec<Operation> {
        let (all, one) = (format!("{{project}}{}", self.path), |of| format!("{{project}}{}/{{{of}}}", self.path));
        // INFERRED: the metadata names no resource for what alerts are asked, nor for some others: that which the rest of a kind is.
        let unsaid = |verb: &str| {
            self.word == "Alert"
                || matches!((self.word, verb), ("Config" | "Dashboard", "Delete") | ("Dashboard", "Create"))
        };
        let checked = |name: &str, verb: &str, id: &str| {
            let mark = if unsaid(verb) { Mark::Inferred } else { Mark::Documented };
            check(name, &format!("/{}/{id}", self.arn), mark)
        };
        let named = |verb: &str| format!("{verb}{}", self.word);
        let of = |parameter: &str| format!("{{{parameter}}}");
        let mut rows = Vec::new();
        let mut add = |name: String, at: (Method, String), check: Check, parameters: &[Parameter], handler: Handler| {
            rows.push(row(name, at, &[check], parameters, handler));
        };
        let (create, update) = (named("Create"), named("Update"));
        let given = checked(&create, "Create", &of(self.name)).context(describe::with_body);
        add(create, (Method::POST, all.clone()), given, &[any(self.name)], make);
        let given = checked(&update, "Update", &of(self.changed)).context(describe::with_body);
        add(update, (Method::PUT, one(self.changed)), given, &[any(self.name)], change);
        let own = of(self.of_path);
        // What a consumer group has come to is another operation's.
        if self.word != "ConsumerGroup" {
            add(named("Get"), (Method::GET, one(self.of_path)), checked(&named("Get"), "Get", &own), &[], get);
        }
        let gone = checked(&named("Delete"), "Delete", &own);
        add(named("Delete"), (Method::DELETE, one(self.of_path)), gone, &[], delete);
        let pages = [any("offset"), any("size"), any("logstoreName"), any("logstore"), any(self.name)];
        let (list, every) = (self.list.to_owned(), checked(self.list, "List", "*"));
        add(list, (Method::GET, all), every, &pages, self::list);
        rows
    }

    /// The one that an operation is over, by its name.
    fn of(call: &Call<'_>) -> Result<&'static Self, ApiError> {
        let name = &*call.operation.name;
        let is = |kind: &&Self| name.ends_with(kind.word) || name == kind.list;
        // `CreateMachineGroup` ends in no other word.
        KINDS.iter().find(is).ok_or_else(ApiError::internal)
    }

    /// The key of the thing that a call names: that of a consumer group has its Logstore in front.
    fn key(&self, call: &Call<'_>, name: &str) -> Result<String, ApiError> {
        if self.word != "ConsumerGroup" {
            return Ok(name.to_owned());
        }
        logstore::read(call, |_| Ok(()))?;
        Ok(format!("{}/{name}", logstore::name(call)))
    }

    /// The key of the thing that a path names with this parameter. It is the one that the check names: whoever calls may give the other
    /// one in a query or a body, and nobody has decided about that.
    fn named(&self, call: &Call<'_>, of: &str) -> Result<String, ApiError> {
        self.key(call, call.arguments.text(of))
    }

    fn is_absent(&self, name: &str) -> ApiError {
        let name = name.rsplit('/').next().unwrap_or_default();
        ApiError::not_found(self.absent, format!("{} {name} does not exist", self.called))
    }

    /// Is it switched on and off?
    fn is_switched(&self) -> bool {
        self.word == "Alert"
    }

    /// Looks at the things of the kind.
    fn things<'p>(&self, project: &'p LogProject) -> impl Iterator<Item = (&'p String, &'p KeptInProject)> + use<'p> {
        project.about.kept.get(self.word).into_iter().flatten()
    }
}

/// An object is kept that is not too large.
fn fits(size: usize) -> Result<(), ApiError> {
    if size > KEPT_BYTES { Err(error::too_large(size, KEPT_BYTES)) } else { Ok(()) }
}

/// What a call gives, and room for the largest that may come of it.
fn given(call: &Call<'_>) -> Result<(Map<String, Value>, LogRoom), ApiError> {
    fits(call.http.body.len())?;
    let room = call.cloud().log_projects.room(KEPT_BYTES as u64, call.now).ok_or_else(error::write_quota)?;
    Ok((body::json(call)?, room))
}

/// Makes one.
fn make(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (kind, (document, room)) = (Kind::of(call)?, given(call)?);
    let name = document.get(kind.name).and_then(Value::as_str).unwrap_or_default();
    if name.is_empty() || name.len() > 128 || name.contains('/') {
        return Err(error::parameter(format!("{} {name} is invalid", kind.name)));
    }
    let (name, key) = (name.to_owned(), kind.key(call, name)?);
    project::change(call, |project| {
        let things = project.about.kept.entry(kind.word.to_owned()).or_default();
        if things.contains_key(&key) {
            return Err(ApiError::bad_request(kind.taken, format!("{} {name} already exists", kind.called)));
        }
        if things.len() >= KEPT_IN_PROJECT {
            return Err(error::project_quota());
        }
        things.insert(key, KeptInProject::new(document, room, call.now));
        Ok(reply::done())
    })?
}

fn view(kind: &Kind, thing: &KeptInProject) -> Map<String, Value> {
    let mut shown = thing.document.clone();
    // An alert has another word for the second of these, and is on unless it was switched off.
    let modified = if kind.is_switched() { "lastModifiedTime" } else { "lastModifyTime" };
    shown.insert("createTime".to_owned(), json!(thing.created.as_second()));
    shown.insert(modified.to_owned(), json!(thing.modified.as_second()));
    if kind.is_switched() {
        shown.entry("status").or_insert_with(|| json!("ENABLED"));
    }
    shown
}

/// Shows one.
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let kind = Kind::of(call)?;
    let key = kind.named(call, kind.of_path)?;
    let shown = project::read(call, |project| {
        kind.things(project).find(|(name, _)| **name == key).map(|(_, one)| view(kind, one))
    })?;
    shown.map(|shown| reply::json(&Value::Object(shown))).ok_or_else(|| kind.is_absent(&key))
}

/// Shows all of a kind: the names, or the things themselves, of which consumer groups are a list alone.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let kind = Kind::of(call)?;
    let within = kind.key(call, "")?;
    let (offset, size) = (project::page(call, "offset", 0, usize::MAX)?, project::page(call, "size", 500, 500)?);
    // Which Logstore a configuration writes to, and an alert asks, stands in it.
    let store = [call.arguments.filled("logstoreName"), call.arguments.filled("logstore")].into_iter().flatten().next();
    let store = store.filter(|_| within.is_empty());
    let store = store.map(|store| json!(store).to_string());
    let part = call.arguments.text(kind.name);
    let fits = |name: &str, one: &KeptInProject| {
        name.starts_with(&within)
            && name.contains(part)
            && store
                .as_deref()
                .is_none_or(|store| serde_json::to_string(&one.document).is_ok_and(|document| document.contains(store)))
    };
    // All projects wait for this: what is not on the page is not copied.
    let (total, page): (usize, Vec<(String, Map<String, Value>)>) = project::read(call, |project| {
        let all: Vec<_> = kind.things(project).filter(|(name, one)| fits(name, one)).collect();
        let page = all.iter().skip(offset).take(size).map(|(name, one)| (String::clone(name), view(kind, one)));
        (all.len(), page.collect())
    })?;
    if kind.word == "ConsumerGroup" {
        let shown = page.into_iter().map(|(_, mut shown)| {
            let name = shown.remove("consumerGroup");
            json!({"name": name, "order": shown.get("order"), "timeout": shown.get("timeout")})
        });
        return Ok(reply::json(&shown.collect()));
    }
    let mut answer = Map::from_iter([("count".to_owned(), json!(page.len())), ("total".to_owned(), json!(total))]);
    if !kind.names.is_empty() {
        answer.insert(kind.names.to_owned(), page.iter().map(|(name, _)| Value::from(name.as_str())).collect());
    }
    if !kind.items.is_empty() {
        answer.insert(kind.items.to_owned(), page.into_iter().map(|(_, shown)| Value::Object(shown)).collect());
    }
    Ok(reply::json(&Value::Object(answer)))
}

/// Changes the one that a path names with this parameter.
fn alter<T>(
    call: &Call<'_>,
    kind: &Kind,
    of: &str,
    how: impl FnOnce(&mut KeptInProject) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let key = kind.named(call, of)?;
    project::change(call, |project| {
        let found = project.about.kept.get_mut(kind.word).and_then(|things| things.get_mut(&key));
        let thing = found.ok_or_else(|| kind.is_absent(&key))?;
        let done = how(thing)?;
        thing.modified = call.now;
        Ok(done)
    })?
}

/// Puts each member that is said in the place of what was. What is not said stays (CHOICE: no page says that it goes), and so does the name.
fn change(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (kind, (document, room)) = (Kind::of(call)?, given(call)?);
    alter(call, kind, kind.changed, |thing| {
        let mut whole = thing.document.clone();
        whole.extend(document.into_iter().filter(|(name, _)| name != kind.name));
        fits(serde_json::to_vec(&whole).map_err(|_| ApiError::internal())?.len())?;
        thing.put(whole, room);
        Ok(reply::done())
    })
}

/// Alerts are switched on and off.
fn switch(call: &Call<'_>) -> Result<Reply, ApiError> {
    let kind = Kind::of(call)?;
    let status = if call.operation.name.starts_with("Enable") { "ENABLED" } else { "DISABLED" };
    alter(call, kind, kind.of_path, |thing| {
        thing.document.insert("status".to_owned(), json!(status));
        Ok(reply::done())
    })
}

/// Deletes one; a configuration is applied to nothing then.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let kind = Kind::of(call)?;
    let key = kind.named(call, kind.of_path)?;
    project::change(call, |project| {
        let things = project.about.kept.get_mut(kind.word);
        if things.and_then(|things| things.remove(&key)).is_none() {
            return Err(kind.is_absent(&key));
        }
        if kind.word == "Config" {
            let groups = project.about.kept.get_mut("MachineGroup");
            groups.into_iter().flat_map(|groups| groups.values_mut()).for_each(|group| {
                group.applied.remove(&key);
            });
        }
        Ok(reply::done())
    })?
}

/// The machine group and the configuration that a call names: both must be there.
fn applies(call: &Call<'_>, how: impl FnOnce(&mut KeptInProject, &str)) -> Result<Reply, ApiError> {
    let [config, group, ..] = &KINDS;
    let (of, name) = (call.arguments.text("machineGroup"), call.arguments.text("configName"));
    project::change(call, |project| {
        let kept = &mut project.about.kept;
        if !kept.get(config.word).is_some_and(|configs| configs.contains_key(name)) {
            return Err(config.is_absent(name));
        }
        let found = kept.get_mut(group.word).and_then(|groups| groups.get_mut(of));
        how(found.ok_or_else(|| group.is_absent(of))?, name);
        Ok(reply::done())
    })?
}

/// ApplyConfigToMachineGroup
fn apply(call: &Call<'_>) -> Result<Reply, ApiError> {
    applies(call, |group, config| {
        group.applied.insert(config.to_owned());
    })
}

/// RemoveConfigFromMachineGroup
fn remove(call: &Call<'_>) -> Result<Reply, ApiError> {
    applies(call, |group, config| {
        group.applied.remove(config);
    })
}

/// GetAppliedConfigs
fn applied(call: &Call<'_>) -> Result<Reply, ApiError> {
    let [_, group, ..] = &KINDS;
    let of = call.arguments.text("machineGroup");
    let found = project::read(call, |project| {
        group.things(project).find(|(name, _)| *name == of).map(|(_, one)| one.applied.clone())
    })?;
    let configs = found.ok_or_else(|| group.is_absent(of))?;
    Ok(reply::json(&json!({"count": configs.len(), "configs": configs})))
}

/// GetAppliedMachineGroups
fn applied_to(call: &Call<'_>) -> Result<Reply, ApiError> {
    let [config, group, ..] = &KINDS;
    let name = call.arguments.text("configName");
    let (there, groups) = project::read(call, |project| {
        let groups = group.things(project).filter(|(_, one)| one.applied.contains(name));
        (config.things(project).any(|(one, _)| one == name), groups.map(|(one, _)| one.clone()).collect::<Vec<_>>())
    })?;
    if !there {
        return Err(config.is_absent(name));
    }
    Ok(reply::json(&json!({"count": groups.len(), "machinegroups": groups})))
}
