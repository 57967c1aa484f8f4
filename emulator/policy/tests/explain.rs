//! Explanations: what they hold as data, and the text that a person reads, kept in `explanations/`.
//!
//! `BLESS=1 cargo test -p acslab-policy --test explain` writes the texts anew, to be looked at in the diff.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use acslab_policy::{
    Attachment, Dialect, Document, DocumentKind, Explanation, Layer, Layers, PolicyRef, PolicySet, PolicyType,
    Principal, Reason, Request, ResourceLayer, Skip, Step, Verdict, decide, explain,
};

const ACCOUNT: &str = "1234567890123456";

fn policy(name: &str, attached: Attachment, kind: DocumentKind, text: &str) -> (PolicyRef, Arc<Document>) {
    let reference = PolicyRef { name: name.into(), kind: PolicyType::Custom, version: Some("v2".into()), attached };
    (reference, Arc::new(Document::parse(kind, text).unwrap()))
}

const READ_PHOTOS: &str = r#"{
  "Version": "1",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["oss:Get*", "oss:ListObjects"],
      "Resource": "acs:oss:*:*:photos/*",
      "Condition": { "IpAddress": { "acs:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"] } }
    },
    { "Effect": "Allow", "Action": "ecs:*", "Resource": "*" }
  ]
}"#;

const NO_DELETE: &str = r#"{ "Version": "1", "Statement": [
  { "Effect": "Deny", "Action": "oss:Delete*", "Resource": "*" } ] }"#;

fn identity() -> PolicySet {
    let user = Attachment::User("alice".into());
    let group = Attachment::Group("staff".into());
    PolicySet::compile([
        policy("ReadPhotos", user, DocumentKind::Identity, READ_PHOTOS),
        policy("NoDelete", group, DocumentKind::Identity, NO_DELETE),
    ])
}

fn alice() -> Principal {
    Principal::ram_user(ACCOUNT, "204567890123450001", "alice")
}

fn photo(action: &str) -> Request {
    Request::new(alice(), action, "acs:oss:*:1234567890123456:photos/a.jpg").unwrap()
}

fn explained(layers: &Layers<'_>, request: &Request) -> Explanation {
    let explanation = explain(layers, request);
    assert_eq!(explanation.decision, decide(layers, request));
    explanation
}

/// Compares with the text kept under a name.
fn golden(name: &str, explanation: &Explanation) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explanations").join(format!("{name}.txt"));
    let actual = explanation.to_string();
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &actual).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(actual == expected, "{name}: expected\n{expected}\nfound\n{actual}");
}

#[test]
fn an_allow_shows_the_statement() {
    let identity = identity();
    let request = photo("oss:GetObject").with("acs:SourceIp", "10.1.2.3");
    let explanation = explained(&Layers::new(&identity), &request);
    let statement = explanation.deciding_statement().unwrap();
    assert_eq!((&*statement.policy.name, statement.place.position.line), ("ReadPhotos", 4));
    golden("allow", &explanation);
}

#[test]
fn a_deny_shows_the_statement() {
    let identity = identity();
    let explanation = explained(&Layers::new(&identity), &photo("oss:DeleteObject"));
    let matched: Vec<_> = explanation.matched_statements().map(|trace| &*trace.policy.name).collect();
    assert_eq!(matched, ["NoDelete"]);
    golden("explicit-deny", &explanation);
}

#[test]
fn silence_shows_what_came_closest() {
    let identity = identity();
    let request = photo("oss:GetObject").with("acs:SourceIp", "11.1.2.3");
    let explanation = explained(&Layers::new(&identity), &request);
    assert_eq!(explanation.matched_statements().count(), 0);
    let unit = explanation.units().next().unwrap();
    let reasons: Vec<_> = unit.statements.iter().map(|trace| trace.failed.as_ref().unwrap().reason).collect();
    assert_eq!(reasons, [Reason::ValueDiffers, Reason::ActionDiffers, Reason::ActionDiffers]);
    let failed = unit.statements[0].failed.as_ref().unwrap();
    assert_eq!(failed.element, "Condition.IpAddress.acs:SourceIp");
    assert_eq!(failed.expected, ["10.0.0.0/8", "192.168.0.0/16"]);
    assert_eq!(failed.actual, ["11.1.2.3"]);
    assert_eq!((failed.place.position.line, failed.place.position.column), (8, 37));
    golden("implicit-deny", &explanation);
}

