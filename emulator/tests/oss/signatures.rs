//! Who signed it, and is the signature right?

use acslab_emulator::signature::{Credentials, OrderedQuery, OssResource, Secret, SignedView, oss_v1, oss_v2, oss_v4};
use jiff::{SignedDuration, Timestamp};

use crate::kit::{Answer, Client, Raw, headers, policy, trust};
use crate::tools::{detail, done, element, order, start, unsigned};

/// How a request is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    V1,
    V2,
    V4,
    V1Url,
    V2Url,
    V4Url,
}

const ALL: [Form; 6] = [Form::V1, Form::V2, Form::V4, Form::V1Url, Form::V2Url, Form::V4Url];

/// What a signed request is made of; tests change one thing at a time.
struct Signer<'c> {
    client: &'c Client<'c>,
    form: Form,
    at: Timestamp,
    region: &'static str,
    host: String,
}

impl<'c> Signer<'c> {
    fn new(client: &'c Client<'c>, form: Form) -> Self {
        Self { client, form, at: client.now(), region: "cn-hangzhou", host: client.emulator.address().to_string() }
    }

    fn request(&self, method: &str, bucket: &str, key: &str) -> Raw {
        let resource = OssResource { bucket: Some(bucket), key };
        let virtual_host = self.host.starts_with(bucket);
        let path = if virtual_host { format!("/{key}") } else { resource.path() };
        let mut raw = Raw::new(method, &path).headers(headers(&[("host", &self.host)]));
        let secret = Secret::new(self.client.secret.expose().to_owned());
        let who = Credentials {
            access_key_id: &self.client.key_id,
            secret: &secret,
            security_token: self.client.token.as_deref(),
        };
        let none = OrderedQuery::default();
        let own = raw.headers.clone();
        let view = SignedView { method, path: &path, query: &none, headers: &own, body: b"" };
        let signing = oss_v4::Signing { region: self.region, at: self.at, additional_headers: &["host"] };
        let hour = SignedDuration::from_hours(1);
        match self.form {
            Form::V1 => raw.headers.extend(oss_v1::sign(&view, &resource, &who, self.at).expect("signed")),
            Form::V2 => {
                raw.headers.extend(oss_v2::sign(&view, &resource, &who, self.at, &["host"]).expect("signed"));
            }
            Form::V4 => raw.headers.extend(oss_v4::sign(&view, &resource, &who, &signing).expect("signed")),
            Form::V1Url => raw.query = oss_v1::presign(&view, &resource, &who, self.at + hour).to_string(),
            Form::V2Url => {
                raw.query = oss_v2::presign(&view, &resource, &who, self.at + hour, &["host"]).to_string();
            }
            Form::V4Url => raw.query = oss_v4::presign(&view, &resource, &who, &signing, 3600).to_string(),
        }
        raw
    }

    fn get(&self) -> Answer {
        self.client.send(&self.request("GET", "photos", "a.jpg"))
    }
}

fn with_photo(client: &Client<'_>) {
    client.make("photos");
    done(&client.put("photos", "a.jpg", "picture"));
}

#[test]
fn each_form_is_accepted_by_path_and_by_host() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    with_photo(&owner);
    for form in ALL {
        let mut signer = Signer::new(&owner, form);
        assert_eq!(signer.get().text(), "picture", "{form:?}");
        for host in [
            "photos.oss-cn-hangzhou.aliyuncs.com",
            "photos.oss-cn-hangzhou-internal.aliyuncs.com",
            "photos.localhost:80",
        ] {
            host.clone_into(&mut signer.host);
            assert_eq!(signer.get().text(), "picture", "{form:?} {host}");
        }
    }
}

