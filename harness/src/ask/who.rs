//! Which principals may do an action on a resource.

use std::collections::BTreeSet;

use acslab_emulator::{Keys, NotAsked};
use acslab_policy::{
    Effect, Explanation, Layer, PolicySet, Principal, PrincipalPattern, Question, StatementRef, StatementTrace, Unit,
    Verdict, is_of_caller, ways_to_ask,
};
use serde::Serialize;

use super::scoped::scoped;
use super::strangers::{Stranger, named, sessions};
use super::words::{by_question, by_trace, traced};
use crate::import::Standing;

/// What the policies say of one principal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Holder {
    /// Who, by ARN.
    pub principal: String,
    /// The answer, without any condition key but those that were given.
    pub verdict: Verdict,
    /// The statement that settles it, in words.
    pub by: Option<String>,
    /// It is not allowed as it was asked, and is where these conditions hold, each in words.
    pub on_condition: Option<Vec<String>>,
}

/// Every principal of the state with what it gets, by ARN; and whom the resource's own policy lets in besides: sessions, owners of other
/// accounts, whoever is outside, everybody as `*`.
///
/// # Errors
/// Action and resource make no request.
pub fn who(standing: &Standing, action: &str, resource: &str, keys: &Keys) -> Result<Vec<Holder>, NotAsked> {
    let asked = (action, resource, keys);
    let principals = standing.authority.principals();
    let mut holders =
        principals.iter().map(|principal| holder(standing, principal, asked)).collect::<Result<Vec<_>, _>>()?;
    if let Ok(anybody) = standing.authority.ask("*", action, resource, keys) {
        let own = anybody.question.layers.resource.set().into_iter().flat_map(PolicySet::policies);
        let named = named(own.map(|policy| &*policy.document));
        for session in sessions(&named, &principals) {
            let one = holder(standing, &session, asked)?;
            // What the role itself gets need not be said again.
            let role = holders.iter().find(|holder| is_session_of(&session, &holder.principal));
            if role.is_none_or(|role| (role.verdict, &role.on_condition) != (one.verdict, &one.on_condition)) {
                holders.push(one);
            }
        }
        for stranger in strangers(standing, &anybody.question, &named) {
            holders.extend(outsider(standing, stranger, asked));
        }
    }
    holders.sort_by(|a, b| a.principal.cmp(&b.principal));
    Ok(holders)
}

fn is_session_of(session: &str, role: &str) -> bool {
    let name = session.replacen(":assumed-role/", ":role/", 1);
    name.strip_prefix(role).is_some_and(|rest| rest.starts_with('/'))
}

/// Those of whom none is a principal of the state, as they are asked for. Of everybody the owners of other accounts are some: no policy of
/// their own counts, so that the resource's decides.
fn strangers(standing: &Standing, question: &Question, named: &[PrincipalPattern]) -> BTreeSet<String> {
    let mut all: BTreeSet<Stranger> = named.iter().filter_map(|pattern| Stranger::of(standing, pattern)).collect();
    let accounts = standing.kept.state.accounts.values().map(|account| account.account_id.clone());
    if all.contains(&Stranger::Everybody) {
        all.extend(accounts.map(Stranger::Owner));
    }
    let owner = question.request.resource().owner();
    all.iter()
        .filter(|one| !matches!(one, Stranger::Owner(of) if Some(of.as_str()) == owner))
        .map(Stranger::arn)
        .collect()
}

/// What a principal of the state gets.
fn holder(
    standing: &Standing,
    principal: &str,
    (action, resource, keys): (&str, &str, &Keys),
) -> Result<Holder, NotAsked> {
    let answer = standing.authority.ask(principal, action, resource, keys)?;
    let verdict = answer.decision.verdict;
    let (mut by, mut on_condition) = (None, None);
    if let Some(statement) = answer.decision.statement {
        on_condition = unless_denied(&answer.question, statement, keys);
        by = by_question(&answer.question, statement);
    } else if speaks(&answer.question) {
        let explanation = answer.question.explain();
        let traces = conditional(&explanation);
        if !traces.is_empty() {
            by = Some(traces.iter().map(|trace| by_trace(trace)).collect::<Vec<_>>().join(" and "));
            let unmet = traces.iter().flat_map(|trace| &trace.condition).filter(|clause| !clause.met);
            on_condition = Some(unmet.map(traced).collect());
        }
    }
    if verdict == Verdict::ImplicitDeny && on_condition.is_none() {
        let groups = scoped(standing, principal, (action, resource, keys));
        if let Some(found) = groups.into_iter().find(|found| !found.in_vain && found.is_in.is_none()) {
            on_condition = Some(vec![format!("the resource is in resource group {}", found.resource_group)]);
            by = Some(found.by);
        }
    }
    Ok(Holder { principal: principal.to_owned(), verdict, by, on_condition })
}