#[test]
fn all_layers_in_their_order() {
    let full = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let node = |id: &str| policy("FullAliyunAccess", Attachment::Target(id.into()), DocumentKind::Control, full);
    let control = [PolicySet::compile([node(ACCOUNT)]), PolicySet::compile([node("r-root")])];
    let session = PolicySet::compile([policy("session", Attachment::Session, DocumentKind::Session, full)]);
    let role = PolicySet::compile([policy("all", Attachment::Role("ops".into()), DocumentKind::Identity, full)]);
    let group = PolicySet::empty();
    let bucket = r#"{ "Version": "1", "Statement": [
  { "Effect": "Deny", "Principal": ["*"], "Action": "oss:*", "Resource": ["acs:oss:*:*:photos/*"],
    "Condition": { "StringNotLike": { "acs:SourceVpc": ["vpc-*"] } } } ] }"#;
    let bucket =
        PolicySet::compile([policy("policy", Attachment::Bucket("photos".into()), DocumentKind::Bucket, bucket)]);
    let layers = Layers {
        control: &control,
        session: Some(&session),
        identity_resource_group: Some(&group),
        resource: ResourceLayer::Grants(&bucket),
        ..Layers::new(&role)
    };
    let caller = Principal::role_session(ACCOUNT, "ops", "night-shift");
    let request = Request::new(caller, "oss:GetObject", "acs:oss:*:1234567890123456:photos/a.jpg").unwrap();
    let explanation = explained(&layers, &request.in_resource_group("rg-1"));
    let order: Vec<_> = explanation
        .steps
        .iter()
        .map(|step| match step {
            Step::Asked(unit) => (unit.layer, Some(unit.verdict)),
            Step::Skipped { layer, .. } => (*layer, None),
        })
        .collect();
    assert_eq!(
        order,
        [
            (Layer::Control, Some(Verdict::Allow)),
            (Layer::Control, Some(Verdict::Allow)),
            (Layer::Session, Some(Verdict::Allow)),
            (Layer::Identity, Some(Verdict::Allow)),
            (Layer::IdentityResourceGroup, None),
            (Layer::Resource, Some(Verdict::ExplicitDeny)),
        ]
    );
    // The negated operator is met because the key is missing, and says so.
    let clause = &explanation.deciding_statement().unwrap().condition[0];
    assert_eq!((clause.met, clause.reason), (true, Some(Reason::KeyMissing)));
    golden("layers", &explanation);
}

#[test]
fn layers_without_a_say_are_named() {
    let identity = identity();
    let abroad = Request::new(alice(), "oss:GetObject", "acs:oss:*:6543210987654321:photos/a.jpg").unwrap();
    let explanation = explained(&Layers::new(&identity), &abroad);
    assert!(matches!(explanation.steps[..], [Step::Skipped { layer: Layer::Identity, why: Skip::ForeignResource }]));
    golden("foreign", &explanation);
}

#[test]
fn a_deny_that_cannot_be_judged_denies_and_says_why() {
    let text = r#"{ "Version": "1", "Statement": [
  { "Effect": "Allow", "Action": "*", "Resource": "*" },
  { "Effect": "Deny", "Action": "ecs:*", "Resource": "*",
    "Condition": { "NotIpAddress": { "acs:SourceIp": "192.0.2.**" } } } ] }"#;
    let dialect = Dialect { refuse_malformed_values: false, ..Dialect::STANDARD };
    let document = Document::parse_with(DocumentKind::Identity, text, &dialect).unwrap();
    let set = PolicySet::compile([(PolicyRef::named("typo"), Arc::new(document))]);
    let request = Request::new(alice(), "ecs:StopInstance", "*").unwrap().with("acs:SourceIp", "192.0.2.1");
    let explanation = explained(&Layers::new(&set), &request);
    assert_eq!(explanation.decision.verdict, Verdict::ExplicitDeny);
    let trace = explanation.deciding_statement().unwrap();
    assert_eq!(trace.failed.as_ref().unwrap().reason, Reason::MalformedValue);
    golden("unusable-deny", &explanation);
}

