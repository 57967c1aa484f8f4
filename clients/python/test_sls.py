"""The SDKs of Simple Log Service, each in both of its signatures: as owner, as a RAM user, as a role's session, and refused."""

import contextlib
import inspect
import time

import pytest
from alibabacloud_ram20150501 import models as ram
from alibabacloud_sls20201230 import models as sls
from aliyun.log import (
    GetHistogramsRequest,
    GetLogsRequest,
    IndexConfig,
    IndexKeyConfig,
    IndexLineConfig,
    ListLogstoresRequest,
    LogException,
    LogItem,
    MachineGroupDetail,
    PutLogsRequest,
)
from darabonba.runtime import RuntimeOptions

from cloud import COMPANY, REGION
from openapi import allow, assume, call, document, trust
from sls import HOST, SIGNATURES, here, log_client, sls_client  # noqa: F401

pytestmark = pytest.mark.usefixtures("here", "open_sls")
signatures = pytest.mark.parametrize("signature", SIGNATURES)


@pytest.fixture(scope="module")
def open_sls(cloud):
    """Log Service is closed in an account until its owner activates it."""
    call(cloud, cloud.owner, "2019-10-23", "OpenSlsService")


@pytest.fixture
def project(cloud, prefix):
    """A project with a Logstore that has an index, and whatever else of that name gone afterwards."""
    client = log_client(cloud, cloud.owner)
    client.create_project(prefix, "of a test")
    client.create_logstore(prefix, "app", ttl=7, shard_count=2)
    client.create_index(prefix, "app", index())
    yield prefix
    with contextlib.suppress(LogException):
        client.delete_project(prefix)


def index() -> IndexConfig:
    tokens = [" ", ",", ":"]
    keys = {"level": IndexKeyConfig(tokens, doc_value=True), "took": IndexKeyConfig(index_type="long", doc_value=True)}
    return IndexConfig(7, IndexLineConfig(tokens), keys)


def items(*levels: str) -> list[LogItem]:
    now = int(time.time())
    return [LogItem(now, [("level", level), ("took", "12"), ("message", f"{level} of the test")]) for level in levels]


def user(company, name: str, system: str | None = None, *statements: dict):
    """A RAM user with a published policy, or with statements of its own, or with nothing."""
    key = company.user(name, *statements)
    if system:
        request = ram.AttachPolicyToUserRequest(policy_type="System", policy_name=system, user_name=name)
        company.ram.attach_policy_to_user(request)
    return key


def session(cloud, company, name: str, system: str):
    """A session of a role with a published policy, taken out by a RAM user who may do nothing else."""
    arn = company.role(name, trust(RAM=f"acs:ram::{COMPANY}:root"))
    request = ram.AttachPolicyToRoleRequest(policy_type="System", policy_name=system, role_name=name)
    company.ram.attach_policy_to_role(request)
    return assume(cloud, company.user(f"{name}-caller", allow("sts:AssumeRole")), arn)


@contextlib.contextmanager
def refused(code: str, status: int, message: str = ""):
    """Both SDKs raise an error of their own."""
    with pytest.raises(Exception) as caught:
        yield
    error = caught.value
    if isinstance(error, LogException):
        found = error.get_error_code(), error.get_resp_status(), error.get_error_message()
    else:
        found = error.code, error.data["statusCode"], error.message
    assert found[:2] == (code, status), error
    assert message in found[2], error


def denied(action: str, resource: str):
    message = f"denied by sts or ram, action: {action}, resource: acs:log:{REGION}:{COMPANY}:project/{resource}"
    return refused("Unauthorized", 401, message)


