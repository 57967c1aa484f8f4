//! Every open question of the language is one switch: what it decides, with each answer.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::sync::Arc;

use acslab_policy::{
    Decision, Dialect, Document, DocumentKind, FaultCode, Layer, Layers, LetterCase, PolicyLevel, PolicyRef, PolicySet,
    Principal, Request, ResourceCase, ResourceLayer, Verdict, decide,
};

const STANDARD: Dialect = Dialect::STANDARD;
const ACCOUNT: &str = "1000000000000001";

fn document(statement: &str) -> String {
    format!(r#"{{"Version":"1","Statement":[{statement}]}}"#)
}

fn faults(kind: DocumentKind, text: &str, dialect: &Dialect) -> Vec<FaultCode> {
    Document::parse_with(kind, text, dialect)
        .map_or_else(|malformed| malformed.faults().iter().map(|fault| fault.code).collect(), |_| Vec::new())
}

/// A document is refused for one reason in one dialect, and taken in the other.
fn refused_and_taken(kind: DocumentKind, text: &str, refusing: &Dialect, taking: &Dialect, code: FaultCode) {
    assert_eq!(faults(kind, text, refusing), [code], "{text}");
    assert_eq!(faults(kind, text, taking), [], "{text}");
}

fn set(kind: DocumentKind, statement: &str, dialect: &Dialect) -> PolicySet {
    let document = Document::parse_with(kind, &document(statement), dialect).unwrap();
    PolicySet::compile([(PolicyRef::named("p"), Arc::new(document))])
}

fn identity(statement: &str, dialect: &Dialect) -> PolicySet {
    set(DocumentKind::Identity, statement, dialect)
}

fn alice() -> Principal {
    Principal::ram_user(ACCOUNT, "200000000000000011", "alice")
}

fn ask(action: &str, resource: &str) -> Request {
    Request::new(alice(), action, resource).unwrap()
}

fn allowed(statement: &str, dialect: &Dialect, request: &Request) -> bool {
    decide(&Layers::new(&identity(statement, dialect)), request).is_allowed()
}

/// A request is allowed in one dialect and not in the other.
fn allowed_and_not(statement: &str, request: &Request, allowing: &Dialect, denying: &Dialect) {
    assert!(allowed(statement, allowing, request), "{statement}");
    assert!(!allowed(statement, denying, request), "{statement}");
}

#[test]
fn defaults() {
    assert_eq!(Dialect::default(), STANDARD);
}

#[test]
fn letter_case_of_actions() {
    let exact = Dialect { action_case: LetterCase::Sensitive, ..STANDARD };
    for pattern in ["OSS:getobject", "oss:GETobj*", "OSS:*", "?SS:*object"] {
        let statement = format!(r#"{{"Effect":"Allow","Action":"{pattern}","Resource":"*"}}"#);
        allowed_and_not(&statement, &ask("oss:GetObject", "*"), &STANDARD, &exact);
    }
}

#[test]
fn short_resource_patterns() {
    let text = document(r#"{"Effect":"Allow","Action":"*","Resource":"acs:oss:*"}"#);
    let strict = Dialect { short_resource_patterns: false, ..STANDARD };
    refused_and_taken(DocumentKind::Identity, &text, &strict, &STANDARD, FaultCode::InvalidResource);
}

#[test]
fn letter_case_of_role_names() {
    let exact = Dialect { resource_case: ResourceCase::Sensitive, ..STANDARD };
    let statement = r#"{"Effect":"Allow","Action":"*","Resource":"acs:ram:*:*:role/Deploy"}"#;
    let request = ask("ram:GetRole", "acs:ram:*:1000000000000001:role/deploy");
    allowed_and_not(statement, &request, &STANDARD, &exact);
    let statement = r#"{"Effect":"Allow","Action":"*","Resource":"acs:oss:*:*:Photos"}"#;
    assert!(!allowed(statement, &STANDARD, &ask("oss:GetObject", "acs:oss:*:1000000000000001:photos")));
}

#[test]
fn a_missing_key_under_a_negation() {
    let unmet = Dialect { missing_key_meets_negation: false, ..STANDARD };
    for operator in ["StringNotEquals", "StringNotEqualsIgnoreCase", "StringNotLike"] {
        let statement = format!(
            r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{"{operator}":{{"acs:SourceVpc":"x"}}}}}}"#
        );
        allowed_and_not(&statement, &ask("oss:GetObject", "*"), &STANDARD, &unmet);
        // A product that never fills the key makes it unmet in any dialect.
        let elsewhere = ask("oss:GetObject", "*").with_product_keys(Arc::new(["acs:SourceIp".into()]));
        assert!(!allowed(&statement, &STANDARD, &elsewhere));
        let here = ask("oss:GetObject", "*").with_product_keys(Arc::new(["acs:sourcevpc".into()]));
        assert!(allowed(&statement, &STANDARD, &here));
    }
}

