"""`acslab exec`: programs with the cloud's own https endpoints, as they are."""

import json
import os
import pathlib
import subprocess
import sys
import textwrap

import pytest

import cloud as acslab


def run(tmp_path, program, *options, interpreter=sys.executable, suffix=".py", **environment):
    file = tmp_path / f"program{suffix}"
    file.write_text(textwrap.dedent(program))
    inherited = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
    return subprocess.run(
        [acslab.program(), "exec", *options, "--", interpreter, str(file)],
        env=inherited | environment, cwd=tmp_path, capture_output=True, text=True, timeout=120,
    )


OSS = """
    import os
    import oss2

    auth = oss2.ProviderAuthV4(oss2.credentials.EnvironmentVariableCredentialsProvider())
    bucket = oss2.Bucket(auth, "https://oss-cn-hangzhou.aliyuncs.com", "a-bucket", region="cn-hangzhou")
    bucket.create_bucket()
    bucket.put_object("hello.txt", b"hello")
    print(bucket.get_object("hello.txt").read().decode())
"""

OPENAPI = """
    from alibabacloud_credentials.client import Client as Credential
    from alibabacloud_ram20150501 import models as ram
    from alibabacloud_ram20150501.client import Client as Ram
    from alibabacloud_tea_openapi.utils_models import Config

    client = Ram(Config(credential=Credential(), region_id="cn-hangzhou"))
    client.create_user(ram.CreateUserRequest(user_name="alice"))
    print([user.user_name for user in client.list_users(ram.ListUsersRequest()).body.users.user])
"""


def test_oss2(tmp_path):
    done = run(tmp_path, OSS, "--open", "oss", "--suggest=needed.json")
    assert (done.returncode, done.stdout) == (0, "hello\n"), done.stderr
    policy = json.loads((tmp_path / "needed.json").read_text())
    needed = [(one["Action"], one["Resource"]) for one in policy["Statement"]]
    bucket = "acs:oss:*:1234567890123456:a-bucket"
    assert needed == [(["oss:GetObject", "oss:PutObject"], f"{bucket}/hello.txt"), ("oss:PutBucket", bucket)]
    # What is suggested is enough, and nothing of it can go.
    assert run(tmp_path, OSS, "--open", "oss", "--policy", "needed.json").returncode == 0
    for left_out in ("oss:GetObject", "oss:PutObject", "oss:PutBucket"):
        less = json.loads(json.dumps(policy))
        for statement in less["Statement"]:
            actions = statement["Action"]
            actions = [actions] if isinstance(actions, str) else actions
            statement["Action"] = [action for action in actions if action != left_out] or ["oss:Nothing"]
        (tmp_path / "less.json").write_text(json.dumps(less))
        denied = run(tmp_path, OSS, "--open", "oss", "--policy", "less.json")
        assert denied.returncode != 0 and f"needs {left_out} on " in denied.stderr, denied.stderr


def test_the_openapi_sdks(tmp_path):
    done = run(tmp_path, OPENAPI)
    assert (done.returncode, done.stdout) == (0, "['alice']\n"), done.stderr


def test_what_is_denied_is_told_with_what_it_needed(tmp_path):
    done = run(tmp_path, OPENAPI, "--policy", "AliyunRAMReadOnlyAccess")
    assert done.returncode == 1
    assert "acslab: 1 of 1 call denied" in done.stderr, done.stderr
    assert "Ram.CreateUser by acs:ram::1234567890123456:user/program" in done.stderr
    assert "needs ram:CreateUser on acs:ram:*:1234567890123456:user/*: no statement allows it" in done.stderr
    # Or all of it in one run.
    done = run(tmp_path, OPENAPI, "--policy", "AliyunRAMReadOnlyAccess", "--would-deny")
    assert (done.returncode, done.stdout) == (0, "['alice', 'program']\n"), done.stderr
    assert "acslab: 1 of 2 calls would be denied" in done.stderr, done.stderr


