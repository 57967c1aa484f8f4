"""Sessions by OIDC: alibabacloud_sts20150401 without a key, and alibabacloud_credentials over https"""

import pytest
from alibabacloud_credentials.client import Client as Credential
from alibabacloud_credentials.models import Config as CredentialConfig
from alibabacloud_ims20190815 import models as ims
from alibabacloud_ram20150501 import models as ram
from alibabacloud_ram20150501.client import Client as Ram
from alibabacloud_sts20150401 import models as sts
from alibabacloud_sts20150401.client import Client as Sts
from alibabacloud_tea_openapi.utils_models import Config

from cloud import COMPANY, REGION, Key
from issuer import Issuer
from openapi import allow, document, fails, ims_client, ram_client, sts_client


@pytest.fixture
def issuer(cloud, prefix) -> Issuer:
    return Issuer(cloud, f"https://{prefix}.example.com")


@pytest.fixture
def provider(cloud, prefix, issuer) -> str:
    """The ARN of a provider for the issuer."""
    request = ims.CreateOIDCProviderRequest(oidcprovider_name=prefix, issuer_url=issuer.url, client_ids="sts")
    return ims_client(cloud, cloud.owner).create_oidcprovider(request).body.oidcprovider.arn


@pytest.fixture
def role(company, prefix, provider) -> str:
    """The ARN of a role for the subject `build` of that provider."""
    trusted = document({
        "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Federated": [provider]},
        "Condition": {"StringEquals": {"oidc:sub": "build"}},
    })
    return company.role(prefix, trusted, allow("ram:ListUsers"))


def anonymous(cloud) -> Sts:
    return Sts(Config(endpoint=cloud.address, protocol="HTTP", region_id=REGION))


def request(provider, role, token) -> sts.AssumeRoleWithOIDCRequest:
    return sts.AssumeRoleWithOIDCRequest(
        oidcprovider_arn=provider, role_arn=role, oidctoken=token, role_session_name="job",
    )


def test_a_token_opens_a_session(cloud, prefix, issuer, provider, role):
    body = anonymous(cloud).assume_role_with_oidc(request(provider, role, issuer.token())).body
    assert body.assumed_role_user.arn == f"acs:ram::{COMPANY}:role/{prefix}/job"
    told = body.oidctoken_info
    assert (told.issuer, told.subject, told.client_ids, told.verification_info) == (
        issuer.url, "build", "sts", "Success",
    )
    given = body.credentials
    key = Key(given.access_key_id, given.access_key_secret, given.security_token)
    who = sts_client(cloud, key).get_caller_identity().body
    assert (who.identity_type, who.arn) == ("AssumedRoleUser", f"acs:ram::{COMPANY}:assumed-role/{prefix}/job")
    ram_client(cloud, key).list_users(ram.ListUsersRequest())
    with fails("NoPermission", 403):
        ram_client(cloud, key).list_groups(ram.ListGroupsRequest())


def test_another_token_does_not(cloud, issuer, provider, role):
    def refused(code, token):
        with fails(f"AuthenticationFail.{code}", 401):
            anonymous(cloud).assume_role_with_oidc(request(provider, role, token))

    refused("NoPermission", issuer.token(sub="deploy"))
    refused("OIDCToken.AudienceNotMatch", issuer.token(aud="else"))
    refused("OIDCToken.Expired", issuer.token(exp=0))
    head, claims, _ = issuer.token().split(".")
    refused("OIDCToken.InvalidSignature", f"{head}.{claims}.AAAA")
    refused("OIDCToken.Invalid", "token")


def test_the_credentials_library_reads_its_token_from_a_file(
    cloud, prefix, issuer, provider, role, tmp_path, monkeypatch
):
    file = tmp_path / "token"
    file.write_text(issuer.token())
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "ALIBABA_CLOUD_CA_BUNDLE"):
        monkeypatch.setenv(name, cloud.authority)
    credential = Credential(CredentialConfig(
        type="oidc_role_arn", role_arn=role, oidc_provider_arn=provider, oidc_token_file_path=str(file),
        role_session_name="job", sts_endpoint=cloud.address,
    ))
    given = credential.get_credential()
    assert given.access_key_id.startswith("STS.")
    client = Ram(Config(endpoint=cloud.address, protocol="HTTP", region_id=REGION, credential=credential))
    client.list_users(ram.ListUsersRequest())

    file.write_text(issuer.token(aud="else"))
    other = Credential(CredentialConfig(
        type="oidc_role_arn", role_arn=role, oidc_provider_arn=provider, oidc_token_file_path=str(file),
        role_session_name="job", sts_endpoint=cloud.address,
    ))
    with pytest.raises(Exception, match="AuthenticationFail.OIDCToken.AudienceNotMatch"):
        other.get_credential()
