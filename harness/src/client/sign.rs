//! The signature on a request: as current SDKs do unless another is asked for.

use std::fmt;

use acslab_emulator::signature::{
    Credentials, HmacMethod, OrderedQuery, OssResource, Plus, Secret, SignError, SignedView, acs3, oss_v1, oss_v2,
    oss_v4, query::pe_path, roa, rpc, sls_v1, sls_v4,
};
use http::HeaderMap;
use jiff::Timestamp;
use serde_json::Value;

use super::call::Call;
use super::request::Request;
use crate::catalogue::{self, Operation, Style};

/// The signatures that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// RPC signature version 1.0, HMAC-SHA1.
    Rpc,
    /// ROA signature version 1.0, HMAC-SHA1.
    Roa,
    /// ACS3-HMAC-SHA256.
    Acs3,
    /// OSS signature version 1, in the header.
    OssV1,
    /// OSS signature version 2, in the header.
    OssV2,
    /// OSS signature version 4, in the header.
    OssV4,
    /// SLS signature version 1.
    SlsV1,
    /// SLS signature version 4.
    SlsV4,
}

impl Signature {
    /// Each with the name that a scenario writes.
    pub const ALL: &[(&str, Self)] = &[
        ("rpc", Self::Rpc),
        ("roa", Self::Roa),
        ("acs3", Self::Acs3),
        ("oss-v1", Self::OssV1),
        ("oss-v2", Self::OssV2),
        ("oss-v4", Self::OssV4),
        ("sls-v1", Self::SlsV1),
        ("sls-v4", Self::SlsV4),
    ];

    /// Whether products of this style take it.
    pub fn fits(self, style: Style) -> bool {
        match style {
            Style::Rpc => matches!(self, Self::Rpc | Self::Acs3),
            Style::Roa => matches!(self, Self::Roa | Self::Acs3),
            Style::Oss => matches!(self, Self::OssV1 | Self::OssV2 | Self::OssV4),
            Style::Sls => matches!(self, Self::SlsV1 | Self::SlsV4),
        }
    }

    /// The one that current SDKs use for products of this style.
    pub fn usual(style: Style) -> Self {
        match style {
            Style::Rpc | Style::Roa => Self::Acs3,
            Style::Oss => Self::OssV4,
            // The SDKs sign with V1 unless they are told otherwise.
            Style::Sls => Self::SlsV1,
        }
    }
}

/// An access key, with its security token if it is a session's.
#[derive(Clone)]
pub struct Key {
    /// The access key id.
    pub id: String,
    /// The secret.
    pub secret: Secret,
    /// The security token of a session.
    pub token: Option<String>,
}

/// The id alone: the token lets somebody in as the secret does.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Key {
    /// The key in an answer of Ram.CreateAccessKey, or of Sts.AssumeRole and its kin.
    pub fn in_answer(fields: &Value) -> Option<Self> {
        let key = fields.get("Credentials").or_else(|| fields.get("AccessKey"))?;
        let text = |name: &str| key.get(name)?.as_str().map(str::to_owned);
        let secret = Secret::new(text("AccessKeySecret")?);
        Some(Self { id: text("AccessKeyId")?, secret, token: text("SecurityToken") })
    }

    fn credentials(&self) -> Credentials<'_> {
        Credentials { access_key_id: &self.id, secret: &self.secret, security_token: self.token.as_deref() }
    }
}

/// When and with which nonce a request is signed, and where it goes.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// The time that the signature tells.
    pub at: Timestamp,
    /// Unlike any other of the last minutes.
    pub nonce: &'a str,
    /// The region that the call addresses.
    pub region: &'a str,
}

