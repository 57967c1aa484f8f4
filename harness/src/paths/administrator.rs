//! Who may do whatever there is: the engine is asked for something that only `*` allows, and for all that a statement takes away.

use acslab_emulator::Authority;
use acslab_policy::{Actions, Layer, PolicySet, Resources, Statement, Verdict};

use super::index::parts;

/// May somebody do everything in the account: is everything allowed, and nothing of it taken away by the policies of their own? What
/// control policies take from everybody of the account takes away no administrator, unless it is RAM itself.
pub(super) fn administers(authority: &Authority, who: &str) -> bool {
    let account = parts(who).0;
    // No pattern but one over everything covers a service that there is not.
    let anything = (ANY_ACTION.to_owned(), format!("acs:acslab:*:{account}:anything"));
    let users = ("ram:CreateUser".to_owned(), format!("acs:ram:*:{account}:user/*"));
    let allowed = |(action, resource): &(String, String)| {
        authority.ask(who, action, resource, &[]).is_ok_and(|answer| {
            // That a role trusts nobody, or is not there, takes nothing from who asks.
            let untrusted = answer.decision.verdict == Verdict::ImplicitDeny && answer.decision.layer == Layer::Trust;
            answer.decision.is_allowed() || untrusted
        })
    };
    if !allowed(&anything) || !allowed(&users) {
        return false;
    }
    // Any question has the policies in force with it.
    let Ok(asked) = authority.ask(who, ANY_ACTION, "*", &[]) else { return false };
    let layers = &asked.question.layers;
    let sets = [Some(&layers.identity), layers.identity_resource_group.as_ref(), layers.session.as_ref()];
    let documents = sets.into_iter().flatten().flat_map(PolicySet::policies);
    documents
        .flat_map(|policy| policy.document.statements())
        .flat_map(|one| samples(one, account))
        .all(|one| allowed(&one))
}

const ANY_ACTION: &str = "acslab:Anything";

/// A request for each pattern of a statement's actions on each of its resources.
fn samples(statement: &Statement, account: &str) -> Vec<(String, String)> {
    let (Actions::Action(actions) | Actions::NotAction(actions)) = statement.actions();
    let actions: Vec<String> = actions.iter().map(|one| sample_action(one.value.as_str())).collect();
    let resources: Vec<String> = match statement.resources() {
        Resources::Unstated => vec!["*".to_owned()],
        Resources::Resource(all) | Resources::NotResource(all) => {
            all.iter().map(|one| sample_resource(one.value.as_str(), account)).collect()
        }
    };
    actions.iter().flat_map(|action| resources.iter().map(|resource| (action.clone(), resource.clone()))).collect()
}

fn sample_action(pattern: &str) -> String {
    match pattern.split_once(':') {
        Some((service, name)) => format!("{}:{}", filled(service, "acslab"), filled(name, "x")),
        None => ANY_ACTION.to_owned(),
    }
}

/// A resource that a pattern fits, in the account.
fn sample_resource(pattern: &str, account: &str) -> String {
    let fields: Vec<&str> = pattern.splitn(5, ':').collect();
    let [acs, service, region, of, id] = fields.as_slice() else { return "*".to_owned() };
    let of = if of.contains(['*', '?']) { account } else { of };
    format!("{acs}:{}:{region}:{of}:{}", filled(service, "acslab"), filled(id, "x"))
}

/// A text that a pattern fits.
fn filled(pattern: &str, star: &str) -> String {
    if pattern == "*" { star.to_owned() } else { pattern.replace('*', "").replace('?', "x") }
}

#[cfg(test)]
mod tests {
    use acslab_emulator::Authority;
    use serde_json::{Value, json};

    use super::administers;

    fn asked(statements: &Value) -> bool {
        let text = json!({"Version": "1", "Statement": statements});
        let state = json!({"accounts": {"company": {"account_id": "1234567890123456",
            "policies": {"Own": {"default_version": "v1", "versions": {"v1": text}}},
            "users": {"alice": {"policies": [{"name": "Own", "type": "Custom"}]}}}}});
        let (authority, unused) = Authority::of(&serde_json::from_value(state).unwrap());
        assert_eq!(unused, []);
        administers(&authority, "acs:ram::1234567890123456:user/alice")
    }

    #[test]
    fn whoever_may_do_everything_administers() {
        let one = |effect: &str, action: Value, resource: &str| json!({"Effect": effect, "Action": action, "Resource": resource});
        let everything = one("Allow", json!("*"), "*");
        assert!(asked(&json!([everything])));
        assert!(asked(&json!([one("Allow", json!("*:*"), "acs:*:*:*:*")])));
        assert!(asked(&json!([everything, one("Allow", json!("sts:AssumeRole"), "acs:ram:*:*:role/*")])));
        assert!(!asked(&json!([everything, one("Deny", json!("sts:AssumeRole"), "acs:ram:*:*:role/*")])));
        // Two actions of two services are not all.
        assert!(!asked(&json!([one("Allow", json!(["ram:*", "ecs:*"]), "*")])));
        assert!(!asked(&json!([{"Effect": "Allow", "NotAction": "oss:DeleteObject", "Resource": "*"}])));
        assert!(!asked(&json!([everything, one("Deny", json!("oss:DeleteBucket"), "*")])));
        assert!(!asked(&json!([everything, one("Deny", json!("kms:*"), "acs:kms:*:*:key/k-1")])));
        let mut conditional = everything.clone();
        conditional["Condition"] = json!({"Bool": {"acs:MFAPresent": "true"}});
        assert!(!asked(&json!([conditional])));
        // It denies nobody who asks as steps are asked.
        let mut not_met = one("Deny", json!("*"), "*");
        not_met["Condition"] = json!({"StringEquals": {"acs:UserAgent": "none"}});
        assert!(asked(&json!([everything, not_met])));
    }
}
