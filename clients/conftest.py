"""What the tests of all clients share: one emulator, and names that no other test uses."""

import hashlib
import os

import pytest

import cloud as acslab


@pytest.fixture(scope="session", autouse=True)
def plain_environment():
    """Keys, endpoints and proxies of the person who runs the tests stay out of them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.upper().startswith(("ALIBABA", "ALICLOUD", "OSS_")) or name.upper().endswith("_PROXY"):
                patch.delenv(name)
        patch.setenv("NO_PROXY", "*")
        yield


@pytest.fixture(scope="session")
def cloud(plain_environment, tmp_path_factory):
    """Answers http and https at one port."""
    started = acslab.start("--tls", "--tls-folder", str(tmp_path_factory.mktemp("authority")))
    yield started
    started.stop()


@pytest.fixture
def prefix(request) -> str:
    """The start of the names that a test gives to what it makes: `t` and ten digits, the same in every run."""
    return "t" + hashlib.sha1(request.node.nodeid.encode()).hexdigest()[:10]
