//! Of a refusal and a state, of a question.

use std::collections::BTreeMap;

use acslab_emulator::state::{AccountState, Attachment, Bucket, CustomPolicy, PolicyText, Role, User};
use acslab_policy::{PolicySet, Question, Statement, Verdict};
use serde_json::{Map, Value, json};

use super::call::{Asking, Settled, asking, refusal};
use super::scenario::{Text, plain};
use super::smallest::smallest;
use crate::authorization::Kept;
use crate::explain::{Reasoned, Refusal};
use crate::import::Standing;

/// A scenario, and the state beside it that it starts from.
#[derive(Debug)]
pub struct Made {
    /// The scenario.
    pub text: String,
    /// The state; none where the scenario says all itself.
    pub state: Option<Kept>,
    /// The scenario without the call, for one that comes to something else than the policies say: there is not what it is on.
    pub without_call: Option<String>,
}

/// A question, and what there is to know of it.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Who asks, by ARN.
    pub principal: &'a str,
    /// The question with the policies in force.
    pub question: &'a Question,
    /// The resource group that the resource is said to be in.
    pub group: Option<&'a str>,
}

/// The scenario of a refusal: the state as it was, the call, and that it is refused. `state` is the folder's name, from the
/// scenario's own.
///
/// # Errors
/// Nobody can make the call, or by the state it is none that is refused, in words.
pub fn of_refusal(standing: &Standing, refusal: &Refusal, reasoned: &Reasoned, state: &str) -> Result<Made, String> {
    let decided =
        refusal.why.no_permission.is_some() || refusal.ec.as_deref().is_some_and(|ec| ec.starts_with("0003-"));
    if reasoned.differs && decided {
        return Err("by this state it is allowed, so no refusal would be played: see what the explanation says is not in the state".to_owned());
    }
    let mut story = refusal.message.clone().or_else(|| refusal.code.clone()).unwrap_or_default();
    story = story.split_whitespace().collect::<Vec<_>>().join(" ");
    if story.len() > 300 {
        story = story.chars().take(300).collect();
    }
    let near = reasoned.near.first().map_or_else(String::new, |near| format!(" Nearly: {near}."));
    let story = format!("What was met: {story}{near}");
    let group = reasoned.resource_group.as_deref();
    of_question(standing, Told { principal: &reasoned.principal, question: &reasoned.question, group }, &story, state)
}

/// A scenario of steps that start from a state.
pub fn made_of_steps(title: String, story: &str, steps: Vec<Value>, state: Kept, folder: &str) -> Made {
    let given = Map::from_iter([("state".to_owned(), json!(folder))]);
    let text = Text { title, story: story.to_owned(), given, steps, compare: None };
    Made { text: text.into_text(), state: Some(state), without_call: None }
}