/// What somebody gets whose own policies are not in the state; none if nothing. Of a role that is assumed the other half is its own account's.
fn outsider(standing: &Standing, who: String, (action, resource, keys): (&str, &str, &Keys)) -> Option<Holder> {
    let answer = standing.authority.ask(&who, action, resource, keys).ok()?;
    if answer.decision.verdict == Verdict::ExplicitDeny {
        let statement = answer.decision.statement?;
        let on_condition = unless_denied(&answer.question, statement, keys);
        let by = by_question(&answer.question, statement);
        return Some(Holder { principal: who, verdict: Verdict::ExplicitDeny, by, on_condition });
    }
    let explanation = answer.question.explain();
    let own = explanation.units().find(|unit| matches!(unit.layer, Layer::Trust | Layer::Resource))?;
    let speaks = |trace: &&StatementTrace| trace.effect == Effect::Allow && trace.counts;
    let Some(statement) = own.statements.iter().find(speaks) else {
        // Whom a condition lets in is let in by whoever meets it.
        // What is given stays as it is.
        let is_open = |trace: &&StatementTrace| {
            fits_but_for_conditions(trace)
                && !trace.condition.iter().any(|clause| !clause.met && is_given(keys, &clause.key))
        };
        let statement = own.statements.iter().find(is_open)?;
        let unmet = statement.condition.iter().filter(|clause| !clause.met).map(traced);
        let other_half = (own.layer == Layer::Trust && has_policies(&answer.question)).then(|| OTHER_HALF.to_owned());
        let on_condition = Some(unmet.chain(other_half).collect());
        let verdict = answer.decision.verdict;
        return Some(Holder { principal: who, verdict, by: Some(by_trace(statement)), on_condition });
    };
    let allowed = answer.decision.is_allowed();
    let half =
        own.layer == Layer::Trust && own.verdict == Verdict::Allow && answer.decision.verdict == Verdict::ImplicitDeny;
    let on_condition = (!allowed && half).then(|| vec![OTHER_HALF.to_owned()]);
    let verdict = answer.decision.verdict;
    (allowed || half).then(|| Holder { principal: who, verdict, by: Some(by_trace(statement)), on_condition })
}

/// What else it takes for somebody of another account to assume a role.
const OTHER_HALF: &str = "its own account's policies allow it";

/// Does the caller have policies of its own? Services and identity providers have none.
fn has_policies(question: &Question) -> bool {
    matches!(question.request.principal(), Principal::RamUser { .. } | Principal::RoleSession { .. })
}

/// Does a statement allow what is asked but for its conditions?
fn fits_but_for_conditions(trace: &StatementTrace) -> bool {
    trace.allows_but_for_conditions()
        && trace.condition.iter().any(|clause| !clause.met)
        && trace.condition.iter().filter(|clause| !clause.met).all(|clause| !is_of_caller(&clause.key))
}

/// Is a condition key one that is given?
fn is_given(keys: &Keys, key: &str) -> bool {
    keys.iter().any(|(known, _)| known.eq_ignore_ascii_case(key))
}

/// Where a Deny stands against it that depends on the request: what the request has to be so that it is allowed, in words. What is given
/// stays as it is.
fn unless_denied(question: &Question, statement: StatementRef, given: &Keys) -> Option<Vec<String>> {
    let layers = question.layers.as_layers();
    let policy = layers.policy(statement)?;
    let deny = policy.document.statements().get(statement.statement as usize)?;
    if deny.effect() != Effect::Deny || deny.clauses().is_empty() {
        return None;
    }
    let ways = ways_to_ask(&layers, &question.request).into_iter();
    let mut open = ways.filter(|way| !way.iter().any(|(key, _)| is_given(given, key)));
    let words = |(key, values): (String, Vec<String>)| format!("{key} is `{}`", values.join("`, `"));
    open.next().map(|way| way.into_iter().map(words).collect())
}

