//! Lists: pages by token, filters, and what is asked of whom.

use serde_json::{Value, json};

use crate::kit::{Client, names, text};
use crate::{AIWORKSPACE, DLC, DSW, ECS, FLOW, Place, VPC, allow, document, get, network, quota, send};

fn group(owner: &Client<'_>, name: &str) {
    owner.rpc(ECS, "CreateSecurityGroup", &[("RegionId", "cn-hangzhou"), ("SecurityGroupName", name)]).ok();
}

#[test]
fn the_last_page_has_no_token() {
    let place = Place::new();
    let owner = place.owner();
    for name in ["p0", "p1", "p2"] {
        group(&owner, name);
        place.later(1);
    }
    let page = |more: &[(&str, &str)]| {
        let asked = [&[("RegionId", "cn-hangzhou"), ("MaxResults", "2")], more].concat();
        owner.rpc(ECS, "DescribeSecurityGroups", &asked)
    };
    let first = page(&[]).ok();
    assert_eq!(names(&first, "/SecurityGroups/SecurityGroup", "SecurityGroupName"), ["p0", "p1"]);
    let last = page(&[("NextToken", text(&first, "/NextToken"))]).ok();
    assert_eq!(names(&last, "/SecurityGroups/SecurityGroup", "SecurityGroupName"), ["p2"]);
    assert_eq!(last.get("NextToken"), None, "{last}");
    page(&[("NextToken", "junk")]).refused(400, "InvalidParameter");
    // What is always the same is on one page.
    let types = owner.rpc(ECS, "DescribeInstanceTypes", &[("MaxResults", "2"), ("NextToken", "2")]).ok();
    assert_eq!(types.get("NextToken"), None, "{types}");
}

#[test]
fn pages_by_token_of_a_product_with_paths_end_as_well() {
    let place = Place::new();
    let owner = place.owner();
    for name in ["a", "b", "c"] {
        let body = json!({"ConnectionName": name, "ConnectionType": "CustomConnection", "Configs": {}, "WorkspaceId": place.workspace});
        send(&owner, AIWORKSPACE, "POST", "/api/v1/connections", &body).ok();
    }
    let (mut token, mut found, mut pages) = (String::new(), Vec::new(), 0);
    loop {
        let query = [("WorkspaceId", place.workspace.as_str()), ("MaxResults", "2"), ("NextToken", &token)];
        let page = get(&owner, AIWORKSPACE, "/api/v1/connections", &query).ok();
        found.extend(names(&page, "/Connections", "ConnectionName").into_iter().map(str::to_owned));
        pages += 1;
        match page["NextToken"].as_str() {
            Some(next) if pages < 5 => next.clone_into(&mut token),
            _ => break,
        }
    }
    found.sort();
    assert_eq!((found, pages), (vec!["a".to_owned(), "b".to_owned(), "c".to_owned()], 2));
}

