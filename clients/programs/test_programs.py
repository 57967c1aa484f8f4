"""Programs that keep their data in OSS: pandas, DuckDB and Arrow by ossfs, and OpenDAL, each as a user who may do no more than that"""

import json
from datetime import UTC, datetime

import duckdb
import opendal
import oss2
import ossfs
import pandas
import pyarrow
import pyarrow.dataset
import pyarrow.fs
import pytest
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest

from cloud import COMPANY, REGION, Cloud, Key

FILES = ["oss:GetObject", "oss:PutObject", "oss:DeleteObject", "oss:PutObjectAcl", "oss:AbortMultipartUpload", "oss:ListParts"]
FRAME = pandas.DataFrame({"id": range(1000), "name": [f"name {n}" for n in range(1000)]})


def call(cloud: Cloud, version: str, action: str, **parameters: str) -> dict:
    """An operation, as the owner."""
    request = CommonRequest(domain=cloud.address, version=version, action_name=action)
    request.set_protocol_type("http")
    request.set_method("POST")
    for name, value in parameters.items():
        request.add_query_param(name, value)
    return json.loads(AcsClient(cloud.owner.id, cloud.owner.secret, REGION).do_action_with_exception(request))


@pytest.fixture(scope="session")
def open_oss(cloud) -> None:
    """OSS is closed in an account until its owner activates it."""
    call(cloud, "2019-04-22", "OpenOssService")


@pytest.fixture
def lake(cloud, open_oss, prefix) -> tuple[str, Key]:
    """A bucket, and the key of the one user who may use it."""
    oss2.Bucket(oss2.AuthV4(cloud.owner.id, cloud.owner.secret), cloud.url, prefix, region=REGION).create_bucket()
    statements = [
        {"Effect": "Allow", "Action": ["oss:ListObjects", "oss:GetBucketInfo"], "Resource": f"acs:oss:*:{COMPANY}:{prefix}"},
        {"Effect": "Allow", "Action": FILES, "Resource": f"acs:oss:*:{COMPANY}:{prefix}/*"},
    ]
    document = json.dumps({"Version": "1", "Statement": statements})
    ram = "2015-05-01"
    call(cloud, ram, "CreateUser", UserName=prefix)
    call(cloud, ram, "CreatePolicy", PolicyName=prefix, PolicyDocument=document)
    call(cloud, ram, "AttachPolicyToUser", PolicyType="Custom", PolicyName=prefix, UserName=prefix)
    key = call(cloud, ram, "CreateAccessKey", UserName=prefix)["AccessKey"]
    return prefix, Key(key["AccessKeyId"], key["AccessKeySecret"])


def options(cloud: Cloud, key: Key) -> dict:
    return {"key": key.id, "secret": key.secret, "endpoint": cloud.url, "skip_instance_cache": True}


@pytest.fixture
def files(cloud, lake) -> ossfs.OSSFileSystem:
    return ossfs.OSSFileSystem(**options(cloud, lake[1]))


@pytest.mark.parametrize("form", ["csv", "parquet", "json"])
def test_pandas_writes_and_reads(cloud, lake, form):
    bucket, key = lake
    at, storage = f"oss://{bucket}/tables/people.{form}", options(cloud, key)
    without_index = {} if form == "json" else {"index": False}
    getattr(FRAME, f"to_{form}")(at, storage_options=storage, **without_index)
    read = getattr(pandas, f"read_{form}")(at, storage_options=storage)
    pandas.testing.assert_frame_equal(read, FRAME, check_dtype=False)


