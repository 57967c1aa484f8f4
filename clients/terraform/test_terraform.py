"""OpenTofu or Terraform with the alicloud provider: a configuration is applied, read, imported, changed and destroyed"""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import subprocess
from dataclasses import dataclass

import pytest

import cloud as acslab
from cloud import COMPANY, Cloud, Key
from openapi import Account, allow, trust

FIXTURE = pathlib.Path(__file__).resolve().parent / "fixture"
RESOURCE = re.compile(r'^resource "(\w+)" "(\w+)"', re.MULTILINE)
PROVIDER = ["required.tf", "provider.tf"]
KEPT = ["main.tf", "network.tf", "keys.tf", "studio.tf"]
EVERYTHING = [*PROVIDER, *KEPT, "not_imported.tf", "data.tf"]


def resources_of(*files: str) -> list[str]:
    return [".".join(found) for file in files for found in RESOURCE.findall((FIXTURE / file).read_text())]


IMPORTABLE = resources_of(*KEPT)
# What no answer holds: the provider keeps it of its own, and an import sets it at the first apply. The last is sent with what the
# provider adds to it, which an import reads.
UNREAD = {
    "password", "timeouts", "force", "force_destroy", "lifecycle_rule_allow_same_action_overlap",
    "pending_window_in_days", "input_detail",
}


@dataclass(frozen=True)
class Reach:
    """How a program gets to the emulator."""

    command: list[str]
    environment: dict[str, str]


def at(cloud: Cloud, key: Key) -> Reach:
    """At its address. What the provider's block has no endpoint for, EAS, is told by a variable."""
    environment = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": key.id, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": key.secret,
        "ALIBABA_CLOUD_ENDPOINT_EAS": cloud.address, "TF_VAR_host": cloud.address,
        "NO_PROXY": "*", "SSL_CERT_FILE": cloud.authority,
    }
    return Reach([], environment)


def led(state: pathlib.Path) -> Reach:
    """At the cloud's own hosts, which lead to it: the project of a log stands in its host."""
    return Reach([str(acslab.program()), "exec", "--open", "sls", "--state", str(state), "--"], {"TF_VAR_protocol": "HTTPS"})


class Terraform:
    """A working folder with copies of files of the fixture, and of what is said besides."""

    def __init__(self, reach: Reach, folder: pathlib.Path, files: list[str], besides: str = ""):
        self.reach, self.folder = reach, folder
        self.variables: dict[str, str] = {}
        for file in files:
            shutil.copy(FIXTURE / file, folder)
        (folder / "besides.tf").write_text(besides)
        mirror = folder / "mirror"
        for registry in ("registry.opentofu.org", "registry.terraform.io"):
            place = mirror / registry / "aliyun" / "alicloud" / "1.0.0" / platform()
            place.mkdir(parents=True)
            (place / "terraform-provider-alicloud_v1.0.0").symlink_to(os.environ["PROVIDER"])
        settings = f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n'
        (folder / "settings.tfrc").write_text(settings)
        self.run("init")

    def run(self, command: str, *arguments: str) -> str:
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": str(self.folder / "settings.tfrc"), **self.reach.environment, **self.variables,
        }
        done = subprocess.run(
            [*self.reach.command, os.environ["TOFU"], command, "-no-color", *arguments],
            cwd=self.folder, env=environment, capture_output=True, text=True, timeout=600,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def has_nothing_to_do(self) -> None:
        """A plan ends well only where it is empty."""
        self.run("plan", "-input=false", "-detailed-exitcode")

    def apply(self) -> None:
        self.run("apply", "-auto-approve", "-input=false")

    def planned(self) -> dict[str, dict]:
        """The changes that a plan holds, of every resource: what it would do, `no-op` where nothing, and to what."""
        self.run("plan", "-input=false", "-out=plan")
        changes = json.loads(self.run("show", "-json", "plan"))["resource_changes"]
        return {change["address"]: change["change"] for change in changes if change["mode"] == "managed"}

    def resources(self) -> dict[str, dict]:
        """What the state holds of each resource."""
        shown = json.loads(self.run("show", "-json"))
        resources = shown.get("values", {}).get("root_module", {}).get("resources", [])
        return {resource["address"]: resource["values"] for resource in resources}


def changed(planned: dict[str, dict]) -> dict[str, tuple]:
    """Of what would change, the action and every attribute that would not stay."""
    def differing(change: dict) -> dict:
        before, after = change["before"] or {}, change["after"] or {}
        names = sorted({*before, *after})
        return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}

    acting = {address: change for address, change in planned.items() if change["actions"] != ["no-op"]}
    return {address: (change["actions"], differing(change)) for address, change in acting.items()}


