//! A tiny client for the tests over HTTP: every wire style, with real signatures, on a plain blocking socket.
#![allow(dead_code, reason = "each test file uses its own part of the kit")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

pub(crate) mod assertion;
mod http1;
pub(crate) mod logs;
pub(crate) mod signer;
pub(crate) mod temporary;
pub(crate) mod totp;

use std::sync::atomic::{AtomicU64, Ordering};

use acslab_emulator::signature::{
    Credentials, HmacMethod, OrderedQuery, OssResource, Secret, SignedView, acs3, oss_v4, pe, query::pe_path, roa, rpc,
    sls_v1, sls_v4,
};
use acslab_emulator::{Builder, Clock, Emulator, EmulatorHandle};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

pub(crate) use http1::{Answer, Raw};

/// The moment at which the tests' clouds stand still.
pub(crate) const MOMENT: &str = "2026-01-02T03:04:05Z";

pub(crate) const RAM: &str = "2015-05-01";
pub(crate) const STS: &str = "2015-04-01";

/// An emulator with one account and a clock that stands still.
pub(crate) fn start() -> EmulatorHandle {
    builder().start().expect("an emulator")
}

/// How such an emulator is made, for tests that want it a little different.
pub(crate) fn builder() -> Builder {
    Emulator::builder().clock(Clock::fixed(MOMENT.parse().expect("a moment")))
}

/// A nonce that no other request of this process has.
pub(crate) fn nonce() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("nonce-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Header lines as a map.
pub(crate) fn headers(lines: &[(&str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in lines {
        map.append(
            HeaderName::from_bytes(name.as_bytes()).expect("a header name"),
            HeaderValue::from_bytes(value.as_bytes()).expect("a header value"),
        );
    }
    map
}

fn owned(parameters: &[(&str, &str)]) -> Vec<(String, String)> {
    parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Parameters as the text of a query or a form.
pub(crate) fn encode(parameters: &[(String, String)]) -> String {
    let pieces: Vec<_> = parameters.iter().map(|(name, value)| format!("{}={}", pe(name), pe(value))).collect();
    pieces.join("&")
}

/// A policy document with one statement.
pub(crate) fn policy(effect: &str, action: &str, resource: &str) -> String {
    format!(r#"{{"Version":"1","Statement":[{{"Effect":"{effect}","Action":"{action}","Resource":"{resource}"}}]}}"#)
}

/// A trust policy that trusts one entry of a kind: `trust("RAM", "acs:ram::1:root")`.
pub(crate) fn trust(kind: &str, entry: &str) -> String {
    format!(
        r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"{kind}":["{entry}"]}}}}]}}"#
    )
}

/// Somebody with a key.
#[derive(Clone)]
pub(crate) struct Client<'e> {
    pub(crate) emulator: &'e EmulatorHandle,
    pub(crate) key_id: String,
    pub(crate) secret: Secret,
    pub(crate) token: Option<String>,
    /// The host that requests name, instead of the address that they go to.
    pub(crate) host: Option<String>,
}

impl<'e> Client<'e> {
    /// The owner of the first account.
    pub(crate) fn owner(emulator: &'e EmulatorHandle) -> Self {
        Self::owner_of(emulator, 0)
    }

    /// The owner of an account, by its place among those opened at the start.
    pub(crate) fn owner_of(emulator: &'e EmulatorHandle, account: usize) -> Self {
        let ready = &emulator.accounts()[account];
        let (key_id, secret) = (ready.access_key_id.clone(), ready.access_key_secret.clone());
        Self { emulator, key_id, secret, token: None, host: None }
    }

    /// The same client, asking another host.
    pub(crate) fn at(&self, host: &str) -> Self {
        Self { host: Some(host.to_owned()), ..self.clone() }
    }

    /// The same cloud with another key.
    pub(crate) fn with_key(&self, key_id: &str, secret: &str, token: Option<&str>) -> Self {
        Self {
            emulator: self.emulator,
            key_id: key_id.to_owned(),
            secret: Secret::new(secret.to_owned()),
            token: token.map(str::to_owned),
            host: None,
        }
    }

    /// Makes a RAM user with a key, in this client's account.
    pub(crate) fn user(&self, name: &str) -> Self {
        self.ram("CreateUser", &[("UserName", name)]).ok();
        let key = self.ram("CreateAccessKey", &[("UserName", name)]).ok();
        self.with_key(text(&key, "/AccessKey/AccessKeyId"), text(&key, "/AccessKey/AccessKeySecret"), None)
    }

    /// Makes a custom policy of this name and document and attaches it to a user.
    pub(crate) fn grant(&self, user: &str, policy: &str, document: &str) {
        self.ram("CreatePolicy", &[("PolicyName", policy), ("PolicyDocument", document)]).ok();
        self.attach(user, "Custom", policy);
    }