def live_through(client, name: str):
    """Create, get, list, update, delete, and logs written and read."""
    client.create_project(name, "of a test")
    assert client.get_project(name).get_description() == "of a test"
    assert name in [one["projectName"] for one in client.list_project(project_name_pattern=name).get_projects()]
    client.update_project(name, "changed")
    assert client.get_project(name).get_description() == "changed"
    client.create_logstore(name, "app", ttl=3, shard_count=2, enable_tracking=True)
    store = client.get_logstore(name, "app")
    assert (store.get_ttl(), store.get_shard_count(), store.get_enable_tracking()) == (3, 2, True)
    assert client.list_logstores(ListLogstoresRequest(name)).get_logstores() == ["app"]
    client.update_logstore(name, "app", ttl=7, shard_count=2)
    assert client.get_logstore(name, "app").get_ttl() == 7
    client.create_index(name, "app", index())
    assert "took" in client.get_index_config(name, "app").get_index_config().key_config_list
    client.update_index(name, "app", index())
    write_and_read(client, name)
    client.tag_project(name, team="blue")
    assert [page.get_tags() for page in client.get_project_tags(name)] == [{"team": "blue"}]
    client.untag_project(name, "team")
    client.split_shard(name, "app", 0, "4" + "0" * 31)
    assert [shard["status"] for shard in client.list_shards(name, "app").get_shards_info()] == [
        "readonly", "readwrite", "readwrite", "readwrite",
    ]
    client.delete_index(name, "app")
    client.delete_logstore(name, "app")
    client.delete_project(name)
    with refused("ProjectNotExist", 404):
        client.get_project(name)


def write_and_read(client, name: str):
    for more in [{}, {"compress": False}, {"hashKey": "f" * 32}]:
        client.put_logs(PutLogsRequest(name, "app", "trace", "10.0.0.1", items("error", "info"), **more))
    now = int(time.time())
    found = client.get_logs(GetLogsRequest(name, "app", now - 900, now + 60, "trace", "level: error", 100))
    assert (found.get_count(), found.is_completed()) == (3, True)
    log = found.get_logs()[0]
    assert (log.get_source(), log.contents["message"]) == ("10.0.0.1", "error of the test")
    assert client.get_log(name, "app", now - 900, now + 60, query="nothing").get_count() == 0
    assert client.get_log(name, "app", now - 900, now + 60, query="took > 3 not info", size=2).get_count() == 2
    analysed = client.get_log(name, "app", now - 900, now + 60, query="* | select level, count(1) as c group by level order by level")
    assert [log.contents for log in analysed.get_logs()] == [{"level": "error", "c": "3"}, {"level": "info", "c": "3"}]
    analysed = client.execute_logstore_sql(name, "app", now - 900, now + 60, "level: error | select avg(took) as a", False)
    assert (analysed.get_logs()[0].contents, analysed.get_processed_rows()) == ({"a": "12.0"}, 3)
    with refused("ParameterInvalid", 400, "cannot be resolved"):
        client.get_log(name, "app", now - 900, now + 60, query="* | select color")
    histograms = client.get_histograms(GetHistogramsRequest(name, "app", now - 900, now + 60, "", "*"))
    assert (histograms.get_total_count(), histograms.is_completed()) == (6, True)
    pulled = 0
    for shard in client.list_shards(name, "app").get_shards_info():
        cursor = client.get_begin_cursor(name, "app", shard["shardID"]).get_cursor()
        end = client.get_end_cursor(name, "app", shard["shardID"]).get_cursor()
        answer = client.pull_logs(name, "app", shard["shardID"], cursor, 1000)
        assert answer.get_next_cursor() == end
        pulled += len(answer.get_flatten_logs_json())
    assert pulled == 6


@signatures
def test_an_owner_lives_through_everything(cloud, prefix, signature):
    live_through(log_client(cloud, cloud.owner, signature), prefix)


@signatures
def test_a_ram_user_with_the_published_policy_does_too(cloud, company, prefix, signature):
    key = user(company, prefix, "AliyunLogFullAccess")
    live_through(log_client(cloud, key, signature), prefix)


@signatures
def test_a_role_s_session_does_too_with_its_token(cloud, company, prefix, signature):
    key = session(cloud, company, prefix, "AliyunLogFullAccess")
    live_through(log_client(cloud, key, signature), prefix)


@signatures
def test_who_may_read_may_not_write(cloud, company, project, signature):
    log_client(cloud, cloud.owner).put_logs(PutLogsRequest(project, "app", "trace", "", items("error")))
    client = log_client(cloud, user(company, project, "AliyunLogReadOnlyAccess"), signature)
    now = int(time.time())
    assert client.get_log(project, "app", now - 900, now + 60, query="*").get_count() == 1
    assert client.list_logstores(ListLogstoresRequest(project)).get_logstores() == ["app"]
    store = f"{project}/logstore/app"
    with denied("log:PostLogStoreLogs", store):
        client.put_logs(PutLogsRequest(project, "app", "trace", "", items("error")))
    with denied("log:DeleteLogStore", store):
        client.delete_logstore(project, "app")
    with denied("log:CreateProject", f"{project}-2"):
        client.create_project(f"{project}-2", "")
    with denied("log:UpdateProject", project):
        client.update_project(project, "")


