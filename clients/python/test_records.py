"""The products that are kept as typed records, each operation through its official SDK: as the account's owner, as a RAM user with the
published policy, as a session of a role with the policy of LangStudio's service role, and by others refused."""

import json
import os
import re

import pytest
from alibabacloud_aiworkspace20210204 import models
from alibabacloud_aiworkspace20210204.client import Client
from alibabacloud_pailangstudio20240710.client import Client as Studio
from alibabacloud_ram20150501 import models as ram
from aliyun.log import LogClient

from cloud import COMPANY
from openapi import Account, assume, call, config, trust
from walk import WALKS, Walk, plain

NAMES = sorted(path.stem for path in WALKS.glob("*.json") if path.stem != "main_operations")
ROLE_POLICY = "AliyunPAILangStudioDefaultRolePolicy"
# Where an action of the role is that of an operation by another name (see the reference of the 50 actions).
OTHERWISE = {
    "CreateDeployment": "CreatePipelineRun", "GetDeployment": "GetPipelineRun", "ExecDeploymentStage": "ExecPipelineRunStage",
}
CODES = {
    "eas": "eas", "dlc": "paidlc", "dsw": "paidsw", "flow": "paiflow", "llmtrace": "paillmtrace", "aiworkspace": "paidataset",
    "dataworks": "dataworks",
}