#[test]
fn a_wrong_secret_is_answered_with_what_should_have_been_signed() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    with_photo(&owner);
    let wrong = owner.with_key(&owner.key_id, "wrong", None);
    for form in ALL {
        let answer = Signer::new(&wrong, form).get();
        answer.refused(403, "SignatureDoesNotMatch");
        let v4 = matches!(form, Form::V4 | Form::V4Url);
        assert_eq!(detail(&answer), if v4 { "0002-00000201" } else { "0002-00000040" });
        let mut expected = vec![
            "Error",
            "Code",
            "Message",
            "RequestId",
            "HostId",
            "OSSAccessKeyId",
            "SignatureProvided",
            "StringToSign",
            "StringToSignBytes",
        ];
        expected.extend(v4.then_some("CanonicalRequest"));
        expected.extend(["EC", "RecommendDoc"]);
        assert_eq!(order(&answer), expected);
        assert_eq!(element(&answer, "OSSAccessKeyId"), owner.key_id);
        let text = element(&answer, "StringToSign").replace("&amp;", "&");
        assert!(text.starts_with(if v4 { "OSS4-HMAC-SHA256\n" } else { "GET\n" }), "{text}");
        let bytes: Vec<_> = text.bytes().map(|byte| format!("{byte:02X} ")).collect();
        assert_eq!(element(&answer, "StringToSignBytes"), bytes.concat());
    }
}

#[test]
fn a_request_that_was_changed_after_it_was_signed_is_refused() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    with_photo(&owner);
    done(&owner.put("photos", "b.jpg", "other"));
    for form in ALL {
        let signed = Signer::new(&owner, form).request("GET", "photos", "a.jpg");
        let mut other_object = signed.clone();
        other_object.path = "/photos/b.jpg".to_owned();
        owner.send(&other_object).refused(403, "SignatureDoesNotMatch");
        let mut other_method = signed.clone();
        other_method.method = "DELETE".to_owned();
        owner.send(&other_method).refused(403, "SignatureDoesNotMatch");
        let mut other_operation = signed.clone();
        other_operation.query = [signed.query.as_str(), "acl"].join("&").trim_start_matches('&').to_owned();
        owner.send(&other_operation).refused(403, "SignatureDoesNotMatch");
        let mut more = signed.clone();
        more.headers.extend(headers(&[("x-oss-meta-a", "b")]));
        owner.send(&more).refused(403, "SignatureDoesNotMatch");
    }
    assert_eq!(owner.on_object("GET", "photos", "a.jpg").text(), "picture");
}

#[test]
fn nothing_of_a_signature_can_be_left_out() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    with_photo(&owner);
    for (form, names) in [
        (Form::V1, &["authorization", "date"][..]),
        (Form::V2, &["authorization", "date", "host"]),
        (Form::V4, &["authorization", "x-oss-date", "x-oss-content-sha256", "host"]),
    ] {
        for name in names {
            let mut raw = Signer::new(&owner, form).request("GET", "photos", "a.jpg");
            raw.headers.remove(*name);
            let answer = owner.send(&raw);
            assert!(answer.status >= 400, "{form:?} without {name}: {}", answer.text());
        }
    }
    for form in [Form::V1Url, Form::V2Url, Form::V4Url] {
        let raw = Signer::new(&owner, form).request("GET", "photos", "a.jpg");
        for piece in raw.query.split('&') {
            let mut less = raw.clone();
            less.query = raw.query.split('&').filter(|other| *other != piece).collect::<Vec<_>>().join("&");
            let answer = owner.send(&less);
            assert!(answer.status >= 400, "{form:?} without {piece}: {}", answer.text());
        }
    }
}

#[test]
fn keys_that_may_not_sign() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    with_photo(&owner);
    let user = owner.user("alice");
    owner.attach("alice", "System", "AliyunOSSFullAccess");
    for form in ALL {
        let unknown = owner.with_key("LTAI5tNobodyHasThisKey00", "secret", None);
        let answer = Signer::new(&unknown, form).get();
        answer.refused(403, "InvalidAccessKeyId");
        assert_eq!(answer.message(), "The OSS Access Key Id you provided does not exist in our records.");
        assert_eq!(element(&answer, "OSSAccessKeyId"), unknown.key_id);
        assert_eq!(detail(&answer), "0002-00000902");
        assert_eq!(Signer::new(&user, form).get().status, 200);
    }
    owner
        .ram("UpdateAccessKey", &[("UserName", "alice"), ("UserAccessKeyId", &user.key_id), ("Status", "Inactive")])
        .ok();
    for form in ALL {
        let answer = Signer::new(&user, form).get();
        answer.refused(403, "InvalidAccessKeyId");
        assert_eq!(answer.message(), "The OSS Access Key Id you provided is disabled.");
        assert_eq!(detail(&answer), "0002-00000904");
    }
}

