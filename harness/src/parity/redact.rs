//! What differs from one cloud to another by nature, put the same: account ids, ids, times, secrets, whatever is signed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::names::RunId;
use crate::client::Answer;
use crate::scenario::Pattern;

/// What is put in the place of what differs.
const ACCOUNT: &str = "<account>";
const ID: &str = "<id>";
const TIME: &str = "<time>";
const SECRET: &str = "<secret>";
const SIGNED: &str = "<signed>";
const OPAQUE: &str = "<opaque>";

/// Fields that hold what is signed: with a time, a nonce or a key in it.
const OF_SIGNATURES: &[&str] = &[
    "StringToSign",
    "StringToSignBytes",
    "CanonicalRequest",
    "CanonicalRequestBytes",
    "SignatureProvided",
    "ServerTime",
    "RequestTime",
];
/// How messages about a wrong signature begin to show what was signed: a key id and a security token stand in it.
const BEFORE_SIGNED: &[&str] = &["string to sign is:", "StringToSign is [", "CanonicalRequest is ["];
/// Fields that nobody can read but who wrote them.
const OPAQUE_FIELDS: &[&str] = &["EncodedDiagnosticMessage", "encodedDiagnosticMessage", "Recommend", "RecommendDoc"];
/// What the names of fields hold whose values let somebody in.
const SECRETS: &[&str] = &["secret", "token", "password", "privatekey", "credential", "base32stringseed", "qrcodepng"];
/// Fields whose names end as those of ids do, and that are none: what they hold is told by the rules.
const NO_IDS: &[&str] = &["HostId", "ExternalId", "VersionId", "Valid"];
/// A version of a policy is `v12`, one of an object is long and drawn.
const LONGEST_VERSION: usize = 8;
/// What is shorter may stand somewhere for something else.
const SHORTEST: usize = 10;

/// Puts the answers of one side into a form that those of the other side have as well.
#[derive(Debug)]
pub(super) struct Redactor<'a> {
    run: &'a RunId,
    account: String,
    rules: &'a [(Pattern, String)],
    /// The ids that were given out.
    ids: BTreeSet<String>,
}

impl<'a> Redactor<'a> {
    /// One for an account, with the rules of a scenario besides.
    pub(super) fn new(run: &'a RunId, account: &str, rules: &'a [(Pattern, String)]) -> Self {
        Self { run, account: account.to_owned(), rules, ids: BTreeSet::new() }
    }

    /// The fields of an answer. Of a list of the whole account what is not of the run is left out; it is nobody's business.
    pub(super) fn fields(&mut self, answer: &Answer, of_run: bool) -> Value {
        let mut fields = answer.fields.clone();
        if let Some(map) = fields.as_object_mut() {
            map.shift_remove("Headers");
            // What acslab says besides the cloud.
            map.retain(|name, _| !name.starts_with("Acslab"));
            // The text beside what was read from it.
            if map.len() > 1 {
                map.shift_remove("Body");
            }
        }
        if !of_run && is_xml(answer) {
            own_elements("", &mut fields, self.run);
        } else if !of_run {
            own_only(&mut fields, self.run);
        }
        self.learn(&fields);
        self.value("", &fields)
    }

    /// The headers that say something.
    pub(super) fn headers(&self, answer: &Answer) -> Map<String, Value> {
        let told = answer.headers.iter().filter(|(name, _)| is_told(name));
        let put = told.map(|(name, value)| {
            let text = value.as_str().unwrap_or_default();
            let text = if name == "content-type" {
                text.to_ascii_lowercase().replace("; ", ";")
            } else if is_time(text) {
                TIME.to_owned()
            } else if name.ends_with("-id") && text != "null" {
                ID.to_owned()
            } else if is_secret(name) {
                SECRET.to_owned()
            } else {
                self.text(text)
            };
            (name.clone(), Value::String(text))
        });
        put.collect()
    }

