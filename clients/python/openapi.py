"""The SDKs of the OpenAPI products, pointed at the emulator, and the few steps that many tests begin with."""

from __future__ import annotations

import contextlib
import json

import pytest
from alibabacloud_ims20190815.client import Client as Ims
from alibabacloud_ram20150501 import models as ram
from alibabacloud_ram20150501.client import Client as Ram
from alibabacloud_resourcemanager20200331.client import Client as ResourceManager
from alibabacloud_sts20150401 import models as sts
from alibabacloud_sts20150401.client import Client as Sts
from alibabacloud_tea_openapi.client import Client as OpenApi
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

from cloud import REGION, Cloud, Key

SIGNATURES = ["v3", "v2"]


def config(cloud: Cloud, key: Key, signature: str = "v3") -> Config:
    """`v2` is what the SDKs call the older signature; without a word they take the newer."""
    return Config(
        endpoint=cloud.address,
        protocol="HTTP",
        region_id=REGION,
        access_key_id=key.id,
        access_key_secret=key.secret,
        security_token=key.token,
        signature_algorithm="v2" if signature == "v2" else None,
    )


def ram_client(cloud: Cloud, key: Key, signature: str = "v3") -> Ram:
    return Ram(config(cloud, key, signature))


def sts_client(cloud: Cloud, key: Key, signature: str = "v3") -> Sts:
    return Sts(config(cloud, key, signature))


def ims_client(cloud: Cloud, key: Key) -> Ims:
    return Ims(config(cloud, key))


def resource_manager_client(cloud: Cloud, key: Key) -> ResourceManager:
    return ResourceManager(config(cloud, key))


def call(cloud: Cloud, key: Key, version: str, action: str, **parameters: str) -> dict:
    """Any RPC operation, through the SDKs' common core."""
    params = Params(
        action=action, version=version, protocol="HTTP", pathname="/", method="POST",
        auth_type="AK", style="RPC", req_body_type="formData", body_type="json",
    )
    return OpenApi(config(cloud, key)).call_api(params, OpenApiRequest(query=parameters), RuntimeOptions())["body"]


def document(*statements: dict) -> str:
    return json.dumps({"Version": "1", "Statement": list(statements)})


def allow(action: str | list[str], resource: str | list[str] = "*", condition: dict | None = None) -> dict:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return statement | ({"Condition": condition} if condition else {})


def deny(action: str | list[str], resource: str | list[str] = "*") -> dict:
    return {"Effect": "Deny", "Action": action, "Resource": resource}


def trust(**principal: str) -> str:
    """`trust(RAM="acs:ram::1:root")`, `trust(Service="ecs.aliyuncs.com")`"""
    names = {kind: [name] for kind, name in principal.items()}
    return document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": names})


class Account:
    """An account in its owner's hands."""

    def __init__(self, cloud: Cloud, owner: Key):
        self.cloud, self.ram = cloud, ram_client(cloud, owner)

    def user(self, name: str, *statements: dict) -> Key:
        """A RAM user with an access key and, if there are statements, a custom policy of the same name."""
        self.ram.create_user(ram.CreateUserRequest(user_name=name))
        key = self.ram.create_access_key(ram.CreateAccessKeyRequest(user_name=name)).body.access_key
        if statements:
            self.policy(name, *statements)
            self.ram.attach_policy_to_user(
                ram.AttachPolicyToUserRequest(policy_type="Custom", policy_name=name, user_name=name)
            )
        return Key(key.access_key_id, key.access_key_secret)

    def policy(self, name: str, *statements: dict) -> None:
        self.ram.create_policy(
            ram.CreatePolicyRequest(policy_name=name, policy_document=document(*statements))
        )

    def role(self, name: str, trusted: str, *statements: dict) -> str:
        """A RAM role; gives its ARN."""
        request = ram.CreateRoleRequest(role_name=name, assume_role_policy_document=trusted)
        role = self.ram.create_role(request).body.role
        if statements:
            self.policy(name, *statements)
            self.ram.attach_policy_to_role(
                ram.AttachPolicyToRoleRequest(policy_type="Custom", policy_name=name, role_name=name)
            )
        return role.arn


def assume(cloud: Cloud, key: Key, role_arn: str, **more) -> Key:
    """The key of a new session."""
    request = sts.AssumeRoleRequest(role_arn=role_arn, role_session_name="session", **more)
    credentials = sts_client(cloud, key).assume_role(request).body.credentials
    return Key(credentials.access_key_id, credentials.access_key_secret, credentials.security_token)


@contextlib.contextmanager
def fails(code: str, status: int):
    """`with fails("EntityNotExist.User", 404) as caught: ...`; the SDK's own exception is in `caught.value`."""
    with pytest.raises(ClientException) as caught:
        yield caught
    assert (caught.value.code, caught.value.status_code) == (code, status), str(caught.value)
