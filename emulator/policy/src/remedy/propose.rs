//! Making a change out of an obstacle.

use serde_json::{Map, Value, json};

use super::draft::Draft;
use super::{Change, Target, edit, key, narrow};
use crate::action::Action;
use crate::document::Effect;
use crate::explain::{ClauseTrace, Explanation, StatementTrace, Unit};
use crate::kind::DocumentKind;
use crate::layers::{Layer, Layers, ResourceLayer, Verdict};
use crate::near::{NearMiss, near_misses};
use crate::principal::Principal;
use crate::request::Request;
use crate::set::PolicyType;

/// The ways to take an obstacle away, tried in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The request is made otherwise, or the resource tagged; no policy changes.
    Asked,
    /// One entry more in a statement that allows nearly.
    Edit,
    /// A statement more in the caller's own policies; conditions of the nearest statement are kept.
    Add,
    /// The same in the resource's own policy, where it has one that can grant.
    OnResource,
    /// Without conditions; statements that deny are taken out whole.
    Plain,
}

impl Way {
    /// Those that open no more than they must.
    pub(super) const NARROW: &'static [Self] = &[Self::Asked, Self::Edit, Self::Add, Self::OnResource];
}

/// What is asked, and of whom.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) draft: &'a Draft,
    pub(super) request: &'a Request,
    pub(super) layers: &'a Layers<'a>,
    pub(super) known: &'a [Action],
}

/// The changes that the first obstacle may ask for, the narrowest first. Each is one; the search tries them in order.
pub(super) fn next(explanation: &Explanation, case: Case<'_>, way: Way) -> Vec<Change> {
    match explanation.decision.verdict {
        Verdict::Allow => Vec::new(),
        Verdict::ExplicitDeny => {
            explanation.deciding_statement().map(|trace| lift(trace, case, way)).unwrap_or_default()
        }
        Verdict::ImplicitDeny => allow(explanation, case, way),
    }
}

/// Takes the request out of what a statement denies.
fn lift(trace: &StatementTrace, case: Case<'_>, way: Way) -> Vec<Change> {
    let asked = || trace.condition.iter().filter_map(|clause| key::set(clause, false, case.request));
    if way == Way::Asked {
        return asked().collect();
    }
    let Some(target) = target(trace, case).filter(|target| is_editable(target.policy.kind)) else {
        return asked().collect();
    };
    if way == Way::Plain {
        return vec![Change::RemoveStatement(target)];
    }
    let at = trace.statement;
    let document = case.draft.document(at.layer, at.node, at.policy).map(|(_, document)| document);
    let narrowed = document
        .map(|document| narrow::narrowed_deny(document, at.statement, case.request, case.known))
        .unwrap_or_default();
    let replaced = |(statement, _)| Change::ReplaceStatement { target: target.clone(), statement };
    narrowed.into_iter().map(replaced).chain(asked()).collect()
}

/// Does the account say what such a policy says?
fn is_editable(kind: PolicyType) -> bool {
    matches!(kind, PolicyType::Custom | PolicyType::Inline)
}

fn target(trace: &StatementTrace, case: Case<'_>) -> Option<Target> {
    let at = trace.statement;
    // A statement that a change of ours brought would be ours.
    let (policy, _) = case.draft.document(at.layer, at.node, at.policy)?;
    Some(Target {
        layer: at.layer,
        node: at.node,
        index: at.policy,
        policy: policy.clone(),
        statement: at.statement,
        line: trace.place.position.line,
    })
}

/// The one grant that is missing in the layer that is silent.
fn allow(explanation: &Explanation, case: Case<'_>, way: Way) -> Vec<Change> {
    let Some(unit) = silent(explanation, case, way) else { return Vec::new() };
    if way != Way::Plain
        && let Some(trace) = ready(unit)
        && let Some(asked) = trace.condition.iter().find(|clause| !clause.met)
        && let Some(change) = key::set(asked, true, case.request)
        && (way == Way::Asked || is_ours(trace, case) || asked.actual.is_empty() || edit::narrowed(asked).is_none())
    {
        return vec![change];
    }
    match way {
        Way::Asked => Vec::new(),
        Way::Edit => {
            // Either of the two that may grant alone may have the slip in it.
            let either = |layer| matches!(layer, Layer::Identity | Layer::Resource);
            let units =
                explanation.units().filter(|one| one.layer == unit.layer || either(unit.layer) && either(one.layer));
            let traces: Vec<&StatementTrace> = units.flat_map(|one| &one.statements).collect();
            let misses = near_misses(explanation).into_iter();
            let slips: Vec<_> =
                misses.filter_map(|miss| Some((miss.statement, corrected(&miss, &traces, case)?))).collect();
            // One entry more beside a slip would leave the slip; and in a statement without the condition that failed it would be gone.
            let guarded = ready(unit).is_some();
            let keeps =
                |trace: &&StatementTrace| !guarded || trace.fault().is_some() || trace.allows_but_for_conditions();
            let others = unit.statements.iter().filter(|trace| !slips.iter().any(|(at, _)| *at == trace.statement));
            let others = others.filter(keeps);
            let others: Vec<Change> = others.filter_map(|trace| edited(trace, case)).collect();
            slips.into_iter().map(|(_, change)| change).chain(others).collect()
        }
        // What the caller's own policies ask for is not to be had without it by another way.
        Way::OnResource if conditional(explanation) => Vec::new(),
        Way::Add | Way::OnResource => {
            kept(unit, case).into_iter().filter_map(|conditions| added(unit, case, Some(conditions))).collect()
        }
        Way::Plain => added(unit, case, None).into_iter().collect(),
    }
}

