//! What a SAML identity provider says and signs.

use sha1::{Digest, Sha1};
use sha2::Sha256;

use super::signer::{Signer, base64};

pub(crate) const IDP: &str = "https://idp.example.com/metadata";
pub(crate) const PROVIDER: &str = "acs:ram::1234567890123456:saml-provider/idp";
pub(crate) const RECIPIENT: &str = "https://signin.aliyun.com/saml-role/sso";
pub(crate) const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// What an assertion says, in the parts that tests change.
pub(crate) struct Said {
    pub(crate) id: &'static str,
    pub(crate) issuer: &'static str,
    pub(crate) subject: String,
    pub(crate) recipient: String,
    pub(crate) confirmed: String,
    pub(crate) conditions: String,
    pub(crate) roles: Vec<String>,
    pub(crate) sessions: Vec<&'static str>,
}

impl Said {
    pub(crate) fn good() -> Self {
        Self {
            id: "_a1",
            issuer: IDP,
            subject: NAME.replace("NAME", "alice@example.com"),
            recipient: RECIPIENT.to_owned(),
            confirmed: r#"NotOnOrAfter="2026-01-02T03:09:05.000Z""#.to_owned(),
            conditions: conditions("urn:alibaba:cloudcomputing"),
            roles: vec![
                format!("{},{PROVIDER}", "acs:ram::1234567890123456:role/other"),
                format!("{},{PROVIDER}", "acs:ram::1234567890123456:role/r"),
            ],
            sessions: vec!["alice"],
        }
    }

    /// The assertion in canonical form, `SIGNATURE` standing where the signature goes.
    pub(crate) fn text(&self) -> String {
        let attribute = |name: &str, values: &[&str]| {
            let values: Vec<_> =
                values.iter().map(|value| format!("<AttributeValue>{value}</AttributeValue>")).collect();
            let values = values.concat();
            format!(r#"<Attribute Name="https://www.aliyun.com/SAML-Role/Attributes/{name}">{values}</Attribute>"#)
        };
        let Self { id, issuer, subject, recipient, confirmed, conditions, .. } = self;
        let roles: Vec<_> = self.roles.iter().map(String::as_str).collect();
        let (roles, sessions) = (attribute("Role", &roles), attribute("RoleSessionName", &self.sessions));
        format!(
            r#"<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="{id}" IssueInstant="2026-01-02T03:04:05Z" Version="2.0"><Issuer>{issuer}</Issuer>SIGNATURE<Subject>{subject}<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><SubjectConfirmationData {confirmed} Recipient="{recipient}"></SubjectConfirmationData></SubjectConfirmation></Subject>{conditions}<AttributeStatement>{roles}{sessions}</AttributeStatement></Assertion>"#
        )
    }
}

pub(crate) const NAME: &str = r#"<NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">NAME</NameID>"#;

pub(crate) fn conditions(audience: &str) -> String {
    format!(
        r#"<Conditions NotBefore="2026-01-02T03:04:05Z" NotOnOrAfter="2026-01-02T04:04:05Z"><AudienceRestriction><Audience>{audience}</Audience></AudienceRestriction></Conditions>"#
    )
}

/// How a document is signed.
pub(crate) struct Way {
    pub(crate) digest: &'static str,
    pub(crate) signature: &'static str,
    pub(crate) canonical: &'static str,
    pub(crate) transforms: [&'static str; 2],
}

pub(crate) const WAY: Way = Way {
    digest: "http://www.w3.org/2001/04/xmlenc#sha256",
    signature: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    canonical: "http://www.w3.org/2001/10/xml-exc-c14n#",
    transforms: ["http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/2001/10/xml-exc-c14n#"],
};

/// A signature over content that is canonical, which names it by its id.
pub(crate) fn signature(signer: &Signer, way: &Way, id: &str, content: &str) -> String {
    let digest = match way.digest {
        "http://www.w3.org/2000/09/xmldsig#sha1" => base64(Sha1::digest(content)),
        _ => base64(Sha256::digest(content)),
    };
    let transforms = way.transforms.map(|one| format!(r#"<Transform Algorithm="{one}"></Transform>"#)).concat();
    let info = format!(
        r##"<CanonicalizationMethod Algorithm="{}"></CanonicalizationMethod><SignatureMethod Algorithm="{}"></SignatureMethod><Reference URI="#{id}"><Transforms>{transforms}</Transforms><DigestMethod Algorithm="{}"></DigestMethod><DigestValue>{digest}</DigestValue></Reference></SignedInfo>"##,
        way.canonical, way.signature, way.digest
    );
    let canonical = format!(r#"<SignedInfo xmlns="{DSIG}">{info}"#);
    let alg = if way.signature.ends_with("rsa-sha1") { "RS1" } else { "RS256" };
    let value = base64(signer.sign(alg, canonical.as_bytes()));
    let (head, tail) = value.split_at(64);
    // As it is written by others: in lines, with a certificate that nobody must believe.
    let key = "<KeyInfo><X509Data><X509Certificate>AAAA</X509Certificate></X509Data></KeyInfo>";
    format!(
        "<Signature xmlns=\"{DSIG}\"><SignedInfo>{info}<SignatureValue>{head}\n{tail}</SignatureValue>{key}</Signature>"
    )
}

pub(crate) fn signed(signer: &Signer, way: &Way, said: &Said) -> String {
    let text = said.text();
    text.replace("SIGNATURE", &signature(signer, way, said.id, &text.replace("SIGNATURE", "")))
}

pub(crate) fn response(inside: &str) -> String {
    format!(
        r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r1" Version="2.0"><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{inside}</samlp:Response>"#
    )
}

pub(crate) fn metadata(certificate: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{IDP}">
          <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
            <md:KeyDescriptor use="encryption"/>
            <md:KeyDescriptor use="signing"><KeyInfo xmlns="{DSIG}"><X509Data><X509Certificate>
              {certificate}
            </X509Certificate></X509Data></KeyInfo></md:KeyDescriptor>
          </md:IDPSSODescriptor>
        </md:EntityDescriptor>"#
    )
}
