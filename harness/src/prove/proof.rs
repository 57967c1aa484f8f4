//! Every request, by those that stand for all.

use std::sync::Arc;

use acslab_policy::catalogue::fits;
use acslab_policy::{
    Action, Dialect, Document, DocumentKind, Explanation, Manner, Principal, Representative, Request, Resource,
    may_carry, representatives_of,
};
use serde_json::json;

use super::invariant::{Invariant, Subject};
use super::subjects::{account_of, outsiders, with_outsiders, with_sessions};
use crate::ask::own::{apart, own_documents};
use crate::import::Standing;
use crate::simulate::expected_of_value;
use crate::simulate::remedies::known_actions;

/// What became of an invariant.
#[derive(Debug)]
pub struct Proof {
    /// The invariant.
    pub invariant: Invariant,
    /// What became of it.
    pub outcome: Outcome,
    /// How many requests were decided, each standing for all that are treated alike.
    pub requests: usize,
}

/// Whether an invariant holds.
#[derive(Debug)]
pub enum Outcome {
    /// It does, for every request.
    Holds,
    /// It does not: this request breaks it.
    Broken {
        /// Who.
        principal: String,
        /// The action.
        action: String,
        /// Is it a known action? Otherwise one that stands for others.
        known: bool,
        /// The resource.
        resource: String,
        /// The condition keys that it has to carry.
        keys: Vec<(String, String)>,
        /// Why it is decided so.
        explanation: Box<Explanation>,
    },
    /// None of those that were seen breaks it, and this is why not all were seen.
    NotDecided(String),
    /// It speaks of somebody who is not there.
    Nobody(String),
}

/// Proves or breaks each invariant.
pub fn prove(standing: &Standing, invariants: &[Invariant]) -> Vec<Proof> {
    let with = with_outsiders(standing);
    let known = known_actions();
    invariants.iter().map(|invariant| one(standing, &with, invariant, &known)).collect()
}

fn one(standing: &Standing, with: &Standing, invariant: &Invariant, known: &[Action]) -> Proof {
    let proof = |outcome, requests| Proof { invariant: invariant.clone(), outcome, requests };
    let subjects = match subjects(standing, with, &invariant.subject) {
        Ok(subjects) => with_sessions(with, subjects),
        Err(nobody) => return proof(Outcome::Nobody(nobody), 0),
    };
    let (mut requests, mut complete) = (0, true);
    let mut not_asked: Option<String> = None;
    let (own, apart) = (own_documents(with), apart(with));
    let told: Vec<&Document> = own.iter().map(Arc::as_ref).chain(&apart).collect();
    for principal in &subjects {
        if with.authority.ask(principal, "none:None", "*", &[]).is_err() {
            return proof(Outcome::Nobody(principal.clone()), requests);
        }
        let policies = policies_of(with, principal);
        let others: Vec<&Document> = policies.iter().map(Arc::as_ref).chain(told.iter().copied()).collect();
        let (found, seen) = match asked_by(invariant) {
            Some(asked) => representatives(with, principal, &asked, &others, known),
            None => (Vec::new(), true),
        };
        complete &= seen;
        let abroad = invariant.subject == Subject::Outside;
        // Whoever is of the state is outside of its other accounts alone.
        let own = Some(account_of(principal)).filter(|id| abroad && standing.kept.state.account(id).is_some());
        let is_meant =
            |resource: &str| is_there(standing, resource, abroad) && own.is_none_or(|id| is_of_another(resource, id));
        for one in found.iter().filter(|one| is_meant(one.resource.as_str())) {
            for context in &one.contexts {
                requests += 1;
                let mut keys: Vec<(String, Vec<String>)> =
                    context.iter().map(|(key, value)| (key.clone(), vec![value.clone()])).collect();
                // A request is always of some time; where a statement looks at it, the others are tried too.
                if !keys.iter().any(|(key, _)| key.eq_ignore_ascii_case(TIME.0)) {
                    keys.push((TIME.0.to_owned(), vec![TIME.1.to_owned()]));
                }
                let (action, resource) = (one.action.as_str(), one.resource.as_str());
                let answer = match with.authority.ask(principal, action, resource, &keys) {
                    Ok(answer) => answer,
                    Err(why) => {
                        not_asked = Some(format!("{action} on {resource} could not be asked: {why}"));
                        continue;
                    }
                };
                if answer.decision.is_allowed() == invariant.always {
                    continue;
                }
                let outcome = Outcome::Broken {
                    principal: principal.clone(),
                    action: action.to_owned(),
                    known: one.known,
                    resource: resource.to_owned(),
                    keys: context.clone(),
                    explanation: Box::new(answer.question.explain()),
                };
                return proof(outcome, requests);
            }
        }
    }
    let too_many = (!complete).then(|| "there are too many combinations to look at all".to_owned());
    let unseen = too_many.or(not_asked).or_else(|| left_out(standing, invariant));
    proof(unseen.map_or(Outcome::Holds, Outcome::NotDecided), requests)
}