def test_a_program_that_calls_a_host_of_nobodys_is_stopped(tmp_path):
    stranger = """
        import requests
        for url in ("https://example.com/", "https://example.com/", "http://metrics.example.net/"):
            try:
                print(requests.get(url, timeout=10).status_code)
            except requests.exceptions.ProxyError as error:
                print("stopped" if "No host of the cloud" in str(error) else error)
    """
    done = run(tmp_path, stranger)
    assert (done.returncode, done.stdout) == (0, "stopped\nstopped\n403\n"), done.stderr
    assert "acslab: refused: 2 hosts that the cloud does not serve" in done.stderr
    assert "example.com:443, 2 times" in done.stderr and "metrics.example.net:80" in done.stderr
    assert "`--pass HOST`" in done.stderr


def test_a_module_of_the_system_that_is_loaded_first_still_is(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "sitecustomize.py").write_text("import os; os.environ['CUSTOMIZED'] = 'yes'\n")
    program = "import os, certifi; print(os.environ.get('CUSTOMIZED'), certifi.where() == os.environ['SSL_CERT_FILE'])"
    done = run(tmp_path, program, PYTHONPATH=str(tmp_path / "own"))
    assert done.stdout == "yes True\n", done.stderr


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_node(tmp_path, scheme):
    program = f"""
        const client = require('{scheme}');
        client.get('{scheme}://ram.aliyuncs.com/?Action=ListUsers&Version=2015-05-01', (answer) => {{
          console.log(answer.statusCode, 'x-acs-request-id' in answer.headers);
          answer.resume();
          client.get('{scheme}://example.com/', (answer) => console.log(answer.statusCode))
            .on('error', (error) => console.log(error.message));
        }});
    """
    node = os.environ.get("NODE", "node")
    done = run(tmp_path, program, interpreter=node, suffix=".js")
    assert done.stdout == "400 true\nexample.com: 403 No host of the cloud (acslab)\n", done.stderr
    assert f"example.com:{443 if scheme == 'https' else 80}" in done.stderr


UNLED = {
    "fetch of Node": ("node", ".mjs", """
        const called = await fetch('https://ram.aliyuncs.com/?Action=ListUsers&Version=2015-05-01');
        console.log(called.status);
        await fetch('https://example.com/').catch(() => console.log('stopped'));
    """),
    "aiohttp": (sys.executable, ".py", """
        import asyncio
        import aiohttp

        async def main():
            async with aiohttp.ClientSession() as session:
                async with session.get("https://ram.aliyuncs.com/?Action=ListUsers&Version=2015-05-01") as called:
                    print(called.status)
                try:
                    await session.get("https://example.com/")
                except aiohttp.ClientError:
                    print("stopped")

        asyncio.run(main())
    """),
    "sockets": (sys.executable, ".py", """
        import socket
        import ssl

        def connection(host):
            return ssl.create_default_context().wrap_socket(socket.create_connection((host, 443)), server_hostname=host)

        with connection("ram.aliyuncs.com") as stream:
            stream.sendall(b"GET /?Action=ListUsers HTTP/1.1\\r\\nHost: ram.aliyuncs.com\\r\\n\\r\\n")
            print(stream.recv(1000).split()[1].decode())
        try:
            connection("example.com")
        except OSError:
            print("stopped")
    """),
}


@pytest.mark.parametrize("client", UNLED)
def test_what_takes_no_proxy_is_led_in_a_network_of_its_own(tmp_path, client):
    interpreter, suffix, program = UNLED[client]
    interpreter = os.environ.get("NODE", interpreter) if interpreter == "node" else interpreter
    done = run(tmp_path, program, interpreter=interpreter, suffix=suffix)
    if "acslab: not isolated" in done.stderr:
        # Where there are no such networks, that has been told, and nothing is run where it must be in one.
        assert run(tmp_path, program, "--isolate", interpreter=interpreter, suffix=suffix).returncode == 2
        return
    assert (done.returncode, done.stdout) == (0, "400\nstopped\n"), done.stderr
    assert "acslab: refused: 1 host that the cloud does not serve\n  example.com:443" in done.stderr, done.stderr


def test_each_run_has_a_cloud_of_its_own(tmp_path):
    # A cloud for each: what one makes the next does not find.
    first = run(tmp_path, OPENAPI)
    second = run(tmp_path, OPENAPI)
    assert first.stdout == second.stdout == "['alice']\n", second.stderr
    assert not list(pathlib.Path(tmp_path).glob("acslab-exec-*"))
