"""https, for clients that speak nothing else"""

import pytest
import requests
from alibabacloud_credentials.client import Client as Credential
from alibabacloud_credentials.models import Config as CredentialConfig
from alibabacloud_ram20150501 import models as ram
from alibabacloud_ram20150501.client import Client as Ram
from alibabacloud_tea_openapi.utils_models import Config

import oss2

from cloud import COMPANY, REGION
from openapi import allow, fails, trust
from oss import oss2_auth


@pytest.fixture(autouse=True)
def trusted(cloud, monkeypatch):
    """What `acslab serve --tls` says to export."""
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "ALIBABA_CLOUD_CA_BUNDLE"):
        monkeypatch.setenv(name, cloud.authority)


def test_an_authority_that_is_not_trusted_is_refused(cloud, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"https://{cloud.address}/_acslab/health")


def test_an_openapi_client(cloud):
    config = Config(
        endpoint=cloud.address, protocol="HTTPS", region_id=REGION,
        access_key_id=cloud.owner.id, access_key_secret=cloud.owner.secret,
    )
    Ram(config).list_users(ram.ListUsersRequest())


@pytest.mark.usefixtures("open_oss")
def test_an_oss_client(cloud, prefix):
    bucket = oss2.Bucket(oss2_auth(cloud.owner, "v4"), f"https://{cloud.address}", prefix, region=REGION)
    bucket.create_bucket()
    bucket.put_object("object", b"content")
    assert bucket.get_object("object").read() == b"content"


def test_a_condition_tells_https_from_http(cloud, company, prefix):
    secure = {"Bool": {"acs:SecureTransport": "true"}}
    key = company.user(prefix, allow("ram:GetUser", condition=secure))

    def get(protocol):
        config = Config(
            endpoint=cloud.address, protocol=protocol, region_id=REGION,
            access_key_id=key.id, access_key_secret=key.secret,
        )
        return Ram(config).get_user(ram.GetUserRequest(user_name=prefix))

    get("HTTPS")
    with fails("NoPermission", 403):
        get("HTTP")


def test_the_credentials_library_assumes_a_role(cloud, company, prefix):
    arn = company.role(prefix, trust(RAM=f"acs:ram::{COMPANY}:root"), allow("ram:GetUser"))
    key = company.user(f"{prefix}-u", allow("sts:AssumeRole", arn))
    credential = Credential(
        CredentialConfig(
            type="ram_role_arn", access_key_id=key.id, access_key_secret=key.secret,
            role_arn=arn, role_session_name="session", sts_endpoint=cloud.address,
        )
    )
    given = credential.get_credential()
    assert given.access_key_id.startswith("STS.")
    config = Config(endpoint=cloud.address, protocol="HTTPS", region_id=REGION, credential=credential)
    client = Ram(config)
    assert client.get_user(ram.GetUserRequest(user_name=f"{prefix}-u")).body.user.user_name == f"{prefix}-u"
    with fails("NoPermission", 403):
        client.list_users(ram.ListUsersRequest())
