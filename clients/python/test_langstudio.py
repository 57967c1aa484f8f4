"""LangStudio's own SDK through all 28 operations: as the owner, as a RAM user with the published policy, and refused without one; and the
onboarding from a new account."""

from __future__ import annotations

import io
import json
import urllib.request
import zipfile

import pytest
from alibabacloud_pailangstudio20240710 import models as m
from alibabacloud_pailangstudio20240710.client import Client as LangStudio
from alibabacloud_ram20150501 import models as ram
from alibabacloud_tea_openapi.client import Client as OpenApi
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

import cloud as acslab
from openapi import Account, Key, allow, call, config, fails, ram_client
from oss import oss2_bucket

ROLE = "AliyunPAILangStudioDefaultRole"
FOLDER = "oss://research-flows/work/"


def roa(cloud: acslab.Cloud, key: Key, version: str, method: str, path: str, body: dict | None = None) -> dict:
    """Any ROA operation, through the SDKs' common core."""
    params = Params(
        action="Any", version=version, protocol="HTTP", pathname=path, method=method,
        auth_type="AK", style="ROA", req_body_type="json", body_type="json",
    )
    return OpenApi(config(cloud, key)).call_api(params, OpenApiRequest(body=body), RuntimeOptions())["body"]


def order(cloud: acslab.Cloud, key: Key, *codes: str) -> None:
    products = [
        {"OrderType": "BUY", "ProductCode": code, "ChargeType": "POSTPAY",
         "InstanceProperties": [{"Code": "region", "Value": acslab.REGION}]}
        for code in codes
    ]
    roa(cloud, key, "2021-02-04", "POST", "/api/v1/productorders", {"AutoPay": True, "Products": products})


def authorize(cloud: acslab.Cloud, key: Key) -> None:
    """The console's Quick Authorization."""
    role = {"RoleName": ROLE, "TemplateId": ROLE}
    request = json.dumps({"Services": [{"Service": "PAI", "Roles": [role]}]})
    call(cloud, key, "2015-05-01-console", "QuickAuthorization", Request=request)


def workspace(cloud: acslab.Cloud, key: Key) -> str:
    body = {"WorkspaceName": "research", "Description": "Flows", "EnvTypes": ["prod"]}
    return roa(cloud, key, "2021-02-04", "POST", "/api/v1/workspaces", body)["WorkspaceId"]


def connection(cloud: acslab.Cloud, key: Key, of: str) -> str:
    body = {"WorkspaceId": of, "ConnectionName": "embedding", "ConnectionType": "DashScopeConnection",
            "Accessibility": "PUBLIC", "Configs": {"base_url": "https://dashscope.aliyuncs.com"}}
    return roa(cloud, key, "2021-02-04", "POST", "/api/v1/connections", body)["ConnectionId"]


class Place:
    """An account that LangStudio is authorized in, with a workspace, a bucket and a connection."""

    def __init__(self, cloud: acslab.Cloud):
        self.cloud, self.owner = cloud, cloud.owner
        authorize(cloud, self.owner)
        call(cloud, self.owner, "2024-07-10-console", "ActivateForFree")
        order(cloud, self.owner, "PAI_share", "DataWorks_share")
        roa(cloud, self.owner, "2024-03-11", "POST", "/api/v1/PAILLMTrace/ServiceIdentityRole")
        self.workspace = workspace(cloud, self.owner)
        self.connection = connection(cloud, self.owner, self.workspace)
        bucket = oss2_bucket(cloud, self.owner, "research-flows")
        bucket.create_bucket()
        bucket.put_object("docs/roles.txt", b"A role is an identity that a service assumes.")
        bucket.put_object("code/main.py", b"print('hello')")

    def client(self, key: Key) -> LangStudio:
        return LangStudio(config(self.cloud, key))


@pytest.fixture(scope="module")
def place():
    started = acslab.start()
    yield Place(started)
    started.stop()


@pytest.fixture(scope="module")
def keys(place) -> dict[str, Key]:
    """Whoever may use LangStudio, and one who may not."""
    account = Account(place.cloud, place.owner)
    member, stranger = account.user("member"), account.user("stranger")
    ram_client(place.cloud, place.owner).attach_policy_to_user(
        ram.AttachPolicyToUserRequest(
            policy_type="System", policy_name="AliyunPAILangStudioFullAccess", user_name="member"
        )
    )
    return {"owner": place.owner, "member": member, "stranger": stranger}


