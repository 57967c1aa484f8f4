"""alibabacloud_ram20150501"""

import json

import pytest
from alibabacloud_ram20150501 import models as ram

from cloud import COMPANY, Key
from openapi import SIGNATURES, allow, deny, document, fails, ram_client, trust


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_user_from_creation_to_deletion(cloud, prefix, signature):
    client = ram_client(cloud, cloud.owner, signature)
    request = ram.CreateUserRequest(user_name=prefix, display_name="A B*~/测试", comments="a=b&c+d")
    created = client.create_user(request).body.user
    assert (created.user_name, created.display_name, created.comments) == (prefix, "A B*~/测试", "a=b&c+d")
    assert len(created.user_id) == 18

    renamed = client.update_user(
        ram.UpdateUserRequest(user_name=prefix, new_user_name=f"{prefix}-b", new_comments="")
    ).body.user
    assert (renamed.user_id, renamed.user_name) == (created.user_id, f"{prefix}-b")
    with fails("EntityNotExist.User", 404):
        client.get_user(ram.GetUserRequest(user_name=prefix))

    got = client.get_user(ram.GetUserRequest(user_name=f"{prefix}-b")).body.user
    assert (got.user_id, got.display_name, got.comments or "") == (created.user_id, "A B*~/测试", "")
    client.delete_user(ram.DeleteUserRequest(user_name=f"{prefix}-b"))
    with fails("EntityNotExist.User", 404) as caught:
        client.get_user(ram.GetUserRequest(user_name=f"{prefix}-b"))
    assert "The user does not exist." in caught.value.message
    assert len(caught.value.request_id) == 36


def test_a_name_is_taken_once_and_has_a_form(company, prefix):
    company.user(prefix)
    with fails("EntityAlreadyExists.User", 409):
        company.ram.create_user(ram.CreateUserRequest(user_name=prefix))
    with fails("InvalidParameter.UserName.InvalidChars", 400):
        company.ram.create_user(ram.CreateUserRequest(user_name="no blanks"))
    with fails("InvalidParameter.UserName.Length", 400):
        company.ram.create_user(ram.CreateUserRequest(user_name="a" * 65))


def test_pages_hold_every_user_once(company, prefix):
    names = [f"{prefix}-{number}" for number in range(5)]
    for name in names:
        company.ram.create_user(ram.CreateUserRequest(user_name=name))
    seen, marker, pages = [], None, 0
    while True:
        page = company.ram.list_users(ram.ListUsersRequest(max_items=2, marker=marker)).body
        assert len(page.users.user) <= 2
        seen += [user.user_name for user in page.users.user]
        pages += 1
        if not page.is_truncated:
            break
        assert page.marker
        marker = page.marker
    assert pages >= 3
    assert len(seen) == len(set(seen))
    assert set(names) <= set(seen)
    with fails("InvalidParameter.MaxItems", 400):
        company.ram.list_users(ram.ListUsersRequest(max_items=1001))


@pytest.mark.parametrize("signature", SIGNATURES)
def test_an_access_key_from_creation_to_deletion(cloud, company, prefix, signature):
    key = company.user(prefix, allow("ram:GetUser"))
    user = ram_client(cloud, key, signature)
    get = ram.GetUserRequest(user_name=prefix)
    assert user.get_user(get).body.user.user_name == prefix

    listed = company.ram.list_access_keys(ram.ListAccessKeysRequest(user_name=prefix)).body.access_keys.access_key
    assert [(one.access_key_id, one.status) for one in listed] == [(key.id, "Active")]

    def update(status):
        company.ram.update_access_key(
            ram.UpdateAccessKeyRequest(user_name=prefix, user_access_key_id=key.id, status=status)
        )

    update("Inactive")
    with fails("InvalidAccessKeyId.Inactive", 400):
        user.get_user(get)
    update("Active")
    user.get_user(get)
    company.ram.delete_access_key(ram.DeleteAccessKeyRequest(user_name=prefix, user_access_key_id=key.id))
    with fails("InvalidAccessKeyId.NotFound", 404):
        user.get_user(get)


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_wrong_secret_opens_nothing(cloud, company, prefix, signature):
    key = company.user(prefix, allow("*"))
    wrong = ram_client(cloud, Key(key.id, "x" * 30), signature)
    with fails("SignatureDoesNotMatch", 400):
        wrong.create_user(ram.CreateUserRequest(user_name=f"{prefix}-b"))
    with fails("EntityNotExist.User", 404):
        company.ram.get_user(ram.GetUserRequest(user_name=f"{prefix}-b"))


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_user_without_a_policy_is_denied_and_told_why(cloud, company, prefix, signature):
    key = company.user(prefix)
    user_id = company.ram.get_user(ram.GetUserRequest(user_name=prefix)).body.user.user_id
    with fails("NoPermission", 403) as caught:
        ram_client(cloud, key, signature).create_user(ram.CreateUserRequest(user_name=f"{prefix}-b"))
    detail = caught.value.access_denied_detail
    assert {name: detail[name] for name in detail if name != "EncodedDiagnosticMessage"} == {
        "AuthAction": "ram:CreateUser",
        "AuthPrincipalType": "SubUser",
        "AuthPrincipalOwnerId": COMPANY,
        "AuthPrincipalDisplayName": user_id,
        "NoPermissionType": "ImplicitDeny",
        "PolicyType": "AccountLevelIdentityBasedPolicy",
    }
    assert detail["EncodedDiagnosticMessage"]


