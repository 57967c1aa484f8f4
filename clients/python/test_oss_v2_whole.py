"""alibabacloud-oss-v2: large objects, many objects, what is said of objects, and who else may read them"""

import json

import alibabacloud_oss_v2 as oss
import pytest

import cloud as acslab
from cloud import COMPANY, PARTNER
from openapi import call
from oss import oss_v2_client, service_error

pytestmark = pytest.mark.usefixtures("open_oss")
signatures = pytest.mark.parametrize("signature", ["v1", "v4"])
PART = 100 * 1024


@pytest.fixture
def owner(cloud, prefix, signature):
    """The owner's client, with a bucket of the test's own."""
    client = oss_v2_client(cloud, cloud.owner, signature)
    client.put_bucket(oss.PutBucketRequest(bucket=prefix))
    return client


def content(client, bucket, key) -> bytes:
    return client.get_object(oss.GetObjectRequest(bucket=bucket, key=key)).body.content


class BrokenOff(Exception):
    pass


@signatures
def test_an_upload_goes_on_where_it_broke_off(owner, prefix, tmp_path):
    file = tmp_path / "file"
    file.write_bytes(bytes(range(256)) * 2000)
    parts = []
    send = owner.upload_part

    def three_parts(request, **more):
        if len(parts) == 3:
            raise BrokenOff
        parts.append(request.part_number)
        return send(request, **more)

    def upload():
        uploader = owner.uploader(
            part_size=PART, parallel_num=1, leave_parts_on_error=True, enable_checkpoint=True, checkpoint_dir=str(tmp_path)
        )
        return uploader.upload_file(oss.PutObjectRequest(bucket=prefix, key="big"), str(file))

    owner.upload_part = three_parts
    with pytest.raises((oss.exceptions.BaseError, BrokenOff)):
        upload()
    assert not owner.is_object_exist(prefix, "big")
    owner.upload_part = lambda request, **more: parts.append(request.part_number) or send(request, **more)
    upload()
    assert sorted(parts) == [1, 2, 3, 4, 5], "no part was sent twice"
    back = tmp_path / "back"
    downloader = owner.downloader(part_size=PART, enable_checkpoint=True, checkpoint_dir=str(tmp_path))
    downloader.download_file(oss.GetObjectRequest(bucket=prefix, key="big"), str(back))
    assert back.read_bytes() == file.read_bytes()
    owner.copier(part_size=PART, multipart_copy_threshold=PART).copy(
        oss.CopyObjectRequest(bucket=prefix, key="copy", source_bucket=prefix, source_key="big")
    )
    assert content(owner, prefix, "copy") == file.read_bytes()


@signatures
def test_an_object_grows(owner, prefix):
    first = owner.append_object(oss.AppendObjectRequest(bucket=prefix, key="log", position=0, body=b"one"))
    assert first.next_position == 3
    with owner.append_file(prefix, "log") as log:
        log.write(b"two")
    assert content(owner, prefix, "log") == b"onetwo"
    with pytest.raises(oss.exceptions.OperationError) as caught:
        owner.append_object(oss.AppendObjectRequest(bucket=prefix, key="log", position=1, body=b"x"))
    assert service_error(caught).code == "PositionNotEqualToLength"


@signatures
def test_versions_are_kept(owner, prefix):
    configuration = oss.VersioningConfiguration(status="Enabled")
    owner.put_bucket_versioning(oss.PutBucketVersioningRequest(bucket=prefix, versioning_configuration=configuration))
    put = [owner.put_object(oss.PutObjectRequest(bucket=prefix, key="k", body=body)) for body in (b"one", b"two")]
    old = oss.GetObjectRequest(bucket=prefix, key="k", version_id=put[0].version_id)
    assert owner.get_object(old).body.content == b"one"
    assert owner.delete_object(oss.DeleteObjectRequest(bucket=prefix, key="k")).delete_marker
    listed = owner.list_object_versions(oss.ListObjectVersionsRequest(bucket=prefix))
    assert (len(listed.version), len(listed.delete_marker)) == (2, 1)


