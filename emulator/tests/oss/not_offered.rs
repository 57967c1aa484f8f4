//! What OSS has elsewhere, or for others: whoever asks is told so, and nobody is told that acslab lacks it.

use crate::kit::Client;
use crate::tools::{detail, done, element, elements, header, start};

#[test]
fn what_is_not_on_says_so() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "k", "x"));
    let post = |key: &str, query: &[(&str, &str)]| owner.oss("POST", Some("photos"), key, query, &[], b"");
    let open = post("", &[("metaQuery", ""), ("comp", "add")]);
    assert_eq!((open.status, detail(&open).as_str()), (400, "0037-00000001"));
    owner.on_bucket("GET", "photos", &[("metaQuery", "")]).refused(404, "MetaQueryNotExist");
    post("dir", &[("x-oss-dir", "")]).refused(400, "OperationNotSupported");
    post("k", &[("x-oss-async-process", "")]).refused(400, "InvalidRequest");
    let boxes = owner.oss("GET", None, "", &[("cloudboxes", "")], &[], b"");
    assert_eq!(element(&boxes, "ID"), "1234567890123456");
    assert_eq!(owner.on_bucket("HEAD", "photos", &[]).status, 200);
    assert_eq!(owner.on_bucket("HEAD", "nowhere", &[]).status, 404);
}

#[test]
fn what_few_accounts_have_is_answered_as_to_the_others() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let bucket = |method: &str, at: &str| owner.on_bucket(method, "photos", &[(at, "")]);
    let service = |method: &str, query: &[(&str, &str)]| owner.oss(method, None, "", query, &[], b"");
    let points = service("GET", &[("accessPointForObjectProcess", "")]);
    assert_eq!([element(done(&points), "AccountId"), element(&points, "IsTruncated")], ["1234567890123456", "false"]);
    bucket("PUT", "accessPointForObjectProcess").refused(400, "OperationNotSupported");
    for (method, at) in [
        ("GET", "accessPointForObjectProcess"),
        ("DELETE", "accessPointForObjectProcess"),
        ("GET", "accessPointConfigForObjectProcess"),
        ("PUT", "accessPointConfigForObjectProcess"),
        ("GET", "accessPointPolicyForObjectProcess"),
        ("PUT", "accessPointPolicyForObjectProcess"),
        ("DELETE", "accessPointPolicyForObjectProcess"),
    ] {
        bucket(method, at).refused(404, "NoSuchAccessPointForObjectProcess");
    }
    service("POST", &[("x-oss-write-get-object-response", "")]).refused(400, "InvalidArgument");
    for (method, at) in [
        ("GET", "eventNotification"),
        ("PUT", "antiDDos"),
        ("POST", "antiDDos"),
        ("PUT", "x-oss-common-header"),
        ("PUT", "objectHash"),
        ("PUT", "img"),
        ("PUT", "processConfiguration"),
        ("GET", "x-oss-datalake-storage-transfer-job"),
        ("PUT", "x-oss-datalake-cache-prefetch-job"),
    ] {
        bucket(method, at).refused(400, "OperationNotSupported");
    }
    for (method, at) in [("PUT", "antiDDos"), ("POST", "antiDDos"), ("GET", "antiDDos"), ("GET", "bucketAntiDDos")] {
        service(method, &[(at, "")]).refused(400, "OperationNotSupported");
    }
    let pools = service("GET", &[("resourcePool", "")]);
    assert_eq!([element(done(&pools), "Owner"), element(&pools, "Region")], ["1234567890123456", "oss-cn-hangzhou"]);
    let requester = [("requesterQosInfo", ""), ("resourcePool", "p"), ("qosRequester", "1")];
    for (method, query) in [
        ("GET", &[("resourcePoolInfo", ""), ("resourcePool", "p")][..]),
        ("GET", &[("resourcePoolBuckets", ""), ("resourcePool", "p")]),
        ("PUT", &requester),
        ("GET", &requester),
        ("GET", &requester[..2]),
        ("DELETE", &requester),
    ] {
        let refused = service(method, query);
        assert_eq!(refused.refused(404, "NoSuchResourcePool").message(), "The specified resource pool does not exist.");
    }
    let hierarchical = [("x-oss-hns-status", "enabled")];
    owner.oss("PUT", Some("tree"), "", &[], &hierarchical, b"").refused(400, "OperationNotSupported");
    done(&owner.oss("PUT", Some("tree"), "", &[], &[("x-oss-hns-status", "disabled")], b""));
}

