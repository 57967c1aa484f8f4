//! What a new user, role or policy may be called: it hangs on the name who may come to be it.

use std::collections::BTreeSet;

use acslab_emulator::Authority;
use acslab_policy::{Action, Anybody, Dialect, Document, DocumentKind, PolicySet, Resources, representatives_of};
use serde_json::json;

use super::index::parts;
use super::powers::Power;

/// What is asked of a user or a role that is new, besides that it is made.
const OF_USERS: &[Power] =
    &[Power::CreateKey, Power::Login, Power::ResetPassword, Power::AttachToUser, Power::Attach, Power::JoinGroup];
const OF_ROLES: &[Power] = &[Power::Assume, Power::PassRole, Power::AttachToRole, Power::Attach];

const OF_POLICIES: &[Power] = &[Power::AttachToUser, Power::AttachToGroup, Power::AttachToRole, Power::Attach];

/// The most names that are tried. CHOICE: the figure.
const MOST: usize = 24;

/// A name for each way in which the statements of some principals treat what is new; and whether that are all ways.
pub(super) fn names(authority: &Authority, account: &str, kind: &str, held: &BTreeSet<String>) -> (Vec<String>, bool) {
    let powers = match kind {
        "user" => OF_USERS,
        "policy" => OF_POLICIES,
        _ => OF_ROLES,
    };
    let asked: Vec<Action> = powers.iter().flat_map(|power| power.names()).filter_map(Action::parse).collect();
    let mut patterns: BTreeSet<Vec<String>> = BTreeSet::new();
    for who in held.iter().filter(|who| parts(who).0 == account) {
        let Ok(layers) = authority.in_force(who) else { continue };
        let documents = layers.sets().flat_map(PolicySet::policies);
        for statement in documents.flat_map(|policy| policy.document.statements()) {
            if asked.iter().any(|action| statement.actions().test(action).is_ok()) {
                let (Resources::Resource(all) | Resources::NotResource(all)) = statement.resources() else { continue };
                patterns.insert(all.iter().map(|one| one.value.as_str().to_owned()).collect());
            }
        }
    }
    // How they cut the names is all that counts, not what they say of them.
    let read = |resources: &[String]| {
        let text = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": ANY, "Resource": resources}]});
        Document::parse_with(DocumentKind::Identity, &text.to_string(), &Dialect::STORED).ok()
    };
    let documents: Vec<Document> = patterns.iter().filter_map(|one| read(one)).collect();
    let Some(covered) = read(&[format!("acs:ram:*:{account}:{kind}/?*")]) else { return (Vec::new(), false) };
    let others: Vec<&Document> = documents.iter().collect();
    let (found, complete) = representatives_of(&covered, &others, &[], &Anybody);
    let named = |one: &str| one.splitn(5, ':').nth(4)?.strip_prefix(kind)?.strip_prefix('/').map(str::to_owned);
    let mut all: Vec<String> = Vec::new();
    for name in found.iter().filter_map(|one| named(one.resource.as_str())) {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if !name.is_empty() && name.chars().all(plain) && !all.contains(&name) {
            all.push(name);
        }
    }
    let complete = complete && all.len() <= MOST;
    all.truncate(MOST);
    (all, complete)
}

/// The action that stands for all that are asked.
const ANY: &str = "ram:CreateAccessKey";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use acslab_emulator::Authority;
    use serde_json::{Value, json};

    use super::names;

    fn of_statements(statements: &Value) -> (Vec<String>, bool) {
        let text = json!({"Version": "1", "Statement": statements});
        let state = json!({"accounts": {"company": {"account_id": "1234567890123456",
            "policies": {"Own": {"default_version": "v1", "versions": {"v1": text}}},
            "users": {"alice": {"policies": [{"name": "Own", "type": "Custom"}]}}}}});
        let (authority, _) = Authority::of(&serde_json::from_value(state).unwrap());
        let held = BTreeSet::from(["acs:ram::1234567890123456:user/alice".to_owned()]);
        names(&authority, "1234567890123456", "user", &held)
    }

    #[test]
    fn a_name_for_each_way_to_be_treated() {
        let allow = |action: &str, pattern: &str| json!({"Effect": "Allow", "Action": action, "Resource": format!("acs:ram:*:*:user/{pattern}")});
        let (found, complete) = of_statements(&json!([
            allow("ram:AttachPolicyToUser", "svc-*"),
            allow("ram:CreateAccessKey", "*-x"),
            allow("ram:DeleteUser", "none-*")
        ]));
        let fits = |start: bool, end: bool| {
            found.iter().any(|name| name.starts_with("svc-") == start && name.ends_with("-x") == end)
        };
        assert!(fits(true, true) && fits(true, false) && fits(false, true) && fits(false, false), "{found:?}");
        assert!(!found.iter().any(|name| name.starts_with("none-")), "{found:?}");
        assert!(complete);
        // Where all are treated alike, one.
        let (found, _) = of_statements(&json!([{"Effect": "Allow", "Action": "ram:*", "Resource": "*"}]));
        assert_eq!(found.len(), 1);
        // More ways than are tried are told.
        let many: Vec<Value> = (0..30).map(|number| allow("ram:CreateAccessKey", &format!("svc{number}-*"))).collect();
        let (found, complete) = of_statements(&json!(many));
        assert_eq!((found.len(), complete), (super::MOST, false));
    }
}