def test_a_deny_outweighs_an_allow(cloud, company, prefix):
    key = company.user(prefix, allow("ram:*"), deny("ram:DeleteUser"))
    user = ram_client(cloud, key)
    user.create_user(ram.CreateUserRequest(user_name=f"{prefix}-b"))
    with fails("NoPermission", 403) as caught:
        user.delete_user(ram.DeleteUserRequest(user_name=f"{prefix}-b"))
    assert caught.value.access_denied_detail["NoPermissionType"] == "ExplicitDeny"


def test_a_policy_binds_the_resource_that_it_names(cloud, company, prefix):
    mine = f"acs:ram:*:{COMPANY}:user/{prefix}"
    user = ram_client(cloud, company.user(prefix, allow("ram:GetUser", mine)))
    assert user.get_user(ram.GetUserRequest(user_name=prefix)).body.user.user_name == prefix
    with fails("NoPermission", 403):
        user.get_user(ram.GetUserRequest(user_name=f"{prefix}-other"))


def test_a_group_gives_its_members_what_is_attached_to_it(cloud, company, prefix):
    key = company.user(prefix)
    company.policy(prefix, allow("ram:GetUser"))
    group = company.ram.create_group(ram.CreateGroupRequest(group_name=prefix, comments="team")).body.group
    assert (group.group_name, group.comments) == (prefix, "team")
    company.ram.attach_policy_to_group(
        ram.AttachPolicyToGroupRequest(policy_type="Custom", policy_name=prefix, group_name=prefix)
    )
    user, get = ram_client(cloud, key), ram.GetUserRequest(user_name=prefix)
    with fails("NoPermission", 403):
        user.get_user(get)

    member = dict(user_name=prefix, group_name=prefix)
    company.ram.add_user_to_group(ram.AddUserToGroupRequest(**member))
    user.get_user(get)
    with fails("EntityAlreadyExists.User.Group", 409):
        company.ram.add_user_to_group(ram.AddUserToGroupRequest(**member))
    members = company.ram.list_users_for_group(ram.ListUsersForGroupRequest(group_name=prefix)).body.users.user
    assert [one.user_name for one in members] == [prefix]
    groups = company.ram.list_groups_for_user(ram.ListGroupsForUserRequest(user_name=prefix)).body.groups.group
    assert [one.group_name for one in groups] == [prefix]

    with fails("DeleteConflict.Group.User", 409):
        company.ram.delete_group(ram.DeleteGroupRequest(group_name=prefix))
    company.ram.remove_user_from_group(ram.RemoveUserFromGroupRequest(**member))
    with fails("NoPermission", 403):
        user.get_user(get)


def test_a_policy_and_its_versions(cloud, company, prefix):
    user = ram_client(cloud, company.user(prefix, allow("ram:GetUser")))
    get = ram.GetUserRequest(user_name=prefix)
    user.get_user(get)

    text = document(deny("ram:GetUser"))
    version = company.ram.create_policy_version(
        ram.CreatePolicyVersionRequest(policy_name=prefix, policy_document=text, set_as_default=False)
    ).body.policy_version
    assert (version.version_id, version.is_default_version) == ("v2", False)
    user.get_user(get)

    def default(version_id):
        company.ram.set_default_policy_version(
            ram.SetDefaultPolicyVersionRequest(policy_name=prefix, version_id=version_id)
        )

    default("v2")
    with fails("NoPermission", 403):
        user.get_user(get)
    got = company.ram.get_policy(ram.GetPolicyRequest(policy_type="Custom", policy_name=prefix)).body
    assert (got.policy.default_version, got.default_policy_version.policy_document) == ("v2", text)

    versions = company.ram.list_policy_versions(
        ram.ListPolicyVersionsRequest(policy_type="Custom", policy_name=prefix)
    ).body.policy_versions.policy_version
    assert {(one.version_id, one.is_default_version) for one in versions} == {("v1", False), ("v2", True)}
    with fails("DeleteConflict.Policy.Version.Default", 409):
        company.ram.delete_policy_version(
            ram.DeletePolicyVersionRequest(policy_name=prefix, version_id="v2")
        )
    default("v1")
    user.get_user(get)