def imports(resources: dict[str, dict], addresses: list[str]) -> str:
    """The blocks that import resources by the ids that a state has."""
    return "".join(f'import {{\n  to = {address}\n  id = "{resources[address]["id"]}"\n}}\n' for address in addresses)


def is_read_as_it_was(was: dict, change: dict) -> None:
    """What an answer holds must be read as it was set, or the plan would change it."""
    read = change["before"]
    assert change["importing"] == {"id": was["id"]}
    names = was.keys() - UNREAD
    assert {name: read[name] or None for name in names} == {name: was[name] or None for name in names}
    _, differing = changed({"it": change}).get("it", ("no-op", {}))
    assert differing.keys() <= UNREAD


def platform() -> str:
    told = subprocess.run([os.environ["TOFU"], "version", "-json"], capture_output=True, text=True, timeout=60)
    return json.loads(told.stdout)["platform"]


def kept(cloud: Cloud) -> dict:
    """What the account holds: the emulator's own account of it."""
    return cloud.control("POST", "state", {})["accounts"]["company"]


def start(tmp_path_factory) -> Cloud:
    authority = str(tmp_path_factory.mktemp("authority"))
    return acslab.start("--tls", "--tls-folder", authority, "--open", "oss", "--open", "pai")


@pytest.fixture(scope="module")
def cloud(plain_environment, tmp_path_factory):
    """An emulator of their own: the fixture sets the account's alias and policies."""
    started = start(tmp_path_factory)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def applied(cloud, tmp_path_factory) -> Terraform:
    terraform = Terraform(at(cloud, cloud.owner), tmp_path_factory.mktemp("applied"), EVERYTHING)
    terraform.apply()
    # What changed after it was read, such as how often a policy is attached.
    terraform.run("refresh", "-input=false")
    return terraform


def test_what_was_applied_plans_empty(applied):
    planned = applied.planned()
    assert sorted(planned) == sorted(resources_of(*EVERYTHING))
    assert changed(planned) == {}
    applied.has_nothing_to_do()


def test_the_lists_hold_what_was_applied(applied):
    found = json.loads(applied.run("output", "-json", "found"))
    assert found.pop("caller") == f"acs:ram::{COMPANY}:root"
    assert found == {
        "users": ["alice", "bob"], "groups": ["readers", "writers"], "policies": ["reader"],
        "roles": ["AliyunServiceRoleForAutoScaling", "AliyunServiceRoleForPaiEas", "worker"], "lab": ["Lab, first edition", "default"],
    }


def test_what_was_applied_is_in_the_cloud(applied, cloud):
    state = cloud.control("POST", "state", {})["accounts"]["company"]
    assert state["users"]["alice"]["groups"] == ["readers"]
    assert state["users"]["alice"]["access_keys"] == {"active": 0, "inactive": 1}
    assert state["groups"]["writers"]["members"] == ["bob"]
    assert state["roles"]["worker"]["max_session_duration"] == 7200
    assert state["roles"]["AliyunServiceRoleForAutoScaling"]["service_linked"] == "ess.aliyuncs.com"
    reader = state["policies"]["reader"]
    assert (reader["default_version"], list(reader["versions"])) == ("v1", ["v1"])
    assert "terraform-bucket" in state["buckets"]


@pytest.fixture(scope="module")
def importing(cloud, applied, tmp_path_factory) -> Terraform:
    """An empty state, about to import all that can be by the ids of the applied one."""
    blocks = imports(applied.resources(), IMPORTABLE)
    return Terraform(at(cloud, cloud.owner), tmp_path_factory.mktemp("imported"), [*PROVIDER, *KEPT], blocks)


@pytest.fixture(scope="module")
def plan_of_imports(importing) -> dict[str, dict]:
    return importing.planned()


