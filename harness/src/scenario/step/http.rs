//! A request that is sent as it is written: what no client would send, and what a presigned URL is for.

use super::call::Signing;
use crate::catalogue::Style;
use crate::client::Signature;
use crate::scenario::argument::Argument;
use crate::scenario::reader::{Fields, Reader};
use crate::scenario::scope::Scope;
use crate::scenario::template::Template;
use crate::scenario::yaml::Node;

/// A request.
#[derive(Clone, Debug)]
pub struct Http {
    /// `GET`.
    pub method: String,
    /// Path and query, or a whole URL, whose host counts then.
    pub url: Template,
    /// The host that it asks for; without it that of the URL, or the address of the cloud.
    pub host: Option<Template>,
    /// Its headers.
    pub headers: Vec<(String, Template)>,
    /// Its body.
    pub body: Option<Argument>,
    /// How it is signed; without it, not at all.
    pub signature: Option<Signature>,
    /// What is done to the signature.
    pub signing: Signing,
}

impl Http {
    pub(super) fn read(node: &Node, step: &Fields<'_>, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        let fields = reader.fields(node, "`http`", &["method", "url", "host", "headers", "body"])?;
        let url = fields.need("url", "write `url: /PATH?QUERY`, or a whole URL", reader)?;
        let mut template = |node: &Node, expected: &str| {
            let text = reader.text(node, expected)?;
            Some(Template::read(&text.value, text.span, reader, scope))
        };
        let url = template(url, "a path with its query, or a URL")?;
        let host = fields.get("host").and_then(|node| template(node, "a host"));
        let method = match fields.get("method") {
            None => "GET".to_owned(),
            Some(node) => {
                let method = reader.text(node, "a method, such as `GET`")?.value;
                if http::Method::from_bytes(method.as_bytes()).is_err() {
                    reader.expected(node, "a method, such as `GET`", None);
                    return None;
                }
                method
            }
        };
        let headers = fields.get("headers").map_or(&[][..], |node| reader.entries(node, "headers with their values"));
        let headers = headers.iter().filter_map(|(name, value)| {
            let text = reader.text(value, "a text")?;
            Some((name.value.clone(), Template::read(&text.value, text.span, reader, scope)))
        });
        let headers = headers.collect();
        let body = fields.get("body").map(|node| Argument::read(node, reader, scope));
        let signature = super::call::signature(step, None, reader);
        let in_url = signature.is_none_or(|signature| signature.fits(Style::Oss));
        let signing = Signing::read(step, in_url, reader, scope);
        Some(Self { method, url, host, headers, body, signature, signing })
    }
}
