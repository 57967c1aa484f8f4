"""Versions, appending, symlinks, restore, resumed uploads, long lists, the life cycle and forms, as both OSS SDKs do them"""

import base64
import hashlib
import hmac
import json

import alibabacloud_oss_v2 as v2
import oss2
import pytest
import requests

import cloud as acslab
from openapi import call
from oss import oss2_bucket, oss_v2_client, service_error

pytestmark = pytest.mark.usefixtures("open_oss")


@pytest.fixture
def bucket(cloud, prefix):
    bucket = oss2_bucket(cloud, cloud.owner, prefix)
    bucket.create_bucket()
    return bucket


@pytest.fixture
def client(cloud, bucket):
    return oss_v2_client(cloud, cloud.owner)


def enable(bucket, status=oss2.BUCKET_VERSIONING_ENABLE):
    config = oss2.models.BucketVersioningConfig()
    config.status = status
    bucket.put_bucket_versioning(config)


def test_versions_with_oss2(bucket):
    assert bucket.get_bucket_versioning().status is None
    enable(bucket)
    assert bucket.get_bucket_versioning().status == "Enabled"
    first = bucket.put_object("key", b"one").versionid
    second = bucket.put_object("key", b"two").versionid
    assert bucket.get_object("key", params={"versionId": first}).read() == b"one"
    assert bucket.head_object("key").versionid == second

    marked = bucket.delete_object("key")
    assert marked.delete_marker
    with pytest.raises(oss2.exceptions.NoSuchKey) as caught:
        bucket.get_object("key")
    assert caught.value.headers["x-oss-delete-marker"] == "true"
    listed = bucket.list_object_versions()
    assert [one.versionid for one in listed.versions] == [second, first]
    assert [one.versionid for one in listed.delete_marker] == [marked.versionid]

    bucket.copy_object(bucket.bucket_name, "key", "copy", params={"versionId": first})
    assert bucket.get_object("copy").read() == b"one"
    both = oss2.models.BatchDeleteObjectVersionList(
        [oss2.models.BatchDeleteObjectVersion("key", version) for version in (first, marked.versionid)]
    )
    assert len(bucket.delete_object_versions(both).delete_versions) == 2
    assert bucket.get_object("key").read() == b"two"


def test_versions_with_the_second_sdk(client, bucket, prefix):
    client.put_bucket_versioning(
        v2.PutBucketVersioningRequest(
            bucket=prefix, versioning_configuration=v2.VersioningConfiguration(status="Enabled")
        )
    )
    ids = [client.put_object(v2.PutObjectRequest(bucket=prefix, key="k", body=body)).version_id for body in (b"1", b"2")]
    got = client.get_object(v2.GetObjectRequest(bucket=prefix, key="k", version_id=ids[0]))
    assert (got.body.content, got.version_id) == (b"1", ids[0])
    gone = client.delete_object(v2.DeleteObjectRequest(bucket=prefix, key="k"))
    assert gone.delete_marker
    with pytest.raises(v2.exceptions.OperationError) as caught:
        client.head_object(v2.HeadObjectRequest(bucket=prefix, key="k", version_id=gone.version_id))
    assert service_error(caught).status_code == 405
    listed = client.list_object_versions(v2.ListObjectVersionsRequest(bucket=prefix))
    assert [one.version_id for one in listed.version] == ids[::-1]
    assert [one.is_latest for one in listed.delete_marker] == [True]


def test_thousands_are_listed(cloud, bucket):
    count = 2500
    for number in range(count):
        bucket.put_object(f"d{number % 3}/{number:05}", b"")
    assert sum(1 for _ in oss2.ObjectIteratorV2(bucket, max_keys=1000)) == count
    assert [one.key for one in oss2.ObjectIterator(bucket, delimiter="/")] == ["d0/", "d1/", "d2/"]
    keys = [one.key for one in oss2.ObjectIterator(bucket, prefix="d1/", max_keys=100)]
    assert (len(keys), keys) == (833, sorted(keys))
    stat = bucket.get_bucket_stat()
    assert stat.object_count == count