@pytest.mark.parametrize("who", ["owner", "member"])
def test_all_28_operations(place, keys, who):
    client, of = place.client(keys[who]), place.workspace
    called = set()

    def do(name, *arguments):
        called.add(name)
        return getattr(client, name)(*arguments).body

    # Snapshots, of a folder.
    snapshot = do("create_snapshot", m.CreateSnapshotRequest(
        workspace_id=of, snapshot_name=f"{who}_code", snapshot_resource_type="Flow",
        source_storage_path="oss://research-flows/code/", work_dir=FOLDER,
    )).snapshot_id
    shown = do("get_snapshot", snapshot, m.GetSnapshotRequest(workspace_id=of))
    assert (shown.snapshot_status, shown.error_message) == ("Succeed", None)
    do("update_snapshot", snapshot, m.UpdateSnapshotRequest(workspace_id=of, description="changed"))
    listed = do("list_snapshots", m.ListSnapshotsRequest(workspace_id=of, snapshot_id=snapshot))
    assert [one.description for one in listed.snapshots] == ["changed"]

    # Runtimes.
    runtime = do("create_runtime", m.CreateRuntimeRequest(
        workspace_id=of, runtime_name=f"{who}_runtime", runtime_type="DSW", work_dir=FOLDER,
        ecs_spec=m.CreateRuntimeRequestEcsSpec(instance_type="ecs.c6.large"),
        envs=[m.CreateRuntimeRequestEnvs(key="MODE", value="test")],
    )).runtime_id
    place.cloud.advance(600)
    shown = do("get_runtime", runtime, m.GetRuntimeRequest(workspace_id=of))
    assert (shown.runtime_status, shown.envs[0].value) == ("Running", "test")
    listed = do("list_runtimes", m.ListRuntimesRequest(workspace_id=of, runtime_name=who))
    assert [one.runtime_id for one in listed.runtimes] == [runtime]
    do("update_runtime", runtime, m.UpdateRuntimeRequest(workspace_id=of, action="Stop"))
    place.cloud.advance(600)
    assert client.get_runtime(runtime, m.GetRuntimeRequest(workspace_id=of)).body.runtime_status == "Stopped"

    # Deployments.
    deployment = do("create_deployment", m.CreateDeploymentRequest(
        workspace_id=of, service_name=f"{who}_service", resource_type="Code", resource_snapshot_id=snapshot,
        work_dir=FOLDER, enable_trace=True, deployment_config=json.dumps({"metadata": {"instance": 1, "cpu": 1, "memory": 1000}}),
    )).deployment_id
    shown = do("get_deployment", deployment, m.GetDeploymentRequest(workspace_id=of))
    assert [stage.stage_status for stage in shown.deployment_stages] == ["Succeed", "Succeed", "WaitForConfirm"]
    confirm = json.dumps({"Stage": 3, "Action": "Confirm"})
    do("update_deployment", deployment, m.UpdateDeploymentRequest(workspace_id=of, stage_action=confirm))
    place.cloud.advance(600)
    listed = do("list_deployments", m.ListDeploymentsRequest(workspace_id=of, service_name=who))
    assert [one.deployment_status for one in listed.deployments] == ["Succeed"]

    # Knowledge bases, their jobs and chunks.
    base = do("create_knowledge_base", m.CreateKnowledgeBaseRequest(
        workspace_id=of, name=f"{who}_base", knowledge_base_type="TEXT", output_dir="oss://research-flows/knowledge/",
        data_sources=[m.CreateKnowledgeBaseRequestDataSources(uri="oss://research-flows/docs/")],
        chunk_config=m.CreateKnowledgeBaseRequestChunkConfig(chunk_size=200),
        embedding_config=m.CreateKnowledgeBaseRequestEmbeddingConfig(
            connection_id=place.connection, model="text-embedding-v4"
        ),
        vector_dbconfig=m.CreateKnowledgeBaseRequestVectorDBConfig(vector_dbtype="Faiss"),
    )).knowledge_base_id
    job = do("create_knowledge_base_job", base, m.CreateKnowledgeBaseJobRequest(workspace_id=of, job_action="SyncIndex"))
    job = job.knowledge_base_job_id
    place.cloud.advance(3600)
    shown = do("get_knowledge_base_job", base, job, m.GetKnowledgeBaseJobRequest(workspace_id=of))
    assert (shown.status, shown.knowledge_base_job_result.total_file_count) == ("Success", 1)
    do("update_knowledge_base_job", base, job, m.UpdateKnowledgeBaseJobRequest(workspace_id=of, description="first"))
    listed = do("list_knowledge_base_jobs", base, m.ListKnowledgeBaseJobsRequest(workspace_id=of))
    assert [one.description for one in listed.knowledge_base_jobs] == ["first"]
    chunks = do("list_knowledge_base_chunks", base, m.ListKnowledgeBaseChunksRequest()).knowledge_base_chunks
    assert "identity" in chunks[0].chunk_content
    do("update_knowledge_base_chunk", base, chunks[0].knowledge_base_chunk_id,
       m.UpdateKnowledgeBaseChunkRequest(chunk_content="A role is assumed."))
    found = do("retrieve_knowledge_base", base, m.RetrieveKnowledgeBaseRequest(workspace_id=of, query="Who is a role?"))
    assert found.knowledge_base_file_chunks[0].chunk_content == "A role is assumed."
    enable = m.UpdateKnowledgeBaseRequestAutoUpdateConfig(status="Enable")
    do("update_knowledge_base", base, m.UpdateKnowledgeBaseRequest(workspace_id=of, auto_update_config=enable))
    shown = do("get_knowledge_base", base, m.GetKnowledgeBaseRequest(workspace_id=of))
    assert (shown.auto_update_config.status, shown.output_dir) == ("Enable", "oss://research-flows/knowledge/")
    listed = do("list_knowledge_bases", m.ListKnowledgeBasesRequest(workspace_id=of, name=who))
    assert listed.total_count == 1

    # And away with all of it.
    do("delete_knowledge_base_job", base, job, m.DeleteKnowledgeBaseJobRequest(workspace_id=of))
    do("delete_knowledge_base", base, m.DeleteKnowledgeBaseRequest(workspace_id=of))
    do("delete_deployment", deployment, m.DeleteDeploymentRequest(workspace_id=of))
    do("delete_runtime", runtime, m.DeleteRuntimeRequest(workspace_id=of))
    do("delete_snapshot", snapshot, m.DeleteSnapshotRequest(workspace_id=of))
    with fails("SnapshotNotExists", 404):
        client.get_snapshot(snapshot, m.GetSnapshotRequest(workspace_id=of))
    assert called == operations() and len(called) == 28