@signatures
def test_nobody_is_let_in_without_a_policy_or_with_a_wrong_key(cloud, company, project, signature):
    client = log_client(cloud, company.user(project), signature)
    with denied("log:GetProject", project):
        client.get_project(project)
    with denied("log:ListProject", "*"):
        client.list_project()
    now = int(time.time())
    with denied("log:GetLogStoreLogs", f"{project}/logstore/app"):
        client.get_log(project, "app", now - 900, now, query="*")
    owner = cloud.owner
    wrong = type(owner)(owner.id, owner.secret + "x")
    with refused("SignatureNotMatch", 401):
        log_client(cloud, wrong, signature).get_project(project)
    with refused("Unauthorized", 401, "AccessKeyId not found: nobody"):
        log_client(cloud, type(owner)("nobody", "x"), signature).get_project(project)


def test_one_logstore_alone_may_be_allowed(cloud, company, project):
    resource = f"acs:log:{REGION}:{COMPANY}:project/{project}/logstore/app"
    key = company.user(project, allow("log:PostLogStoreLogs", resource))
    client = log_client(cloud, key)
    client.put_logs(PutLogsRequest(project, "app", "trace", "", items("error")))
    with denied("log:PostLogStoreLogs", f"{project}/logstore/other"):
        client.put_logs(PutLogsRequest(project, "other", "trace", "", items("error")))


def put_body(*levels: str) -> sls.LogGroup:
    def item(level):
        return sls.LogItem(time=int(time.time()), contents=[sls.LogContent(key="level", value=level)])

    return sls.LogGroup(topic="trace", source="10.0.0.1", log_items=[item(level) for level in levels])


def openapi_lives_through(client, name: str):
    client.create_project(sls.CreateProjectRequest(project_name=name, description="of a test"))
    assert client.get_project(name, sls.GetProjectRequest()).body.description == "of a test"
    listed = client.list_project(sls.ListProjectRequest(project_name=name)).body
    assert (listed.total, listed.projects[0].project_name) == (1, name)
    client.update_project(name, sls.UpdateProjectRequest(description="changed"))
    client.create_log_store(name, sls.CreateLogStoreRequest(logstore_name="app", shard_count=2, ttl=3))
    store = client.get_log_store(name, "app").body
    assert (store.ttl, store.shard_count, store.mode) == (3, 2, "standard")
    assert client.list_log_stores(name, sls.ListLogStoresRequest()).body.logstores == ["app"]
    client.update_log_store(name, "app", sls.UpdateLogStoreRequest(logstore_name="app", ttl=7))
    assert client.get_log_store(name, "app").body.ttl == 7
    line = sls.IndexLine(token=[" ", ","], case_sensitive=False)
    keys = {"level": sls.IndexKey(type="text", token=[" "], case_sensitive=False, doc_value=True)}
    client.create_index(name, "app", sls.CreateIndexRequest(body=sls.Index(line=line, keys=keys)))
    assert client.get_index(name, "app").body.keys["level"].type == "text"
    client.update_index(name, "app", sls.UpdateIndexRequest(body=sls.Index(line=line, keys=keys)))
    client.open_sls_service()
    assert client.get_sls_service().body.status == "Opened"
    for kind in ["lz4", "zstd", "deflate"]:
        headers = sls.PutLogsHeaders(x_log_compresstype=kind)
        client.put_logs_with_options(name, "app", sls.PutLogsRequest(body=put_body("error", "info")), headers, RuntimeOptions())
    now = int(time.time())
    for encoding in ["lz4", "zstd", "gzip"]:
        asked = sls.GetLogsV2Request(**{"from_": now - 900, "to": now + 60, "query": "level: error", "line": 100})
        headers = sls.GetLogsV2Headers(accept_encoding=encoding)
        found = client.get_logs_v2with_options(name, "app", asked, headers, RuntimeOptions()).body
        assert (found.meta.count, found.meta.progress) == (3, "Complete")
        assert [log["level"] for log in found.data] == ["error"] * 3
    analysis = "* | select level, count(*) as c group by level order by level"
    asked = sls.GetLogsV2Request(**{"from_": now - 900, "to": now + 60, "query": analysis})
    found = client.get_logs_v2(name, "app", asked).body
    assert (found.meta.has_sql, found.meta.keys) == (True, ["level", "c"])
    assert [(row["level"], row["c"]) for row in found.data] == [("error", "3"), ("info", "3")]
    old = client.get_logs(name, "app", sls.GetLogsRequest(from_=now - 900, to=now + 60, query="*")).body
    assert len(old.data) == 6
    counted = client.get_histograms(name, "app", sls.GetHistogramsRequest(from_=now - 900, to=now + 60, query="*")).body
    assert sum(part.count for part in counted) == 6
    assert [shard.status for shard in client.list_shards(name, "app").body] == ["readwrite", "readwrite"]
    cursor = client.get_cursor(name, "app", "0", sls.GetCursorRequest(from_="begin")).body.cursor
    assert client.get_cursor_time(name, "app", "0", sls.GetCursorTimeRequest(cursor=cursor)).body.cursor_time
    client.merge_shard(name, "app", "0")
    client.split_shard(name, "app", "2", sls.SplitShardRequest(key="4" + "0" * 31))
    tags = [sls.TagResourcesRequestTags(key="team", value="blue")]
    client.tag_resources(sls.TagResourcesRequest(resource_type="project", resource_id=[name], tags=tags))
    listed = client.list_tag_resources(sls.ListTagResourcesRequest(resource_type="project", resource_id=[name])).body
    assert [(tag.tag_key, tag.tag_value) for tag in listed.tag_resources] == [("team", "blue")]
    policy = document(
        {"Effect": "Deny", "Action": "log:DeleteLogStore", "Resource": "*", "Principal": ["*"], "Condition": {"Bool": {"acs:SecureTransport": "false"}}}
    )
    client.put_project_policy(name, sls.PutProjectPolicyRequest(body=policy))
    assert client.get_project_policy(name).body == policy
    with refused("Unauthorized", 401, "Access denied by project policy."):
        client.delete_log_store(name, "app")
    client.delete_project_policy(name)
    client.delete_index(name, "app")
    client.delete_log_store(name, "app")
    client.delete_project(name, sls.DeleteProjectRequest())
    with refused("ProjectNotExist", 404, name):
        client.get_project(name, sls.GetProjectRequest())