@pytest.fixture(scope="module")
def imported(importing, plan_of_imports) -> Terraform:
    importing.apply()
    return importing


@pytest.mark.parametrize("address", IMPORTABLE)
def test_an_import_reads_what_was_applied(applied, plan_of_imports, address):
    is_read_as_it_was(applied.resources()[address], plan_of_imports[address])


def test_what_was_imported_plans_empty(imported):
    planned = imported.planned()
    assert sorted(planned) == sorted(IMPORTABLE)
    assert changed(planned) == {}
    imported.has_nothing_to_do()


def test_log_service_needs_no_endpoint_within_exec(tmp_path_factory):
    """Applied, read, imported, changed and destroyed, each in a cloud that goes on from the state of the one before."""
    reach = led(tmp_path_factory.mktemp("cloud") / "state")
    addresses = resources_of("logs.tf")
    terraform = Terraform(reach, tmp_path_factory.mktemp("logs"), [*PROVIDER, "logs.tf"])
    terraform.apply()
    terraform.run("refresh", "-input=false")
    terraform.has_nothing_to_do()

    applied = terraform.resources()
    importing = Terraform(
        reach, tmp_path_factory.mktemp("imported"), [*PROVIDER, "logs.tf"], imports(applied, addresses)
    )
    planned = importing.planned()
    for address in addresses:
        is_read_as_it_was(applied[address], planned[address])

    terraform.variables = {"TF_VAR_edition": "second"}
    changes = changed(terraform.planned())
    assert {tuple(actions) for actions, _ in changes.values()} == {("update",)}
    terraform.apply()
    terraform.has_nothing_to_do()

    terraform.run("destroy", "-auto-approve", "-input=false")
    assert terraform.resources() == {}


@pytest.fixture
def other_cloud(plain_environment, tmp_path_factory):
    started = start(tmp_path_factory)
    yield started
    started.stop()


def test_a_role_makes_changes_and_destroys(other_cloud, tmp_path):
    """Over https, since the provider asks STS over nothing else."""
    company = Account(other_cloud, other_cloud.owner)
    role = company.role("terraform", trust(RAM=f"acs:ram::{COMPANY}:root"), allow("*"))
    key = company.user("operator", allow("sts:AssumeRole", role))
    before = kept(other_cloud)
    terraform = Terraform(at(other_cloud, key), tmp_path, EVERYTHING)
    terraform.variables = {"TF_VAR_protocol": "HTTPS", "TF_VAR_role": role}
    terraform.apply()
    assert kept(other_cloud) != before

    terraform.variables["TF_VAR_edition"] = "second"
    changes = changed(terraform.planned())
    assert {tuple(actions) for actions, _ in changes.values()} == {("update",)}
    terraform.apply()
    assert changed(terraform.planned()) == {}

    terraform.run("destroy", "-auto-approve", "-input=false")
    assert terraform.resources() == {}
    # The provider cannot destroy a security preference, and says so; EAS's service-linked role stays; a key waits for its deletion.
    after = kept(other_cloud)
    assert after["roles"].keys() - before["roles"].keys() == {"AliyunServiceRoleForPaiEas"}
    assert after["records"] == {"Kms Key cn-hangzhou/#1": {"edition": "second"}}
    left = {"login_network_masks": "10.0.0.0/8", "login_session_hours": 8}
    besides = {name: after[name] for name in ("roles", "permissions", "records")}
    assert after == before | besides | {"security_preference": left}


def test_the_block_that_serve_prints(other_cloud, tmp_path):
    printed = "".join(iter(other_cloud.process.stdout.readline, "Ctrl-C ends it; nothing is kept.\n"))
    block = printed[printed.index('provider "alicloud" {') :]
    made = 'resource "alicloud_ram_user" "alice" {\n  name = "alice"\n}\nresource "alicloud_vpc" "lab" {}\n'
    terraform = Terraform(at(other_cloud, other_cloud.owner), tmp_path, ["required.tf"], block + made)
    terraform.apply()
    assert list(kept(other_cloud)["users"]) == ["alice"]
    assert sorted(terraform.resources()) == ["alicloud_ram_user.alice", "alicloud_vpc.lab"]