const LOST: &str = "The OSS Access Key Id you provided does not exist in our records. The Security Token may be lost to \
                    specify that it is a STS Access Id.";

#[test]
fn tokens_of_sessions() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    with_photo(&owner);
    let account = &emulator.accounts()[0].account_id;
    let arn = format!("acs:ram::{account}:role/reader");
    let trusted = trust("RAM", &format!("acs:ram::{account}:root"));
    owner.ram("CreateRole", &[("RoleName", "reader"), ("AssumeRolePolicyDocument", &trusted)]).ok();
    owner
        .ram(
            "AttachPolicyToRole",
            &[("RoleName", "reader"), ("PolicyType", "System"), ("PolicyName", "AliyunOSSReadOnlyAccess")],
        )
        .ok();
    let user = owner.user("alice");
    owner.grant("alice", "Assume", &policy("Allow", "sts:AssumeRole", "*"));
    let (session, another) = (user.assume(&arn, &[]), user.assume(&arn, &[]));
    let with_token = |token: Option<&str>| session.with_key(&session.key_id, session.secret.expose(), token);
    for form in ALL {
        assert_eq!(Signer::new(&session, form).get().status, 200, "{form:?}");
        let nobody = owner.with_key("STS.NobodysKey0000000000000000", "secret", None);
        for lost in [&with_token(None), &nobody] {
            let without = Signer::new(lost, form).get();
            without.refused(403, "InvalidAccessKeyId");
            assert_eq!(without.message(), LOST);
            assert_eq!(element(&without, "OSSAccessKeyId"), lost.key_id);
            assert_eq!(detail(&without), "0002-00000003");
        }
        let strange = Signer::new(&with_token(Some("CAISnever")), form).get();
        strange.refused(403, "InvalidSecurityToken");
        assert_eq!(detail(&strange), "0002-00000006");
        let exchanged = Signer::new(&with_token(another.token.as_deref()), form).get();
        exchanged.refused(403, "AccessKeyIdAndSecurityTokenNotMatch");
        assert_eq!(detail(&exchanged), "0002-00000004");
        // A key that lives on has no token.
        let long_lived = user.with_key(&user.key_id, user.secret.expose(), session.token.as_deref());
        let answer = Signer::new(&long_lived, form).get();
        answer.refused(403, "InvalidAccessKeyId");
        assert_eq!(detail(&answer), "0002-00000002");
    }
    emulator.gateway().cloud().clock.advance(3601 * 1000).unwrap();
    for form in ALL {
        let over = Signer::new(&session, form).get();
        over.refused(403, "SecurityTokenExpired");
        assert_eq!(over.message(), "The security token you provided has expired.");
        assert_eq!(detail(&over), "0002-00000007");
    }
}

#[test]
fn a_token_of_a_url_does_not_count_in_a_header() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let mut raw = Signer::new(&owner.with_key("STS.Nsomething", "s", None), Form::V1Url).request("GET", "photos", "a");
    raw.headers.extend(headers(&[("x-oss-security-token", "CAISx")]));
    // An unknown session comes first: it is not said that its token stands in the wrong place.
    owner.send(&raw).refused(403, "InvalidAccessKeyId");
}

