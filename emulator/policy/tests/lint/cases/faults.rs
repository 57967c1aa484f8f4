//! Cases of what is no policy at all.

use acslab_policy::DocumentKind::{Bucket, Session, Trust};

use crate::case::{Case, action, allow, case, id, identity, trust, under};

pub(super) fn cases() -> Vec<Case> {
    vec![
        // Faults: the statement's other mistakes are found all the same, where it says what is written.
        id(
            "{ \"Version\": \"1\", // the language\n\"Statement\": [ { \"Effect\": \"Allow\", \"Action\": \"oss:HeadObject\", \"Resource\": \"*\" } ] }".into(),
            &["comment", "operation-name Statement[0].Action"],
            Some("JSON has no comments, remove it"),
        ),
        id(
            identity(r#"{ "effect": "Allow", "Action": "oss:HeadObject", "Resource": "acs:oss:*:*:b" }"#),
            &[ "unknown-element Statement[0].effect", "operation-name Statement[0].Action"],
            None,
        ),
        id(
            under("Allow", r#""oss:GetObject""#, r#"{ "StringEqual": { "oss:Prefix": "a" } }"#),
            &["unknown-operator Statement[0].Condition.StringEqual"],
            Some("did you mean `StringEquals`? letter case counts"),
        ),
        id(
            under("Allow", r#""oss:GetObject""#, r#"{ "StringEqualsIfExists": { "acs:SourceVpc": "a" } }"#),
            &["unsupported-operator Statement[0].Condition.StringEqualsIfExists"],
            None,
        ),
        id(
            under("Allow", r#""oss:GetObject""#, r#"{ "IpAddress": { "acs:SourceIp": "10.0.0" } }"#),
            &["invalid-condition-value Statement[0].Condition.IpAddress.acs:SourceIp"],
            None,
        ),
        id(
            under("Allow", r#""oss:GetObject""#, r#"{ "StringEquals": { "SourceVpc": "a" } }"#),
            &["invalid-condition-key Statement[0].Condition.StringEquals.SourceVpc"],
            None,
        ),
        id(identity(r#"{ "Effect": "Allow", "Resource": "*" }"#), &["missing-element Statement[0]"], None),
        id(identity(""), &["empty Statement"], None),
        id("{".into(), &["invalid-json"], None),
        id(format!("{} x", allow(r#""oss:*""#, r#""*""#)), &["trailing-text"], None),
        id(allow(r#"["oss:*",]"#, r#""*""#), &["trailing-comma Statement[0].Action"], None),
        id(allow(r#"["oss:Get*" "oss:Put*"]"#, r#""*""#), &["missing-comma Statement[0].Action[1]"], None),
        id("[".repeat(40), &["too-deep"], None),
        id(
            r#"{ "Version": "1", "Version": "1", "Statement": [{ "Effect": "Deny", "Action": "*", "Resource": "*" }] }"#.into(),
            &["duplicate-member Version"],
            None,
        ),
        id(allow("7", r#""*""#), &["wrong-type Statement[0].Action"], None),
        id(
            identity(r#"{ "Effect": "Deny", "Action": "*", "NotAction": "oss:*", "Resource": "*" }"#),
            &["conflicting-elements Statement[0].NotAction"],
            None,
        ),
        id(
            r#"{ "Version": 1, "Statement": [{ "Effect": "Deny", "Action": "*", "Resource": "*" }] }"#.into(),
            &["unsupported-version Version"],
            None,
        ),
        id(
            identity(r#"{ "Effect": "ALLOW", "Action": "oss:*", "Resource": "*" }"#),
            &["invalid-effect Statement[0].Effect"],
            None,
        ),
        action(r#""GetObject""#, &["invalid-action Statement[0].Action"], None),
        id(allow(r#""oss:*""#, r#""photos/*""#), &["invalid-resource Statement[0].Resource"], None),
        case(Trust, trust(r#"{ "RAM": "*" }"#, "{}"), &["invalid-principal Statement[0].Principal.RAM"], None),
        case(Session, allow(&format!(r#""oss:{}""#, "x".repeat(2048)), r#""*""#), &["too-long", "unknown-action Statement[0].Action"], None),
        case(
            Bucket,
            identity(
                r#"{ "Effect": "Deny", "Principal": ["*"], "Action": "oss:*", "Resource": "acs:oss:*:*:b/**",
                     "Condition": { "NotIpAddress": { "acs:SourceIp": "10.0.0.0/8" } } }"#,
            ),
            &["repeated-stars Statement[0].Resource", "source-vpc-required Statement[0].Condition.NotIpAddress.acs:SourceIp"],
            None,
        ),
        case(
            Bucket,
            identity(&format!(
                r#"{{ "Effect": "Deny", "Principal": ["1234"], "Action": "oss:*", "Resource": "acs:oss:*:*:{}" }}"#,
                "b".repeat(4100)
            )),
            &["field-too-long Statement[0].Resource"],
            None,
        ),
    ]
}
