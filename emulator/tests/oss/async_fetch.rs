//! What OSS fetches by itself: out of this cloud, by a URL that somebody signed.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use acslab_emulator::signature::{Credentials, OrderedQuery, OssResource, SignedView, oss_v4};

use crate::kit::{Answer, Client, headers};
use crate::tools::{done, element, header, start, unsigned};

/// A URL by which anybody may read an object for an hour.
fn presigned(client: &Client<'_>, bucket: &str, key: &str) -> String {
    let (resource, host) = (OssResource { bucket: Some(bucket), key }, client.host());
    let (path, none, headers) = (resource.path(), OrderedQuery::default(), headers(&[("host", &host)]));
    let view = SignedView { method: "GET", path: &path, query: &none, headers: &headers, body: b"" };
    let who = Credentials { access_key_id: &client.key_id, secret: &client.secret, security_token: None };
    let signing = oss_v4::Signing { region: "cn-hangzhou", at: client.now(), additional_headers: &[] };
    format!("http://{host}{path}?{}", oss_v4::presign(&view, &resource, &who, &signing, 3600))
}

fn put(client: &Client<'_>, configuration: &[(&str, &str)]) -> Answer {
    let fields: String = configuration.iter().map(|(name, text)| format!("<{name}>{text}</{name}>")).collect();
    let body = format!("<AsyncFetchTaskConfiguration>{fields}</AsyncFetchTaskConfiguration>");
    client.oss("POST", Some("copies"), "", &[("asyncFetch", "")], &[], body.as_bytes())
}

fn get(client: &Client<'_>, task: &str) -> Answer {
    client.oss("GET", Some("copies"), "", &[("asyncFetch", "")], &[("x-oss-task-id", task)], b"")
}

#[test]
fn what_somebody_signed_a_url_for_is_fetched() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    owner.make("copies");
    done(&owner.oss("PUT", Some("photos"), "k", &[], &[("content-type", "text/plain")], b"content"));
    let url = presigned(&owner, "photos", "k");
    let task = |configuration: &[(&str, &str)]| {
        let made = put(&owner, configuration);
        get(&owner, &element(done(&made), "TaskId"))
    };
    let told =
        |task: &Answer| ["State", "Object", "Host", "ContentMD5", "IgnoreSameKey"].map(|name| element(task, name));
    let escaped = url.replace('&', "&amp;");
    let md5 = "mgNkuembtIDdJeHwKEyFVQ==";
    let fetched = task(&[("Url", &escaped), ("Object", "a"), ("ContentMD5", md5)]);
    assert_eq!(told(&fetched), ["Success", "a", "", md5, "true"], "{}", fetched.text());
    assert_eq!(element(&fetched, "Url"), escaped);
    let read = owner.on_object("GET", "copies", "a");
    assert_eq!((read.text().as_str(), header(done(&read), "content-type")), ("content", "text/plain"));

    put(&owner, &[("Url", &escaped), ("Object", "a")]).refused(400, "ObjectAlreadyExists");
    assert_eq!(element(&task(&[("Url", &escaped), ("Object", "a"), ("IgnoreSameKey", "false")]), "State"), "Success");
    let wrong = task(&[("Url", &escaped), ("Object", "b"), ("ContentMD5", "AAAAAAAAAAAAAAAAAAAAAA==")]);
    assert_eq!(element(&wrong, "State"), "Failed");
    // The URL is decided as it would be where somebody visits it.
    let unsigned = escaped.split('?').next().expect("a path");
    let refused = task(&[("Url", unsigned), ("Object", "b")]);
    assert!(element(&refused, "State") == "Failed" && element(&refused, "ErrorMsg").starts_with("AccessDenied: "));
    for elsewhere in ["http://example.com/k", "http://127.0.0.1:1/k", "ftp://photos.oss-cn-hangzhou.aliyuncs.com/k"] {
        let failed = task(&[("Url", elsewhere), ("Object", "b")]);
        assert!(element(&failed, "State") == "Failed" && !element(&failed, "ErrorMsg").is_empty(), "{elsewhere}");
    }
    assert_eq!(owner.on_object("GET", "copies", "b").status, 404);

    // Nobody is called, so nobody was told.
    let callback = BASE64_STANDARD.encode(r#"{"callbackUrl":"www.abc.com/callback","callbackBody":"${etag}"}"#);
    let untold = task(&[("Url", &escaped), ("Object", "c"), ("Callback", &callback)]);
    assert_eq!([element(&untold, "State"), element(&untold, "Callback")], ["FetchSuccessCallbackFailed", &callback]);
    assert!(!element(&untold, "ErrorMsg").is_empty());
    assert_eq!(owner.on_object("GET", "copies", "c").text(), "content");

    let colder = task(&[("Url", &escaped), ("Object", "ia"), ("StorageClass", "IA")]);
    assert_eq!([element(&colder, "State"), element(&colder, "StorageClass")], ["Success", "IA"], "{}", colder.text());
    assert_eq!(header(&owner.on_object("HEAD", "copies", "ia"), "x-oss-storage-class"), "IA");
    let unsaid = task(&[("Url", &escaped), ("Object", "plain"), ("StorageClass", "")]);
    assert_eq!(element(&unsaid, "State"), "Success", "as Node's client writes it");
    put(&owner, &[("Url", &escaped), ("Object", "d"), ("StorageClass", "ia")]).refused(400, "InvalidArgument");
    put(&owner, &[("Url", &escaped)]).refused(400, "MalformedXML");
    put(&owner, &[("Url", &escaped), ("Object", "d"), ("Callback", "?")]).refused(400, "InvalidArgument");
    get(&owner, "0").refused(404, "NoSuchAsyncFetchTask");
    owner.on_bucket("GET", "copies", &[("asyncFetch", "")]).refused(400, "MissingArgument");
}