#[test]
fn labels_narrow_lists_down_however_they_are_written() {
    let place = Place::new();
    let owner = place.owner();
    for (name, label) in [
        ("torch", json!([{"Key": "fw", "Value": "torch"}])),
        ("tf", json!([{"Key": "fw", "Value": "tensorflow"}])),
        ("none", json!([])),
    ] {
        let body = json!({"Name": name, "ImageUri": format!("registry/{name}:1"), "Labels": label, "WorkspaceId": place.workspace});
        send(&owner, AIWORKSPACE, "POST", "/api/v1/images", &body).ok();
    }
    let images = |labels: &str| {
        let query =
            [("WorkspaceId", place.workspace.as_str()), ("Labels", labels), ("SortBy", "Name"), ("Order", "ASC")];
        let page = get(&owner, AIWORKSPACE, "/api/v1/images", &query).ok();
        names(&page, "/Images", "Name").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(images("fw=tensorflow"), ["tf"]);
    assert_eq!(images("fw=torch,fw=torch"), ["torch"]);
    assert_eq!(images("fw=other"), Vec::<String>::new());
    assert_eq!(images("").len(), 3);

    place.dataset(&owner, "labelled", &json!({"Labels": [{"Key": "domain", "Value": "vision"}]})).ok();
    let datasets = |label: &str| {
        let query = [("WorkspaceId", place.workspace.as_str()), ("Label", label)];
        get(&owner, AIWORKSPACE, "/api/v1/datasets", &query).ok()["TotalCount"].clone()
    };
    assert_eq!(["vis", "domain", "zzz"].map(datasets), [json!(1), json!(1), json!(0)]);
}

#[test]
fn times_and_nested_fields_narrow_lists_down() {
    let place = Place::new();
    let owner = place.owner();
    place.job(&owner, &json!({"Settings": {"Caller": "me"}})).ok();
    let jobs = |more: &[(&str, &str)]| {
        let query = [&[("WorkspaceId", place.workspace.as_str())], more].concat();
        get(&owner, DLC, "/api/v1/jobs", &query).ok()["TotalCount"].clone()
    };
    assert_eq!(jobs(&[("StartTime", "2030-01-01T00:00:00Z"), ("EndTime", "2030-01-02T00:00:00Z")]), json!(0));
    assert_eq!(jobs(&[("StartTime", "2026-01-01T00:00:00Z"), ("EndTime", "2026-01-03T00:00:00Z")]), json!(1));
    for (name, right, wrong) in [
        ("Caller", "me", "you"),
        ("ImageSearch", "torch", "zzz"),
        ("UserCommandSearch", "tru", "zzz"),
        ("Username", "default", "zzz"),
        ("ShowOwn", "true", ""),
    ] {
        if name != "Username" {
            assert_eq!(jobs(&[(name, right)]), json!(1), "{name}");
        }
        if !wrong.is_empty() {
            assert_eq!(jobs(&[(name, wrong)]), json!(0), "{name}");
        }
    }
    // What no job has fits no job.
    for name in ["PaymentType", "OversoldInfo", "BusinessUserId", "PipelineId", "ReasonSearch", "ResourceQuotaName"] {
        assert_eq!(jobs(&[(name, "zzz")]), json!(0), "{name}");
    }

    let wanted = json!({"CPU": "4", "Memory": "16GB", "GPU": "1", "GPUType": "T4"});
    let quota = quota(&owner, "own");
    place
        .instance(
            &owner,
            &json!({"InstanceName": "own", "EcsSpec": "", "ResourceId": quota, "RequestedResource": wanted}),
        )
        .ok();
    place.instance(&owner, &json!({"InstanceName": "bought", "EcsSpec": "ecs.c6.large"})).ok();
    let instances = |more: &[(&str, &str)]| {
        let query = [&[("WorkspaceId", place.workspace.as_str()), ("SortBy", "InstanceName"), ("Order", "DESC")], more]
            .concat();
        let page = get(&owner, DSW, "/api/v2/instances", &query).ok();
        names(&page, "/Instances", "InstanceName").join(",")
    };
    assert_eq!(instances(&[("MinCpu", "3000")]), "own");
    assert_eq!(instances(&[("MaxMemory", "4")]), "bought");
    assert_eq!(instances(&[("GpuType", "T4")]), "own");
    assert_eq!(instances(&[("MinGpu", "2000")]), "");
    assert_eq!(instances(&[("CreateTimeAfter", "2030-01-01T00:00:00Z")]), "");
    assert_eq!(
        (instances(&[("ResourceId", &quota)]), instances(&[("ResourceId", "ALL")])),
        ("own".into(), "own,bought".into())
    );
}

#[test]
fn what_is_always_listed_is_narrowed_down_too() {
    let place = Place::new();
    let owner = place.owner();
    let specs = |version, path, query: &[(&str, &str)]| {
        let page = get(&owner, version, path, query).ok();
        (page["TotalCount"].clone(), names(&page, "/EcsSpecs", "InstanceType").join(","))
    };
    assert_eq!(specs(DLC, "/api/v1/ecsspecs", &[("InstanceTypes", "ecs.none")]), (json!(0), String::new()));
    assert_eq!(
        specs(DLC, "/api/v1/ecsspecs", &[("AcceleratorType", "GPU"), ("PageSize", "2")]),
        (json!(5), "ecs.gn6i-c4g1.xlarge,ecs.gn6i-c8g1.2xlarge".into())
    );
    let second = [("PageNumber", "2"), ("PageSize", "2")];
    assert_eq!(specs(DLC, "/api/v1/ecsspecs", &second), (json!(13), "ecs.c7.large,ecs.c7.xlarge".into()));
    assert_eq!(specs(DSW, "/api/v2/ecsspecs", &[("AcceleratorType", "CPU")]), (json!(1), "ecs.c6.large".into()));
}

#[test]
fn a_route_table_narrows_vswitches_down() {
    let place = Place::new();
    let owner = place.owner();
    let (vpc, vswitch, _) = network(&owner);
    let shown = owner.rpc(VPC, "DescribeVpcs", &[("RegionId", "cn-hangzhou"), ("VpcId", &vpc)]).ok();
    let table = text(&shown, "/Vpcs/Vpc/0/RouterTableIds/RouterTableIds/0").to_owned();
    let of = |table: &str| {
        let found = owner.rpc(VPC, "DescribeVSwitches", &[("RegionId", "cn-hangzhou"), ("RouteTableId", table)]).ok();
        names(&found, "/VSwitches/VSwitch", "VSwitchId").join(",")
    };
    assert_eq!((of(&table), of("vtb-none")), (vswitch, String::new()));
}

#[test]
fn a_list_is_asked_about_its_workspace() {
    let place = Place::new();
    let owner = place.owner();
    let made = place.instance(&owner, &json!({"InstanceName": "one", "EcsSpec": "ecs.c6.large"})).ok();
    let list = |client: &Client<'_>| {
        get(client, DSW, "/api/v2/instances", &[("WorkspaceId", place.workspace.as_str()), ("ResourceId", "ALL")])
    };
    let here = format!("acs:paidsw:*:*:workspace/{}", place.workspace);
    let sees = place.user("sees", &document(&[allow(&["paidsw:ListInstances"], &here)]));
    assert_eq!(names(&list(&sees).ok(), "/Instances", "InstanceId"), [text(&made, "/InstanceId")]);
    // Of what is in it, a policy says nothing about the list.
    let inside = place.user("inside", &document(&[allow(&["paidsw:ListInstances"], &format!("{here}/*"))]));
    let refused = list(&inside);
    refused.refused(403, "NoPermissionError");
    let resource = format!("acs:paidsw:cn-hangzhou:1234567890123456:workspace/{}", place.workspace);
    assert_eq!(refused.message(), format!("No permission ListInstances for resource: {resource}"));
    let all =
        place.user("all", &document(&[allow(&["paidataset:ListDatasets"], &here.replace("paidsw", "paidataset"))]));
    let datasets = get(&all, AIWORKSPACE, "/api/v1/datasets", &[("WorkspaceId", place.workspace.as_str())]);
    assert_eq!(datasets.ok()["TotalCount"], Value::from(0));
}

