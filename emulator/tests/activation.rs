//! Opening services, over HTTP: who may, what it costs them twice, and what rests on what.

mod kit;

use acslab_emulator::EmulatorHandle;
use acslab_emulator::cloud::Service;
use kit::{Client, policy, start, text};

const OSS_ADMIN: &str = "2019-04-22";
const SLS: &str = "2019-10-23";
const XTRACE: &str = "2019-08-08";
const DATAWORKS: &str = "2018-06-01";
const VPC: &str = "2016-04-28";
const ECS: &str = "2014-05-26";
const AIWORKSPACE: &str = "2021-02-04";
const CONSOLE: &str = "2015-05-01-console";

const PAI_ORDER: &str = r#"{"AutoPay":true,"Products":[
    {"OrderType":"BUY","ProductCode":"PAI_share","ChargeType":"POSTPAY","InstanceProperties":[]}]}"#;

/// The services that the first account has open.
fn open(emulator: &EmulatorHandle) -> Vec<String> {
    let accounts = emulator.gateway().cloud().accounts();
    accounts[0].activations.read().iter().map(|(service, _)| service.to_string()).collect()
}

/// One way to open a service or, for VPC, to use it.
struct Step {
    policy: &'static str,
    call: fn(&Client<'_>) -> kit::Answer,
    opens: Option<&'static str>,
}

const STEPS: &[Step] = &[
    Step {
        policy: "AliyunOSSFullAccess",
        call: |client| client.rpc(OSS_ADMIN, "OpenOssService", &[]),
        opens: Some("oss"),
    },
    Step { policy: "AliyunLogFullAccess", call: |client| client.rpc(SLS, "OpenSlsService", &[]), opens: Some("sls") },
    Step {
        policy: "AliyunARMSFullAccess",
        call: |client| client.rpc(XTRACE, "OpenXtraceService", &[("RegionId", "cn-hangzhou")]),
        opens: Some("xtrace"),
    },
    Step {
        policy: "AliyunPAIFullAccess",
        call: |client| client.roa("POST", AIWORKSPACE, "/api/v1/productorders", &[], PAI_ORDER),
        opens: Some("pai/cn-hangzhou"),
    },
    Step {
        policy: "AliyunDataWorksFullAccess",
        call: |client| client.rpc(DATAWORKS, "OpenDataWorksStandardService", &[("Region", "cn-hangzhou")]),
        opens: Some("dataworks/cn-hangzhou"),
    },
    Step { policy: "AliyunVPCFullAccess", call: |client| client.rpc(VPC, "DescribeVpcs", &[]), opens: None },
];

/// A cloud in which everything but one service is open.
fn open_all_but(closed: &str) -> EmulatorHandle {
    let emulator = start();
    let cloud = emulator.gateway().cloud();
    let region = "cn-hangzhou".to_owned();
    for service in
        [Service::Oss, Service::Sls, Service::Xtrace, Service::Pai(region.clone()), Service::DataWorks(region)]
    {
        if service.name() != closed {
            cloud.accounts()[0].activations.write().open(service, cloud.clock.now());
        }
    }
    emulator
}

#[test]
fn a_ram_user_opens_a_service_with_its_full_access_policy_and_not_without() {
    for step in STEPS {
        let emulator = open_all_but(step.opens.map_or("", |service| service.split('/').next().unwrap_or_default()));
        let owner = Client::owner(&emulator);
        let user = owner.user("alice");
        // Every policy but the one that it takes.
        for other in STEPS.iter().filter(|other| other.policy != step.policy) {
            // PAI's policy reaches into networks as well.
            if step.opens.is_some() || other.policy != "AliyunPAIFullAccess" {
                owner.attach("alice", "System", other.policy);
            }
        }
        let before = open(&emulator);
        let refusal = (step.call)(&user);
        refusal.refused(403, "Forbidden.RAM");
        assert_eq!(text(&refusal.json(), "/AccessDeniedDetail/NoPermissionType"), "ImplicitDeny", "{}", step.policy);
        assert_eq!(open(&emulator), before, "{}", step.policy);

        owner.attach("alice", "System", step.policy);
        (step.call)(&user).ok();
        if let Some(service) = step.opens {
            assert!(open(&emulator).iter().any(|open| open == service), "{service}");
        }
    }
}

#[test]
fn the_owner_opens_everything_without_a_policy() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for step in STEPS {
        (step.call)(&owner).ok();
    }
    assert_eq!(open(&emulator), ["oss", "sls", "xtrace", "pai/cn-hangzhou", "dataworks/cn-hangzhou"]);
}

