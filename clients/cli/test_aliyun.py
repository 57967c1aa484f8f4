"""The aliyun CLI, configured by profiles as a person would"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess

import pytest

from cloud import COMPANY, REGION, ROOT, Cloud, Key, program


class Aliyun:
    """The CLI with a home of its own."""

    def __init__(self, cloud: Cloud, home):
        self.cloud, self.home = cloud, home

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess:
        environment = {
            "HOME": str(self.home), "PATH": os.environ["PATH"], "SSL_CERT_FILE": self.cloud.authority, **more,
        }
        return subprocess.run(
            [os.environ["ALIYUN"], *arguments],
            cwd=self.home, env=environment, capture_output=True, text=True, timeout=60,
        )

    def profile(self, name: str, mode: str, key: Key, *more: str) -> None:
        command = ["configure", "set", "--profile", name, "--mode", mode, "--region", REGION]
        command += ["--access-key-id", key.id, "--access-key-secret", key.secret]
        if key.token:
            command += ["--sts-token", key.token]
        done = self.run(*command, *more)
        assert done.returncode == 0, done.stderr

    def call(self, profile: str, *arguments: str) -> dict:
        done = self.try_call(profile, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def try_call(self, profile: str, *arguments: str) -> subprocess.CompletedProcess:
        return self.run(*arguments, "--insecure", *self.where(profile))

    def where(self, profile: str) -> list[str]:
        return ["--endpoint", self.cloud.address, "--profile", profile]

    def oss(self, profile: str, *arguments: str) -> subprocess.CompletedProcess:
        return self.run("oss", *arguments, "--endpoint", self.cloud.url, "--profile", profile)

    def fails(self, profile: str, code: str, *arguments: str) -> None:
        done = self.try_call(profile, *arguments)
        assert done.returncode != 0, done.stdout
        assert f"ErrorCode: {code}" in done.stdout + done.stderr


@pytest.fixture
def aliyun(cloud, tmp_path) -> Aliyun:
    aliyun = Aliyun(cloud, tmp_path)
    aliyun.profile("owner", "AK", cloud.owner)
    return aliyun


def policy(action: str, resource: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "1", "Statement": [statement]})


def trust() -> str:
    principal = {"RAM": [f"acs:ram::{COMPANY}:root"]}
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return json.dumps({"Version": "1", "Statement": [statement]})


def make_user(aliyun: Aliyun, name: str) -> Key:
    aliyun.call("owner", "ram", "CreateUser", "--UserName", name, "--DisplayName", "A B*~/测试")
    key = aliyun.call("owner", "ram", "CreateAccessKey", "--UserName", name)["AccessKey"]
    return Key(key["AccessKeyId"], key["AccessKeySecret"])


def grant(aliyun: Aliyun, name: str, action: str, resource: str) -> None:
    document = policy(action, resource)
    aliyun.call("owner", "ram", "CreatePolicy", "--PolicyName", name, "--PolicyDocument", document)
    user = ["--UserName", name, "--PolicyName", name, "--PolicyType", "Custom"]
    aliyun.call("owner", "ram", "AttachPolicyToUser", *user)


def test_an_ak_profile(aliyun, prefix):
    make_user(aliyun, prefix)
    user = aliyun.call("owner", "ram", "GetUser", "--UserName", prefix)["User"]
    assert (user["UserName"], user["DisplayName"]) == (prefix, "A B*~/测试")
    users = aliyun.call("owner", "ram", "ListUsers", "--MaxItems", "1000")["Users"]["User"]
    assert prefix in [one["UserName"] for one in users]
    who = aliyun.call("owner", "sts", "GetCallerIdentity")
    assert (who["IdentityType"], who["AccountId"]) == ("Account", COMPANY)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_either_method(aliyun, method):
    assert aliyun.call("owner", "sts", "GetCallerIdentity", "--method", method)["AccountId"] == COMPANY


def test_pages_hold_every_user_once(aliyun, prefix):
    names = {f"{prefix}-{number}" for number in range(3)}
    for name in names:
        aliyun.call("owner", "ram", "CreateUser", "--UserName", name)
    first = aliyun.call("owner", "ram", "ListUsers", "--MaxItems", "1")
    assert (first["IsTruncated"], len(first["Users"]["User"])) == (True, 1)
    seen = [one["UserName"] for one in first["Users"]["User"]]
    page = first
    while page["IsTruncated"]:
        page = aliyun.call("owner", "ram", "ListUsers", "--MaxItems", "1000", "--Marker", page["Marker"])
        seen += [one["UserName"] for one in page["Users"]["User"]]
    assert names <= set(seen)
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("product, users", [("ram", "Users"), ("ims", "Users"), ("ims", "UserBasicInfos")])
def test_the_pager_joins_pages(aliyun, prefix, product, users):
    names = {f"{prefix}-{number}" for number in range(2)}
    for name in names:
        aliyun.call("owner", "ram", "CreateUser", "--UserName", name)
    action = "ListUserBasicInfos" if users == "UserBasicInfos" else "ListUsers"
    joined = aliyun.call("owner", product, action, "--MaxItems", "1", "--pager", "NextToken=Marker")
    (listed,) = joined[users].values()
    # IMS names users by their principal names.
    seen = {(one.get("UserName") or one["UserPrincipalName"]).partition("@")[0] for one in listed}
    assert names <= seen


def test_what_is_deleted_is_gone(aliyun, prefix):
    make_user(aliyun, prefix)
    aliyun.fails("owner", "DeleteConflict.User.AccessKey", "ram", "DeleteUser", "--UserName", prefix)
    (key,) = aliyun.call("owner", "ram", "ListAccessKeys", "--UserName", prefix)["AccessKeys"]["AccessKey"]
    key = ["--UserName", prefix, "--UserAccessKeyId", key["AccessKeyId"]]
    aliyun.call("owner", "ram", "DeleteAccessKey", *key)
    aliyun.call("owner", "ram", "DeleteUser", "--UserName", prefix)
    aliyun.fails("owner", "EntityNotExist.User", "ram", "GetUser", "--UserName", prefix)


def test_https(aliyun, tmp_path):
    asked = ["sts", "GetCallerIdentity", *aliyun.where("owner")]
    trusted = aliyun.run(*asked)
    assert (trusted.returncode, json.loads(trusted.stdout)["AccountId"]) == (0, COMPANY), trusted.stderr
    aliyun.cloud = dataclasses.replace(aliyun.cloud, authority=str(tmp_path))
    assert "failed to verify certificate" in aliyun.run(*asked).stderr


def test_resource_groups(aliyun, prefix):
    group = ["--Name", prefix, "--DisplayName", "A B*~/测试"]
    made = aliyun.call("owner", "resourcemanager", "CreateResourceGroup", *group)["ResourceGroup"]
    # The CLI pages by numbers where the token is named empty.
    pages = ["--PageSize", "1", "--pager", "NextToken="]
    listed = aliyun.call("owner", "resourcemanager", "ListResourceGroups", *pages)["ResourceGroups"]
    assert {made["Id"]} < {one["Id"] for one in listed["ResourceGroup"]}
    named = ["--ResourceGroupId", made["Id"]]
    got = aliyun.call("owner", "resourcemanager", "GetResourceGroup", *named)["ResourceGroup"]
    assert (got["Name"], got["DisplayName"]) == (prefix, "A B*~/测试")
    aliyun.call("owner", "resourcemanager", "DeleteResourceGroup", *named)


@pytest.fixture
def open_oss(aliyun) -> None:
    opened = aliyun.try_call("owner", "oss-admin", "OpenOssService", "--version", "2019-04-22", "--force")
    assert opened.returncode == 0 or "ORDER.OPEND" in opened.stderr


@pytest.mark.usefixtures("open_oss")
def test_the_commands_of_the_readme_and_of_the_page_on_clients(aliyun, cloud, tmp_path_factory):
    """With no profile: the keys come from the environment."""
    pages = [(ROOT / page).read_text() for page in ("README.md", "docs/clients.md")]
    commands = [re.findall(r"^aliyun ((?:ram|oss) .*)$", page, re.MULTILINE) for page in pages]
    assert [len(on_page) for on_page in commands] == [2, 2]
    aliyun.home = tmp_path_factory.mktemp("home")
    keys = {"ALIBABA_CLOUD_ACCESS_KEY_ID": cloud.owner.id, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": cloud.owner.secret}
    for command in dict.fromkeys(sum(commands, [])):
        done = aliyun.run(*command.replace("127.0.0.1:8820", cloud.address).split(), **keys)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.usefixtures("open_oss")
def test_oss(aliyun, prefix):
    bucket, file, copy = f"oss://{prefix}", aliyun.home / "file.txt", aliyun.home / "copy.txt"
    file.write_text("hello")

    def done(*arguments: str) -> str:
        ended = aliyun.oss("owner", *arguments)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    done("mb", bucket)
    done("cp", str(file), f"{bucket}/file.txt")
    assert f"{bucket}/file.txt" in done("ls", bucket)
    done("cp", f"{bucket}/file.txt", str(copy))
    assert copy.read_text() == "hello"
    aliyun.profile("user", "AK", make_user(aliyun, prefix))
    denied = aliyun.oss("user", "ls", bucket)
    assert denied.returncode != 0
    assert "StatusCode=403, ErrorCode=AccessDenied" in denied.stderr
    done("rm", f"{bucket}/file.txt")
    done("rm", bucket, "-b", "-f")
    assert bucket not in done("ls")


def test_errors_have_their_codes(aliyun, cloud, prefix):
    aliyun.fails("owner", "EntityNotExist.User", "ram", "GetUser", "--UserName", prefix)
    aliyun.profile("wrong", "AK", Key(cloud.owner.id, "x" * 30))
    done = aliyun.try_call("wrong", "ram", "ListUsers")
    assert done.returncode != 0
    assert "ErrorCode: SignatureDoesNotMatch" in done.stderr
    # The CLI blames the secret only where its own string to sign equals the one in the answer.
    assert "Recommend: InvalidAccessKeySecret" in done.stderr


def test_a_user_is_denied_until_a_policy_allows(aliyun, prefix):
    aliyun.profile("user", "AK", make_user(aliyun, prefix))
    denied = aliyun.try_call("user", "ram", "GetUser", "--UserName", prefix).stderr
    assert "ErrorCode: NoPermission" in denied
    for part in ("AuthAction:ram:GetUser", "NoPermissionType:ImplicitDeny", "AuthPrincipalType:SubUser"):
        assert part in denied
    grant(aliyun, prefix, "ram:GetUser", f"acs:ram:*:{COMPANY}:user/{prefix}")
    assert aliyun.call("user", "ram", "GetUser", "--UserName", prefix)["User"]["UserName"] == prefix
    aliyun.fails("user", "NoPermission", "ram", "GetUser", "--UserName", f"{prefix}-other")


def make_role(aliyun: Aliyun, name: str) -> str:
    role = ["--RoleName", name, "--AssumeRolePolicyDocument", trust()]
    return aliyun.call("owner", "ram", "CreateRole", *role)["Role"]["Arn"]


def test_a_ststoken_profile(aliyun, prefix):
    arn = make_role(aliyun, prefix)
    aliyun.profile("user", "AK", make_user(aliyun, f"{prefix}-u"))
    assume = ["sts", "AssumeRole", "--RoleArn", arn, "--RoleSessionName", "session"]
    aliyun.fails("user", "NoPermission", *assume)
    grant(aliyun, f"{prefix}-u", "sts:AssumeRole", arn)
    session = aliyun.call("user", *assume)["Credentials"]
    key = Key(session["AccessKeyId"], session["AccessKeySecret"], session["SecurityToken"])
    aliyun.profile("session", "StsToken", key)
    who = aliyun.call("session", "sts", "GetCallerIdentity")
    assert who["Arn"] == f"acs:ram::{COMPANY}:assumed-role/{prefix}/session"
    aliyun.fails("session", "NoPermission", "ram", "ListUsers")


def test_a_ramrolearn_profile(aliyun, cloud, prefix):
    """The CLI asks STS for a session by itself, over https only."""
    arn = make_role(aliyun, prefix)
    key = make_user(aliyun, f"{prefix}-u")
    more = ["--ram-role-arn", arn, "--role-session-name", "job", "--sts-endpoint", cloud.address]
    aliyun.profile("role", "RamRoleArn", key, *more)
    refused = aliyun.try_call("role", "sts", "GetCallerIdentity")
    assert refused.returncode != 0
    assert "NoPermission" in refused.stdout + refused.stderr
    grant(aliyun, f"{prefix}-u", "sts:AssumeRole", arn)
    who = aliyun.call("role", "sts", "GetCallerIdentity")
    assert who["Arn"] == f"acs:ram::{COMPANY}:assumed-role/{prefix}/job"


def test_without_an_endpoint_in_a_cloud_of_its_own(tmp_path):
    def run(*command: str) -> str:
        environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
        done = subprocess.run(
            [program(), "exec", "--open", "oss", "--", os.environ["ALIYUN"], *command],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert json.loads(run("sts", "GetCallerIdentity"))["AccountId"] == COMPANY
    assert json.loads(run("ram", "ListUsers"))["Users"] == {"User": []}
    assert "Bucket Number is: 0" in run("oss", "ls")
