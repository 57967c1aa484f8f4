//! What would allow a denied request: the proposals themselves, and that each of them does what it says.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::collections::BTreeMap;
use std::sync::Arc;

use acslab_policy::{
    Action, Change, Dialect, Document, DocumentKind, KeyOf, Layer, Layers, PolicyRef, PolicySet, PolicyType, Principal,
    Remedies, Remedy, Request, ResourceLayer, decide, would_allow,
};
use serde_json::{Value, json};

/// The documents of each layer, as JSON, so that the test can change them by itself.
#[derive(Clone, Default)]
struct World {
    control: Vec<Vec<Value>>,
    session: Option<Vec<Value>>,
    identity: Vec<Value>,
    group: Option<Vec<Value>>,
    grants: Option<Vec<Value>>,
    trust: Option<Vec<Value>>,
}

fn set(kind: DocumentKind, documents: &[Value]) -> PolicySet {
    PolicySet::compile(documents.iter().enumerate().filter(|(_, document)| document["Statement"] != json!([])).map(
        |(index, document)| {
            let document = Document::parse_with(kind, &document.to_string(), &Dialect::STORED).unwrap();
            (PolicyRef::named(format!("p{index}")), Arc::new(document))
        },
    ))
}

impl World {
    fn identity(statements: Value) -> Self {
        Self { identity: vec![policy(statements)], ..Self::default() }
    }