/// Experiments, runs and metrics go on by a number that counts from 0; 0 again says that all is there.
#[test]
fn pages_by_a_number_begin_at_the_beginning() {
    let place = Place::new();
    let owner = place.owner();
    let here = ("WorkspaceId", place.workspace.as_str());
    for name in ["ea", "eb", "ec"] {
        send(
            &owner,
            AIWORKSPACE,
            "POST",
            "/api/v1/experiments",
            &json!({"WorkspaceId": place.workspace, "Name": name}),
        )
        .ok();
        place.later(1);
    }
    let (mut token, mut found) = ("0".to_owned(), Vec::new());
    for _ in 0..5 {
        let page = get(&owner, AIWORKSPACE, "/api/v1/experiments", &[here, ("MaxResults", "1"), ("PageToken", &token)]);
        let page = page.ok();
        found.extend(names(&page, "/Experiments", "Name").into_iter().map(str::to_owned));
        token = page["NextPageToken"].to_string();
        if token == "0" {
            break;
        }
    }
    assert_eq!(found, ["ec", "eb", "ea"]);
    let first = get(&owner, AIWORKSPACE, "/api/v1/experiments", &[here, ("MaxResults", "2")]).ok();
    assert_eq!(first["NextPageToken"], json!(2));
}

#[test]
fn conditions_of_a_call_narrow_models_down() {
    let place = Place::new();
    let owner = place.owner();
    for (name, size) in [("small", "700"), ("large", "70000")] {
        let labels = json!([{"Key": "ParameterSize", "Value": size}]);
        let body = json!({"ModelName": name, "Labels": labels, "WorkspaceId": place.workspace});
        send(&owner, AIWORKSPACE, "POST", "/api/v1/models", &body).ok();
    }
    let models = |column: &str, operator: &str, value: &str| {
        let conditions = json!([{"Column": column, "Operator": operator, "Value": value}]).to_string();
        let query = [("WorkspaceId", place.workspace.as_str()), ("Conditions", &conditions)];
        names(&get(&owner, AIWORKSPACE, "/api/v1/models", &query).ok(), "/Models", "ModelName").join(",")
    };
    assert_eq!(models("ParameterSize", "LessThan", "3000"), "small");
    assert_eq!(models("ParameterSize", "GreaterThan", "3000"), "large");
    assert_eq!(models("ModelName", "eq", "large"), "large");
    assert_eq!(models("ModelName", "resembles", "large"), "");
}

#[test]
fn no_two_pipelines_are_named_alike() {
    let place = Place::new();
    let owner = place.owner();
    let make = |version: &str| {
        let manifest = format!("metadata:\n  identifier: train\n  version: {version}\n  provider: me\n");
        send(&owner, FLOW, "POST", "/api/v1/pipelines", &json!({"WorkspaceId": place.workspace, "Manifest": manifest}))
    };
    make("v1").ok();
    make("v1").refused(400, "200200002");
    make("v2").ok();
    get(&owner, FLOW, "/api/v1/pipelines/pipeline-none", &[]).refused(404, "200200004");
}
