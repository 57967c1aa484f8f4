"""alibabacloud_ims20190815"""

import pytest
from alibabacloud_ims20190815 import models as ims
from alibabacloud_ram20150501 import models as ram

from cloud import COMPANY, Key
from openapi import allow, fails, ims_client, ram_client


@pytest.fixture(scope="module")
def owner(cloud):
    return ims_client(cloud, cloud.owner)


def principal(name: str) -> str:
    return f"{name}@{COMPANY}.onaliyun.com"


def test_a_user_by_its_principal_name(owner, company, prefix):
    assert owner.get_default_domain().body.default_domain_name == f"{COMPANY}.onaliyun.com"
    request = ims.CreateUserRequest(user_principal_name=principal(prefix), display_name="A B*~/测试")
    made = owner.create_user(request).body.user
    assert made.user_principal_name == principal(prefix)
    with fails("EntityAlreadyExists.User", 409):
        owner.create_user(request)

    # It is the same user that RAM knows by its plain name.
    user = company.ram.get_user(ram.GetUserRequest(user_name=prefix)).body.user
    assert (user.user_id, user.display_name) == (made.user_id, "A B*~/测试")
    by_id = owner.get_user(ims.GetUserRequest(user_id=made.user_id)).body.user
    assert by_id.user_principal_name == principal(prefix)
    listed = owner.list_users(ims.ListUsersRequest(max_items=1000)).body.users.user
    assert principal(prefix) in [one.user_principal_name for one in listed]
    owner.delete_user(ims.DeleteUserRequest(user_principal_name=principal(prefix)))
    with fails("EntityNotExist.User", 404):
        owner.get_user(ims.GetUserRequest(user_principal_name=principal(prefix)))


def test_an_access_key_signs_for_every_product(cloud, owner, company, prefix):
    owner.create_user(ims.CreateUserRequest(user_principal_name=principal(prefix), display_name=prefix))
    made = owner.create_access_key(
        ims.CreateAccessKeyRequest(user_principal_name=principal(prefix))
    ).body.access_key
    user = ram_client(cloud, Key(made.access_key_id, made.access_key_secret))
    with fails("NoPermission", 403):
        user.get_user(ram.GetUserRequest(user_name=prefix))
    owner.update_access_key(
        ims.UpdateAccessKeyRequest(
            user_principal_name=principal(prefix), user_access_key_id=made.access_key_id, status="Inactive"
        )
    )
    with fails("InvalidAccessKeyId.Inactive", 400):
        user.get_user(ram.GetUserRequest(user_name=prefix))


@pytest.mark.parametrize("action", ["ims:GetUser", "ram:GetUser"])
def test_an_allow_under_either_name_is_enough(cloud, company, prefix, action):
    key = company.user(prefix, allow(action))
    request = ims.GetUserRequest(user_principal_name=principal(prefix))
    assert ims_client(cloud, key).get_user(request).body.user.user_principal_name == principal(prefix)
    with fails("NoPermission", 403) as caught:
        ims_client(cloud, key).list_users(ims.ListUsersRequest())
    assert caught.value.access_denied_detail["AuthAction"] == "ram:ListUsers"


def test_an_oidc_provider(owner, prefix):
    made = owner.create_oidcprovider(
        ims.CreateOIDCProviderRequest(
            oidcprovider_name=prefix, issuer_url=f"https://{prefix}.example.com",
            client_ids="one,two", fingerprints="0123456789abcdef0123456789abcdef01234567",
        )
    ).body.oidcprovider
    assert made.arn == f"acs:ram::{COMPANY}:oidc-provider/{prefix}"
    get = ims.GetOIDCProviderRequest(oidcprovider_name=prefix)
    got = owner.get_oidcprovider(get).body.oidcprovider
    assert (got.client_ids, got.issuer_url) == ("one,two", f"https://{prefix}.example.com")
    listed = owner.list_oidcproviders(ims.ListOIDCProvidersRequest()).body.oidcproviders.oidcprovider
    assert prefix in [one.oidcprovider_name for one in listed]
    owner.delete_oidcprovider(ims.DeleteOIDCProviderRequest(oidcprovider_name=prefix))
    with fails("EntityNotExist.OIDCProvider", 404):
        owner.get_oidcprovider(get)
