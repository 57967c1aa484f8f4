"""alibabacloud_resourcemanager20200331"""

import oss2
import pytest
from alibabacloud_ram20150501 import models as ram
from alibabacloud_resourcemanager20200331 import models as rm

import cloud as acslab
from cloud import COMPANY
from openapi import (
    Account, allow, assume, call, deny, document, fails, ram_client, resource_manager_client, sts_client,
)
from oss import oss2_bucket


@pytest.fixture(scope="module")
def cloud(plain_environment):
    """A cloud of their own: a resource directory binds the whole account."""
    started = acslab.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def company(cloud) -> Account:
    return Account(cloud, cloud.owner)


@pytest.fixture(scope="module")
def owner(cloud):
    return resource_manager_client(cloud, cloud.owner)


def make_group(owner, name: str) -> str:
    request = rm.CreateResourceGroupRequest(name=name, display_name="A team's own")
    return owner.create_resource_group(request).body.resource_group.id


def test_a_resource_group_from_creation_to_deletion(owner, prefix):
    group = make_group(owner, prefix)
    assert group.startswith("rg-")
    with fails("EntityAlreadyExists.ResourceGroup", 409):
        make_group(owner, prefix)
    listed = owner.list_resource_groups(rm.ListResourceGroupsRequest(page_size=100)).body
    assert {"default", prefix} <= {one.name for one in listed.resource_groups.resource_group}
    got = owner.get_resource_group(rm.GetResourceGroupRequest(resource_group_id=group)).body.resource_group
    assert (got.name, got.display_name, got.status) == (prefix, "A team's own", "OK")
    owner.delete_resource_group(rm.DeleteResourceGroupRequest(resource_group_id=group))
    with fails("EntityNotExists.ResourceGroup", 404):
        owner.get_resource_group(rm.GetResourceGroupRequest(resource_group_id="rg-nosuchgroup0000"))


def test_a_policy_attached_at_a_group_s_scope_ends_there(cloud, owner, company, prefix):
    group = make_group(owner, prefix)
    key = company.user(prefix)
    attach = dict(
        resource_group_id=group,
        policy_type="System",
        policy_name="AliyunOSSReadOnlyAccess",
        principal_type="IMSUser",
        principal_name=f"{prefix}@{COMPANY}.onaliyun.com",
    )
    owner.attach_policy(rm.AttachPolicyRequest(**attach))
    with fails("EntityAlreadyExists.User.Policy", 409):
        owner.attach_policy(rm.AttachPolicyRequest(**attach))
    listed = owner.list_policy_attachments(rm.ListPolicyAttachmentsRequest(resource_group_id=group)).body
    found = listed.policy_attachments.policy_attachment
    assert [(one.policy_name, one.principal_name) for one in found] == [
        (attach["policy_name"], attach["principal_name"])
    ]

    call(cloud, cloud.owner, "2019-04-22", "OpenOssService")
    inside, outside = f"{prefix}-in", f"{prefix}-out"
    oss2_bucket(cloud, cloud.owner, inside).create_bucket(headers={"x-oss-resource-group-id": group})
    oss2_bucket(cloud, cloud.owner, outside).create_bucket()
    assert oss2_bucket(cloud, key, inside).get_bucket_info().name == inside
    with pytest.raises(oss2.exceptions.AccessDenied):
        oss2_bucket(cloud, key, outside).get_bucket_info()

    owner.detach_policy(rm.DetachPolicyRequest(**attach))
    with pytest.raises(oss2.exceptions.AccessDenied):
        oss2_bucket(cloud, key, inside).get_bucket_info()
    with fails("EntityNotExist.User.Policy", 404):
        owner.detach_policy(rm.DetachPolicyRequest(**attach))


def test_a_control_policy_binds_what_a_member_account_owns(cloud, owner, company, prefix):
    owner.enable_resource_directory(rm.EnableResourceDirectoryRequest(enable_mode="CurrentAccount"))
    owner.enable_control_policy()
    request = rm.CreateResourceAccountRequest(display_name="production")
    member = owner.create_resource_account(request).body.account.account_id

    # The management account's people work in a member account through the role that comes with it.
    role = f"acs:ram::{member}:role/ResourceDirectoryAccountAccessRole"
    admin = assume(cloud, company.user(prefix, allow("sts:AssumeRole", role)), role)
    assert sts_client(cloud, admin).get_caller_identity().body.account_id == member
    in_member = ram_client(cloud, admin)
    in_member.create_user(ram.CreateUserRequest(user_name="alice"))

    text = document(allow("*"), deny("ram:DeleteUser"))
    created = owner.create_control_policy(
        rm.CreateControlPolicyRequest(policy_name=prefix, effect_scope="RAM", policy_document=text)
    ).body.control_policy
    owner.attach_control_policy(
        rm.AttachControlPolicyRequest(policy_id=created.policy_id, target_id=member)
    )
    with fails("NoPermission", 403) as caught:
        in_member.delete_user(ram.DeleteUserRequest(user_name="alice"))
    detail = caught.value.access_denied_detail
    assert (detail["PolicyType"], detail["NoPermissionType"]) == ("ControlPolicy", "ExplicitDeny")

    owner.detach_control_policy(
        rm.DetachControlPolicyRequest(policy_id=created.policy_id, target_id=member)
    )
    in_member.delete_user(ram.DeleteUserRequest(user_name="alice"))