/// The scenario of a question: the state, the call, and what comes of it.
///
/// # Errors
/// Nobody can make the call, in words.
pub fn of_question(standing: &Standing, told: Told<'_>, story: &str, state: &str) -> Result<Made, String> {
    let Told { principal, question, group } = told;
    let (action, resource) = (question.request.action().as_str(), question.request.resource().as_str());
    let decision = question.decide();
    let mut small = smallest(standing, principal, resource);
    there(&mut small, principal, question);
    group.into_iter().for_each(|group| is_in(&mut small, resource, group));
    let who = principal.splitn(5, ':').nth(4).unwrap_or_default();
    let (kind, name) = who.split_once('/').unwrap_or((who, ""));
    // Of the first account nobody says whose they are.
    let account = principal.split(':').nth(3).unwrap_or_default();
    let number = small.state.accounts.values().position(|one| one.account_id == account).unwrap_or_default();
    let place = small.state.accounts.keys().nth(number).filter(|_| number > 0);
    let place = place.map_or_else(String::new, |alias| format!(" of {alias}"));
    let session = format!("session{place}");
    let caller = match kind {
        "user" => format!("{name}{place}"),
        "role" | "assumed-role" => session.clone(),
        "root" => format!("owner{place}"),
        _ if principal == "*" => "anonymous".to_owned(),
        _ => return Err(format!("nobody can sign as {principal}")),
    };
    let mut steps = Vec::new();
    if caller == session {
        let role = name.split('/').next().unwrap_or(name);
        let role = small
            .state
            .accounts
            .values()
            .flat_map(|account| account.roles.keys())
            .find(|known| known.eq_ignore_ascii_case(role))
            .map_or(role, String::as_str);
        steps.push(json!({"name": "As the role itself", "role_sessions": {&session: role}}));
    }
    let keys = keys_of_call(question);
    let who_asks = json!({"name": "Who asks", "as": caller, "call": "Sts.GetCallerIdentity", "expect": "success"});
    let mut without_call = steps.clone();
    without_call.push(who_asks.clone());
    let call = asking(action, resource).filter(|call| keys.is_ok() || call.operation.starts_with("Sts."));
    let (verdict, word) = match decision.verdict {
        Verdict::Allow => (None, "may"),
        Verdict::ExplicitDeny => (Some("ExplicitDeny"), "is denied"),
        Verdict::ImplicitDeny => (Some("ImplicitDeny"), "is refused"),
    };
    let title = format!("{} {word} {action} on {}", name_of(who), short(resource));
    match &call {
        Some(call) => {
            open(&mut small, call);
            let layer = json!(decision.layer);
            let layer = layer.as_str().unwrap_or_default();
            let settled = |verdict| Settled { caller: principal, action, resource, verdict, layer };
            // What is allowed may still not be there.
            let expect =
                verdict.map_or_else(|| json!("success"), |verdict| refusal(&call.operation, &settled(verdict)));
            steps.push(step(&caller, call, keys.as_deref().unwrap_or_default(), &expect));
        }
        None => steps.push(who_asks),
    }
    let when: Map<String, Value> = question
        .request
        .context()
        .iter()
        .filter(|(key, _)| !USUAL.iter().any(|usual| usual.eq_ignore_ascii_case(key)))
        .filter_map(|(key, values)| Some((key.to_owned(), json!(values.first()?.as_str()))))
        .collect();
    let mut asked = json!({"actions": [action], "on": plain(resource)});
    if !when.is_empty() {
        asked["when"] = json!(when);
    }
    let mut given = Map::new();
    if let Some(time) = time(question) {
        given.insert("time".to_owned(), json!(time));
    }
    let inline = inline(&small, name, kind);
    match &inline {
        Some(users) => {
            given.insert("users".to_owned(), users.clone());
        }
        None => {
            given.insert("state".to_owned(), json!(state));
        }
    }
    let text = |steps: Vec<Value>| {
        let story = if story.is_empty() { "Made of a question.".to_owned() } else { story.to_owned() };
        let compare = Some(json!({"permissions": [asked]}));
        Text { title: title.clone(), story, given: given.clone(), steps, compare }.into_text()
    };
    let without_call = call.is_some().then(|| text(without_call));
    Ok(Made { text: text(steps), state: inline.is_none().then_some(small), without_call })
}

/// The time of a question, if a statement asks for it.
fn time(question: &Question) -> Option<String> {
    const TIME: &str = "acs:CurrentTime";
    let statements = question.sets().flat_map(PolicySet::policies).flat_map(|policy| policy.document.statements());
    let mut clauses = statements.flat_map(Statement::clauses);
    clauses.find(|clause| clause.key().as_str().eq_ignore_ascii_case(TIME))?;
    let (_, values) = question.request.context().iter().find(|(key, _)| key.eq_ignore_ascii_case(TIME))?;
    Some(values.first()?.as_str().to_owned())
}

/// Puts a resource into the resource group that it is said to be in.
fn is_in(kept: &mut Kept, resource: &str, group: &str) {
    let mut fields = resource.splitn(5, ':').skip(1);
    let (Some(service), Some(owner), Some(id)) = (fields.next(), fields.nth(1), fields.next()) else { return };
    let Some(account) = kept.state.accounts.values_mut().find(|account| account.account_id == owner) else { return };
    let key = match id.split_once('/') {
        _ if service == "oss" => format!("oss bucket {}", id.split('/').next().unwrap_or(id)),
        Some((kind, id)) => format!("{service} {kind} {}", id.split('/').next().unwrap_or(id)),
        None => return,
    };
    account.resource_groups.values_mut().for_each(|other| other.resources.retain(|known| *known != key));
    account.resource_groups.entry(group.to_owned()).or_default().resources.push(key);
}

