//! LangStudio at work in the account: as a session of its service role, through the gateway, like anybody else.

use bytes::Bytes;
use http::{HeaderValue, Method, header};
use quick_xml::events::Event;
use serde_json::json;

use super::storage::Folder;
use crate::cloud::{Service, ServiceRole};
use crate::gateway::{ApiError, Body, Call, Caller, HttpRequest, Reply};
use crate::services::common::authorization_page::address;
use crate::services::common::inside::assume_role;
use crate::signature::{OrderedQuery, query::pe_path};

/// The role that LangStudio works through.
pub(super) const ROLE: &str = "AliyunPAILangStudioDefaultRole";

/// The names that LangStudio goes by when it assumes the role: that of the product, and the one that its older
/// service-linked role trusts (INFERRED: no page shows the trust policy).
const NAMES: [&str; 2] = ["pai.aliyuncs.com", "langstudio.pai.aliyuncs.com"];

/// What the role's sessions are called.
const SESSION: &str = "LangStudio";

/// LangStudio as the service role of the caller's account.
pub(super) struct Backend<'c, 'a> {
    call: &'c Call<'a>,
    role: Caller,
    role_arn: String,
}

impl<'c, 'a> Backend<'c, 'a> {
    /// Assumes the service role: it must exist and trust LangStudio. Then OSS must be open.
    pub(super) fn enter(call: &'c Call<'a>) -> Result<Self, ApiError> {
        let account = call.account()?;
        let role_arn = format!("acs:ram::{}:role/{}", account.id, ROLE.to_ascii_lowercase());
        if account.directory.read().role(ROLE).is_err() {
            return Err(role_absent());
        }
        let mut assumed = NAMES.iter().map(|name| assume_role(call, name, ROLE, SESSION));
        let role = assumed.find_map(Result::ok).ok_or_else(|| role_untrusting(&role_arn))?;
        if account.activations.read().is_open(&Service::Oss) {
            Ok(Self { call, role, role_arn })
        } else {
            Err(oss_closed())
        }
    }

    /// Writes a file.
    pub(super) fn put(&self, folder: &Folder, name: &str, content: Bytes) -> Result<(), ApiError> {
        self.object("oss:PutObject", Method::PUT, folder, name, content).map(|_| ())
    }

    /// Reads a file.
    pub(super) fn get(&self, folder: &Folder, name: &str) -> Result<Bytes, ApiError> {
        let reply = self.object("oss:GetObject", Method::GET, folder, name, Bytes::new())?;
        Ok(bytes(reply))
    }

    /// Deletes a file.
    pub(super) fn delete(&self, folder: &Folder, name: &str) -> Result<(), ApiError> {
        self.object("oss:DeleteObject", Method::DELETE, folder, name, Bytes::new()).map(|_| ())
    }

    /// The names of the files in a folder and in the folders below it, the first thousand.
    pub(super) fn list(&self, folder: &Folder) -> Result<Vec<String>, ApiError> {
        let query = [("prefix", folder.prefix.as_str()), ("max-keys", "1000")].into_iter().collect();
        let reply = self.oss(Method::GET, folder, "/".to_owned(), query, Bytes::new());
        let resource = format!("acs:oss:{}:{}:{}", self.call.region, self.account_id(), folder.bucket);
        let reply = reply.map_err(|error| self.wrap("oss:ListObjects", &resource, &error))?;
        let keys = keys(&bytes(reply)).ok_or_else(ApiError::internal)?;
        Ok(keys.iter().filter_map(|key| key.strip_prefix(&folder.prefix)).map(str::to_owned).collect())
    }

    fn object(
        &self,
        action: &'static str,
        method: Method,
        folder: &Folder,
        name: &str,
        content: Bytes,
    ) -> Result<Reply, ApiError> {
        let key = folder.key(name);
        let path = pe_path(&format!("/{key}"));
        let reply = self.oss(method, folder, path, OrderedQuery::default(), content);
        let resource = format!("acs:oss:{}:{}:{}/{key}", self.call.region, self.account_id(), folder.bucket);
        reply.map_err(|error| self.wrap(action, &resource, &error))
    }