#[test]
fn a_trust_policy_that_forgets_the_caller_shows_whom_it_names() {
    let text = r#"{ "Version": "1", "Statement": [
  { "Effect": "Allow", "Action": "sts:AssumeRole",
    "Principal": { "RAM": ["acs:ram::6543210987654321:root"], "Service": ["ecs.aliyuncs.com"] } } ] }"#;
    let trust = PolicySet::compile([policy("ops", Attachment::Trust("ops".into()), DocumentKind::Trust, text)]);
    let identity = identity();
    let layers = Layers { resource: ResourceLayer::Trust(&trust), ..Layers::new(&identity) };
    let role = Request::new(alice(), "sts:AssumeRole", "acs:ram::1234567890123456:role/ops").unwrap();
    let explanation = explained(&layers, &role);
    let unit = explanation.units().last().unwrap();
    let failed = unit.statements[0].failed.as_ref().unwrap();
    assert_eq!((&*failed.element, failed.reason), ("Principal", Reason::PrincipalDiffers));
    assert_eq!(failed.expected, ["acs:ram::6543210987654321:root", "ecs.aliyuncs.com"]);
    assert_eq!((failed.place.position.line, failed.place.position.column), (3, 18));
    golden("forgotten-caller", &explanation);
}

#[test]
fn long_lines_are_cut_around_the_place() {
    let many: Vec<_> = (0..60).map(|n| format!("\"oss:Action{n}\"")).collect();
    let text =
        format!(r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":[{}],"Resource":"*"}}]}}"#, many.join(","));
    let document = Document::parse(DocumentKind::Identity, &text).unwrap();
    let set = PolicySet::compile([(PolicyRef::named("long"), Arc::new(document))]);
    golden("long-line", &explained(&Layers::new(&set), &photo("oss:Action47")));
}

/// Whatever stands in a policy or a request, a terminal obeys nothing of it, and a line stays a line.
#[test]
fn nothing_of_an_explanation_is_obeyed_by_a_terminal() {
    let odd = "a\u{1b}[2J\nDeny\u{202e}";
    let escaped = serde_json::to_string(odd).unwrap();
    let statement = format!(
        r#"{{"Effect":"Allow","Action":"oss:*","Resource":"*","Condition":{{"StringEquals":{{"oss:Tag/k":[{escaped}]}}}}}}"#
    );
    let text = format!("{{\"Version\":\"1\",\r\n\t\"Statement\":[{statement}]}}");
    let attached = Attachment::User(odd.into());
    let set = PolicySet::compile([policy(odd, attached, DocumentKind::Identity, &text)]);
    let caller = Principal::role_session(ACCOUNT, odd, odd);
    let resource = format!("acs:oss:*:{ACCOUNT}:photos/{odd}");
    for value in [odd, "other"] {
        let request = Request::new(caller.clone(), "oss:GetObject", &resource)
            .unwrap()
            .with("oss:Tag/k", value)
            .with(odd, odd)
            .in_resource_group(odd);
        let shown = explained(&Layers::new(&set), &request).to_string();
        assert!(!shown.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'), "{shown:?}");
        assert!(shown.contains("\\u001b[2J\\nDeny\\u202e"), "{shown}");
        assert!(!shown.lines().any(|line| line.starts_with("Deny")), "{shown}");
    }
}

#[test]
fn as_json_it_carries_codes_and_places() {
    let identity = identity();
    let explanation = explained(&Layers::new(&identity), &photo("oss:DeleteObject"));
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["decision"]["verdict"], "ExplicitDeny");
    let unit = &json["steps"][0]["asked"];
    assert_eq!(unit["settled_by"]["policy"], 1);
    assert_eq!(unit["statements"][0]["failed"]["reason"], "action-differs");
    assert_eq!(unit["statements"][0]["failed"]["place"]["line"], 6);
    assert_eq!(unit["statements"][0]["condition"][0]["values"][1]["expected"], "192.168.0.0/16");
    assert_eq!(unit["statements"][2]["policy"]["attached"]["Group"], "staff");
}