    /// A text: what was signed, its account, its ids, and what the scenario says.
    pub(super) fn text(&self, text: &str) -> String {
        let mut text = without_signed(text).replace(&self.account, ACCOUNT);
        for id in self.ids.iter().rev() {
            text = text.replace(id.as_str(), ID);
        }
        self.rules.iter().fold(text, |text, (pattern, by)| pattern.replace(&text, by))
    }

    /// Keeps the ids of an answer: they stand in what is answered later.
    fn learn(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                for (name, inner) in members {
                    match inner {
                        Value::String(id) if is_id(name) && id.len() >= SHORTEST && *id != self.account => {
                            self.ids.insert(id.clone());
                        }
                        other => self.learn(other),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.learn(item)),
            _ => {}
        }
    }

    fn value(&self, name: &str, value: &Value) -> Value {
        match value {
            Value::Object(members) => {
                members.iter().map(|(name, inner)| (name.clone(), self.value(name, inner))).collect()
            }
            Value::Array(items) => items.iter().map(|item| self.value(name, item)).collect(),
            Value::String(text) => Value::String(self.leaf(name, text)),
            Value::Number(_) if is_id(name) => Value::String(ID.to_owned()),
            Value::Number(_) if is_of_time(name) => Value::String(TIME.to_owned()),
            other => other.clone(),
        }
    }

    fn leaf(&self, name: &str, text: &str) -> String {
        let put = |by: &str| if text.is_empty() { String::new() } else { by.to_owned() };
        if OF_SIGNATURES.contains(&name) {
            put(SIGNED)
        } else if OPAQUE_FIELDS.contains(&name) {
            put(OPAQUE)
        } else if is_secret(name) {
            put(SECRET)
        } else if text.contains("Signature=") || text.contains("-signature=") {
            SIGNED.to_owned()
        } else if text == self.account {
            ACCOUNT.to_owned()
        } else if is_id(name) || (name == "VersionId" && text.len() > LONGEST_VERSION) {
            put(ID)
        } else if is_time(text) || (is_of_time(name) && !text.is_empty()) {
            TIME.to_owned()
        } else {
            self.text(text)
        }
    }
}

/// Leaves out what a list of the account has besides what is the run's.
fn own_only(value: &mut Value, run: &RunId) {
    match value {
        Value::Object(members) => members.values_mut().for_each(|inner| own_only(inner, run)),
        Value::Array(items) => items.retain(|item| run.is_in(&item.to_string())),
        _ => {}
    }
}

/// The same of what was XML, which tells a list of one not from an element, and a list of none not from an empty text.
fn own_elements(outer: &str, value: &mut Value, run: &RunId) {
    match value {
        Value::Object(members) => members.retain(|name, inner| {
            if !inner.is_array() && !is_list_of(outer, name) {
                own_elements(name, inner, run);
                return true;
            }
            let mut items = match inner.take() {
                Value::Array(items) => items,
                one => vec![one],
            };
            items.retain(|item| run.is_in(&item.to_string()));
            let is_any = !items.is_empty();
            *inner = if items.len() == 1 { items.swap_remove(0) } else { Value::Array(items) };
            is_any
        }),
        Value::String(text) if text.is_empty() && outer.ends_with('s') => *value = Value::Object(Map::new()),
        _ => {}
    }
}

/// Does an element hold a list of those? `Buckets` does of each `Bucket`, `Policies` of each `Policy`.
fn is_list_of(outer: &str, inner: &str) -> bool {
    // Those that stand in no list of their own.
    const AT_ROOT: &[&str] = &["BucketDataRedundancyTransition"];
    let plural = outer.len() > inner.len() && outer.ends_with('s') && outer.starts_with(inner.trim_end_matches('y'));
    plural || (outer.is_empty() && AT_ROOT.contains(&inner))
}

fn is_xml(answer: &Answer) -> bool {
    answer.headers.get("content-type").and_then(Value::as_str).is_some_and(|kind| kind.contains("xml"))
}