/// Does any statement name the action at all? Most principals have none, and need no explanation.
fn speaks(question: &Question) -> bool {
    let action = question.request.action();
    question.sets().flat_map(PolicySet::policies).any(|policy| {
        policy
            .document
            .statements()
            .iter()
            .any(|statement| !statement.clauses().is_empty() && statement.actions().test(action).is_ok())
    })
}

/// The Allows that fit but for their conditions, where nothing else is in the way: one, or for a role that is assumed one of each
/// half that does not allow it already. None if there is no such way.
fn conditional(explanation: &Explanation) -> Vec<&StatementTrace> {
    if explanation.decision.verdict != Verdict::ImplicitDeny {
        return Vec::new();
    }
    // A layer that filters, and is silent of it, keeps it shut.
    let shut = explanation.units().any(|unit| {
        let filters = matches!(unit.layer, Layer::Control | Layer::Session);
        filters && unit.verdict == Verdict::ImplicitDeny
    });
    if shut {
        return Vec::new();
    }
    // Whoever assumes a role needs its own policies and the role's: each allows, or would on a condition.
    if explanation.units().any(|unit| unit.layer == Layer::Trust) {
        let mut needed = Vec::new();
        for trust in [false, true] {
            let half = || explanation.units().filter(|unit| (unit.layer == Layer::Trust) == trust);
            let allows =
                |unit: &Unit| unit.verdict == Verdict::Allow && !matches!(unit.layer, Layer::Control | Layer::Session);
            if half().any(allows) {
                continue;
            }
            let Some(found) = half().flat_map(|unit| &unit.statements).find(|trace| fits_but_for_conditions(trace))
            else {
                return Vec::new();
            };
            needed.push(found);
        }
        return needed;
    }
    explanation
        .units()
        .flat_map(|unit| &unit.statements)
        .find(|trace| fits_but_for_conditions(trace))
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use acslab_emulator::state::AuthorizationState;
    use serde_json::{Value, json};

    use super::{Standing, Verdict, who};
    use crate::authorization::Kept;

    /// What alice gets who may assume roles or not, of a role that trusts her on a condition: the conditions, if there is a way.
    fn asked(identity: &Value) -> Option<Vec<String>> {
        let condition = json!({"StringEquals": {"sts:ExternalId": "42"}});
        let trust = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"RAM": ["acs:ram::1234567890123456:root"]}, "Condition": condition}]});
        let own = json!({"default_version": "v1", "versions": {"v1": {"Version": "1", "Statement": identity}}});
        let state = json!({"accounts": {"company": {"account_id": "1234567890123456",
            "policies": {"Own": own}, "users": {"alice": {"policies": [{"name": "Own", "type": "Custom"}]}},
            "roles": {"ops": {"trust": trust, "max_session_duration": 3600}}}}});
        let state: AuthorizationState = serde_json::from_value(state).unwrap();
        let standing = Standing::of(Kept::from(state), Vec::new());
        let holders = who(&standing, "sts:AssumeRole", "acs:ram:*:1234567890123456:role/ops", &[]).unwrap();
        holders.into_iter().find(|one| one.principal.ends_with("user/alice")).unwrap().on_condition
    }

    #[test]
    fn a_role_is_assumed_by_both_halves() {
        let allow = |action: &str| json!([{"Effect": "Allow", "Action": action, "Resource": "*"}]);
        assert_eq!(asked(&allow("oss:GetObject")), None);
        assert_eq!(asked(&allow("sts:AssumeRole")).unwrap().len(), 1);
        let mut conditional = allow("sts:AssumeRole");
        conditional[0]["Condition"] = json!({"Bool": {"acs:MFAPresent": "true"}});
        assert_eq!(asked(&conditional).unwrap().len(), 2);
    }

    /// Who may read a photo of company's: the bucket's policy says this; partner is in the state as well.
    fn readers(statements: &Value) -> Vec<(String, Verdict, bool)> {
        let policy = json!({"Version": "1", "Statement": statements});
        let trust = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"Service": ["ecs.aliyuncs.com"]}}]});
        let state = json!({"accounts": {
            "company": {"account_id": "1234567890123456", "users": {"alice": {}}, "roles": {"ops": {"trust": trust}},
                "buckets": {"photos": {"acl": "private", "region": "cn-hangzhou", "policy": policy}}},
            "partner": {"account_id": "2000000000000001", "users": {"bob": {}}}}});
        let standing =
            Standing::of(Kept::from(serde_json::from_value::<AuthorizationState>(state).unwrap()), Vec::new());
        let all = who(&standing, "oss:GetObject", "acs:oss:*:1234567890123456:photos/a", &[]).unwrap();
        let told = all.into_iter().filter(|one| one.verdict != Verdict::ImplicitDeny || one.on_condition.is_some());
        told.map(|one| (one.principal, one.verdict, one.on_condition.is_some())).collect()
    }

    fn reading(effect: &str, principal: &str) -> Value {
        json!({"Effect": effect, "Action": ["oss:GetObject"], "Principal": [principal],
            "Resource": ["acs:oss:*:1234567890123456:photos/*"]})
    }

    #[test]
    fn whoever_a_bucket_policy_stands_for_is_asked() {
        let readers = |entry: &str| -> Vec<String> {
            readers(&json!([reading("Allow", entry)])).into_iter().map(|(who, ..)| who).collect()
        };
        let abroad = "acs:ram::9999999999999999:assumed-role/some/some";
        let (ops, of_ops) = ("acs:ram::1234567890123456:role/ops", "acs:ram::1234567890123456:assumed-role/ops/deploy");
        assert_eq!(readers("arn:sts::*:assumed-role/*/*"), [ops, abroad]);
        assert_eq!(
            readers("arn:sts::*:assumed-role/ops/deploy"),
            [of_ops, "acs:ram::9999999999999999:assumed-role/ops/deploy"]
        );
        assert_eq!(readers("arn:sts::1234567890123456:assumed-role/ops/deploy"), [of_ops]);
        assert_eq!(
            readers("arn:sts::2*1:assumed-role/ops/deploy"),
            ["acs:ram::2999999999999991:assumed-role/ops/deploy"]
        );
        // The keys of an account itself, whether or not the state has the account.
        assert_eq!(readers("2000000000000001"), ["acs:ram::2000000000000001:root"]);
        assert_eq!(readers("2000000000000002"), ["acs:ram::2000000000000002:root"]);
        // That of the bucket's own account is bound by nothing.
        assert_eq!(readers("1234567890123456"), [""; 0]);
        let everybody = readers("*");
        assert!(everybody.contains(&"*".to_owned()), "{everybody:?}");
        assert!(everybody.contains(&"acs:ram::2000000000000001:root".to_owned()), "{everybody:?}");
    }

    #[test]
    fn whom_a_bucket_policy_shuts_out_is_denied() {
        let partner = "acs:ram::2000000000000001:root";
        let both = json!([reading("Allow", "*"), reading("Deny", "2000000000000001")]);
        assert!(readers(&both).contains(&(partner.to_owned(), Verdict::ExplicitDeny, false)));
    }

    /// Of what a caller is no request says anything else: a condition that nobody of the state meets lets nobody in.
    #[test]
    fn what_a_caller_is_is_no_condition_to_be_met() {
        let holders = |key: &str, value: &str| {
            let mut keys = serde_json::Map::new();
            keys.insert(key.to_owned(), Value::from(value));
            let statement = json!({"Effect": "Allow", "Action": ["oss:GetObject"], "Principal": ["*"], "Resource": ["acs:oss:*:*:photos/*"],
                "Condition": {"StringEquals": keys}});
            let bucket = json!({"region": "cn-hangzhou", "acl": "private", "policy": {"Version": "1", "Statement": [statement]}});
            let state = json!({"accounts": {"one": {"account_id": "1234567890123456", "activated": ["oss"], "users": {"alice": {}},
                "buckets": {"photos": bucket}}}});
            let state: AuthorizationState = serde_json::from_value(state).unwrap();
            let standing = Standing::of(state.into(), Vec::new());
            let all = who(&standing, "oss:GetObject", "acs:oss:*:1234567890123456:photos/a", &[]).unwrap();
            all.into_iter().filter(|one| one.on_condition.is_some()).map(|one| one.principal).collect::<Vec<_>>()
        };
        assert!(!holders("acs:SourceVpc", "vpc-1").is_empty());
        for (key, value) in [("acs:PrincipalType", "none"), ("acs:principaldomain", "none.onaliyun.com")] {
            assert_eq!(holders(key, value), Vec::<String>::new(), "{key}");
        }
    }
}
