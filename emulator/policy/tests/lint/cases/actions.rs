//! Cases of names of services and actions, and what they amount to.

use acslab_policy::DocumentKind::Control;

use crate::case::{Case, action, allow, case, id, identity};

pub(super) fn cases() -> Vec<Case> {
    vec![
        // Names.
        action(r#""oss:GetObject""#, &[], None),
        action(r#""sls:GetLogs""#, &["unknown-service Statement[0].Action"], Some("did you mean `log:GetLogs`?")),
        action(r#""s3:GetObject""#, &["unknown-service Statement[0].Action"], Some("did you mean `oss:GetObject`?")),
        action(
            r#""pai-dlc:ListJobs""#,
            &["unknown-service Statement[0].Action"],
            Some("did you mean `paidlc:ListJobs`?"),
        ),
        action(r#""paidatset:*""#, &["unknown-service Statement[0].Action"], Some("did you mean `paidataset:*`?")),
        action(
            r#""ack:DescribeClusters""#,
            &["unknown-service Statement[0].Action"],
            Some("did you mean `cs:DescribeClusters`?"),
        ),
        action(
            r#""eks:DescribeCluster""#,
            &["unknown-service Statement[0].Action"],
            Some("did you mean `cs:DescribeCluster`?"),
        ),
        action(
            r#""ALB:ListLoadBalancers""#,
            &["action-case Statement[0].Action"],
            Some("write `alb:ListLoadBalancers`"),
        ),
        action(r#""somethingnew:Do""#, &["unknown-service Statement[0].Action"], None),
        action(r#""somethingnew:*""#, &["unknown-service Statement[0].Action"], None),
        action(r#""something*:Do""#, &[], None),
        // Only services with that action are meant.
        action(
            r#""nosuch:CreateLoadBalancer""#,
            &["unknown-service Statement[0].Action"],
            Some("did you mean `alb:CreateLoadBalancer`, `nlb:CreateLoadBalancer` or `slb:CreateLoadBalancer`?"),
        ),
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
        action(
            r#""oss:SetBucketACL""#,
            &["unknown-action Statement[0].Action"],
            Some("did you mean `oss:PutBucketAcl`?"),
        ),
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
        action(r#"["oss:Head*", "oss:Get*"]"#, &["operation-name Statement[0].Action[0]"], Some("remove it")),
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
        action(r#"["oss:GetObject", "oss:HeadObject"]"#, &["operation-name Statement[0].Action[1]"], Some("remove it")),
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
    ]
}
