//! What these tests have in common.

use acslab_emulator::signature::{Credentials, HmacMethod, rpc};
use acslab_emulator::{Operation, Route};
use jiff::Timestamp;

use crate::kit::{self, Answer, Client, Raw};

pub(crate) const ACCOUNT: &str = "1234567890123456";
pub(crate) const WHO: [(&str, &str); 3] =
    [("Action", "GetCallerIdentity"), ("Version", "2015-04-01"), ("Format", "JSON")];
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

pub(crate) fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Signs parameters for a method, as of a time, with a nonce.
pub(crate) fn signed(
    by: &Client<'_>,
    method: &str,
    pairs: &[(&str, &str)],
    at: Timestamp,
    nonce: &str,
) -> Vec<(String, String)> {
    let mut all = owned(pairs);
    let who = Credentials { access_key_id: &by.key_id, secret: &by.secret, security_token: by.token.as_deref() };
    all.extend(rpc::sign(method, &all, &who, HmacMethod::Sha1, at, nonce));
    all
}

pub(crate) fn string_to_sign(pairs: &[(String, String)]) -> String {
    rpc::string_to_sign("GET", &pairs.iter().map(|(name, value)| (name, value)).collect())
}

pub(crate) fn get(by: &Client<'_>, pairs: &[(String, String)]) -> Answer {
    by.send(&Raw::new("GET", "/").query(kit::encode(pairs)).headers(kit::headers(&[("host", &by.host())])))
}

pub(crate) fn post(by: &Client<'_>, in_query: &[(String, String)], in_body: &[(String, String)]) -> Answer {
    let lines = [("host", by.host()), ("content-type", FORM.to_owned())];
    let lines: Vec<_> = lines.iter().map(|(name, value)| (*name, value.as_str())).collect();
    by.send(
        &Raw::new("POST", "/").query(kit::encode(in_query)).headers(kit::headers(&lines)).body(kit::encode(in_body)),
    )
}

/// An RPC call whose parameters the test changes after they were signed.
pub(crate) fn tampered(by: &Client<'_>, change: impl FnOnce(&mut Vec<(String, String)>)) -> Answer {
    let mut all = signed(by, "GET", &WHO, by.now(), &kit::nonce());
    change(&mut all);
    get(by, &all)
}

pub(crate) fn set(all: &mut Vec<(String, String)>, name: &str, value: &str) {
    all.retain(|(old, _)| old != name);
    all.push((name.to_owned(), value.to_owned()));
}

/// A path that fits the operation's template.
pub(crate) fn roa_path(operation: &Operation) -> String {
    let Route::Path(_, template) = &operation.route else { return String::new() };
    template.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/")
}
