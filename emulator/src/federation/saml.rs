//! SAML 2.0: the metadata of an identity provider, and the assertions that it signs.
//!
//! An assertion is read only from the element whose signature was checked.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;

use super::key::PublicKey;
use super::xml::{Element, verified, verified_if_signed};

const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// What an identity provider says of itself: its name, and the keys that it signs with. Certificates are only holders of keys
/// here; when they end does not matter (SAML metadata interoperability profile).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Metadata {
    entity: String,
    keys: Vec<PublicKey>,
}

/// An assertion whose signature was right and whose issuer is the provider.
#[derive(Debug, PartialEq)]
pub(crate) struct Assertion {
    /// Who issued it.
    pub(crate) issuer: String,
    /// Whom it is about.
    pub(crate) subject: String,
    /// What kind of name that is: a URN.
    pub(crate) format: Option<String>,
    /// Where it was to be brought.
    pub(crate) recipient: String,
    /// Before none of these it counts.
    pub(crate) begins: Vec<Timestamp>,
    /// From the first of these on it counts no more.
    pub(crate) ends: Vec<Timestamp>,
    /// For whom it is: one of each.
    pub(crate) audiences: Vec<Vec<String>>,
    attributes: Vec<(String, Vec<String>)>,
}

impl Metadata {
    /// Reads the description of one identity provider. It must have a key for signatures.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let root = Element::parse(text).ok()?;
        let entity = root.attribute("entityID").filter(|entity| !entity.is_empty())?.to_owned();
        if !root.is(METADATA, "EntityDescriptor") {
            return None;
        }
        let mut keys = Vec::new();
        for role in root.all("IDPSSODescriptor") {
            // A key without a use is for every use.
            let signing = |key: &&Element| key.attribute("use").is_none_or(|purpose| purpose == "signing");
            for key in role.all("KeyDescriptor").filter(signing) {
                let info = key.elements().find(|child| child.is(DSIG, "KeyInfo"))?;
                for certificate in info.all("X509Data").flat_map(|data| data.all("X509Certificate")) {
                    let text: String = certificate.text()?.split_ascii_whitespace().collect();
                    keys.push(PublicKey::of_certificate(&BASE64_STANDARD.decode(text).ok()?)?);
                }
            }
        }
        (!keys.is_empty()).then_some(Self { entity, keys })
    }
}

impl Assertion {
    /// Reads an assertion of this provider, alone or in a response: none unless the assertion itself is signed by it, and the
    /// response too if it is signed.
    pub(crate) fn read(text: &str, provider: &Metadata) -> Option<Self> {
        let root = Element::parse(text).ok()?;
        let assertion = if root.is(PROTOCOL, "Response") { in_response(&root, &provider.keys)? } else { &root };
        if !assertion.is(ASSERTION, "Assertion") || assertion.attribute("Version") != Some("2.0") {
            return None;
        }
        if !verified(assertion, &root, &provider.keys) {
            return None;
        }
        let read = Self::of(assertion)?;
        (read.issuer == provider.entity).then_some(read)
    }

    fn of(assertion: &Element) -> Option<Self> {
        let subject = assertion.only("Subject")?;
        let name = subject.only("NameID")?;
        let confirmation = subject.only("SubjectConfirmation")?;
        let data = confirmation.only("SubjectConfirmationData")?;
        if confirmation.attribute("Method") != Some(BEARER) {
            return None;
        }
        let conditions = assertion.only("Conditions")?;
        let mut read = Self {
            issuer: assertion.only("Issuer")?.text()?,
            subject: name.text().filter(|subject| !subject.is_empty())?,
            format: name.attribute("Format").map(str::to_owned),
            recipient: data.attribute("Recipient")?.to_owned(),
            begins: Vec::new(),
            ends: vec![data.attribute("NotOnOrAfter")?.parse().ok()?],
            audiences: Vec::new(),
            attributes: Vec::new(),
        };
        for element in [data, conditions] {
            if let Some(time) = element.attribute("NotBefore") {
                read.begins.push(time.parse().ok()?);
            }
        }
        if let Some(time) = conditions.attribute("NotOnOrAfter") {
            read.ends.push(time.parse().ok()?);
        }
        for condition in conditions.elements() {
            // A condition that is not understood makes an assertion invalid.
            if !condition.is(ASSERTION, "AudienceRestriction") {
                return None;
            }
            read.audiences.push(condition.all("Audience").map(Element::text).collect::<Option<_>>()?);
        }
        for statement in assertion.all("AttributeStatement") {
            for attribute in statement.all("Attribute") {
                let values = attribute.all("AttributeValue").map(Element::text).collect::<Option<_>>()?;
                read.attributes.push((attribute.attribute("Name")?.to_owned(), values));
            }
        }
        Some(read)
    }

    /// All values of an attribute.
    pub(crate) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.attributes.iter().filter(move |(own, _)| own == name);
        named.flat_map(|(_, values)| values).map(String::as_str)
    }
}

/// The one assertion of a response that says that all went well.
fn in_response<'a>(response: &'a Element, keys: &[PublicKey]) -> Option<&'a Element> {
    let status = response.only("Status")?.only("StatusCode")?;
    let mut assertions = response.elements().filter(|child| child.is(ASSERTION, "Assertion"));
    let only = assertions.next().filter(|_| assertions.next().is_none())?;
    let encrypted = response.elements().any(|child| child.is(ASSERTION, "EncryptedAssertion"));
    let good = status.attribute("Value") == Some(SUCCESS) && !encrypted;
    (good && verified_if_signed(response, response, keys)).then_some(only)
}
