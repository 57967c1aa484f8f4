"""alibabacloud_sts20150401"""

import datetime

import pytest
from alibabacloud_ram20150501 import models as ram
from alibabacloud_sts20150401 import models as sts

from cloud import COMPANY, PARTNER, Key
from issuer import now
from openapi import SIGNATURES, allow, assume, document, fails, ram_client, sts_client, trust


def who(cloud, key, signature="v3"):
    return sts_client(cloud, key, signature).get_caller_identity().body


@pytest.mark.parametrize("signature", SIGNATURES)
def test_everybody_may_ask_who_they_are(cloud, company, prefix, signature):
    owner = who(cloud, cloud.owner, signature)
    assert (owner.identity_type, owner.account_id, owner.arn) == ("Account", COMPANY, f"acs:ram::{COMPANY}:root")

    user_key = company.user(prefix)
    user = who(cloud, user_key, signature)
    user_id = company.ram.get_user(ram.GetUserRequest(user_name=prefix)).body.user.user_id
    assert (user.identity_type, user.user_id, user.arn) == ("RAMUser", user_id, f"acs:ram::{COMPANY}:user/{prefix}")

    arn = company.role(prefix, trust(RAM=f"acs:ram::{COMPANY}:root"))
    may = company.user(f"{prefix}-b", allow("sts:AssumeRole", arn))
    session = who(cloud, assume(cloud, may, arn), signature)
    assert (session.identity_type, session.arn) == (
        "AssumedRoleUser",
        f"acs:ram::{COMPANY}:assumed-role/{prefix}/session",
    )


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_session_may_do_what_its_role_may(cloud, company, prefix, signature):
    arn = company.role(prefix, trust(RAM=f"acs:ram::{COMPANY}:root"), allow("ram:GetUser"))
    key = company.user(f"{prefix}-u")
    company.policy(f"{prefix}-u", allow("sts:AssumeRole", arn))
    attach = ram.AttachPolicyToUserRequest(
        policy_type="Custom", policy_name=f"{prefix}-u", user_name=f"{prefix}-u"
    )
    request = sts.AssumeRoleRequest(role_arn=arn, role_session_name="session", duration_seconds=900)
    with fails("NoPermission", 403) as caught:
        sts_client(cloud, key, signature).assume_role(request)
    assert caught.value.access_denied_detail["AuthAction"] == "sts:AssumeRole"

    company.ram.attach_policy_to_user(attach)
    before = now(cloud)
    body = sts_client(cloud, key, signature).assume_role(request).body
    after = now(cloud)
    assert body.assumed_role_user.arn == f"acs:ram::{COMPANY}:role/{prefix}/session"
    assert body.credentials.access_key_id.startswith("STS.")
    assert body.credentials.security_token.startswith("CAIS")
    expires = datetime.datetime.strptime(body.credentials.expiration, "%Y-%m-%dT%H:%M:%SZ")
    # By the cloud's clock, which other tests may have moved.
    assert before + 900 <= expires.replace(tzinfo=datetime.timezone.utc).timestamp() <= after + 900

    credentials = body.credentials
    session = ram_client(
        cloud,
        Key(credentials.access_key_id, credentials.access_key_secret, credentials.security_token),
        signature,
    )
    session.get_user(ram.GetUserRequest(user_name=f"{prefix}-u"))
    with fails("NoPermission", 403) as caught:
        session.delete_user(ram.DeleteUserRequest(user_name=f"{prefix}-u"))
    detail = caught.value.access_denied_detail
    assert (detail["AuthPrincipalType"], detail["AuthPrincipalDisplayName"]) == (
        "AssumedRoleUser",
        f"{prefix}:session",
    )


