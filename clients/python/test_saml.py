"""Sessions by SAML: alibabacloud_sts20150401 without a key, with assertions that signxml signs"""

import base64
from datetime import datetime, timedelta, timezone

import pytest
from alibabacloud_ims20190815 import models as ims
from alibabacloud_ram20150501 import models as ram
from alibabacloud_sts20150401 import models as sts
from alibabacloud_sts20150401.client import Client as Sts
from alibabacloud_tea_openapi.utils_models import Config
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import DigestAlgorithm, SignatureMethod, XMLSigner

from cloud import COMPANY, REGION, Cloud, Key
from issuer import now
from openapi import allow, document, fails, ims_client, ram_client, sts_client

RECIPIENT = "https://signin.aliyun.com/saml-role/sso"
ATTRIBUTES = "https://www.aliyun.com/SAML-Role/Attributes"

# Indented, with prefixes that nothing uses, and in an order that is not canonical.
RESPONSE = """<?xml version="1.0" encoding="UTF-8"?>
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:unused="urn:unused" Version="2.0" ID="_response">
  <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
  <saml:Assertion Version="2.0" IssueInstant="{now}" ID="_assertion">
    <saml:Issuer>{issuer}</saml:Issuer>
    <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="placeholder"/>
    <saml:Subject>
      <saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{subject}</saml:NameID>
      <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
        <saml:SubjectConfirmationData Recipient="{recipient}" NotOnOrAfter="{end}"/>
      </saml:SubjectConfirmation>
    </saml:Subject>
    <saml:Conditions NotOnOrAfter="{end}" NotBefore="{now}">
      <saml:AudienceRestriction><saml:Audience>urn:alibaba:cloudcomputing</saml:Audience></saml:AudienceRestriction>
    </saml:Conditions>
    <saml:AttributeStatement>
      <saml:Attribute Name="{attributes}/Role">
        <saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">{role},{provider}</saml:AttributeValue>
      </saml:Attribute>
      <saml:Attribute Name="{attributes}/RoleSessionName"><saml:AttributeValue>alice</saml:AttributeValue></saml:Attribute>
    </saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>
"""

METADATA = """<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{issuer}">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
      <ds:X509Certificate>{certificate}</ds:X509Certificate>
    </ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
"""


class Signer(XMLSigner):
    """SHA-1 as well, which some providers still sign with."""

    def check_deprecated_methods(self):
        pass


class Provider:
    """An identity provider, registered in the account."""

    def __init__(self, cloud: Cloud, name: str, key):
        self.cloud, self.name, self.key = cloud, name, key
        self.issuer = f"https://{name}.example.com/metadata"
        self.arn = f"acs:ram::{COMPANY}:saml-provider/{name}"
        self.register(self.key)

    def register(self, key) -> None:
        certificate = base64.b64encode(self.certificate(key).public_bytes(serialization.Encoding.DER)).decode()
        metadata = METADATA.format(issuer=self.issuer, certificate=certificate)
        request = ims.CreateSAMLProviderRequest(
            samlprovider_name=self.name,
            encoded_samlmetadata_document=base64.b64encode(metadata.encode()).decode(),
        )
        ims_client(self.cloud, self.cloud.owner).create_samlprovider(request)

    def certificate(self, key) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        begin = datetime(2020, 1, 1, tzinfo=timezone.utc)
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        builder = builder.serial_number(1).not_valid_before(begin).not_valid_after(begin + timedelta(days=1))
        return builder.sign(key, hashes.SHA256())

    def response(self, role: str, method=SignatureMethod.RSA_SHA256, digest=DigestAlgorithm.SHA256, age=0, **said) -> str:
        """A response with a signed assertion of that age in seconds, as a browser would carry it."""
        at = datetime.fromtimestamp(now(self.cloud) - age, timezone.utc)
        form = "%Y-%m-%dT%H:%M:%S.000Z"
        said = {"issuer": self.issuer, "subject": "alice@example.com", "recipient": RECIPIENT} | said
        text = RESPONSE.format(
            now=at.strftime(form), end=(at + timedelta(minutes=5)).strftime(form),
            role=role, provider=self.arn, attributes=ATTRIBUTES, **said,
        )
        response = etree.fromstring(text.encode())
        signer = Signer(
            signature_algorithm=method, digest_algorithm=digest,
            c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#",
        )
        assertion = response.find("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
        signed = signer.sign(
            assertion, key=self.key, cert=[self.certificate(self.key)], reference_uri="_assertion",
            id_attribute="ID",
        )
        response.replace(assertion, signed)
        return base64.b64encode(etree.tostring(response)).decode()


@pytest.fixture
def provider(cloud, prefix) -> Provider:
    return Provider(cloud, prefix, rsa.generate_private_key(public_exponent=65537, key_size=2048))


def make_role(company, provider) -> str:
    trusted = document({
        "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Federated": [provider.arn]},
        "Condition": {"StringEquals": {"saml:recipient": RECIPIENT}},
    })
    return company.role(provider.name, trusted, allow("ram:ListUsers"))


def assume(cloud, provider, role, assertion):
    client = Sts(Config(endpoint=cloud.address, protocol="HTTP", region_id=REGION))
    request = sts.AssumeRoleWithSAMLRequest(samlprovider_arn=provider.arn, role_arn=role, samlassertion=assertion)
    return client.assume_role_with_saml(request).body


def test_an_assertion_opens_a_session(cloud, company, prefix, provider):
    role = make_role(company, provider)
    body = assume(cloud, provider, role, provider.response(role))
    told = body.samlassertion_info
    assert (told.issuer, told.subject, told.subject_type, told.recipient) == (
        provider.issuer, "alice@example.com", "persistent", RECIPIENT,
    )
    given = body.credentials
    key = Key(given.access_key_id, given.access_key_secret, given.security_token)
    who = sts_client(cloud, key).get_caller_identity().body
    assert (who.identity_type, who.arn) == ("AssumedRoleUser", f"acs:ram::{COMPANY}:assumed-role/{prefix}/alice")
    ram_client(cloud, key).list_users(ram.ListUsersRequest())
    with fails("NoPermission", 403):
        ram_client(cloud, key).list_groups(ram.ListGroupsRequest())


@pytest.mark.parametrize("method", ["RSA_SHA1", "RSA_SHA384", "RSA_SHA512"])
def test_other_algorithms(cloud, company, provider, method):
    role = make_role(company, provider)
    digest = DigestAlgorithm[method.removeprefix("RSA_")]
    assume(cloud, provider, role, provider.response(role, SignatureMethod[method], digest))


def test_elliptic_curves(cloud, company, prefix):
    provider = Provider(cloud, prefix, ec.generate_private_key(ec.SECP256R1()))
    role = make_role(company, provider)
    assume(cloud, provider, role, provider.response(role, SignatureMethod.ECDSA_SHA256))


def test_another_assertion_does_not(cloud, company, provider):
    role = make_role(company, provider)

    def refused(code, assertion):
        with fails(f"AuthenticationFail.{code}", 401):
            assume(cloud, provider, role, assertion)

    changed = base64.b64decode(provider.response(role)).replace(b"alice@", b"mallory@")
    refused("SAMLAssertion.Invalid", base64.b64encode(changed).decode())
    refused("SAMLAssertion.Invalid", provider.response(role, issuer="https://else.example.com"))
    abroad = "https://signin.alibabacloud.com/saml-role/sso"
    refused("NoPermission", provider.response(role, recipient=abroad))
    refused("SAMLAssertion.Expired", provider.response(role, age=300))