def test_files_and_folders(lake, files):
    bucket, _ = lake
    for n in range(20):
        files.pipe_file(f"{bucket}/folder/{n:02}.txt", b"0123456789")
    assert [one.rsplit("/", 1)[1] for one in sorted(files.ls(f"{bucket}/folder", detail=False))][:2] == ["00.txt", "01.txt"]
    # What is put whole cannot be appended to, in the cloud either; what is opened to be written is appended to from the start.
    with files.open(f"{bucket}/folder/07.txt", "wb") as file:
        file.write(b"0123456789")
    with files.open(f"{bucket}/folder/07.txt", "ab") as file:
        file.write(b"more")
    assert files.cat_file(f"{bucket}/folder/07.txt", start=8) == b"89more"
    files.copy(f"{bucket}/folder/07.txt", f"{bucket}/copy.txt")
    files.rm(f"{bucket}/folder", recursive=True)
    assert files.find(bucket) == [f"/{bucket}/copy.txt"] or files.find(bucket) == [f"{bucket}/copy.txt"]
    with pytest.raises(FileNotFoundError):
        files.cat_file(f"{bucket}/folder/07.txt")


class ForDuckDb(ossfs.OSSFileSystem):
    """ossfs as DuckDB wants it: it puts `oss://` in front of the names that are listed, which begin with a slash, and takes times, not numbers."""

    @classmethod
    def _strip_protocol(cls, path):
        named = isinstance(path, str) and path.startswith("oss:///")
        return super()._strip_protocol(path.replace("oss:///", "oss://", 1) if named else path)

    def modified(self, path):
        return datetime.fromtimestamp(super().modified(path), UTC)


def test_duckdb_reads_what_it_wrote(cloud, lake):
    bucket, key = lake
    files = ForDuckDb(**options(cloud, key))
    database = duckdb.connect()
    database.register_filesystem(files)
    at = f"oss://{bucket}/numbers.parquet"
    database.sql(f"COPY (SELECT range AS n, range % 7 AS rest FROM range(100000)) TO '{at}' (FORMAT parquet)")
    # It looked whether the file was there before it wrote it, and what was listed then is kept.
    files.invalidate_cache()
    assert database.sql(f"SELECT count(*), min(n), max(n) FROM '{at}' WHERE rest = 3").fetchall() == [(14286, 3, 99998)]


def test_arrow_keeps_a_data_set_in_folders(lake, files):
    bucket, _ = lake
    table = pyarrow.Table.from_pandas(FRAME.assign(part=FRAME["id"] % 5))
    system = pyarrow.fs.PyFileSystem(pyarrow.fs.FSSpecHandler(files))
    at = f"{bucket}/set"
    pyarrow.dataset.write_dataset(
        table, at, filesystem=system, format="parquet", partitioning=["part"], partitioning_flavor="hive", create_dir=False
    )
    read = pyarrow.dataset.dataset(at, filesystem=system, format="parquet", partitioning="hive")
    assert len(list(read.get_fragments())) == 5
    assert read.count_rows(filter=pyarrow.dataset.field("part") == 3) == 200


def test_opendal_at_the_clouds_own_host(cloud, lake, monkeypatch):
    bucket, key = lake
    # The bucket stands in the host, as in the cloud; what leads there is a proxy's address.
    monkeypatch.setenv("http_proxy", cloud.url)
    monkeypatch.delenv("NO_PROXY")
    operator = opendal.Operator(
        "oss",
        bucket=bucket,
        endpoint=f"http://oss-{REGION}.aliyuncs.com",
        access_key_id=key.id,
        access_key_secret=key.secret,
    )
    at = "a folder/ünï cödé+&?.txt"
    operator.write(at, b"content")
    assert operator.read(at) == b"content"
    assert operator.stat(at).content_length == 7
    for n in range(1_100):
        operator.write(f"many/{n:04}", b"")
    assert len([one for one in operator.list("many/") if one.path != "many/"]) == 1_100
    operator.delete(at)
    assert not operator.exists(at)


def test_what_the_policy_does_not_give_is_refused(cloud, lake, files):
    elsewhere = f"{lake[0]}-of-others"
    oss2.Bucket(oss2.AuthV4(cloud.owner.id, cloud.owner.secret), cloud.url, elsewhere, region=REGION).create_bucket()
    with pytest.raises(PermissionError):
        files.pipe_file(f"{elsewhere}/key", b"x")