/// Pages "PutBucketRequesterQoSInfo" and its siblings, and a live test of Python's client.
#[test]
fn requesters_have_a_part_of_the_bandwidth() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let ask = |method: &str, query: &[(&str, &str)], body: &str| {
        let query = [&[("requesterQosInfo", "")], query].concat();
        owner.oss(method, Some("photos"), "", &query, &[], body.as_bytes())
    };
    let configuration = |total: i64| {
        format!(
            "<QoSConfiguration><TotalUploadBandwidth>{total}</TotalUploadBandwidth><TotalQps>3</TotalQps></QoSConfiguration>"
        )
    };
    ask("GET", &[("qosRequester", "12")], "").refused(404, "NoSuchBucketRequesterQoSInfo");
    for requester in ["12", "34", "56"] {
        done(&ask("PUT", &[("qosRequester", requester)], &configuration(100)));
    }
    ask("PUT", &[("qosRequester", "78")], &configuration(4)).refused(400, "InvalidArgument");
    ask("PUT", &[("qosRequester", "")], &configuration(5)).refused(400, "InvalidArgument");
    ask("PUT", &[("qosRequester", "78")], "<Other/>").refused(400, "MalformedXML");
    let one = ask("GET", &[("qosRequester", "12")], "");
    let read = ["Requester", "TotalUploadBandwidth", "TotalQps", "ExtranetQps"].map(|name| element(done(&one), name));
    assert_eq!(read, ["12", "100", "3", "-1"]);
    let first = ask("GET", &[("max-keys", "2")], "");
    assert_eq!(elements(&first, "Requester"), ["12", "34"]);
    assert_eq!([element(&first, "IsTruncated"), element(&first, "NextContinuationToken")], ["true", "34"]);
    let second = ask("GET", &[("continuation-token", "34")], "");
    assert_eq!(elements(&second, "Requester"), ["56"]);
    assert_eq!([element(&second, "IsTruncated"), element(&second, "NextContinuationToken")], ["false", ""]);
    for _ in 0..2 {
        assert_eq!(ask("DELETE", &[("qosRequester", "12")], "").status, 204);
    }
    assert_eq!(elements(&ask("GET", &[], ""), "Requester"), ["34", "56"]);
}

/// A sample of Go's client.
#[test]
fn headers_that_a_bucket_hides_are_not_told() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "k", "x"));
    let rule = |operation: &str, hidden: &str| {
        let body = format!(
            "<ResponseHeaderConfiguration><Rule><Name>r</Name><Filters><Operation>{operation}</Operation></Filters><HideHeaders><Header>{hidden}</Header></HideHeaders></Rule></ResponseHeaderConfiguration>"
        );
        done(&owner.oss("PUT", Some("photos"), "", &[("responseHeader", "")], &[], body.as_bytes())).status
    };
    let told = |name: &str| {
        ["GET", "HEAD"].map(|method| !header(done(&owner.on_object(method, "photos", "k")), name).is_empty())
    };
    assert_eq!(told("last-modified"), [true, true]);
    rule("GetObject", "Last-Modified");
    assert_eq!(told("last-modified"), [false, true]);
    rule("Get", "ETag");
    assert_eq!((told("last-modified"), told("etag")), ([true, true], [false, true]));
    rule("*", "x-oss-hash-crc64ecma");
    assert_eq!(told("x-oss-hash-crc64ecma"), [false, false]);
    assert_eq!(header(&owner.put("photos", "k", "x"), "x-oss-hash-crc64ecma"), "");
    rule("*", "Content-Length");
    assert_eq!(told("content-length"), [true, true]);
    assert_eq!(owner.on_bucket("DELETE", "photos", &[("responseHeader", "")]).status, 204);
    assert_eq!(told("x-oss-hash-crc64ecma"), [true, true]);
}