def test_an_object_is_appended_to(bucket):
    result = bucket.append_object("log", 0, b"one", init_crc=0)
    result = bucket.append_object("log", result.next_position, b"two", init_crc=result.crc)
    assert (result.next_position, bucket.get_object("log").read()) == (6, b"onetwo")
    with pytest.raises(oss2.exceptions.PositionNotEqualToLength) as caught:
        bucket.append_object("log", 1, b"x")
    assert caught.value.next_position == 6
    bucket.put_object("plain", b"x")
    with pytest.raises(oss2.exceptions.ObjectNotAppendable):
        bucket.append_object("plain", 1, b"x")


def test_a_symlink_stands_for_an_object(bucket):
    bucket.put_symlink("target/é", "link")
    with pytest.raises(oss2.exceptions.ServerError) as caught:
        bucket.get_object("link")
    assert (caught.value.status, caught.value.code) == (404, "SymlinkTargetNotExist")
    bucket.put_object("target/é", b"content")
    assert bucket.get_object("link").read() == b"content"
    assert bucket.get_symlink("link").target_key == "target/é"


def test_an_upload_is_resumed(bucket, tmp_path):
    content = bytes(range(256)) * 4096  # 1 MiB
    (tmp_path / "file").write_bytes(content)
    store = oss2.ResumableStore(root=str(tmp_path / "store"))
    failing = {"calls": 0}
    upload_part = bucket.upload_part

    def break_off(*args, **kwargs):
        failing["calls"] += 1
        if failing["calls"] == 3:
            raise RuntimeError("broken off")
        return upload_part(*args, **kwargs)

    bucket.upload_part = break_off
    settings = dict(store=store, multipart_threshold=100 * 1024, part_size=256 * 1024, num_threads=1)
    with pytest.raises(RuntimeError):
        oss2.resumable_upload(bucket, "big", str(tmp_path / "file"), **settings)
    uploads = [one.upload_id for one in oss2.MultipartUploadIterator(bucket)]
    oss2.resumable_upload(bucket, "big", str(tmp_path / "file"), **settings)
    assert len(uploads) == 1 and not list(oss2.MultipartUploadIterator(bucket))
    assert failing["calls"] == 5
    got = bucket.get_object("big")
    assert (got.read() == content, got.headers["x-oss-object-type"]) == (True, "Multipart")
    oss2.resumable_download(bucket, "big", str(tmp_path / "back"), multiget_threshold=1, part_size=300_000)
    assert (tmp_path / "back").read_bytes() == content


def test_days_go_by(prefix):
    cloud = acslab.start()  # of its own, for its clock
    try:
        call(cloud, cloud.owner, "2019-04-22", "OpenOssService")
        bucket = oss2_bucket(cloud, cloud.owner, prefix)
        bucket.create_bucket()
        rules = [
            oss2.models.LifecycleRule(
                "tmp", "tmp/", oss2.models.LifecycleRule.ENABLED, expiration=oss2.models.LifecycleExpiration(days=3)
            ),
            oss2.models.LifecycleRule(
                "old",
                "old/",
                oss2.models.LifecycleRule.ENABLED,
                storage_transitions=[oss2.models.StorageTransition(days=2, storage_class=oss2.BUCKET_STORAGE_CLASS_ARCHIVE)],
            ),
        ]
        bucket.put_bucket_lifecycle(oss2.models.BucketLifecycle(rules))
        assert [rule.id for rule in bucket.get_bucket_lifecycle().rules] == ["tmp", "old"]
        for key in ("tmp/a", "old/a"):
            bucket.put_object(key, b"x")
        cloud.advance(5 * 86400)
        assert [one.key for one in oss2.ObjectIterator(bucket)] == ["old/a"]
        with pytest.raises(oss2.exceptions.ServerError) as caught:
            bucket.get_object("old/a")
        assert caught.value.code == "InvalidObjectState"
        assert bucket.restore_object("old/a").status == 202
        with pytest.raises(oss2.exceptions.RestoreAlreadyInProgress):
            bucket.restore_object("old/a")
        cloud.advance(120)
        assert bucket.get_object("old/a").read() == b"x"
    finally:
        cloud.stop()