/// Finishes a request that goes to `authority`: with a key it is signed, without one it goes as it is.
pub(super) fn finish(request: &mut Request, authority: &str, call: &Call<'_>) -> Result<(), SignError> {
    let (operation, moment) = (call.operation, &call.moment);
    let signature = call.signature.unwrap_or_else(|| Signature::usual(operation.product.style));
    if signature == Signature::Rpc {
        finish_rpc(request, operation, call.key, moment);
        return Ok(());
    }
    request.form_to_query();
    // The connection goes elsewhere: the host is what tells products, regions and versions apart.
    let host = catalogue::host(operation, moment.region);
    let host = match (&request.resource.0, &host) {
        (Some(project), Some(host)) if operation.product.style == Style::Sls => format!("{project}.{host}").parse()?,
        // The cloud takes a bucket in the host alone.
        (Some(bucket), Some(host)) if is_label(bucket) => {
            request.path = pe_path(&format!("/{}", request.resource.1));
            format!("{bucket}.{host}").parse()?
        }
        // What can stand in no host goes by the path, where one may.
        (Some(_), _) => authority.parse()?,
        (None, host) => host.as_deref().unwrap_or(authority).parse()?,
    };
    request.headers.insert(http::header::HOST, host);
    match call.key {
        Some(key) => request.sign(key, signature, call.presigned, moment),
        None => Ok(()),
    }
}

impl Request {
    /// Signs a request whose host is known; with `presigned`, in its URL, for so many seconds.
    pub fn sign(
        &mut self,
        key: &Key,
        signature: Signature,
        presigned: Option<u32>,
        moment: &Moment<'_>,
    ) -> Result<(), SignError> {
        let who = key.credentials();
        let (at, nonce) = (moment.at, moment.nonce);
        if signature == Signature::Rpc {
            self.sign_rpc(&who, moment);
            return Ok(());
        }
        let (bucket, object) = &self.resource;
        let resource = OssResource { bucket: bucket.as_deref(), key: object };
        let view = SignedView {
            method: self.method.as_str(),
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
            body: &self.body,
        };
        let signing = oss_v4::Signing { at, region: moment.region, additional_headers: &[] };
        if let Some(seconds) = presigned {
            let expires = at.checked_add(jiff::SignedDuration::from_secs(seconds.into())).unwrap_or(at);
            let query = match signature {
                Signature::OssV1 => Some(oss_v1::presign(&view, &resource, &who, expires)),
                Signature::OssV2 => Some(oss_v2::presign(&view, &resource, &who, expires, &[])),
                Signature::OssV4 => Some(oss_v4::presign(&view, &resource, &who, &signing, seconds)),
                _ => None,
            };
            if let Some(query) = query {
                self.query = query;
                return Ok(());
            }
        }
        let added = match signature {
            // RPC signs no header, and was signed above.
            Signature::Acs3 | Signature::Rpc => acs3::sign(&view, &who, at, nonce)?,
            Signature::Roa => roa::sign(&view, &who, HmacMethod::Sha1, at, nonce)?,
            Signature::OssV1 => oss_v1::sign(&view, &resource, &who, at)?,
            Signature::OssV2 => oss_v2::sign(&view, &resource, &who, at, &[])?,
            Signature::OssV4 => oss_v4::sign(&view, &resource, &who, &signing)?,
            Signature::SlsV1 => sls_v1::sign(&view, &who, HmacMethod::Sha1, at)?,
            Signature::SlsV4 => sls_v4::sign(&view, &who, moment.region, at)?,
        };
        self.headers.extend(added);
        Ok(())
    }

    /// RPC 1.0 signs the parameters, those of the query and those of a form, and is itself parameters; they go where a client that
    /// writes a URL has them.
    fn sign_rpc(&mut self, who: &Credentials<'_>, moment: &Moment<'_>) {
        let owned = |query: &OrderedQuery| -> Vec<(String, String)> {
            query.iter().map(|one| (one.name.to_owned(), one.value.to_owned())).collect()
        };
        let mut parameters = owned(&self.query);
        let kind = self.headers.get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
            && let Ok(form) = OrderedQuery::parse(&String::from_utf8_lossy(&self.body), Plus::Space)
        {
            parameters.extend(owned(&form));
        }
        let method = self.method.as_str();
        for (name, value) in rpc::sign(method, &parameters, who, HmacMethod::Sha1, moment.at, moment.nonce) {
            self.query.push(name, value);
        }
    }

