"""What the tests of the Python SDKs begin with."""

import pytest

from openapi import Account, call


@pytest.fixture(scope="session")
def company(cloud) -> Account:
    """The account that most tests work in."""
    return Account(cloud, cloud.owner)


@pytest.fixture(scope="session")
def partner(cloud) -> Account:
    """Another account. OSS stays closed in it."""
    return Account(cloud, cloud.partner)


@pytest.fixture(scope="session")
def open_oss(cloud) -> None:
    """OSS is closed in an account until its owner activates it."""
    call(cloud, cloud.owner, "2019-04-22", "OpenOssService")
