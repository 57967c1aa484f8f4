//! The rules, one by one, and what they find in the documents that Alibaba Cloud itself publishes.

use std::collections::{BTreeMap, BTreeSet};

use acslab_policy::DocumentKind::{self, Bucket, Control, Identity, Session, Trust};
use acslab_policy::lint::{self, Finding, RULES, Severity};
use serde_json::Value;

/// The rules that find something, with where: `rule path`.
fn found(kind: DocumentKind, text: &str) -> Vec<String> {
    let report = lint::lint(kind, text);
    report
        .findings
        .iter()
        .map(|finding| format!("{} {}", finding.rule.id, finding.path).trim_end().to_owned())
        .collect()
}

fn identity(statements: &str) -> String {
    format!(r#"{{ "Version": "1", "Statement": [{statements}] }}"#)
}

fn allow(action: &str, resource: &str) -> String {
    identity(&format!(r#"{{ "Effect": "Allow", "Action": {action}, "Resource": {resource} }}"#))
}

/// A statement under a condition.
fn under(effect: &str, action: &str, condition: &str) -> String {
    identity(&format!(r#"{{ "Effect": "{effect}", "Action": {action}, "Resource": "*", "Condition": {condition} }}"#))
}

fn trust(principal: &str, condition: &str) -> String {
    identity(&format!(
        r#"{{ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {principal}, "Condition": {condition} }}"#
    ))
}

struct Case {
    kind: DocumentKind,
    text: String,
    /// `rule path`, in the order of the text.
    finds: Vec<&'static str>,
    /// The help of the first finding.
    help: Option<&'static str>,
}

fn case(kind: DocumentKind, text: String, finds: &[&'static str], help: Option<&'static str>) -> Case {
    Case { kind, text, finds: finds.to_vec(), help }
}

fn cases() -> Vec<Case> {
    let id = |text: String, finds: &[&'static str], help| case(Identity, text, finds, help);
    let action = |action: &str, finds: &[&'static str], help| id(allow(action, "\"*\""), finds, help);
    vec![
        // Names.
        action(r#""oss:GetObject""#, &[], None),
        action(r#""sls:GetLogs""#, &["unknown-service Statement[0].Action"], Some("did you mean `log:GetLogs`?")),
        action(r#""s3:GetObject""#, &["unknown-service Statement[0].Action"], Some("did you mean `oss:GetObject`?")),
        action(r#""pai-dlc:ListJobs""#, &["unknown-service Statement[0].Action"], Some("did you mean `paidlc:ListJobs`?")),
        action(r#""paidatset:*""#, &["unknown-service Statement[0].Action"], Some("did you mean `paidataset:*`?")),
        action(r#""ack:DescribeClusters""#, &["unknown-service Statement[0].Action"], Some("did you mean `cs:DescribeClusters`?")),
        action(r#""eks:DescribeCluster""#, &["unknown-service Statement[0].Action"], Some("did you mean `cs:DescribeCluster`?")),
        action(r#""ALB:ListLoadBalancers""#, &["action-case Statement[0].Action"], Some("write `alb:ListLoadBalancers`")),
        action(r#""somethingnew:Do""#, &["unknown-service Statement[0].Action"], None),
        action(r#""somethingnew:*""#, &["unknown-service Statement[0].Action"], None),
        action(r#""something*:Do""#, &[], None),
        // Only services with that action are meant.
        action(r#""nosuch:CreateLoadBalancer""#, &["unknown-service Statement[0].Action"], Some("did you mean `alb:CreateLoadBalancer`, `nlb:CreateLoadBalancer` or `slb:CreateLoadBalancer`?")),
        // Services of which no more than the code is known.
        action(r#"["esa:Get", "aisc:*", "ESA:Get"]"#, &[], None),
        action(r#""bailian:Get""#, &["unknown-service Statement[0].Action"], Some("did you mean `sfm:Get`?")),
        id(
            identity(r#"{ "Effect": "Deny", "NotAction": ["ack:*", "oss:*"], "Resource": "*" }"#),
            &["unknown-service Statement[0].NotAction[0]"],
            Some("did you mean `cs:*`?"),
        ),
        id(
            allow(r#""cs:*""#, r#"["acs:ack:*:*:cluster/*", "acs:cs:*:*:cluster/*", "acs:*:*:*:x", "acs::*:*:x"]"#),
            &["unknown-service Statement[0].Resource[0]"],
            Some("did you mean `cs`?"),
        ),
        action(r#""oss:GetObjects""#, &["unknown-action Statement[0].Action"], Some("did you mean `oss:GetObject`?")),
        action(r#""ecs:Describe""#, &["unknown-action Statement[0].Action"], Some("did you mean `ecs:Describe*`?")),
        action(r#""oss:SetBucketACL""#, &["unknown-action Statement[0].Action"], Some("did you mean `oss:PutBucketAcl`?")),
        action(
            r#""alb:DescribeLoadBalancers""#,
            &["unknown-action Statement[0].Action"],
            Some("did you mean `alb:ListLoadBalancers`?"),
        ),
        action(r#""alb:ListLoadBalancers""#, &[], None),
        // OTS has actions that no API description lists.
        action(r#""ots:SomethingOfItsOwn""#, &[], None),
        action(r#""oss:HeadBucket""#, &["operation-name Statement[0].Action"], Some("name `oss:GetBucketInfo`")),
        action(
            r#"["oss:Head*", "oss:GetObject"]"#,
            &["operation-name Statement[0].Action[0]"],
            Some("name `oss:GetBucketInfo` and `oss:GetObject`"),
        ),
        action(
            r#"["oss:Head*", "oss:Get*"]"#,
            &["operation-name Statement[0].Action[0]"],
            Some("remove it"),
        ),
        action(r#""oss:Fetch*""#, &["unknown-action Statement[0].Action"], None),
        action(r#""oss:EntirelyUnheardOf""#, &["unknown-action Statement[0].Action"], None),
        // Of DataWorks not all names are published.
        action(r#""dataworks:EntirelyUnheardOf""#, &[], None),
        action(
            r#""pai:PublishDataset""#,
            &["wrong-service Statement[0].Action"],
            Some("did you mean `paidataset:PublishDataset`?"),
        ),
        action(r#""oss:HeadObject""#, &["operation-name Statement[0].Action"], Some("name `oss:GetObject`")),
        action(
            r#"["oss:GetObject", "oss:HeadObject"]"#,
            &["operation-name Statement[0].Action[1]"],
            Some("remove it"),
        ),
        action(
            r#""paidsw:DeleteInstance""#,
            &["renamed-action Statement[0].Action"],
            Some("name `paidsw:DeletePostPaidInstance` and `paidsw:DeletePrePaidInstance` as well"),
        ),
        action(r#""OSS:getobject""#, &["action-case Statement[0].Action"], Some("write `oss:GetObject`")),
        action(r#""OSS:Get*""#, &["action-case Statement[0].Action"], Some("write `oss:Get*`")),
        action(r#""oss:list*""#, &["action-case Statement[0].Action"], Some("write `oss:List*`")),
        action(r#""Oss:*bucketacl""#, &["action-case Statement[0].Action"], Some("write `oss:*BucketAcl`")),
        id(
            identity(r#"{ "Effect": "Deny", "NotAction": "oss:GetObjekt", "Resource": "*" }"#),
            &["unknown-action Statement[0].NotAction"],
            Some("did you mean `oss:GetObject`?"),
        ),
        // What actions amount to.
        id(
            identity(r#"{ "Effect": "Allow", "NotAction": "ram:*", "Resource": "*" }"#),
            &["allow-not-action Statement[0].NotAction"],
            None,
        ),
        case(Control, identity(r#"{ "Effect": "Allow", "NotAction": "ram:*", "Resource": "*" }"#), &[], None),
        action(r#""pai:*""#, &["pai-namespace Statement[0].Action"], None),
        action(r#"["pai:*", "paidataset:*"]"#, &[], None),
        action(r#""pai*:*""#, &[], None),
        id(
            identity(
                r#"{ "Effect": "Allow", "Action": "paidataset:*", "Resource": "*" },
                   { "Effect": "Deny", "Action": "pai:Delete*", "Resource": "*" }"#,
            ),
            &["pai-namespace Statement[1].Action"],
            None,
        ),
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
        id(
            identity(r#"{ "Effect": "Deny", "Action": "oss:*", "Resource": "acs:oss:*:*:photos/*" }"#),
            &[],
            None,
        ),
        // Accounts.
        id(
            allow(r#""alidns:*""#, r#""acs:alidns:*:acs:domain/example.com""#),
            &["no-account Statement[0].Resource"],
            Some("write the account's id, or `*`"),
        ),
        id(
            allow(r#""oss:GetObject""#, r#"["acs:oss:*:*:b/*", "acs:oss:*:mycompany:b/*", "acs:oss:*:123456789012345:b/*"]"#),
            &["no-account Statement[0].Resource[1]", "no-account Statement[0].Resource[2]"],
            None,
        ),
        id(allow(r#""ram:GetPolicy""#, r#""acs:ram:*:system:policy/AliyunOSSFullAccess""#), &[], None),
        id(allow(r#""oss:GetObject""#, r#""acs:oss:*:system:b/*""#), &["no-account Statement[0].Resource"], None),
        case(
            Trust,
            trust(r#"{ "RAM": ["acs:ram::1234567890123456:user/a", "acs:ram::12345678:user/a"], "Service": "12@ecs.aliyuncs.com" }"#, "{}"),
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
            under("Allow", r#""oss:GetObject""#, r#"{ "IpAddress": { "acs:SourceIp": ["0.0.0.0/0", "2001:db8::1/32"] } }"#),
            &[
                "any-address Statement[0].Condition.IpAddress.acs:SourceIp[0]",
                "host-bits Statement[0].Condition.IpAddress.acs:SourceIp[1]",
            ],
            None,
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
        id(under("Allow", r#""ram:PassRole""#, r#"{ "StringEquals": { "acs:Service": "fc.aliyuncs.com" } }"#), &[], None),
        action(r#""sts:*""#, &["assume-any-role Statement[0].Action"], None),
        id(allow(r#""sts:AssumeRole""#, r#""acs:ram:*:1234567890123456:role/*""#), &["assume-any-role Statement[0].Action"], None),
        action(
            r#"["ram:ListUsers", "ram:AttachPolicyToUser", "ram:CreateAccessKey"]"#,
            &["privilege-escalation Statement[0].Action[1]"],
            None,
        ),
        id(allow(r#""ram:CreateAccessKey""#, r#""acs:ram:*:*:user/alice""#), &[], None),
        id(allow(r#""ram:AttachPolicyToUser""#, r#"["acs:ram:*:*:user/*", "acs:ram:*:system:policy/AliyunOSSReadOnlyAccess"]"#), &[], None),
        id(
            allow(r#""ram:AttachPolicyToUser""#, r#"["acs:ram:*:*:user/alice", "acs:ram:*:system:policy/*"]"#),
            &["privilege-escalation Statement[0].Action"],
            None,
        ),
        case(Session, allow(r#""*""#, r#""*""#), &[], None),
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
            trust(r#"{ "RAM": ["acs:ram::1234567890123456:root"] }"#, r#"{ "StringEquals": { "sts:ExternalId": "x" } }"#),
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
            identity(r#"{ "Effect": "Allow", "Action": "ram:PassRole", "Principal": { "Service": "ecs.aliyuncs.com" } }"#),
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
                r#"{ "Effect": "Deny", "Principal": ["*"], "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/*",
                     "Condition": { "StringNotLike": { "acs:PrincipalARN": "acs:ram:*:*:role/x" } } }"#,
            ),
            &["condition-key-never-present Statement[0].Condition.StringNotLike.acs:PrincipalARN"],
            None,
        ),
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

#[test]
fn each_rule_finds_what_it_looks_for() {
    for case in cases() {
        let report = lint::lint(case.kind, &case.text);
        assert_eq!(found(case.kind, &case.text), case.finds, "{}\n{:#?}", case.text, report.findings);
        if let Some(help) = case.help {
            assert_eq!(
                report.findings.first().and_then(|finding| finding.help.as_deref()),
                Some(help),
                "{}",
                case.text
            );
        }
    }
}

#[test]
fn every_rule_is_shown_to_find_something() {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for case in cases() {
        seen.extend(lint::lint(case.kind, &case.text).findings.iter().map(|finding| finding.rule.id));
    }
    seen.extend(
        lint::lint_bytes(Identity, b"\xff", &acslab_policy::catalogue::NoMore)
            .findings
            .iter()
            .map(|finding| finding.rule.id),
    );
    let unseen: Vec<&str> =
        RULES.iter().copied().flatten().map(|rule| rule.id).filter(|id| !seen.contains(id)).collect();
    // Variables are refused by a dialect that nobody lints in; here they are a warning of their own.
    assert_eq!(unseen, ["variable"]);
}

#[test]
fn rules_are_named_once_and_described() {
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    for rule in RULES.iter().copied().flatten() {
        assert!(ids.insert(rule.id), "{} twice", rule.id);
        assert!(rule.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{}", rule.id);
        assert!(!rule.summary.is_empty() && !rule.why.is_empty(), "{}", rule.id);
        assert!(!rule.summary.ends_with('.') && !rule.why.ends_with('.'), "{}", rule.id);
        assert_eq!(lint::rule(rule.id), Some(*rule));
    }
    assert_eq!(lint::rule("nothing"), None);
}

#[test]
fn places_are_exact() {
    let text = "{\n  \"Version\": \"1\",\n  \"Statement\": [{\n    \"Effect\": \"Allow\",\n    \"Action\": [\"oss:GetObject\", \"é*:x\", \"oss:HeadObjekt\"],\n    \"Resource\": \"*\"\n  }]\n}";
    let report = lint::lint(Identity, text);
    let [finding] = &*report.findings else { panic!("{:#?}", report.findings) };
    assert_eq!((finding.position.line, finding.position.column), (5, 41));
    assert_eq!(finding.span.of(text), "\"oss:HeadObjekt\"");
    let value = serde_json::to_value(&report).unwrap();
    assert_eq!(value["findings"][0]["rule"], "unknown-action");
    assert_eq!(value["findings"][0]["line"], 5);
    assert_eq!(value["findings"][0]["severity"], "warning");
    assert_eq!(value["kind"], "Identity");
}

#[test]
fn kinds_are_guessed() {
    let with = |principal: &str| identity(&format!(r#"{{ "Effect": "Allow"{principal} }}"#));
    assert_eq!(lint::guess_kind(&with("")), Identity);
    assert_eq!(lint::guess_kind(&with(r#", "Principal": { "RAM": "x" }"#)), Trust);
    assert_eq!(lint::guess_kind(&with(r#", "Principal": ["*"]"#)), Bucket);
    assert_eq!(lint::guess_kind("nothing"), Identity);
}

/// The policies that Alibaba Cloud publishes. Each finding was looked at: policies that are meant to give everything
/// away say so; the others carry names that no published page has, or the same thing twice.
#[test]
fn published_system_policies() {
    let policies: Vec<Value> = serde_json::from_str(include_str!("../../data/system_policies.json")).unwrap();
    let mut found: Vec<(String, String)> = Vec::new();
    for policy in &policies {
        for version in policy["versions"].as_array().unwrap() {
            let text = serde_json::to_string_pretty(&version["document"]).unwrap();
            for finding in lint::lint(Identity, &text).findings {
                let line = format!("{} {} {}", finding.severity.as_str(), finding.rule.id, finding.path);
                found.push((policy["name"].as_str().unwrap().to_owned(), line));
            }
        }
    }
    let warnings: Vec<String> = found
        .iter()
        .filter(|(_, line)| !line.starts_with("note"))
        .map(|(name, line)| format!("{name}: {line}"))
        .collect();
    assert_eq!(
        warnings,
        [
            "AdministratorAccess: warning full-access Statement[0].Action",
            // The operation needs `log:GetLogStoreContextLogs`, which the policy has not.
            "AliyunAnalyticDBAccessingLogRolePolicy: warning operation-name Statement[0].Action[5]",
            // The code of the Simple Log Service is `log`.
            "AliyunCSManagedCmsRolePolicy: warning unknown-service Statement[0].Action[21]",
            "AliyunCSManagedCmsRolePolicy: warning unknown-service Statement[0].Action[22]",
            // `oss:HeadBucket`, which OSS checks as `oss:GetBucketInfo`; the policy has not that.
            "AliyunDianJinAccessingOSSRolePolicy: warning operation-name Statement[0].Action[8]",
            // Inferred from the console: no operation of the API is so called.
            "AliyunPAIDSWReadOnlyAccess: warning unknown-action Statement[0].Action[2]",
            "AliyunRAMFullAccess: warning pass-any-role Statement[0].Action[0]",
            "AliyunRAMFullAccess: warning privilege-escalation Statement[0].Action[0]",
            "AliyunSTSAssumeRoleAccess: warning assume-any-role Statement[0].Action",
            "AliyunSupportFullAccess: warning unknown-service Statement[0].Action[0]",
            "PowerUserAccess: warning allow-not-action Statement[0].NotAction",
            // Actions of BSS under the code of its older API.
            "PowerUserAccess: warning wrong-service Statement[2].Action[3]",
            "PowerUserAccess: warning wrong-service Statement[2].Action[4]",
            "PowerUserAccess: warning wrong-service Statement[2].Action[5]",
            "PowerUserAccess: warning wrong-service Statement[2].Action[6]",
            "PowerUserAccess: warning wrong-service Statement[2].Action[7]",
        ]
    );
    let mut notes: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, line) in found.iter().filter(|(_, line)| line.starts_with("note")) {
        *notes.entry(line.split(' ').nth(1).unwrap()).or_default() += 1;
    }
    let expected = [
        ("action-case", 1),
        ("bucket-list-tag", 2),
        ("operation-name", 10),
        ("redundant-action", 10),
        ("renamed-action", 6),
        ("shadowed-statement", 1),
        // Patterns of services whose operations are known, which cover none of them.
        ("unknown-action", 6),
    ];
    assert_eq!(notes.into_iter().collect::<Vec<_>>(), expected);
}

/// The documents of the decision cases, most of them samples from the documentation. Those that find something grave
/// are made to: they show what does not match.
#[test]
fn documents_of_the_cases() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("data/cases.json")).unwrap();
    let documents = cases.iter().flat_map(|case| {
        let assumes = case["request"]["action"] == "sts:AssumeRole";
        case["policies"].as_object().unwrap().iter().flat_map(move |(layer, documents)| {
            let kind = match layer.as_str() {
                "session" => Session,
                "control" => Control,
                "resource" if assumes => Trust,
                "resource" => Bucket,
                _ => Identity,
            };
            documents.as_array().unwrap().iter().map(move |document| (kind, document))
        })
    });
    // For each rule and severity, in how many documents.
    let mut tally: BTreeMap<String, usize> = BTreeMap::new();
    for (kind, document) in documents {
        let text = serde_json::to_string_pretty(document).unwrap();
        let findings = lint::lint(kind, &text).findings;
        let key = |finding: &Finding| format!("{} {}", finding.severity.as_str(), finding.rule.id);
        for key in findings.iter().map(key).collect::<BTreeSet<_>>() {
            *tally.entry(key).or_default() += 1;
        }
    }
    let expected: BTreeMap<String, usize> = [
        ("note action-case", 4),
        ("note pai-namespace", 5),
        ("note renamed-action", 23),
        ("note resource-never-matches", 18),
        ("note trusts-account", 11),
        ("warning allow-not-action", 9),
        ("warning assume-any-role", 16),
        ("warning condition-key-never-present", 1),
        ("warning full-access", 38),
        ("warning negation-without-key", 17),
        ("warning no-account", 1),
        ("warning pai-namespace", 1),
        ("warning public-bucket", 7),
        ("warning resource-never-matches", 4),
        ("warning unknown-action", 1),
        ("warning useless-allow", 1),
        ("warning wildcard-in-equals", 2),
    ]
    .map(|(key, count)| (key.to_owned(), count))
    .into();
    assert_eq!(tally, expected);
}

/// Whatever is done to a document, linting ends, and the findings lie within it.
#[test]
fn damaged_documents() {
    let sound =
        under("Allow", r#"["oss:Get*", "ram:PassRole"]"#, r#"{ "IpAddress": { "acs:SourceIp": "10.0.0.1/8" } }"#);
    for at in 0..sound.len() {
        for patch in ["", "\"", "{", "*", "\\", "é", "//", "\u{0}"] {
            let (start, rest) = sound.split_at(at);
            let text = format!("{start}{patch}{}", rest.get(1..).unwrap_or_default());
            for kind in [Identity, Trust, Bucket] {
                for finding in lint::lint(kind, &text).findings {
                    assert!(
                        finding.span.start <= finding.span.end && finding.span.end as usize <= text.len(),
                        "{text}"
                    );
                    assert!(finding.severity != Severity::Error || finding.help != Some(String::new()));
                }
            }
        }
    }
}

#[test]
fn sarif_names_rules_places_and_related_places() {
    let text = identity(
        r#"{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/*" },
           { "Effect": "Deny", "Action": "oss:*", "Resource": "*" }"#,
    );
    let report = lint::lint(Identity, &text);
    let artifact = lint::Artifact { uri: "policies/photos.json", text: &text, report: &report };
    let log = lint::sarif("1.2.3", &[artifact]);
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "acslab");
    assert_eq!(run["tool"]["driver"]["version"], "1.2.3");
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "useless-allow");
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "useless-allow");
    assert_eq!(run["tool"]["driver"]["rules"][index]["defaultConfiguration"]["level"], "warning");
    assert_eq!(result["level"], "warning");
    let location = &result["locations"][0];
    assert_eq!(location["physicalLocation"]["artifactLocation"]["uri"], "policies/photos.json");
    assert_eq!(
        location["physicalLocation"]["region"],
        serde_json::json!({ "startLine": 1, "startColumn": 33, "endLine": 1, "endColumn": 112 })
    );
    assert_eq!(location["logicalLocations"][0]["fullyQualifiedName"], "Statement[0]");
    let related = &result["relatedLocations"][0];
    assert_eq!(related["physicalLocation"]["region"]["startLine"], 2);
    assert_eq!(related["message"]["text"], "all of it is denied here");
}

/// Names of one service that the crate knows by its code alone.
struct Widgets;

impl acslab_policy::catalogue::ActionNames for Widgets {
    fn names(&self, code: &str) -> Vec<String> {
        if code == "aigen" { vec!["CreateDBInstance".to_owned(), "DeleteDBInstance".to_owned()] } else { Vec::new() }
    }
}

#[test]
fn names_from_beyond_the_crate_are_known_and_slips_of_them_found() {
    let found = |action: &str| {
        let text = format!(
            r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"acs:aigen:*:*:dbinstance/a"}}]}}"#
        );
        let report = lint::lint_with(Identity, &text, &Widgets);
        let names = report.findings.into_iter().filter(|finding| finding.rule.id == "unknown-action");
        names.map(|finding| (finding.severity, finding.help.unwrap_or_default())).collect::<Vec<_>>()
    };
    assert_eq!(found("aigen:CreateDBInstance"), []);
    assert_eq!(found("aigen:*"), []);
    assert_eq!(
        found("aigen:CreateDBInstanc"),
        [(lint::Severity::Warning, "did you mean `aigen:CreateDBInstance`?".to_owned())]
    );
    assert_eq!(found("aigen:Whatever"), [(lint::Severity::Note, String::new())]);
    assert_eq!(found("aigen:Describe*"), [(lint::Severity::Note, String::new())]);
    assert_eq!(found("aidge:Whatever"), []);
}
