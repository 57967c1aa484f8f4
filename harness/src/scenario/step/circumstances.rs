//! In which circumstances somebody calls: from where, in which region, with a second factor, over TLS.

use std::net::IpAddr;

use crate::scenario::reader::{Fields, Reader};
use crate::scenario::scope::Scope;
use crate::scenario::slips;
use crate::scenario::template::Template;
use crate::scenario::yaml::{self, Node};

/// Where they are not named, they are those of the scenario.
#[derive(Clone, Debug, Default)]
pub struct Circumstances {
    /// The address that the call comes from.
    pub from: Option<IpAddr>,
    /// Does somebody with a second factor stand behind it?
    pub mfa: Option<bool>,
    /// Does it come over TLS?
    pub tls: Option<bool>,
    /// The region that it addresses.
    pub region: Option<Template>,
}

impl Circumstances {
    pub(super) fn read(fields: &Fields<'_>, reader: &mut Reader<'_>, scope: &Scope) -> Self {
        let region = fields.get("region").and_then(|node| {
            let text = reader.text(node, "a region, such as `cn-hangzhou`")?;
            slips::region(&text.value, text.span, reader);
            Some(Template::read(&text.value, text.span, reader, scope))
        });
        Self {
            from: fields.get("from").and_then(|node| address(node, reader)),
            mfa: fields.get("mfa").and_then(|node| boolean(node, reader)),
            tls: fields.get("tls").and_then(|node| boolean(node, reader)),
            region,
        }
    }

    /// What has to be told to the cloud of an address, a second factor and TLS, if anything.
    pub fn told(&self, from: Option<IpAddr>) -> Option<String> {
        let said = [
            self.from.or(from).map(|from| format!("source={from}")),
            self.mfa.map(|mfa| format!("mfa={mfa}")),
            self.tls.map(|tls| format!("tls={tls}")),
        ];
        let said: Vec<_> = said.into_iter().flatten().collect();
        (!said.is_empty()).then(|| said.join("; "))
    }
}

/// An address that calls come from.
pub(in crate::scenario) fn address(node: &Node, reader: &mut Reader<'_>) -> Option<IpAddr> {
    const EXPECTED: &str = "an address, such as `203.0.113.9`";
    let address = reader.text(node, EXPECTED)?.value.parse().ok();
    if address.is_none() {
        reader.expected(node, EXPECTED, None);
    }
    address
}

pub(in crate::scenario) fn boolean(node: &Node, reader: &mut Reader<'_>) -> Option<bool> {
    let value = match &node.value {
        yaml::Value::Scalar(scalar) => scalar.resolve().as_bool(),
        _ => None,
    };
    if value.is_none() {
        reader.expected(node, "`true` or `false`", None);
    }
    value
}
