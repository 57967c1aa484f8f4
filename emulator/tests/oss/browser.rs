//! What browsers ask: before a request, in a form, and of a website.
#![allow(clippy::format_push_string, reason = "a form is put together as text")]

use acslab_emulator::signature::{Secret, oss_v1, oss_v4};

use crate::kit::{Answer, Client, Raw, headers};
use crate::tools::{detail, done, element, header, start, unsigned};

fn set(owner: &Client<'_>, at: &str, body: &str) {
    done(&owner.oss("PUT", Some("photos"), "", &[(at, "")], &[], body.as_bytes()));
}

fn bare(owner: &Client<'_>, method: &str, path: &str, lines: &[(&str, &str)], body: &[u8]) -> Answer {
    let host = owner.emulator.address().to_string();
    let lines = [&[("host", host.as_str())][..], lines].concat();
    owner.send(&Raw::new(method, path).headers(headers(&lines)).body(body))
}

#[test]
fn a_browser_asks_before_it_asks() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let ask = |lines: &[(&str, &str)]| bare(&owner, "OPTIONS", "/photos/k", lines, b"");
    let good = [
        ("origin", "http://a.example.com"),
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "X-OSS-Test"),
    ];
    ask(&good).refused(403, "AccessForbidden");
    set(
        &owner,
        "cors",
        "<CORSConfiguration><CORSRule><AllowedOrigin>http://*.example.com</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod><AllowedHeader>x-oss-*</AllowedHeader><ExposeHeader>x-oss-test</ExposeHeader><MaxAgeSeconds>100</MaxAgeSeconds></CORSRule></CORSConfiguration>",
    );
    ask(&good[1..]).refused(400, "BadRequest");
    ask(&good[..1]).refused(400, "BadRequest");
    let told = ask(&good);
    assert_eq!(told.status, 200);
    assert_eq!(
        [
            "access-control-allow-origin",
            "access-control-allow-methods",
            "access-control-allow-headers",
            "access-control-expose-headers",
            "access-control-max-age"
        ]
        .map(|name| header(&told, name)),
        ["http://a.example.com", "PUT, GET", "X-OSS-Test", "x-oss-test", "100"]
    );
    for (at, wrong) in [
        (0, ("origin", "http://b.com")),
        (1, ("access-control-request-method", "DELETE")),
        (2, ("access-control-request-headers", "x-other")),
    ] {
        let mut lines = good;
        lines[at] = wrong;
        ask(&lines).refused(403, "AccessForbidden");
    }
    // A signature is not looked at, whosever it is.
    let signed = [&good[..], &[("authorization", "OSS nobody:x"), ("date", "Fri, 02 Jan 2026 03:04:05 GMT")]].concat();
    assert_eq!(ask(&signed).status, 200);
    bare(&owner, "OPTIONS", "/nowhere/k", &good, b"").refused(404, "NoSuchBucket");
    // Answers and errors say so too.
    let missing = owner.with("GET", "photos", "k", &[("origin", "http://a.example.com")]);
    missing.refused(404, "NoSuchKey");
    assert_eq!(header(&missing, "access-control-allow-origin"), "http://a.example.com");
    assert_eq!(
        header(&owner.with("GET", "photos", "k", &[("origin", "http://b.com")]), "access-control-allow-origin"),
        ""
    );
}

/// A form of fields with a file behind them.
fn form(fields: &[(&str, &str)], file: &str) -> Vec<u8> {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--BOUND\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += &format!(
        "--BOUND\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.txt\"\r\nContent-Type: text/x\r\n\r\n{file}\r\n--BOUND--\r\n"
    );
    body.into_bytes()
}

pub(crate) fn post(owner: &Client<'_>, fields: &[(&str, &str)], file: &str) -> Answer {
    let lines = [("content-type", "multipart/form-data; boundary=BOUND")];
    bare(owner, "POST", "/photos/", &lines, &form(fields, file))
}

#[test]
fn of_a_form_a_recording_keeps_nothing_that_signs_it() {
    let emulator = start();
    emulator.gateway().trail().set_recording(true);
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let policy = crate::kit::signer::base64(
        r#"{"expiration":"2099-01-01T00:00:00.000Z","conditions":[["content-length-range",0,100]]}"#,
    );
    let signature = oss_v1::signature(&owner.secret, &policy);
    let fields =
        [("key", "a"), ("OSSAccessKeyId", owner.key_id.as_str()), ("policy", &policy), ("Signature", &signature)];
    let posted = post(&owner, &fields, "content");
    assert_eq!(posted.status, 204);
    let page = Raw::new("GET", "/_acslab/decisions").send(emulator.address()).ok();
    let mut forms = 0;
    for decision in page["decisions"].as_array().unwrap() {
        let id = decision["request_id"].as_str().unwrap();
        let whole = Raw::new("GET", &format!("/_acslab/decisions/{id}")).send(emulator.address()).ok();
        assert!(!whole["exchange"].to_string().contains(&*signature), "{whole}");
        if whole["operation"] == "Oss.PostObject" {
            assert_eq!(whole["exchange"]["left_out"]["secrets"], serde_json::json!(["Body"]));
            forms += 1;
        }
    }
    assert_eq!(forms, 1);
}