/// The set of policies that has to say something and does not.
fn silent<'e>(explanation: &'e Explanation, case: Case<'_>, way: Way) -> Option<&'e Unit> {
    let silent = |unit: &&Unit| unit.verdict == Verdict::ImplicitDeny;
    let filter = explanation.units().find(|unit| silent(unit) && matches!(unit.layer, Layer::Control | Layer::Session));
    if filter.is_some() {
        return filter;
    }
    // Both halves of a role assumption are needed; the identity half is asked first.
    if matches!(case.layers.resource, ResourceLayer::Trust(_)) {
        return explanation.units().find(silent);
    }
    let own = explanation.units().find(|unit| unit.layer == Layer::Resource);
    // Identity policies do not reach abroad, nor a caller without any.
    let identity = explanation.units().find(|unit| unit.layer == Layer::Identity && !case.request.is_foreign());
    if way == Way::OnResource { own } else { identity.or(own) }
}

/// Do the caller's own policies allow it, but for a condition?
fn conditional(explanation: &Explanation) -> bool {
    explanation.units().any(|unit| unit.layer == Layer::Identity && ready(unit).is_some())
}

/// The statement that allows what is asked but for its conditions.
fn ready(unit: &Unit) -> Option<&StatementTrace> {
    let met = |trace: &&StatementTrace| trace.condition.iter().filter(|clause| clause.met).count();
    unit.statements.iter().filter(|trace| trace.allows_but_for_conditions()).max_by_key(met)
}

/// A statement that allows but for a slip of the pen, without it.
fn corrected(miss: &NearMiss, traces: &[&StatementTrace], case: Case<'_>) -> Option<Change> {
    let trace = traces.iter().find(|trace| trace.statement == miss.statement)?;
    let target = target(trace, case).filter(|target| is_editable(target.policy.kind))?;
    let (_, document) = case.draft.document(target.layer, target.node, target.index)?;
    let (statement, _) = edit::corrected(document, miss, case.request)?;
    Some(Change::ReplaceStatement { target, statement })
}

/// A statement that allows nearly, with what it lacks.
fn edited(trace: &StatementTrace, case: Case<'_>) -> Option<Change> {
    let at = trace.statement;
    if trace.effect != Effect::Allow {
        return None;
    }
    let (policy, document) = case.draft.document(at.layer, at.node, at.policy)?;
    // A statement on other services is not the place for this one.
    let service = |pattern: &crate::explain::PatternTrace| {
        pattern.pattern.split(':').next().is_some_and(|code| code.eq_ignore_ascii_case(case.request.action().service()))
    };
    if !is_editable(policy.kind) || !trace.action.patterns.iter().any(service) {
        return None;
    }
    let statement = match trace.fault() {
        Some(_) => edit::mended(document, trace)?,
        None => edit::widened(document, trace, case.request)?.0,
    };
    Some(Change::ReplaceStatement { target: target(trace, case)?, statement })
}

/// A statement for what is asked and nothing else, with the conditions that it has to have; with none said, without.
fn added(unit: &Unit, case: Case<'_>, conditions: Option<Kept>) -> Option<Change> {
    let request = case.request;
    let conditional = conditions.is_some();
    let mut conditions = conditions.and_then(Kept::into_value);
    let mut statement = Map::new();
    statement.insert("Effect".to_owned(), json!("Allow"));
    statement.insert("Action".to_owned(), json!(request.action().as_str()));
    match unit.layer {
        Layer::Trust => {
            statement.insert("Principal".to_owned(), trusted(request)?);
            // Whoever gets a token or an assertion of the provider would be let in without a condition on what it says.
            if matches!(request.principal(), Principal::Federated { .. }) && conditions.is_none() {
                conditions = Some(vouched(request)?);
            }
        }
        Layer::Resource => {
            // A bucket open to everybody is more than was asked for.
            let everybody = *request.principal() == Principal::Anonymous;
            let principal = named(request.principal()).filter(|_| !(everybody && conditional));
            statement.insert("Principal".to_owned(), principal.filter(|_| takes_policy(request))?);
            statement.insert("Resource".to_owned(), json!(edit::resource_of(DocumentKind::Bucket, request)));
        }
        _ => {
            statement.insert("Resource".to_owned(), json!(request.resource().as_str()));
        }
    }
    if let Some(conditions) = conditions.or_else(|| listed(request).filter(|_| conditional)) {
        statement.insert("Condition".to_owned(), conditions);
    }
    Some(Change::AddStatement { layer: unit.layer, node: unit.node, statement: Value::Object(statement) })
}