# What a project keeps as it was given: its name in the SDK and in what is listed, and one of it.
KEPT = {
    "config": ("list_config", "config_name", {"configName": "one", "inputType": "file", "outputType": "LogService", "inputDetail": {}, "outputDetail": {"endpoint": HOST, "logstoreName": "app"}}),
    "machine_group": ("list_machine_group", "group_name", {"groupName": "one", "machineIdentifyType": "ip", "machineList": ["10.0.0.1"]}),
    "dashboard": ("list_dashboard", "dashboard_name", {"dashboardName": "one", "displayName": "One", "charts": []}),
    "saved_search": ("list_saved_search", "savedsearch_name", {"savedsearchName": "one", "displayName": "One", "logstore": "app", "searchQuery": "*", "topic": ""}),
    "alert": ("list_alerts", "name", {"name": "one", "displayName": "One", "configuration": {"version": "2.0"}, "schedule": {"type": "FixedRate", "interval": "1m"}}),
    "consumer_group": ("list_consumer_group", "consumer_group", {"consumerGroup": "one", "order": True, "timeout": 30}),
}


def request_of(method: str, given: dict):
    """The request of an operation, whose members stand in its body where it has one."""
    request = getattr(sls, "".join(word.capitalize() for word in method.split("_")) + "Request")
    whole = "body" in inspect.signature(request.__init__).parameters
    return request().from_map({"body": given} if whole else given)


