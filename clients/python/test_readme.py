"""What the README shows is what happens."""

import os
import re
import subprocess
import sys

import pytest
import requests
from alibabacloud_ram20150501 import models as ram

import cloud as acslab
from openapi import allow, fails, ram_client

README = (acslab.ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def consoles() -> list[tuple[str, str]]:
    """Each command that the README types for the `acslab` program, with what it shows of the output."""
    shown = []
    for block in blocks("console"):
        prompt, _, output = block.partition("\n")
        command = prompt.removeprefix("$ ").removeprefix("cargo run --release --package ").replace(" -- ", " ", 1)
        if command.startswith("acslab "):
            shown.append((command.removeprefix("acslab "), output))
    return shown


def assert_shows(shown: str, real: str) -> None:
    """`…` on a line of its own stands for any lines."""
    pieces = [re.escape(piece) for piece in re.split(r"^…\n", shown, flags=re.MULTILINE)]
    assert re.fullmatch("(?:.*\n)*".join(pieces), real), f"the README shows\n{shown}\nthe command prints\n{real}"


@pytest.mark.parametrize(("command", "shown"), [pytest.param(*one, id=one[0].split()[0]) for one in consoles()])
def test_a_command_prints_what_is_shown(command, shown):
    if command == "serve":
        process = subprocess.Popen([acslab.program(), "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Ctrl-C"):
                process.terminate()
        real = "".join(lines)
        port = re.search(r"127\.0\.0\.1:(\d+)", real)[1]
        assert_shows(shown, real.replace(f":{port}", ":8820"))
        return
    done = subprocess.run(
        [acslab.program(), *command.split()],
        cwd=acslab.ROOT, env=os.environ | {"CI": "true"},  # so that nothing is written
        capture_output=True, text=True, timeout=60,
    )
    assert_shows(shown, done.stdout)


def test_all_kinds_of_commands_are_shown():
    assert {"run", "serve", "simulate", "services"} <= {command.split()[0] for command, _ in consoles()}


def test_the_scenario_is_the_file_that_it_names():
    name = re.search(r"This is `(scenarios/[^`]+)`", README)[1]
    assert blocks("yaml") == [(acslab.ROOT / name).read_text()]


def test_the_python_example_runs():
    cloud = acslab.start()
    try:
        environment = os.environ | {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": cloud.owner.id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": cloud.owner.secret,
        }
        [code] = blocks("python")
        done = subprocess.run(
            [sys.executable, "-c", code.replace("127.0.0.1:8820", cloud.address)],
            env=environment, capture_output=True, text=True, timeout=60,
        )
    finally:
        cloud.stop()
    assert (done.returncode, done.stdout) == (0, "['alice']\n"), done.stderr


def test_the_newest_decision_comes_first(cloud, company, prefix):
    company.user(prefix, allow("ram:GetUser"))
    newest = cloud.control("GET", "decisions")["decisions"][0]
    assert (newest["operation"], newest["caller"]) == ("Ram.AttachPolicyToUser", f"acs:ram::{acslab.COMPANY}:root")
    assert [one["verdict"] for one in newest["decided"]] == ["Allow", "Allow"]


def test_the_control_surface_refuses_web_pages(cloud):
    answer = requests.get(f"{cloud.url}/_acslab/decisions", headers={"Origin": "http://localhost"})
    assert answer.status_code == 403


def test_nothing_claims_a_second_factor(cloud, company, prefix):
    allowed = allow("ram:GetUser", condition={"Bool": {"acs:MFAPresent": "true"}})
    user = ram_client(cloud, company.user(prefix, allowed))
    with fails("NoPermission", 403):
        user.get_user(ram.GetUserRequest(user_name=prefix))
