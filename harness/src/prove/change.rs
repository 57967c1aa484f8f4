//! Who may do something in one state that nobody could do in another: over all requests, by those that stand for all.

use std::collections::BTreeSet;
use std::sync::Arc;

use acslab_emulator::NotAsked;
use acslab_emulator::state::User;
use acslab_policy::catalogue::{fits, fits_exactly};
use acslab_policy::{
    Actions, Dialect, Document, DocumentKind, Explanation, Layer, PrincipalPattern, Resources, Statement,
};
use serde_json::{Value, json};

use super::requests::{is_there, policies_of};
use super::search::{Search, Tally, Tried};
use super::subjects::{with_outsiders_of, with_sessions};
use crate::ask::groups_of;
use crate::ask::own::{apart, own_documents};
use crate::ask::strangers::named;
use crate::import::Standing;
use crate::simulate::remedies::known_actions;

/// Requests of somebody that may be allowed in the one state and not in the other.
#[derive(Clone, Debug, Default)]
pub struct Granted {
    /// Of whom, as patterns of ARNs; empty for everybody.
    pub of: Vec<String>,
    /// The actions, as patterns.
    pub actions: Vec<String>,
    /// The resources, as patterns.
    pub on: Vec<String>,
    /// Condition keys with patterns of their values, all of which the request carries.
    pub when: Vec<(String, String)>,
}

/// A request that is allowed in the one state and not in the other.
#[derive(Debug)]
pub struct Gain {
    /// Who.
    pub principal: String,
    /// The action.
    pub action: String,
    /// Is it a known action? Otherwise one that stands for others.
    pub known: bool,
    /// The resource.
    pub resource: String,
    /// The resource group that the resource is in, where it hangs on that.
    pub resource_group: Option<String>,
    /// The condition keys that it has to carry.
    pub keys: Vec<(String, String)>,
    /// Why it is allowed in the one.
    pub allowed: Box<Explanation>,
    /// Why it is not allowed in the other; none where nobody is called so there.
    pub refused: Option<Box<Explanation>>,
}

/// The first request that is allowed `in_one` and not `in_other`, and that none of `but` covers. `of` says whose requests are looked at, as
/// patterns of ARNs; empty for everybody's, those of outsiders and of nobody among them.
///
/// # Errors
/// One of whom it is asked is nobody in either state; there are too many requests to look at all, or one could not be asked: why.
pub fn gain(
    in_one: &Standing,
    in_other: &Standing,
    of: &[String],
    but: &[Granted],
) -> Result<Option<Box<Gain>>, String> {
    let named = |own: &[Arc<Document>]| named(own.iter().map(Arc::as_ref));
    let strangers = [in_one, in_other].map(|standing| named(&own_documents(standing))).concat();
    let [one, other] = [in_one, in_other].map(|standing| with_outsiders_of(standing, &strangers));
    let own: Vec<_> = [&one, &other].into_iter().flat_map(own_documents).collect();
    let everybody = everybody([&one, &other], &named(&own));
    if let Some(nobody) = of.iter().find(|pattern| !everybody.iter().any(|who| means(pattern, who))) {
        return Err(format!("nobody is `{nobody}`, now or then"));
    }
    let around = around(in_one, in_other);
    let known = known_actions();
    let documents: Vec<Document> = but.iter().filter_map(Granted::document).collect();
    let everything = document(&[json!({"Effect": "Allow", "Action": "*", "Resource": "*"})]);
    let mut tally = Tally::default();
    let apart: Vec<Document> = [&one, &other].into_iter().flat_map(apart).collect();
    // Who is not there any more asks nothing.
    let asks = |who: &String| one.authority.in_force(who).is_ok();
    for principal in everybody.into_iter().filter(|who| is_of(of, who) && asks(who)) {
        let (mine, theirs) = (policies_of(&one, &principal), policies_of(&other, &principal));
        let asked = match &around {
            Some(around) => {
                let mut statements = differing(&mine, &theirs);
                statements.extend(differing_nodes(&control_of(&one, &principal), &control_of(&other, &principal)));
                statements.extend(around.iter().cloned());
                document(&statements)
            }
            None => everything.clone(),
        };
        let Some(asked) = asked else { continue };
        let mut others: Vec<&Document> = mine.iter().chain(&theirs).chain(&own).map(Arc::as_ref).collect();
        others.extend(apart.iter().chain(&documents));
        let groups = groups_of(&one, &principal);
        let is_meant = |resource: &str| is_there(in_one, resource, true);
        let search = Search {
            with: &one,
            principal: &principal,
            is_meant: &is_meant,
            asked: &asked,
            others,
            known: &known,
            groups,
        };
        let found = search.first(&mut tally, &|tried| gained([&one, &other], &principal, but, tried));
        if found.is_some() {
            return Ok(found.map(Box::new));
        }
        if !tally.complete {
            return Err("there are too many combinations to look at all".to_owned());
        }
    }
    tally.not_asked.map_or(Ok(None), Err)
}