def operations() -> set[str]:
    """The operations that the SDK has."""
    twins = ("_async", "_with_options")
    return {
        name for name in dir(LangStudio)
        if name.startswith(("create_", "get_", "list_", "update_", "delete_", "retrieve_")) and not name.endswith(twins)
    } & {name.removesuffix("_with_options") for name in dir(LangStudio) if name.endswith("_with_options")}


def test_refused_without_a_policy(place, keys):
    client = place.client(keys["stranger"])
    ids = {"knowledge_base_id": "kb-0", "knowledge_base_job_id": "kbjob-0", "knowledge_base_chunk_id": "chunk-0"}
    bodies = {
        "create_snapshot": {"snapshot_name": "a", "snapshot_resource_type": "Flow"},
        "create_runtime": {"runtime_name": "a", "runtime_type": "DSW"},
        "create_deployment": {"service_name": "a", "resource_type": "Flow"},
        "create_knowledge_base": {
            "name": "a", "knowledge_base_type": "TEXT", "output_dir": FOLDER, "data_sources": [],
            "chunk_config": {}, "embedding_config": {}, "vector_dbconfig": {},
        },
        "retrieve_knowledge_base": {"query": "a"},
    }
    nested = {
        "data_sources": lambda _: [m.CreateKnowledgeBaseRequestDataSources(uri=FOLDER)],
        "chunk_config": lambda _: m.CreateKnowledgeBaseRequestChunkConfig(chunk_size=1),
        "embedding_config": lambda _: m.CreateKnowledgeBaseRequestEmbeddingConfig(connection_id="a", model="a"),
        "vector_dbconfig": lambda _: m.CreateKnowledgeBaseRequestVectorDBConfig(vector_dbtype="Faiss"),
    }
    for name in sorted(operations()):
        request = getattr(m, "".join(part.capitalize() for part in name.split("_")) + "Request")()
        if hasattr(request, "workspace_id"):
            request.workspace_id = place.workspace
        for field, value in bodies.get(name, {}).items():
            setattr(request, field, nested.get(field, lambda value: value)(value))
        if "knowledge_base_chunk" in name and name.startswith("update"):
            path = [ids["knowledge_base_id"], ids["knowledge_base_chunk_id"]]
        elif name.endswith("knowledge_base_job") and not name.startswith("create"):
            path = [ids["knowledge_base_id"], ids["knowledge_base_job_id"]]
        elif "knowledge_base" in name and name not in ("create_knowledge_base", "list_knowledge_bases"):
            path = [ids["knowledge_base_id"]]
        else:
            path = [] if name.startswith(("create_", "list_")) else ["some-0"]
        with pytest.raises(ClientException) as caught:
            getattr(client, name)(*path, request)
        action = "pailangstudio:" + "".join(part.capitalize() for part in name.split("_"))
        detail = caught.value.access_denied_detail or {}
        assert (caught.value.status_code, detail.get("AuthAction")) == (403, action), (name, str(caught.value))


