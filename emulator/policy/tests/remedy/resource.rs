//! Proposals for what a resource says itself: bucket policies, trust policies.

use std::sync::Arc;

use acslab_policy::{
    Attachment, Change, Document, DocumentKind, Layer, Layers, PolicyRef, PolicySet, PolicyType, Principal, Remedy,
    Request, ResourceLayer, would_allow,
};
use serde_json::{Value, json};

use crate::world::{PHOTO, World, added, alice, opened, policy, set};

#[test]
fn a_bucket_policy_does_not_except_a_caller_by_a_key_that_it_lacks() {
    let deny = json!([{ "Effect": "Deny", "Action": "oss:*", "Principal": ["*"], "Resource": "*" }]);
    let world = World {
        grants: Some(vec![policy(deny)]),
        ..World::identity(json!([{ "Effect": "Allow", "Action": "oss:*", "Resource": "*" }]))
    };
    let request = alice("oss:PutObject", PHOTO).with("acs:PrincipalARN", "acs:ram::1:user/alice");
    let remedies = world.would_allow(&request, &[]);
    let text = format!("{:?}{:?}", remedies.remedies, remedies.wider);
    assert!(!text.contains("PrincipalARN") && text.contains("RemoveStatement"), "{text}");
    world.holds(&request, &remedies);
}

#[test]
fn a_bucket_policy_that_denies_by_name_no_longer_names_the_caller() {
    let everything = json!([{ "Effect": "Allow", "Action": "oss:*", "Resource": "*" }]);
    let denying = |principals: Value| World {
        grants: Some(vec![policy(json!([
            { "Effect": "Deny", "Action": ["oss:*"], "Principal": principals, "Resource": ["acs:oss:*:1:photos/*"] }]))]),
        ..World::identity(everything.clone())
    };
    let narrowed = |world: &World, request: &Request| {
        let remedies = world.would_allow(request, &[]);
        world.holds(request, &remedies);
        remedies.remedies.iter().find_map(|remedy| match remedy.changes.as_slice() {
            [Change::ReplaceStatement { statement, .. }] => {
                Some((statement["Principal"].clone(), opened(remedy).len()))
            }
            _ => None,
        })
    };
    let request = alice("oss:PutObject", PHOTO);
    assert_eq!(narrowed(&denying(json!(["2001", "2002"])), &request), Some((json!(["2002"]), 1)));
    assert_eq!(narrowed(&denying(json!(["2001"])), &request), None);
    let session = Request::new(Principal::role_session("1", "Ops", "s"), "oss:PutObject", PHOTO).unwrap();
    let of_role = denying(json!(["arn:sts::1:assumed-role/ops/*", "2002"]));
    assert_eq!(narrowed(&of_role, &session), Some((json!(["2002"]), 1)));
}

/// A Deny that names the caller alone is lifted for nobody else.
#[test]
fn a_deny_is_taken_out_for_those_that_it_names() {
    for (principals, reached) in [(json!(["2001"]), false), (json!(["*"]), true)] {
        let deny = policy(
            json!([{ "Effect": "Deny", "Action": ["oss:*"], "Principal": principals, "Resource": ["acs:oss:*:1:photos/*"] }]),
        );
        let document = Arc::new(Document::parse(DocumentKind::Bucket, &deny.to_string()).unwrap());
        let bucket = Attachment::Bucket("photos".into());
        let of_bucket = PolicyRef { attached: bucket.clone(), ..PolicyRef::named("policy of photos") };
        let grants = PolicySet::compile([(of_bucket, document)]);
        let identity =
            set(DocumentKind::Identity, &[policy(json!([{ "Effect": "Allow", "Action": "oss:*", "Resource": "*" }]))]);
        let layers = Layers { resource: ResourceLayer::Grants(&grants), ..Layers::new(&identity) };
        let remedies = would_allow(&layers, &alice("oss:PutObject", PHOTO), &[]);
        let all: Vec<&Remedy> = remedies.remedies.iter().chain(&remedies.wider).collect();
        let removes = |remedy: &&&Remedy| matches!(&remedy.changes[..], [Change::RemoveStatement(_)]);
        let removing = all.iter().find(removes).unwrap_or_else(|| panic!("{all:#?}"));
        assert_eq!(removing.reaches, if reached { vec![bucket] } else { Vec::new() }, "{principals}");
    }
}

/// What several changes reach is said once, whatever stands between.
#[test]
fn a_group_is_reached_once() {
    let denying = |name: &str, group: &str, action: &str| {
        let text = policy(json!([{ "Effect": "Deny", "Action": action, "Resource": "*" }]));
        let document = Arc::new(Document::parse(DocumentKind::Identity, &text.to_string()).unwrap());
        (PolicyRef { attached: Attachment::Group(group.into()), ..PolicyRef::named(name) }, document)
    };
    let all = policy(json!([{ "Effect": "Allow", "Action": "*", "Resource": "*" }]));
    let all = (PolicyRef::named("all"), Arc::new(Document::parse(DocumentKind::Identity, &all.to_string()).unwrap()));
    let identity = PolicySet::compile([
        denying("one", "a", "oss:*"),
        denying("two", "b", "oss:*"),
        denying("three", "a", "oss:*"),
        all,
    ]);
    let remedies = would_allow(&Layers::new(&identity), &alice("oss:PutObject", PHOTO), &[]);
    let reaching = remedies.remedies.iter().chain(&remedies.wider).filter(|remedy| remedy.changes.len() == 3);
    let reached: Vec<_> = reaching.filter(|remedy| !remedy.reaches.is_empty()).map(|remedy| &remedy.reaches).collect();
    assert!(!reached.is_empty(), "{remedies:#?}");
    for groups in reached {
        for group in ["a", "b"] {
            let group = Attachment::Group(group.into());
            assert!(groups.iter().filter(|one| **one == group).count() <= 1, "{groups:?}");
        }
    }
}

