"""The plugin, as tests use it, and what a report shows."""

import pathlib
import subprocess
import sys

import pytest

import acslab
from acslab import AcslabError, Cloud

HERE = pathlib.Path(__file__).parent
READER = HERE / "reader.json"

# A call without an SDK: unsigned, or of the control surface.
CALLED = """
import hashlib, hmac, base64, urllib.parse, urllib.request, urllib.error, datetime, uuid

def call(identity, action, **parameters):
    asked = {"Action": action, "Version": "2015-05-01", "Format": "JSON", "AccessKeyId": identity.key_id,
             "SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0", "SignatureNonce": uuid.uuid4().hex,
             "Timestamp": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), **parameters}
    quote = lambda text: urllib.parse.quote(text, safe="~")
    query = "&".join(f"{quote(name)}={quote(asked[name])}" for name in sorted(asked))
    signed = hmac.new(f"{identity.key_secret}&".encode(), f"GET&%2F&{quote(query)}".encode(), hashlib.sha1).digest()
    url = f"{identity.endpoint}/?{query}&Signature={quote(base64.b64encode(signed).decode())}"
    try:
        return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url).status
    except urllib.error.HTTPError as error:
        return error.code
"""
exec(CALLED)


def test_each_test_has_an_account_of_its_own(acslab_account):
    assert call(acslab_account, "CreateUser", UserName="alice") == 200


def test_and_finds_nothing_of_another(acslab_account):
    assert call(acslab_account, "GetUser", UserName="alice") == 404


def test_people_have_policies_of_files_by_name_and_as_documents(acslab_account):
    document = {"Version": "1", "Statement": [{"Effect": "Deny", "Action": "ram:GetUser", "Resource": "*"}]}
    by_file = acslab_account.user("by-file", READER)
    by_path = acslab_account.user("by-path", str(READER))
    by_name = acslab_account.user("by-name", "AliyunRAMReadOnlyAccess")
    both = acslab_account.user("both", READER, document)
    answers = [call(one, "GetUser", UserName="both") for one in (by_file, by_path, by_name, both)]
    assert answers == [200, 200, 200, 403]
    assert call(by_name, "ListUsers") == 200 and call(by_file, "ListUsers") == 403
    denied = acslab_account.denials()
    assert len(denied) == 2 and "needs ram:GetUser" in denied[0] and "denied by both-2" in denied[0]
    assert "needs ram:ListUsers" in denied[1] and "no statement allows it" in denied[1]
    with pytest.raises(AcslabError, match="EntityAlreadyExists.User"):
        acslab_account.user("both")


@pytest.mark.acslab(open=["oss"], name="with-oss")
def test_a_marker_says_what_the_account_is(acslab_account):
    assert acslab_account.name == "with-oss"
    state = acslab_account.cloud.control("POST", "state", {"accounts": ["with-oss"]})
    assert "oss" in str(state["accounts"]["with-oss"]["activated"])


def test_the_environment_is_set(acslab_account, acslab_environment, monkeypatch):
    import os

    assert os.environ["OSS_ACCESS_KEY_ID"] == acslab_account.key_id
    assert os.environ["ACSLAB_ENDPOINT"] == acslab_account.endpoint
    assert "key_secret" not in repr(acslab_account)


def test_a_test_that_fails_shows_what_was_denied(pytester, acslab, monkeypatch):
    monkeypatch.setenv("ACSLAB_ENDPOINT", acslab.endpoint)
    pytester.makepyfile(CALLED + """
def test_it(acslab_account):
    alice = acslab_account.user("alice")
    assert call(alice, "ListUsers") == 200

def test_that_holds(acslab_account):
    assert call(acslab_account.user("alice"), "ListUsers") == 403
""")
    result = pytester.runpytest()
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["*acslab: denied*", "Ram.ListUsers by acs:ram::*:user/alice: 403 NoPermission", "  needs ram:ListUsers on *: no statement allows it"])


def test_accounts_are_gone_after_their_test(pytester, acslab, monkeypatch):
    monkeypatch.setenv("ACSLAB_ENDPOINT", acslab.endpoint)
    before = len(acslab.control("GET", "accounts")["accounts"])
    pytester.makepyfile("def test_it(acslab_account): pass\ndef test_other(acslab_account): assert False")
    pytester.runpytest().assert_outcomes(passed=1, failed=1)
    assert len(acslab.control("GET", "accounts")["accounts"]) == before


def test_a_cloud_ends_with_whoever_started_it():
    script = "from acslab import Cloud; import os; print(Cloud.start().endpoint, flush=True); os._exit(1)"
    endpoint = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout.strip()
    cloud = Cloud(endpoint)
    for _ in range(100):
        try:
            cloud.control("GET", "health")
        except OSError:
            return
        __import__("time").sleep(0.1)
    pytest.fail("it still answers")


def test_what_is_missing_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("ACSLAB", str(tmp_path / "nowhere"))
    with pytest.raises(AcslabError, match="there is no such program"):
        acslab.find_program()
    monkeypatch.delenv("ACSLAB")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    with pytest.raises(AcslabError, match="put it on the PATH"):
        acslab.find_program()