#[test]
fn operators_of_other_clouds() {
    let extended = Dialect { extended_operators: true, ..STANDARD };
    let statement =
        |condition: &str| format!(r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{{condition}}}}}"#);
    let bare = ask("oss:GetObject", "*");
    let tagged = |values: &[&str]| ask("oss:GetObject", "*").with_many("acs:TagKeys", values.iter().copied());
    let table = [
        (r#""Null":{"acs:TagKeys":"true"}"#, &bare, true),
        (r#""Null":{"acs:TagKeys":"false"}"#, &bare, false),
        (r#""Null":{"acs:TagKeys":"false"}"#, &tagged(&["a"]), true),
        (r#""StringEqualsIfExists":{"acs:TagKeys":"a"}"#, &bare, true),
        (r#""StringEqualsIfExists":{"acs:TagKeys":"a"}"#, &tagged(&["b"]), false),
        (r#""ForAnyValue:StringEquals":{"acs:TagKeys":"a"}"#, &tagged(&["b", "a"]), true),
        (r#""ForAnyValue:StringEquals":{"acs:TagKeys":"a"}"#, &bare, false),
        (r#""ForAnyValue:StringNotEquals":{"acs:TagKeys":"a"}"#, &tagged(&["a", "b"]), true),
        (r#""ForAllValues:StringEquals":{"acs:TagKeys":["a","b"]}"#, &tagged(&["b", "a"]), true),
        (r#""ForAllValues:StringEquals":{"acs:TagKeys":"a"}"#, &tagged(&["b", "a"]), false),
        (r#""ForAllValues:StringEquals":{"acs:TagKeys":"a"}"#, &bare, true),
    ];
    for (condition, request, expected) in table {
        let statement = statement(condition);
        assert_eq!(allowed(&statement, &extended, request), expected, "{condition}");
        let text = document(&statement);
        refused_and_taken(DocumentKind::Identity, &text, &STANDARD, &extended, FaultCode::UnsupportedOperator);
    }
}

#[test]
fn several_request_values() {
    let statement = |operator: &str| {
        format!(r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{"{operator}":{{"a:b":["x","y"]}}}}}}"#)
    };
    let request = |values: [&str; 2]| ask("oss:GetObject", "*").with_many("a:b", values);
    assert!(allowed(&statement("StringEquals"), &STANDARD, &request(["z", "y"])));
    assert!(!allowed(&statement("StringEquals"), &STANDARD, &request(["z", "w"])));
    assert!(allowed(&statement("StringNotEquals"), &STANDARD, &request(["z", "w"])));
    assert!(!allowed(&statement("StringNotEquals"), &STANDARD, &request(["z", "y"])));
}

#[test]
fn letter_case_of_condition_keys() {
    let exact = Dialect { key_case: LetterCase::Sensitive, ..STANDARD };
    let statement =
        r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"ACS:principalarn":"*"}}}"#;
    let request = ask("oss:GetObject", "*").with("acs:PrincipalARN", "x");
    allowed_and_not(statement, &request, &STANDARD, &exact);
    let statement =
        r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"acs:ResourceTag/Team":"*"}}}"#;
    assert!(!allowed(statement, &STANDARD, &ask("oss:GetObject", "*").with("acs:ResourceTag/team", "x")));
}

#[test]
fn policy_variables() {
    let refusing = Dialect { refuse_variables: true, ..STANDARD };
    for statement in [
        r#"{"Effect":"Allow","Action":"*","Resource":"acs:oss:*:*:b/${acs:UserName}"}"#,
        r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"oss:Prefix":"${acs:UserName}/*"}}}"#,
    ] {
        refused_and_taken(DocumentKind::Identity, &document(statement), &refusing, &STANDARD, FaultCode::Variable);
    }
}