@pytest.fixture(scope="module")
def walkers(cloud, company: Account):
    """A user without a policy, one to be made a member, and a session with the policy of the service role."""
    arn = company.role("walks-role", trust(RAM=f"acs:ram::{COMPANY}:root"))
    company.ram.attach_policy_to_role(
        ram.AttachPolicyToRoleRequest(policy_type="System", policy_name=ROLE_POLICY, role_name="walks-role")
    )
    may = company.user("walks-assumer", {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"})
    policy = company.ram.get_policy(ram.GetPolicyRequest(policy_type="System", policy_name=ROLE_POLICY)).body
    document = json.loads(policy.default_policy_version.policy_document)
    actions = {action for statement in document["Statement"] for action in statement["Action"]}
    company.user("walks-member")
    member = company.ram.get_user(ram.GetUserRequest(user_name="walks-member")).body.user.user_id
    return {"member": member, "nobody": company.user("walks-nobody"), "assume": lambda: assume(cloud, may, arn), "actions": actions}


@pytest.fixture(scope="module")
def workspace(cloud, company):
    """A workspace, in a region where PAI is open."""
    client = Client(config(cloud, cloud.owner))
    order = models.CreateProductOrdersRequestProducts(order_type="BUY", product_code="PAI_share", charge_type="POSTPAY")
    try:
        client.create_product_orders(models.CreateProductOrdersRequest(auto_pay=True, products=[order]))
    except Exception as error:  # It may be open already.
        assert getattr(error, "code", "") == "ORDER.OPEND"
    request = models.CreateWorkspaceRequest(workspace_name="walks", description="walks", env_types=["prod"])
    return client.create_workspace(request).body.workspace_id


@pytest.fixture(scope="module")
def network(cloud):
    """A VPC, a vSwitch in it and a security group, as walks name them."""
    def make(version, action, **more):
        return call(cloud, cloud.owner, version, action, RegionId="cn-hangzhou", **more)

    vpc = make("2016-04-28", "CreateVpc")["VpcId"]
    cloud.advance(5)
    switch = make("2016-04-28", "CreateVSwitch", VpcId=vpc, ZoneId="cn-hangzhou-h", CidrBlock="172.16.200.0/24")["VSwitchId"]
    guard = make("2014-05-26", "CreateSecurityGroup", VpcId=vpc)["SecurityGroupId"]
    return {"Network": vpc, "Switch": switch, "Guard": guard}


@pytest.fixture(scope="module")
def tracing(cloud):
    """OpenTelemetry is open, and LLM trace has its role."""
    for version, action, more in (("2019-10-23", "OpenSlsService", {}), ("2019-08-08", "OpenXtraceService", {"RegionId": "cn-hangzhou"})):
        try:
            call(cloud, cloud.owner, version, action, **more)
        except Exception as error:
            assert getattr(error, "code", "") == "ORDER.OPEND", error


@pytest.mark.parametrize("name", NAMES)
def test_each_operation_as_owner_and_refused_without(cloud, company, walkers, workspace, network, tracing, name):
    walk = Walk(name)
    known = {"WorkspaceId": workspace, "Home": workspace, "Account": COMPANY, "Member": walkers["member"], **network}
    walk.run(cloud, "own", known, lambda _: cloud.owner, refused=[("nobody", walkers["nobody"])])


@pytest.mark.parametrize("name", NAMES)
def test_each_operation_as_a_user_with_the_published_policy(cloud, company, walkers, workspace, network, tracing, name):
    walk = Walk(name)
    user = company.user(f"walks-{name}", *({"Effect": "Allow", "Action": action, "Resource": "*"} for action in walk.before.get("also", [])))
    for policy in walk.policy:
        company.ram.attach_policy_to_user(
            ram.AttachPolicyToUserRequest(policy_type="System", policy_name=policy, user_name=f"walks-{name}")
        )
    walk.run(cloud, "usr", {"WorkspaceId": workspace, "Home": workspace, "Account": COMPANY, "Member": walkers["member"], **network}, lambda _: user)


@pytest.mark.parametrize("name", sorted(CODES.keys() & set(NAMES)))
def test_as_the_service_role_what_its_policy_has_and_nothing_else(cloud, company, walkers, workspace, network, tracing, name):
    walk = Walk(name)
    has = {OTHERWISE.get(action.split(":")[1], action.split(":")[1]) for action in walkers["actions"] if action.startswith(CODES[name] + ":")}
    session = walkers["assume"]()
    walk.allowed |= has
    key_of = lambda operation: session if operation in has else cloud.owner
    walk.run(cloud, "rol", {"WorkspaceId": workspace, "Home": workspace, "Account": COMPANY, "Member": walkers["member"], **network}, key_of, refused=[("the session", session)])


TESTS = WALKS.parent
# The operations of Log Service that its own SDK has under other names.
NATIVE = {
    "CreateConfig": "create_logtail_config", "GetConfig": "get_logtail_config", "ListConfig": "list_logtail_config",
    "UpdateConfig": "update_logtail_config", "DeleteConfig": "delete_logtail_config", "GetIndex": "get_index_config", "GetLogsV2": "get_logs",
    "ListAlerts": "list_alert", "TagResources": "tag_project", "ListTagResources": "get_project_tags",
}


def spoken(test: str, functions: str = "") -> set[str]:
    """The methods of SDKs that functions of a test call by their names, and those that they put together of a verb and a kind."""
    text = "".join(part for part in re.split(r"\n(?=def |[A-Z]+ = )", (TESTS / test).read_text()) if re.match(functions, part))
    verbs = ("create", "get", "update", "delete", "list")
    kinds = re.findall(r'^    "(\w+)": \("list_', text, re.M) + re.findall(r'\(\("?(\w+)", "\w+"\)', text)
    kinds += [kind for pair in re.findall(r'for kind, of in \((.*)\):', text) for kind in re.findall(r'\("(\w+)", ', pair)]
    called = set(re.findall(r'(?:client\.|do\(")([a-z_0-9]+?)(?:_?with_options)?[("]', text))
    return {plain(name) for name in called | {f"{verb}_{kind}" for verb in verbs for kind in kinds} | ({"list_alerts"} if "alert" in kinds else set())}


def beside(main: dict):
    """SDKs that have no walk but tests of their own: each with its main operations, and with those that are called."""
    langstudio = [name for name in dir(Studio) if not name.startswith("_") and hasattr(Studio, f"{name}_with_options")]
    called = spoken("test_langstudio.py")
    operations = ["".join(word.capitalize() for word in name.split("_")) for name in langstudio]
    yield "alibabacloud_pailangstudio20240710", operations, {name for name in operations if plain(name) in called}
    called = spoken("test_sls.py", r"def openapi|KEPT")
    yield "alibabacloud_sls20201230", main["sls"], {name for name in main["sls"] if plain(name) in called}
    called = spoken("test_sls.py", r"def (native_keeps|live_through|write_and_read)")
    methods = {plain(name) for name in dir(LogClient)}
    native = [name for name in main["sls"] if plain(NATIVE.get(name, name)) in methods]
    yield "aliyun-log-python-sdk", native, {name for name in native if plain(NATIVE.get(name, name)) in called}


def test_the_matrix_of_sdks_and_operations():
    """Which of the main operations each SDK's walk performs. `BLESS=1` writes the page anew."""
    main = json.loads((WALKS / "main_operations.json").read_text())
    # What the published SDK no longer has cannot be called through it.
    others = list(beside(main))
    main = {name: [one for one in operations if plain(one) in Walk(name).sdk.methods] for name, operations in main.items() if name != "sls"}
    lines = []
    rows = [(Walk(name).sdk.package, operations, set(Walk(name).operations())) for name, operations in main.items()] + others
    for package, operations, walked in rows:
        done = [operation for operation in operations if operation in walked]
        share = 100 * len(done) / len(operations)
        left = ", ".join(f"`{operation}`" for operation in operations if operation not in walked) or "none"
        lines.append(f"| `{package}` | {len(operations)} | {len(done)} | {share:.1f} % | {left} |")
    total = sum(len(operations) for _, operations, _ in rows)
    done = sum(len(set(operations) & walked) for _, operations, walked in rows)
    page = "\n".join([
        "# SDKs and operations", "",
        "Which of their main operations are performed, called through the official Python SDK: as the account's owner, as a RAM user with the "
        "published policy, and refused to a user without one. Written by `clients/python/test_records.py`.", "",
        "| SDK | main operations | performed | share | not called, or not performed |", "| --- | --- | --- | --- | --- |", *lines,
        f"| all | {total} | {done} | {100 * done / total:.1f} % | |", "",
    ])
    path = WALKS.parent.parent.parent / "docs" / "sdk-matrix.md"
    if os.environ.get("BLESS"):
        path.write_text(page)
    assert path.read_text() == page
    assert done / total >= 0.95, page
