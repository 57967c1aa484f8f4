"""The way of a new project through the official SDKs: user, key, policy, role, session, object."""

import oss2
import pytest
from alibabacloud_ram20150501 import models as ram
from alibabacloud_sts20150401 import models as sts

from cloud import COMPANY, Key
from openapi import allow, document, fails, ram_client, sts_client, trust
from oss import oss2_bucket, oss_v2_client


@pytest.mark.usefixtures("open_oss")
def test_from_a_new_user_to_an_object_that_its_session_wrote(cloud, prefix):
    owner = ram_client(cloud, cloud.owner)
    oss2_bucket(cloud, cloud.owner, prefix).create_bucket()

    owner.create_user(ram.CreateUserRequest(user_name=prefix))
    key = owner.create_access_key(ram.CreateAccessKeyRequest(user_name=prefix)).body.access_key
    user = Key(key.access_key_id, key.access_key_secret)

    role = owner.create_role(
        ram.CreateRoleRequest(
            role_name=prefix, assume_role_policy_document=trust(RAM=f"acs:ram::{COMPANY}:user/{prefix}")
        )
    ).body.role
    owner.create_policy(
        ram.CreatePolicyRequest(
            policy_name=f"{prefix}-role",
            policy_document=document(allow(["oss:PutObject", "oss:GetObject"], f"acs:oss:*:*:{prefix}/in/*")),
        )
    )
    owner.attach_policy_to_role(
        ram.AttachPolicyToRoleRequest(policy_type="Custom", policy_name=f"{prefix}-role", role_name=prefix)
    )

    request = sts.AssumeRoleRequest(role_arn=role.arn, role_session_name="job-1")
    with fails("NoPermission", 403):
        sts_client(cloud, user).assume_role(request)
    owner.create_policy(
        ram.CreatePolicyRequest(
            policy_name=f"{prefix}-user", policy_document=document(allow("sts:AssumeRole", role.arn))
        )
    )
    owner.attach_policy_to_user(
        ram.AttachPolicyToUserRequest(policy_type="Custom", policy_name=f"{prefix}-user", user_name=prefix)
    )
    credentials = sts_client(cloud, user).assume_role(request).body.credentials
    session = Key(credentials.access_key_id, credentials.access_key_secret, credentials.security_token)

    as_session = oss2_bucket(cloud, session, prefix)
    as_session.put_object("in/object", b"content")
    assert as_session.get_object("in/object").read() == b"content"
    with pytest.raises(oss2.exceptions.AccessDenied) as caught:
        as_session.put_object("out/object", b"content")
    assert caught.value.code == "AccessDenied"
    with pytest.raises(oss2.exceptions.AccessDenied):
        oss2_bucket(cloud, user, prefix).get_object("in/object")

    owner.detach_policy_from_role(
        ram.DetachPolicyFromRoleRequest(policy_type="Custom", policy_name=f"{prefix}-role", role_name=prefix)
    )
    with pytest.raises(oss2.exceptions.AccessDenied):
        as_session.get_object("in/object")
    assert oss_v2_client(cloud, cloud.owner).is_object_exist(prefix, "in/object")
