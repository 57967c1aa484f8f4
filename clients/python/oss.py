"""Both OSS SDKs, pointed at the emulator."""

from __future__ import annotations

import alibabacloud_oss_v2 as v2
import oss2
import pytest

from cloud import REGION, Cloud, Key

# The emulator's own port goes with the cloud's own host names where a test sends those to loopback.
HOST = f"oss-{REGION}.aliyuncs.com"


def oss2_auth(key: Key, signature: str):
    provider = oss2.credentials.StaticCredentialsProvider(key.id, key.secret, key.token)
    return oss2.ProviderAuthV4(provider) if signature == "v4" else oss2.ProviderAuth(provider)


def oss2_bucket(cloud: Cloud, key: Key, name: str, signature: str = "v4", endpoint: str | None = None) -> oss2.Bucket:
    return oss2.Bucket(oss2_auth(key, signature), endpoint or cloud.url, name, region=REGION)


def oss2_service(cloud: Cloud, key: Key, signature: str = "v4") -> oss2.Service:
    return oss2.Service(oss2_auth(key, signature), cloud.url, region=REGION)


def oss_v2_client(cloud: Cloud, key: Key, signature: str = "v4", **more) -> v2.Client:
    settings = {"endpoint": cloud.url, "use_path_style": True} | more
    provider = v2.credentials.StaticCredentialsProvider(key.id, key.secret, key.token)
    return v2.Client(
        v2.config.Config(
            region=REGION, signature_version=signature, credentials_provider=provider, **settings
        )
    )


def service_error(caught: pytest.ExceptionInfo) -> v2.exceptions.ServiceError:
    """`alibabacloud-oss-v2` wraps what the service said into an error of the operation."""
    error = caught.value.unwrap()
    assert isinstance(error, v2.exceptions.ServiceError), error
    return error