def test_the_trust_policy_must_name_the_caller(cloud, company, partner, prefix):
    arn = company.role(prefix, trust(RAM=f"acs:ram::{COMPANY}:root"))
    stranger = partner.user(prefix, allow("sts:AssumeRole"))
    with fails("NoPermission", 403):
        assume(cloud, stranger, arn)

    request = ram.UpdateRoleRequest(
        role_name=prefix, new_assume_role_policy_document=trust(RAM=f"acs:ram::{PARTNER}:root")
    )
    company.ram.update_role(request)
    assert who(cloud, assume(cloud, stranger, arn)).account_id == COMPANY
    own = company.user(prefix, allow("sts:AssumeRole"))
    with fails("NoPermission", 403):
        assume(cloud, own, arn)


def test_a_session_policy_only_takes_away(cloud, company, prefix):
    arn = company.role(prefix, trust(RAM=f"acs:ram::{COMPANY}:root"), allow(["ram:GetUser", "ram:ListUsers"]))
    key = company.user(f"{prefix}-u", allow("sts:AssumeRole"))
    policy = document(allow(["ram:GetUser", "ram:DeleteUser"]))
    session = ram_client(cloud, assume(cloud, key, arn, policy=policy))
    session.get_user(ram.GetUserRequest(user_name=f"{prefix}-u"))
    with fails("NoPermission", 403) as caught:
        session.list_users(ram.ListUsersRequest())
    assert caught.value.access_denied_detail["PolicyType"] == "SessionPolicy"
    with fails("NoPermission", 403):
        session.delete_user(ram.DeleteUserRequest(user_name=f"{prefix}-u"))


def test_a_session_ends_with_its_role(cloud, company, prefix):
    arn = company.role(prefix, trust(RAM=f"acs:ram::{COMPANY}:root"))
    session = assume(cloud, company.user(f"{prefix}-u", allow("sts:AssumeRole")), arn)
    assert who(cloud, session).identity_type == "AssumedRoleUser"
    company.ram.delete_role(ram.DeleteRoleRequest(role_name=prefix))
    with pytest.raises(Exception) as caught:
        who(cloud, session)
    assert caught.value.code.startswith(("InvalidSecurityToken", "InvalidAccessKeyId"))


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_session_key_needs_its_own_token(cloud, company, prefix, signature):
    arn = company.role(prefix, trust(RAM=f"acs:ram::{COMPANY}:root"))
    key = company.user(f"{prefix}-u", allow("sts:AssumeRole"))
    first, second = assume(cloud, key, arn), assume(cloud, key, arn)
    with fails("MissingSecurityToken", 400):
        who(cloud, Key(first.id, first.secret), signature)
    with fails("InvalidSecurityToken.MismatchWithAccessKey", 400):
        who(cloud, Key(first.id, first.secret, second.token), signature)
    with fails("InvalidSecurityToken.Malformed", 400):
        who(cloud, Key(first.id, first.secret, "CAISnonsense"), signature)


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"duration_seconds": -1}, "InvalidParameter.DurationSeconds"),
        ({"duration_seconds": 899}, "InvalidParameter.DurationSeconds"),
        ({"duration_seconds": 3601}, "InvalidParameter.DurationSeconds"),
        ({"role_session_name": "no blanks"}, "InvalidParameter.RoleSessionName"),
        ({"role_arn": "acs:ram::role"}, "InvalidParameter.RoleArn"),
        ({"policy": "{"}, "InvalidParameter.PolicyGrammar"),
    ],
    ids=lambda value: str(next(iter(value.items()))) if isinstance(value, dict) else "",
)
def test_what_is_wrong_is_named(cloud, company, prefix, parameters, code):
    arn = company.role(prefix, trust(RAM=f"acs:ram::{COMPANY}:root"))
    key = company.user(prefix + "-u", allow("sts:AssumeRole"))
    good = {"role_arn": arn, "role_session_name": "session"}
    with fails(code, 400):
        sts_client(cloud, key).assume_role(sts.AssumeRoleRequest(**(good | parameters)))


def test_the_account_owner_assumes_no_role(cloud, company, prefix):
    arn = company.role(prefix, trust(RAM=f"acs:ram::{COMPANY}:root"))
    with fails("NoPermission", 403) as caught:
        assume(cloud, cloud.owner, arn)
    assert "Roles may not be assumed by root accounts." in caught.value.message