def openapi_keeps(client, project: str):
    for kind, (lists, name, one) in KEPT.items():
        place = (project, "app") if kind == "consumer_group" else (project,)
        getattr(client, f"create_{kind}")(*place, request_of(f"create_{kind}", one))
        rest = [] if kind == "consumer_group" else [request_of(lists, {"logstoreName": "app", "offset": 0, "size": 10} if kind == "config" else {})]
        assert "one" in str(getattr(client, lists)(*place, *rest).to_map()["body"]), kind
        if kind != "consumer_group":
            assert getattr(getattr(client, f"get_{kind}")(*place, "one").body, name) == "one", kind
        getattr(client, f"update_{kind}")(*place, "one", request_of(f"update_{kind}", one))
    client.apply_config_to_machine_group(project, "one", "one")
    assert client.get_applied_configs(project, "one").body.configs == ["one"]
    assert client.get_applied_machine_groups(project, "one").body.machinegroups == ["one"]
    client.remove_config_from_machine_group(project, "one", "one")
    for kind in KEPT:
        place = (project, "app") if kind == "consumer_group" else (project,)
        getattr(client, f"delete_{kind}")(*place, "one")


def native_keeps(client, project: str):
    """The SDK of Log Service's own lists what it lists by itself."""
    assert client.list_logtail_config(project).get_configs() == []
    client.create_machine_group(project, MachineGroupDetail("two", "ip", ["10.0.0.1"]))
    assert client.list_machine_group(project).get_machine_group() == ["two"]
    assert client.get_machine_group(project, "two").get_machine_group().group_name == "two"
    client.update_machine_group(project, MachineGroupDetail("two", "ip", ["10.0.0.2"]))
    client.delete_machine_group(project, "two")
    for kind, of in (("dashboard", "dashboard"), ("savedsearch", "saved_search")):
        getattr(client, f"create_{kind}")(project, KEPT[of][2])
        assert "one" in str(getattr(client, f"list_{kind}")(project).get_body()), kind
        assert "one" in str(getattr(client, f"get_{kind}")(project, "one").get_body()), kind
        getattr(client, f"update_{kind}")(project, KEPT[of][2])
        getattr(client, f"delete_{kind}")(project, "one")
    client.create_consumer_group(project, "app", "two", 30, True)
    assert [one.get_consumer_group_name() for one in client.list_consumer_group(project, "app").get_consumer_groups()] == ["two"]
    client.update_consumer_group(project, "app", "two", 60, False)
    client.delete_consumer_group(project, "app", "two")


@signatures
def test_what_a_project_keeps_lives_through_both_sdks(cloud, company, project, signature):
    openapi_keeps(sls_client(cloud, cloud.owner, signature), project)
    openapi_keeps(sls_client(cloud, user(company, f"{project}-k", "AliyunLogFullAccess"), signature), project)
    native_keeps(log_client(cloud, cloud.owner, signature), project)
    nobody = sls_client(cloud, company.user(f"{project}-n"), signature)
    for kind, (_, _, one) in KEPT.items():
        place = (project, "app") if kind == "consumer_group" else (project,)
        with refused("Unauthorized", 401):
            getattr(nobody, f"create_{kind}")(*place, request_of(f"create_{kind}", one))


@signatures
def test_the_openapi_sdk_lives_through_everything(cloud, prefix, signature):
    openapi_lives_through(sls_client(cloud, cloud.owner, signature), prefix)


@signatures
def test_the_openapi_sdk_does_as_a_ram_user_and_as_a_session(cloud, company, prefix, signature):
    openapi_lives_through(sls_client(cloud, user(company, prefix, "AliyunLogFullAccess"), signature), prefix)
    key = session(cloud, company, f"{prefix}-s", "AliyunLogFullAccess")
    openapi_lives_through(sls_client(cloud, key, signature), f"{prefix}-s")


@signatures
def test_the_openapi_sdk_is_refused_without_a_policy(cloud, company, project, signature):
    client = sls_client(cloud, company.user(project), signature)
    with denied("log:GetProject", project):
        client.get_project(project, sls.GetProjectRequest())
    with denied("log:PostLogStoreLogs", f"{project}/logstore/app"):
        client.put_logs(project, "app", sls.PutLogsRequest(body=put_body("error")))
    reader = sls_client(cloud, user(company, f"{project}-r", "AliyunLogReadOnlyAccess"), signature)
    assert reader.get_log_store(project, "app").body.logstore_name == "app"
    with denied("log:DeleteProject", project):
        reader.delete_project(project, sls.DeleteProjectRequest())


def test_log_service_is_closed_until_it_is_activated(cloud, prefix):
    with refused("InvalidAccessKeyId", 401, "Your SLS service has not opened."):
        log_client(cloud, cloud.partner).create_project(prefix, "")
    assert sls_client(cloud, cloud.partner).get_sls_service().body.status == "NotExist"