def test_a_policy_in_use_stays(company, prefix):
    company.user(prefix, allow("ram:GetUser"))
    with fails("DeleteConflict.Policy.User", 409):
        company.ram.delete_policy(ram.DeletePolicyRequest(policy_name=prefix))
    attached = company.ram.list_policies_for_user(ram.ListPoliciesForUserRequest(user_name=prefix)).body
    assert [(one.policy_name, one.policy_type) for one in attached.policies.policy] == [(prefix, "Custom")]
    users = company.ram.list_entities_for_policy(
        ram.ListEntitiesForPolicyRequest(policy_type="Custom", policy_name=prefix)
    ).body.users.user
    assert [one.user_name for one in users] == [prefix]

    company.ram.detach_policy_from_user(
        ram.DetachPolicyFromUserRequest(policy_type="Custom", policy_name=prefix, user_name=prefix)
    )
    company.ram.delete_policy(ram.DeletePolicyRequest(policy_name=prefix))
    with fails("EntityNotExist.Policy", 404):
        company.ram.get_policy(ram.GetPolicyRequest(policy_type="Custom", policy_name=prefix))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        document(),
        json.dumps({"Statement": [allow("ram:*")]}),
        document({"Effect": "allow", "Action": "ram:*", "Resource": "*"}),
        document({"Effect": "Allow", "Action": "ram:*"}),
        document(allow("ram:*", condition={"StringResembles": {"acs:SourceIp": "10.0.0.1"}})),
        document(allow("ram:*"))[:-1] + "  // all of it\n}",
    ],
    ids=["empty", "cut", "array", "no statement", "no version", "effect", "no resource", "operator", "comment"],
)
def test_a_malformed_policy_is_refused_and_not_kept(company, prefix, text):
    code = "MalformedPolicyDocument" if text else "MissingPolicyDocument"
    with fails(code, 400):
        company.ram.create_policy(ram.CreatePolicyRequest(policy_name=prefix, policy_document=text))
    with fails("EntityNotExist.Policy", 404):
        company.ram.get_policy(ram.GetPolicyRequest(policy_type="Custom", policy_name=prefix))


def test_a_system_policy_is_there_and_can_be_attached(cloud, company, prefix):
    name = "AliyunRAMReadOnlyAccess"
    got = company.ram.get_policy(ram.GetPolicyRequest(policy_type="System", policy_name=name)).body
    assert json.loads(got.default_policy_version.policy_document)["Version"] == "1"
    key = company.user(prefix)
    company.ram.attach_policy_to_user(
        ram.AttachPolicyToUserRequest(policy_type="System", policy_name=name, user_name=prefix)
    )
    user = ram_client(cloud, key)
    assert user.get_user(ram.GetUserRequest(user_name=prefix)).body.user.user_name == prefix
    with fails("NoPermission", 403):
        user.delete_user(ram.DeleteUserRequest(user_name=prefix))


def test_a_role_and_its_trust_policy(company, prefix):
    trusted = trust(Service="ecs.aliyuncs.com")
    request = ram.CreateRoleRequest(
        role_name=prefix, assume_role_policy_document=trusted, description="for tests", max_session_duration=7200
    )
    role = company.ram.create_role(request).body.role
    assert role.arn == f"acs:ram::{COMPANY}:role/{prefix}"
    got = company.ram.get_role(ram.GetRoleRequest(role_name=prefix)).body.role
    assert (got.assume_role_policy_document, got.max_session_duration) == (trusted, 7200)

    other = trust(RAM=f"acs:ram::{COMPANY}:root")
    company.ram.update_role(ram.UpdateRoleRequest(role_name=prefix, new_assume_role_policy_document=other))
    got = company.ram.get_role(ram.GetRoleRequest(role_name=prefix)).body.role
    assert got.assume_role_policy_document == other
    assert prefix in [one.role_name for one in company.ram.list_roles(ram.ListRolesRequest(max_items=1000)).body.roles.role]

    with fails("EntityAlreadyExists.Role", 409):
        company.ram.create_role(request)
    with fails("MalformedPolicyDocument", 400):
        company.ram.create_role(
            ram.CreateRoleRequest(role_name=f"{prefix}-b", assume_role_policy_document=document(allow("*")))
        )
    company.ram.delete_role(ram.DeleteRoleRequest(role_name=prefix))
    with fails("EntityNotExist.Role", 404):
        company.ram.get_role(ram.GetRoleRequest(role_name=prefix))


def test_an_account_does_not_see_another(company, partner, prefix):
    company.user(prefix)
    with fails("EntityNotExist.User", 404):
        partner.ram.get_user(ram.GetUserRequest(user_name=prefix))