/// What the state has that the invariant may hang on, and could not be taken: nothing was asked of that.
fn left_out(standing: &Standing, invariant: &Invariant) -> Option<String> {
    if let Some(one) = standing.kept.missing.first() {
        return Some(format!("not in the state: {}; `{}` fetches it", one.what, one.get));
    }
    if let Some(note) = standing.notes.iter().find(|note| note.left_out) {
        return Some(format!("{}: {}", note.place, note.what));
    }
    let found = standing.unused.iter().find(|one| {
        let mut parts = one.place.splitn(3, '/').skip(1);
        let (part, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if let Some((_, service)) = OF_SERVICE.iter().find(|(known, _)| *known == part) {
            return invariant.actions.iter().any(|action| fits(action.split(':').next().unwrap_or(action), service));
        }
        OF_ALL.contains(&part) && !rest.ends_with("/access key policies")
    })?;
    Some(format!("`{}` is left out of the state: {}", found.place, found.why))
}

/// The parts of an account that only the requests of one service look at.
const OF_SERVICE: &[(&str, &str)] = &[("buckets", "oss"), ("log projects", "log")];
/// Those that any request may hang on.
const OF_ALL: &[&str] =
    &["users", "groups", "roles", "policies", "system policies", "resource groups", "resource directory"];

/// A request is always of some time.
pub(super) const TIME: (&str, &str) = ("acs:CurrentTime", "2026-01-01T00:00:00Z");

/// Can a resource be there: is it one of the state's accounts, and of the one that has the bucket or the project? What is on no single
/// resource is in the caller's own account.
pub(super) fn is_there(standing: &Standing, resource: &str, abroad: bool) -> bool {
    let fields: Vec<&str> = resource.splitn(5, ':').collect();
    let [_, service, region, account, id] = fields.as_slice() else { return !abroad };
    let accounts = &standing.kept.state.accounts;
    let mut names = id.split('/');
    let first = names.next().unwrap_or(id);
    let project = format!("{region}/{}", names.next().unwrap_or_default());
    let owner = match *service {
        "oss" => accounts.values().find(|one| one.buckets.contains_key(first)),
        "log" => accounts.values().find(|one| one.log_projects.contains_key(&project)),
        _ => None,
    };
    match owner {
        Some(owner) => owner.account_id == *account,
        None => *account == "system" || accounts.values().any(|one| one.account_id == *account),
    }
}

/// Is a resource another account's, and not everybody's as a system policy is?
fn is_of_another(resource: &str, account: &str) -> bool {
    let owner = account_of(resource);
    owner != account && owner != "system"
}

fn subjects(standing: &Standing, with: &Standing, subject: &Subject) -> Result<Vec<String>, String> {
    let named = |names: &[String]| -> Result<Vec<String>, String> {
        let all = standing.authority.principals();
        names
            .iter()
            .map(|name| {
                let arn = standing.principal(name);
                let there = all.iter().find(|known| known.eq_ignore_ascii_case(&arn));
                there.cloned().or_else(|| arn.ends_with(":root").then(|| arn.clone())).ok_or_else(|| name.clone())
            })
            .collect()
    };
    match subject {
        Subject::Only(names) => named(names),
        Subject::Outside => Ok(outsiders(with, standing)),
        Subject::AllBut(names) => {
            let but = named(names)?;
            Ok(standing.authority.principals().into_iter().filter(|arn| !but.contains(arn)).collect())
        }
    }
}

/// What an invariant covers, as a policy.
fn asked_by(invariant: &Invariant) -> Option<Document> {
    let asked = json!({"Version": "1", "Statement": [
        {"Effect": "Allow", "Action": invariant.actions, "Resource": invariant.resources}]});
    Document::parse_with(DocumentKind::Identity, &asked.to_string(), &Dialect::STORED).ok()
}

/// The policies that bind somebody, those for resource groups among them; none of whoever is not there.
pub(super) fn policies_of(standing: &Standing, principal: &str) -> Vec<Arc<Document>> {
    let Ok(answer) = standing.authority.ask(principal, "none:None", "*", &[]) else { return Vec::new() };
    // Any question has the policies in force with it.
    let sets = answer.question.sets().flat_map(acslab_policy::PolicySet::policies);
    let mut all: Vec<_> = sets.map(|policy| Arc::clone(&policy.document)).collect();
    let groups = standing.authority.of_resource_groups(principal).unwrap_or_default();
    let of_groups = groups.values().flat_map(acslab_policy::PolicySet::policies);
    all.extend(of_groups.map(|policy| Arc::clone(&policy.document)));
    all
}

/// The requests of a principal that a policy covers, one for each way in which these policies can treat them.
pub(super) fn representatives(
    standing: &Standing,
    principal: &str,
    asked: &Document,
    others: &[&Document],
    known: &[Action],
) -> (Vec<Representative>, bool) {
    representatives_of(asked, others, known, &Asked { standing, principal })
}

/// The requests of a principal, as they are asked.
struct Asked<'a> {
    standing: &'a Standing,
    principal: &'a str,
}

