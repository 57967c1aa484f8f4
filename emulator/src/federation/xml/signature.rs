//! Signatures in XML (XML Signature Syntax and Processing), of the one kind that SAML has: an element that carries a signature
//! of itself. Anything else is refused.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512,
};
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha384, Sha512};

use super::Element;
use super::read::MOST_PREFIXES;
use crate::federation::key::{Curve, PublicKey, Scheme};

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

const SIGNATURES: &[(&str, Scheme)] = &[
    ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", Scheme::Rsa(&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY)),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", Scheme::Rsa(&RSA_PKCS1_2048_8192_SHA256)),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", Scheme::Rsa(&RSA_PKCS1_2048_8192_SHA384)),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", Scheme::Rsa(&RSA_PKCS1_2048_8192_SHA512)),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", Scheme::Ec(Curve::P256)),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", Scheme::Ec(Curve::P384)),
];

type Hash = fn(&[u8]) -> Vec<u8>;

const DIGESTS: &[(&str, Hash)] = &[
    ("http://www.w3.org/2000/09/xmldsig#sha1", |bytes| Sha1::digest(bytes).to_vec()),
    ("http://www.w3.org/2001/04/xmlenc#sha256", |bytes| Sha256::digest(bytes).to_vec()),
    ("http://www.w3.org/2001/04/xmldsig-more#sha384", |bytes| Sha384::digest(bytes).to_vec()),
    ("http://www.w3.org/2001/04/xmlenc#sha512", |bytes| Sha512::digest(bytes).to_vec()),
];

/// Has one of these keys signed this element, itself and whole? `root` is that of its document: the id that the signature names
/// must be this element's alone, so that what was signed and what is read cannot be two things. A key that comes with the
/// signature counts for nothing.
pub(in crate::federation) fn verified(element: &Element, root: &Element, keys: &[PublicKey]) -> bool {
    check(element, root, keys).is_some()
}

/// The same, for an element that may come without a signature: one that has none passes.
pub(in crate::federation) fn verified_if_signed(element: &Element, root: &Element, keys: &[PublicKey]) -> bool {
    element.elements().all(|child| !child.is(DSIG, "Signature")) || verified(element, root, keys)
}

fn check(element: &Element, root: &Element, keys: &[PublicKey]) -> Option<()> {
    let mut signatures = element.elements().filter(|child| child.is(DSIG, "Signature"));
    let signature = signatures.next().filter(|_| signatures.next().is_none())?;
    let info = signature.only("SignedInfo")?;
    let reference = info.only("Reference")?;
    let id = reference.attribute("URI")?.strip_prefix('#')?;
    if id.is_empty() || element.attribute("ID") != Some(id) || owners(root, id) != 1 {
        return None;
    }
    // First that the element is what was signed.
    let inclusive = transforms(reference)?;
    let content = element.canonical(&inclusive, Some(signature));
    let (_, digest) = named(DIGESTS, reference.only("DigestMethod")?)?;
    if digest(content.as_bytes()) != bytes(reference.only("DigestValue")?)? {
        return None;
    }
    // Then that a key has signed it.
    let method = info.only("CanonicalizationMethod")?;
    let inclusive = exclusive(method)?;
    let (_, scheme) = named(SIGNATURES, info.only("SignatureMethod")?)?;
    let signed = info.canonical(&inclusive, None);
    let value = bytes(signature.only("SignatureValue")?)?;
    keys.iter().any(|key| key.verify(*scheme, signed.as_bytes(), &value)).then_some(())
}

/// How many elements of a document have this id, under whichever of the usual names.
fn owners(root: &Element, id: &str) -> usize {
    let has = |element: &&&Element| {
        element.attributes.iter().any(|attribute| attribute.local.eq_ignore_ascii_case("id") && attribute.value == id)
    };
    root.descendants().iter().filter(has).count()
}

/// The transforms must be these two: the signature is left out, the rest is in canonical form. Gives the prefixes that are
/// written in any case.
fn transforms(reference: &Element) -> Option<Vec<String>> {
    let mut transforms = reference.only("Transforms")?.elements();
    let (Some(enveloped), Some(canonical), None) = (transforms.next(), transforms.next(), transforms.next()) else {
        return None;
    };
    let left_out = enveloped.is(DSIG, "Transform")
        && enveloped.attribute("Algorithm") == Some(ENVELOPED)
        && enveloped.elements().next().is_none();
    exclusive(canonical).filter(|_| left_out && canonical.is(DSIG, "Transform"))
}

/// The prefixes of an exclusive canonical form; none for any other form.
fn exclusive(method: &Element) -> Option<Vec<String>> {
    if method.attribute("Algorithm") != Some(EXCLUSIVE) {
        return None;
    }
    let mut parameters = method.elements();
    match (parameters.next(), parameters.next()) {
        (None, _) => Some(Vec::new()),
        (Some(list), None) if list.is(EXCLUSIVE, "InclusiveNamespaces") => {
            let prefixes = list.attribute("PrefixList")?.split_ascii_whitespace();
            let prefixes: Vec<_> = prefixes.take(MOST_PREFIXES + 1).map(str::to_owned).collect();
            Some(prefixes).filter(|prefixes| prefixes.len() <= MOST_PREFIXES)
        }
        _ => None,
    }
}

/// The row of a table that an element's algorithm names. Algorithms with parameters are none of them.
fn named<'t, T>(table: &'t [(&str, T)], method: &Element) -> Option<&'t (&'t str, T)> {
    let algorithm = method.attribute("Algorithm").filter(|_| method.elements().next().is_none())?;
    table.iter().find(|(name, _)| *name == algorithm)
}

/// Bytes in base64, which may be broken into lines.
fn bytes(element: &Element) -> Option<Vec<u8>> {
    let text: String = element.text()?.split_ascii_whitespace().collect();
    BASE64_STANDARD.decode(text).ok().filter(|bytes| !bytes.is_empty())
}
