//! What an error says under a name, be it a member of a body or a label in a text: which names there are, in one table.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::recognise::is_request_id;
use super::refusal::{Form, Refusal};
use super::resource;
use crate::client::xml_to_json;
use crate::words::beginning;

/// How far behind its label a value is looked for.
const LONGEST: usize = 4096;

/// What is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fact {
    Code,
    Message,
    RequestId,
    Ec,
    Host,
    Bucket,
    Key,
    Method,
    /// OSS's error of a request whose answer has no body: XML in base64.
    Header,
    Action,
    Resource,
    NoPermission,
    Policy,
    Kind,
    Owner,
    Name,
    Diagnostic,
}

/// The names, in small letters and without what is neither letter nor digit.
const NAMES: &[(&str, Fact)] = &[
    ("code", Fact::Code),
    ("errorcode", Fact::Code),
    ("message", Fact::Message),
    ("errormessage", Fact::Message),
    ("reasonmessage", Fact::Message),
    ("requestid", Fact::RequestId),
    ("xossrequestid", Fact::RequestId),
    ("xacsrequestid", Fact::RequestId),
    ("ec", Fact::Ec),
    ("eccode", Fact::Ec),
    ("xossec", Fact::Ec),
    ("hostid", Fact::Host),
    ("host", Fact::Host),
    ("bucket", Fact::Bucket),
    ("bucketname", Fact::Bucket),
    ("object", Fact::Key),
    ("objectname", Fact::Key),
    ("key", Fact::Key),
    ("method", Fact::Method),
    ("xosserr", Fact::Header),
    ("authaction", Fact::Action),
    ("authresource", Fact::Resource),
    ("nopermissiontype", Fact::NoPermission),
    ("policytype", Fact::Policy),
    ("authprincipaltype", Fact::Kind),
    ("authprincipalownerid", Fact::Owner),
    ("authprincipaldisplayname", Fact::Name),
    ("encodeddiagnosticmessage", Fact::Diagnostic),
];

impl Fact {
    /// What is called so: `RequestId`, `request id`, `x-oss-request-id`.
    pub(super) fn of(name: &str) -> Option<Self> {
        let letters = || name.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase());
        NAMES.iter().find(|(known, _)| letters().eq(known.bytes())).map(|(_, fact)| *fact)
    }

    /// Can it be this?
    fn takes(self, value: &str) -> bool {
        match self {
            Self::RequestId => is_request_id(value),
            Self::Ec => is_ec(value),
            Self::Bucket => {
                let part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
                (3..=63).contains(&value.len()) && value.bytes().all(part)
            }
            _ => !value.is_empty(),
        }
    }
}

/// `0003-00000001`
pub(super) fn is_ec(word: &str) -> bool {
    word.len() == 13
        && word.bytes().enumerate().all(|(at, byte)| if at == 4 { byte == b'-' } else { byte.is_ascii_digit() })
}

/// What was told, each fact once: what came first.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts(Vec<(Fact, String)>);

