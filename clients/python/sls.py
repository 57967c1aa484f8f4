"""Both SDKs of Simple Log Service, pointed at the emulator by the cloud's own host names.

They put the project in front of the endpoint that they are given, so a test sends those names to loopback.
"""

from __future__ import annotations

import socket

import pytest
from alibabacloud_sls20201230.client import Client as Sls
from alibabacloud_tea_openapi.utils_models import Config
from aliyun.log import LogClient

from cloud import REGION, Cloud, Key

HOST = f"{REGION}.log.aliyuncs.com"
SIGNATURES = ["v1", "v4"]


@pytest.fixture
def here(monkeypatch):
    """Whatever belongs to the cloud leads here."""
    resolve = socket.getaddrinfo

    def lead(host, *more, **named):
        name = host.decode() if isinstance(host, bytes) else host
        return resolve("127.0.0.1" if name and name.endswith(".aliyuncs.com") else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", lead)


def endpoint(cloud: Cloud, region: str = REGION) -> str:
    return f"{region}.log.aliyuncs.com:{cloud.address.rpartition(':')[2]}"


def log_client(cloud: Cloud, key: Key, signature: str = "v1") -> LogClient:
    """The SDK of Log Service's own."""
    address = f"http://{endpoint(cloud)}"
    return LogClient(address, key.id, key.secret, key.token, source="10.0.0.1", auth_version=signature, region=REGION)


def sls_client(cloud: Cloud, key: Key, signature: str = "v1") -> Sls:
    """The SDK of the OpenAPI family."""
    return Sls(
        Config(
            endpoint=endpoint(cloud),
            protocol="HTTP",
            region_id=REGION,
            access_key_id=key.id,
            access_key_secret=key.secret,
            security_token=key.token,
            signature_version=signature,
        )
    )