    /// Attaches a policy to a user.
    pub(crate) fn attach(&self, user: &str, kind: &str, policy: &str) {
        let parameters = [("UserName", user), ("PolicyType", kind), ("PolicyName", policy)];
        self.ram("AttachPolicyToUser", &parameters).ok();
    }

    /// A session of a role, as this caller.
    pub(crate) fn assume(&self, role_arn: &str, more: &[(&str, &str)]) -> Self {
        let parameters = [&[("RoleArn", role_arn), ("RoleSessionName", "session")], more].concat();
        self.session(&self.sts("AssumeRole", &parameters).ok())
    }

    /// The client that STS's answer gives the key of.
    pub(crate) fn session(&self, answer: &Value) -> Self {
        let part = |name: &str| text(answer, &format!("/Credentials/{name}")).to_owned();
        self.with_key(&part("AccessKeyId"), &part("AccessKeySecret"), Some(&part("SecurityToken")))
    }

    /// A call to RAM.
    pub(crate) fn ram(&self, action: &str, parameters: &[(&str, &str)]) -> Answer {
        self.rpc(RAM, action, parameters)
    }

    /// A call to STS.
    pub(crate) fn sts(&self, action: &str, parameters: &[(&str, &str)]) -> Answer {
        self.rpc(STS, action, parameters)
    }

    /// An RPC call: POST, all in the form, JSON.
    pub(crate) fn rpc(&self, version: &str, action: &str, parameters: &[(&str, &str)]) -> Answer {
        let named = [("Action", action), ("Version", version), ("Format", "JSON")];
        let all = [&named[..], parameters].concat();
        self.send(&self.rpc_request("POST", &all))
    }

    /// The signed request of an RPC call with exactly these parameters: in the query of a GET, in the form of a POST.
    pub(crate) fn rpc_request(&self, method: &str, parameters: &[(&str, &str)]) -> Raw {
        let mut all = owned(parameters);
        all.extend(rpc::sign(method, &all, &self.credentials(), HmacMethod::Sha1, self.now(), &nonce()));
        let host = self.host();
        if method == "POST" {
            let kind = ("content-type", "application/x-www-form-urlencoded");
            Raw::new(method, "/").headers(headers(&[("host", &host), kind])).body(encode(&all))
        } else {
            Raw::new(method, "/").query(encode(&all)).headers(headers(&[("host", &host)]))
        }
    }

    /// A call signed with `ACS3-HMAC-SHA256`: to an RPC product when the path is `/`, to a ROA product otherwise.
    pub(crate) fn acs3(
        &self,
        method: &str,
        version: &str,
        action: &str,
        path: &str,
        query: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        self.send(&self.acs3_request(method, version, action, path, query, body))
    }

    /// A call to a ROA product.
    pub(crate) fn roa(&self, method: &str, version: &str, path: &str, query: &[(&str, &str)], body: &str) -> Answer {
        self.acs3(method, version, "Whatever", path, query, body)
    }

    /// The signed request of such a call. The path is given encoded.
    pub(crate) fn acs3_request(
        &self,
        method: &str,
        version: &str,
        action: &str,
        path: &str,
        query: &[(&str, &str)],
        body: &str,
    ) -> Raw {
        let host = self.host();
        let mut lines = vec![("host", host.as_str()), ("x-acs-version", version), ("x-acs-action", action)];
        if !body.is_empty() {
            lines.push(("content-type", "application/json; charset=utf-8"));
        }
        self.acs3_sign(Raw::new(method, path).query(encode(&owned(query))).headers(headers(&lines)).body(body))
    }

    /// Signs a request as it stands with `ACS3-HMAC-SHA256`.
    pub(crate) fn acs3_sign(&self, mut raw: Raw) -> Raw {
        let query = raw.parsed_query();
        let added = acs3::sign(&raw.view(&query), &self.credentials(), self.now(), &nonce()).expect("signed");
        raw.headers.extend(added);
        raw
    }

    /// The request of a call to a ROA product, signed the old way.
    pub(crate) fn old_roa_request(&self, method: &str, version: &str, path: &str, query: &str, body: &str) -> Raw {
        let host = self.host();
        let mut lines = vec![("host", host.as_str()), ("accept", "application/json"), ("x-acs-version", version)];
        if !body.is_empty() {
            lines.push(("content-type", "application/json; charset=utf-8"));
        }
        let mut raw = Raw::new(method, path).query(query.to_owned()).headers(headers(&lines)).body(body);
        let parsed = raw.parsed_query();
        let added = roa::sign(&raw.view(&parsed), &self.credentials(), HmacMethod::Sha1, self.now(), &nonce());
        raw.headers.extend(added.expect("signed"));
        raw
    }

    /// A call to Simple Log Service: V1, the project in the host.
    pub(crate) fn sls(&self, method: &str, project: &str, path: &str, query: &[(&str, &str)], body: &[u8]) -> Answer {
        self.send(&self.sls_request(method, project, path, query, body))
    }

