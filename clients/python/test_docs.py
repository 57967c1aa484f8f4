"""What the README and the pages in `docs/` show is what happens."""

import os
import re
import shlex
import subprocess
import sys

import pytest
import requests
from alibabacloud_ram20150501 import models as ram

import cloud as acslab
from openapi import allow, fails, ram_client

PAGES = [acslab.ROOT / "README.md", *sorted((acslab.ROOT / "docs").glob("*.md"))]


def blocks(language: str, pages=PAGES) -> list[str]:
    fence = re.compile(rf"^```{language}\n(.*?)^```$", re.DOTALL | re.MULTILINE)
    return [block for page in pages for block in fence.findall(page.read_text())]


def typed(block: str) -> list[tuple[str, str]]:
    """Each command of a block, with what it shows of the output."""
    return re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)


def consoles() -> list[tuple[str, str]]:
    """Each command that is typed for the `acslab` program; what two pages show alike is shown once."""
    shown = []
    for command, output in (one for block in blocks("console") for one in typed(block)):
        command = command.removeprefix("cargo run --release --package ").replace(" -- ", " ", 1)
        if command.startswith("acslab "):
            shown.append((command.removeprefix("acslab "), output))
    return list(dict.fromkeys(shown))


def assert_shows(shown: str, real: str) -> None:
    """`…` on a line of its own stands for any lines, elsewhere for any text on that line."""
    pieces = [re.escape(piece).replace("…", ".*") for piece in re.split(r"^…\n", shown, flags=re.MULTILINE)]
    assert re.fullmatch("(?:.*\n)*".join(pieces), real), f"shown is\n{shown}\nthe command prints\n{real}"


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
    kinds = {command.split()[0] for command, _ in consoles()}
    assert {"run", "serve", "simulate", "diff", "lint", "services"} <= kinds


def test_what_is_asked_of_the_control_surface_is_answered_as_shown():
    asked = [one for block in blocks("console") for one in typed(block) if one[0].startswith("curl ")]
    assert len(asked) >= 8
    cloud = acslab.start()
    try:
        for command, shown in asked:
            words = shlex.split(command.replace("127.0.0.1:8820", cloud.address))
            method, body = "GET", None
            for option, value in zip(words[1:-1:2], words[2:-1:2], strict=True):
                match option:
                    case "-X":
                        method = value
                    case "-d":
                        body = value
                    case _:
                        pytest.fail(f"what is `{option}` in {command}?")
            answer = requests.request(method, words[-1], data=body)
            assert_shows(shown, answer.text + "\n")
            assert answer.ok, command
    finally:
        cloud.stop()


def test_links_lead_somewhere():
    for page in [*PAGES, acslab.ROOT / "CONTRIBUTING.md"]:
        for target, _, part in (link.partition("#") for link in re.findall(r"\]\((?!https?:)([^)]+)\)", page.read_text())):
            file = page if not target else page.parent / target
            assert file.exists(), f"{page.name} links to {target}"
            if part:
                headings = re.findall(r"^#+ (.*)$", file.read_text(), re.MULTILINE)
                assert part in {re.sub(r"[^a-z0-9 -]", "", one.lower()).replace(" ", "-") for one in headings}, part


def test_the_readme_is_short_and_says_early_what_it_is_not():
    readme = (acslab.ROOT / "README.md").read_text()
    assert readme.count("\n") < 200
    title, first, second, *_ = readme.split("\n\n")
    assert "is not the cloud" in second


def test_the_scenario_is_the_file_that_it_names():
    readme = PAGES[:1]
    name = re.search(r"This is `(scenarios/[^`]+)`", readme[0].read_text())[1]
    assert blocks("yaml", readme) == [(acslab.ROOT / name).read_text()]


def test_the_python_example_runs():
    cloud = acslab.start()
    try:
        environment = os.environ | {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": cloud.owner.id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": cloud.owner.secret,
        }
        [code] = blocks("python")[:1]
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
