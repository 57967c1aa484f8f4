//! Bodies with which operations of OSS come to an end, where one without a body is refused as malformed. What is put here changes
//! nothing that another operation is asked about.

use crate::place::SAMPLE;

const BODIES: &[(&str, &str)] = &[
    ("PutBucketAccessMonitor", "<AccessMonitorConfiguration><Status>Enabled</Status></AccessMonitorConfiguration>"),
    (
        "PutBucketArchiveDirectRead",
        "<ArchiveDirectReadConfiguration><Enabled>true</Enabled></ArchiveDirectReadConfiguration>",
    ),
    (
        "PutBucketCors",
        "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>",
    ),
    (
        "PutBucketLifecycle",
        "<LifecycleConfiguration><Rule><Prefix>tmp/</Prefix><Status>Enabled</Status><Expiration><Days>3</Days></Expiration></Rule></LifecycleConfiguration>",
    ),
    (
        "PutBucketOverwriteConfig",
        "<OverwriteConfiguration><Rule><ID>1</ID><Action>forbid</Action><Prefix>kept/</Prefix></Rule></OverwriteConfiguration>",
    ),
    ("PutBucketQoSInfo", "<QoSConfiguration><TotalUploadBandwidth>9</TotalUploadBandwidth></QoSConfiguration>"),
    ("PutBucketQos", "<BucketUserQos><StorageCapacity>-1</StorageCapacity></BucketUserQos>"),
    (
        "PutBucketRequesterQoSInfo",
        "<QoSConfiguration><TotalUploadBandwidth>9</TotalUploadBandwidth></QoSConfiguration>",
    ),
    ("PutBucketTags", "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>"),
    (
        "PutBucketTransferAcceleration",
        "<TransferAccelerationConfiguration><Enabled>true</Enabled></TransferAccelerationConfiguration>",
    ),
    (
        "PutBucketWebsite",
        "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>",
    ),
    ("PutObjectTagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>"),
];

/// The body of an operation of this name.
pub(crate) fn of(name: &str) -> Option<String> {
    match name {
        // What is asked about stands in the body of these.
        "DeleteMultipleObjects" => Some(format!("<Delete><Object><Key>{SAMPLE}</Key></Object></Delete>")),
        "PutAsyncFetchTask" => Some(format!(
            "<AsyncFetchTaskConfiguration><Url>http://example.com/</Url><Object>{SAMPLE}-2</Object></AsyncFetchTaskConfiguration>"
        )),
        _ => BODIES.iter().find(|(own, _)| *own == name).map(|(_, body)| (*body).to_owned()),
    }
}