#[test]
fn times() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    with_photo(&owner);
    let (near, far) = (SignedDuration::from_secs(899), SignedDuration::from_secs(901));
    for form in [Form::V1, Form::V2, Form::V4] {
        for at in [owner.now() - near, owner.now() + near] {
            assert_eq!(Signer { at, ..Signer::new(&owner, form) }.get().status, 200);
        }
        for at in [owner.now() - far, owner.now() + far] {
            let answer = Signer { at, ..Signer::new(&owner, form) }.get();
            answer.refused(403, "RequestTimeTooSkewed");
            assert_eq!(answer.message(), "The difference between the request time and the current time is too large.");
            assert_eq!(element(&answer, "MaxAllowedSkewMilliseconds"), "900000");
            assert_eq!(element(&answer, "ServerTime"), "2026-01-02T03:04:05.000Z");
            assert_eq!(detail(&answer), "0002-00000504");
        }
    }
    for form in [Form::V1Url, Form::V2Url, Form::V4Url] {
        let hour = SignedDuration::from_hours(1);
        assert_eq!(Signer { at: owner.now() - hour, ..Signer::new(&owner, form) }.get().status, 200);
        let over = Signer { at: owner.now() - hour - SignedDuration::from_secs(1), ..Signer::new(&owner, form) }.get();
        over.refused(403, "AccessDenied");
        assert_eq!(over.message(), "Request has expired.");
        assert_eq!(element(&over, "Expires"), "2026-01-02T03:04:04.000Z");
        assert_eq!(detail(&over), "0002-00000069");
    }
    Signer { at: owner.now() + far, ..Signer::new(&owner, Form::V4Url) }.get().refused(403, "RequestTimeTooSkewed");
}

#[test]
fn dates_that_are_none() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    for form in [Form::V1, Form::V2, Form::V4] {
        let mut raw = Signer::new(&owner, form).request("GET", "photos", "a.jpg");
        raw.headers.remove("date");
        raw.headers.remove("x-oss-date");
        let answer = owner.send(&raw);
        answer.refused(403, "AccessDenied");
        assert_eq!(answer.message(), "OSS authentication requires a valid Date.");
        assert_eq!(detail(&answer), "0002-00000503");
        raw.headers.extend(headers(&[("date", "yesterday")]));
        assert_eq!(detail(owner.send(&raw).refused(403, "AccessDenied")), "0002-00000502");
    }
    let mut raw = Signer::new(&owner, Form::V1Url).request("GET", "photos", "a.jpg");
    raw.query = "OSSAccessKeyId=a&Signature=b&Expires=soon".to_owned();
    let answer = owner.send(&raw);
    answer.refused(403, "AccessDenied");
    assert_eq!(answer.message(), "Invalid date (should be seconds since epoch).");
    raw.query = "OSSAccessKeyId=a&Signature=b".to_owned();
    let answer = owner.send(&raw);
    answer.refused(403, "AccessDenied");
    assert_eq!(
        answer.message(),
        "Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters"
    );
}

#[test]
fn the_scope_of_a_v4_signature() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    with_photo(&owner);
    for (part, other, code) in [
        ("/20260102/", "/20260103/", "0002-00000212"),
        ("/oss/", "/ots/", "0002-00000227"),
        ("aliyun_v4_request", "aws4_request", "0002-00000213"),
        ("/cn-hangzhou/", "/cn-beijing/", "0002-00000226"),
    ] {
        let mut raw = Signer::new(&owner, Form::V4).request("GET", "photos", "a.jpg");
        let changed = raw.headers["authorization"].to_str().expect("text").replace(part, other);
        raw.headers.insert("authorization", changed.parse().expect("a header"));
        let answer = owner.send(&raw);
        answer.refused(400, "InvalidArgument");
        assert_eq!(detail(&answer), code);
    }
    // A signature that is right, for another region than the bucket's.
    let answer = Signer { region: "cn-beijing", ..Signer::new(&owner, Form::V4) }.get();
    answer.refused(400, "InvalidArgument");
    assert_eq!(answer.message(), "Invalid signing region in Authorization header.");
    assert_eq!(Signer { region: "cn-beijing", ..Signer::new(&owner, Form::V4Url) }.get().status, 400);
    // No bucket has a region to differ from; the endpoint may have.
    assert_eq!(
        owner
            .send(&Signer { region: "cn-beijing", ..Signer::new(&owner, Form::V4) }.request("PUT", "elsewhere", ""))
            .status,
        200
    );
    assert_eq!(
        element(
            &owner.send(&Signer { region: "cn-beijing", ..Signer::new(&owner, Form::V4) }.request(
                "GET",
                "elsewhere",
                ""
            )),
            "Name"
        ),
        "elsewhere"
    );
    let host = "third-bucket.oss-cn-hangzhou.aliyuncs.com".to_owned();
    let at_host = Signer { region: "cn-beijing", host, ..Signer::new(&owner, Form::V4) };
    owner.send(&at_host.request("PUT", "third-bucket", "")).refused(400, "InvalidArgument");
    for region in ["", "a:b", "*"] {
        let answer = Signer { region, ..Signer::new(&owner, Form::V4) }.request("PUT", "fourth-bucket", "");
        owner.send(&answer).refused(400, "InvalidArgument");
    }
}

