//! What is written in a question and the cloud does not have: actions that nobody publishes, values that are none.

use acslab_policy::catalogue::{ArnShape, Carried, Catalogue, KeyClass};
use acslab_policy::lint::lint_with;
use acslab_policy::{
    ClauseTrace, DocumentKind, Explanation, Instant, Layer, Number, Principal, StatementTrace, is_account_id,
};
use serde_json::json;

use crate::catalogue;
use crate::words::word;

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

/// "note: …", with the help in a line of its own.
impl std::fmt::Display for Doubt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "note: {}", self.message)?;
        self.help.iter().try_for_each(|help| writeln!(f, "  help: {help}"))
    }
}

/// What the linter would say of an action in a policy; nothing where all is well, or not all of the service is known.
pub fn doubt_of_action(action: &str) -> Option<Doubt> {
    let statement = json!({"Effect": "Allow", "Action": action, "Resource": "*"});
    let document = json!({"Version": "1", "Statement": [statement]}).to_string();
    let report = lint_with(DocumentKind::Identity, &document, &catalogue::Published);
    let finding = report.findings.into_iter().find(|finding| NAMES.contains(&finding.rule.id))?;
    Some(Doubt { message: finding.message, help: finding.help })
}

/// The rules of the linter on names of condition keys.
const KEYS: &[&str] = &["unknown-condition-key", "tag-without-key", "invalid-condition-key"];

/// What the linter would say of a condition key that is none; nothing where all is well, or where it may be somebody's own.
pub fn misspelt_key(key: &str) -> Option<Doubt> {
    let condition = json!({"StringEquals": {key: "x"}});
    let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition});
    let document = json!({"Version": "1", "Statement": [statement]}).to_string();
    let report = lint_with(DocumentKind::Identity, &document, &catalogue::Published);
    let finding = report.findings.into_iter().find(|finding| KEYS.contains(&finding.rule.id))?;
    Some(Doubt { message: finding.message, help: finding.help })
}

/// Keys that every request carries, with values that depend on from where it is sent.
const OPEN: [(&str, &str); 1] = [("acs:SourceIp", "the address that the call comes from")];

/// What an answer depends on and the question does not say, a line each: a statement asks for a key that every request carries.
pub fn doubts_of_answer(explanation: &Explanation) -> String {
    let fits = |trace: &&StatementTrace| {
        trace.action.fits
            && trace.resource.as_ref().is_none_or(|element| element.fits)
            && trace.principal.as_ref().is_none_or(|element| element.fits)
    };
    let statements = explanation.units().flat_map(|unit| &unit.statements).filter(fits);
    let clauses: Vec<&ClauseTrace> =
        statements.flat_map(|trace| &trace.condition).filter(|clause| clause.actual.is_empty()).collect();
    let open = OPEN.iter().filter(|(key, _)| clauses.iter().any(|clause| clause.key.eq_ignore_ascii_case(key)));
    let says = |(key, what): &(&str, &str)| {
        format!("It depends on {what}, which is not said: `--context {key}=VALUE` says it.\n")
    };
    let action = &explanation.request.action;
    let keys = clauses.iter().map(|clause| clause.key.as_str());
    let mut never: Vec<&str> = keys.filter(|key| is_never_in(key, action)).collect();
    never.dedup();
    let never = never.into_iter().map(|key| {
        let folder = if key.eq_ignore_ascii_case("oss:Prefix") { "; a folder stands in `Resource`" } else { "" };
        format!("No request for `{action}` carries `{key}`, which a statement asks for{folder}.\n")
    });
    open.map(says).chain(never).chain(unknown_id(explanation)).collect()
}

/// Who is asked for where nobody is named.
const SOMEBODY: &str = "somebody";

/// That a resource's own policy names users by their ids and nobody knows the caller's, which may be one of them.
fn unknown_id(explanation: &Explanation) -> Option<String> {
    let Principal::RamUser { user_id, name, .. } = &explanation.request.principal else { return None };
    let own = explanation.units().filter(|unit| unit.layer == Layer::Resource).flat_map(|unit| &unit.statements);
    let fits_else = own.filter(|trace| trace.action.fits && trace.resource.as_ref().is_none_or(|element| element.fits));
    let named = fits_else.filter_map(|trace| trace.principal.as_ref()).flat_map(|element| &element.patterns);
    let id = named.map(|one| one.pattern.as_str()).find(|pattern| is_user_id(pattern))?;
    if !user_id.is_empty() || **name == *SOMEBODY {
        return None;
    }
    Some(format!(
        "It depends on the id of user {name}, which is not said: a statement names `{id}`. `aliyun ram GetUser --UserName {}` tells it.\n",
        word(name)
    ))
}