/// Who makes a task must be allowed to write the object, too; what is written is decided as any other write.
#[test]
fn who_has_something_fetched_writes_it() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    owner.make("copies");
    done(&owner.put("photos", "k", "content"));
    let url = presigned(&owner, "photos", "k").replace('&', "&amp;");
    let user = owner.user("ann");
    owner.grant(
        "ann",
        "fetches",
        r#"{"Version":"1","Statement":[
        {"Effect":"Allow","Action":["oss:PutAsyncFetchTask","oss:GetAsyncFetchTask"],"Resource":"acs:oss:*:*:copies"},
        {"Effect":"Allow","Action":"oss:PutObject","Resource":"acs:oss:*:*:copies/mine/*"}]}"#,
    );
    put(&user, &[("Url", &url), ("Object", "others/a")]).refused(403, "AccessDenied");
    let made = put(&user, &[("Url", &url), ("Object", "mine/a")]);
    assert_eq!(element(&get(&user, &element(done(&made), "TaskId")), "State"), "Success");
    unsigned(&owner, "POST", "/copies/", "asyncFetch").refused(403, "AccessDenied");
}

/// A bucket remembers a thousand tasks, each as it was sent.
#[test]
fn what_a_task_says_is_bounded() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("copies");
    let long = "a".repeat(8 << 10);
    let url = format!("http://example.com/{long}");
    put(&owner, &[("Url", &url), ("Object", "a")]).refused(400, "InvalidArgument");
    for name in ["Host", "ContentMD5"] {
        put(&owner, &[("Url", "http://example.com/a"), ("Object", "a"), (name, &long)]).refused(400, "InvalidArgument");
    }
    done(&put(&owner, &[("Url", &url[..8 << 10]), ("Object", "a")]));
}

/// A signed URL of another product, at an address of this cloud's or under another host, is no object: the call is not performed.
#[test]
fn no_other_product_is_called() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("copies");
    let signed = |name: &str| {
        let parameters = [("Action", "CreateUser"), ("Version", "2015-05-01"), ("UserName", name)];
        owner.rpc_request("GET", &parameters).query.replace('&', "&amp;")
    };
    let here = format!("http://{}/?{}", owner.host(), signed("bob"));
    let elsewhere = format!("http://photos.oss-cn-hangzhou.aliyuncs.com/?{}", signed("carol"));
    for more in [[("Url", &*here), ("Host", "")], [("Url", &elsewhere), ("Host", "ram.aliyuncs.com")]] {
        let made = put(&owner, &[&more[..], &[("Object", "a")]].concat());
        let task = get(&owner, &element(done(&made), "TaskId"));
        assert_eq!(element(&task, "State"), "Failed", "{}", task.text());
        assert!(element(&task, "ErrorMsg").starts_with("FetchFailed: "), "{}", task.text());
    }
    assert_eq!(owner.ram("ListUsers", &[]).ok()["Users"]["User"].as_array().map(Vec::len), Some(0));
}