#[test]
fn the_payload_is_unsigned_and_says_so() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let mut raw = Signer::new(&owner, Form::V4).request("GET", "photos", "a.jpg");
    raw.headers.insert("x-oss-content-sha256", "e3b0c442".parse().expect("a header"));
    let answer = owner.send(&raw);
    answer.refused(400, "InvalidArgument");
    assert_eq!(detail(&answer), "0002-00000214");
}

#[test]
fn what_looks_signed_is_never_anonymous() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.oss("PUT", Some("photos"), "", &[("acl", "")], &[("x-oss-acl", "public-read")], b""));
    done(&owner.put("photos", "a.jpg", "picture"));
    // This anybody may read; who signs must sign right all the same.
    assert_eq!(unsigned(&owner, "GET", "/photos/a.jpg", "").text(), "picture");
    for (authorization, code) in [
        ("OSS", "0002-00000061"),
        ("Bearer token", "0002-00000061"),
        ("AWS a:b", "0002-00000061"),
        ("", "0002-00000061"),
    ] {
        let host = emulator.address().to_string();
        let raw =
            Raw::new("GET", "/photos/a.jpg").headers(headers(&[("host", &host), ("authorization", authorization)]));
        let answer = owner.send(&raw);
        answer.refused(400, "InvalidArgument");
        assert_eq!(detail(&answer), code, "{authorization}");
    }
    let host = emulator.address().to_string();
    let raw = Raw::new("GET", "/photos/a.jpg")
        .headers(headers(&[("host", &host), ("authorization", "OSS id-without-signature")]));
    let answer = owner.send(&raw);
    answer.refused(400, "InvalidArgument");
    assert_eq!(answer.message(), "AccessKeyId or Signature is missing in Authorization header value.");
    for query in [
        "Signature=x",
        "OSSAccessKeyId=x",
        "Expires=1",
        "x-oss-signature=x",
        "x-oss-credential=x",
        "x-oss-signature-version=OSS4-HMAC-SHA256",
    ] {
        let answer = unsigned(&owner, "GET", "/photos/a.jpg", query);
        assert!(answer.status == 403 || answer.status == 400, "{query}: {} {}", answer.status, answer.text());
    }
}

#[test]
fn one_way_to_sign_at_a_time() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    with_photo(&owner);
    let mut raw = Signer::new(&owner, Form::V1).request("GET", "photos", "a.jpg");
    raw.query = Signer::new(&owner, Form::V1Url).request("GET", "photos", "a.jpg").query;
    owner.send(&raw).refused(400, "InvalidArgument");
}

/// Asks for a bucket's ACL at the endpoint of a region, signed for it.
pub(crate) fn get_acl_in(client: &Client<'_>, bucket: &str, region: &'static str) -> Answer {
    let host = format!("{bucket}.oss-{region}.aliyuncs.com");
    let signer = Signer { region, host, ..Signer::new(client, Form::V4) };
    client.send(&signer.request("GET", bucket, ""))
}