#[test]
fn the_least_policies_open() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let user = owner.user("alice");
    owner.grant("alice", "Oss", &policy("Allow", "oss:ActivateProduct", "acs:oss:*:*:*"));
    owner.grant("alice", "Sls", &policy("Allow", "log:OpenSlsService", "acs:log:*:*:service"));
    // The page of OpenXtraceService names the action of another operation.
    owner.grant("alice", "Xtrace", &policy("Allow", "xtrace:GetToken", "*"));
    for step in &STEPS[..3] {
        (step.call)(&user).ok();
    }
    assert_eq!(open(&emulator), ["oss", "sls", "xtrace"]);
}

#[test]
fn a_deny_outweighs_the_full_access_policy() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let user = owner.user("alice");
    owner.attach("alice", "System", "AliyunOSSFullAccess");
    owner.grant("alice", "No", &policy("Deny", "oss:ActivateProduct", "*"));
    let refusal = user.rpc(OSS_ADMIN, "OpenOssService", &[]);
    refusal.refused(403, "Forbidden.RAM");
    assert_eq!(text(&refusal.json(), "/AccessDeniedDetail/NoPermissionType"), "ExplicitDeny");
    assert!(open(&emulator).is_empty());
}

#[test]
fn opening_twice_is_refused_in_the_clouds_spelling() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for step in STEPS {
        (step.call)(&owner).ok();
    }
    for step in STEPS.iter().filter(|step| step.opens.is_some_and(|service| service != "sls")) {
        (step.call)(&owner).refused(400, "ORDER.OPEND");
    }
    // SLS takes it as done.
    assert_eq!(text(&owner.rpc(SLS, "OpenSlsService", &[]).ok(), "/Code"), "200");
}

#[test]
fn opentelemetry_rests_on_sls() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let refusal = owner.rpc(XTRACE, "OpenXtraceService", &[]);
    refusal.refused(401, "InvalidAccessKeyId");
    assert_eq!(refusal.message(), "Your SLS service has not opened.");
    assert!(open(&emulator).is_empty());

    owner.rpc(SLS, "OpenSlsService", &[]).ok();
    let answer = owner.rpc(XTRACE, "OpenXtraceService", &[]).ok();
    assert_eq!(text(&answer, "/Result"), "True");
    assert_eq!(text(&answer, "/OrderId").len(), 15);
}

#[test]
fn the_status_of_sls() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let status = || {
        let answer = owner.rpc(SLS, "GetSlsService", &[]).ok();
        (text(&answer, "/Status").to_owned(), answer["Enabled"].as_bool())
    };
    assert_eq!(status(), ("NotExist".to_owned(), Some(false)));
    owner.rpc(SLS, "OpenSlsService", &[]).ok();
    assert_eq!(status(), ("Opened".to_owned(), Some(true)));
    owner.user("alice").rpc(SLS, "GetSlsService", &[]).refused(403, "Forbidden.RAM");
}

#[test]
fn the_commercial_status_of_both_products() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let status = |host: &str, service: &str| {
        let parameters =
            [("Action", "CheckCommercialStatus"), ("Version", XTRACE), ("Format", "JSON"), ("Service", service)];
        let mut request = owner.rpc_request("POST", &parameters);
        request.headers.insert("host", host.parse().unwrap());
        owner.send(&request)
    };
    let arms = |service: &str| text(&status("arms.cn-hangzhou.aliyuncs.com", service).ok(), "/Data").to_owned();
    let xtrace = || text(&status("xtrace.cn-hangzhou.aliyuncs.com", "xtrace").ok(), "/Data").to_owned();
    assert_eq!((arms("xtrace"), xtrace()), ("False".to_owned(), "false".to_owned()));
    owner.rpc(SLS, "OpenSlsService", &[]).ok();
    owner.rpc(XTRACE, "OpenXtraceService", &[]).ok();
    assert_eq!((arms("xtrace"), xtrace()), ("True".to_owned(), "true".to_owned()));
    assert_eq!(arms("apm"), "False");
    status("xtrace.cn-hangzhou.aliyuncs.com", "apm").refused(400, "InvalidParameter.Service");
}

