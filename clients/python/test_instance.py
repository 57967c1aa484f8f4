"""Credentials of the instance: alibabacloud_credentials by URI and by ECS metadata"""

import os
import subprocess
import sys

import pytest
from alibabacloud_credentials.client import Client as Credential
from alibabacloud_credentials.http import HttpOptions
from alibabacloud_credentials.models import Config as CredentialConfig
from alibabacloud_credentials.provider import EcsRamRoleCredentialsProvider
from alibabacloud_ram20150501 import models as ram

from cloud import COMPANY, Key
from openapi import allow, fails, ram_client, sts_client, trust


@pytest.fixture
def role(cloud, company, prefix) -> str:
    """The name of a role that trusts ECS and is attached to the instance."""
    company.role(prefix, trust(Service="ecs.aliyuncs.com"), allow("ram:ListUsers"))
    cloud.control("PUT", f"instance-roles/{prefix}")
    yield prefix
    cloud.control("DELETE", f"instance-roles/{prefix}")


def assert_is_session_of(cloud, role, key):
    who = sts_client(cloud, key).get_caller_identity().body
    assert who.arn == f"acs:ram::{COMPANY}:assumed-role/{role}/vm-ram-i-acslab00000000000000"
    ram_client(cloud, key).list_users(ram.ListUsersRequest())
    with fails("NoPermission", 403):
        ram_client(cloud, key).list_groups(ram.ListGroupsRequest())


def test_by_uri(cloud, role):
    uri = f"{cloud.url}/_acslab/credentials/{role}"
    given = Credential(CredentialConfig(type="credentials_uri", credentials_uri=uri)).get_credential()
    assert_is_session_of(cloud, role, Key(given.access_key_id, given.access_key_secret, given.security_token))


WHO = """
from alibabacloud_credentials.client import Client
given = Client().get_credential()
print(given.access_key_id, given.access_key_secret, given.security_token)
"""


@pytest.mark.parametrize("way", ["uri", "metadata"])
def test_by_the_environment_alone(cloud, role, way, tmp_path):
    """What `acslab serve --instance-role` says to export is all that a program needs."""
    if way == "uri":
        told = {"ALIBABA_CLOUD_CREDENTIALS_URI": f"{cloud.url}/_acslab/credentials/{role}"}
        told |= {"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}
    else:
        told = {"ALIBABA_CLOUD_ECS_METADATA": role, "http_proxy": cloud.url}
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)} | told
    done = subprocess.run(
        [sys.executable, "-c", WHO], env=environment, capture_output=True, text=True, timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert_is_session_of(cloud, role, Key(*done.stdout.split()))


def test_a_role_that_is_not_attached(cloud, company, prefix):
    company.role(prefix, trust(Service="ecs.aliyuncs.com"))
    uri = f"{cloud.url}/_acslab/credentials/{prefix}"
    with pytest.raises(Exception, match="404"):
        Credential(CredentialConfig(type="credentials_uri", credentials_uri=uri)).get_credential()


@pytest.mark.parametrize("named", [True, False])
def test_by_ecs_metadata(cloud, role, named):
    # The library knows one address; a proxy leads from there to the emulator.
    options = HttpOptions(proxy=cloud.url)
    provider = EcsRamRoleCredentialsProvider(
        role_name=role if named else None, disable_imds_v1=True, http_options=options, async_update_enabled=False,
    )
    given = provider.get_credentials()
    key = Key(given.get_access_key_id(), given.get_access_key_secret(), given.get_security_token())
    assert_is_session_of(cloud, role, key)