/// The statement that allows the most of what is asked: of those that allow the action, one that fails late.
fn nearest(unit: &Unit) -> Option<&StatementTrace> {
    let allows = unit.statements.iter().filter(|trace| trace.effect == Effect::Allow && trace.action.fits);
    allows.max_by_key(|trace| {
        let resource = trace.resource.as_ref().is_none_or(|resource| resource.fits);
        let met = trace.condition.iter().filter(|clause| clause.met).count();
        (resource, met, std::cmp::Reverse((trace.statement.policy, trace.statement.statement)))
    })
}

/// Did one of the changes bring the statement?
fn is_ours(trace: &StatementTrace, case: Case<'_>) -> bool {
    let at = trace.statement;
    case.draft.document(at.layer, at.node, at.policy).is_none()
}

/// The conditions that a statement which is added keeps.
enum Kept {
    /// There is nothing to keep.
    Nothing,
    These(Value),
}

impl Kept {
    fn into_value(self) -> Option<Value> {
        match self {
            Self::Nothing => None,
            Self::These(conditions) => Some(conditions),
        }
    }
}

/// The conditions of the nearest statement, in the ways in which they can be kept: one that the request fails with a value is narrowed to
/// that value, one that it fails for want of a key is for the request to meet. Of several, one on a key that no request for the action
/// carries guards nothing, and is left out: then the others may stay as they are, too. None where they cannot be kept.
fn kept(unit: &Unit, case: Case<'_>) -> Vec<Kept> {
    let Some(trace) = nearest(unit) else { return vec![guard(unit, case).map_or(Kept::Nothing, Kept::These)] };
    // A second statement beside one of ours would be without its conditions.
    let at = trace.statement;
    let Some((_, document)) = case.draft.document(at.layer, at.node, at.policy) else { return Vec::new() };
    let Some(conditions) = edit::statement_of(document, at.statement).and_then(|statement| {
        statement
            .get("Condition")
            .filter(|conditions| conditions.as_object().is_some_and(|all| !all.is_empty()))
            .cloned()
    }) else {
        return vec![Kept::Nothing];
    };
    let is_dead = |clause: &&ClauseTrace| !clause.met && !key::may_carry(&clause.key, case.request);
    let (dead, living): (Vec<_>, Vec<_>) = trace.condition.iter().partition(is_dead);
    let leaves_out = !dead.is_empty() && !living.is_empty();
    let without = |mut conditions: Value| {
        for clause in dead.iter().filter(|_| leaves_out) {
            edit::without(&mut conditions, clause)?;
        }
        Some(conditions)
    };
    let narrowed = |mut conditions: Value| {
        for clause in living.iter().chain(dead.iter().filter(|_| !leaves_out)).filter(|clause| !clause.met) {
            if let Some(value) = edit::narrowed(clause) {
                *conditions.get_mut(&clause.operator)?.get_mut(&clause.key)? = json!(value);
            }
        }
        Some(conditions)
    };
    let Some(conditions) = without(conditions) else { return Vec::new() };
    let as_they_are = leaves_out.then(|| conditions.clone());
    let mut ways: Vec<Value> = as_they_are.into_iter().collect();
    ways.extend(narrowed(conditions).filter(|other| !ways.contains(other)));
    ways.into_iter().map(Kept::These).collect()
}

