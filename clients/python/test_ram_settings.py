"""alibabacloud_ram20150501: logon, MFA, service-linked roles, tags, settings, diagnostics"""

import base64
import datetime
import hashlib
import hmac

import pytest
from alibabacloud_ram20150501 import models as ram
from alibabacloud_resourcemanager20200331 import models as rm

import cloud as acslab
from cloud import COMPANY
from openapi import Account, allow, fails, ram_client, resource_manager_client, trust

PASSWORD = "Sample-Passw0rd"


@pytest.fixture(scope="module")
def cloud(plain_environment):
    """A cloud of their own: settings bind the whole account."""
    started = acslab.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def company(cloud) -> Account:
    return Account(cloud, cloud.owner)


@pytest.fixture(scope="module")
def partner(cloud) -> Account:
    return Account(cloud, cloud.partner)


def test_a_login_profile(company, prefix):
    company.ram.create_user(ram.CreateUserRequest(user_name=prefix))
    get = ram.GetLoginProfileRequest(user_name=prefix)
    with fails("EntityNotExist.User.LoginProfile", 404):
        company.ram.get_login_profile(get)
    with fails("InvalidParameter.Password.TooWeak", 400):
        company.ram.create_login_profile(ram.CreateLoginProfileRequest(user_name=prefix, password="short"))
    made = company.ram.create_login_profile(
        ram.CreateLoginProfileRequest(user_name=prefix, password=PASSWORD, password_reset_required=True)
    ).body.login_profile
    assert (made.user_name, made.password_reset_required, made.mfabind_required) == (prefix, True, False)
    with fails("EntityAlreadyExists.User.LoginProfile", 409):
        company.ram.create_login_profile(ram.CreateLoginProfileRequest(user_name=prefix, password=PASSWORD))
    company.ram.update_login_profile(ram.UpdateLoginProfileRequest(user_name=prefix, mfabind_required=True))
    got = company.ram.get_login_profile(get).body.login_profile
    assert (got.password_reset_required, got.mfabind_required) == (True, True)
    with fails("DeleteConflict.User.LoginProfile", 409):
        company.ram.delete_user(ram.DeleteUserRequest(user_name=prefix))
    company.ram.delete_login_profile(ram.DeleteLoginProfileRequest(user_name=prefix))
    company.ram.delete_user(ram.DeleteUserRequest(user_name=prefix))


def codes(seed: str, now: datetime.datetime) -> list[str]:
    """The codes of RFC 6238 for the last window of 30 seconds and this one."""
    key = base64.b32decode(seed + "=" * (-len(seed) % 8))
    this = int(now.timestamp()) // 30

    def code(counter: int) -> str:
        digest = hmac.new(key, counter.to_bytes(8, "big"), hashlib.sha1).digest()
        at = digest[-1] & 15
        return f"{(int.from_bytes(digest[at:at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"

    return [code(this - 1), code(this)]


def test_a_virtual_mfa_device(cloud, company, prefix):
    company.ram.create_user(ram.CreateUserRequest(user_name=prefix))
    device = company.ram.create_virtual_mfadevice(
        ram.CreateVirtualMFADeviceRequest(virtual_mfadevice_name=prefix)
    ).body.virtual_mfadevice
    assert device.serial_number == f"acs:ram::{COMPANY}:mfa/{prefix}"
    assert base64.b64decode(device.qrcode_png).startswith(b"\x89PNG")

    def bind(first, second):
        company.ram.bind_mfadevice(
            ram.BindMFADeviceRequest(
                user_name=prefix, serial_number=device.serial_number,
                authentication_code_1=first, authentication_code_2=second,
            )
        )

    now = datetime.datetime.fromisoformat(cloud.control("GET", "health")["time"])
    first, second = codes(device.base_32string_seed, now)
    with fails("CheckAuthenticationCodeFail", 403):
        bind(second, first)
    bind(first, second)
    info = company.ram.get_user_mfainfo(ram.GetUserMFAInfoRequest(user_name=prefix)).body.mfadevice
    assert (info.serial_number, info.type) == (device.serial_number, "VMFA")
    with fails("DeleteConflict.VirtualMFADevice.User", 409):
        company.ram.delete_virtual_mfadevice(
            ram.DeleteVirtualMFADeviceRequest(serial_number=device.serial_number)
        )
    company.ram.unbind_mfadevice(ram.UnbindMFADeviceRequest(user_name=prefix))
    company.ram.delete_virtual_mfadevice(ram.DeleteVirtualMFADeviceRequest(serial_number=device.serial_number))
    devices = company.ram.list_virtual_mfadevices().body.virtual_mfadevices.virtual_mfadevice
    assert device.serial_number not in [one.serial_number for one in devices]