#[test]
fn a_statement_for_a_bucket_policy_is_one_that_can_be_put() {
    // Saved once upon a time: an address without a VPC.
    let old = json!([{ "Effect": "Allow", "Action": ["oss:GetObject"], "Principal": ["2001"],
        "Resource": ["acs:oss:*:9:photos/b.jpg"], "Condition": { "IpAddress": { "acs:SourceIp": ["192.0.2.0/24"] } } }]);
    let world = World { grants: Some(vec![policy(old)]), ..World::default() };
    let request = alice("oss:GetObject", "acs:oss:cn-hangzhou:9:photos/a.jpg").with("acs:SourceIp", "192.0.2.7");
    let remedies = world.would_allow(&request, &[]);
    let adds = |remedy: &&Remedy| matches!(remedy.changes.as_slice(), [Change::AddStatement { .. }]);
    assert_eq!(remedies.remedies.iter().filter(adds).count(), 0, "{:#?}", remedies.remedies);
    let none = World { grants: Some(Vec::new()), ..World::default() };
    let remedies = none.would_allow(&request, &[]);
    assert_eq!(added(&remedies)["Resource"], json!("acs:oss:*:9:photos/a.jpg"));
    none.holds(&request, &remedies);
    // A workspace has no policy that somebody could edit.
    let of_workspace = alice("paiworkspace:GetWorkspace", "acs:paiworkspace:cn-hangzhou:9:workspace/1");
    let remedies = none.would_allow(&of_workspace, &[]);
    assert!(remedies.remedies.is_empty() && remedies.wider.is_empty(), "{remedies:#?}");
}

#[test]
fn what_the_cloud_says_itself_is_not_edited() {
    let fixed = |kind: PolicyType, effect: &str| {
        let text = policy(
            json!([{ "Effect": effect, "Action": ["oss:GetObject"], "Principal": ["*"], "Resource": ["acs:oss:*:*:*/*"] }]),
        );
        let document = Arc::new(Document::parse(DocumentKind::Bucket, &text.to_string()).unwrap());
        PolicySet::compile([(PolicyRef { kind, ..PolicyRef::named("ACL public-read") }, document)])
    };
    let changes = |kind: PolicyType, effect: &str| {
        let reads = policy(json!([{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": "*" }]));
        let (own, identity) = (fixed(kind, effect), set(DocumentKind::Identity, &[reads]));
        let layers = Layers { resource: ResourceLayer::Grants(&own), ..Layers::new(&identity) };
        // The bucket of another account is open by what it says itself alone.
        let (action, object) = match effect {
            "Allow" => ("oss:PutObject", "acs:oss:*:9:photos/a.jpg"),
            _ => ("oss:GetObject", PHOTO),
        };
        let remedies = would_allow(&layers, &alice(action, object), &[]);
        let edits = |change: &&Change| match change {
            Change::ReplaceStatement { target, .. } | Change::RemoveStatement(target) => {
                target.layer == Layer::Resource
            }
            _ => false,
        };
        remedies.remedies.iter().chain(&remedies.wider).flat_map(|remedy| &remedy.changes).filter(edits).count()
    };
    assert_eq!([changes(PolicyType::Fixed, "Allow"), changes(PolicyType::Fixed, "Deny")], [0, 0]);
    assert_eq!([changes(PolicyType::System, "Allow"), changes(PolicyType::System, "Deny")], [0, 0]);
    assert!(changes(PolicyType::Inline, "Allow") > 0 && changes(PolicyType::Inline, "Deny") > 0);
}

#[test]
fn a_role_assumption_needs_both_halves() {
    let world = World {
        trust: Some(vec![policy(json!([
            { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "RAM": ["acs:ram::1:user/bob"] },
              "Condition": { "StringEquals": { "sts:ExternalId": "42" } } },
        ]))]),
        ..World::default()
    };
    let request = alice("sts:AssumeRole", "acs:ram:*:1:role/ops").with("sts:ExternalId", "42");
    let remedies = world.would_allow(&request, &[]);
    let [
        Change::AddStatement { layer: Layer::Identity, .. },
        Change::AddStatement { layer: Layer::Trust, statement, .. },
    ] = remedies.remedies[0].changes.as_slice()
    else {
        panic!("{remedies:#?}")
    };
    assert_eq!(statement["Principal"], json!({ "RAM": ["acs:ram::1:user/alice"] }));
    assert_eq!(statement["Condition"], json!({ "StringEquals": { "sts:ExternalId": "42" } }));
    world.holds(&request, &remedies);
}

#[test]
fn a_foreign_bucket_can_only_be_opened_by_its_own_policy() {
    let world = World { grants: Some(Vec::new()), ..World::default() };
    let request = alice("oss:GetObject", "acs:oss:*:9:photos/a.jpg");
    let remedies = world.would_allow(&request, &[]);
    assert_eq!(added(&remedies)["Principal"], json!(["2001"]));
    world.holds(&request, &remedies);
    // Where none is known, there may be one.
    let unknown = World::default().would_allow(&request, &[]);
    assert_eq!(added(&unknown)["Principal"], json!(["2001"]));
}

#[test]
fn an_owner_cannot_be_let_assume_a_role() {
    let world = World { trust: Some(Vec::new()), ..World::default() };
    let request = Request::new(Principal::owner("1"), "sts:AssumeRole", "acs:ram:*:1:role/ops").unwrap();
    let remedies = world.would_allow(&request, &[]);
    assert!(remedies.remedies.is_empty());
    assert_eq!(remedies.impossible, Some("an account owner may not assume roles"));
}
