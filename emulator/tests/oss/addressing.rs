//! Where a bucket stands: in the host, in the path; and what keys survive the way.

use acslab_emulator::Quota;

use crate::kit::{Answer, Client, Raw, headers};
use crate::tools::{detail, done, element, start, unsigned};

fn furnished(emulator: &acslab_emulator::EmulatorHandle) -> Client<'_> {
    let owner = Client::owner(emulator);
    owner.make("photos");
    done(&owner.put("photos", "a.jpg", "picture"));
    done(&owner.oss("PUT", Some("photos"), "", &[("acl", "")], &[("x-oss-acl", "public-read")], b""));
    owner
}

fn get(client: &Client<'_>, host: &str, path: &str) -> Answer {
    client.send(&Raw::new("GET", path).headers(headers(&[("host", host)])))
}

#[test]
fn by_host_and_by_path() {
    let emulator = start();
    let owner = furnished(&emulator);
    for host in [
        "photos.oss-cn-hangzhou.aliyuncs.com",
        "photos.oss-cn-hangzhou-internal.aliyuncs.com",
        "photos.cn-hangzhou.oss.aliyuncs.com",
        "photos.oss.aliyuncs.com",
        "photos.oss-cn-hangzhou.localhost",
        "photos.localhost",
        "photos.localhost:8820",
    ] {
        assert_eq!(get(&owner, host, "/a.jpg").text(), "picture", "{host}");
    }
    let address = emulator.address().to_string();
    for host in [&address, "127.0.0.1", "localhost", "localhost:8820", "[::1]:8820", "oss-cn-hangzhou.localhost"] {
        assert_eq!(get(&owner, host, "/photos/a.jpg").text(), "picture", "{host}");
    }
    // A bucket in the path of the cloud's own names is refused there, whoever asks and whatever for.
    for host in ["oss-cn-hangzhou.aliyuncs.com", "oss-cn-hangzhou-internal.aliyuncs.com", "oss-accelerate.aliyuncs.com"]
    {
        for path in ["/photos", "/photos/", "/photos/a.jpg", "/none/a"] {
            let refused = get(&owner, host, path);
            refused.refused(403, "SecondLevelDomainForbidden");
            assert_eq!(refused.message(), "Please use virtual hosted style to access.");
        }
    }
    assert_eq!(owner.at("oss-cn-hangzhou.aliyuncs.com").oss("GET", None, "", &[], &[], b"").status, 200);
    // Another region's endpoint says whose it is.
    let elsewhere = get(&owner, "photos.oss-cn-beijing.aliyuncs.com", "/a.jpg");
    elsewhere.refused(403, "AccessDenied");
    assert_eq!(
        (element(&elsewhere, "Endpoint"), detail(&elsewhere)),
        ("oss-cn-hangzhou.aliyuncs.com".into(), "0003-00001403".into())
    );
    get(&owner, "none.oss-cn-hangzhou.aliyuncs.com", "/a.jpg").refused(404, "NoSuchBucket");
    get(&owner, "pho.tos.oss-cn-hangzhou.aliyuncs.com", "/a.jpg").refused(400, "InvalidBucketName");
    // Acceleration is to be switched on.
    let accelerated = || get(&owner, "photos.oss-accelerate.aliyuncs.com", "/a.jpg");
    accelerated().refused(403, "TransferAccelerationDisabled");
    let on = "<TransferAccelerationConfiguration><Enabled>true</Enabled></TransferAccelerationConfiguration>";
    done(&owner.oss("PUT", Some("photos"), "", &[("transferAcceleration", "")], &[], on.as_bytes()));
    assert_eq!(accelerated().text(), "picture");
    assert_eq!(get(&owner, "photos.oss-accelerate-overseas.aliyuncs.com", "/a.jpg").text(), "picture");
    // A domain of the owner's, once it is proven to be; one that nobody can own needs no more than the token.
    let cname = |comp: &str, domain: &str| {
        let body =
            format!("<BucketCnameConfiguration><Cname><Domain>{domain}</Domain></Cname></BucketCnameConfiguration>");
        owner.oss("POST", Some("photos"), "", &[("cname", ""), ("comp", comp)], &[], body.as_bytes())
    };
    cname("add", "files.shop.test").refused(403, "NeedVerifyDomainOwnership");
    get(&owner, "files.shop.test", "/a.jpg").refused(400, "InvalidBucketName");
    for domain in ["files.shop.test", "www.example.com"] {
        done(&cname("token", domain));
    }
    cname("add", "www.example.com").refused(403, "NeedVerifyDomainOwnership");
    // In whatever letters it is written, and not more of them than may be.
    assert_eq!(element(&cname("token", "Files.Shop.TEST"), "Cname"), "files.shop.test");
    emulator.gateway().cloud().set_quota(Quota::CnamesPerBucket, 2);
    cname("token", "another.shop.test").refused(400, "TooManyCnameToken");
    done(&cname("add", "files.shop.test"));
    assert_eq!(get(&owner, "files.shop.test", "/a.jpg").text(), "picture");
    assert_eq!(get(&owner, "files.shop.test:8820", "/a.jpg").text(), "picture");
    let signed = owner.at("files.shop.test").oss_request("GET", Some("photos"), "a.jpg", &[], &[], b"");
    assert_eq!(owner.send(&Raw { path: "/a.jpg".to_owned(), ..signed }).text(), "picture", "signed for the bucket");
    assert_eq!(element(&owner.on_bucket("GET", "photos", &[("cname", "")]), "Domain"), "files.shop.test");
    let fork = emulator.gateway().cloud().fork().expect("another cloud");
    emulator.gateway().replace(fork.into());
    assert_eq!(get(&owner, "files.shop.test", "/a.jpg").text(), "picture");
    done(&cname("delete", "files.shop.test"));
    get(&owner, "files.shop.test", "/a.jpg").refused(400, "InvalidBucketName");
    get(&owner, "other.example.com", "/a.jpg").refused(400, "InvalidBucketName");
}