/// Is a request allowed in the one, and neither in the other nor covered?
fn gained(
    [one, other]: [&Standing; 2],
    principal: &str,
    but: &[Granted],
    tried: &Tried<'_>,
) -> Result<Option<Gain>, NotAsked> {
    let &Tried { action, resource, group, .. } = tried;
    let ask = |of: &Standing| of.authority.ask_in(principal, action, resource, &tried.keys, group);
    let now = ask(one)?;
    if !now.decision.is_allowed() {
        return Ok(None);
    }
    let then = ask(other).ok();
    // What needs no policy, whoever is new may do as everybody may.
    let as_before = match &then {
        Some(then) => then.decision.is_allowed(),
        None => now.decision.layer == Layer::Default,
    };
    let carried: Vec<(&str, Vec<&str>)> = now.context().collect();
    if as_before || but.iter().any(|granted| granted.covers(principal, action, resource, &carried)) {
        return Ok(None);
    }
    Ok(Some(Gain {
        principal: principal.to_owned(),
        action: action.to_owned(),
        known: tried.known,
        resource: resource.to_owned(),
        resource_group: group.map(str::to_owned),
        keys: tried.context.to_vec(),
        allowed: Box::new(now.question.explain()),
        refused: then.map(|then| Box::new(then.question.explain())),
    }))
}

impl Granted {
    fn document(&self) -> Option<Document> {
        let condition: serde_json::Map<_, _> =
            self.when.iter().map(|(key, value)| (key.clone(), json!([value]))).collect();
        let mut statement = json!({"Effect": "Allow", "Action": self.actions, "Resource": self.on});
        if !condition.is_empty() {
            statement["Condition"] = json!({"StringLike": condition});
        }
        document(&[statement])
    }

    fn covers(&self, principal: &str, action: &str, resource: &str, carried: &[(&str, Vec<&str>)]) -> bool {
        let carries = |(key, wanted): &(String, String)| {
            let values = carried.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, values)| values);
            values.is_some_and(|values| !values.is_empty() && values.iter().all(|value| fits_exactly(wanted, value)))
        };
        is_of(&self.of, principal)
            && self.actions.iter().any(|pattern| fits(pattern, action))
            && self.on.iter().any(|pattern| fits(pattern, resource))
            && self.when.iter().all(carries)
    }
}

/// What stands for nobody among patterns of ARNs: nobody's own ARN is `*`, which as a pattern is anybody's.
pub const NOBODY: &str = "anonymous";

/// Does a pattern of ARNs mean somebody? The sessions of a role are meant where the role is.
fn means(pattern: &str, principal: &str) -> bool {
    let role = pattern.strip_suffix("/*").map(|sessions| sessions.replacen(":assumed-role/", ":role/", 1));
    is_of(&[pattern.to_owned()], principal) || role.is_some_and(|role| fits(&role, principal))
}

fn is_of(patterns: &[String], principal: &str) -> bool {
    let fits = |pattern: &String| {
        if pattern == NOBODY { principal == "*" } else { fits(pattern, principal) }
    };
    patterns.is_empty() || patterns.iter().any(fits)
}

/// Whoever may ask: users and roles of both states, sessions that policies name, owners, and nobody.
fn everybody(both: [&Standing; 2], named: &[PrincipalPattern]) -> BTreeSet<String> {
    let mut all = BTreeSet::from(["*".to_owned()]);
    for standing in both {
        all.extend(with_sessions(named, standing.authority.principals()));
        let accounts = standing.kept.state.accounts.values();
        all.extend(accounts.map(|account| format!("acs:ram::{}:root", account.account_id)));
    }
    all
}

