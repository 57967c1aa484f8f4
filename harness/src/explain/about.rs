//! What an operation was asked for on, where a refusal does not say it: by the forms of ARNs that its action is on, with what the policies
//! in force and the state name.

use acslab_emulator::{Decided, NotAsked};
use acslab_policy::catalogue::ArnShape;
use acslab_policy::{PolicySet, Resources, Verdict};

use super::refusal::Refusal;
use crate::forms::{self, forms};
use crate::import::Standing;

/// How many resources are tried at most.
const MOST: usize = 32;

/// The resource that was asked for, and what is to be known of that, in words.
pub(super) struct About {
    pub(super) resource: String,
    pub(super) assumed: Vec<String>,
    /// What the action is on is published nowhere: `*` stands for it, and may be none of it.
    pub(super) unknown: bool,
}

/// Asks a state for a resource.
type Ask<'a> = &'a dyn Fn(&str) -> Result<Decided, NotAsked>;

/// The resource of an action that is not said. Of several that it may be, with different answers, one is taken whose answer is what the
/// refusal tells.
pub(super) fn unsaid(standing: &Standing, refusal: &Refusal, (who, action): (&str, &str), ask: Ask<'_>) -> About {
    let all = || About { resource: "*".to_owned(), assumed: Vec::new(), unknown: false };
    let known = forms(action);
    let forms: Vec<&ArnShape> = known.iter().flat_map(|kinds| &kinds.arns).collect();
    if known.is_some() && forms.is_empty() {
        return all();
    }
    let place = Place::of(refusal, who);
    let has_all = known.as_ref().is_none_or(|kinds| kinds.all);
    let mut open: Vec<String> = if has_all { vec!["*".to_owned()] } else { Vec::new() };
    for form in &forms {
        open.extend(place.things(standing, refusal, form));
    }
    let service = action.split(':').next().unwrap_or_default();
    let is_meant = |pattern: &str| match known {
        Some(_) => forms.iter().any(|form| form.may_match(pattern)),
        None => pattern.split(':').nth(1).is_some_and(|of| of.eq_ignore_ascii_case(service)),
    };
    let mut tried: Vec<String> = open.clone();
    for arn in open.iter().filter(|arn| arn.contains(OPEN) || known.is_none()) {
        let Ok(answer) = ask(arn) else { continue };
        tried.extend(answer.question.sets().flat_map(|set| place.named(set, is_meant)));
    }
    let mut seen = std::collections::HashSet::new();
    tried.retain(|arn| seen.insert(arn.clone()));
    tried.truncate(MOST);
    let answers: Vec<(String, Decided)> =
        tried.into_iter().filter_map(|arn| ask(&arn).ok().map(|answer| (arn, answer))).collect();
    let Some((resource, answer)) = answers.iter().min_by_key(|(_, answer)| distance(refusal, answer)) else {
        return About { resource: open.into_iter().next().unwrap_or_default(), ..all() };
    };
    let mut assumed = Vec::new();
    let unknown = known.is_none() && resource == "*";
    if unknown {
        assumed.push(forms::unknown(action, "`--resource` names it"));
    }
    let verdict = answer.decision.verdict;
    let other = answers.iter().find(|(_, other)| other.decision.verdict != verdict);
    if !unknown && (resource != "*" || other.is_some()) {
        let how = match () {
            () if !open.contains(resource) => format!("taken as `{resource}`, which a policy names"),
            () if resource.contains(OPEN) || resource.ends_with('*') => {
                format!("taken as `{resource}`, the form of what `{action}` is on")
            }
            () if is_role(resource) => format!("taken as `{resource}`, which is in the state"),
            () => format!("taken as `{resource}`, by what the text names"),
        };
        assumed.push(format!("the resource is not said: {how}; `--resource` says it"));
    }
    if let Some((other, differs)) = other {
        let (other_verdict, verdict) = (in_words(differs.decision.verdict), in_words(verdict));
        assumed.push(format!(
            "it depends on the resource: of `{resource}` it is {verdict}, as the error fits best; of `{other}` it is {other_verdict}"
        ));
    }
    About { resource: resource.clone(), assumed, unknown }
}

/// A name that nobody knows.
const OPEN: char = '<';

fn is_role(arn: &str) -> bool {
    arn.splitn(5, ':').nth(4).is_some_and(|id| id.starts_with("role/"))
}

fn in_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "allowed",
        Verdict::ExplicitDeny => "denied by a statement",
        Verdict::ImplicitDeny => "allowed by nothing",
    }
}

/// How far an answer is from what a refusal tells.
fn distance(refusal: &Refusal, answer: &Decided) -> u8 {
    let (decision, why) = (&answer.decision, &refusal.why);
    let same = |said: &Option<String>, told: Option<&str>| said.as_deref().is_none_or(|said| Some(said) == told);
    match (decision.verdict, same(&why.no_permission, decision.no_permission_type())) {
        (Verdict::Allow, _) => 3,
        (_, false) => 2,
        (_, true) => u8::from(!same(&why.policy, decision.policy_type())),
    }
}

