//! Cases of trust policies and bucket policies.

use acslab_policy::DocumentKind::{Bucket, Trust};

use crate::case::{Case, case, identity, trust};

pub(super) fn cases() -> Vec<Case> {
    vec![
        // Trust.
        case(Trust, trust(r#"{ "Service": ["ecs.aliyuncs.com"], "RAM": [] }"#, "{}"), &[], None),
        case(
            Trust,
            trust(r#"{ "RAM": "acs:ram::1234567890123456:root" }"#, "{}"),
            &["trusts-account Statement[0].Principal.RAM"],
            None,
        ),
        case(
            Trust,
            trust(
                r#"{ "RAM": ["acs:ram::1234567890123456:root"] }"#,
                r#"{ "StringEquals": { "sts:ExternalId": "x" } }"#,
            ),
            &[],
            None,
        ),
        case(
            Trust,
            trust(r#"{ "Service": "ecs.aliyun.com" }"#, "{}"),
            &["service-name Statement[0].Principal.Service"],
            Some("did you mean `ecs.aliyuncs.com`?"),
        ),
        case(
            Trust,
            identity(
                r#"{ "Effect": "Allow", "Action": "ram:PassRole", "Principal": { "Service": "ecs.aliyuncs.com" } }"#,
            ),
            &["trust-action Statement[0].Action"],
            Some("write `sts:AssumeRole`"),
        ),
        case(
            Trust,
            trust(r#"{ "Federated": "acs:ram::1234567890123456:oidc-provider/git" }"#, "{}"),
            &["oidc-no-audience Statement[0].Principal.Federated", "oidc-no-subject Statement[0].Principal.Federated"],
            None,
        ),
        case(
            Trust,
            trust(
                r#"{ "Federated": "acs:ram::1234567890123456:oidc-provider/git" }"#,
                r#"{ "StringEquals": { "oidc:aud": "x" }, "StringLike": { "oidc:sub": ["repo:me/app:ref:*"] } }"#,
            ),
            &["oidc-wide-subject Statement[0].Condition.StringLike.oidc:sub[0]"],
            Some("name the exact subjects"),
        ),
        case(
            Trust,
            trust(r#"{ "Federated": "acs:ram::1234567890123456:saml-provider/corp" }"#, "{}"),
            &["saml-no-recipient Statement[0].Principal.Federated"],
            None,
        ),
        // Bucket policies.
        case(
            Bucket,
            identity(
                r#"{ "Effect": "Allow", "Principal": ["*"], "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/*" }"#,
            ),
            &["public-bucket Statement[0].Principal[0]"],
            None,
        ),
        case(
            Bucket,
            identity(
                r#"{ "Effect": "Deny", "Principal": ["arn:sts::1234567890123456:assumed-role/Ops/*", "arn:sts::1234567890123456:assumed-role/ops/*"],
                     "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/*" }"#,
            ),
            &["role-case Statement[0].Principal[0]"],
            Some("write `arn:sts::1234567890123456:assumed-role/ops/*`"),
        ),
        case(
            Bucket,
            identity(
                r#"{ "Effect": "Deny", "Principal": ["*"], "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/*",
                     "Condition": { "StringNotLike": { "acs:PrincipalARN": "acs:ram:*:*:role/x" } } }"#,
            ),
            &["condition-key-never-present Statement[0].Condition.StringNotLike.acs:PrincipalARN"],
            None,
        ),
        case(
            Bucket,
            identity(
                r#"{ "Effect": "Deny", "Principal": ["arn:sts::1234567890123456:assumed-role/Ops/*", "arn:sts::1234567890123456:assumed-role/ops/*"],
                     "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/*" }"#,
            ),
            &["role-case Statement[0].Principal[0]"],
            Some("write `arn:sts::1234567890123456:assumed-role/ops/*`"),
        ),
        case(
            Bucket,
            identity(
                r#"{ "Effect": "Allow", "Principal": ["acs:ram::1234567890123456:role/Ops", "acs:ram::1234567890123456:root", "alice"],
                     "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/*" }"#,
            ),
            &[
                "principal-nobody Statement[0].Principal[0]",
                "principal-nobody Statement[0].Principal[1]",
                "principal-nobody Statement[0].Principal[2]",
            ],
            Some("write `arn:sts::1234567890123456:assumed-role/ops/*`"),
        ),
    ]
}
