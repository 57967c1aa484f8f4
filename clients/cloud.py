"""A started `acslab serve`: where it listens and whose keys it printed."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import urllib.request
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parent.parent
REGION = "cn-hangzhou"
SEED = "1"
COMPANY, PARTNER = "1234567890123456", "2000000000000001"


@dataclass(frozen=True)
class Key:
    """An access key, or with a security token that of a session."""

    id: str
    secret: str
    token: str | None = None


@dataclass
class Cloud:
    """The cloud that all tests of a run share; each takes names of its own in it."""

    process: subprocess.Popen
    address: str = ""
    authority: str = ""
    """The file of the authority that https clients must trust."""
    owners: dict[str, Key] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    @property
    def owner(self) -> Key:
        return self.owners[COMPANY]

    @property
    def partner(self) -> Key:
        return self.owners[PARTNER]

    def control(self, method: str, path: str, body: dict | None = None) -> dict:
        """The emulator's own surface."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_acslab/{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def advance(self, seconds: int) -> None:
        """Moves the cloud's clock."""
        self.control("POST", "clock", {"advance_seconds": seconds})

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)


def program() -> pathlib.Path:
    """The `acslab` to start: the one that ACSLAB names, else the development build."""
    path = pathlib.Path(os.environ.get("ACSLAB", ROOT / "target" / "debug" / "acslab"))
    if not path.exists():
        raise FileNotFoundError(f"no program at {path}: `cargo build` makes it, or ACSLAB names another")
    return path


def start(*more: str) -> Cloud:
    """Starts the emulator at a free port with a fixed seed and reads what it prints."""
    command = [program(), "serve", "--port", "0", "--seed", SEED]
    command += ["--account", f"company={COMPANY}", "--account", f"partner={PARTNER}", *more]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    cloud = Cloud(process)
    account = key_id = ""
    for line in process.stdout:
        if found := re.match(r"acslab serves http://(\S+)", line):
            cloud.address = found[1]
        elif found := re.match(r"export SSL_CERT_FILE=(\S+)", line):
            cloud.authority = found[1]
        elif found := re.match(r"# owner of \S+, account (\d+)", line):
            account = found[1]
        elif found := re.match(r"export ALIBABA_CLOUD_ACCESS_KEY_ID=(\S+)", line):
            key_id = found[1]
        elif found := re.match(r"export ALIBABA_CLOUD_ACCESS_KEY_SECRET=(\S+)", line):
            cloud.owners[account] = Key(key_id, found[1])
        if cloud.address and {COMPANY, PARTNER} <= cloud.owners.keys():
            return cloud
    raise RuntimeError(f"`acslab serve` ended with {process.wait()} before it printed its keys")