#[test]
fn the_service_linked_role_of_opentelemetry_is_made_once() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let user = owner.user("alice");
    user.rpc(XTRACE, "OpenXtraceDefaultSLR", &[("RegionId", "cn-hangzhou")]).refused(403, "Forbidden.RAM");
    owner.ram("GetRole", &[("RoleName", "AliyunServiceRoleForXtrace")]).refused(404, "EntityNotExist.Role");

    // The one action suffices: nothing of RAM is asked of the caller.
    owner.grant("alice", "Slr", &policy("Allow", "arms:OpenXtraceDefaultSLR", "*"));
    for _ in 0..2 {
        let answer = user.rpc(XTRACE, "OpenXtraceDefaultSLR", &[("RegionId", "cn-hangzhou")]).ok();
        assert_eq!(answer["Data"], true);
    }
    let role = owner.ram("GetRole", &[("RoleName", "AliyunServiceRoleForXtrace")]).ok();
    assert!(text(&role, "/Role/AssumeRolePolicyDocument").contains("xtrace.aliyuncs.com"));
}

#[test]
fn dataworks_is_opened_region_by_region() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let order = |region| owner.rpc(DATAWORKS, "OpenDataWorksStandardService", &[("Region", region)]);
    owner.rpc(DATAWORKS, "OpenDataWorksStandardService", &[]).refused(400, "MissingRegion");
    order("cn-hangzhou").ok();
    order("cn-shanghai").ok();
    order("cn-shanghai").refused(400, "ORDER.OPEND");
    assert_eq!(open(&emulator), ["dataworks/cn-hangzhou", "dataworks/cn-shanghai"]);
}

#[test]
fn networks_are_not_emulated_but_asked_for() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let user = owner.user("alice");
    owner.attach("alice", "System", "AliyunVPCFullAccess");
    let answer = user.rpc(VPC, "DescribeVpcs", &[("PageSize", "50")]).ok();
    assert_eq!(answer["Vpcs"]["Vpc"], serde_json::json!([]));
    assert_eq!((answer["TotalCount"].as_i64(), answer["PageSize"].as_i64()), (Some(0), Some(50)));
    user.rpc(VPC, "DescribeVSwitches", &[]).ok();
    // Security groups are ECS's, and no policy for VPC covers them.
    user.rpc(ECS, "DescribeSecurityGroups", &[]).refused(403, "Forbidden.RAM");
    owner.attach("alice", "System", "AliyunPAIFullAccess");
    user.rpc(ECS, "DescribeSecurityGroups", &[]).ok();
}

fn products(client: &Client<'_>, query: &[(&str, &str)]) -> serde_json::Value {
    client.roa("GET", AIWORKSPACE, "/api/v1/products", query, "").ok()
}

#[test]
fn whether_pai_is_purchased_anybody_of_the_account_may_ask() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let user = owner.user("alice");
    let asked = [("ProductCodes", "PAI_share"), ("ServiceCodes", "OSS"), ("Verbose", "true")];
    let answer = products(&user, &asked);
    assert_eq!(answer["Products"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer["Products"][0]["IsPurchased"], false);
    assert_eq!(answer["Products"][0]["HasPermissionToPurchase"], false);
    assert_eq!(answer["Services"][0]["IsOpen"], false);
    assert!(products(&user, &[])["Products"][0].get("HasPermissionToPurchase").is_none());

    owner.grant("alice", "Buy", &policy("Allow", "pai:CreateOrder", "*"));
    assert_eq!(products(&user, &asked)["Products"][0]["HasPermissionToPurchase"], true);
    owner.roa("POST", AIWORKSPACE, "/api/v1/productorders", &[], PAI_ORDER).ok();
    assert_eq!(products(&user, &asked)["Products"][0]["IsPurchased"], true);

    owner.grant("alice", "Blind", &policy("Deny", "pai:ListProducts", "*"));
    user.roa("GET", AIWORKSPACE, "/api/v1/products", &[], "").refused(403, "Forbidden.RAM");
}

