"""A product's operations, one after another, through its SDK, as data says.

A walk is a JSON file: `sdk` (the package), `policy` (the system policy that covers it), `steps`. A step is the operation's name, its
parameters, and what the answer must hold. `"$Name"` in a parameter stands for what an earlier step sent or was answered under that name,
what stands deeper in an answer as well, where nothing else was called so. `$run` stands for a text of this run; parameters in a path are filled in that way without being written. `["@advance", 5]` moves the clock.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pathlib
from dataclasses import dataclass, field

from alibabacloud_tea_openapi.exceptions import ClientException

from cloud import REGION, Cloud, Key
from openapi import config

WALKS = pathlib.Path(__file__).parent / "walks"


def plain(name: str) -> str:
    return name.replace("_", "").replace(".", "").replace("-", "").lower()


@dataclass
class Sdk:
    """An official SDK, its operations by their names."""

    package: str
    client: object = None
    models: object = None
    methods: dict = field(default_factory=dict)

    def __post_init__(self):
        module = importlib.import_module(f"{self.package}.client")
        self.client = module.Client
        self.models = importlib.import_module(f"{self.package}.models")
        for name, method in inspect.getmembers(module.Client, inspect.isfunction):
            if not name.endswith(("_async", "_with_options", "_advance")) and not name.startswith("_"):
                self.methods[plain(name)] = method

    def call(self, cloud: Cloud, key: Key, operation: str, parameters: dict, known: dict) -> dict:
        """The members of the answer."""
        method = self.methods[plain(operation)]
        client = self.client(config(cloud, key))
        rest, positional = dict(parameters), []
        for name in list(inspect.signature(method).parameters)[1:]:
            if name in ("request", "tmp_req"):
                positional.append(self.request(operation, rest))
                continue
            given = next((given for given in rest if plain(given) == plain(name)), None)
            if given is not None:
                positional.append(rest.pop(given))
            else:
                positional.append(next(value for known_as, value in known.items() if plain(known_as) == plain(name)))
        answer = method(client, *[str(one) if isinstance(one, int) else one for one in positional])
        return (answer.body.to_map() if answer.body is not None else {}) or {}

    def request(self, operation: str, parameters: dict):
        wanted = plain(operation) + "request"
        name = next(name for name in dir(self.models) if plain(name) == wanted)
        return getattr(self.models, name)().from_map(parameters)


def holds(answer, expected) -> bool:
    """Has an answer these members? Of a list the first items."""
    if isinstance(expected, dict):
        return isinstance(answer, dict) and all(name in answer and holds(answer[name], value) for name, value in expected.items())
    if isinstance(expected, list):
        return isinstance(answer, list) and len(answer) >= len(expected) and all(map(holds, answer, expected))
    return answer == expected


def inside(answer) -> dict:
    """The texts and numbers deep in an answer, of a list those of the first item."""
    found = {}
    for name, value in answer.items() if isinstance(answer, dict) else ():
        one = value[0] if isinstance(value, list) and value else value
        found.update(inside(one))
        if isinstance(one, (str, int)):
            found[name] = one
    return found


class Walk:
    def __init__(self, name: str):
        data = json.loads((WALKS / f"{name}.json").read_text())
        self.name, self.policy = name, data["policy"]
        self.everyone = set(data.get("everyone", []))
        self.allowed = set(self.everyone)
        self.sdk = Sdk(data["sdk"])
        self.before = data.get("before", {})
        # Published once, and no longer in the SDK of the version that is pinned.
        gone = set(data.get("not_in_sdk", []))
        assert not {one for one in gone if plain(one) in self.sdk.methods}, f"{name}: the SDK has some of {sorted(gone)}"
        self.steps = [step for step in data["steps"] if step[0] not in gone]

    def operations(self) -> list[str]:
        return [step[0] for step in self.steps if not step[0].startswith("@")]

    def run(self, cloud: Cloud, run: str, known: dict, key_of, refused=()) -> None:
        """Each step by the key that `key_of` gives for it; before, everybody in `refused` is refused it."""
        known = {"run": run, "ClusterId": REGION, "RegionId": REGION, **known}

        def filled(value):
            if isinstance(value, str) and value.startswith("$") and value[1:] in known:
                return known[value[1:]]
            if isinstance(value, str):
                for name in sorted(known, key=len, reverse=True):
                    value = value.replace(f"${name}", str(known[name]))
                return value
            if isinstance(value, list):
                return [filled(one) for one in value]
            return {name: filled(one) for name, one in value.items()} if isinstance(value, dict) else value

        for number, step in enumerate(self.steps):
            operation, parameters, expected = step[0], *(step[1:] + [{}, {}])[:2]
            if operation == "@advance":
                cloud.advance(parameters)
                continue
            parameters = filled(parameters)
            where = f"{self.name}, step {number + 1}, {operation}"
            for who, nobody in refused:
                if operation in self.allowed:
                    continue
                try:
                    self.sdk.call(cloud, nobody, operation, parameters, known)
                except ClientException as error:
                    assert error.status_code == 403, f"{where}: {who} got {error}"
                else:
                    raise AssertionError(f"{where}: {who} was not refused")
            # What is open to everybody is done by who has no policy, where there is such a one.
            key = next((nobody for _, nobody in refused if operation in self.everyone), None) or key_of(operation)
            try:
                answer = self.sdk.call(cloud, key, operation, parameters, known)
            except ClientException as error:
                wanted = expected.get("fails") if isinstance(expected, dict) else None
                assert wanted == error.code, f"{where}: {error}"
                continue
            wanted = filled(expected)
            assert "fails" not in wanted, f"{where}: did not fail: {answer}"
            assert holds(answer, wanted), f"{where}: {answer} holds no {wanted}"
            for name, value in inside(answer).items():
                known.setdefault(name, value)
            # Several are named with commas between.
            listed = {name: value for name, value in answer.items() if isinstance(value, list) and all(isinstance(one, str) for one in value)}
            known.update({name: ",".join(value) for name, value in listed.items() if value})
            for names in (parameters, answer):
                known.update({name: value for name, value in names.items() if isinstance(value, (str, int)) and name not in ("RequestId", "Message")})