    fn asked<T>(&self, ask: impl FnOnce(&Layers<'_>) -> T) -> T {
        let control: Vec<_> = self.control.iter().map(|node| set(DocumentKind::Control, node)).collect();
        let session = self.session.as_ref().map(|documents| set(DocumentKind::Session, documents));
        let identity = set(DocumentKind::Identity, &self.identity);
        let group = self.group.as_ref().map(|documents| set(DocumentKind::Identity, documents));
        let grants = self.grants.as_ref().map(|documents| set(DocumentKind::Bucket, documents));
        let trust = self.trust.as_ref().map(|documents| set(DocumentKind::Trust, documents));
        ask(&Layers {
            control: &control,
            session: session.as_ref(),
            identity_resource_group: group.as_ref(),
            resource: match (&grants, &trust) {
                (Some(set), _) => ResourceLayer::Grants(set),
                (None, Some(set)) => ResourceLayer::Trust(set),
                (None, None) => ResourceLayer::None,
            },
            ..Layers::new(&identity)
        })
    }

    fn would_allow(&self, request: &Request, known: &[&str]) -> Remedies {
        let known: Vec<_> = known.iter().map(|action| Action::parse(action).unwrap()).collect();
        self.asked(|layers| would_allow(layers, request, &known))
    }

    fn layer(&mut self, layer: Layer, node: u32) -> &mut Vec<Value> {
        match layer {
            Layer::Control => &mut self.control[node as usize],
            Layer::Session => self.session.as_mut().unwrap(),
            Layer::Identity => &mut self.identity,
            Layer::IdentityResourceGroup => self.group.as_mut().unwrap(),
            Layer::Resource => self.grants.as_mut().unwrap(),
            Layer::Trust => self.trust.as_mut().unwrap(),
            other => panic!("no policies in {other:?}"),
        }
    }

    /// The test's own way to carry changes out, apart from the one that the engine tries them with.
    fn changed(&self, changes: &[Change]) -> Self {
        let mut world = self.clone();
        for change in changes {
            match change {
                Change::ReplaceStatement { target, statement } => {
                    let document = &mut world.layer(target.layer, target.node)[target.index as usize];
                    document["Statement"][target.statement as usize] = statement.clone();
                }
                // Emptied, so that the numbers of the others stay.
                Change::RemoveStatement(target) => {
                    let document = &mut world.layer(target.layer, target.node)[target.index as usize];
                    document["Statement"][target.statement as usize] = Value::Null;
                }
                Change::AddStatement { layer, node, statement } => {
                    world.layer(*layer, *node).push(policy(json!([statement])));
                }
                Change::SetKey { .. } => {}
            }
        }
        let layers = world.control.iter_mut().chain(world.session.as_mut()).chain([&mut world.identity]);
        let layers = layers.chain(world.group.as_mut()).chain(world.grants.as_mut()).chain(world.trust.as_mut());
        for document in layers.flatten() {
            document["Statement"].as_array_mut().unwrap().retain(|statement| !statement.is_null());
        }
        world
    }

    /// Every proposal, carried out, allows; with any one of its changes left out it does not.
    fn holds(&self, request: &Request, remedies: &Remedies) {
        for remedy in remedies.remedies.iter().chain(&remedies.wider) {
            remedy.changes.iter().for_each(is_of_its_language);
            let allowed = |changes: &[Change]| {
                let mut request = request.clone();
                for change in changes {
                    if let Change::SetKey { key, values, .. } = change {
                        request.set_many(key.as_str(), values.iter().map(String::as_str));
                    }
                }
                self.changed(changes).asked(|layers| decide(layers, &request).is_allowed())
            };
            assert!(allowed(&remedy.changes), "does not allow: {:#?}", remedy.changes);
            for left_out in 0..remedy.changes.len() {
                let mut fewer = remedy.changes.clone();
                fewer.remove(left_out);
                assert!(!allowed(&fewer), "not needed: {:#?}", remedy.changes[left_out]);
            }
        }
    }
}

/// What is proposed for a bucket policy could be put there.
fn is_of_its_language(change: &Change) {
    let (layer, statement) = match change {
        Change::AddStatement { layer, statement, .. } => (*layer, statement),
        Change::ReplaceStatement { target, statement } => (target.layer, statement),
        Change::RemoveStatement(_) | Change::SetKey { .. } => return,
    };
    if layer == Layer::Resource {
        let text = policy(json!([statement])).to_string();
        let read = Document::parse_with(DocumentKind::Bucket, &text, &Dialect::STANDARD);
        assert!(read.is_ok() && !text.contains("rincipalA"), "{text}: {read:?}");
    }
}

#[expect(clippy::needless_pass_by_value, reason = "called with values made on the spot")]
fn policy(statements: Value) -> Value {
    json!({ "Version": "1", "Statement": statements })
}

fn alice(action: &str, resource: &str) -> Request {
    Request::new(Principal::ram_user("1", "2001", "alice"), action, resource).unwrap()
}

/// The statement that a proposal adds, by one change and no other.
fn added(remedies: &Remedies) -> &Value {
    let only = |remedy: &'_ Remedy| matches!(remedy.changes.as_slice(), [Change::AddStatement { .. }]);
    match remedies.remedies.iter().find(|remedy| only(remedy)).map(|remedy| &remedy.changes[0]) {
        Some(Change::AddStatement { statement, .. }) => statement,
        _ => panic!("no grant alone: {remedies:#?}"),
    }
}

/// The keys and values that a proposal sets, if it changes nothing else.
fn keys(remedy: &Remedy) -> Option<Vec<(&str, &str, KeyOf)>> {
    let key = |change: &'_ Change| match change {
        Change::SetKey { key, values, of } => Some((key.as_str().to_owned(), values[0].clone(), *of)),
        _ => None,
    };
    let keys: Option<Vec<_>> = remedy.changes.iter().map(key).collect();
    keys.map(|keys| keys.into_iter().map(|(key, value, of)| (&*key.leak(), &*value.leak(), of)).collect())
}

const PHOTO: &str = "acs:oss:*:1:photos/a.jpg";

