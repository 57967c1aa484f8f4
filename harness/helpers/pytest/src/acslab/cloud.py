"""A cloud that tests share, and the accounts that they do not."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sysconfig
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping, Union

Policy = Union[str, "os.PathLike[str]", Mapping[str, Any]]


class AcslabError(Exception):
    """The cloud does not start, or did not do what it was asked for."""


def find_program() -> str:
    """The program: the one that ACSLAB names, that of the environment that this runs in, or the one on the PATH."""
    named = os.environ.get("ACSLAB")
    if named:
        if not os.path.exists(named):
            raise AcslabError(f"ACSLAB names `{named}`, and there is no such program")
        return named
    own = os.path.join(sysconfig.get_path("scripts"), "acslab")
    found = shutil.which(own) or shutil.which("acslab")
    if not found:
        raise AcslabError("there is no program `acslab`: put it on the PATH, or name it with the variable ACSLAB")
    return found


# What talks to the cloud on this machine takes no proxy.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Cloud:
    """A running `acslab serve`."""

    def __init__(self, endpoint: str, process: "subprocess.Popen[str] | None" = None) -> None:
        self.endpoint = endpoint.rstrip("/")
        self._process = process

    @classmethod
    def start(cls, *options: str) -> "Cloud":
        """Starts one at a free port. It ends with `stop`, and with this process, however that ends."""
        command = [find_program(), "serve", "--port", "0", "--format", "json", "--until-stdin-ends", *options]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        greeting = process.stdout.readline()
        if not greeting:
            raise AcslabError(f"`{' '.join(command)}` ended with {process.wait()} before it answered")
        return cls(json.loads(greeting)["endpoint"], process)

    def stop(self) -> None:
        """Ends it, if it was started here."""
        if self._process:
            self._process.stdin.close()
            self._process.wait(timeout=30)
            self._process.stdout.close()
            self._process = None

    def account(self, name: "str | None" = None, open: Iterable[str] = ()) -> "Account":
        """A fresh account; `open` are services that are open in it from the start."""
        wanted: dict[str, Any] = {"open": list(open)}
        if name is not None:
            wanted["name"] = name
        return Account._of(self, self.control("POST", "accounts", wanted))

    def control(self, method: str, path: str, body: "Any | None" = None) -> Any:
        """Asks acslab's own surface, as docs/control.md tells it."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.endpoint}/_acslab/{path}", data, method=method)
        try:
            with _OPENER.open(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            told = error.read().decode(errors="replace")
            try:
                told = json.loads(told)["error"]
            except (ValueError, KeyError):
                pass
            raise AcslabError(f"{method} {path}: {told}") from None


@dataclass(frozen=True)
class Identity:
    """Somebody with a key: an account's owner, or a RAM user."""

    account_id: str
    name: str
    arn: str
    key_id: str
    key_secret: str = field(repr=False)
    region: str
    endpoint: str
    environment: "dict[str, str]" = field(repr=False)
    """The variables that SDKs, command lines and Terraform read."""


@dataclass(frozen=True)
class Account(Identity):
    """A fresh account; as an identity, its owner."""

    cloud: Cloud = field(repr=False)

    @classmethod
    def _of(cls, cloud: Cloud, given: "dict[str, Any]") -> "Account":
        arn = f"acs:ram::{given['account_id']}:root"
        return cls(**_identity(given, arn), cloud=cloud)

    def user(self, name: str, *policies: Policy) -> Identity:
        """A RAM user with a key. A policy is the name of a system policy, a file, or a document."""
        wanted = {"name": name, "policies": [_read(policy) for policy in policies]}
        given = self.cloud.control("POST", f"accounts/{self.account_id}/users", wanted)
        return Identity(**_identity(given, given["arn"]))

    def decisions(self, **narrowed: Any) -> "list[dict[str, Any]]":
        """What was decided lately about callers of this account, newest first; narrowed down by caller, operation, action, code."""
        query = urllib.parse.urlencode({"account": self.account_id, "limit": 1000, **narrowed})
        return self.cloud.control("GET", f"decisions?{query}")["decisions"]

    def denials(self) -> "list[str]":
        """What was denied, oldest first, a line each."""
        return [line for decision in reversed(self.decisions()) for line in _denied(decision)]

    def close(self) -> None:
        """Closes the account with all that it has."""
        self.cloud.control("DELETE", f"accounts/{self.account_id}")


def _identity(given: "dict[str, Any]", arn: str) -> "dict[str, Any]":
    return {
        "account_id": given["account_id"],
        "name": given["name"],
        "arn": arn,
        "key_id": given["access_key_id"],
        "key_secret": given["access_key_secret"],
        "region": given["region"],
        "endpoint": given["endpoint"],
        "environment": given["environment"],
    }


def _read(policy: Policy) -> Any:
    if isinstance(policy, Mapping):
        return dict(policy)
    if isinstance(policy, os.PathLike) or policy.endswith(".json"):
        return json.loads(pathlib.Path(policy).read_text(encoding="utf-8"))
    return policy


def _denied(decision: "dict[str, Any]") -> "Iterable[str]":
    for decided in decision["decided"]:
        if decided["verdict"] == "Allow":
            continue
        policy = decided.get("policy")
        why = f"denied by {policy['name']}" if policy else "no statement allows it"
        yield (
            f"{decision['operation']} by {decision['caller']}: {decision['status']} {decision['code'] or 'performed all the same'}\n"
            f"  needs {decided['action']} on {decided['resource']}: {why}"
        )
