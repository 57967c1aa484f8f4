//! Callbacks: an application server on this machine is told of what was written.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread::JoinHandle;

use acslab_emulator::cloud::Service;
use acslab_emulator::{Builder, EmulatorHandle};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use md5::{Digest, Md5};
use num_bigint::BigUint;

use crate::kit::{self, Client, Raw, headers};
use crate::tools::{detail, done, element, header};

/// An application server that answers each call so, and what it was sent.
struct Application {
    address: String,
    sent: mpsc::Receiver<String>,
    _thread: JoinHandle<()>,
}

fn application(answers: Vec<String>) -> Application {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let (send, sent) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().expect("a call");
            let mut received = Vec::new();
            let mut piece = [0; 4096];
            loop {
                let read = stream.read(&mut piece).expect("bytes");
                received.extend(&piece[..read]);
                let text = String::from_utf8_lossy(&received).into_owned();
                let length = text.to_ascii_lowercase();
                let length =
                    length.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
                let body = text.split_once("\r\n\r\n").map_or(0, |(_, body)| body.len());
                if read == 0 || length.is_some_and(|length: usize| text.contains("\r\n\r\n") && body >= length) {
                    let _ = send.send(text);
                    break;
                }
            }
            stream.write_all(answer.as_bytes()).expect("an answer");
        }
    });
    Application { address, sent, _thread: thread }
}