/// Where a call was sent, and as whom.
struct Place<'a> {
    region: &'a str,
    account: &'a str,
}

impl<'a> Place<'a> {
    fn of(refusal: &'a Refusal, who: &'a str) -> Self {
        let of_host = || refusal.host.as_deref().and_then(region_of);
        let region = refusal.parameter("RegionId").or_else(of_host).unwrap_or("*");
        let account = who.split(':').nth(3).filter(|account| !account.is_empty());
        Self { region, account: account.or_else(|| refusal.account()).unwrap_or("*") }
    }

    /// The things of a form that may be meant: the one that the text names, the roles of the state, else one that nobody names.
    fn things(&self, standing: &Standing, refusal: &Refusal, form: &ArnShape) -> Vec<String> {
        let fill = |account: &str, named: &str| {
            form.filled(self.region, account, |kind, place| {
                let kind = kind.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
                let told = [format!("{kind}Id"), format!("{kind}Name"), place.to_owned(), "Id".to_owned()];
                let told = told.iter().find_map(|name| refusal.parameter(name));
                match (told, named) {
                    (Some(told), _) => told.to_owned(),
                    (None, "") => format!("{OPEN}{place}>"),
                    (None, named) => named.to_owned(),
                }
            })
        };
        let one = fill(self.account, "");
        let id = one.splitn(5, ':').nth(4).unwrap_or_default();
        if !id.starts_with("role/") || form.is_collection() || !id.contains(OPEN) {
            return vec![one];
        }
        let accounts = standing.kept.state.accounts.values();
        let roles = accounts.flat_map(|account| account.roles.keys().map(|role| (account.account_id.as_str(), role)));
        let named: Vec<String> = roles.map(|(account, role)| fill(account, role)).collect();
        if named.is_empty() { vec![one] } else { named }
    }

    /// What the policies of a set name that is meant, each as one thing.
    fn named(&self, set: &PolicySet, is_meant: impl Fn(&str) -> bool) -> Vec<String> {
        let statements = set.policies().iter().flat_map(|policy| policy.document.statements());
        let patterns = statements.flat_map(|statement| match statement.resources() {
            Resources::Unstated => &[][..],
            Resources::Resource(all) | Resources::NotResource(all) => all,
        });
        let patterns = patterns.map(|pattern| pattern.value.as_str());
        let fit = patterns.filter(|pattern| is_meant(pattern));
        fit.filter_map(|pattern| self.one(pattern)).collect()
    }

    /// One thing that a pattern fits; none of a pattern for all.
    fn one(&self, pattern: &str) -> Option<String> {
        let mut fields: Vec<String> = pattern.splitn(5, ':').map(str::to_owned).collect();
        let [_, _, region, account, id] = fields.as_mut_slice() else { return None };
        let open = |field: &str| field.is_empty() || field.contains(['*', '?']);
        if open(region) {
            self.region.clone_into(region);
        }
        // Where it was sent is known.
        if self.region != "*" && region != self.region {
            return None;
        }
        if open(account) {
            self.account.clone_into(account);
        }
        *id = id.replace('*', "<id>").replace('?', "x");
        Some(fields.join(":"))
    }
}

/// The region of a host: `ecs.cn-beijing.aliyuncs.com`, `sts-vpc.cn-hangzhou.aliyuncs.com`, `ecs-cn-hangzhou.aliyuncs.com`. The longest
/// that is in it: `cn-hangzhou-finance` is none of `cn-hangzhou`.
fn region_of(host: &str) -> Option<&'static str> {
    let first = host.strip_suffix(".aliyuncs.com")?;
    let is_in = |region: &&str| {
        first.match_indices(region).any(|(at, _)| {
            let (before, behind) = (first.get(..at).unwrap_or_default(), first.get(at + region.len()..));
            (before.is_empty() || before.ends_with(['.', '-']))
                && behind.is_some_and(|behind| {
                    behind.is_empty() || behind.starts_with('.') || behind.starts_with("-internal")
                })
        })
    };
    acslab_policy::catalogue::regions().filter(is_in).max_by_key(|region| region.len())
}

#[cfg(test)]
mod tests {
    use super::region_of;

    #[test]
    fn a_host_tells_its_region() {
        for (host, region) in [
            ("ecs.cn-beijing.aliyuncs.com", Some("cn-beijing")),
            ("ecs-cn-hangzhou.aliyuncs.com", Some("cn-hangzhou")),
            ("sts-vpc.ap-southeast-1.aliyuncs.com", Some("ap-southeast-1")),
            ("photos.oss-cn-hangzhou-internal.aliyuncs.com", Some("cn-hangzhou")),
            ("cn-shanghai.log.aliyuncs.com", Some("cn-shanghai")),
            ("ecs.cn-hangzhou-x.aliyuncs.com", None),
            ("ecs.xx-nowhere.aliyuncs.com", None),
            ("ecs.aliyuncs.com", None),
            ("sts-vpc.aliyuncs.com", None),
            ("example.com", None),
        ] {
            assert_eq!(region_of(host), region, "{host}");
        }
    }
}