#[test]
fn a_bucket_is_found_before_anybody_is_known() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let forged = owner.with_key("LTAI5tNobodyHasThisKey00", "secret", None);
    for method in ["GET", "PUT", "DELETE", "HEAD"] {
        assert_eq!(forged.on_object(method, "none", "a").status, 404, "{method}");
        assert_eq!(forged.on_object(method, "photos", "a").status, 403, "{method}");
    }
    forged.on_bucket("GET", "none", &[("policy", "")]).refused(404, "NoSuchBucket");
    // What is not performed as well, and then whoever may is told so.
    forged.on_bucket("GET", "none", &[("metaQuery", "")]).refused(404, "NoSuchBucket");
    forged.on_bucket("GET", "No", &[]).refused(400, "InvalidBucketName");
    forged.on_bucket("PUT", "none", &[]).refused(403, "InvalidAccessKeyId");
    forged.oss("GET", None, "", &[], &[], b"").refused(403, "InvalidAccessKeyId");
    let row =
        emulator.gateway().trail().latest(100).into_iter().find(|entry| entry.code.as_deref() == Some("NoSuchBucket"));
    assert_eq!(row.expect("it is recorded").caller, None);
}

#[test]
fn keys_as_they_come() {
    let emulator = start();
    let owner = furnished(&emulator);
    let keys = [
        "a b", "a+b", "a%b", "a//b", "a/./b", "a/../b", "..", ".", "a?b", "a#b", "a&b=c", "测试", "a\\b", "a/", "é😀",
        "a\tb",
    ];
    for key in keys {
        done(&owner.put("photos", key, key));
        assert_eq!(owner.on_object("GET", "photos", key).text(), key, "{key}");
    }
    let raw = |path: &str| unsigned(&owner, "GET", path, "");
    // An encoded slash is one of the key; a plus is itself; an encoded one as well.
    for (path, key) in [
        ("/photos/a%2F%2Fb", "a//b"),
        ("/photos/a+b", "a+b"),
        ("/photos/a%2Bb", "a+b"),
        ("/photos/a%20b", "a b"),
        ("/photos/a//b", "a//b"),
    ] {
        assert_eq!(raw(path).text(), key, "{path}");
    }
    // A bucket's name has no slash, encoded or not.
    raw("/photos%2Fa.jpg").refused(400, "InvalidBucketName");
    raw("//a.jpg").refused(400, "InvalidBucketName");
    for path in ["/photos//a.jpg", "/photos/%2Fa.jpg", "/photos/%5Ca"] {
        raw(path).refused(400, "InvalidObjectName");
    }
    for path in ["/photos/%", "/photos/%zz", "/photos/a%2"] {
        raw(path).refused(400, "InvalidURI");
    }
}

#[test]
fn who_pays() {
    let emulator = start();
    let owner = furnished(&emulator);
    let partner = Client::owner_of(&emulator, 1);
    let payer = |who: &str| {
        let body = format!("<RequestPaymentConfiguration><Payer>{who}</Payer></RequestPaymentConfiguration>");
        done(&owner.oss("PUT", Some("photos"), "", &[("requestPayment", "")], &[], body.as_bytes())).status
    };
    let user = owner.user("alice");
    owner.attach("alice", "System", "AliyunOSSFullAccess");
    payer("Requester");
    let refused = |answer: Answer, code: &str| {
        answer.refused(403, "AccessDenied");
        assert_eq!((detail(&answer).as_str(), element(&answer, "BucketName").as_str()), (code, "photos"));
    };
    // Nobody cannot pay, and who can must say so; the owner and his people need not.
    refused(unsigned(&owner, "GET", "/photos/a.jpg", ""), "0003-00000701");
    refused(unsigned(&owner, "GET", "/photos/a.jpg", "x-oss-request-payer=requester"), "0003-00000701");
    refused(partner.on_object("GET", "photos", "a.jpg"), "0003-00000703");
    refused(partner.on_bucket("GET", "photos", &[]), "0003-00000703");
    let pays = [("x-oss-request-payer", "requester")];
    assert_eq!(partner.with("GET", "photos", "a.jpg", &pays).text(), "picture");
    assert_eq!(partner.oss("GET", Some("photos"), "a.jpg", &pays, &[], b"").text(), "picture");
    assert_eq!(
        (owner.on_object("GET", "photos", "a.jpg").status, user.on_object("GET", "photos", "a.jpg").status),
        (200, 200)
    );
    // To pay is no permission.
    let denied = partner.with("PUT", "photos", "b", &pays);
    assert_eq!(detail(denied.refused(403, "AccessDenied")), "0003-00000001");
    // What is copied from counts, too.
    partner.make("prints");
    let source = ("x-oss-copy-source", "/photos/a.jpg");
    refused(partner.with("PUT", "prints", "b", &[source]), "0003-00000703");
    assert_eq!(partner.with("PUT", "prints", "b", &[source, pays[0]]).status, 200);
    payer("BucketOwner");
    assert_eq!(unsigned(&owner, "GET", "/photos/a.jpg", "").status, 200);
}
