//! Cases of resources and accounts.

use acslab_policy::DocumentKind::Trust;

use crate::case::{Case, allow, case, id, identity, trust};

pub(super) fn cases() -> Vec<Case> {
    vec![
        // Resources.
        id(
            allow(r#""oss:ListObjects""#, r#""acs:oss:*:*:photos/*""#),
            &["resource-never-matches Statement[0].Action"],
            Some("write `acs:oss:*:*:photos`"),
        ),
        id(
            allow(r#"["oss:GetObject", "oss:PutObject"]"#, r#"["acs:oss:*:*:photos"]"#),
            &["resource-never-matches Statement[0].Action[0]"],
            Some("write `acs:oss:*:*:photos/*`"),
        ),
        id(allow(r#"["oss:GetObject", "oss:ListObjects"]"#, r#"["acs:oss:*:*:p", "acs:oss:*:*:p/*"]"#), &[], None),
        id(
            allow(r#""oss:*""#, r#"["acs:oss:*:*:photos/*", "acs:oss:*:*:photos/a/*", "acs:oss:*:*:films/*"]"#),
            &["folder-not-listed Statement[0].Resource[0]", "folder-not-listed Statement[0].Resource[2]"],
            Some("allow `oss:ListObjects` on `acs:oss:*:*:photos`, for one folder under a condition on `oss:Prefix`"),
        ),
        id(allow(r#""*""#, r#""acs:*:*:*:photos/*""#), &["folder-not-listed Statement[0].Resource"], None),
        id(allow(r#""oss:*""#, r#"["acs:oss:*:*:photos/*", "acs:oss:*:*:photos"]"#), &[], None),
        id(allow(r#""oss:*""#, r#"["acs:oss:*:*:photos/*", "acs:oss:*:*:ph*"]"#), &[], None),
        id(allow(r#""oss:*""#, r#"["acs:oss:*:*:photos*", "acs:oss:*:*:accesspoint/a/object/*"]"#), &[], None),
        id(allow(r#""oss:Get*""#, r#""acs:oss:*:*:photos/*""#), &[], None),
        id(
            identity(
                r#"{ "Effect": "Allow", "Action": "oss:*", "Resource": "acs:oss:*:*:photos/a/*" },
                   { "Effect": "Allow", "Action": "oss:List*", "Resource": "acs:oss:*:*:photos",
                     "Condition": { "StringLike": { "oss:Prefix": "a/*" } } }"#,
            ),
            &[],
            None,
        ),
        id(identity(r#"{ "Effect": "Deny", "Action": "oss:*", "Resource": "acs:oss:*:*:photos/*" }"#), &[], None),
        // Regions.
        id(
            allow(r#""oss:GetObject""#, r#"["acs:oss:oss-cn-hangzhou:*:b/*", "acs:oss:cn-hangzhou:*:b/*"]"#),
            &["no-region Statement[0].Resource[0]"],
            Some("write `cn-hangzhou`, or `*`"),
        ),
        id(
            allow(r#""ecs:StopInstance""#, r#""acs:ecs:hangzhou:*:instance/*""#),
            &["no-region Statement[0].Resource"],
            None,
        ),
        // Accounts.
        id(
            allow(r#""alidns:*""#, r#""acs:alidns:*:acs:domain/example.com""#),
            &["no-account Statement[0].Resource"],
            Some("write the account's id, or `*`"),
        ),
        id(
            allow(
                r#""oss:GetObject""#,
                r#"["acs:oss:*:*:b/*", "acs:oss:*:mycompany:b/*", "acs:oss:*:123456789012345:b/*"]"#,
            ),
            &["no-account Statement[0].Resource[1]", "no-account Statement[0].Resource[2]"],
            None,
        ),
        id(allow(r#""ram:GetPolicy""#, r#""acs:ram:*:system:policy/AliyunOSSFullAccess""#), &[], None),
        id(allow(r#""oss:GetObject""#, r#""acs:oss:*:system:b/*""#), &["no-account Statement[0].Resource"], None),
        case(
            Trust,
            trust(
                r#"{ "RAM": ["acs:ram::1234567890123456:user/a", "acs:ram::12345678:user/a"], "Service": "12@ecs.aliyuncs.com" }"#,
                "{}",
            ),
            &["no-account Statement[0].Principal.RAM[1]", "no-account Statement[0].Principal.Service"],
            Some("write the account's id"),
        ),
        id(
            allow(r#""oss:ListBuckets""#, r#""acs:oss:*:*:photos""#),
            &["resource-never-matches Statement[0].Action"],
            Some("name `acs:oss:*:*:*`"),
        ),
        id(
            allow(r#""ram:ListUsers""#, r#""acs:ram:*:*:user/alice""#),
            &["resource-never-matches Statement[0].Action"],
            Some("name `acs:ram:*:*:user/*`"),
        ),
        id(
            allow(r#""sts:AssumeRole""#, r#""acs:sts:*:*:role/deploy""#),
            &["resource-never-matches Statement[0].Action"],
            Some("name `acs:ram:*:*:role/<name>`"),
        ),
        id(allow(r#""sts:AssumeRole""#, r#""acs:ram:*:*:role/deploy""#), &[], None),
        id(
            allow(r#""ram:GetUser""#, r#""acs:ram:cn-hangzhou:*:user/alice""#),
            &["resource-never-matches Statement[0].Action"],
            None,
        ),
        id(
            allow(r#""pailangstudio:CreateRuntime""#, r#""acs:pailangstudio:*:*:runtime/1""#),
            &["no-resource-level Statement[0].Action"],
            Some("allow it in a statement of its own, on `*`"),
        ),
        id(allow(r#""pailangstudio:CreateRuntime""#, r#""acs:pailangstudio:*:*:*""#), &[], None),
        id(
            identity(
                r#"{ "Effect": "Deny", "Action": "ecs:CancelTask", "Resource": "acs:ecs:*:*:instance/i-1" },
                   { "Effect": "Allow", "Action": "ecs:*", "Resource": "acs:ecs:*:*:instance/i-1" }"#,
            ),
            &["no-resource-level Statement[0].Action"],
            Some("deny it in a statement of its own, on `*`"),
        ),
        id(
            allow(r#""oss:GetObject""#, r#"["acs:oss:*:*:photos", "acs:oss:*:*:photos/*"]"#),
            &["resource-unused Statement[0].Resource[0]"],
            None,
        ),
        id(
            allow(r#""oss:*""#, r#""acs:oss:*""#),
            &["short-arn Statement[0].Resource"],
            Some("write all five fields, e.g. `acs:oss:*:*:*`"),
        ),
        // Nothing is published of what these act on.
        id(allow(r#""slb:AddBackendServers""#, r#""acs:ecs:*:*:instance/i-1""#), &[], None),
        id(allow(r#""ecs:CreateInstance""#, r#""acs:ecs:*:*:instance/*""#), &[], None),
    ]
}