#[test]
fn one_order_may_open_several_products() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let order = |body: &str| owner.roa("POST", AIWORKSPACE, "/api/v1/productorders", &[], body);
    let both = r#"{"Products":[{"ProductCode":"PAI_share"},{"ProductCode":"OSS_share"},
        {"ProductCode":"DataWorks_share","InstanceProperties":[{"Code":"region","Value":"cn-beijing"}]}]}"#;
    order(PAI_ORDER).ok();
    let answer = order(both).ok();
    assert_eq!(answer["ProductIds"], serde_json::json!(["OSS_share", "DataWorks_share"]));
    assert_eq!(open(&emulator), ["oss", "pai/cn-hangzhou", "dataworks/cn-beijing"]);
    order(both).refused(400, "ORDER.OPEND");
    order(r#"{"Products":[{"ProductCode":"MaxCompute_share"},{"ProductCode":"Sheep_share"}]}"#)
        .refused(400, "InvalidParameter");
    order(r#"{"Products":[]}"#).refused(400, "InvalidParameter");
    order("{}").refused(400, "MissingProducts");
    order("[").refused(400, "InvalidParameter.Format");
    assert_eq!(open(&emulator).len(), 3);
}

const LANGSTUDIO: &str = "AliyunPAILangStudioDefaultRole";

fn request(role: &str) -> String {
    serde_json::json!({"ReturnUrl": "https://pai.console.aliyun.com/", "Services": [
        {"Service": "PAI", "Roles": [{"RoleName": role, "TemplateId": role}]}]})
    .to_string()
}

/// Which calls to RAM quick authorization made for its first role.
fn calls(answer: &serde_json::Value) -> Vec<&str> {
    kit::names(answer, "/Roles/Role/0/Calls/Call", "Action")
}

fn authorize(client: &Client<'_>, request: &str) -> kit::Answer {
    client.rpc(CONSOLE, "QuickAuthorization", &[("Request", request)])
}

#[test]
fn quick_authorization_makes_the_role_once() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let first = authorize(&owner, &request(LANGSTUDIO)).ok();
    assert_eq!(calls(&first), ["GetRole", "CreateRole", "AttachPolicyToRole"]);
    assert_eq!(first["Roles"]["Role"][0]["AlreadyAuthorized"], false);

    let role = owner.ram("GetRole", &[("RoleName", LANGSTUDIO)]).ok();
    let trust: serde_json::Value = serde_json::from_str(text(&role, "/Role/AssumeRolePolicyDocument")).unwrap();
    assert_eq!(trust["Statement"][0]["Principal"], serde_json::json!({"Service": ["pai.aliyuncs.com"]}));
    assert_eq!(text(&role, "/Role/Arn"), "acs:ram::1234567890123456:role/aliyunpailangstudiodefaultrole");
    let policies = owner.ram("ListPoliciesForRole", &[("RoleName", LANGSTUDIO)]).ok();
    assert_eq!(kit::names(&policies, "/Policies/Policy", "PolicyName"), ["AliyunPAILangStudioDefaultRolePolicy"]);

    let again = authorize(&owner, &request(LANGSTUDIO)).ok();
    assert_eq!(calls(&again), ["GetRole", "ListPoliciesForRole"]);
    assert_eq!(again["Roles"]["Role"][0]["AlreadyAuthorized"], true);
    assert_eq!(owner.ram("ListPoliciesForRole", &[("RoleName", LANGSTUDIO)]).ok()["Policies"], policies["Policies"]);
}

#[test]
fn quick_authorization_attaches_again_what_was_detached() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    authorize(&owner, &request(LANGSTUDIO)).ok();
    let policy = "AliyunPAILangStudioDefaultRolePolicy";
    owner
        .ram("DetachPolicyFromRole", &[("PolicyType", "System"), ("PolicyName", policy), ("RoleName", LANGSTUDIO)])
        .ok();
    let answer = authorize(&owner, &request(LANGSTUDIO)).ok();
    assert_eq!(calls(&answer), ["GetRole", "ListPoliciesForRole", "AttachPolicyToRole"]);
    assert_eq!(answer["Roles"]["Role"][0]["RoleExisted"], true);
    let policies = owner.ram("ListPoliciesForRole", &[("RoleName", LANGSTUDIO)]).ok();
    assert_eq!(kit::names(&policies, "/Policies/Policy", "PolicyName"), [policy]);
}