impl Facts {
    pub(super) fn get(&self, fact: Fact) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == fact).map(|(_, value)| value.as_str())
    }

    pub(super) fn tell(&mut self, fact: Fact, value: &str) {
        if self.get(fact).is_none() && fact.takes(value) {
            self.0.push((fact, value.to_owned()));
        }
    }

    /// What others tell, where these do not.
    pub(super) fn add(&mut self, others: &Self) {
        others.0.iter().for_each(|(fact, value)| self.tell(*fact, value));
    }

    /// The members of a body.
    pub(super) fn members(&mut self, value: &Value) {
        for (name, value) in value.as_object().into_iter().flatten() {
            match (Fact::of(name), value) {
                (Some(fact), Value::String(text)) => self.tell(fact, text.trim()),
                (Some(fact), Value::Number(number)) => self.tell(fact, &number.to_string()),
                // A header's values, of which there is one: `RequestId: ["…"]`.
                (Some(fact), Value::Array(items)) => {
                    if let [Value::String(only)] = items.as_slice() {
                        self.tell(fact, only.trim());
                    }
                }
                _ => {}
            }
        }
    }

    /// The labels of a text.
    pub(super) fn labels(&mut self, text: &str) {
        let signs = text.match_indices([':', '=', '：']);
        // How far a value reaches that is as long as it is: within it is no other one.
        let mut read = 0;
        for (at, sign) in signs {
            let before = text.get(..at).unwrap_or_default();
            let label = labelled(before);
            let Some(fact) = label.filter(|fact| self.get(*fact).is_none()) else { continue };
            let rest = text.get(at + sign.len()..).unwrap_or_default();
            // `Object= [main.go:5]`: nothing is said. And gRPC's codes are not the cloud's: `rpc error: code = Unknown`.
            let empty = sign == "=" && !before.ends_with(' ') && rest.starts_with(' ');
            let named = matches!(fact, Fact::Bucket | Fact::Key);
            if empty && named || fact == Fact::Code && before.trim_end().ends_with("rpc error: code") {
                continue;
            }
            // An encoded message is as long as it is, and told at once.
            let whole = matches!(fact, Fact::Diagnostic | Fact::Header);
            if whole && at < read {
                continue;
            }
            let rest = if whole { rest } else { beginning(rest, LONGEST) };
            let value = value_of(fact, rest);
            if whole {
                read = at + value.len();
            }
            // A text's `code: 403` is the status.
            if fact != Fact::Code || value.starts_with(|c: char| c.is_ascii_alphabetic()) {
                self.tell(fact, value);
            }
        }
    }

    /// The refusal that they tell.
    pub(super) fn refusal(self, form: Form) -> Refusal {
        let of = |fact| self.get(fact).map(str::to_owned);
        let host = of(Fact::Host);
        let mut refusal = Refusal {
            form,
            code: of(Fact::Code),
            message: of(Fact::Message),
            request_id: of(Fact::RequestId),
            ec: of(Fact::Ec),
            action: of(Fact::Action),
            resource: of(Fact::Resource),
            diagnostic: of(Fact::Diagnostic),
            ..Refusal::default()
        };
        refusal.why.no_permission = of(Fact::NoPermission);
        refusal.why.policy = of(Fact::Policy);
        (refusal.caller.kind, refusal.caller.owner, refusal.caller.name) =
            (of(Fact::Kind), of(Fact::Owner), of(Fact::Name));
        let bucket = of(Fact::Bucket).or_else(|| host.as_deref().and_then(resource::bucket_of));
        let of_oss = refusal.ec.is_some() || host.as_deref().is_some_and(|host| host.contains("oss-"));
        if let Some(bucket) = bucket.filter(|_| refusal.resource.is_none()) {
            let key = of(Fact::Key).unwrap_or_default();
            refusal.resource = Some(resource::of_object(&bucket, &key));
            let method = self.get(Fact::Method).filter(|_| !key.is_empty());
            refusal.action = refusal.action.or_else(|| method.and_then(of_method).map(str::to_owned));
        }
        if of_oss && form == Form::Xml {
            refusal.form = Form::Oss;
        }
        refusal.host = host;
        if let Some(header) = self.get(Fact::Header).and_then(of_header) {
            refusal.fill(header);
        }
        refusal
    }
}

/// What a method asks for of an object that nothing else is said of.
fn of_method(method: &str) -> Option<&'static str> {
    let known =
        [("GET", "oss:GetObject"), ("HEAD", "oss:GetObject"), ("PUT", "oss:PutObject"), ("DELETE", "oss:DeleteObject")];
    known.iter().find(|(name, _)| name.eq_ignore_ascii_case(method)).map(|(_, action)| *action)
}

/// The error in a header `x-oss-err`.
fn of_header(text: &str) -> Option<Refusal> {
    let xml = String::from_utf8(BASE64_STANDARD.decode(text).ok()?).ok()?;
    let mut facts = Facts::default();
    facts.members(&xml_to_json(xml.get(xml.find("<Error")?..)?)?);
    Some(facts.refusal(Form::Xml))
}

/// Keys that are no object's.
const KEYS: &[&str] = &["api", "private", "signing", "encryption", "kms", "host"];

/// What a label names that a text ends with: its last word, or its last two: `Request Id`.
fn labelled(text: &str) -> Option<Fact> {
    let text = text.trim_end_matches([' ', '"', '\'', '`', '\\', '*']);
    // `[ErrorCode]: AccessDenied`, as Java's SDKs print it.
    let within = text.strip_suffix(']').and_then(|text| Some((text, text.rsplit('[').next()?)));
    let bracketed = within.filter(|(text, word)| text.len() > word.len() && Fact::of(word).is_some());
    let text = bracketed.map_or(text, |(text, _)| text);
    let part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let one = text.trim_end_matches(part);
    let word = text.get(one.len()..).filter(|word| !word.is_empty() && word.len() <= 32)?;
    let before = one.strip_suffix(' ').unwrap_or_default();
    let first = before.get(before.trim_end_matches(part).len()..).filter(|word| !word.is_empty());
    // A key of another kind is no object's, and may be a secret.
    let is = |kind: &str| first.is_some_and(|first| first.eq_ignore_ascii_case(kind));
    let of_another_kind = word.eq_ignore_ascii_case("key") && KEYS.iter().any(|kind| is(kind));
    if ["access", "secret"].iter().any(|kind| is(kind)) || of_another_kind {
        return None;
    }
    let two = first.and_then(|first| text.get(text.len() - first.len() - 1 - word.len()..));
    two.and_then(Fact::of).or_else(|| Fact::of(word))
}