def test_settings_come_back_as_they_were_put(bucket):
    rule = oss2.models.CorsRule(allowed_origins=["*"], allowed_methods=["GET"], max_age_seconds=10)
    bucket.put_bucket_cors(oss2.models.BucketCors([rule]))
    assert bucket.get_bucket_cors().rules[0].max_age_seconds == 10
    bucket.put_bucket_website(oss2.models.BucketWebsite("index.html", "error.html"))
    assert bucket.get_bucket_website().index_file == "index.html"
    bucket.put_bucket_referer(oss2.models.BucketReferer(True, ["http://a.example.com"]))
    assert bucket.get_bucket_referer().referers == ["http://a.example.com"]
    encryption = oss2.models.ServerSideEncryptionRule(oss2.SERVER_SIDE_ENCRYPTION_AES256)
    bucket.put_bucket_encryption(encryption)
    assert bucket.put_object("k", b"x").headers["x-oss-server-side-encryption"] == "AES256"
    bucket.put_bucket_request_payment("Requester")
    assert bucket.get_bucket_request_payment().payer == "Requester"
    for delete in (bucket.delete_bucket_cors, bucket.delete_bucket_website, bucket.delete_bucket_encryption):
        delete()
    with pytest.raises(oss2.exceptions.NoSuchCors):
        bucket.get_bucket_cors()


def test_a_page_posts_a_form(cloud, bucket):
    policy = {
        "expiration": "2099-01-01T00:00:00.000Z",
        "conditions": [{"bucket": bucket.bucket_name}, ["starts-with", "$key", "up/"], ["content-length-range", 0, 100]],
    }
    encoded = base64.b64encode(json.dumps(policy).encode()).decode()
    signature = hmac.new(cloud.owner.secret.encode(), encoded.encode(), hashlib.sha1).digest()
    fields = {
        "key": "up/${filename}",
        "OSSAccessKeyId": cloud.owner.id,
        "policy": encoded,
        "Signature": base64.b64encode(signature).decode(),
    }
    url = f"{cloud.url}/{bucket.bucket_name}/"
    sent = requests.post(url, data=fields, files={"file": ("f.txt", b"content", "text/plain")})
    assert (sent.status_code, bucket.get_object("up/f.txt").read()) == (204, b"content")
    sent = requests.post(url, data=fields | {"key": "elsewhere"}, files={"file": ("f.txt", b"x")})
    assert (sent.status_code, "<EC>0006-00000227</EC>" in sent.text) == (403, True)


def test_a_browser_asks_first(cloud, bucket):
    url = f"{cloud.url}/{bucket.bucket_name}/k"
    asked = {"Origin": "http://a.example.com", "Access-Control-Request-Method": "PUT"}
    assert requests.options(url, headers=asked).status_code == 403
    rule = oss2.models.CorsRule(allowed_origins=["http://*.example.com"], allowed_methods=["PUT"], max_age_seconds=9)
    bucket.put_bucket_cors(oss2.models.BucketCors([rule]))
    told = requests.options(url, headers=asked)
    assert (told.status_code, told.headers["Access-Control-Allow-Origin"]) == (200, "http://a.example.com")
    put = requests.put(bucket.sign_url("PUT", "k", 60), data=b"x", headers={"Origin": "http://a.example.com"})
    assert (put.status_code, put.headers["Access-Control-Max-Age"]) == (200, "9")


def test_objects_are_asked_in_sql(bucket):
    bucket.put_object("people.csv", b"name,age\nAnn,30\nBob,9\n")
    csv = {"CsvHeaderInfo": "Use"}
    found = bucket.select_object("people.csv", "select name from ossobject where age > 10", None, csv)
    assert found.read() == b"Ann\n"
    assert bucket.create_select_object_meta("people.csv", {"RecordDelimiter": "\n"}).rows == 3
    bucket.put_object("people.json", b'{"people":[{"name":"Ann","age":30},{"name":"Bob","age":9}]}')
    sql = "select count(*) c from ossobject.people[*] where age > 10"
    assert bucket.select_object("people.json", sql, None, {"Json_Type": "DOCUMENT"}).read() == b'{"c":1}\n'