    /// Makes its signature one that is not right, wherever it stands.
    pub fn spoil_signature(&mut self) {
        let spoilt = |text: &str| {
            let mut text = text.to_owned();
            let last = text.pop();
            text.push(if last == Some('0') { '1' } else { '0' });
            text
        };
        if let Some(value) = self.headers.get_mut(http::header::AUTHORIZATION)
            && let Some(other) = value.to_str().ok().and_then(|text| spoilt(text).parse().ok())
        {
            *value = other;
        }
        let named = |name: &str| name == "Signature" || name == "x-oss-signature";
        let query = self.query.iter().map(|one| {
            let value = if named(one.name) { spoilt(one.value) } else { one.value.to_owned() };
            (one.name.to_owned(), one.has_equals, value)
        });
        let parts: Vec<_> = query.collect();
        self.query = acslab_emulator::signature::OrderedQuery::default();
        for (name, has_equals, value) in parts {
            if has_equals { self.query.push(name, value) } else { self.query.push_bare(&name) }
        }
        let body = String::from_utf8_lossy(&self.body);
        if let Some((before, signature)) = body.rsplit_once("&Signature=") {
            self.body = format!("{before}&Signature={}", signature.replacen('A', "B", 1) + "AA").into_bytes();
        }
    }
}

/// Can a name stand in a host, whatever the rules for buckets say of it?
fn is_label(name: &str) -> bool {
    !name.is_empty() && name.len() <= 63 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// RPC 1.0: everything is a parameter, the signature too.
fn finish_rpc(request: &mut Request, operation: &Operation, key: Option<&Key>, moment: &Moment<'_>) {
    request.headers = HeaderMap::new();
    for (name, value) in [("Action", &*operation.name), ("Version", &*operation.product.version), ("Format", "JSON")] {
        request.form.push((name.to_owned(), value.to_owned()));
    }
    if let Some(key) = key {
        let added = rpc::sign(
            request.method.as_str(),
            &request.form,
            &key.credentials(),
            HmacMethod::Sha1,
            moment.at,
            moment.nonce,
        );
        request.form.extend(added);
    }
    request.form_to_body();
}

#[cfg(test)]
mod tests {
    use acslab_emulator::signature::Secret;

    use acslab_emulator::signature::rpc;

    use super::{Key, Moment, Request, Signature};

    #[test]
    fn a_written_request_is_signed_by_rpc_in_its_parameters() {
        let key = Key { id: "id".into(), secret: Secret::new("secret".into()), token: None };
        let mut request = Request::to_url("POST", "/?Action=ListUsers&Version=2015-05-01").unwrap();
        request.body = b"MaxItems=3".to_vec();
        request.insert_header("content-type", "application/x-www-form-urlencoded").unwrap();
        let moment = Moment { at: "2026-01-01T00:00:00Z".parse().unwrap(), nonce: "n", region: "cn-hangzhou" };
        request.sign(&key, Signature::Rpc, None, &moment).unwrap();
        assert!(request.headers.keys().all(|name| !name.as_str().starts_with("x-acs")), "{:?}", request.headers);
        let mut all = request.query.clone();
        all.push("MaxItems", "3");
        let claim = rpc::Claim::parse(&all).unwrap();
        assert!(rpc::verify(&key.secret, claim.method().unwrap(), "POST", &all, &claim).is_ok());
    }

    #[test]
    fn a_key_shows_its_id_alone() {
        let key = Key { id: "STS.1".into(), secret: Secret::new("s3cr3t".into()), token: Some("CAIS".into()) };
        assert_eq!(format!("{key:?}"), "Key { id: \"STS.1\", .. }");
    }
}