    /// The signed request of such a call, with a body of JSON if there is one.
    pub(crate) fn sls_request(
        &self,
        method: &str,
        project: &str,
        path: &str,
        query: &[(&str, &str)],
        body: &[u8],
    ) -> Raw {
        let lines = if body.is_empty() { &[][..] } else { &[("content-type", "application/json")] };
        self.sls_v1(self.sls_unsigned(method, project, path, query, lines, body))
    }

    /// The same, not signed yet, with header lines of its own.
    pub(crate) fn sls_unsigned(
        &self,
        method: &str,
        project: &str,
        path: &str,
        query: &[(&str, &str)],
        lines: &[(&str, &str)],
        body: &[u8],
    ) -> Raw {
        let endpoint = self.host.as_deref().unwrap_or("cn-hangzhou.log.aliyuncs.com");
        let host = if project.is_empty() { endpoint.to_owned() } else { format!("{project}.{endpoint}") };
        let size = body.len().to_string();
        let mut all = vec![("host", host.as_str()), ("x-log-apiversion", "0.6.0")];
        if !lines.iter().any(|(name, _)| *name == "x-log-bodyrawsize") {
            all.push(("x-log-bodyrawsize", &size));
        }
        all.extend(lines);
        Raw::new(method, path).query(encode(&owned(query))).headers(headers(&all)).body(body)
    }

    /// Signs a request to Simple Log Service as it stands, with V1.
    pub(crate) fn sls_v1(&self, mut raw: Raw) -> Raw {
        let query = raw.parsed_query();
        let added = sls_v1::sign(&raw.view(&query), &self.credentials(), HmacMethod::Sha1, self.now()).expect("signed");
        raw.headers.extend(added);
        raw
    }

    /// The same with V4.
    pub(crate) fn sls_v4(&self, mut raw: Raw, region: &str) -> Raw {
        let query = raw.parsed_query();
        let added = sls_v4::sign(&raw.view(&query), &self.credentials(), region, self.now()).expect("signed");
        raw.headers.extend(added);
        raw
    }

    /// A call to OSS: path-style, V4.
    pub(crate) fn oss(
        &self,
        method: &str,
        bucket: Option<&str>,
        key: &str,
        query: &[(&str, &str)],
        lines: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        self.send(&self.oss_request(method, bucket, key, query, lines, body))
    }

    /// The signed request of such a call. A query parameter with an empty value is sent bare, as sub-resources are.
    pub(crate) fn oss_request(
        &self,
        method: &str,
        bucket: Option<&str>,
        key: &str,
        query: &[(&str, &str)],
        lines: &[(&str, &str)],
        body: &[u8],
    ) -> Raw {
        let resource = OssResource { bucket, key };
        let mut parsed = OrderedQuery::default();
        for (name, value) in query {
            if value.is_empty() {
                parsed.push_bare(*name);
            } else {
                parsed.push(*name, *value);
            }
        }
        let host = self.host();
        let all = [&[("host", host.as_str())], lines].concat();
        let mut raw =
            Raw::new(method, &pe_path(&resource.path())).query(parsed.to_string()).headers(headers(&all)).body(body);
        let signing = oss_v4::Signing { region: "cn-hangzhou", at: self.now(), additional_headers: &[] };
        let added = oss_v4::sign(&raw.view(&parsed), &resource, &self.credentials(), &signing).expect("signed");
        raw.headers.extend(added);
        raw
    }

    /// Sends a request as it stands.
    pub(crate) fn send(&self, raw: &Raw) -> Answer {
        raw.send(self.emulator.address())
    }

    /// The cloud's time.
    pub(crate) fn now(&self) -> jiff::Timestamp {
        self.emulator.gateway().cloud().clock.now()
    }

    fn credentials(&self) -> Credentials<'_> {
        Credentials { access_key_id: &self.key_id, secret: &self.secret, security_token: self.token.as_deref() }
    }

    pub(crate) fn host(&self) -> String {
        self.host.clone().unwrap_or_else(|| self.emulator.address().to_string())
    }
}

/// The text at a place of a document: `text(&answer, "/User/UserId")`.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no text at {pointer} in {value}"))
}

/// The texts under one member of every item of a list: `names(&answer, "/Users/User", "UserName")`.
pub(crate) fn names<'a>(value: &'a Value, pointer: &str, member: &str) -> Vec<&'a str> {
    let list = value.pointer(pointer).and_then(Value::as_array);
    let list = list.unwrap_or_else(|| panic!("no list at {pointer} in {value}"));
    list.iter().map(|item| item[member].as_str().unwrap_or_else(|| panic!("no {member} in {item}"))).collect()
}

impl Raw {
    fn view<'a>(&'a self, query: &'a OrderedQuery) -> SignedView<'a> {
        SignedView { method: &self.method, path: &self.path, query, headers: &self.headers, body: &self.body }
    }
}
