//! What is kept of a decision, and what is saved of policies.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::sync::Arc;

use acslab_policy::{
    Attachment, DefaultRule, Dialect, Document, DocumentKind, Layers, OwnedLayers, OwnedResourceLayer, PolicyRef,
    PolicySet, PolicyType, Principal, Question, Request, ResourceLayer, decide, explain,
};

const ACCOUNT: &str = "1234567890123456";

fn statement(effect: &str, action: &str, rest: &str) -> String {
    format!(r#"{{"Version":"1","Statement":[{{"Effect":"{effect}","Action":"{action}",{rest}}}]}}"#)
}

fn set(name: &str, attached: Attachment, kind: DocumentKind, text: &str) -> PolicySet {
    let reference = PolicyRef { name: name.into(), kind: PolicyType::Custom, version: Some("v3".into()), attached };
    PolicySet::compile([(reference, Arc::new(Document::parse(kind, text).unwrap()))])
}

fn identity(name: &str, effect: &str, action: &str) -> PolicySet {
    let text = statement(effect, action, r#""Resource":"*""#);
    set(name, Attachment::User("alice".into()), DocumentKind::Identity, &text)
}

fn request(action: &str) -> Request {
    let alice = Principal::ram_user(ACCOUNT, "204567890123450001", "alice");
    Request::new(alice, action, "acs:oss:*:1234567890123456:photos/a.jpg")
        .unwrap()
        .with("acs:SourceIp", "10.0.0.1")
        .in_resource_group("rg-1")
}

#[test]
fn a_kept_question_is_answered_and_explained_as_before() {
    let control = [identity("node", "Allow", "*"), identity("root", "Allow", "*")];
    let session =
        set("s", Attachment::Session, DocumentKind::Session, &statement("Allow", "oss:*", r#""Resource":"*""#));
    let (account, group) = (identity("own", "Allow", "oss:Get*"), identity("group", "Deny", "oss:Put*"));
    let bucket = statement("Deny", "oss:DeleteObject", r#""Principal":["*"],"Resource":"acs:oss:*:*:photos/*""#);
    let bucket = set("photos", Attachment::Bucket("photos".into()), DocumentKind::Bucket, &bucket);
    let trust = set(
        "r",
        Attachment::Trust("r".into()),
        DocumentKind::Trust,
        &statement("Allow", "sts:AssumeRole", r#""Principal":{"RAM":"acs:ram::1234567890123456:root"}"#),
    );
    let dialect = Dialect { resource_group_deny_overrides: true, ..Dialect::STANDARD };
    let mut answers = std::collections::HashSet::new();
    for own in [ResourceLayer::None, ResourceLayer::Grants(&bucket), ResourceLayer::Trust(&trust)] {
        for action in ["oss:GetObject", "oss:PutObject", "oss:DeleteObject", "ecs:StopInstance", "sts:AssumeRole"] {
            let layers = Layers {
                control: &control,
                session: Some(&session),
                identity_resource_group: Some(&group),
                resource: own,
                default: DefaultRule::AllowUnlessDenied,
                dialect: &dialect,
                ..Layers::new(&account)
            };
            let request = request(action);
            let kept = Question { request: request.clone(), layers: OwnedLayers::from(&layers) };
            assert_eq!(kept.decide(), decide(&layers, &request));
            assert_eq!(kept.explain().to_string(), explain(&layers, &request).to_string());
            assert_eq!(kept.sets().count(), if matches!(own, ResourceLayer::None) { 5 } else { 6 });
            // Shared, not copied.
            let identity = kept.sets().find(|set| set.address() == account.address()).unwrap();
            assert!(std::ptr::eq(identity.policies(), account.policies()));
            answers.insert(kept.decide().statement.map(|statement| {
                layers.policy(statement).unwrap_or_else(|| panic!("{statement:?}")).reference.name.clone()
            }));
        }
    }
    // Not one answer again and again.
    assert!(answers.len() >= 4, "{answers:?}");
}

#[test]
fn sets_without_policies_cost_nothing_and_are_one() {
    let empty = PolicySet::compile([]);
    assert_eq!((empty.bytes(), empty.address(), empty.policies().len()), (0, 0, 0));
    assert_eq!(PolicySet::default().address(), PolicySet::empty().address());
    let question = Question { request: request("oss:GetObject"), layers: OwnedLayers::new(empty) };
    assert!(!question.decide().is_allowed());
    assert!(matches!(question.layers.resource, OwnedResourceLayer::None));
    let (one, other) = (identity("p", "Allow", "*"), identity("p", "Allow", "*"));
    assert_ne!(one.address(), other.address());
    assert_eq!(one.address(), one.clone().address());
}

#[test]
fn a_set_is_saved_as_its_policies_and_compiled_again() {
    // Blanks, an escape and a letter of three bytes: the text stays byte for byte.
    let text = "{ \"Version\": \"1\",\n\t\"Statement\": [ {\"Effect\":\"Allow\",\"Action\":\"oss:\\u0047et*\",\"Resource\":\"acs:oss:*:*:图/*\"} ] }";
    let document = Arc::new(Document::parse(DocumentKind::Identity, text).unwrap());
    let attachments = [
        Attachment::User("u".into()),
        Attachment::Group("g".into()),
        Attachment::Role("r".into()),
        Attachment::Session,
        Attachment::Target("fd-1".into()),
        Attachment::Bucket("b".into()),
        Attachment::Trust("t".into()),
        Attachment::WorkspaceRole("w".into()),
        Attachment::None,
    ];
    let policies = attachments.map(|attached| {
        let reference = PolicyRef { name: "p".into(), kind: PolicyType::System, version: None, attached };
        (reference, Arc::clone(&document))
    });
    let set = PolicySet::compile(policies);
    let saved = serde_json::to_string(&set).unwrap();
    let loaded: PolicySet = serde_json::from_str(&saved).unwrap();
    assert_eq!(loaded.policies().len(), 9);
    for (before, after) in set.policies().iter().zip(loaded.policies()) {
        assert_eq!(before.reference, after.reference);
        assert_eq!(before.document.kind(), after.document.kind());
        assert_eq!(after.document.text(), text);
    }
    let photo =
        Request::new(request("oss:GetObject").principal().clone(), "oss:GetObject", "acs:oss:*:1234567890123456:图/a")
            .unwrap();
    assert_eq!(decide(&Layers::new(&set), &photo), decide(&Layers::new(&loaded), &photo));
    assert!(decide(&Layers::new(&loaded), &photo).is_allowed());
    assert_eq!(serde_json::to_string(&loaded).unwrap(), saved);
    assert_eq!(serde_json::to_string(&PolicySet::empty()).unwrap(), "[]");
}

#[test]
fn what_cannot_be_saved_or_read_is_refused_with_a_reason() {
    for (saved, reason) in [
        (r#"{"kind":"Identity","text":"{}"}"#, "not a policy: `Version` is missing (line 1, column 1)"),
        (r#"{"kind":"Trust","text":"{"}"#, "not a trust policy: "),
        (r#"{"kind":"Other","text":"{}"}"#, "unknown variant `Other`"),
        (r#"{"kind":"Trust"}"#, "missing field `text`"),
        (r#"{"text":"{}"}"#, "missing field `kind`"),
    ] {
        let error = serde_json::from_str::<Document>(saved).unwrap_err().to_string();
        assert!(error.contains(reason), "{saved}: {error}");
    }
    // A limit that holds for who saves a policy does not hold for what is saved already.
    let long = statement("Allow", "oss:GetObject", &format!(r#""Resource":"acs:oss:*:*:{}""#, "a".repeat(7000)));
    assert!(Document::parse(DocumentKind::Identity, &long).is_err());
    let stored = Document::parse_with(DocumentKind::Identity, &long, &Dialect::STORED).unwrap();
    let again: Document = serde_json::from_str(&serde_json::to_string(&stored).unwrap()).unwrap();
    assert_eq!(again.text(), long);
    // In another dialect it would mean something else.
    let own = Dialect { action_case: acslab_policy::LetterCase::Sensitive, ..Dialect::STANDARD };
    let text = statement("Allow", "oss:GetObject", r#""Resource":"*""#);
    let document = Document::parse_with(DocumentKind::Identity, &text, &own).unwrap();
    assert!(serde_json::to_string(&document).unwrap_err().to_string().contains("dialect"));
}