/// What requests two states may decide otherwise, for all that is not attached to whoever asks, as statements that cover them. None
/// where it may be any request.
fn around(one: &Standing, other: &Standing) -> Option<Vec<Value>> {
    let [mut one, mut other] = [one, other].map(|standing| standing.kept.state.clone());
    let mut covered = Vec::new();
    for (name, account) in &mut one.accounts {
        let (id, Some(theirs)) = (account.account_id.clone(), other.accounts.get_mut(name)) else { return None };
        let mut covers = |action: &str, resources: Value| {
            covered.push(json!({"Effect": "Allow", "Action": action, "Resource": resources}));
        };
        // A bucket counts where somebody asks for it, or for what is in it, by an access point as well.
        let buckets: BTreeSet<&String> = account.buckets.keys().chain(theirs.buckets.keys()).collect();
        for bucket in buckets.into_iter().filter(|name| account.buckets.get(*name) != theirs.buckets.get(*name)) {
            let arn = format!("acs:oss:*:{id}:{bucket}");
            covers("oss:*", json!([format!("{arn}/*"), arn, format!("acs:oss:*:{id}:accesspoint/*")]));
        }
        for (role, own) in &mut account.roles {
            let Some(theirs) = theirs.roles.get_mut(role) else { continue };
            if own.trust != theirs.trust {
                covers("sts:*", json!(format!("acs:ram:*:{id}:role/{}", role.to_ascii_lowercase())));
                theirs.trust.clone_from(&own.trust);
            }
        }
    }
    for account in one.accounts.values_mut().chain(other.accounts.values_mut()) {
        // Policies of buckets name a user by the id, which another user of the same name has not.
        for user in account.users.values_mut() {
            *user = User { user_id: user.user_id.take(), ..User::default() };
        }
        account.groups.clear();
        account.policies.clear();
        account.system_policies.clear();
        account.roles.values_mut().for_each(|role| role.policies.clear());
        account.buckets.clear();
        // What binds somebody is compared for each.
        account.resource_directory = None;
    }
    (one == other).then_some(covered)
}

/// The control policies that bind somebody, node by node.
fn control_of(standing: &Standing, principal: &str) -> Vec<Vec<Arc<Document>>> {
    let Ok(layers) = standing.authority.in_force(principal) else { return Vec::new() };
    let nodes = layers.control.iter();
    nodes.map(|node| node.policies().iter().map(|policy| Arc::clone(&policy.document)).collect()).collect()
}

/// Each node has to allow: the same policy at another one is no substitute.
fn differing_nodes(one: &[Vec<Arc<Document>>], other: &[Vec<Arc<Document>>]) -> Vec<Value> {
    if one.len() != other.len() {
        return one.iter().chain(other).flatten().flat_map(|document| document.statements()).map(covered).collect();
    }
    one.iter().zip(other).flat_map(|(one, other)| differing(one, other)).collect()
}

/// The statements of policies that the one has and the other has not, either way, as what they cover.
fn differing(one: &[Arc<Document>], other: &[Arc<Document>]) -> Vec<Value> {
    let only = |these: &[Arc<Document>], those: &[Arc<Document>]| -> Vec<Value> {
        let new =
            these.iter().filter(|document| !those.iter().any(|known| known.statements() == document.statements()));
        new.flat_map(|document| document.statements()).map(covered).collect()
    };
    [only(one, other), only(other, one)].concat()
}

/// A statement that covers the same actions and resources, and says nothing else.
fn covered(statement: &Statement) -> Value {
    let mut covered = json!({"Effect": "Allow"});
    let (name, patterns) = match statement.actions() {
        Actions::Action(patterns) => ("Action", patterns),
        Actions::NotAction(patterns) => ("NotAction", patterns),
    };
    covered[name] = patterns.iter().map(|pattern| pattern.value.as_str()).collect();
    let (name, patterns) = match statement.resources() {
        Resources::Resource(patterns) => ("Resource", patterns.iter().map(|one| one.value.as_str()).collect()),
        Resources::NotResource(patterns) => ("NotResource", patterns.iter().map(|one| one.value.as_str()).collect()),
        Resources::Unstated => ("Resource", vec!["*"]),
    };
    covered[name] = json!(patterns);
    covered
}

