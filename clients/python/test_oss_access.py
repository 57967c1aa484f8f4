"""Who may do what in OSS, as both SDKs see it: bucket policies, ACLs, block public access, signatures, sessions, URLs"""

import datetime
import json

import alibabacloud_oss_v2 as oss
import oss2
import pytest
import requests

from cloud import COMPANY, PARTNER, REGION, Key
from openapi import allow, assume, call, trust
from oss import oss2_bucket, oss_v2_client, service_error

pytestmark = pytest.mark.usefixtures("open_oss")
KEY = "a folder/ünï cödé+&?.txt"


def policy(effect: str, action: str, principal: list[str], *resources: str) -> str:
    statement = {"Effect": effect, "Action": [action], "Principal": principal, "Resource": list(resources)}
    return json.dumps({"Version": "1", "Statement": [statement]})


@pytest.fixture(scope="module", autouse=True)
def partners_oss(cloud) -> None:
    """The partner calls OSS as well."""
    call(cloud, cloud.partner, "2019-04-22", "OpenOssService")


@pytest.fixture
def owner(cloud, prefix) -> oss2.Bucket:
    bucket = oss2_bucket(cloud, cloud.owner, prefix)
    bucket.create_bucket()
    bucket.put_object(KEY, b"content")
    return bucket


def denied(what, *given, **more) -> oss2.exceptions.OssError:
    with pytest.raises(oss2.exceptions.AccessDenied) as caught:
        what(*given, **more)
    return caught.value


def test_a_policy_lets_another_account_in(cloud, owner, prefix):
    partner = oss2_bucket(cloud, cloud.partner, prefix)
    assert denied(partner.get_object, KEY).details["EC"] == "0003-00000001"
    with pytest.raises(oss2.exceptions.NoSuchBucketPolicy):
        owner.get_bucket_policy()
    text = policy("Allow", "oss:Get*", [PARTNER], f"acs:oss:*:*:{prefix}/*")
    owner.put_bucket_policy(text)
    assert owner.get_bucket_policy().policy == text
    assert partner.get_object(KEY).read() == b"content"
    denied(partner.put_object, KEY, b"other")
    owner.put_bucket_policy(policy("Deny", "oss:Get*", [PARTNER], f"acs:oss:*:*:{prefix}/*"))
    refused = denied(partner.get_object, KEY)
    assert (refused.message, refused.details["EC"]) == ("Access denied by bucket policy.", "0003-00000101")
    owner.delete_bucket_policy()
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        owner.put_bucket_policy("{")
    assert (caught.value.status, caught.value.code) == (400, "InvalidPolicyDocument")


def test_a_policy_names_a_user_and_a_session_of_another_account(cloud, owner, partner, prefix):
    user = partner.user(f"{prefix}-u", allow("sts:AssumeRole"))
    uid = call(cloud, cloud.partner, "2015-05-01", "GetUser", UserName=f"{prefix}-u")["User"]["UserId"]
    session = assume(cloud, user, partner.role(f"{prefix}-r", trust(RAM=f"acs:ram::{PARTNER}:root")))
    resource = f"acs:oss:*:*:{prefix}/*"
    for key, principal in [(user, uid), (session, f"arn:sts::{PARTNER}:assumed-role/{prefix}-r/*")]:
        denied(oss2_bucket(cloud, key, prefix).get_object, KEY)
        client = oss_v2_client(cloud, cloud.owner)
        # All sessions of a role are not one principal, which counts as public.
        client.delete_bucket_public_access_block(oss.DeleteBucketPublicAccessBlockRequest(bucket=prefix))
        client.put_bucket_policy(
            oss.PutBucketPolicyRequest(bucket=prefix, body=policy("Allow", "oss:GetObject", [principal], resource))
        )
        assert oss2_bucket(cloud, key, prefix).get_object(KEY).read() == b"content"


def test_public_access_is_blocked_until_it_is_not(cloud, owner, prefix):
    url = f"{cloud.url}/{prefix}/{requests.utils.quote(KEY)}"
    client = oss_v2_client(cloud, cloud.owner)

    def blocked() -> bool:
        got = client.get_bucket_public_access_block(oss.GetBucketPublicAccessBlockRequest(bucket=prefix))
        return got.public_access_block_configuration.block_public_access

    assert blocked()
    assert denied(owner.put_bucket_acl, oss2.BUCKET_ACL_PUBLIC_READ).message == "Put public bucket acl is not allowed"
    refused = denied(owner.put_object_acl, KEY, oss2.OBJECT_ACL_PUBLIC_READ)
    assert (refused.message, refused.details["EC"]) == ("Put public object acl is not allowed", "0016-00000901")
    everyone = policy("Allow", "oss:GetObject", ["*"], f"acs:oss:*:*:{prefix}/*")
    assert denied(owner.put_bucket_policy, everyone).message == "Put public bucket policy is not allowed"
    client.delete_bucket_public_access_block(oss.DeleteBucketPublicAccessBlockRequest(bucket=prefix))
    assert not blocked()

    owner.put_bucket_acl(oss2.BUCKET_ACL_PUBLIC_READ)
    assert requests.get(url, timeout=10).content == b"content"
    owner.put_object_acl(KEY, oss2.OBJECT_ACL_PRIVATE)
    assert requests.get(url, timeout=10).headers["x-oss-ec"] == "0003-00000005"
    owner.put_object_acl(KEY, oss2.OBJECT_ACL_DEFAULT)
    owner.put_bucket_acl(oss2.BUCKET_ACL_PRIVATE)
    assert requests.get(url, timeout=10).headers["x-oss-ec"] == "0003-00000905"
    owner.put_bucket_policy(everyone)
    status = client.get_bucket_policy_status(oss.GetBucketPolicyStatusRequest(bucket=prefix))
    assert status.policy_status.is_public
    assert requests.get(url, timeout=10).content == b"content"
    client.put_bucket_public_access_block(
        oss.PutBucketPublicAccessBlockRequest(
            bucket=prefix, public_access_block_configuration=oss.PublicAccessBlockConfiguration(block_public_access=True)
        )
    )
    assert requests.get(url, timeout=10).status_code == 403


