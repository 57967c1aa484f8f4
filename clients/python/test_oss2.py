"""oss2, with both of its signature versions"""

import re
import socket

import oss2
import pytest
import requests

import cloud as acslab
from cloud import COMPANY, Key
from openapi import allow, assume, call, deny, trust
from oss import HOST, oss2_bucket, oss2_service

pytestmark = pytest.mark.usefixtures("open_oss")
signatures = pytest.mark.parametrize("signature", ["v1", "v4"])
KEY = "a folder/ünï cödé+&?.txt"


@pytest.fixture
def bucket(cloud, prefix, signature):
    bucket = oss2_bucket(cloud, cloud.owner, prefix, signature)
    bucket.create_bucket()
    return bucket


@signatures
def test_a_bucket_from_creation_to_deletion(cloud, prefix, signature):
    service, bucket = oss2_service(cloud, cloud.owner, signature), oss2_bucket(cloud, cloud.owner, prefix, signature)
    with pytest.raises(oss2.exceptions.NoSuchBucket) as caught:
        bucket.get_bucket_info()
    assert (caught.value.status, caught.value.details["BucketName"]) == (404, prefix)

    bucket.create_bucket()
    info = bucket.get_bucket_info()
    assert (info.name, info.location, info.acl.grant) == (prefix, "oss-cn-hangzhou", "private")
    assert prefix in [one.name for one in oss2.BucketIterator(service, prefix=prefix, max_keys=1)]

    bucket.put_object("object", b"content")
    with pytest.raises(oss2.exceptions.BucketNotEmpty) as caught:
        bucket.delete_bucket()
    assert caught.value.status == 409
    bucket.delete_object("object")
    bucket.delete_bucket()
    assert prefix not in [one.name for one in oss2.BucketIterator(service, prefix=prefix)]


@signatures
def test_an_object_from_put_to_deletion(bucket):
    put = bucket.put_object(KEY, b"content", headers={"Content-Type": "text/plain", "x-oss-meta-Author": "tests"})
    assert put.etag == "9A0364B9E99BB480DD25E1F0284C8555"
    crc = oss2.utils.Crc64()
    crc.update(b"content")
    assert put.crc == crc.crc

    got = bucket.get_object(KEY)
    assert (got.read(), got.headers["Content-Type"], got.headers["x-oss-meta-author"]) == (
        b"content",
        "text/plain",
        "tests",
    )
    assert got.client_crc == got.server_crc
    head = bucket.head_object(KEY)
    assert (head.content_length, head.etag) == (7, put.etag)
    assert bucket.get_object(KEY, byte_range=(1, 3)).read() == b"ont"
    assert bucket.object_exists(KEY)

    bucket.delete_object(KEY)
    assert not bucket.object_exists(KEY)
    with pytest.raises(oss2.exceptions.NoSuchKey) as caught:
        bucket.get_object(KEY)
    assert (caught.value.status, caught.value.details["Key"]) == (404, KEY)
    bucket.delete_object(KEY)  # deleting what is not there succeeds


@signatures
def test_lists_come_in_pages(bucket):
    keys = ["a", "b/1", "b/2", "c d", "é"]
    for key in keys:
        bucket.put_object(key, b"")
    for iterator in (oss2.ObjectIterator, oss2.ObjectIteratorV2):
        assert [one.key for one in iterator(bucket, max_keys=2)] == keys
        folded = list(iterator(bucket, delimiter="/", max_keys=2))
        assert [(one.key, one.is_prefix()) for one in folded] == [
            ("a", False), ("b/", True), ("c d", False), ("é", False),
        ]
        assert [one.key for one in iterator(bucket, prefix="b/")] == ["b/1", "b/2"]


@signatures
def test_the_tags_of_a_bucket(bucket):
    rule = oss2.models.TaggingRule()
    rule.add("Product", "Studio & co")
    bucket.put_bucket_tagging(oss2.models.Tagging(rule))
    assert bucket.get_bucket_tagging().tag_set.tagging_rule == {"Product": "Studio & co"}
    bucket.delete_bucket_tagging()
    assert bucket.get_bucket_tagging().tag_set.tagging_rule == {}