/// A policy of these statements; none where there is none.
fn document(statements: &[Value]) -> Option<Document> {
    if statements.is_empty() {
        return None;
    }
    let text = json!({"Version": "1", "Statement": statements}).to_string();
    Document::parse_with(DocumentKind::Identity, &text, &Dialect::STORED).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Standing, gain};
    use crate::authorization::Kept;

    const FULL: &str = r#"{"name": "FullAliyunAccess", "type": "System"}"#;

    /// A company with a member, a role, a bucket and a user who may do everything in each; what is written takes the place of that.
    fn standing(company: &Value) -> Standing {
        let full: Value = serde_json::from_str(FULL).unwrap();
        let attached = json!([{"name": "AdministratorAccess", "type": "System"}]);
        let statement =
            json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["ecs.aliyuncs.com"]}});
        let own = |id: &str, user: &str| json!({"account_id": id, "users": {user: {"policies": attached}}});
        let mut state = json!({"accounts": {"company": own("1234567890123456", "alice"), "sandbox": own("1234567890123457", "bob")}});
        let deny =
            json!({"Version": "1", "Statement": [{"Effect": "Deny", "Action": "ram:CreateUser", "Resource": "*"}]});
        let parts = json!({
            "roles": {"ops": {"trust": {"Version": "1", "Statement": [statement]}, "max_session_duration": 3600}},
            "buckets": {"photos": {"region": "cn-hangzhou", "acl": "private", "public_access_blocked": false}},
            "resource_directory": {"control": "enabled", "control_policies": {"no-users": {"effect_scope": "RAM", "document": deny}},
                "folders": {"root": {"control_policies": [full]}},
                "members": {"sandbox": {"account_id": "1234567890123457", "folder": "root", "type": "ResourceAccount", "control_policies": [full]}}},
        });
        for (part, value) in parts.as_object().into_iter().chain(company.as_object()).flatten() {
            state["accounts"]["company"][part] = value.clone();
        }
        let state: acslab_emulator::state::AuthorizationState = serde_json::from_value(state).unwrap();
        Standing::of(Kept::from(state), Vec::new())
    }

    /// Who may do what in the one and not in the other, and the other way round.
    fn both_ways(one: &Value, other: &Value) -> [Option<String>; 2] {
        let [one, other] = [one, other].map(standing);
        [(&one, &other), (&other, &one)].map(|(one, other)| {
            gain(one, other, &[], &[]).unwrap().map(|gain| format!("{} {}", gain.principal, gain.action))
        })
    }

    /// Each is seen though nothing changes for whoever asks, and nothing else is looked at.
    #[test]
    fn what_changes_around_is_seen() {
        let nothing = json!({});
        let open = json!({"buckets": {"photos": {"region": "cn-hangzhou", "acl": "public-read", "public_access_blocked": false}}});
        assert_eq!(both_ways(&open, &nothing), [Some("* oss:GetObject".to_owned()), None]);
        let statement = json!({"Effect": "Deny", "Action": ["oss:PutObject"], "Principal": ["*"],
            "Resource": ["acs:oss:*:1234567890123456:photos/*"]});
        let closed = json!({"buckets": {"photos": {"region": "cn-hangzhou", "acl": "private", "public_access_blocked": false,
            "policy": {"Version": "1", "Statement": [statement]}}}});
        let [gained, lost] = both_ways(&closed, &nothing);
        assert_eq!(gained, None);
        assert!(lost.as_ref().is_some_and(|lost| lost.ends_with("oss:PutObject")), "{lost:?}");
        let statement = json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": ["acs:ram::2000000000000001:root"]}});
        let trusting = json!({"roles": {"ops": {"trust": {"Version": "1", "Statement": [statement]}, "max_session_duration": 3600}}});
        let [gained, lost] = both_ways(&trusting, &nothing);
        assert_eq!(gained.as_deref(), Some("acs:ram::2000000000000001:user/somebody sts:AssumeRole"));
        assert_eq!(lost, None);
        assert_eq!(both_ways(&nothing, &nothing), [None, None]);
    }

    /// Of a member, whoever asks: a policy more, and one less that is still at the folder above, which does not stand in for it.
    #[test]
    fn what_control_policies_take_away_is_seen() {
        let directory = |attached: &[&str]| {
            let mut state = json!(standing(&json!({})).kept.state.accounts["company"].resource_directory);
            let attached: Vec<Value> = attached.iter().map(|one| serde_json::from_str(one).unwrap()).collect();
            state["members"]["sandbox"]["control_policies"] = json!(attached);
            json!({"resource_directory": state})
        };
        let limits = r#"{"name": "no-users", "type": "Custom"}"#;
        let [lost, gained] = both_ways(&directory(&[FULL]), &directory(&[FULL, limits]));
        assert_eq!(lost.as_deref(), Some("acs:ram::1234567890123457:user/bob ram:CreateUser"));
        assert_eq!(gained, None);
        let [lost, gained] = both_ways(&directory(&[FULL, limits]), &directory(&[limits]));
        assert!(lost.as_ref().is_some_and(|lost| lost.starts_with("acs:ram::1234567890123457:user/bob ")), "{lost:?}");
        assert_eq!(gained, None);
    }
}