/// A text up to where it shows what was signed.
pub(super) fn without_signed(text: &str) -> String {
    BEFORE_SIGNED.iter().fold(text.to_owned(), |text, before| {
        let cut = text.split_once(*before).map(|(said, _)| format!("{said}{before}{SIGNED}"));
        cut.unwrap_or(text)
    })
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRETS.iter().any(|secret| name.contains(secret))
}

fn is_id(name: &str) -> bool {
    let ends = name.ends_with("Id") || name.ends_with("ID") || name == "id" || name.ends_with("_id");
    (ends || name == "AuthPrincipalDisplayName") && !NO_IDS.contains(&name)
}

fn is_of_time(name: &str) -> bool {
    ["Date", "Time", "Expiration", "LastModified", "Initiated"].iter().any(|end| name.ends_with(end))
}

/// `2026-01-01T00:00:00Z`, or as headers have it.
fn is_time(text: &str) -> bool {
    let http = || text.ends_with(" GMT") && text.as_bytes().get(3) == Some(&b',');
    text.parse::<Timestamp>().is_ok() || http()
}

/// Headers of which the reference or the documentation tells; the others are those of machines on the way.
fn is_told(name: &str) -> bool {
    const TOLD: &[&str] = &[
        "accept-ranges",
        "allow",
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-md5",
        "content-range",
        "content-type",
        "etag",
        "expires",
        "last-modified",
        "location",
        "www-authenticate",
    ];
    const NOT: &[&str] = &["x-oss-server-time", "x-oss-hash-crc64ecma-time", "x-acs-trace-id", "x-acs-request-id"];
    TOLD.contains(&name) || ((name.starts_with("x-oss-") || name.starts_with("x-acs-")) && !NOT.contains(&name))
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use serde_json::{Value, json};

    use super::Redactor;
    use crate::catalogue::Style;
    use crate::client::Answer;
    use crate::parity::RunId;

    fn run() -> RunId {
        RunId::parse("k3x9q2").unwrap()
    }

    fn answer(body: &Value) -> Answer {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("content-type", "application/json; charset=UTF-8"),
            ("x-oss-request-id", "5C3D9175B6FC201293AD****"),
            ("last-modified", "Fri, 24 Feb 2012 06:07:48 GMT"),
            ("server", "AliyunOSS"),
            ("x-oss-server-time", "7"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        Answer::new(200, &headers, body.to_string().as_bytes(), Style::Rpc)
    }

    #[test]
    fn what_differs_by_nature_is_put_the_same() {
        let run = run();
        let mut redactor = Redactor::new(&run, "1234567890123456", &[]);
        let put = redactor.fields(
            &answer(&json!({
                "RequestId": "04F0F334-1335-436C-A1D7-6C044FE73368",
                "User": {"UserId": "222748924538331142", "UserName": "a", "CreateDate": "2026-01-01T00:00:00Z", "LastLoginDate": ""},
                "Arn": "acs:ram::1234567890123456:user/222748924538331142",
                "Credentials": {"AccessKeySecret": "s3cr3t", "SecurityToken": "CAIS", "AccessKeyId": "STS.abcdefghij"},
                "WorkspaceId": 88, "MaxItems": 100, "VersionId": "v1", "AcslabHint": "look there",
            })),
            true,
        );
        assert_eq!(
            put,
            json!({
                "RequestId": "<id>",
                "User": {"UserId": "<id>", "UserName": "a", "CreateDate": "<time>", "LastLoginDate": ""},
                "Arn": "acs:ram::<account>:user/<id>",
                "Credentials": {"AccessKeySecret": "<secret>", "SecurityToken": "<secret>", "AccessKeyId": "<id>"},
                "WorkspaceId": "<id>", "MaxItems": 100, "VersionId": "v1",
            })
        );
        let drawn = json!({
            "VersionId": "CAEQNhiBgMDJgZCA0BYiIDc4MGZjZGI2OTBjOTRmNTE5NmU5NmFhZjhjYmY0****",
            "AuthorizationToken": "x",
            "Url": "https://a/b?Signature=x",
        });
        let put = redactor.fields(&answer(&drawn), true);
        assert_eq!(put, json!({"VersionId": "<id>", "AuthorizationToken": "<secret>", "Url": "<signed>"}));
        // An id that was given out stands for itself later.
        assert_eq!(redactor.text("The user 222748924538331142 is here."), "The user <id> is here.");
    }

    #[test]
    fn headers_of_machines_on_the_way_say_nothing() {
        let run = run();
        let headers = Redactor::new(&run, "1", &[]).headers(&answer(&json!({})));
        assert_eq!(
            Value::Object(headers),
            json!({
                "content-type": "application/json;charset=utf-8",
                "x-oss-request-id": "<id>",
                "last-modified": "<time>",
            })
        );
    }

    #[test]
    fn what_else_an_account_has_is_nobodys_business() {
        let run = run();
        let all = json!({"Users": {"User": [{"UserName": "bob"}, {"UserName": "acslab-k3x9q2-alice"}]}});
        let mut redactor = Redactor::new(&run, "1", &[]);
        let own = json!({"Users": {"User": [{"UserName": "acslab-k3x9q2-alice"}]}});
        assert_eq!(redactor.fields(&answer(&all), false), own);
        assert_eq!(redactor.fields(&answer(&all), true), all);
    }

    /// XML does not tell a list of one from an element, and the other side may have a list of some.
    #[test]
    fn nor_is_the_only_one_that_it_has() {
        fn of_xml(buckets: &str) -> Answer {
            let mut headers = HeaderMap::new();
            headers.insert("content-type", "application/xml".parse().unwrap());
            let text = format!("<R><Prefix></Prefix><Owner><DisplayName>o</DisplayName></Owner>{buckets}</R>");
            Answer::new(200, &headers, text.as_bytes(), Style::Oss)
        }
        const PHOTOS: &str = "<Bucket><Name>photos</Name></Bucket>";
        const FILMS: &str = "<Bucket><Name>films</Name></Bucket>";
        const OWN: &str = "<Bucket><Name>acslab-k3x9q2-a</Name></Bucket>";
        let run = run();
        let mut redactor = Redactor::new(&run, "1234567890123456", &[]);
        let mut put = |buckets: &str| redactor.fields(&of_xml(buckets), false);
        let none = json!({"Prefix": "", "Owner": {"DisplayName": "o"}, "Buckets": {}});
        for others in [PHOTOS.to_owned(), [PHOTOS, FILMS].concat(), String::new()] {
            assert_eq!(put(&format!("<Buckets>{others}</Buckets>")), none, "{others}");
        }
        let one = json!({
            "Prefix": "", "Owner": {"DisplayName": "o"}, "Buckets": {"Bucket": {"Name": "acslab-k3x9q2-a"}},
        });
        for with_own in [OWN.to_owned(), [PHOTOS, OWN].concat(), [OWN, PHOTOS, FILMS].concat()] {
            assert_eq!(put(&format!("<Buckets>{with_own}</Buckets>")), one, "{with_own}");
        }
    }

    #[test]
    fn what_a_message_shows_of_a_signature_is_cut() {
        let run = run();
        let redactor = Redactor::new(&run, "1234567890123456", &[]);
        for (said, put) in [
            (
                "It is not matched. server string to sign is:POST&%2F&AccessKeyId%3DLTAI1%26SecurityToken%3DCAIS",
                "It is not matched. server string to sign is:<signed>",
            ),
            (
                "server StringToSign is [ACS3-HMAC-SHA256\n1] server CanonicalRequest is [x-acs-security-token:CAIS]",
                "server StringToSign is [<signed>",
            ),
            ("server CanonicalRequest is [CAIS] server StringToSign is [CAIS]", "server CanonicalRequest is [<signed>"),
            ("of 1234567890123456", "of <account>"),
        ] {
            assert_eq!(redactor.text(said), put);
        }
    }
}