/// Adds what the call needs and the state does not have: whoever asks, if its account is another one's, and the bucket or the log project
/// that is asked for, which an error of the policies shows to be there.
fn there(kept: &mut Kept, principal: &str, question: &Question) {
    let accounts = &mut kept.state.accounts;
    let mut fields = principal.splitn(5, ':').skip(3);
    if let (Some(id), Some(who)) = (fields.next().filter(|id| id.len() == 16), fields.next())
        && !accounts.values().any(|account| account.account_id == id)
    {
        let mut account = AccountState { account_id: id.to_owned(), ..AccountState::default() };
        let mut policies = Vec::new();
        for (number, policy) in (1..).zip(question.layers.identity.policies()) {
            let name = format!("Own{number}");
            let text = PolicyText::new(policy.document.text());
            let versions = [("v1".to_owned(), text)].into();
            account.policies.insert(
                name.clone(),
                CustomPolicy { default_version: "v1".to_owned(), versions, tags: BTreeMap::new() },
            );
            policies.push(Attachment { name, kind: "Custom".to_owned(), version: None, resource_group: None });
        }
        match who.split_once('/') {
            Some(("user", name)) => {
                let user_id = name.bytes().all(|byte| byte.is_ascii_digit()).then(|| name.to_owned());
                account.users.insert(name.to_owned(), User { user_id, policies, ..User::default() });
            }
            Some(("role" | "assumed-role", name)) => {
                let name = name.split('/').next().unwrap_or(name);
                let trust = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                    "Principal": {"RAM": [format!("acs:ram::{id}:root")]}}]});
                let trust = PolicyText::new(&trust.to_string());
                let role =
                    Role { trust, policies, service_linked: None, max_session_duration: 3600, tags: BTreeMap::new() };
                account.roles.insert(name.to_owned(), role);
            }
            _ => {}
        }
        accounts.insert(format!("account-{id}"), account);
    }
    let mut fields = question.request.resource().as_str().splitn(5, ':').skip(1);
    let (service, region, owner, id) = (fields.next(), fields.next(), fields.next(), fields.next());
    let (Some(service), Some(region), Some(owner), Some(id)) = (service, region, owner, id) else { return };
    let first = id.split('/').next().unwrap_or(id);
    let known = accounts.values().any(|account| account.buckets.contains_key(first));
    let makes = question.request.action().as_str().eq_ignore_ascii_case("oss:PutBucket");
    let Some(account) = accounts.values_mut().find(|account| account.account_id == owner) else { return };
    if service == "oss" && !known && !makes && !first.contains(['*', '<']) {
        let region = "cn-hangzhou".to_owned();
        account.buckets.insert(first.to_owned(), Bucket { acl: "private".to_owned(), region, ..Bucket::default() });
    }
    // What is read or changed has to be there; what is in it says no policy.
    let key = id.split_once('/').map(|(_, key)| key).filter(|key| !key.is_empty() && !key.contains(['*', '<']));
    let writes = question.request.action().as_str().eq_ignore_ascii_case("oss:PutObject");
    if let (Some(bucket), Some(key), "oss", false) = (account.buckets.get_mut(first), key, service, writes) {
        bucket.object_tags.entry(key.to_owned()).or_default();
    }
    if let Some(project) = id.strip_prefix("project/").and_then(|rest| rest.split('/').next())
        && service == "log"
        && !project.contains(['*', '<'])
    {
        let region = if region.is_empty() || region == "*" { "cn-hangzhou" } else { region };
        account.log_projects.entry(format!("{region}/{project}")).or_default();
    }
}

