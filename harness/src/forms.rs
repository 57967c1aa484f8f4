//! What an action is asked for on: the forms of ARNs that a page tells, or that can be deduced from what is published.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use acslab_emulator::operation::{Asked, Check, Mark};
use acslab_emulator::{operations, published_asking};
use acslab_policy::catalogue::{ArnShape, Catalogue, KnownAction};

/// What requests for an action are on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Forms {
    /// `*`: the operation has no resource-level authorization.
    pub(crate) all: bool,
    /// The forms of the ARNs.
    pub(crate) arns: Vec<ArnShape>,
}

/// The forms of what an action is on; none where nothing tells them.
pub(crate) fn forms(action: &str) -> Option<Arc<Forms>> {
    static KNOWN: LazyLock<Mutex<HashMap<String, Option<Arc<Forms>>>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let forms = known.entry(action.to_ascii_lowercase()).or_insert_with(|| found(action).map(Arc::new));
    forms.clone()
}

fn found(action: &str) -> Option<Forms> {
    let (code, name) = action.split_once(':')?;
    let known = Catalogue::published().service(code).and_then(|service| service.action(name));
    let kinds = known.map(KnownAction::resources).filter(|kinds| kinds.is_published());
    let listed = kinds.map(|kinds| Forms {
        all: kinds.has_all(),
        arns: kinds.arns().iter().filter(|form| !form.is_rare()).copied().collect(),
    });
    let Some(listed) = listed else { return of_operations(action, Mark::Inferred) };
    // What makes a thing is asked of the collection, whatever else the action is on.
    let made = of_operations(action, Mark::Documented).filter(|made| !made.all && !made.arns.is_empty());
    let of_collections = made.filter(|made| made.arns.iter().all(ArnShape::is_collection));
    Some(match of_collections {
        Some(made) if !listed.arns.iter().all(ArnShape::is_collection) => Forms { all: listed.all, ..made },
        _ => listed,
    })
}

/// What stands for a resource that is not said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unsaid {
    /// One of the first form, its places open; `*` where the action is on nothing in particular, or nothing tells what it is on.
    pub(crate) resource: String,
    /// Does nothing tell it?
    pub(crate) unknown: bool,
    /// What is to be known of that, in words.
    pub(crate) note: Option<String>,
}

/// That nothing tells what an action is on, in words; `how` names a resource.
pub(crate) fn unknown(action: &str, how: &str) -> String {
    format!("the resource is not said, and nothing is published of what `{action}` is on: asked for `*`; {how}")
}

/// What an action is asked for on where nobody says it, in an account. `how`: what to do to say it.
pub(crate) fn unsaid(action: &str, account: &str, how: &str) -> Unsaid {
    let Some(forms) = forms(action) else {
        return Unsaid { resource: "*".to_owned(), unknown: true, note: Some(unknown(action, how)) };
    };
    match forms.arns.first().filter(|_| !forms.all) {
        None => Unsaid { resource: "*".to_owned(), unknown: false, note: None },
        Some(form) => {
            let resource = form.filled("*", account, |_, place| format!("<{place}>"));
            let note = format!(
                "the resource is not said: taken as `{resource}`, the form of what `{action}` is on; a statement on a single one does not fit it"
            );
            Unsaid { resource, unknown: false, note: Some(note) }
        }
    }
}

/// The forms of the operations that ask for an action, as far as they are known so well; none where none is.
fn of_operations(action: &str, worst: Mark) -> Option<Forms> {
    let own = operations().filter(|operation| asks(operation.access.checks(), action)).cloned();
    let mut forms = Forms::default();
    for operation in own.chain(published_asking(action)) {
        let checks = operation.access.checks().iter().filter(|check| check.known.resource <= worst);
        for check in checks.filter(|check| matches!(check.asked, Asked::Once)) {
            let names = check.names().filter(|(own, _)| own.eq_ignore_ascii_case(action));
            for (_, resource) in names {
                if resource == "*" {
                    forms.all = true;
                    continue;
                }
                let form = ArnShape::read(template(resource).leak());
                if !forms.arns.contains(&form) {
                    forms.arns.push(form);
                }
            }
        }
    }
    (forms.all || !forms.arns.is_empty()).then_some(forms)
}

fn asks(checks: &[Check], action: &str) -> bool {
    checks.iter().any(|check| check.names().any(|(own, _)| own.eq_ignore_ascii_case(action)))
}

/// The resource of an operation's row as a form: its places by their names alone.
fn template(resource: &str) -> String {
    let (mut form, mut rest) = (String::new(), resource);
    while let Some((before, after)) = rest.split_once('{') {
        let (place, after) = after.split_once('}').unwrap_or((after, ""));
        let name = match place.split('|').next().unwrap_or(place) {
            "owner" => "account",
            "owner_region" => "region",
            name => name,
        };
        form.extend([before, "{", name, "}"]);
        rest = after;
    }
    form + rest
}

#[cfg(test)]
mod tests {
    use super::{forms, template};

    #[test]
    fn what_actions_are_on() {
        let of = |action: &str| {
            forms(action).map(|forms| {
                forms.arns.iter().map(|form| form.filled("*", "1", |_, place| format!("<{place}>"))).collect::<Vec<_>>()
            })
        };
        let one = |arn: &str| Some(vec![arn.to_owned()]);
        // A page tells it.
        assert_eq!(of("ram:GetUser"), one("acs:ram:*:1:user/<name>"));
        assert!(
            of("slb:DescribeLoadBalancers").is_some_and(|all| all.contains(&"acs:slb:*:1:loadbalancer/*".to_owned()))
        );
        // It is deduced.
        assert_eq!(of("rds:DeleteDBInstance"), one("acs:rds:*:1:dbinstance/<DBInstanceId>"));
        assert_eq!(of("alidns:AddDomainRecord"), one("acs:alidns:*:1:domain/<DomainName>"));
        assert_eq!(of("cs:DescribeClusterUserKubeconfig"), one("acs:cs:*:1:cluster/<ClusterId>"));
        // What is made is not there yet.
        assert_eq!(of("ecs:CreateDisk"), one("acs:ecs:*:1:disk/*"));
        // Everything of the product is a guess.
        assert_eq!(of("cms:DescribeMetricList"), None);
        assert_eq!(of("nothing:Such"), None);
    }

    #[test]
    fn places_have_names() {
        assert_eq!(
            template("acs:log:{owner_region}:{owner}:project/{project|*}/x"),
            "acs:log:{region}:{account}:project/{project}/x"
        );
    }
}
