//! Explanations: the same answer as `decide`, and the text a person reads.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::sync::Arc;

use acslab_policy::{
    Attachment, Document, DocumentKind, Layers, PolicyRef, PolicySet, PolicyType, Principal, Reason, Request,
    ResourceLayer, Step, decide, explain,
};

fn policy(name: &str, kind: DocumentKind, attached: Attachment, text: &str) -> (PolicyRef, Arc<Document>) {
    let reference = PolicyRef { name: name.into(), kind: PolicyType::Custom, version: Some("v2".into()), attached };
    (reference, Arc::new(Document::parse(kind, text).unwrap()))
}

fn identity() -> PolicySet {
    PolicySet::compile([
        policy(
            "ReadPhotos",
            DocumentKind::Identity,
            Attachment::User("alice".into()),
            r#"{
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
}"#,
        ),
        policy(
            "NoDelete",
            DocumentKind::Identity,
            Attachment::Group("staff".into()),
            r#"{ "Version": "1", "Statement": [
  { "Effect": "Deny", "Action": "oss:Delete*", "Resource": "*" } ] }"#,
        ),
    ])
}

fn alice(action: &str, resource: &str) -> Request {
    let alice = Principal::ram_user("1234567890123456", "204567890123450001", "alice");
    Request::new(alice, action, resource).unwrap()
}

#[test]
fn show() {
    let identity = identity();
    let layers = Layers::new(&identity);
    for request in [
        alice("oss:GetObject", "acs:oss:*:1234567890123456:photos/a.jpg").with("acs:SourceIp", "11.1.2.3"),
        alice("oss:GetObject", "acs:oss:*:1234567890123456:photos/a.jpg").with("acs:SourceIp", "10.1.2.3"),
        alice("oss:DeleteObject", "acs:oss:*:1234567890123456:photos/a.jpg"),
        alice("oss:DeleteObject", "acs:oss:*:999:photos/a.jpg"),
    ] {
        let explanation = explain(&layers, &request);
        assert_eq!(explanation.decision, decide(&layers, &request));
        println!("{explanation}\n-------------");
    }
    println!("{}", serde_json::to_string(&explain(&layers, &alice("oss:DeleteObject", "*"))).unwrap());
}
