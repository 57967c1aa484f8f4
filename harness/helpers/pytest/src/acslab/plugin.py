"""The pytest plugin: one cloud for a run, a fresh account for a test, and what was denied in the report of a test that fails."""

from __future__ import annotations

import os
import shlex

import pytest

from .cloud import Account, AcslabError, Cloud

_ACCOUNT = pytest.StashKey[Account]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("acslab_serve", "options of `acslab serve` for the cloud of the run, such as `--oss-public-access`", default="")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "acslab(open=…): the services that are open in the test's account from the start")


@pytest.fixture(scope="session")
def acslab(pytestconfig: pytest.Config):
    """The cloud of the run: one that ACSLAB_ENDPOINT names, or else one of its own."""
    endpoint = os.environ.get("ACSLAB_ENDPOINT")
    cloud = Cloud(endpoint) if endpoint else Cloud.start(*shlex.split(pytestconfig.getini("acslab_serve")))
    yield cloud
    cloud.stop()


@pytest.fixture
def acslab_account(acslab: Cloud, request: pytest.FixtureRequest):
    """A fresh account in it, gone after the test."""
    marked = request.node.get_closest_marker("acslab")
    account = acslab.account(**(marked.kwargs if marked else {}))
    request.node.stash[_ACCOUNT] = account
    yield account
    account.close()


@pytest.fixture
def acslab_environment(acslab_account: Account, monkeypatch: pytest.MonkeyPatch):
    """The variables of the account's owner, set for the test."""
    for name, value in acslab_account.environment.items():
        monkeypatch.setenv(name, value)
    return acslab_account.environment


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    report = (yield).get_result()
    account = item.stash.get(_ACCOUNT, None)
    if report.when == "call" and report.failed and account is not None:
        try:
            denials = account.denials()
        except (AcslabError, OSError) as error:
            denials = [f"the cloud does not tell: {error}"]
        report.sections.append(("acslab: denied", "\n".join(denials) or "nothing"))
