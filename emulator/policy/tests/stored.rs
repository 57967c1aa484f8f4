//! Documents that are stored already: what of them is not of the grammar counts for nothing, and the rest counts.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::sync::Arc;

use acslab_policy::{
    Change, Document, DocumentKind, Layers, NearKind, PolicyRef, PolicySet, Principal, Reason, Request, ResourceLayer,
    Verdict, decide, explain, near_misses, would_allow,
};

const ACCOUNT: &str = "1234567890123456";
const PHOTO: &str = "acs:oss:*:1234567890123456:photos/a";

fn alice() -> Principal {
    Principal::ram_user(ACCOUNT, "204567890123450001", "alice")
}

fn stored(kind: DocumentKind, statements: &str) -> Arc<Document> {
    Arc::new(Document::stored(kind, &format!(r#"{{"Version":"1","Statement":[{statements}]}}"#)).unwrap())
}

fn set(document: &Arc<Document>) -> PolicySet {
    PolicySet::compile([(PolicyRef::named("P"), Arc::clone(document))])
}

fn asked(statements: &str, action: &str, resource: &str) -> Verdict {
    let identity = set(&stored(DocumentKind::Identity, statements));
    let layers = Layers::new(&identity);
    let request = Request::new(alice(), action, resource).unwrap();
    let verdict = decide(&layers, &request).verdict;
    assert_eq!(explain(&layers, &request).decision.verdict, verdict);
    verdict
}

const ALLOW: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;

#[test]
fn a_statement_that_cannot_be_used_leaves_the_others() {
    let broken = r#"{"Effect":"Allow","Action":"ecs:*","Resource":"*","Condition":{"ForAnyValue:StringEquals":{"acs:TagKeys":"team"}}}"#;
    let guard = r#"{"Effect":"Deny","Action":"oss:Delete*","Resource":"*"}"#;
    let both = format!("{guard},{broken},{ALLOW}");
    assert_eq!(asked(&both, "oss:DeleteObject", PHOTO), Verdict::ExplicitDeny);
    assert_eq!(asked(&both, "oss:GetObject", PHOTO), Verdict::Allow);
    assert_eq!(asked(broken, "ecs:StopInstance", "*"), Verdict::ImplicitDeny);
    let document = stored(DocumentKind::Identity, &both);
    assert_eq!(document.statements().iter().filter(|one| one.fault().is_some()).count(), 1);
    assert!(
        document.unusable()[0].starts_with("statement 2 cannot be used and grants nothing"),
        "{:?}",
        document.unusable()
    );
}

#[test]
fn a_deny_that_cannot_be_used_denies_what_can_be_read_of_it() {
    let deny = |more: &str| format!(r#"{ALLOW},{{"Effect":"Deny","Action":"oss:Delete*"{more}}}"#);
    let null = deny(r#","Resource":"*","Condition":{"Null":{"acs:SourceIp":"true"}}"#);
    assert_eq!(asked(&null, "oss:DeleteObject", PHOTO), Verdict::ExplicitDeny);
    assert_eq!(asked(&null, "oss:GetObject", PHOTO), Verdict::Allow);
    // Of two conditions the one that can be read still keeps it from fitting.
    let two = deny(r#","Resource":"*","Condition":{"Null":{"acs:SourceIp":"true"},"Bool":{"acs:MFAPresent":"true"}}"#);
    assert_eq!(asked(&two, "oss:DeleteObject", PHOTO), Verdict::Allow);
    let not = deny(r#","NotResource":"acs:oss:*:*:photos/*""#);
    assert_eq!(asked(&not, "oss:DeleteObject", PHOTO), Verdict::Allow);
    assert_eq!(asked(&not, "oss:DeleteObject", "acs:oss:*:1234567890123456:other/a"), Verdict::ExplicitDeny);
}

#[test]
fn what_grants_is_of_the_grammar() {
    for statement in [
        r#"{"Effect":"ALLOW","Action":"oss:*","Resource":"*"}"#,
        r#"{"Action":"oss:*","Resource":"*"}"#,
        r#"{"Effect":"Allow","Action":"oss:*","NotResource":"acs:oss:*:*:other/*"}"#,
        r#"{"Effect":"Allow","Action":"oss:*","Resource":"*","Comment":"x"}"#,
        r#"{"Effect":"Allow","Action":["oss:*",1],"Resource":"*"}"#,
    ] {
        assert_eq!(asked(statement, "oss:GetObject", PHOTO), Verdict::ImplicitDeny, "{statement}");
        assert_eq!(asked(&format!("{statement},{ALLOW}"), "oss:GetObject", PHOTO), Verdict::Allow, "{statement}");
    }
    // What is wrong with the whole document is wrong with each of its statements.
    let document = |version: &str, statements: &str| {
        let text = format!(r#"{{"Version":"{version}","Statement":{statements}}}"#);
        let identity = set(&Arc::new(Document::stored(DocumentKind::Identity, &text).unwrap()));
        decide(&Layers::new(&identity), &Request::new(alice(), "oss:GetObject", PHOTO).unwrap()).verdict
    };
    assert_eq!(document("2012-10-17", &format!("[{ALLOW}]")), Verdict::ImplicitDeny);
    assert_eq!(document("1", ALLOW), Verdict::ImplicitDeny);
    assert_eq!(document("1", r#"{"Effect":"Deny","Action":"oss:*","Resource":"*"}"#), Verdict::ExplicitDeny);
    assert!(Document::stored(DocumentKind::Identity, "{").is_err());
}

#[test]
fn a_principal_that_is_none_means_nobody() {
    let policy = stored(
        DocumentKind::Bucket,
        r#"{"Effect":"Allow","Action":["oss:GetObject"],"Principal":["acs:ram::1234567890123456:user/alice"],"Resource":["acs:oss:*:*:photos/*"]},
           {"Effect":"Deny","Action":["oss:DeleteObject"],"Principal":["acs:ram::1:root","*"],"Resource":["acs:oss:*:*:photos/*"]}"#,
    );
    assert!(policy.statements().iter().all(|one| one.fault().is_none()));
    let (own, none) = (set(&policy), PolicySet::empty());
    let layers = Layers { resource: ResourceLayer::Grants(&own), ..Layers::new(&none) };
    let request = |action: &str| Request::new(alice(), action, PHOTO).unwrap();
    assert_eq!(decide(&layers, &request("oss:DeleteObject")).verdict, Verdict::ExplicitDeny);
    let explanation = explain(&layers, &request("oss:GetObject"));
    assert_eq!(explanation.decision.verdict, Verdict::ImplicitDeny);
    let failed = explanation.units().flat_map(|unit| &unit.statements).find_map(|trace| trace.failed.clone()).unwrap();
    assert_eq!(failed.reason, Reason::NotAPrincipal);
    assert_eq!(near_misses(&explanation)[0].kind, NearKind::BucketPrincipal);
    // The slip is corrected where it stands.
    let remedies = would_allow(&layers, &request("oss:GetObject"), &[]);
    let corrected = remedies.remedies.iter().flat_map(|remedy| &remedy.changes).any(|change| match change {
        Change::ReplaceStatement { statement, .. } => {
            statement["Principal"] == serde_json::json!(["204567890123450001"])
        }
        _ => false,
    });
    assert!(corrected, "{:?}", remedies.remedies);
}

#[test]
fn what_any_value_may_do_is_mended_and_not_dropped() {
    let condition = r#"{"Effect":"Allow","Action":"ecs:*","Resource":"*","Condition":{"ForAnyValue:StringEquals":{"acs:TagKeys":"team"}}}"#;
    let identity = set(&stored(DocumentKind::Identity, condition));
    let request = Request::new(alice(), "ecs:CreateDisk", "*").unwrap();
    let remedies = would_allow(&Layers::new(&identity), &request, &[]);
    assert!(!remedies.remedies.is_empty());
    for change in remedies.remedies.iter().flat_map(|remedy| &remedy.changes) {
        match change {
            Change::ReplaceStatement { statement, .. } | Change::AddStatement { statement, .. } => {
                assert_eq!(statement["Condition"]["StringEquals"]["acs:TagKeys"], "team", "{statement}");
            }
            _ => {}
        }
    }
}

/// A saved document is read as it was.
#[test]
fn a_stored_document_is_saved_with_what_is_wrong_with_it() {
    let document = stored(
        DocumentKind::Identity,
        &format!(r#"{{"Effect":"Deny","Action":"oss:*","Resource":"*","Comment":1}},{ALLOW}"#),
    );
    let saved = serde_json::to_string(&*document).unwrap();
    let read: Document = serde_json::from_str(&saved).unwrap();
    assert_eq!((read.text(), read.faults()), (document.text(), document.faults()));
    assert!(!read.faults().is_empty());
}

/// More faults than are listed: 64 that break nothing, or that break another statement, and then one that breaks this.
#[test]
fn a_fault_beyond_those_that_are_listed_breaks_its_statement() {
    let many = |one: &str| vec![one; 64].join(",");
    let values = many(r#""no number""#);
    let unread = format!(
        r#"{{"Effect":"Deny","Action":"ecs:*","Resource":"*","Condition":{{"NumericLessThan":{{"ecs:Count":[{values}]}}}}}}"#
    );
    let other = format!(r#"{{"Effect":"Deny","Action":[{}],"Resource":"*"}}"#, many("1"));
    let repeated = format!(r#"{{"Effect":"Deny","Action":"ecs:*","Resource":"*",{}}}"#, many(r#""Sid":"a""#));
    let condition = r#"{"Effect":"Allow","Action":"oss:*","Resource":"*","Condition":{"ForAnyValue:StringEquals":{"acs:TagKeys":"team"}}}"#;
    let twice = r#"{"Effect":"Allow","Action":"oss:Put*","Action":"oss:*","Resource":"*"}"#;
    for before in [&unread, &other, &repeated] {
        for broken in [condition, twice] {
            let document = stored(DocumentKind::Identity, &format!("{before},{broken}"));
            assert_eq!(document.faults().len(), 64, "{before}");
            assert!(document.statements()[1].fault().is_some(), "{broken}");
            assert_eq!(asked(&format!("{before},{broken}"), "oss:GetObject", PHOTO), Verdict::ImplicitDeny, "{broken}");
            // What has no fault in it counts.
            assert_eq!(asked(&format!("{before},{broken},{ALLOW}"), "oss:GetObject", PHOTO), Verdict::Allow);
        }
    }
    // One that is in no statement is that of each.
    let text = format!(r#"{{"Statement":[{unread},{ALLOW}],"Version":"2"}}"#);
    let document = Arc::new(Document::stored(DocumentKind::Identity, &text).unwrap());
    let request = Request::new(alice(), "oss:GetObject", PHOTO).unwrap();
    assert_eq!(decide(&Layers::new(&set(&document)), &request).verdict, Verdict::ImplicitDeny);
}

/// What cannot be read of a Deny makes it deny more, never less than what is read of it.
#[test]
fn what_is_lost_of_a_deny_does_not_narrow_it() {
    let deny = |rest: &str| format!(r#"{ALLOW},{{"Effect":"Deny",{rest}}}"#);
    let get = |statements: &str| asked(statements, "oss:GetObject", PHOTO);
    // An exception that is read excepts; one that is not does not.
    let exceptions = deny(r#""NotAction":["oss:Get*",1],"Resource":"*""#);
    assert_eq!(get(&exceptions), Verdict::Allow);
    assert_eq!(asked(&exceptions, "oss:PutObject", PHOTO), Verdict::ExplicitDeny);
    assert_eq!(get(&deny(r#""NotAction":1,"Resource":"*""#)), Verdict::ExplicitDeny);
    assert_eq!(get(&deny(r#""Action":"oss:*","NotResource":["photos"]"#)), Verdict::ExplicitDeny);
    // A clause that cannot be read is as if it were met.
    let clause = deny(r#""Action":"oss:*","Resource":"*","Condition":{"NoOperator":{"acs:SourceIp":"10.0.0.1"}}"#);
    assert_eq!(get(&clause), Verdict::ExplicitDeny);
    // What it is about is what can be read of that: an action that is none names nothing.
    let actions = deny(r#""Action":["oss:Put*",1],"Resource":"*""#);
    assert_eq!(get(&actions), Verdict::Allow);
    assert_eq!(asked(&actions, "oss:PutObject", PHOTO), Verdict::ExplicitDeny);
    assert_eq!(get(&deny(r#""Resource":"*""#)), Verdict::Allow);
}