#[test]
fn several_services_and_roles_in_one_request() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let request = r#"{"Services":[
        {"Service":"PAI","Roles":[{"RoleName":"AliyunPAILangStudioDefaultRole","TemplateId":"AliyunPAILangStudioDefaultRole"},
                                  {"RoleName":"AliyunPAIDSWDefaultRole","TemplateId":"AliyunPAIDSWDefaultRole"}]},
        {"Service":"CS","Roles":[{"RoleName":"AliyunCSDefaultRole","TemplateId":"Default"}]}]}"#;
    let answer = authorize(&owner, request).ok();
    let made = kit::names(&answer, "/Roles/Role", "RoleName");
    assert_eq!(made, ["AliyunPAILangStudioDefaultRole", "AliyunPAIDSWDefaultRole", "AliyunCSDefaultRole"]);
    for role in made {
        owner.ram("GetRole", &[("RoleName", role)]).ok();
    }
}

#[test]
fn a_ram_user_may_not_assign_a_service_role_whatever_its_policies() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let user = owner.user("alice");
    owner.grant("alice", "Everything", &policy("Allow", "*", "*"));
    authorize(&user, &request(LANGSTUDIO)).refused(403, "NoPermission");
    owner.ram("GetRole", &[("RoleName", LANGSTUDIO)]).refused(404, "EntityNotExist.Role");
    // By RAM's own operations it may: nothing published forbids those.
    user.ram(
        "CreateRole",
        &[("RoleName", LANGSTUDIO), ("AssumeRolePolicyDocument", &kit::trust("Service", "pai.aliyuncs.com"))],
    )
    .ok();
}

#[test]
fn an_unknown_template_changes_nothing() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let two = r#"{"Services":[{"Service":"PAI","Roles":[
        {"RoleName":"AliyunPAILangStudioDefaultRole","TemplateId":"AliyunPAILangStudioDefaultRole"},
        {"RoleName":"Mine","TemplateId":"Mine"}]}]}"#;
    for request in [two, "", "{}", "not JSON"] {
        let code = if request.is_empty() { "MissingRequest" } else { "InvalidParameter.Request" };
        authorize(&owner, request).refused(400, code);
    }
    assert_eq!(owner.ram("ListRoles", &[]).ok()["Roles"]["Role"], serde_json::json!([]));
}

/// Reference 2 of the flow: is the role assigned?
#[test]
fn whether_the_service_role_is_assigned() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let user = owner.user("alice");
    let asked = [("RamRoleNames", "AliyunPAILangStudioDefaultRole,AliyunPAIDSWDefaultRole")];
    let ask = || user.roa("GET", AIWORKSPACE, "/api/v1/productauthorizations", &asked, "").ok();
    let before = ask();
    assert_eq!(before["AuthorizationDetails"][0]["IsAuthorized"], false);
    assert!(text(&before, "/AuthorizationUrl").contains("AliyunPAIDSWDefaultRole"));

    authorize(&owner, &request(LANGSTUDIO)).ok();
    let after = ask();
    assert_eq!(after["AuthorizationDetails"][0]["IsAuthorized"], true);
    assert_eq!(text(&after, "/AuthorizationDetails/0/RamRoleType"), "ServiceRole");
    assert!(after["AuthorizationDetails"][0].get("AuthorizationUrl").is_none());
    assert_eq!(after["AuthorizationDetails"][1]["IsAuthorized"], false);
    assert!(!text(&after, "/AuthorizationUrl").contains(LANGSTUDIO));

    // By RAM's own operation it takes a permission.
    user.ram("GetRole", &[("RoleName", LANGSTUDIO)]).refused(403, "NoPermission");
    owner.grant("alice", "Look", &policy("Allow", "ram:GetRole", "*"));
    user.ram("GetRole", &[("RoleName", LANGSTUDIO)]).ok();
}