def test_tags_and_a_condition_on_them(cloud, company, prefix):
    for name in (f"{prefix}-blue", f"{prefix}-red"):
        company.role(name, trust(Service="ecs.aliyuncs.com"))

    def tag(name, value):
        company.ram.tag_resources(
            ram.TagResourcesRequest(
                resource_type="role", resource_names=[name],
                tag=[ram.TagResourcesRequestTag(key="team", value=value)],
            )
        )

    tag(f"{prefix}-blue", "blue")
    tag(f"{prefix}-red", "red")
    listed = company.ram.list_tag_resources(
        ram.ListTagResourcesRequest(resource_type="role", resource_names=[f"{prefix}-blue"])
    ).body.tag_resources
    assert [(one.resource_name, one.tag_key, one.tag_value) for one in listed] == [(f"{prefix}-blue", "team", "blue")]

    blue = {"StringEquals": {"acs:ResourceTag/team": "blue"}}
    user = ram_client(cloud, company.user(prefix, allow("ram:GetRole", condition=blue)))
    user.get_role(ram.GetRoleRequest(role_name=f"{prefix}-blue"))
    with fails("NoPermission", 403):
        user.get_role(ram.GetRoleRequest(role_name=f"{prefix}-red"))
    company.ram.untag_resources(
        ram.UntagResourcesRequest(resource_type="role", resource_names=[f"{prefix}-blue"], tag_keys=["team"])
    )
    with fails("NoPermission", 403):
        user.get_role(ram.GetRoleRequest(role_name=f"{prefix}-blue"))


def test_a_service_linked_role(cloud, company):
    made = company.ram.create_service_linked_role(
        ram.CreateServiceLinkedRoleRequest(service_name="xtrace.aliyuncs.com")
    ).body.role
    assert (made.role_name, made.is_service_linked_role) == ("AliyunServiceRoleForXtrace", True)
    policies = company.ram.list_policies_for_role(
        ram.ListPoliciesForRoleRequest(role_name=made.role_name)
    ).body.policies.policy
    assert [one.policy_name for one in policies] == ["AliyunServiceRolePolicyForXtrace"]
    with fails("EntityAlreadyExists.Role", 409):
        company.ram.create_service_linked_role(
            ram.CreateServiceLinkedRoleRequest(service_name="xtrace.aliyuncs.com")
        )
    task = company.ram.delete_service_linked_role(
        ram.DeleteServiceLinkedRoleRequest(role_name=made.role_name)
    ).body.deletion_task_id
    assert task.startswith(f"task/acs-service-role/xtrace.aliyuncs.com/{made.role_name}/")
    status = resource_manager_client(cloud, cloud.owner).get_service_linked_role_deletion_status(
        rm.GetServiceLinkedRoleDeletionStatusRequest(deletion_task_id=task)
    ).body.status
    assert status == "SUCCEEDED"
    with fails("EntityNotExist.Role", 404):
        company.ram.get_role(ram.GetRoleRequest(role_name=made.role_name))


def test_the_account_s_alias(company):
    assert company.ram.get_account_alias().body.account_alias == COMPANY
    company.ram.set_account_alias(ram.SetAccountAliasRequest(account_alias="example-company"))
    assert company.ram.get_account_alias().body.account_alias == "example-company"
    with fails("InvalidParameter.AccountAlias.Format", 400):
        company.ram.set_account_alias(ram.SetAccountAliasRequest(account_alias="-example-"))
    company.ram.clear_account_alias()
    assert company.ram.get_account_alias().body.account_alias == COMPANY


def test_the_password_policy_binds_new_passwords(partner, prefix):
    partner.ram.create_user(ram.CreateUserRequest(user_name=prefix))
    policy = partner.ram.set_password_policy(
        ram.SetPasswordPolicyRequest(minimum_password_length=20, require_symbols=True)
    ).body.password_policy
    assert (policy.minimum_password_length, policy.require_symbols) == (20, True)
    with fails("InvalidParameter.Password.TooWeak", 400):
        partner.ram.create_login_profile(ram.CreateLoginProfileRequest(user_name=prefix, password=PASSWORD))
    partner.ram.create_login_profile(ram.CreateLoginProfileRequest(user_name=prefix, password=PASSWORD * 2))


def test_the_security_preference(partner):
    before = partner.ram.get_security_preference().body.security_preference
    assert before.access_key_preference.allow_user_to_manage_access_keys is False
    partner.ram.set_security_preference(ram.SetSecurityPreferenceRequest(login_session_duration=2))
    after = partner.ram.get_security_preference().body.security_preference
    assert after.login_profile_preference.login_session_duration == 2
    assert after.access_key_preference.allow_user_to_manage_access_keys is False


def test_a_diagnostic_message_says_what_was_denied(cloud, company, prefix):
    key = company.user(prefix)
    with fails("NoPermission", 403) as caught:
        ram_client(cloud, key).get_user(ram.GetUserRequest(user_name=prefix))
    encoded = caught.value.access_denied_detail["EncodedDiagnosticMessage"]
    decoded = company.ram.decode_diagnostic_message(
        ram.DecodeDiagnosticMessageRequest(encoded_diagnostic_message=encoded)
    ).body.decoded_diagnostic_message
    assert (decoded.auth_action, decoded.explicit_deny) == ("ram:GetUser", False)
    assert decoded.auth_resource == f"acs:ram:*:{COMPANY}:user/{prefix}"
    assert decoded.auth_principal.auth_principal_type == "SubUser"


def test_when_a_key_was_last_used(cloud, company, prefix):
    key = company.user(prefix, allow("ram:GetUser"))
    request = ram.GetAccessKeyLastUsedRequest(user_name=prefix, user_access_key_id=key.id)
    before = company.ram.get_access_key_last_used(request).body.access_key_last_used.last_used_date
    assert before in (None, "", "N/A")
    ram_client(cloud, key).get_user(ram.GetUserRequest(user_name=prefix))
    after = company.ram.get_access_key_last_used(request).body.access_key_last_used.last_used_date
    assert after.endswith("Z")