/// Where no statement allows the action: the conditions on the call that all of the caller's statements for its service have. A guard for
/// a whole service, an address or a second factor, is one for what is added to it, too; what says something of single resources is not.
fn guard(unit: &Unit, case: Case<'_>) -> Option<Value> {
    let service = case.request.action().service();
    let of_service = |trace: &&StatementTrace| {
        let mut codes =
            trace.action.patterns.iter().map(|pattern| pattern.pattern.split(':').next().unwrap_or_default());
        trace.effect == Effect::Allow
            && trace.action.element == "Action"
            && codes.any(|code| code.eq_ignore_ascii_case(service))
    };
    if unit.layer != Layer::Identity {
        return None;
    }
    let own: Vec<&StatementTrace> = unit.statements.iter().filter(of_service).collect();
    let conditions = |trace: &StatementTrace| {
        let at = trace.statement;
        let (_, document) = case.draft.document(at.layer, at.node, at.policy)?;
        edit::statement_of(document, at.statement)?.get("Condition").cloned()
    };
    let all: Vec<Value> = own.iter().map(|trace| conditions(trace)).collect::<Option<_>>()?;
    let of_call = |clause: &&ClauseTrace| {
        let known = OF_CALLS.iter().any(|key| clause.key.eq_ignore_ascii_case(key));
        known && !clause.unusable && (clause.met || clause.actual.is_empty())
    };
    let mut kept = Map::new();
    for clause in own.first()?.condition.iter().filter(of_call) {
        let value = |one: &Value| one.get(&clause.operator)?.get(&clause.key).cloned();
        let mut values = all.iter().map(value);
        let first = values.next().flatten()?;
        if values.all(|other| other.as_ref() == Some(&first)) {
            let operator = kept.entry(clause.operator.clone()).or_insert_with(|| json!({}));
            operator.as_object_mut()?.insert(clause.key.clone(), first);
        }
    }
    (!kept.is_empty()).then(|| Value::Object(kept))
}

/// Condition keys that say how a call is made, whatever it is on.
const OF_CALLS: &[&str] =
    &["acs:SourceIp", "acs:SourceVpc", "acs:VpcSourceIp", "acs:SecureTransport", "acs:MFAPresent"];

/// The caller in the words of a trust policy.
fn trusted(request: &Request) -> Option<Value> {
    let owner = request.resource().owner().unwrap_or_default();
    Some(match request.principal() {
        Principal::RamUser { account, name, .. } => json!({ "RAM": [format!("acs:ram::{account}:user/{name}")] }),
        Principal::RoleSession { account, role, .. } => json!({ "RAM": [format!("acs:ram::{account}:role/{role}")] }),
        Principal::Service { name, acting_for } if **acting_for == *owner => json!({ "Service": [name] }),
        Principal::Service { name, acting_for } => json!({ "Service": [format!("{acting_for}@{name}")] }),
        Principal::Federated { provider_arn } => json!({ "Federated": [provider_arn] }),
        Principal::Account { .. } | Principal::Anonymous => return None,
    })
}

/// What an identity provider vouches for, as conditions: the audience and the subject of the token, the recipient of the assertion. None
/// where the request does not say it.
fn vouched(request: &Request) -> Option<Value> {
    const OF_TOKENS: [&str; 2] = ["oidc:aud", "oidc:sub"];
    const OF_ASSERTIONS: [&str; 1] = ["saml:recipient"];
    let said = |keys: &[&str]| {
        let value = |key: &&str| {
            let (_, values) = request.context().iter().find(|(name, _)| name.eq_ignore_ascii_case(key))?;
            let values: Vec<String> = values.iter().map(|value| value.as_str().to_owned()).collect();
            let value = if let [single] = &*values { json!(single) } else { json!(values) };
            Some(((*key).to_owned(), value))
        };
        let said: Option<Map<String, Value>> = keys.iter().map(value).collect();
        said.map(|said| json!({ "StringEquals": said }))
    };
    said(&OF_TOKENS).or_else(|| said(&OF_ASSERTIONS))
}

/// The prefix that a listing is limited to: what allows it without opens the names of everything in the bucket.
fn listed(request: &Request) -> Option<Value> {
    if !key::may_carry("oss:Prefix", request) {
        return None;
    }
    let (_, values) = request.context().iter().find(|(name, _)| name.eq_ignore_ascii_case("oss:Prefix"))?;
    let mut values = values.iter();
    let prefix = values.next()?.as_str();
    (values.next().is_none() && !prefix.is_empty()).then(|| json!({ "StringEquals": { "oss:Prefix": prefix } }))
}

/// Can what is asked about have a policy of its own in the language of bucket policies: a bucket, an access point, a log project?
pub(super) fn takes_policy(request: &Request) -> bool {
    ["oss", "log"].iter().any(|service| request.action().service().eq_ignore_ascii_case(service))
}

/// The caller in the words of a bucket policy.
fn named(principal: &Principal) -> Option<Value> {
    Some(match principal {
        Principal::Account { account } => json!([account]),
        Principal::RamUser { user_id, .. } if !user_id.is_empty() => json!([user_id]),
        Principal::RoleSession { account, role, .. } => {
            json!([format!("arn:sts::{account}:assumed-role/{}/*", role.to_ascii_lowercase())])
        }
        Principal::Anonymous => json!(["*"]),
        Principal::RamUser { .. } | Principal::Service { .. } | Principal::Federated { .. } => return None,
    })
}
