"""The older SDKs: aliyun-python-sdk-core, with -ram and -sts"""

import json

import pytest
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.auth.credentials import StsTokenCredential
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest
from aliyunsdkram.request.v20150501 import CreateUserRequest, GetUserRequest, ListUsersRequest
from aliyunsdksts.request.v20150401 import AssumeRoleRequest, GetCallerIdentityRequest

from cloud import COMPANY, REGION, Cloud, Key
from openapi import allow, trust


def client(key: Key) -> AcsClient:
    if key.token:
        return AcsClient(region_id=REGION, credential=StsTokenCredential(key.id, key.secret, key.token))
    return AcsClient(key.id, key.secret, REGION)


def send(cloud: Cloud, key: Key, request, **parameters) -> dict:
    request.set_endpoint(cloud.address)
    request.set_protocol_type("http")
    request.set_accept_format("json")
    for name, value in parameters.items():
        getattr(request, f"set_{name}")(value)
    return json.loads(client(key).do_action_with_exception(request))


def test_ram_answers(cloud, prefix):
    user = send(cloud, cloud.owner, CreateUserRequest.CreateUserRequest(), UserName=prefix, DisplayName="A B*~/测试")
    assert (user["User"]["UserName"], user["User"]["DisplayName"]) == (prefix, "A B*~/测试")
    got = send(cloud, cloud.owner, GetUserRequest.GetUserRequest(), UserName=prefix)
    assert got["User"]["UserId"] == user["User"]["UserId"]
    users = send(cloud, cloud.owner, ListUsersRequest.ListUsersRequest(), MaxItems=1000)
    assert prefix in [one["UserName"] for one in users["Users"]["User"]]


def test_a_refusal_is_the_sdk_s_own_exception(cloud, company, prefix):
    key = company.user(prefix)
    with pytest.raises(ServerException) as caught:
        send(cloud, key, GetUserRequest.GetUserRequest(), UserName=prefix)
    error = caught.value
    assert (error.http_status, error.error_code) == (403, "NoPermission")
    assert error.message.startswith("You are not authorized to do this action.")
    assert len(error.request_id) == 36

    with pytest.raises(ServerException) as caught:
        send(cloud, cloud.owner, GetUserRequest.GetUserRequest(), UserName=f"{prefix}-no")
    assert (caught.value.http_status, caught.value.error_code) == (404, "EntityNotExist.User")


def test_the_sdk_recognises_a_wrong_secret(cloud):
    """It compares its own string to sign with the one in the answer; only where both agree it blames the secret."""
    with pytest.raises(ServerException) as caught:
        send(cloud, Key(cloud.owner.id, "x" * 30), GetCallerIdentityRequest.GetCallerIdentityRequest())
    assert caught.value.error_code == "InvalidAccessKeySecret"


def test_a_session(cloud, company, prefix):
    arn = company.role(prefix, trust(RAM=f"acs:ram::{COMPANY}:root"), allow("ram:GetUser"))
    key = company.user(f"{prefix}-u", allow("sts:AssumeRole"))
    request = AssumeRoleRequest.AssumeRoleRequest()
    answer = send(cloud, key, request, RoleArn=arn, RoleSessionName="session", DurationSeconds=900)
    credentials = answer["Credentials"]
    session = Key(credentials["AccessKeyId"], credentials["AccessKeySecret"], credentials["SecurityToken"])
    who = send(cloud, session, GetCallerIdentityRequest.GetCallerIdentityRequest())
    assert who["Arn"] == f"acs:ram::{COMPANY}:assumed-role/{prefix}/session"
    send(cloud, session, GetUserRequest.GetUserRequest(), UserName=f"{prefix}-u")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_common_request_names_domain_version_and_action(cloud, method):
    request = CommonRequest(domain=cloud.address, version="2015-04-01", action_name="GetCallerIdentity")
    request.set_method(method)
    request.set_protocol_type("http")
    assert json.loads(client(cloud.owner).do_action_with_exception(request))["AccountId"] == COMPANY


@pytest.mark.filterwarnings("ignore:.*do_action_with_exception")
def test_without_a_format_the_answer_is_xml(cloud):
    request = GetCallerIdentityRequest.GetCallerIdentityRequest()
    request.set_endpoint(cloud.address)
    request.set_protocol_type("http")
    request.set_accept_format("xml")
    answer = client(cloud.owner).do_action(request).decode()
    assert answer.startswith("<?xml")
    assert f"<AccountId>{COMPANY}</AccountId>" in answer