#[test]
fn a_missing_grant_is_as_narrow_as_the_request() {
    let world = World::identity(json!([{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": PHOTO }]));
    let request = alice("oss:PutObject", PHOTO);
    let remedies = world.would_allow(&request, &["oss:PutObject", "oss:DeleteObject"]);
    assert_eq!(added(&remedies), &json!({ "Effect": "Allow", "Action": "oss:PutObject", "Resource": PHOTO }));
    assert_eq!(remedies.remedies[0].also_allows, []);
    world.holds(&request, &remedies);
}

#[test]
fn what_is_allowed_needs_nothing() {
    let world = World::identity(json!([{ "Effect": "Allow", "Action": "oss:*", "Resource": "*" }]));
    assert!(world.would_allow(&alice("oss:PutObject", PHOTO), &[]).remedies.is_empty());
}

#[test]
fn a_list_that_denies_loses_one_entry_rather_than_the_whole_statement() {
    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "oss:*", "Resource": "*" },
        { "Effect": "Deny", "Action": ["oss:PutObject", "oss:DeleteObject"], "Resource": "*" },
    ]));
    let request = alice("oss:PutObject", PHOTO);
    let remedies = world.would_allow(&request, &["oss:PutObject", "oss:DeleteObject", "oss:GetObject"]);
    let [Change::ReplaceStatement { target, statement }] = remedies.remedies[0].changes.as_slice() else {
        panic!("{remedies:#?}")
    };
    assert_eq!((target.statement, &statement["Action"]), (1, &json!(["oss:DeleteObject"])));
    // The other resource that the same action then reaches is said; DeleteObject stays denied.
    assert!(remedies.remedies[0].also_allows.iter().all(|other| other.action == "oss:PutObject"));
    // Taking the whole statement out opens more: it is not proposed unless somebody asks for it.
    let removes = |remedy: &Remedy| remedy.changes.iter().any(|change| matches!(change, Change::RemoveStatement(_)));
    assert!(!remedies.remedies.iter().any(removes));
    assert!(removes(&remedies.wider[0]));
    assert!(remedies.wider[0].also_allows.iter().any(|other| other.action == "oss:DeleteObject"));
    world.holds(&request, &remedies);
}