fn well(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn start(builder: Builder) -> EmulatorHandle {
    let emulator = builder.account("company", "1234567890123456").start().expect("an emulator");
    let cloud = emulator.gateway().cloud();
    cloud.account("1234567890123456").expect("an account").activations.write().open(Service::Oss, cloud.clock.now());
    emulator
}

fn callback(address: &str, body: &str, kind: &str) -> String {
    let configuration = serde_json::json!({ "callbackUrl": address, "callbackBody": body, "callbackBodyType": kind });
    BASE64_STANDARD.encode(configuration.to_string())
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// Is a call signed with the key that it names?
fn is_signed(call: &str, path: &str) -> bool {
    let (head, body) = call.split_once("\r\n\r\n").expect("a head");
    let of = |name: &str| {
        let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}: ")));
        line.and_then(|line| line.split_once(": ")).map(|(_, value)| value.to_owned()).unwrap_or_default()
    };
    let key = String::from_utf8(BASE64_STANDARD.decode(of("x-oss-pub-key-url")).expect("base64")).expect("text");
    let (host, at) = key.strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("an address");
    let request = Raw::new("GET", &format!("/{at}")).headers(headers(&[("host", host)]));
    let pem = request.send(host.parse().expect("an address")).text();
    let der: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = BASE64_STANDARD.decode(der).expect("a key");
    // The modulus of 2048 bits, with a zero before it, and the exponent.
    let start = der.windows(5).position(|window| window == [2, 0x82, 1, 1, 0]).expect("a modulus") + 5;
    let modulus = BigUint::from_bytes_be(&der[start..start + 256]);
    let signature = BigUint::from_bytes_be(&BASE64_STANDARD.decode(of("authorization")).expect("a signature"));
    let block = signature.modpow(&BigUint::from(65_537_u32), &modulus).to_bytes_be();
    let md5 = BASE64_STANDARD.encode(Md5::digest(body));
    block.ends_with(&Md5::digest(format!("{path}\n{body}"))) && of("content-md5") == md5
}

#[test]
fn an_application_server_is_told_and_its_answer_is_the_answer() {
    let emulator = start(kit::builder().oss_callbacks());
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let answers = vec![well("{\"ok\":1}"), well("{}"), well("[]"), well("not json")];
    let application = application(answers);
    let at = format!("http://{}/told%20of?by=me", application.address);
    let vars = BASE64_STANDARD.encode("{\"x:who\":\"me & you\"}");
    let body = "b=${bucket}&o=${object}&e=${etag}&s=${size}&t=${mimeType}&w=${x:who}&h=${imageInfo.height}";
    let put = |callback: &str, more: &[(&str, &str)]| {
        let lines = [&[("x-oss-callback", callback), ("content-type", "text/plain")], more].concat();
        owner.oss("PUT", Some("photos"), "a/b c", &[], &lines, b"12345")
    };
    let answer = put(&callback(&at, body, FORM), &[("x-oss-callback-var", &vars)]);
    assert_eq!((answer.status, answer.text().as_str(), header(&answer, "content-type")), (200, "{\"ok\":1}", JSON));
    assert!(header(&answer, "etag").contains("827CCB0EEA8A706C4C34A16891F84E7B"), "{:?}", answer.headers);
    let call = application.sent.recv().expect("a call");
    assert!(call.starts_with("POST /told%20of?by=me HTTP/1.1\r\n"), "{call}");
    assert!(
        call.ends_with(
            "\r\n\r\nb=photos&o=a%2Fb%20c&e=827CCB0EEA8A706C4C34A16891F84E7B&s=5&t=text%2Fplain&w=me%20%26%20you&h="
        ),
        "{call}"
    );
    let lower = call.to_ascii_lowercase();
    for line in [
        "content-type: application/x-www-form-urlencoded",
        "user-agent: aliyun-oss-callback",
        "x-oss-bucket: photos",
        "x-oss-owner: 1234567890123456",
        "x-oss-requester: 1234567890123456",
        "x-oss-signature-version: 1.0",
        "x-oss-tag: callback",
        // For whom it is made: no program of this machine.
        "x-forwarded-for: 127.0.0.1",
        &format!("host: {}", application.address),
    ] {
        assert!(lower.contains(&format!("\r\n{line}\r\n")), "{line}: {call}");
    }
    assert!(is_signed(&call, "/told of?by=me"), "{call}");
    // In JSON, by a completed upload; and by a form.
    let begun = owner.oss("POST", Some("photos"), "big", &[("uploads", "")], &[], b"");
    let id = element(done(&begun), "UploadId");
    done(&owner.oss("PUT", Some("photos"), "big", &[("partNumber", "1"), ("uploadId", &id)], &[], b"123"));
    let in_json = callback(&at, r#"{"o":${object},"s":${size}}"#, JSON);
    let all = [("x-oss-complete-all", "yes"), ("x-oss-callback", in_json.as_str())];
    let completed = owner.oss("POST", Some("photos"), "big", &[("uploadId", &id)], &all, b"");
    assert_eq!((completed.status, completed.text().as_str()), (200, "{}"));
    let call = application.sent.recv().expect("a call");
    assert!(call.ends_with("\r\n\r\n{\"o\":\"big\",\"s\":3}") && is_signed(&call, "/told of?by=me"), "{call}");
    done(&owner.oss("PUT", Some("photos"), "", &[("publicAccessBlock", "")], &[], b"<PublicAccessBlockConfiguration><BlockPublicAccess>false</BlockPublicAccess></PublicAccessBlockConfiguration>"));
    done(&owner.oss("PUT", Some("photos"), "", &[("acl", "")], &[("x-oss-acl", "public-read-write")], b""));
    let field =
        |name: &str, value: &str| format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let form = [
        field("key", "posted"),
        field("callback", &callback(&at, "o=${object}&w=${x:who}", FORM)),
        field("x:who", "form"),
        field("file", "abc"),
        "--x--\r\n".to_owned(),
    ];
    let address = emulator.address().to_string();
    let lines = [("host", address.as_str()), ("content-type", "multipart/form-data; boundary=x")];
    let posted = owner.send(&Raw::new("POST", "/photos").headers(headers(&lines)).body(form.concat()));
    assert_eq!((posted.status, posted.text().as_str()), (200, "[]"));
    assert!(application.sent.recv().expect("a call").ends_with("\r\n\r\no=posted&w=form"));
    // The variables of a form are no longer than those of a header; nothing is written then.
    for (length, more, stored) in [(5114, "", true), (5114, "1", false)] {
        let key = format!("long{more}");
        let form = [
            field("key", &key),
            field("callback", &callback("http://10.0.0.1/", "${x:a}", FORM)),
            field("x:a", &"a".repeat(length)),
            field("x:b", more),
            field("file", "abc"),
            "--x--\r\n".to_owned(),
        ];
        let answer = owner.send(&Raw::new("POST", "/photos").headers(headers(&lines)).body(form.concat()));
        assert_eq!(
            (answer.status, owner.on_object("GET", "photos", &key).status == 200),
            (if stored { 203 } else { 400 }, stored)
        );
        if !stored {
            assert_eq!(
                answer.refused(400, "InvalidArgument").message(),
                "The length of callback var exceed max value."
            );
        }
    }
    let wrong = put(&in_json, &[]);
    assert_eq!((wrong.status, element(&wrong, "Message").as_str()), (203, "Response body is not valid json format."));
}

#[test]
fn what_fails_is_said_and_what_was_written_stays() {
    let emulator = start(kit::builder().oss_callbacks());
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let moved = "HTTP/1.1 301 Moved\r\nLocation: http://elsewhere/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        .to_owned();
    let application = application(vec![moved.clone(), moved, well("{}")]);
    let put = |callback: &str| owner.oss("PUT", Some("photos"), "k", &[], &[("x-oss-callback", callback)], b"x");
    let failed = put(&callback(&application.address, "a", FORM));
    assert_eq!((failed.status, element(&failed, "Message").as_str()), (203, "Error status : 301."));
    assert_eq!(detail(&failed), "0007-00000203");
    assert_eq!(owner.on_object("GET", "photos", "k").text(), "x");
    let told = emulator.decisions(2);
    assert_eq!(told.last().map(|entry| (entry.status, entry.code.as_deref())), Some((203, Some("CallbackFailed"))));
    // Of several addresses the next is asked.
    let several = format!("{};http://{}/2", application.address, application.address);
    assert_eq!(put(&callback(&several, "a", FORM)).text(), "{}");
    // Nobody beyond this machine is called.
    let unreachable = "Error status : -1.OSS can not connect to your callbackUrl, please check it.";
    for address in ["http://10.0.0.1/", "http://example.com/", "https://127.0.0.1:1/", "127.0.0.1:1"] {
        assert_eq!(element(&put(&callback(address, "a", FORM)), "Message"), unreachable, "{address}");
    }
    for (configuration, message) in [
        (callback("", "a", FORM), "The callback url configuration is invalid."),
        (callback("http://", "a", FORM), "The callback url configuration is invalid."),
        (callback("my", "a", FORM), "The callback url configuration is invalid."),
        (callback("http://my:1/", "a", FORM), "The callback url configuration is invalid."),
        (callback("ftp://127.0.0.1/", "a", FORM), "The callback url configuration is invalid."),
        (callback("127.0.0.1:99999", "a", FORM), "The callback url configuration is invalid."),
        (callback("http://127.0.0.1:abc", "a", FORM), "The callback url configuration is invalid."),
        (callback("127.0.0.1:1;a", "a", FORM), "The callback url configuration is invalid."),
        (callback("a;b;c;d;e;f", "a", FORM), "The number of callback url exceed max value."),
        (callback("a.b", "", FORM), "The callback body is empty."),
        (callback("localhost:1", "b", "text/plain"), "The body type of callback is not supported."),
        ("!".to_owned(), "The callback configuration is not base64 encoded."),
        (BASE64_STANDARD.encode("x"), "The callback configuration is not json format."),
    ] {
        let refused = put(&configuration);
        assert_eq!(refused.refused(400, "InvalidArgument").message(), message, "{configuration}");
    }
    let with_variables = |variables: &str| {
        let lines =
            [("x-oss-callback", callback("a.b", "b", FORM)), ("x-oss-callback-var", BASE64_STANDARD.encode(variables))];
        let lines: Vec<_> = lines.iter().map(|(name, value)| (*name, value.as_str())).collect();
        owner.oss("PUT", Some("photos"), "k", &[], &lines, b"x")
    };
    for wrong in ["[]", "{\"x:a\":1}"] {
        let refused = with_variables(wrong);
        assert_eq!(refused.refused(400, "InvalidArgument").message(), "The callback var is not expecten json.");
    }
    // What is no variable is none: Python's client sends anything.
    assert_eq!(with_variables("{\"y\":\"1\"}").status, 203);
}

/// What only programs on this machine may do at the control surface, nobody does by a callback.
#[test]
fn a_callback_does_not_reach_the_emulator_itself() {
    let emulator = start(kit::builder().oss_callbacks());
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let trust = kit::trust("Service", "oss.aliyuncs.com");
    owner.ram("CreateRole", &[("RoleName", "any"), ("AssumeRolePolicyDocument", &trust)]).ok();
    let port = emulator.address().port();
    for host in ["127.0.0.1", "localhost", "127.0.0.2"] {
        for (path, body) in [("role-sessions", "{\"role\":\"any\"}"), ("reset", "{}")] {
            let address = format!("http://{host}:{port}/_acslab/{path}");
            let failed = owner.oss(
                "PUT",
                Some("photos"),
                "k",
                &[],
                &[("x-oss-callback", &callback(&address, body, JSON))],
                b"x",
            );
            assert_eq!((failed.status, element(&failed, "Code").as_str()), (203, "CallbackFailed"), "{address}");
            let unreachable = "Error status : -1.OSS can not connect to your callbackUrl, please check it.";
            assert_eq!(element(&failed, "Message"), unreachable, "{address}");
        }
    }
    let done: Vec<_> = emulator.decisions(100).iter().map(|entry| entry.operation.name.to_string()).collect();
    assert!(!done.iter().any(|name| name == "TakeRoleSession"), "{done:?}");
    assert_eq!(owner.on_object("GET", "photos", "k").text(), "x");
}

/// Unless somebody switched it on.
#[test]
fn nobody_is_called_by_default() {
    let emulator = start(kit::builder());
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = callback(&listener.local_addr().expect("an address").to_string(), "a", FORM);
    let failed = owner.oss("PUT", Some("photos"), "k", &[], &[("x-oss-callback", &at)], b"x");
    assert_eq!((failed.status, element(&failed, "Code").as_str()), (203, "CallbackFailed"));
    listener.set_nonblocking(true).expect("a listener");
    assert!(listener.accept().is_err());
}