@pytest.mark.parametrize("signature", ["v4"])
def test_thousands_come_page_by_page(owner, prefix):
    for number in range(1100):
        owner.put_object(oss.PutObjectRequest(bucket=prefix, key=f"many/{number:04}", body=b""))
    pages = list(owner.list_objects_v2_paginator(limit=400).iter_page(oss.ListObjectsV2Request(bucket=prefix)))
    assert [len(page.contents) for page in pages] == [400, 400, 300]


@signatures
def test_the_tags_and_the_acl_of_an_object(owner, prefix):
    owner.put_object(oss.PutObjectRequest(bucket=prefix, key="k", body=b"x", tagging="a=1"))
    tags = oss.Tagging(tag_set=oss.TagSet(tags=[oss.Tag(key="b", value="2 + 3")]))
    owner.put_object_tagging(oss.PutObjectTaggingRequest(bucket=prefix, key="k", tagging=tags))
    got = owner.get_object_tagging(oss.GetObjectTaggingRequest(bucket=prefix, key="k")).tag_set.tags
    assert [(one.key, one.value) for one in got] == [("b", "2 + 3")]
    owner.put_object_acl(oss.PutObjectAclRequest(bucket=prefix, key="k", acl="private"))
    assert owner.get_object_acl(oss.GetObjectAclRequest(bucket=prefix, key="k")).acl == "private"
    with pytest.raises(oss.exceptions.OperationError) as caught:
        owner.put_object_acl(oss.PutObjectAclRequest(bucket=prefix, key="k", acl="public-read"))
    assert service_error(caught).code == "AccessDenied", "public access is blocked in a new bucket"


def test_a_policy_lets_another_account_read(prefix):
    cloud = acslab.start()  # of its own: OSS is closed in the partner of the shared one
    try:
        for key in (cloud.owner, cloud.partner):
            call(cloud, key, "2019-04-22", "OpenOssService")
        owner, partner = (oss_v2_client(cloud, key) for key in (cloud.owner, cloud.partner))
        owner.put_bucket(oss.PutBucketRequest(bucket=prefix))
        owner.put_object(oss.PutObjectRequest(bucket=prefix, key="k", body=b"content"))
        with pytest.raises(oss.exceptions.OperationError):
            content(partner, prefix, "k")
        statement = {
            "Effect": "Allow",
            "Action": "oss:GetObject",
            "Principal": [PARTNER],
            "Resource": [f"acs:oss:*:{COMPANY}:{prefix}/*"],
        }
        document = json.dumps({"Version": "1", "Statement": [statement]})
        owner.put_bucket_policy(oss.PutBucketPolicyRequest(bucket=prefix, body=document))
        assert content(partner, prefix, "k") == b"content"
        with pytest.raises(oss.exceptions.OperationError) as caught:
            partner.delete_object(oss.DeleteObjectRequest(bucket=prefix, key="k"))
        assert service_error(caught).code == "AccessDenied"
    finally:
        cloud.stop()


def test_days_go_by(prefix):
    cloud = acslab.start()  # of its own, for its clock
    try:
        call(cloud, cloud.owner, "2019-04-22", "OpenOssService")
        client = oss_v2_client(cloud, cloud.owner)
        client.put_bucket(oss.PutBucketRequest(bucket=prefix))
        rule = oss.LifecycleRule(
            id="tmp", prefix="tmp/", status="Enabled", expiration=oss.LifecycleRuleExpiration(days=1)
        )
        configuration = oss.LifecycleConfiguration(rules=[rule])
        client.put_bucket_lifecycle(
            oss.PutBucketLifecycleRequest(bucket=prefix, lifecycle_configuration=configuration)
        )
        for key in ("tmp/a", "kept"):
            client.put_object(oss.PutObjectRequest(bucket=prefix, key=key, body=b"x"))
        cloud.advance(3 * 86400)
        assert [client.is_object_exist(prefix, key) for key in ("tmp/a", "kept")] == [False, True]
    finally:
        cloud.stop()