def test_the_address_of_a_snapshot_is_a_download(place):
    client = place.client(place.owner)
    snapshot = client.create_snapshot(m.CreateSnapshotRequest(
        workspace_id=place.workspace, snapshot_name="download", snapshot_resource_type="Flow",
        source_storage_path="oss://research-flows/code/", work_dir=FOLDER,
    )).body.snapshot_id
    url = client.get_snapshot(snapshot, m.GetSnapshotRequest(workspace_id=place.workspace)).body.snapshot_url
    host, _, rest = url.removeprefix("https://").partition("/")
    request = urllib.request.Request(f"{place.cloud.url}/{rest}", headers={"Host": host})
    with urllib.request.urlopen(request, timeout=10) as answer:
        archive = zipfile.ZipFile(io.BytesIO(answer.read()))
    assert {name: archive.read(name) for name in archive.namelist()} == {"main.py": b"print('hello')"}


def test_from_a_new_account():
    """Each refusal on the way, in the order in which a person meets them, and what heals it."""
    cloud = acslab.start()
    try:
        owner = cloud.owner
        alice = Account(cloud, owner).user("alice")
        client = LangStudio(config(cloud, alice))

        def snapshot(of: str):
            return client.create_snapshot(m.CreateSnapshotRequest(
                workspace_id=of, snapshot_name="first", snapshot_resource_type="Flow",
                source_storage_path="oss://research-flows/code/", work_dir=FOLDER,
            )).body.snapshot_id

        with fails("ProductNotPurchased", 400):
            snapshot("1")
        order(cloud, owner, "PAI_share")
        with fails("100400027", 404):
            snapshot("1")
        of = workspace(cloud, owner)
        with fails("Forbidden.RAM", 403):
            snapshot(of)
        user = ram_client(cloud, owner).get_user(ram.GetUserRequest(user_name="alice")).body.user.user_id
        members = {"Members": [{"UserId": user, "Roles": ["PAI.AlgoDeveloper"]}]}
        roa(cloud, owner, "2021-02-04", "POST", f"/api/v1/workspaces/{of}/members", members)
        with fails("ServiceRoleNotExistsError", 400):
            snapshot(of)
        authorize(cloud, owner)
        with fails("UserDisable", 403):
            snapshot(of)
        assert call(cloud, owner, "2024-07-10-console", "ActivateForFree")["Activated"]
        bucket = oss2_bucket(cloud, owner, "research-flows")
        failed = client.get_snapshot(snapshot(of), m.GetSnapshotRequest(workspace_id=of)).body
        assert failed.snapshot_status == "Failed" and "NoSuchBucket" in failed.error_message
        bucket.create_bucket()
        bucket.put_object("code/main.py", b"print('hello')")
        made = client.get_snapshot(snapshot(of), m.GetSnapshotRequest(workspace_id=of)).body
        assert made.snapshot_status == "Succeed"

        # What a runtime hands on, its maker must be allowed to.
        Account(cloud, owner).role("reader", json.dumps({"Version": "1", "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["pai.aliyuncs.com"]}}]}))
        arn = f"acs:ram::{acslab.COMPANY}:role/reader"
        config_of_role = m.CreateRuntimeRequestCredentialConfig(
            enable_credential_inject=True,
            credential_config_items=[m.CreateRuntimeRequestCredentialConfigCredentialConfigItems(
                key="0", type="Role",
                roles=[m.CreateRuntimeRequestCredentialConfigCredentialConfigItemsRoles(role_arn=arn, role_type="service")],
            )],
        )
        wanted = m.CreateRuntimeRequest(
            workspace_id=of, runtime_name="runtime", runtime_type="DSW", work_dir=FOLDER,
            ecs_spec=m.CreateRuntimeRequestEcsSpec(instance_type="ecs.c6.large"), credential_config=config_of_role,
        )
        with fails("4001", 400) as caught:
            client.create_runtime(wanted)
        assert "error code: 4001" in str(caught.value)
        Account(cloud, owner).policy("pass-reader", allow("ram:PassRole", f"acs:ram:*:*:role/reader"))
        ram_client(cloud, owner).attach_policy_to_user(
            ram.AttachPolicyToUserRequest(policy_type="Custom", policy_name="pass-reader", user_name="alice")
        )
        runtime = client.create_runtime(wanted).body.runtime_id
        cloud.advance(600)
        assert client.get_runtime(runtime, m.GetRuntimeRequest(workspace_id=of)).body.runtime_status == "Running"
    finally:
        cloud.stop()
