//! Cases of what statements have in common, and what they give away.

use acslab_policy::DocumentKind::Session;

use crate::case::{Case, action, allow, case, id, identity, under};

pub(super) fn cases() -> Vec<Case> {
    vec![
        // Overlap.
        id(
            identity(
                r#"{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/x/*" },
                   { "Effect": "Allow", "Action": "oss:Get*", "Resource": "acs:oss:*:*:b/*" }"#,
            ),
            &["shadowed-statement Statement[0]"],
            None,
        ),
        id(
            identity(
                r#"{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/*" },
                   { "Effect": "Allow", "Action": "oss:Get*", "Resource": "acs:oss:*:*:b/*",
                     "Condition": { "Bool": { "acs:SecureTransport": "true" } } }"#,
            ),
            &[],
            None,
        ),
        id(
            identity(
                r#"{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/*" },
                   { "Effect": "Deny", "Action": "oss:*", "Resource": "*" }"#,
            ),
            &["useless-allow Statement[0]"],
            None,
        ),
        id(
            identity(
                r#"{ "Effect": "Allow", "Action": ["oss:GetObject", "oss:PutObject"], "Resource": "acs:oss:*:*:b/*" },
                   { "Effect": "Deny", "Action": "oss:Put*", "Resource": "acs:oss:*:*:*" }"#,
            ),
            &["useless-allow Statement[0].Action[1]"],
            None,
        ),
        id(
            identity(
                r#"{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/*" },
                   { "Effect": "Deny", "NotAction": ["oss:Get*"], "Resource": "*" }"#,
            ),
            &[],
            None,
        ),
        action(r#"["oss:GetObject", "oss:Get*"]"#, &["redundant-action Statement[0].Action[0]"], None),
        // Privileges.
        action(r#""*""#, &["full-access Statement[0].Action"], None),
        action(r#""ram:PassRole""#, &["pass-any-role Statement[0].Action"], None),
        id(allow(r#""ram:PassRole""#, r#""acs:ram:*:*:role/*""#), &["pass-any-role Statement[0].Action"], None),
        id(allow(r#""ram:PassRole""#, r#""acs:ram:*:*:role/worker""#), &[], None),
        id(
            under("Allow", r#""ram:PassRole""#, r#"{ "StringEquals": { "acs:Service": "fc.aliyuncs.com" } }"#),
            &[],
            None,
        ),
        action(r#""sts:*""#, &["assume-any-role Statement[0].Action"], None),
        id(
            allow(r#""sts:AssumeRole""#, r#""acs:ram:*:1234567890123456:role/*""#),
            &["assume-any-role Statement[0].Action"],
            None,
        ),
        action(
            r#"["ram:ListUsers", "ram:AttachPolicyToUser", "ram:CreateAccessKey"]"#,
            &["privilege-escalation Statement[0].Action[1]"],
            None,
        ),
        id(allow(r#""ram:CreateAccessKey""#, r#""acs:ram:*:*:user/alice""#), &[], None),
        id(
            allow(
                r#""ram:AttachPolicyToUser""#,
                r#"["acs:ram:*:*:user/*", "acs:ram:*:system:policy/AliyunOSSReadOnlyAccess"]"#,
            ),
            &[],
            None,
        ),
        id(
            allow(r#""ram:AttachPolicyToUser""#, r#"["acs:ram:*:*:user/alice", "acs:ram:*:system:policy/*"]"#),
            &["privilege-escalation Statement[0].Action"],
            None,
        ),
        case(Session, allow(r#""*""#, r#""*""#), &[], None),
    ]
}