#[test]
fn several_obstacles_are_all_named() {
    let mut world =
        World::identity(json!([{ "Effect": "Deny", "Action": "oss:Put*", "Resource": "acs:oss:*:*:photos/*" }]));
    world.identity.push(policy(json!([{ "Effect": "Deny", "NotAction": "oss:GetObject", "Resource": "*" }])));
    world.session = Some(vec![policy(json!([{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": "*" }]))]);
    world.control = vec![vec![policy(json!([{ "Effect": "Allow", "Action": "ecs:*", "Resource": "*" }]))]];
    let request = Request::new(Principal::role_session("1", "ops", "s"), "oss:PutObject", PHOTO).unwrap();
    let remedies = world.would_allow(&request, &[]);
    let layers: Vec<_> = remedies.wider[0]
        .changes
        .iter()
        .map(|change| match change {
            Change::AddStatement { layer, .. } => ("add", *layer),
            Change::RemoveStatement(target) | Change::ReplaceStatement { target, .. } => ("lift", target.layer),
            Change::SetKey { .. } => ("set", Layer::None),
        })
        .collect();
    assert_eq!(
        layers,
        [
            ("add", Layer::Control),
            ("add", Layer::Session),
            ("lift", Layer::Identity),
            ("lift", Layer::Identity),
            ("add", Layer::Identity)
        ]
    );
    world.holds(&request, &remedies);
}

#[test]
fn conditions_of_the_nearest_statement_are_kept() {
    let conditions =
        json!({ "IpAddress": { "acs:SourceIp": "10.0.0.0/8" }, "StringEquals": { "oss:BucketTag/Product": "A" } });
    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:other/*", "Condition": conditions },
    ]));
    let request = alice("oss:GetObject", PHOTO).with("acs:SourceIp", "10.1.1.1").with("oss:BucketTag/Product", "A");
    let remedies = world.would_allow(&request, &[]);
    assert_eq!(added(&remedies)["Condition"], conditions);
    world.holds(&request, &remedies);

    // A value that does not fit is narrowed to the one that the request has. A condition that fails for want of a key stays: it is
    // the bucket that has to be tagged.
    let request = alice("oss:GetObject", PHOTO).with("acs:SourceIp", "11.1.1.1");
    let remedies = world.would_allow(&request, &[]);
    let [Change::AddStatement { statement, .. }, Change::SetKey { key, values, of: KeyOf::Resource }] =
        remedies.remedies[0].changes.as_slice()
    else {
        panic!("{remedies:#?}")
    };
    let narrowed =
        json!({ "IpAddress": { "acs:SourceIp": "11.1.1.1" }, "StringEquals": { "oss:BucketTag/Product": "A" } });
    assert_eq!(statement["Condition"], narrowed);
    assert_eq!((key.as_str(), values.as_slice()), ("oss:BucketTag/Product", &["A".to_owned()][..]));
    world.holds(&request, &remedies);
}

/// What the caller or the resource can do about it comes before any policy, and no proposal drops the condition that failed.
#[test]
fn the_request_and_the_resource_come_first() {
    let tagged = json!({ "StringEquals": { "oss:BucketTag/Product": "PaiLangStudio" } });
    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "oss:GetObject", "Resource": "*", "Condition": tagged },
    ]));
    let request = alice("oss:GetObject", PHOTO).with("oss:BucketTag/Product", "PAILangStudio");
    let remedies = world.would_allow(&request, &["oss:GetObject", "oss:PutObject"]);
    assert_eq!(keys(&remedies.remedies[0]), Some(vec![("oss:BucketTag/Product", "PaiLangStudio", KeyOf::Resource)]));
    let unconditional = |change: &Change| matches!(change, Change::AddStatement { statement, .. } | Change::ReplaceStatement { statement, .. } if statement.get("Condition").is_none());
    assert!(!remedies.remedies.iter().flat_map(|remedy| &remedy.changes).any(unconditional));
    assert!(remedies.wider.iter().flat_map(|remedy| &remedy.changes).any(unconditional));
    world.holds(&request, &remedies);

    let world = World {
        trust: Some(vec![policy(json!([
            { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "RAM": ["acs:ram::1:root"] },
              "Condition": { "StringEquals": { "sts:ExternalId": "42" } } },
        ]))]),
        ..World::identity(json!([{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*" }]))
    };
    let request = alice("sts:AssumeRole", "acs:ram:*:1:role/ops");
    let remedies = world.would_allow(&request, &[]);
    assert_eq!(keys(&remedies.remedies[0]), Some(vec![("sts:ExternalId", "42", KeyOf::Request)]));
    world.holds(&request, &remedies);

    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "oss:*", "Resource": "*" },
        { "Effect": "Deny", "Action": "oss:*", "Resource": "*", "Condition": { "Bool": { "acs:SecureTransport": "false" } } },
        { "Effect": "Deny", "Action": "oss:*", "Resource": "*", "Condition": { "NotIpAddress": { "acs:SourceIp": "10.0.0.0/8" } } },
    ]));
    let request = alice("oss:GetObject", PHOTO).with("acs:SecureTransport", "false").with("acs:SourceIp", "11.1.1.1");
    let remedies = world.would_allow(&request, &[]);
    let both = vec![("acs:SecureTransport", "true", KeyOf::Request), ("acs:SourceIp", "10.0.0.0", KeyOf::Request)];
    assert_eq!(keys(&remedies.remedies[0]), Some(both));
    world.holds(&request, &remedies);
}

#[test]
fn a_condition_on_yes_or_no_stays() {
    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "ram:*", "Resource": "*", "Condition": { "Bool": { "acs:MFAPresent": "true" } } },
        { "Effect": "Allow", "Action": "oss:*", "Resource": "*",
          "Condition": { "DateEquals": { "acs:CurrentTime": "2026-01-01T00:00:00Z" } } },
    ]));
    let request = alice("ram:CreateUser", "acs:ram:*:1:user/bob").with("acs:MFAPresent", "false");
    let remedies = world.would_allow(&request, &["ram:CreateUser", "ram:DeleteUser"]);
    assert_eq!(keys(&remedies.remedies[0]), Some(vec![("acs:MFAPresent", "true", KeyOf::Request)]));
    let others = remedies.remedies.iter().flat_map(|remedy| &remedy.changes).filter_map(|change| match change {
        Change::ReplaceStatement { statement, .. } | Change::AddStatement { statement, .. } => Some(statement),
        _ => None,
    });
    for statement in others {
        assert_eq!(statement["Condition"], json!({ "Bool": { "acs:MFAPresent": "true" } }));
    }
    world.holds(&request, &remedies);

    let request = alice("oss:GetObject", PHOTO).with("acs:CurrentTime", "2026-05-05T00:00:00Z");
    let remedies = world.would_allow(&request, &[]);
    let moments = format!("{:?}", remedies.remedies);
    assert!(!moments.contains("2026-05-05"), "{moments}");
    world.holds(&request, &remedies);
}

#[test]
fn a_statement_that_is_there_gets_one_entry_more() {
    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "oss:GetObject", "Resource": ["acs:oss:*:*:photos/*", "acs:oss:*:*:videos/*"] },
    ]));
    let request = alice("oss:PutObject", PHOTO);
    let remedies = world.would_allow(&request, &["oss:GetObject", "oss:PutObject"]);
    let edit = remedies.remedies.iter().find(|remedy| matches!(remedy.changes[..], [Change::ReplaceStatement { .. }]));
    let edit = edit.unwrap();
    let [Change::ReplaceStatement { statement, .. }] = edit.changes.as_slice() else { panic!() };
    assert_eq!(statement["Action"], json!(["oss:GetObject", "oss:PutObject"]));
    let opens: Vec<_> = edit.opens.iter().map(|opened| (opened.action.as_str(), opened.resource.as_str())).collect();
    assert_eq!(opens, [("oss:PutObject", "acs:oss:*:*:photos/*"), ("oss:PutObject", "acs:oss:*:*:videos/*")]);
    world.holds(&request, &remedies);
}

#[test]
fn a_deny_by_a_pattern_is_narrowed() {
    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "oss:*", "Resource": "*" },
        { "Effect": "Deny", "Action": "oss:PutObject*", "Resource": "*" },
    ]));
    let request = alice("oss:PutObject", PHOTO).with("acs:PrincipalARN", "acs:ram::1:user/alice");
    let remedies = world.would_allow(&request, &["oss:PutObject", "oss:PutObjectAcl"]);
    let statements: Vec<&Value> = remedies
        .remedies
        .iter()
        .filter_map(|remedy| match remedy.changes.as_slice() {
            [Change::ReplaceStatement { statement, .. }] => Some(statement),
            _ => None,
        })
        .collect();
    // All that is published, not only what was asked about.
    let names = ["Acl", "LegalHold", "Retention", "Tagging", "VersionAcl", "VersionTagging"];
    let others = json!(names.map(|name| format!("oss:PutObject{name}")));
    assert!(statements.iter().any(|one| one["Action"] == others), "{statements:#?}");
    let but_alice = json!({ "StringNotEquals": { "acs:PrincipalARN": ["acs:ram::1:user/alice"] } });
    assert!(statements.iter().any(|one| one["Condition"] == but_alice), "{statements:#?}");
    assert!(matches!(remedies.wider[0].changes[..], [Change::RemoveStatement(_)]));
    world.holds(&request, &remedies);
}

fn opened(remedy: &Remedy) -> Vec<(&str, &str)> {
    remedy.opens.iter().map(|opened| (opened.action.as_str(), opened.resource.as_str())).collect()
}

#[test]
fn what_a_narrowed_deny_no_longer_denies_is_said() {
    let find = |remedies: &Remedies, says: &dyn Fn(&Value) -> bool| {
        let found = remedies.remedies.iter().find(
            |remedy| matches!(remedy.changes.as_slice(), [Change::ReplaceStatement { statement, .. }] if says(statement)),
        );
        found.cloned().unwrap_or_else(|| panic!("{remedies:#?}"))
    };
    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "oss:*", "Resource": "*" },
        { "Effect": "Deny", "Action": ["oss:PutObject", "oss:DeleteObject"], "Resource": [PHOTO, "acs:oss:*:*:videos/*"] },
    ]));
    let request = alice("oss:PutObject", PHOTO);
    let remedies = world.would_allow(&request, &[]);
    let fewer_actions = find(&remedies, &|statement| statement["Action"] == json!(["oss:DeleteObject"]));
    assert_eq!(opened(&fewer_actions), [("oss:PutObject", "acs:oss:*:*:videos/*")]);
    let fewer_resources = find(&remedies, &|statement| statement["Resource"] == json!(["acs:oss:*:*:videos/*"]));
    assert_eq!(opened(&fewer_resources), [("oss:DeleteObject", PHOTO)]);
    world.holds(&request, &remedies);

    let world = World::identity(json!([
        { "Effect": "Allow", "Action": "oss:*", "Resource": "*" },
        { "Effect": "Deny", "Action": "*", "Resource": "*" },
    ]));
    let request = request.with("acs:PrincipalARN", "acs:ram::1:user/alice");
    let remedies = world.would_allow(&request, &["oss:PutObject", "oss:GetObject"]);
    // A pattern over all services is not spelt out.
    let but_alice = find(&remedies, &|statement| statement["Action"] == json!("*"));
    assert_eq!((opened(&but_alice).as_slice(), remedies.remedies.len()), (&[("*", "*")][..], 1));
    world.holds(&request, &remedies);
}

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
    let closed = World::default().would_allow(&request, &[]);
    assert!(closed.remedies.is_empty() && closed.impossible.is_some());
}

#[test]
fn an_owner_cannot_be_let_assume_a_role() {
    let world = World { trust: Some(Vec::new()), ..World::default() };
    let request = Request::new(Principal::owner("1"), "sts:AssumeRole", "acs:ram:*:1:role/ops").unwrap();
    let remedies = world.would_allow(&request, &[]);
    assert!(remedies.remedies.is_empty());
    assert_eq!(remedies.impossible, Some("an account owner may not assume roles"));
}

/// Every documented case that is denied has a way out, or none is possible; and every way out holds.
#[test]
fn every_documented_denial() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("data/cases.json")).unwrap();
    let (mut denied, mut closed) = (0, Vec::new());
    for case in &cases {
        let (world, request) = read(case);
        let remedies = world.would_allow(&request, &["oss:GetObject", "ram:CreateUser", "ecs:StopInstance"]);
        assert_eq!(remedies.decision.is_allowed(), case["expect"] == "Allow", "{}", case["id"]);
        if remedies.decision.is_allowed() {
            continue;
        }
        denied += 1;
        if remedies.remedies.is_empty() && remedies.wider.is_empty() {
            closed.push((case["id"].as_str().unwrap(), remedies.impossible));
        }
        world.holds(&request, &remedies);
    }
    assert!(denied > 200, "{denied}");
    let unexplained: Vec<_> = closed.iter().filter(|(_, why)| why.is_none()).collect();
    assert!(unexplained.is_empty(), "no way out and no reason: {unexplained:?}");
}

fn read(case: &Value) -> (World, Request) {
    let asked = &case["request"];
    let principal = &asked["principal"];
    let arn = principal["arn"].as_str().unwrap();
    let resource = asked["resource"].as_str().unwrap();
    let fields: Vec<_> = arn.split(':').collect();
    let text = |name: &str| principal[name].as_str().unwrap_or_default();
    let principal = match principal["type"].as_str().unwrap() {
        "Account" => Principal::owner(fields[3]),
        "RAMUser" => Principal::ram_user(fields[3], text("id"), fields[4].strip_prefix("user/").unwrap()),
        "AssumedRoleUser" => {
            let (role, session) = fields[4].strip_prefix("assumed-role/").unwrap().split_once('/').unwrap();
            Principal::RoleSession {
                account: fields[3].into(),
                role: role.into(),
                session: session.into(),
                service_linked: principal["service_linked"] == true,
            }
        }
        "Service" => Principal::service(arn, resource.split(':').nth(3).unwrap()),
        "Federated" => Principal::federated(arn),
        _ => Principal::Anonymous,
    };
    let action = asked["action"].as_str().unwrap();
    let mut request = Request::new(principal, action, resource).unwrap();
    let context: BTreeMap<String, String> = serde_json::from_value(asked["context"].clone()).unwrap();
    for (key, value) in &context {
        request.set(key, value);
    }
    let layer = |name: &str| case["policies"].get(name).map(|documents| documents.as_array().unwrap().clone());
    let (grants, trust) =
        if action == "sts:AssumeRole" { (None, layer("resource")) } else { (layer("resource"), None) };
    let world = World {
        control: layer("control").into_iter().collect(),
        session: layer("session"),
        identity: layer("identity").unwrap_or_default(),
        group: layer("identity_resource_group"),
        grants,
        trust,
    };
    (world, request)
}