/// Is it the id of a RAM user, as bucket policies name them?
pub(crate) fn is_user_id(text: &str) -> bool {
    !is_account_id(text) && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Is a condition key one that no request for an action carries?
fn is_never_in(key: &str, action: &str) -> bool {
    let catalogue = Catalogue::published();
    let known = action.split_once(':').and_then(|(code, name)| {
        let service = catalogue.service(code)?;
        Some((service, service.action(name)?))
    });
    known.is_some_and(|(service, action)| catalogue.carries(key, service, action) == Carried::Never)
}

/// The action that a request for an operation of this name asks for, where it has another one: `oss:GetObject` of `oss:HeadObject`.
pub fn asked_instead(action: &str) -> Option<String> {
    let (code, name) = action.split_once(':')?;
    let service = Catalogue::published().service(code)?;
    if service.action(name).is_some() {
        return None;
    }
    let asked = service.operation(name)?.first()?;
    Some(if asked.contains(':') { (*asked).to_owned() } else { format!("{code}:{asked}") })
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

/// Has the action a published form that a resource is of? None where nothing is published.
fn is_of_form(action: &str, resource: &str) -> Option<bool> {
    Some(published_forms(action)?.iter().any(|form| form.may_match(resource)))
}

/// The forms of the ARNs that an action is on, where all are published.
pub(crate) fn published_forms(action: &str) -> Option<&'static [ArnShape]> {
    let (code, name) = action.split_once(':')?;
    let kinds = Catalogue::published().service(code)?.action(name)?.resources();
    (kinds.is_published() && !kinds.has_all()).then(|| kinds.arns())
}

/// Is the action one on what is kept in a resource of this form, and never on the resource itself: on an object, where a bucket is
/// named?
pub fn is_kept_in(action: &str, resource: &str) -> bool {
    is_of_form(action, resource) == Some(false) && is_of_form(action, &format!("{resource}/key")) == Some(true)
}

/// The bucket and what stands behind it, of an operation on buckets alone that is asked for on something in one: on a prefix.
pub fn asked_of_bucket<'r>(action: &str, resource: &'r str) -> Option<(&'r str, &'r str)> {
    let (bucket, rest) = resource.split_once('/').filter(|_| resource.starts_with("acs:oss:"))?;
    let wrong = is_of_form(action, resource) == Some(false) && is_of_form(action, bucket) == Some(true);
    wrong.then_some((bucket, rest))
}

/// May a request for an action carry a condition key?
pub fn may_carry(action: &str, key: &str) -> bool {
    !is_never_in(key, action)
}

/// What is odd about the resource that an action is asked for on: no request is on such a one.
pub fn doubt_of_resource(action: &str, resource: &str) -> Option<Doubt> {
    if resource == "*" || is_of_form(action, resource) != Some(false) {
        return None;
    }
    let message = format!("no request for `{action}` is on `{resource}`");
    let help = match asked_of_bucket(action, resource) {
        Some((bucket, _)) => format!("it is on the bucket, `{bucket}`; what is behind it is a prefix, `oss:Prefix`"),
        None if is_kept_in(action, resource) => format!("it is on an object, `{resource}/KEY`"),
        None => {
            let (code, name) = action.split_once(':')?;
            let forms = Catalogue::published().service(code)?.action(name)?.resources().arns();
            let forms: Vec<String> =
                forms.iter().filter(|form| !form.is_rare()).map(|form| format!("`{form}`")).collect();
            format!("it is on {}", forms.join(" or "))
        }
    };
    Some(Doubt { message, help: Some(help) })
}

#[cfg(test)]
mod tests {
    use super::{asked_instead, doubt_of_action, expected_of_value, misspelt_key};

    #[test]
    fn a_key_that_is_spelt_much_like_another_is_misspelt() {
        let help = |key| misspelt_key(key).and_then(|doubt| doubt.help);
        assert_eq!(help("acs:SourcIp").as_deref(), Some("did you mean `acs:SourceIp`?"));
        assert!(misspelt_key("SourceIp").is_some());
        for key in ["acs:SourceIp", "acs:MFAPresent", "oss:ExistingObjectTag/secret", "acs:ResourceTag/team", "my:Key"]
        {
            assert_eq!(misspelt_key(key), None, "{key}");
        }
    }

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
    fn an_operation_asks_for_its_action() {
        assert_eq!(asked_instead("oss:HeadObject").as_deref(), Some("oss:GetObject"));
        assert_eq!(asked_instead("oss:UploadPart").as_deref(), Some("oss:PutObject"));
        assert_eq!(
            (asked_instead("oss:GetObject"), asked_instead("oss:GetObjct"), asked_instead("x")),
            (None, None, None)
        );
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