@signatures
def test_the_tags_of_an_object(bucket):
    bucket.put_object(KEY, b"content", headers={"x-oss-tagging": "a=1&b=2"})
    assert bucket.get_object_tagging(KEY).tag_set.tagging_rule == {"a": "1", "b": "2"}
    rule = oss2.models.TaggingRule()
    rule.add("Product", "Studio + co")
    bucket.put_object_tagging(KEY, oss2.models.Tagging(rule))
    assert bucket.get_object_tagging(KEY).tag_set.tagging_rule == {"Product": "Studio + co"}
    assert bucket.head_object(KEY).headers["x-oss-tagging-count"] == "1"
    bucket.delete_object_tagging(KEY)
    assert bucket.get_object_tagging(KEY).tag_set.tagging_rule == {}


@signatures
def test_a_presigned_url_is_good_for_what_was_signed(bucket, cloud, signature):
    url = bucket.sign_url("PUT", KEY, 60, headers={"Content-Type": "text/plain"}, slash_safe=True)
    assert requests.put(url, data=b"content", headers={"Content-Type": "text/plain"}).status_code == 200
    url = bucket.sign_url("GET", KEY, 60, slash_safe=True)
    assert requests.get(url).content == b"content"

    refused = requests.delete(url)
    assert (refused.status_code, "<Code>SignatureDoesNotMatch</Code>" in refused.text) == (403, True)
    refused = requests.get(url.replace("Signature=", "Signature=0").replace("signature=", "signature=0"))
    assert (refused.status_code, "<Code>SignatureDoesNotMatch</Code>" in refused.text) == (403, True)
    assert requests.get(f"{cloud.url}/{bucket.bucket_name}/a").status_code == 403


@signatures
def test_a_presigned_url_ends(prefix, signature):
    cloud = acslab.start()  # of its own, for its clock
    try:
        call(cloud, cloud.owner, "2019-04-22", "OpenOssService")
        bucket = oss2_bucket(cloud, cloud.owner, prefix, signature)
        bucket.create_bucket()
        bucket.put_object("object", b"content")
        url = bucket.sign_url("GET", "object", 60, slash_safe=True)
        assert requests.get(url).content == b"content"
        cloud.advance(61)
        refused = requests.get(url)
        assert (refused.status_code, "<Code>AccessDenied</Code>" in refused.text) == (403, True)
    finally:
        cloud.stop()


@signatures
def test_a_user_may_do_what_its_policy_allows_and_is_told_why_not(cloud, company, bucket, prefix, signature):
    bucket.put_object("mine/object", b"content")
    bucket.put_object("yours/object", b"content")
    key = company.user(
        prefix,
        allow(["oss:GetObject", "oss:PutObject"], f"acs:oss:*:*:{prefix}/mine/*"),
        deny("oss:PutObject", f"acs:oss:*:*:{prefix}/mine/locked"),
    )
    user = oss2_bucket(cloud, key, prefix, signature)
    assert user.get_object("mine/object").read() == b"content"
    user.put_object("mine/other", b"")
    with pytest.raises(oss2.exceptions.AccessDenied) as caught:
        user.get_object("yours/object")
    error = caught.value
    assert (error.status, error.code) == (403, "AccessDenied")
    assert error.request_id
    # The SDK keeps only the text of top elements; the details are in the body.
    detail = dict(re.findall(r"<(Auth\w+|NoPermissionType)>([^<]*)<", error.body.decode()))
    assert detail["AuthAction"] == "oss:GetObject"
    assert (detail["AuthPrincipalType"], detail["NoPermissionType"]) == ("SubUser", "ImplicitDeny")
    with pytest.raises(oss2.exceptions.AccessDenied):
        user.put_object("mine/locked", b"")
    with pytest.raises(oss2.exceptions.AccessDenied):
        user.delete_object("mine/object")
    assert not bucket.object_exists("mine/locked")
    assert bucket.object_exists("mine/object")