    fn oss(
        &self,
        method: Method,
        folder: &Folder,
        path: String,
        query: OrderedQuery,
        body: Bytes,
    ) -> Result<Reply, ApiError> {
        let host = format!("{}.oss-{}.aliyuncs.com", folder.bucket, self.call.region);
        let mut request = HttpRequest::inside(method, path, query, body);
        // The host is what names OSS.
        request.headers.insert(header::HOST, HeaderValue::from_str(&host).map_err(|_| ApiError::internal())?);
        self.call.call_inside(request, self.role.clone())
    }

    fn account_id(&self) -> &str {
        self.call.caller.account().map(|account| account.id.as_str()).unwrap_or_default()
    }

    /// A refusal by OSS as LangStudio's own error: the same status and code, and what was refused to whom.
    fn wrap(&self, action: &str, resource: &str, error: &ApiError) -> ApiError {
        let message = format!(
            "OSS refused {action} on {resource} to the role {}: {}: {}",
            self.role_arn,
            error.code(),
            error.message()
        );
        let wrapped = ApiError::new(error.status(), error.code().to_owned(), message).with(
            "Detail",
            json!({
                "ErrorCode": error.code(), "Service": "OSS", "Action": action, "Resource": resource, "Role": self.role_arn,
            }),
        );
        match error.denied() {
            Some(denied) => wrapped.with_denied(denied.clone()),
            None => wrapped,
        }
    }
}

/// The shape that PAI's Dataset Accelerator publishes for its own role.
fn role_absent() -> ApiError {
    let link = address(ServiceRole::named(ROLE));
    ApiError::bad_request(
        "ServiceRoleNotExistsError",
        format!(
            "The following RAM role does not exist: {ROLE}. Click the following link to create a service-linked role: {link}"
        ),
    )
    .with("Detail", json!({ "ErrorCode": "ServiceRoleNotExistsError", "Role": ROLE, "AuthorizationUrl": link }))
}

/// The text is that which PAI answers when it may not use a role; the code around it is ours.
fn role_untrusting(role_arn: &str) -> ApiError {
    let text = "check permission for ram role failed, error code: 4001, error message: NoPermission";
    ApiError::bad_request("ServiceRoleCheckFailed", text)
        .with("Detail", json!({ "ErrorCode": "4001", "Action": "sts:AssumeRole", "Role": role_arn }))
}

/// OSS's own answer for an account that has not opened it.
fn oss_closed() -> ApiError {
    ApiError::forbidden("UserDisable", "OSS answered: UserDisable")
        .with("Detail", json!({ "ErrorCode": "UserDisable", "Service": "OSS" }))
}

fn bytes(reply: Reply) -> Bytes {
    match reply.body {
        Body::Bytes(_, bytes) => bytes,
        Body::Payload(_, payload) => payload.to_bytes(),
        _ => Bytes::new(),
    }
}

/// The keys in an answer of ListObjects.
fn keys(xml: &[u8]) -> Option<Vec<String>> {
    let mut reader = quick_xml::Reader::from_reader(xml);
    let (mut keys, mut key) = (Vec::new(), None::<String>);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) if tag.local_name().as_ref() == "Key" => key = Some(String::new()),
            Event::Text(text) => {
                if let Some(key) = &mut key {
                    key.push_str(&text);
                }
            }
            Event::GeneralRef(name) => {
                if let Some(key) = &mut key {
                    let escaped = format!("&{};", &*name);
                    key.push_str(&quick_xml::escape::unescape(&escaped).ok()?);
                }
            }
            Event::End(tag) if tag.local_name().as_ref() == "Key" => keys.extend(key.take()),
            Event::Eof => return Some(keys),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_of_a_listing() {
        let xml = b"<ListBucketResult><Prefix>a/</Prefix><Contents><Key>a/x&amp;y</Key><Size>1</Size></Contents>\
                    <Contents><Key>a/ z</Key></Contents></ListBucketResult>";
        assert_eq!(keys(xml).unwrap(), ["a/x&y", "a/ z"]);
        assert!(keys(b"<ListBucketResult></ListBucketResult>").unwrap().is_empty());
    }
}
