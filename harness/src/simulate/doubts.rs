//! What is written in a question and the cloud does not have: actions that nobody publishes, values that are none.

use acslab_policy::catalogue::{Catalogue, KeyClass};
use acslab_policy::lint::lint_with;
use acslab_policy::{DocumentKind, Instant, Number};
use serde_json::json;

use crate::catalogue;

/// The rules of the linter on names of actions that are not published as they are written.
const NAMES: &[&str] = &["unknown-service", "unknown-action", "wrong-service", "operation-name", "action-case"];

/// What is odd about the name of an action, though a request for it can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// "Object Storage Service has no action `GetObjct`"
    pub message: String,
    /// "did you mean `oss:GetObject`?"
    pub help: Option<String>,
}

/// What the linter would say of an action in a policy; nothing where all is well, or not all of the service is known.
pub fn doubt_of_action(action: &str) -> Option<Doubt> {
    let statement = json!({"Effect": "Allow", "Action": action, "Resource": "*"});
    let document = json!({"Version": "1", "Statement": [statement]}).to_string();
    let report = lint_with(DocumentKind::Identity, &document, &catalogue::Published);
    let finding = report.findings.into_iter().find(|finding| NAMES.contains(&finding.rule.id))?;
    Some(Doubt { message: finding.message, help: finding.help })
}

/// What a value of a condition key has to be, if the key is known and this is none: "an address, such as `10.0.0.1`".
pub fn expected_of_value(key: &str, value: &str) -> Option<&'static str> {
    let (class, _) = Catalogue::published().key(key)?;
    let (fits, expected) = match class {
        KeyClass::String => return None,
        KeyClass::Number => (Number::parse(value).is_some(), "a number, such as `100`"),
        KeyClass::Date => (Instant::parse(value).is_some(), "a time, such as `2026-01-01T00:00:00Z`"),
        KeyClass::Bool => (["true", "false"].iter().any(|word| value.eq_ignore_ascii_case(word)), "`true` or `false`"),
        KeyClass::Ip => (value.parse::<std::net::IpAddr>().is_ok(), "an address, such as `10.0.0.1`"),
    };
    (!fits).then_some(expected)
}

#[cfg(test)]
mod tests {
    use super::{doubt_of_action, expected_of_value};

    #[test]
    fn an_action_that_nobody_publishes_is_doubted() {
        let help = |action| doubt_of_action(action).and_then(|doubt| doubt.help);
        assert_eq!(doubt_of_action("oss:GetObject"), None);
        assert_eq!(help("oss:GetObjct").as_deref(), Some("did you mean `oss:GetObject`?"));
        assert_eq!(help("osss:GetObject").as_deref(), Some("did you mean `oss:GetObject`?"));
        assert!(doubt_of_action("oss:HeadObject").is_some(), "an operation that needs another action");
        // Of a service of which the linter itself knows no more than the code.
        assert_eq!(doubt_of_action("rds:CreateDBInstance"), None);
        assert_eq!(help("rds:CreateDBInstanc").as_deref(), Some("did you mean `rds:CreateDBInstance`?"));
    }

    #[test]
    fn a_value_is_of_its_keys_class() {
        for (key, right, wrong) in [
            ("acs:SourceIp", "10.0.0.1", "999"),
            ("acs:SourceIp", "2001:db8::1", "10.0.0.0/8"),
            ("acs:SecureTransport", "true", "yes"),
            ("acs:MFAPresent", "False", "0"),
            ("acs:CurrentTime", "2026-01-01T00:00:00Z", "tomorrow"),
        ] {
            assert_eq!(expected_of_value(key, right), None, "{key} {right}");
            assert!(expected_of_value(key, wrong).is_some(), "{key} {wrong}");
        }
        assert_eq!(expected_of_value("my:Key", "anything"), None);
    }
}
