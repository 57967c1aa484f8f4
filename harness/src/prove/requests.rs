//! The requests of a principal, each of which stands for all that are treated alike.

use std::sync::Arc;

use acslab_policy::{
    Action, Document, Manner, Principal, Representative, Request, Resource, is_of_caller, may_carry, representatives_of,
};

use crate::import::Standing;
use crate::simulate::expected_of_value;

/// A request is always of some time; where a statement looks at it, the others are tried too.
const TIME: (&str, &str) = ("acs:CurrentTime", "2026-01-01T00:00:00Z");

/// The keys of a request, with a time.
pub(super) fn at_some_time(context: &[(String, String)]) -> Vec<(String, Vec<String>)> {
    let mut keys: Vec<(String, Vec<String>)> =
        context.iter().map(|(key, value)| (key.clone(), vec![value.clone()])).collect();
    if !keys.iter().any(|(key, _)| key.eq_ignore_ascii_case(TIME.0)) {
        keys.push((TIME.0.to_owned(), vec![TIME.1.to_owned()]));
    }
    keys
}

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

/// The policies that bind somebody, those for resource groups among them; none of whoever is not there.
pub(super) fn policies_of(standing: &Standing, principal: &str) -> Vec<Arc<Document>> {
    let Ok(layers) = standing.authority.in_force(principal) else { return Vec::new() };
    let sets = layers.sets().flat_map(acslab_policy::PolicySet::policies);
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
        !is_of_caller(key) && !lower.starts_with("oss:buckettag/")
    }
}
