//! The signature on a request: as current SDKs do unless the step asks for another.

use acslab_emulator::signature::{
    Credentials, HmacMethod, OssResource, Secret, SignError, SignedView, acs3, oss_v1, oss_v4, roa, rpc,
};
use http::HeaderMap;
use jiff::Timestamp;

use super::request::{Request, form_to_body, form_to_query};
use crate::catalogue::{self, Operation, Style};
use crate::scenario::Signature;

/// An access key, with its security token if it is a session's.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) secret: Secret,
    pub(super) token: Option<String>,
}

impl Key {
    fn credentials(&self) -> Credentials<'_> {
        Credentials { access_key_id: &self.id, secret: &self.secret, security_token: self.token.as_deref() }
    }
}

/// When and with which nonce a request is signed, and where it goes.
pub(super) struct Moment<'a> {
    pub(super) at: Timestamp,
    pub(super) nonce: &'a str,
    pub(super) authority: &'a str,
    pub(super) region: &'a str,
}

/// The signature that current SDKs use for a product.
fn usual(style: Style) -> Signature {
    match style {
        Style::Rpc | Style::Roa => Signature::Acs3,
        Style::Oss => Signature::OssV4,
    }
}

/// Finishes a request: with a key it is signed, without one it goes as it is.
pub(super) fn finish(
    request: &mut Request,
    operation: &Operation,
    key: Option<&Key>,
    form: Option<Signature>,
    moment: &Moment<'_>,
) -> Result<(), SignError> {
    let form = form.unwrap_or_else(|| usual(operation.product.style));
    if form == Signature::Rpc {
        finish_rpc(request, operation, key, moment);
        return Ok(());
    }
    form_to_query(request);
    // The connection goes elsewhere: the host is what tells products, regions and versions apart.
    let host = catalogue::host(operation, moment.region);
    let host = host.as_deref().unwrap_or(moment.authority).parse()?;
    request.headers.insert(http::header::HOST, host);
    let Some(key) = key else { return Ok(()) };
    let who = key.credentials();
    let (at, nonce) = (moment.at, moment.nonce);
    let (bucket, object) = &request.resource;
    let resource = OssResource { bucket: bucket.as_deref(), key: object };
    let view = SignedView {
        method: request.method.as_str(),
        path: &request.path,
        query: &request.query,
        headers: &request.headers,
        body: &request.body,
    };
    let added = match form {
        Signature::Acs3 | Signature::Rpc => acs3::sign(&view, &who, at, nonce)?,
        Signature::Roa => roa::sign(&view, &who, HmacMethod::Sha1, at, nonce)?,
        Signature::OssV1 => oss_v1::sign(&view, &resource, &who, at)?,
        Signature::OssV4 => {
            let signing = oss_v4::Signing { at, region: moment.region, additional_headers: &[] };
            oss_v4::sign(&view, &resource, &who, &signing)?
        }
    };
    request.headers.extend(added);
    Ok(())
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
    form_to_body(request);
}
