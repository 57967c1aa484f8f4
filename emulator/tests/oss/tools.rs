//! What these tests have in common.

use acslab_emulator::cloud::Service;
use acslab_emulator::{Builder, EmulatorHandle};

use crate::kit::{self, Answer, Client, Raw, headers};

/// An emulator of two accounts whose OSS is open, and as it was before public access came to be blocked in new buckets.
pub(crate) fn start() -> EmulatorHandle {
    start_with(|builder| builder)
}

/// The same, a little different.
pub(crate) fn start_with(more: impl FnOnce(Builder) -> Builder) -> EmulatorHandle {
    let emulator = more(described()).start().expect("an emulator");
    for ready in emulator.accounts() {
        open(&emulator, &ready.account_id);
    }
    emulator
}

/// The same, with OSS still closed.
pub(crate) fn closed() -> EmulatorHandle {
    described().start().expect("an emulator")
}

fn described() -> Builder {
    kit::builder()
        .account("company", "1234567890123456")
        .account("partner", "6543210987654321")
        .oss_public_access_blocked(false)
}

/// Opens OSS for an account.
pub(crate) fn open(emulator: &EmulatorHandle, account: &str) {
    let cloud = emulator.gateway().cloud();
    cloud.account(account).expect("an account").activations.write().open(Service::Oss, cloud.clock.now());
}

/// A request that nobody signed.
pub(crate) fn unsigned(client: &Client<'_>, method: &str, path: &str, query: &str) -> Answer {
    let host = client.emulator.address().to_string();
    client.send(&Raw::new(method, path).query(query.to_owned()).headers(headers(&[("host", &host)])))
}

/// What stands between the first `<name>` and its end, not unescaped.
pub(crate) fn element(answer: &Answer, name: &str) -> String {
    elements(answer, name).into_iter().next().unwrap_or_else(|| panic!("no {name} in {}", answer.text()))
}

/// The same, of every such element.
pub(crate) fn elements(answer: &Answer, name: &str) -> Vec<String> {
    let (start, end) = (format!("<{name}>"), format!("</{name}>"));
    let text = answer.text();
    let pieces = text.split(&start).skip(1);
    pieces.filter_map(|piece| piece.split_once(&end).map(|(inner, _)| inner.to_owned())).collect()
}

/// The names of the elements of an error, in their order.
pub(crate) fn order(answer: &Answer) -> Vec<String> {
    let text = answer.text();
    let starts = text.split('<').filter(|piece| !piece.starts_with(['/', '?']) && piece.contains('>'));
    starts.filter_map(|piece| piece.split_once('>').map(|(name, _)| name.to_owned())).collect()
}

/// The detail code of an error: in its body and in its header.
#[track_caller]
pub(crate) fn detail(answer: &Answer) -> String {
    let code = element(answer, "EC");
    assert_eq!(answer.headers.get("x-oss-ec").and_then(|code| code.to_str().ok()), Some(code.as_str()));
    assert_eq!(element(answer, "RecommendDoc"), format!("https://api.aliyun.com/troubleshoot?q={code}"));
    code
}

/// Panics unless the call went well.
#[track_caller]
pub(crate) fn done(answer: &Answer) -> &Answer {
    assert!(answer.status < 300, "refused: {} {}", answer.status, answer.text());
    answer
}

/// A header of an answer; empty when it is not there.
pub(crate) fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

impl<'e> Client<'e> {
    /// Makes a bucket.
    pub(crate) fn make(&self, bucket: &str) {
        done(&self.on_bucket("PUT", bucket, &[]));
    }

    /// A call on a bucket.
    pub(crate) fn on_bucket(&self, method: &str, bucket: &str, query: &[(&str, &str)]) -> Answer {
        self.oss(method, Some(bucket), "", query, &[], b"")
    }

    /// Puts an object.
    pub(crate) fn put(&self, bucket: &str, key: &str, content: &str) -> Answer {
        self.oss("PUT", Some(bucket), key, &[], &[], content.as_bytes())
    }

    /// A call on an object.
    pub(crate) fn on_object(&self, method: &str, bucket: &str, key: &str) -> Answer {
        self.oss(method, Some(bucket), key, &[], &[], b"")
    }

    /// A call on an object with these headers.
    pub(crate) fn with(&self, method: &str, bucket: &str, key: &str, lines: &[(&str, &str)]) -> Answer {
        self.oss(method, Some(bucket), key, &[], lines, b"")
    }

    /// A call through an access point, whose alias is the host's first label.
    pub(crate) fn through(&self, alias: &str, method: &str, key: &str) -> Answer {
        self.send(&self.request_through(alias, method, key))
    }

    /// The signed request of such a call.
    pub(crate) fn request_through(&self, alias: &str, method: &str, key: &str) -> Raw {
        let mut raw = self.oss_request(method, Some(alias), key, &[], &[], b"");
        raw.path = format!("/{key}");
        raw
    }

    /// Tags a bucket.
    pub(crate) fn tag(&self, bucket: &str, tags: &[(&str, &str)]) -> Answer {
        let tag = |(key, value): &(&str, &str)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>");
        let tags = tags.iter().map(tag).collect::<Vec<_>>().concat();
        let body = format!("<Tagging><TagSet>{tags}</TagSet></Tagging>");
        self.oss("PUT", Some(bucket), "", &[("tagging", "")], &[], body.as_bytes())
    }

    /// A user without a policy.
    pub(crate) fn nobody(&self, name: &str) -> Client<'e> {
        self.user(name)
    }
}