/// The value behind a label: within its quotes, or as far as it can be one.
fn value_of(fact: Fact, rest: &str) -> &str {
    let rest = rest.trim_start_matches([' ', '\\', '*']);
    if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) {
        let rest = rest.get(1..).unwrap_or_default();
        return rest.split([quote, '\n']).next().unwrap_or_default().trim_end_matches('\\');
    }
    // None reaches beyond its line.
    let until = |ends: &dyn Fn(char) -> bool| rest.split(ends).next().unwrap_or_default();
    match fact {
        // Up to the next label behind a comma: `ErrorMessage=…, RequestId=…`.
        Fact::Message => {
            let line = until(&|c| c == '\n');
            let next = line.match_indices([',', ';']).find(|(at, _)| {
                let part = line.get(at + 1..).and_then(|rest| rest.split([':', '=', ',']).next()).unwrap_or_default();
                part.len() < 40
                    && line.get(at + 1 + part.len()..).is_some_and(|rest| rest.starts_with([':', '=']))
                    && Fact::of(part).is_some()
            });
            let message = next.map_or(line, |(at, _)| line.get(..at).unwrap_or(line)).trim();
            // The quote that ends a field of a log, which began before the label.
            if message.matches('"').count() == 1 { message.trim_end_matches('"') } else { message }
        }
        Fact::Bucket | Fact::Key | Fact::Host => {
            until(&|c| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '\'' | '}' | ']' | ')' | '，' | '；'))
                .trim_end_matches(['.', '!'])
        }
        _ => until(&|c| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '/' | '+' | '=' | '*')))
            .trim_end_matches(['.', ':']),
    }
}

#[cfg(test)]
mod tests {
    use super::{Fact, Facts};
    use crate::explain::linear::is_linear;

    #[test]
    fn labels_of_the_tools() {
        let goes = r#"Error: oss: service returned error: StatusCode=403, ErrorCode=AccessDenied, ErrorMessage="The bucket, yours: no.", RequestId=65A1B2C3D4E5F60718293A4B, Ec=0003-00000001, Bucket=photos, Object=2026/a.jpg!"#;
        let bare = "StatusCode=403, ErrorCode=AccessDenied, ErrorMessage=The bucket, yours: no., RequestId=65A1B2C3D4E5F60718293A4B, Ec=0003-00000001, Bucket=photos, Object=2026/a.jpg";
        let newer = "Error returned by Service.\n Http Status Code: 403.\n Error Code: AccessDenied.\n Request Id: 65A1B2C3D4E5F60718293A4B.\n Message: The bucket, yours: no.\n EC: 0003-00000001.\n Bucket: photos\n Key: 2026/a.jpg";
        for text in [goes, bare, newer] {
            let mut facts = Facts::default();
            facts.labels(text);
            let found = [Fact::Code, Fact::Message, Fact::RequestId, Fact::Ec, Fact::Bucket, Fact::Key]
                .map(|fact| facts.get(fact));
            let expected = [
                "AccessDenied",
                "The bucket, yours: no.",
                "65A1B2C3D4E5F60718293A4B",
                "0003-00000001",
                "photos",
                "2026/a.jpg",
            ];
            assert_eq!(found, expected.map(Some), "{text}");
        }
        let mut facts = Facts::default();
        facts.labels("Host: b. The code: 403, time 12:30, http://x?code=1 and x = y, Method：PUT");
        assert_eq!((facts.get(Fact::Code), facts.get(Fact::Method)), (None, Some("PUT")));
    }

    #[test]
    fn a_key_is_an_objects_and_no_secret() {
        for kind in ["access", "Secret", "API", "private", "Signing", "encryption", "KMS", "host"] {
            let mut facts = Facts::default();
            facts.labels(&format!("{kind} key: 6a2b"));
            assert_eq!(facts.get(Fact::Key), None, "{kind}");
        }
        let mut facts = Facts::default();
        facts.labels("Object key: 6a2b");
        assert_eq!(facts.get(Fact::Key), Some("6a2b"));
    }

    /// One line of labels, each of which nothing can be: no value is looked for up to its end.
    #[test]
    fn a_long_line_is_read_in_one_go() {
        for label in
            ["xosserr=;", "xosserr=", "xosserr='", "encodeddiagnosticmessage: ", "message=code=1 requestid='x "]
        {
            is_linear(label, 2_000, |times| Facts::default().labels(&label.repeat(times)));
        }
        let (line, end) = ("message=code=1 requestid='x ".repeat(80_000), "requestid=65A1B2C3D4E5F60718293A4B");
        let mut facts = Facts::default();
        facts.labels(&format!("{line}{end}"));
        assert_eq!(facts.get(Fact::RequestId), Some("65A1B2C3D4E5F60718293A4B"));
        assert!(facts.get(Fact::Message).is_some_and(|message| message.len() <= 4096));
    }
}
