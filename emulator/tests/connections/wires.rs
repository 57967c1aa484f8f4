//! Which protocol a request speaks is told by its head, never by its body.

use crate::kit::{Client, headers};
use crate::tools::{content, put, start};

const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn an_object_may_be_a_form_of_any_size() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for body in [
        b"Action=CreateUser&Version=2015-05-01&UserName=x".to_vec(),
        [b"Action=".to_vec(), vec![b'&'; 20 << 20]].concat(),
    ] {
        for kind in [FORM, "text/plain"] {
            let answer = owner.oss("PUT", Some("photos"), "form", &[], &[("content-type", kind)], &body);
            assert_eq!(answer.status, 200, "{}", answer.text());
            assert_eq!(content(&emulator, "form"), Some(body.clone()));
        }
    }
    // The same without a signature is refused in OSS's words.
    let mut raw = put(&emulator, "form", b"Action=CreateUser&Version=2015-05-01");
    raw.headers.remove("authorization");
    raw.headers.extend(headers(&[("content-type", FORM)]));
    let answer = raw.send(emulator.address());
    answer.refused(403, "AccessDenied");
    assert!(answer.headers.contains_key("x-oss-request-id"));
    assert_eq!(owner.ram("ListUsers", &[]).ok()["Users"]["User"].as_array().map(Vec::len), Some(0));
}

#[test]
fn keys_that_begin_like_the_control_surface_are_the_buckets() {
    let emulator = start();
    let host = "photos.oss-cn-hangzhou.aliyuncs.com";
    let owner = Client::owner(&emulator);
    for key in ["_acslab/health", "_acslab/state", "_acslab/x", "latest/meta-data/x"] {
        let request = |method: &str, body: &[u8]| {
            let mut raw = owner.at(host).oss_request(method, Some("photos"), key, &[], &[], body);
            raw.path = format!("/{key}");
            raw.send(emulator.address())
        };
        let answer = request("PUT", b"mine");
        assert_eq!(answer.status, 200, "{}", answer.text());
        let answer = request("GET", b"");
        assert_eq!((answer.status, &answer.body[..]), (200, &b"mine"[..]), "{key}");
    }
}