#[test]
fn a_form_is_signed_and_says_what_it_may() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let policy = |conditions: &str| {
        let text = format!(r#"{{"expiration":"2099-01-01T00:00:00.000Z","conditions":[{conditions}]}}"#);
        crate::kit::signer::base64(text)
    };
    let good = policy(
        r#"{"bucket":"photos"},["starts-with","$key","up/"],["content-length-range",1,10],["eq","$success_action_status","201"],["starts-with","$x-oss-meta-a",""]"#,
    );
    let sign = |policy: &str, secret: &Secret| oss_v1::signature(secret, policy);
    let signature = sign(&good, &owner.secret);
    let fields = |key: &'static str| vec![("key", key), ("success_action_status", "201"), ("x-oss-meta-a", "1")];
    let signed = |mut fields: Vec<(&'static str, &'static str)>, policy: &str, signature: &str, file: &str| {
        let own = [("OSSAccessKeyId", owner.key_id.as_str()), ("policy", policy), ("Signature", signature)];
        let all: Vec<_> = fields.drain(..).chain(own.iter().copied()).collect::<Vec<(&str, &str)>>();
        post(&owner, &all, file)
    };
    let made = signed(fields("up/${filename}"), &good, &signature, "content");
    assert_eq!(
        (made.status, element(&made, "Key").as_str(), element(&made, "Bucket").as_str()),
        (201, "up/f.txt", "photos")
    );
    let get = owner.on_object("GET", "photos", "up/f.txt");
    assert_eq!(
        (get.text(), header(&get, "content-type"), header(&get, "x-oss-meta-a")),
        ("content".into(), "text/x", "1")
    );
    let wrong = signed(fields("elsewhere"), &good, &signature, "content");
    assert_eq!((wrong.status, detail(&wrong).as_str()), (403, "0006-00000227"));
    signed(fields("up/a"), &good, &signature, "longer than ten").refused(400, "EntityTooLarge");
    // What no condition speaks of may be anything: pages that upload bound the size, and no more.
    assert_eq!(signed([fields("up/a"), vec![("x-more", "1")]].concat(), &good, &signature, "x").status, 201);
    let size = policy(r#"["content-length-range",0,100]"#);
    assert_eq!(signed(fields("any"), &size, &sign(&size, &owner.secret), "x").status, 201);
    // The type of the file stands at it.
    let kinds = policy(r#"["in","$content-type",["text/x","image/png"]]"#);
    assert_eq!(signed(fields("any"), &kinds, &sign(&kinds, &owner.secret), "x").status, 201);
    let own = [fields("any"), vec![("x-oss-content-type", "text/html"), ("content-type", "text/x")]].concat();
    let refused = signed(own, &kinds, &sign(&kinds, &owner.secret), "x");
    assert_eq!((refused.status, detail(&refused).as_str()), (403, "0006-00000227"));
    let forged = signed(fields("up/a"), &good, &sign(&good, &Secret::new("other".to_owned())), "x");
    forged.refused(403, "SignatureDoesNotMatch");
    let half = post(&owner, &[("key", "up/a"), ("policy", &good)], "x");
    half.refused(400, "InvalidArgument");
    let broken = crate::kit::signer::base64("{}");
    signed(fields("up/a"), &broken, &sign(&broken, &owner.secret), "x").refused(400, "InvalidPolicyDocument");
    // Who signs must be allowed to put the object.
    let user = owner.nobody("poster");
    let own = sign(&good, &user.secret);
    let by_user = [
        ("key", "up/u"),
        ("success_action_status", "201"),
        ("x-oss-meta-a", "1"),
        ("OSSAccessKeyId", &user.key_id),
        ("policy", &good),
        ("Signature", &own),
    ];
    post(&owner, &by_user, "x").refused(403, "AccessDenied");
    owner.grant("poster", "Put", &crate::kit::policy("Allow", "oss:PutObject", "acs:oss:*:*:photos/up/*"));
    assert_eq!(post(&owner, &by_user, "x").status, 201);
    // Nobody signs, and nothing is open to everybody.
    post(&owner, &[("key", "up/n")], "x").refused(403, "AccessDenied");
    bare(&owner, "POST", "/photos/", &[("content-type", "text/plain")], b"x")
        .refused(400, "RequestIsNotMultiPartContent");
}

#[test]
fn a_form_with_a_signature_of_version_4_and_a_redirect() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let now = owner.now();
    let date = acslab_emulator::signature::TimeFormat::Iso8601Basic.format(now);
    let day = date[..8].to_owned();
    let credential = format!("{}/{day}/cn-hangzhou/oss/aliyun_v4_request", owner.key_id);
    let send_from = |region: &str, conditions: &str| {
        let credential = credential.replace("cn-hangzhou", region);
        let scope = oss_v4::Scope { date: &day, region };
        let text = format!(r#"{{"expiration":"2099-01-01T00:00:00.000Z","conditions":[{conditions}]}}"#);
        let policy = crate::kit::signer::base64(text);
        let signature = oss_v4::signature(&owner.secret, &scope, &policy);
        let fields = [
            ("key", "a b"),
            ("policy", policy.as_str()),
            ("x-oss-signature-version", "OSS4-HMAC-SHA256"),
            ("x-oss-credential", &credential),
            ("x-oss-date", &date),
            ("x-oss-signature", &signature),
            ("success_action_redirect", "http://app.example.com/done?x=1"),
        ];
        post(&owner, &fields, "x")
    };
    let send = |conditions: &str| send_from("cn-hangzhou", conditions);
    let of_signature = format!(
        r#"{{"bucket":"photos"}},{{"x-oss-signature-version":"OSS4-HMAC-SHA256"}},{{"x-oss-credential":"{credential}"}}"#
    );
    let extra = send(&of_signature);
    assert_eq!((extra.status, detail(&extra).as_str()), (403, "0006-00000228"));
    let sent = send(&format!(r#"{of_signature},{{"x-oss-date":"{date}"}}"#));
    assert_eq!(sent.status, 303);
    assert!(header(&sent, "location").starts_with("http://app.example.com/done?x=1&bucket=photos&key=a%20b&etag="));
    assert_eq!(owner.on_object("GET", "photos", "a b").text(), "x");
    // It is signed for where the bucket is.
    let all = format!(r#"{of_signature},{{"x-oss-date":"{date}"}}"#);
    let elsewhere = send_from("cn-beijing", &all.replace("cn-hangzhou", "cn-beijing"));
    assert_eq!((elsewhere.refused(400, "InvalidArgument").status, detail(&elsewhere).as_str()), (400, "0002-00000710"));
}

#[test]
fn a_website_is_visited() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    done(&owner.oss("PUT", Some("photos"), "", &[], &[("x-oss-acl", "public-read")], b""));
    for (key, content) in
        [("index.html", "home"), ("error.html", "sorry"), ("docs/index.html", "docs"), ("new/page", "moved")]
    {
        done(&owner.put("photos", key, content));
    }
    let visit = |path: &str| unsigned(&owner, "GET", path, "");
    visit("/photos/").refused(403, "AccessDenied");
    set(
        &owner,
        "website",
        "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix><SupportSubDir>true</SupportSubDir><Type>0</Type></IndexDocument><ErrorDocument><Key>error.html</Key><HttpStatus>404</HttpStatus></ErrorDocument><RoutingRules><RoutingRule><RuleNumber>1</RuleNumber><Condition><KeyPrefixEquals>old/</KeyPrefixEquals><HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals></Condition><Redirect><RedirectType>External</RedirectType><Protocol>https</Protocol><HostName>new.example.com</HostName><ReplaceKeyWith>new/${key}</ReplaceKeyWith><HttpRedirectCode>301</HttpRedirectCode></Redirect></RoutingRule><RoutingRule><RuleNumber>2</RuleNumber><Condition><KeyPrefixEquals>mirror/</KeyPrefixEquals></Condition><Redirect><RedirectType>Mirror</RedirectType><MirrorURL>http://origin.example.com/</MirrorURL></Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>",
    );
    assert_eq!(visit("/photos/").text(), "home");
    assert_eq!(visit("/photos/docs/").text(), "docs");
    let to_folder = visit("/photos/docs");
    assert_eq!((to_folder.status, header(&to_folder, "location")), (302, "/docs/"));
    let missing = visit("/photos/nothing");
    assert_eq!((missing.status, missing.text().as_str()), (404, "sorry"));
    let moved = visit("/photos/old/a");
    assert_eq!((moved.status, header(&moved, "location")), (301, "https://new.example.com/new/old/a"));
    visit("/photos/mirror/a").refused(424, "MirrorFailed");
    // Who signs asks OSS, and not the website.
    assert_eq!(element(&owner.on_bucket("GET", "photos", &[]), "Name"), "photos");
    owner.on_object("GET", "photos", "nothing").refused(404, "NoSuchKey");
    done(&owner.oss("PUT", Some("photos"), "index.html", &[("acl", "")], &[("x-oss-object-acl", "private")], b""));
    visit("/photos/").refused(403, "AccessDenied");
}

#[test]
fn pages_of_others_show_nothing() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    done(&owner.oss("PUT", Some("photos"), "", &[], &[("x-oss-acl", "public-read")], b""));
    done(&owner.put("photos", "k", "x"));
    set(
        &owner,
        "referer",
        "<RefererConfiguration><AllowEmptyReferer>false</AllowEmptyReferer><RefererList><Referer>http://www.example.com/*</Referer></RefererList></RefererConfiguration>",
    );
    let from = |lines: &[(&str, &str)]| bare(&owner, "GET", "/photos/k", lines, b"");
    assert_eq!(detail(&from(&[])), "0003-00000501");
    assert_eq!(detail(&from(&[("referer", "http://other.com/")])), "0003-00000503");
    assert_eq!(from(&[("referer", "http://www.example.com/page?x")]).text(), "x");
    assert_eq!(owner.on_object("GET", "photos", "k").text(), "x");
}
