//! LangStudio's files: in the account's OSS, written and read as the service role.

use bytes::Bytes;
use http::{HeaderMap, Method};
use jiff::SignedDuration;
use quick_xml::events::Event;

use super::backend::Backend;
use super::storage::Folder;
use crate::cloud::Service;
use crate::gateway::{ApiError, Body, Call, Reply};
use crate::signature::{Credentials, OrderedQuery, OssResource, SignedView, oss_v1, query::pe_path};

/// For how long the address of a download is good (CHOICE).
const DOWNLOAD: SignedDuration = SignedDuration::from_hours(1);

impl<'c, 'a> Backend<'c, 'a> {
    /// Assumes the service role, for work with files.
    pub(super) fn with_files(call: &'c Call<'a>) -> Result<Self, ApiError> {
        Self::enter(call, &[Service::Oss])
    }

    /// Writes a file.
    pub(super) fn put(&self, folder: &Folder, name: &str, content: Bytes) -> Result<(), ApiError> {
        self.object("oss:PutObject", Method::PUT, folder, name, content).map(|_| ())
    }

    /// Reads a file.
    pub(super) fn get(&self, folder: &Folder, name: &str) -> Result<Bytes, ApiError> {
        self.object("oss:GetObject", Method::GET, folder, name, Bytes::new()).and_then(bytes)
    }

    /// Whether a file is there and may be read, without its content.
    pub(super) fn can_read(&self, folder: &Folder, name: &str) -> Result<(), ApiError> {
        self.object("oss:GetObject", Method::HEAD, folder, name, Bytes::new()).map(|_| ())
    }

    /// Deletes a file.
    pub(super) fn delete(&self, folder: &Folder, name: &str) -> Result<(), ApiError> {
        self.object("oss:DeleteObject", Method::DELETE, folder, name, Bytes::new()).map(|_| ())
    }

    /// The names of the files in a folder and in the folders below it, the first thousand.
    pub(super) fn list(&self, folder: &Folder) -> Result<Vec<String>, ApiError> {
        let query = [("prefix", folder.prefix.as_str()), ("max-keys", "1000")].into_iter().collect();
        let at = (folder.bucket.as_str(), "/".to_owned());
        let reply = self.ask_oss("oss:ListObjects", Method::GET, at, query, Bytes::new())?;
        let keys = keys(&bytes(reply)?).ok_or_else(ApiError::internal)?;
        // An object that stands for a folder is no file.
        let file = |key: &String| key.strip_prefix(&folder.prefix).filter(|name| !name.is_empty()).map(str::to_owned);
        Ok(keys.iter().filter_map(file).collect())
    }

    fn object(
        &self,
        action: &'static str,
        method: Method,
        folder: &Folder,
        name: &str,
        content: Bytes,
    ) -> Result<Reply, ApiError> {
        let path = pe_path(&format!("/{}", folder.key(name)));
        self.ask_oss(action, method, (&folder.bucket, path), OrderedQuery::default(), content)
    }

    /// An address at which anybody may read a file for a while, with the permissions of the role.
    pub(super) fn download(&self, folder: &Folder, name: &str) -> Option<String> {
        let session = self.session()?;
        let (key, call) = (folder.key(name), self.call);
        let path = pe_path(&format!("/{key}"));
        let expires = call.cloud().clock.urls_now(None).checked_add(DOWNLOAD).ok()?;
        let (query, headers) = (OrderedQuery::default(), HeaderMap::new());
        let view = SignedView { method: "GET", path: &path, query: &query, headers: &headers, body: b"" };
        let token = Some(session.token.expose());
        let who = Credentials { access_key_id: &session.key_id, secret: &session.secret, security_token: token };
        let signed = oss_v1::presign(&view, &OssResource { bucket: Some(&folder.bucket), key: &key }, &who, expires);
        Some(format!("https://{}.oss-{}.aliyuncs.com{path}?{signed}", folder.bucket, call.region))
    }
}

fn bytes(reply: Reply) -> Result<Bytes, ApiError> {
    match reply.body {
        Body::Bytes(_, bytes) => Ok(bytes),
        Body::Payload(_, payload) => payload.to_bytes().map_err(|_| ApiError::internal()),
        _ => Ok(Bytes::new()),
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