/// The keys that every request fills by itself, or that come of the state.
const USUAL: &[&str] = &[
    "acs:CurrentTime",
    "acs:SecureTransport",
    "acs:MFAPresent",
    "acs:SourceIp",
    "acs:PrincipalARN",
    "acs:SourceVpc",
    "acs:SourceVpcId",
];

/// The parameters that fill the question's other keys, where a call can: an error names the first that it cannot.
fn keys_of_call(question: &Question) -> Result<Vec<(String, String)>, String> {
    let mut parameters = Vec::new();
    for (key, values) in question.request.context().iter() {
        let value = values.first().map(|value| value.as_str().to_owned()).unwrap_or_default();
        let lower = key.to_ascii_lowercase();
        let of_state =
            ["oss:buckettag/", "acs:resourcetag/", "oss:existingobjecttag/"].iter().any(|tag| lower.starts_with(tag));
        if USUAL.iter().any(|usual| usual.eq_ignore_ascii_case(key)) || of_state {
            continue;
        }
        match lower.as_str() {
            "sts:externalid" => parameters.push(("ExternalId".to_owned(), value)),
            "oss:prefix" => parameters.push(("prefix".to_owned(), value)),
            _ if lower.starts_with("oss:x-oss-") => {
                parameters.push((lower.trim_start_matches("oss:").to_owned(), value));
            }
            _ => return Err(key.to_owned()),
        }
    }
    Ok(parameters)
}

fn step(caller: &str, call: &Asking, more: &[(String, String)], expect: &Value) -> Value {
    let mut with = Map::new();
    for (name, value) in call.parameters.iter().chain(more) {
        with.insert(name.clone(), json!(plain(value)));
    }
    let mut step = json!({"name": "The call", "as": caller, "call": call.operation});
    if !with.is_empty() {
        step["with"] = json!(with);
    }
    step["expect"] = expect.clone();
    step
}

/// What has to be open for the call to be decided at all.
fn open(kept: &mut Kept, call: &Asking) {
    let product = call.operation.split('.').next().unwrap_or_default();
    let service = match product {
        "Oss" => "oss",
        "Sls" => "sls",
        "AIWorkSpace" | "PAILangStudio" | "pai-dlc" | "pai-dsw" | "eas" | "PAIFlow" | "PaiLLMTrace" => {
            "pai/cn-hangzhou"
        }
        "dataworks-public" => "dataworks/cn-hangzhou",
        _ => return,
    };
    for account in kept.state.accounts.values_mut() {
        if !account.activated.iter().any(|known| known == service) {
            account.activated.push(service.to_owned());
        }
    }
}

/// A single user with a few policies is said in the scenario itself.
fn inline(kept: &Kept, name: &str, kind: &str) -> Option<Value> {
    let mut accounts = kept.state.accounts.values();
    let account = accounts.next().filter(|_| kind == "user")?;
    let plain_account = account.groups.is_empty()
        && account.roles.is_empty()
        && account.buckets.is_empty()
        && account.resource_groups.is_empty()
        && account.system_policies.is_empty()
        && account.activated.is_empty()
        && account.resource_directory.is_none();
    let own = account.account_id == "1234567890123456";
    if accounts.next().is_some() || !plain_account || !own {
        return None;
    }
    let user = account.users.get(name)?;
    let mut policies = Vec::new();
    for attachment in &user.policies {
        if attachment.kind == "System" {
            policies.push(json!(attachment.name));
            continue;
        }
        let policy = account.policies.get(&attachment.name)?;
        let text = policy.versions.get(&policy.default_version)?;
        let document: Value = serde_json::from_str(&text.to_string()).ok()?;
        policies.push(json!({"name": attachment.name, "document": document}));
    }
    Some(json!({name: policies}))
}

fn name_of(who: &str) -> String {
    match who.split_once('/') {
        Some(("user", name)) => name.to_owned(),
        Some((_, name)) => format!("role {}", name.split('/').next().unwrap_or(name)),
        None => "the owner".to_owned(),
    }
}

/// A resource as a title names it: without the account.
fn short(resource: &str) -> String {
    resource.splitn(5, ':').nth(4).map_or_else(|| "anything".to_owned(), str::to_owned)
}