#[test]
fn source_ip_without_source_vpc() {
    let text = |condition: &str| {
        document(&format!(
            r#"{{"Effect":"Deny","Principal":["*"],"Action":"oss:*","Resource":"acs:oss:*:*:b","Condition":{condition}}}"#
        ))
    };
    let alone = text(r#"{"NotIpAddress":{"acs:SourceIp":"10.0.0.0/8"}}"#);
    let lenient = Dialect { source_ip_needs_source_vpc: false, ..STANDARD };
    refused_and_taken(DocumentKind::Bucket, &alone, &STANDARD, &lenient, FaultCode::SourceVpcRequired);
    let both = text(r#"{"NotIpAddress":{"acs:SourceIp":"10.0.0.0/8"},"StringLike":{"acs:sourcevpc":"*"}}"#);
    assert_eq!(faults(DocumentKind::Bucket, &both, &STANDARD), []);
}

#[test]
fn identifiers_and_unknown_elements() {
    let strict = Dialect { tolerate_identifiers: false, ..STANDARD };
    let named = document(r#"{"Sid":"One","Effect":"Allow","Action":"*","Resource":"*"}"#);
    refused_and_taken(DocumentKind::Identity, &named, &strict, &STANDARD, FaultCode::UnknownElement);
    let lenient = Dialect { ignore_unknown_elements: true, ..STANDARD };
    let unknown = document(r#"{"Comment":"x","Effect":"Allow","Action":"*","Resource":"*"}"#);
    refused_and_taken(DocumentKind::Identity, &unknown, &STANDARD, &lenient, FaultCode::UnknownElement);
    let number = document(r#"{"Sid":1,"Effect":"Allow","Action":"*","Resource":"*"}"#);
    assert_eq!(faults(DocumentKind::Identity, &number, &STANDARD), [FaultCode::WrongType]);
}

#[test]
fn bare_condition_values() {
    let strict = Dialect { bare_condition_values: false, ..STANDARD };
    for value in ["7", "true", "[7.5]"] {
        let operator = if value == "true" { "Bool" } else { "NumericEquals" };
        let text = document(&format!(
            r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{"{operator}":{{"a:b":{value}}}}}}}"#
        ));
        refused_and_taken(DocumentKind::Identity, &text, &strict, &STANDARD, FaultCode::WrongType);
    }
}

#[test]
fn not_resource() {
    let taking = Dialect { not_resource: true, ..STANDARD };
    let statement = r#"{"Effect":"Allow","Action":"*","NotResource":"acs:oss:*:*:b"}"#;
    refused_and_taken(DocumentKind::Identity, &document(statement), &STANDARD, &taking, FaultCode::UnknownElement);
    assert!(allowed(statement, &taking, &ask("oss:GetObject", "acs:oss:*:1000000000000001:c")));
    assert!(!allowed(statement, &taking, &ask("oss:GetObject", "acs:oss:*:1000000000000001:b")));
    // An operation without a resource of its own is not "any other resource".
    assert!(!allowed(statement, &taking, &ask("oss:ListBuckets", "*")));
}

#[test]
fn a_lone_statement() {
    let taking = Dialect { lone_statement: true, ..STANDARD };
    let text = r#"{"Version":"1","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    refused_and_taken(DocumentKind::Identity, text, &STANDARD, &taking, FaultCode::WrongType);
}

#[test]
fn malformed_values() {
    let keeping = Dialect { refuse_malformed_values: false, ..STANDARD };
    let statement = |effect: &str, condition: &str| {
        format!(r#"{{"Effect":"{effect}","Action":"ecs:*","Resource":"*","Condition":{{{condition}}}}}"#)
    };
    let malformed = r#""NotIpAddress":{"acs:SourceIp":"10.0.0"}"#;
    let text = document(&statement("Deny", malformed));
    refused_and_taken(DocumentKind::Identity, &text, &STANDARD, &keeping, FaultCode::InvalidConditionValue);
    // Kept, it never grants, and always denies, unless something else keeps the statement from fitting.
    let request = ask("ecs:StopInstance", "*").with("acs:SourceIp", "10.0.0.1");
    assert!(!allowed(&statement("Allow", malformed), &keeping, &request));
    let verdict = |condition: &str| {
        let allow = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
        let both = format!("{allow},{}", statement("Deny", condition));
        decide(&Layers::new(&identity(&both, &keeping)), &request).verdict
    };
    assert_eq!(verdict(malformed), Verdict::ExplicitDeny);
    assert_eq!(verdict(r#""IpAddress":{"acs:SourceIp":["x","11.0.0.0/8"]}"#), Verdict::ExplicitDeny);
    assert_eq!(verdict(r#""NotIpAddress":{"acs:SourceIp":["x","10.0.0.0/8"]}"#), Verdict::Allow);
    assert_eq!(verdict(&format!(r#"{malformed},"StringEquals":{{"a:b":"c"}}"#)), Verdict::Allow);
    assert_eq!(verdict(r#""IpAddress":{"acs:VpcSourceIp":"x"}"#), Verdict::Allow);
}

#[test]
fn addresses_with_stars_are_for_oss() {
    let statement = |action: &str| {
        format!(
            r#"{{"Effect":"Allow","Action":"{action}","Resource":"*","Condition":{{"IpAddress":{{"acs:SourceIp":"10.0.*"}}}}}}"#
        )
    };
    let codes = faults(DocumentKind::Identity, &document(&statement("ecs:*")), &STANDARD);
    assert_eq!(codes, [FaultCode::InvalidConditionValue]);
    let from = |address: &str| ask("oss:GetObject", "*").with("acs:SourceIp", address);
    assert!(allowed(&statement("oss:*"), &STANDARD, &from("10.0.7.7")));
    assert!(!allowed(&statement("oss:*"), &STANDARD, &from("10.1.7.7")));
    assert!(!allowed(&statement("oss:*"), &STANDARD, &from("10.0.x")));
}

#[test]
fn repeated_stars() {
    let lenient = Dialect { refuse_repeated_stars: false, ..STANDARD };
    let bucket = document(r#"{"Effect":"Allow","Principal":["*"],"Action":"oss:Get**","Resource":"acs:oss:*:*:b"}"#);
    refused_and_taken(DocumentKind::Bucket, &bucket, &STANDARD, &lenient, FaultCode::RepeatedStars);
    let identity = document(r#"{"Effect":"Allow","Action":"oss:Get**","Resource":"acs:oss:*:*:b/**"}"#);
    assert_eq!(faults(DocumentKind::Identity, &identity, &STANDARD), []);
}

#[test]
fn size_limits() {
    let unlimited = Dialect { size_limits: false, ..STANDARD };
    let text = document(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#) + &" ".repeat(6144);
    refused_and_taken(DocumentKind::Identity, &text, &STANDARD, &unlimited, FaultCode::TooLong);
    let field = format!(
        r#"{{"Effect":"Allow","Principal":["*"],"Action":"oss:*","Resource":"acs:oss:*:*:{}"}}"#,
        "b".repeat(4095)
    );
    refused_and_taken(DocumentKind::Bucket, &document(&field), &STANDARD, &unlimited, FaultCode::FieldTooLong);
}

fn at_bucket(principal: Principal, identity: &PolicySet, bucket: &PolicySet, dialect: &Dialect) -> Decision {
    let request = Request::new(principal, "oss:GetObject", "acs:oss:*:2000000000000002:b/k").unwrap();
    decide(&Layers { resource: ResourceLayer::Grants(bucket), dialect, ..Layers::new(identity) }, &request)
}

#[test]
fn an_account_uid_in_a_bucket_policy() {
    let covering = Dialect { account_uid_covers_users: true, ..STANDARD };
    let statement =
        r#"{"Effect":"Allow","Principal":["1000000000000001"],"Action":"oss:*","Resource":"acs:oss:*:*:b/*"}"#;
    for (dialect, expected) in [(&STANDARD, false), (&covering, true)] {
        let bucket = set(DocumentKind::Bucket, statement, dialect);
        assert_eq!(at_bucket(alice(), &PolicySet::empty(), &bucket, dialect).is_allowed(), expected);
        assert!(at_bucket(Principal::owner(ACCOUNT), &PolicySet::empty(), &bucket, dialect).is_allowed());
        let session = Principal::role_session(ACCOUNT, "r", "s");
        assert!(!at_bucket(session, &PolicySet::empty(), &bucket, dialect).is_allowed());
    }
}

#[test]
fn a_deny_at_home_and_a_bucket_abroad() {
    let reaching = Dialect { home_deny_reaches_abroad: true, ..STANDARD };
    let home = identity(r#"{"Effect":"Deny","Action":"oss:*","Resource":"*"}"#, &STANDARD);
    let bucket = set(
        DocumentKind::Bucket,
        r#"{"Effect":"Allow","Principal":["200000000000000011"],"Action":"oss:*","Resource":"acs:oss:*:*:b/*"}"#,
        &STANDARD,
    );
    assert_eq!(at_bucket(alice(), &home, &bucket, &STANDARD).verdict, Verdict::Allow);
    assert_eq!(at_bucket(alice(), &home, &bucket, &reaching).verdict, Verdict::ExplicitDeny);
}

fn assume(account: &str, identity: &PolicySet, dialect: &Dialect) -> Decision {
    let trust = set(
        DocumentKind::Trust,
        r#"{"Effect":"Allow","Principal":{"RAM":"acs:ram::1000000000000001:root"},"Action":"sts:AssumeRole"}"#,
        dialect,
    );
    let request = Request::new(alice(), "sts:AssumeRole", &format!("acs:ram:*:{account}:role/deploy")).unwrap();
    decide(&Layers { resource: ResourceLayer::Trust(&trust), dialect, ..Layers::new(identity) }, &request)
}

#[test]
fn trust_without_a_grant() {
    let alone = Dialect { trust_alone_suffices: true, ..STANDARD };
    let nothing = PolicySet::empty();
    assert_eq!(assume(ACCOUNT, &nothing, &STANDARD).layer, Layer::Identity);
    assert!(!assume(ACCOUNT, &nothing, &STANDARD).is_allowed());
    assert!(assume(ACCOUNT, &nothing, &alone).is_allowed());
    // Across accounts the grant is needed in any dialect.
    assert!(!assume("2000000000000002", &nothing, &alone).is_allowed());
}

#[test]
fn a_role_that_neither_half_allows() {
    let trust_first = Dialect { silent_assumption_names_identity: false, ..STANDARD };
    let silent = set(
        DocumentKind::Trust,
        r#"{"Effect":"Allow","Principal":{"Service":"ecs.aliyuncs.com"},"Action":"sts:AssumeRole"}"#,
        &STANDARD,
    );
    let nothing = PolicySet::empty();
    let level = |dialect: &Dialect| {
        let layers = Layers { resource: ResourceLayer::Trust(&silent), dialect, ..Layers::new(&nothing) };
        decide(&layers, &ask("sts:AssumeRole", "acs:ram:*:1000000000000001:role/deploy")).level
    };
    assert_eq!(level(&STANDARD), Some(PolicyLevel::AccountLevelIdentityBasedPolicy));
    assert_eq!(level(&trust_first), Some(PolicyLevel::AssumeRolePolicy));
}

#[test]
fn a_deny_at_resource_group_scope() {
    let overriding = Dialect { resource_group_deny_overrides: true, ..STANDARD };
    let allow = identity(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#, &STANDARD);
    let deny = identity(r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#, &STANDARD);
    let verdict = |account: &PolicySet, group: &PolicySet, dialect: &Dialect| {
        let layers = Layers { identity_resource_group: Some(group), dialect, ..Layers::new(account) };
        let decision = decide(&layers, &ask("ecs:StopInstance", "*"));
        (decision.verdict, decision.layer)
    };
    assert_eq!(verdict(&allow, &deny, &STANDARD), (Verdict::Allow, Layer::Identity));
    assert_eq!(verdict(&allow, &deny, &overriding), (Verdict::ExplicitDeny, Layer::IdentityResourceGroup));
    assert_eq!(verdict(&allow, &allow, &overriding), (Verdict::Allow, Layer::Identity));
    assert_eq!(verdict(&deny, &allow, &overriding), (Verdict::ExplicitDeny, Layer::Identity));
}

#[test]
fn where_silence_is_reported() {
    let account_always = Dialect { implicit_deny_names_last_scope: false, ..STANDARD };
    let nothing = PolicySet::empty();
    let level = |group: Option<&PolicySet>, dialect: &Dialect| {
        let layers = Layers { identity_resource_group: group, dialect, ..Layers::new(&nothing) };
        decide(&layers, &ask("ecs:StopInstance", "*")).policy_type()
    };
    assert_eq!(level(Some(&nothing), &STANDARD), Some("ResourceGroupLevelIdentityBasedPolicy"));
    assert_eq!(level(Some(&nothing), &account_always), Some("AccountLevelIdentityBasedPolicy"));
    assert_eq!(level(None, &STANDARD), Some("AccountLevelIdentityBasedPolicy"));
}