@signatures
def test_a_condition_reads_the_bucket_s_tag_at_each_request(cloud, company, bucket, prefix, signature):
    condition = {"StringEquals": {"oss:BucketTag/Product": "Studio"}}
    key = company.user(prefix, allow("oss:*", f"acs:oss:*:*:{prefix}/*", condition=condition))
    user = oss2_bucket(cloud, key, prefix, signature)
    with pytest.raises(oss2.exceptions.AccessDenied):
        user.put_object("object", b"")
    rule = oss2.models.TaggingRule()
    rule.add("Product", "Studio")
    bucket.put_bucket_tagging(oss2.models.Tagging(rule))
    user.put_object("object", b"")
    bucket.delete_bucket_tagging()
    with pytest.raises(oss2.exceptions.AccessDenied):
        user.put_object("object", b"")


@signatures
def test_a_session_puts_and_gets_and_is_denied_the_rest(cloud, company, bucket, prefix, signature):
    arn = company.role(
        prefix,
        trust(RAM=f"acs:ram::{COMPANY}:root"),
        allow(["oss:GetObject", "oss:PutObject"], f"acs:oss:*:*:{prefix}/*"),
    )
    session = assume(cloud, company.user(f"{prefix}-u", allow("sts:AssumeRole", arn)), arn)
    as_session = oss2_bucket(cloud, session, prefix, signature)
    as_session.put_object(KEY, b"content")
    assert as_session.get_object(KEY).read() == b"content"
    assert requests.get(as_session.sign_url("GET", KEY, 60, slash_safe=True)).content == b"content"
    with pytest.raises(oss2.exceptions.AccessDenied):
        as_session.delete_object(KEY)
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        oss2_bucket(cloud, Key(session.id, session.secret, "CAISnonsense"), prefix, signature).get_object(KEY)
    assert (caught.value.status, caught.value.code) == (403, "InvalidSecurityToken")


@signatures
def test_wrong_keys_open_nothing(cloud, bucket, prefix, signature):
    with pytest.raises(oss2.exceptions.SignatureDoesNotMatch) as caught:
        oss2_bucket(cloud, Key(cloud.owner.id, "x" * 30), prefix, signature).put_object("object", b"")
    assert caught.value.status == 403
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        oss2_bucket(cloud, Key("LTAI5tNobodyNobodyNobody", "x" * 30), prefix, signature).put_object("object", b"")
    assert (caught.value.status, caught.value.code) == (403, "InvalidAccessKeyId")
    with pytest.raises(oss2.exceptions.AccessDenied):
        oss2.Bucket(oss2.AnonymousAuth(), cloud.url, prefix).get_object("object")
    assert not bucket.object_exists("object")


def test_oss_is_closed_until_it_is_activated(cloud, prefix):
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        oss2_bucket(cloud, cloud.partner, prefix).create_bucket()
    assert (caught.value.status, caught.value.code) == (403, "UserDisable")


@signatures
def test_the_cloud_s_own_host_names_work_where_they_lead_here(cloud, prefix, signature, monkeypatch):
    """Virtual-hosted addressing: the bucket is in the host name."""
    resolve = socket.getaddrinfo

    def here(host, *more, **named):
        return resolve("127.0.0.1" if host.endswith(".aliyuncs.com") else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    port = cloud.address.rpartition(":")[2]
    bucket = oss2_bucket(cloud, cloud.owner, prefix, signature, endpoint=f"http://{HOST}:{port}")
    bucket.create_bucket()
    bucket.put_object(KEY, b"content")
    assert bucket.get_object(KEY).read() == b"content"
    url = bucket.sign_url("GET", KEY, 60, slash_safe=True)
    assert url.startswith(f"http://{prefix}.{HOST}:{port}/")
    assert requests.get(url).content == b"content"