def auths(key: Key) -> dict:
    return {
        version: oss2.make_auth(key.id, key.secret, version)
        for version in [oss2.AUTH_VERSION_1, oss2.AUTH_VERSION_2, oss2.AUTH_VERSION_4]
    }


@pytest.mark.parametrize("version", [oss2.AUTH_VERSION_1, oss2.AUTH_VERSION_2, oss2.AUTH_VERSION_4])
def test_each_version_of_signatures(cloud, owner, prefix, version):
    bucket = oss2.Bucket(auths(cloud.owner)[version], cloud.url, prefix, region=REGION)
    bucket.put_object(KEY, b"signed", headers={"x-oss-meta-author": "tests"})
    assert bucket.get_object(KEY).read() == b"signed"
    assert [one.key for one in bucket.list_objects(prefix="a folder/").object_list] == [KEY]
    # By a client that knows nothing of OSS.
    assert requests.get(bucket.sign_url("GET", KEY, 60, slash_safe=True), timeout=10).content == b"signed"
    put = bucket.sign_url("PUT", KEY, 60, slash_safe=True, headers={"Content-Type": "text/plain"})
    assert requests.put(put, b"by URL", headers={"Content-Type": "text/plain"}, timeout=10).status_code == 200
    assert bucket.get_object(KEY).read() == b"by URL"
    refused = requests.get(bucket.sign_url("GET", KEY, 60, slash_safe=True) + "&acl", timeout=10)
    assert (refused.status_code, "<Code>SignatureDoesNotMatch</Code>" in refused.text) == (403, True)
    wrong = oss2.Bucket(auths(Key(cloud.owner.id, "x" * 30))[version], cloud.url, prefix, region=REGION)
    with pytest.raises(oss2.exceptions.SignatureDoesNotMatch):
        wrong.get_object(KEY)


def test_a_session_with_a_policy_of_its_own(cloud, company, owner, prefix):
    resource = f"acs:oss:*:*:{prefix}/*"
    arn = company.role(prefix, trust(RAM=f"acs:ram::{COMPANY}:root"), allow("oss:*", resource))
    key = company.user(f"{prefix}-u", allow("sts:AssumeRole", arn))
    session = assume(cloud, key, arn, policy=json.dumps({"Version": "1", "Statement": [allow("oss:GetObject", resource)]}))
    bucket = oss2_bucket(cloud, session, prefix)
    assert bucket.get_object(KEY).read() == b"content"
    refused = denied(bucket.put_object, KEY, b"other")
    assert (refused.message, refused.details["EC"]) == ("Access denied by authorizer's policy.", "0003-00000301")
    client = oss_v2_client(cloud, session)
    signed = client.presign(oss.GetObjectRequest(bucket=prefix, key=KEY), expires=datetime.timedelta(minutes=1))
    assert requests.get(signed.url, headers=signed.signed_headers, timeout=10).content == b"content"
    with pytest.raises(oss.exceptions.OperationError) as caught:
        client.delete_object(oss.DeleteObjectRequest(bucket=prefix, key=KEY))
    assert service_error(caught).ec == "0003-00000301"


def test_access_points(cloud, owner, prefix):
    client = oss_v2_client(cloud, cloud.owner)
    name = f"p-{prefix}"[-19:].strip("-")
    configuration = oss.CreateAccessPointConfiguration(access_point_name=name, network_origin="internet")
    made = client.create_access_point(
        oss.CreateAccessPointRequest(bucket=prefix, create_access_point_configuration=configuration)
    )
    assert made.access_point_arn == f"acs:oss:{REGION}:{COMPANY}:accesspoint/{name}"
    got = client.get_access_point(oss.GetAccessPointRequest(bucket=prefix, access_point_name=name))
    assert (got.access_point_name, got.bucket, got.alias) == (name, prefix, made.alias)
    through = oss2_bucket(cloud, cloud.owner, made.alias)
    assert through.get_object(KEY).read() == b"content"
    denied(oss2_bucket(cloud, cloud.partner, made.alias).get_object, KEY)
    client.delete_access_point(oss.DeleteAccessPointRequest(bucket=prefix, access_point_name=name))
    with pytest.raises(oss2.exceptions.NoSuchBucket):
        through.get_object(KEY)