impl Asked<'_> {
    /// Is it a role, which a service may be, too?
    fn is_role(&self) -> bool {
        self.principal.contains(":role/") || self.principal.contains(":assumed-role/")
    }
}

impl Manner for Asked<'_> {
    fn plain(&self, action: &Action, resource: &Resource) -> Request {
        let answer = self.standing.authority.ask(self.principal, action.as_str(), resource.as_str(), &[]);
        // What cannot be asked is told where it is.
        answer.map_or_else(
            |_| Request::of(Principal::Anonymous, action.clone(), resource.clone()),
            |answer| answer.question.request.clone(),
        )
    }

    /// Whoever calls has an address; a service that acts as a role has none.
    fn may_carry(&self, key: &str, value: Option<&str>) -> bool {
        may_carry(key, value)
            && value.map_or_else(
                || self.is_role() || !key.eq_ignore_ascii_case("acs:SourceIp"),
                |value| expected_of_value(key, value).is_none(),
            )
    }

    /// A request fills keys as it likes: but not who asks, and not what the tags of buckets fill, which a state has. It has none of users,
    /// objects and most other things, so these may be any. Whether a second factor was given is up to a user; a role has none.
    fn varies(&self, key: &str) -> bool {
        let lower = key.to_ascii_lowercase();
        if lower == "acs:mfapresent" {
            return self.principal.contains(":user/") || self.principal.ends_with(":root");
        }
        let given = ["acs:principalarn", "acs:principaltype", "acs:principaldomain"];
        !given.contains(&lower.as_str()) && !lower.starts_with("oss:buckettag/")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Outcome, Standing, prove};
    use crate::authorization::Kept;
    use crate::prove::read;

    #[test]
    fn what_is_granted_to_a_session_alone_is_seen() {
        let policy = |session: &str| {
            json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "oss:DeleteObject", "Resource": "acs:oss:*:*:photos/*",
                "Principal": [format!("arn:sts::1234567890123456:assumed-role/ops/{session}")]}]})
        };
        let trust = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"Service": ["ecs.aliyuncs.com"]}}]});
        for session in ["deploy", "*"] {
            let account =
                json!({"roles": {"ops": {"trust": trust}}, "buckets": {"photos": {"policy": policy(session)}}});
            let (principal, _) = breaks(&account, "nobody may oss:DeleteObject on acs:oss:*:*:photos/*").unwrap();
            assert!(principal.contains("ops"), "{principal}");
            assert!(breaks(&account, "nobody but role ops may oss:DeleteObject on acs:oss:*:*:photos/*").is_none());
        }
    }

    #[test]
    fn tags_that_no_state_holds_may_be_any() {
        let document = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ram:CreateAccessKey", "Resource": "*",
            "Condition": {"StringEquals": {"acs:ResourceTag/team": "a"}}}]});
        let account = json!({"policies": {"Own": {"default_version": "v1", "versions": {"v1": document}}},
            "users": {"alice": {"policies": [{"name": "Own", "type": "Custom"}]}}});
        let (_, keys) = breaks(&account, "user alice may never ram:CreateAccessKey on *").unwrap();
        assert!(keys.iter().any(|(key, value)| key == "acs:ResourceTag/team" && value == "a"), "{keys:?}");
    }

    fn outcome(account: &Value, invariant: &str) -> Outcome {
        let mut state = json!({"accounts": {"company": {"account_id": "1234567890123456"}}});
        for (key, value) in account.as_object().into_iter().flatten() {
            state["accounts"]["company"][key] = value.clone();
        }
        let standing = Standing::of(
            Kept::from(serde_json::from_value::<acslab_emulator::state::AuthorizationState>(state).unwrap()),
            Vec::new(),
        );
        prove(&standing, &read(invariant).unwrap()).pop().unwrap().outcome
    }

    fn breaks(account: &Value, invariant: &str) -> Option<(String, Vec<(String, String)>)> {
        match outcome(account, invariant) {
            Outcome::Broken { principal, keys, .. } => Some((principal, keys)),
            Outcome::Holds => None,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn whoever_a_trust_or_bucket_policy_names_is_outside() {
        let trusting = |arn: &str| {
            let statement = json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": [arn]}});
            json!({"roles": {"ops": {"trust": {"Version": "1", "Statement": [statement]}, "max_session_duration": 3600}}})
        };
        let never = "no principal outside the account may sts:AssumeRole";
        let who = |arn: &str| breaks(&trusting(arn), never).map(|(who, _)| who);
        assert_eq!(who("acs:ram::2000000000000001:root").as_deref(), Some("acs:ram::2000000000000001:user/somebody"));
        assert_eq!(who("acs:ram::2000000000000001:role/ci").as_deref(), Some("acs:ram::2000000000000001:role/ci"));
        assert_eq!(who("acs:ram::2000000000000001:user/eve").as_deref(), Some("acs:ram::2000000000000001:user/eve"));
        assert_eq!(who("acs:ram::1234567890123456:root"), None);
        let granting = |principal: &str| {
            let resource = json!(["acs:oss:*:1234567890123456:photos", "acs:oss:*:1234567890123456:photos/*"]);
            let statement =
                json!({"Effect": "Allow", "Action": ["oss:GetObject"], "Principal": [principal], "Resource": resource});
            json!({"buckets": {"photos": {"region": "cn-hangzhou", "acl": "private", "policy": {"Version": "1", "Statement": [statement]}}}})
        };
        let never = "no principal outside the account may oss:GetObject on acs:oss:*:*:photos/*";
        let who = |principal: &str| breaks(&granting(principal), never).map(|(who, _)| who);
        let session = "arn:sts::2000000000000001:assumed-role/ci/*";
        assert_eq!(who(session).as_deref(), Some("acs:ram::2000000000000001:role/ci"));
        assert_eq!(
            who("204567890123450001").as_deref(),
            Some("acs:ram::9999999999999999:user/user-204567890123450001")
        );
        assert_eq!(who("1234567890123456"), None);
    }

    #[test]
    fn whoever_is_of_another_account_of_the_state_is_outside() {
        let admin = json!([{"name": "AdministratorAccess", "type": "System"}]);
        let granting = json!([{"Effect": "Allow", "Action": ["oss:GetObject"], "Principal": ["2000000000000001"],
            "Resource": ["acs:oss:*:1234567890123456:half/*"]}]);
        let trusting = json!([{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": ["acs:ram::2000000000000001:root"]}}]);
        let state = json!({"accounts": {
            "company": {"account_id": "1234567890123456", "users": {"alice": {"policies": admin}},
                "roles": {"ops": {"trust": {"Version": "1", "Statement": trusting}}},
                "buckets": {"half": {"region": "cn-hangzhou", "acl": "private", "policy": {"Version": "1", "Statement": granting}}}},
            "partner": {"account_id": "2000000000000001", "users": {"ext": {"policies": admin}},
                "buckets": {"other": {"region": "cn-hangzhou", "acl": "private"}}}}});
        let state: acslab_emulator::state::AuthorizationState = serde_json::from_value(state).unwrap();
        let standing = Standing::of(Kept::from(state), Vec::new());
        let who = |invariant: &str| match prove(&standing, &read(invariant).unwrap()).pop().unwrap().outcome {
            Outcome::Broken { principal, .. } => Some(principal),
            Outcome::Holds => None,
            other => panic!("{other:?}"),
        };
        let never = "no principal outside the account may";
        let partner = |invariant: &str| who(&format!("{never} {invariant}")).unwrap();
        assert_eq!(partner("oss:GetObject on acs:oss:*:*:half/*"), "acs:ram::2000000000000001:root");
        assert_eq!(partner("sts:AssumeRole on *"), "acs:ram::2000000000000001:user/ext");
        // Each does what it likes with its own account's.
        assert_eq!(who(&format!("{never} oss:DeleteObject on *")), None);
        assert_eq!(who(&format!("{never} oss:GetObject on acs:oss:*:*:other/*")), None);
    }

    #[test]
    fn a_user_may_have_given_a_second_factor() {
        let statement = json!({"Effect": "Allow", "Action": "ram:*", "Resource": "*", "Condition": {"Bool": {"acs:MFAPresent": "true"}}});
        let policies =
            json!({"Own": {"default_version": "v1", "versions": {"v1": {"Version": "1", "Statement": [statement]}}}});
        let attached = json!([{"name": "Own", "type": "Custom"}]);
        let account = json!({"policies": policies, "users": {"alice": {"policies": attached}}});
        let (who, keys) = breaks(&account, "nobody may ram:CreateUser on *").unwrap();
        assert_eq!(who, "acs:ram::1234567890123456:user/alice");
        assert!(keys.contains(&("acs:MFAPresent".to_owned(), "true".to_owned())), "{keys:?}");
        let owner = json!({"RAM": ["acs:ram::1234567890123456:root"]});
        let statement = json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": owner});
        let trust = json!({"Version": "1", "Statement": [statement]});
        let role = json!({"trust": trust, "max_session_duration": 3600, "policies": attached});
        assert_eq!(
            breaks(&json!({"policies": policies, "roles": {"ops": role}}), "nobody may ram:CreateUser on *"),
            None
        );
    }

    #[test]
    fn what_is_left_out_is_not_decided() {
        let why = |account: &Value, invariant: &str| match outcome(account, invariant) {
            Outcome::NotDecided(why) => Some(why),
            Outcome::Holds => None,
            other => panic!("{other:?}"),
        };
        let bucket = json!({"region": "cn-hangzhou", "acl": "private", "policy": {"Version": "2"}});
        let account = json!({"buckets": {"photos": bucket}, "users": {"alice": {}}});
        let told = why(&account, "nobody may oss:GetObject").unwrap();
        assert!(told.contains("company/buckets/photos/policy"), "{told}");
        assert!(why(&account, "nobody may oss:*").is_some());
        assert_eq!(why(&account, "nobody may ram:*"), None);
        let account = json!({"users": {"alice": {"policies": [{"name": "Unknown", "type": "Custom"}]}}});
        let told = why(&account, "nobody may ram:*").unwrap();
        assert!(told.contains("company/users/alice/policies/Unknown"), "{told}");
    }

    #[test]
    fn acls_and_policies_of_resources_let_in_too() {
        let bucket = json!({"region": "cn-hangzhou", "acl": "private", "object_acls": {"a/open": "public-read"}});
        let account = json!({"buckets": {"photos": bucket}});
        let never = "no principal outside the account may oss:GetObject on acs:oss:*:*:photos/*";
        let Outcome::Broken { resource, .. } = outcome(&account, never) else { panic!() };
        assert!(resource.ends_with(":photos/a/open"), "{resource}");
        assert_eq!(
            breaks(&account, "no principal outside the account may oss:PutObject on acs:oss:*:*:photos/*"),
            None
        );
        let statement = json!({"Effect": "Allow", "Principal": ["2000000000000001"], "Action": ["log:PostLogStoreLogs"],
            "Resource": "acs:log:cn-hangzhou:1234567890123456:project/logs/*"});
        let logs = json!({"policy": {"Version": "1", "Statement": [statement]}});
        let account = json!({"log_projects": {"cn-hangzhou/logs": logs}});
        let who = breaks(&account, "no principal outside the account may log:Post* on *").map(|(who, _)| who);
        assert_eq!(who.as_deref(), Some("acs:ram::2000000000000001:root"));
        assert_eq!(breaks(&account, "no principal outside the account may log:Get* on *"), None);
    }
}
