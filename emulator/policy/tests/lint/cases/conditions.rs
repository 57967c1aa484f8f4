//! Cases of condition keys and their values.

use crate::case::{Case, allow, id, under};

pub(super) fn cases() -> Vec<Case> {
    vec![
        // Condition keys.
        id(
            under("Allow", r#""oss:PutObject""#, r#"{ "StringLike": { "oss:Prefix": "a/*" } }"#),
            &["condition-key-never-present Statement[0].Condition.StringLike.oss:Prefix"],
            Some("as it is, the statement never allows them"),
        ),
        id(under("Allow", r#""oss:ListObjects""#, r#"{ "StringLike": { "oss:Prefix": "a/*" } }"#), &[], None),
        id(
            under(
                "Allow",
                r#"["ecs:StopInstance", "ecs:DescribeInstances"]"#,
                r#"{ "StringEquals": { "acs:ResourceTag/team": "dev" } }"#,
            ),
            &["condition-key-never-present Statement[0].Condition.StringEquals.acs:ResourceTag/team"],
            Some("as it is, the statement never allows them; put these actions into a statement of their own"),
        ),
        id(under("Allow", r#""ecs:*""#, r#"{ "StringEquals": { "acs:ResourceTag/team": "dev" } }"#), &[], None),
        id(
            under("Deny", r#""rds:DeleteDBInstance""#, r#"{ "StringNotEquals": { "acs:ResourceTag/team": "dev" } }"#),
            &["condition-key-never-present Statement[0].Condition.StringNotEquals.acs:ResourceTag/team"],
            Some("as it is, the Deny does not depend on the request"),
        ),
        id(
            under("Deny", r#""oss:GetObject""#, r#"{ "StringEquals": { "ram:ServiceName": "fc.aliyuncs.com" } }"#),
            &["condition-key-never-present Statement[0].Condition.StringEquals.ram:ServiceName"],
            Some("as it is, the statement never denies them"),
        ),
        id(
            under("Allow", r#""oss:GetObject""#, r#"{ "StringEquals": { "aws:SourceVpc": "vpc-1" } }"#),
            &["unknown-condition-key Statement[0].Condition.StringEquals.aws:SourceVpc"],
            Some("did you mean `acs:SourceVpc`?"),
        ),
        id(
            under("Allow", r#""oss:GetObject""#, r#"{ "StringEquals": { "acs:RessourceTag/a": "b" } }"#),
            &["unknown-condition-key Statement[0].Condition.StringEquals.acs:RessourceTag/a"],
            Some("did you mean `acs:ResourceTag/a`?"),
        ),
        id(under("Allow", r#""rds:*""#, r#"{ "StringEquals": { "rds:SomethingNew": "b" } }"#), &[], None),
        id(
            under("Allow", r#""oss:GetObject""#, r#"{ "StringEquals": { "oss:Referer": "https://a.com" } }"#),
            &["unknown-condition-key Statement[0].Condition.StringEquals.oss:Referer"],
            Some("the bucket's hotlink protection looks at the Referer"),
        ),
        id(
            under("Allow", r#""ecs:StopInstance""#, r#"{ "StringEquals": { "acs:ResourceTag": "b" } }"#),
            &["tag-without-key Statement[0].Condition.StringEquals.acs:ResourceTag"],
            Some("write `acs:ResourceTag/<tag key>`"),
        ),
        id(
            under("Deny", r#""paidataset:DeleteDataset""#, r#"{ "StringEquals": { "pai:Accessibility": "PUBLIC" } }"#),
            &["deny-on-unreliable-key Statement[0].Condition.StringEquals.pai:Accessibility"],
            Some("deny without a condition"),
        ),
        id(under("Allow", r#""paidataset:*""#, r#"{ "StringEquals": { "pai:Accessibility": "PUBLIC" } }"#), &[], None),
        id(
            under("Allow", r#""ecs:StopInstance""#, r#"{ "StringNotEquals": { "acs:ResourceTag/team": "ops" } }"#),
            &["negation-without-key Statement[0].Condition.StringNotEquals.acs:ResourceTag/team"],
            Some(r#"if that is not meant, add `"StringLike": { "acs:ResourceTag/team": "*" }`"#),
        ),
        id(
            under(
                "Allow",
                r#""ecs:StopInstance""#,
                r#"{ "StringNotEquals": { "acs:ResourceTag/t": "ops" }, "StringLike": { "acs:ResourceTag/t": "*" } }"#,
            ),
            &[],
            None,
        ),
        id(under("Allow", r#""ecs:StopInstance""#, r#"{ "NotIpAddress": { "acs:SourceIp": "10.0.0.1" } }"#), &[], None),
        id(
            under(
                "Allow",
                r#"["oss:ListBuckets", "oss:GetBucketInfo"]"#,
                r#"{ "StringEquals": { "oss:BucketTag/team": "dev" } }"#,
            ),
            &["bucket-list-tag Statement[0].Action[0]"],
            None,
        ),
        // Values.
        id(
            under("Allow", r#""ecs:StopInstance""#, r#"{ "StringEquals": { "acs:ResourceTag/team": ["a", "d*"] } }"#),
            &["wildcard-in-equals Statement[0].Condition.StringEquals.acs:ResourceTag/team[1]"],
            Some("use `StringLike`"),
        ),
        id(
            under("Allow", r#""oss:GetObject""#, r#"{ "StringEquals": { "acs:SourceIp": "10.0.0.0/8" } }"#),
            &["operator-class Statement[0].Condition.StringEquals"],
            Some("use `IpAddress` or `NotIpAddress`"),
        ),
        id(
            under("Allow", r#""oss:GetObject""#, r#"{ "StringLike": { "acs:CurrentTime": "2030-*" } }"#),
            &["operator-class Statement[0].Condition.StringLike"],
            Some("use an operator such as `DateLessThan`"),
        ),
        id(
            under("Allow", r#""oss:GetObject""#, r#"{ "IpAddress": { "acs:SourceIp": "10.1.2.3/8" } }"#),
            &["host-bits Statement[0].Condition.IpAddress.acs:SourceIp"],
            Some("write `10.0.0.0/8`, or `10.1.2.3` for the one address"),
        ),
        id(
            under(
                "Allow",
                r#""oss:GetObject""#,
                r#"{ "IpAddress": { "acs:SourceIp": ["0.0.0.0/0", "2001:db8::1/32"] } }"#,
            ),
            &[
                "any-address Statement[0].Condition.IpAddress.acs:SourceIp[0]",
                "host-bits Statement[0].Condition.IpAddress.acs:SourceIp[1]",
            ],
            None,
        ),
        id(
            allow(r#""oss:GetObject""#, r#"["acs:oss:*:*:b/* ", "acs:oss:*:*:a b/*"]"#),
            &["blank Statement[0].Resource[0]"],
            Some("write `acs:oss:*:*:b/*`"),
        ),
        id(
            under("Allow", r#""oss:GetObject""#, r#"{ "StringEquals": { "acs:SourceVpc": " vpc-1" } }"#),
            &["blank Statement[0].Condition.StringEquals.acs:SourceVpc"],
            Some("write `vpc-1`"),
        ),
        id(
            allow(r#""oss:GetObject""#, r#""acs:oss:*:*:home/${acs:UserName}/*""#),
            &["policy-variable Statement[0].Resource"],
            Some("write the value out"),
        ),
        id(
            under("Allow", r#""oss:GetObject""#, r#"{ "StringEquals": { "oss:BucketTag/product": "PaiLangStudio" } }"#),
            &["langstudio-tag Statement[0].Condition.StringEquals.oss:BucketTag/product"],
            Some("write `oss:BucketTag/Product` and `PaiLangStudio`"),
        ),
        id(
            under("Allow", r#""oss:GetObject""#, r#"{ "StringEquals": { "oss:BucketTag/Product": "PaiLangStudio" } }"#),
            &[],
            None,
        ),
    ]
}
