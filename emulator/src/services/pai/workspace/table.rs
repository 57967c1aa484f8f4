//! AIWorkSpace as a product, and its operations.

use http::Method;

use super::super::locate;
use super::super::page::{PAGE_NUMBER, PAGE_SIZE};
use super::{configs, members, permissions, products, workspaces};
use crate::gateway::{Check, Form, Operation, Parameter, Product, Reply, Source, Style, forbidden_ram};

/// AIWorkSpace.
pub static AIWORKSPACE: Product = Product::new("AIWorkSpace", "2021-02-04", &["aiworkspace.{region}.aliyuncs.com"])
    .style(Style::Roa)
    .refuses(forbidden_ram)
    .locates(&["paiworkspace"], locate::locate);

/// A workspace (PAI: Configure access permissions based on the Condition attribute of RAM). The pages of most operations
/// name all resources, which a policy on `*` covers as well; the finer form lets narrower policies mean something.
const WORKSPACE: &str = "acs:paiworkspace:{region}:{account}:workspace/{WorkspaceId}";

/// The same, as PAI locates it.
const PLACE: &str = "workspace/{WorkspaceId}";

const WORKSPACE_ID: Parameter = Parameter::required("WorkspaceId", Form::Any);
const VERBOSE: Parameter = Parameter::optional("Verbose", Form::Boolean);
const MEMBER_ID: Parameter = Parameter::required("MemberId", Form::Any);
const ROLE_NAME: Parameter = Parameter::required("RoleName", Form::Own(members::check_role, "PAI.AlgoDeveloper"));

/// An action on the workspace that the call names.
const fn on_workspace(action: &'static [&'static str]) -> Check {
    Check::new(action, WORKSPACE).about(PLACE)
}

/// The operations.
pub fn table() -> Vec<Operation> {
    vec![
        AIWORKSPACE.path(
            "ListProducts",
            (Method::GET, "/api/v1/products"),
            &[Check::new(&["pai:ListProducts"], "*").allowed_unless_denied()],
            &[Parameter::optional("ProductCodes", Form::Any), Parameter::optional("ServiceCodes", Form::Any), VERBOSE],
            products::list,
        ),
        AIWORKSPACE.path(
            "CreateProductOrders",
            (Method::POST, "/api/v1/productorders"), // INFERRED: for what else the order opens nothing more is asked.
            &[Check::new(&["pai:CreateOrder"], "*")],
            &[
                Parameter::optional("AutoPay", Form::Boolean),
                Parameter::required("Products", Form::Own(products::check_order, products::SAMPLE)),
            ],
            products::order,
        ),
        AIWORKSPACE.path(
            "ListProductAuthorizations",
            (Method::GET, "/api/v1/productauthorizations"), // INFERRED: the action, since the operation tells of products as ListProducts does.
            &[Check::new(&["pai:ListProducts"], "*").allowed_unless_denied()],
            &[Parameter::required("RamRoleNames", Form::Any)],
            products::authorizations,
        ),
        AIWORKSPACE
            .path(
                "AssumeUser",
                (Method::POST, "/api/v1/users/{UserId}/action/assume"),
                &[Check::new(&["pai:AssumeUser"], "acs:pai:{region}:{account}:users/{UserId}")],
                &[Parameter::required("UserId", Form::Any)],
                |_| Ok(Reply::done()),
            )
            .known_from(Source::acslab(
                "PAI asks itself whether a service role may make something in a person's name; no operation for it is published",
            )),
        AIWORKSPACE.path(
            "CreateWorkspace",
            (Method::POST, "/api/v1/workspaces"),
            &[Check::new(&["paiworkspace:CreateWorkspace"], "*").context(workspaces::purchased_in_group)],
            &[
                Parameter::required("WorkspaceName", Form::Own(workspaces::check_name, "sample")),
                Parameter::required("Description", Form::Text(80)),
                Parameter::required("EnvTypes", Form::Own(workspaces::check_env_types, r#"["prod"]"#)),
                Parameter::optional("DisplayName", Form::Any),
                Parameter::optional("ResourceGroupId", Form::Any),
            ],
            workspaces::create,
        ),
        AIWORKSPACE.path(
            "ListWorkspaces",
            (Method::GET, "/api/v1/workspaces"),
            &[Check::new(&["paiworkspace:ListWorkspaces"], "*").about("workspaces").context(workspaces::in_group)],
            &[
                PAGE_NUMBER,
                PAGE_SIZE,
                Parameter::optional("WorkspaceName", Form::Any),
                Parameter::optional("WorkspaceIds", Form::Any),
                Parameter::optional("Status", Form::Any),
                Parameter::optional("ResourceGroupId", Form::Any),
                Parameter::optional("UserId", Form::Any),
                Parameter::optional("Fields", Form::Any),
                Parameter::optional("Order", Form::OneOf(&["ASC", "DESC"])),
                VERBOSE,
            ],
            workspaces::list,
        ),
        AIWORKSPACE.path(
            "GetWorkspace",
            (Method::GET, "/api/v1/workspaces/{WorkspaceId}"),
            &[on_workspace(&["paiworkspace:GetWorkspace"])],
            &[WORKSPACE_ID, VERBOSE],
            workspaces::get,
        ),
        AIWORKSPACE.path(
            "UpdateWorkspace",
            (Method::PUT, "/api/v1/workspaces/{WorkspaceId}"),
            &[on_workspace(&["paiworkspace:UpdateWorkspace"])],
            &[
                WORKSPACE_ID,
                Parameter::optional("DisplayName", Form::Any),
                Parameter::optional("Description", Form::Text(80)),
            ],
            workspaces::update,
        ),
        AIWORKSPACE.path(
            "DeleteWorkspace",
            (Method::DELETE, "/api/v1/workspaces/{WorkspaceId}"),
            &[on_workspace(&["paiworkspace:DeleteWorkspace"])],
            &[WORKSPACE_ID],
            workspaces::delete,
        ),
        AIWORKSPACE
            .path(
                "ChangeResourceGroup",
                (Method::PUT, "/resourcegroups/action/changeresourcegroup"),
                &[Check::new(&["paiworkspace:ChangeResourceGroup"], "*").about("workspace/{ResourceId}")],
                &[
                    Parameter::required("ResourceId", Form::Any),
                    Parameter::required("NewResourceGroupId", Form::Any),
                    Parameter::optional("ResourceType", Form::Any),
                ],
                workspaces::change_group,
            )
            .known_from(Source::sdk("AIWorkSpace SDK")),
        AIWORKSPACE.path(
            "GetDefaultWorkspace",
            (Method::GET, "/api/v1/defaultWorkspaces"),
            &[Check::new(&["paiworkspace:GetDefaultWorkspace"], "*").about("default-workspace")],
            &[VERBOSE],
            workspaces::get_default,
        ),
        AIWORKSPACE.path(
            "UpdateDefaultWorkspace",
            (Method::PUT, "/api/v1/defaultWorkspaces"),
            &[Check::new(&["paiworkspace:UpdateDefaultWorkspace"], "*").about(PLACE)],
            &[WORKSPACE_ID],
            workspaces::set_default,
        ),
        AIWORKSPACE.path(
            "CreateMember",
            (Method::POST, "/api/v1/workspaces/{WorkspaceId}/members"),
            &[on_workspace(&["paiworkspace:CreateMember"])],
            &[WORKSPACE_ID, Parameter::required("Members", Form::Own(members::check_members, members::SAMPLE))],
            members::create,
        ),
        AIWORKSPACE.path(
            "ListMembers",
            (Method::GET, "/api/v1/workspaces/{WorkspaceId}/members"),
            &[on_workspace(&["paiworkspace:ListMembers"])],
            &[
                WORKSPACE_ID,
                PAGE_NUMBER,
                PAGE_SIZE,
                Parameter::optional("Roles", Form::Any),
                Parameter::optional("MemberName", Form::Any),
                Parameter::optional("UserId", Form::Any),
            ],
            members::list,
        ),
        AIWORKSPACE.path(
            "GetMember",
            (Method::GET, "/api/v1/workspaces/{WorkspaceId}/member"),
            &[on_workspace(&["paiworkspace:GetMember"])],
            &[WORKSPACE_ID, Parameter::optional("MemberId", Form::Any), Parameter::optional("UserId", Form::Any)],
            members::get,
        ),
        AIWORKSPACE.path(
            "DeleteMembers",
            (Method::DELETE, "/api/v1/workspaces/{WorkspaceId}/members"),
            &[on_workspace(&["paiworkspace:DeleteMembers"])],
            &[WORKSPACE_ID, Parameter::required("MemberIds", Form::Any)],
            members::delete,
        ),
        AIWORKSPACE.path(
            "AddMemberRole",
            (Method::POST, "/api/v1/workspaces/{WorkspaceId}/members/{MemberId}/roles/{RoleName}"),
            &[Check::new(&["paiworkspace:AddMemberRole"], "*").about(PLACE)],
            &[WORKSPACE_ID, MEMBER_ID, ROLE_NAME],
            members::add_role,
        ),
        AIWORKSPACE.path(
            "RemoveMemberRole",
            (Method::DELETE, "/api/v1/workspaces/{WorkspaceId}/members/{MemberId}/roles/{RoleName}"),
            &[Check::new(&["paiworkspace:RemoveMemberRole"], "*").about(PLACE)],
            &[WORKSPACE_ID, MEMBER_ID, ROLE_NAME],
            members::remove_role,
        ),
        AIWORKSPACE.path(
            "ListPermissions",
            (Method::GET, "/api/v1/workspaces/{WorkspaceId}/permissions"),
            &[on_workspace(&["paiworkspace:ListPermissions"])],
            &[WORKSPACE_ID],
            permissions::list,
        ),
        AIWORKSPACE
            .path(
                "GetPermission",
                (Method::GET, "/api/v1/workspaces/{WorkspaceId}/permissions/{PermissionCode}"),
                &[on_workspace(&["paiworkspace:GetPermission"])],
                &[WORKSPACE_ID, Parameter::required("PermissionCode", Form::Any)],
                permissions::get,
            )
            .known_from(Source::sdk("AIWorkSpace SDK")),
        AIWORKSPACE
            .path(
                "ListWorkspaceUsers",
                (Method::GET, "/api/v1/workspaces/{WorkspaceId}/users"),
                &[on_workspace(&["paiworkspace:ListWorkspaceUsers"])],
                &[WORKSPACE_ID, Parameter::optional("UserName", Form::Any), Parameter::optional("UserId", Form::Any)],
                members::others,
            )
            .known_from(Source::sdk("AIWorkSpace SDK")),
        AIWORKSPACE.path(
            "ListConfigs",
            (Method::GET, "/api/v1/workspaces/{WorkspaceId}/configs"),
            &[on_workspace(&["paiworkspace:ListConfigs"])],
            &[
                WORKSPACE_ID,
                Parameter::optional("CategoryName", Form::Any),
                Parameter::optional("ConfigKeys", Form::Any),
            ],
            configs::list,
        ),
        AIWORKSPACE.path(
            "UpdateConfigs",
            (Method::PUT, "/api/v1/workspaces/{WorkspaceId}/configs"),
            &[on_workspace(&["paiworkspace:UpdateConfigs"])],
            &[WORKSPACE_ID, Parameter::required("Configs", Form::Own(configs::check, configs::SAMPLE))],
            configs::update,
        ),
        AIWORKSPACE
            .path(
                "GetConfig",
                (Method::GET, "/api/v1/workspaces/{WorkspaceId}/config"),
                &[on_workspace(&["paiworkspace:GetConfig"])],
                &[
                    WORKSPACE_ID,
                    Parameter::optional("CategoryName", Form::Any),
                    Parameter::optional("ConfigKey", Form::Any),
                    VERBOSE,
                ],
                configs::get,
            )
            .known_from(Source::sdk("AIWorkSpace SDK")),
        AIWORKSPACE
            .path(
                "UpdateConfig",
                (Method::PUT, "/api/v1/workspaces/{WorkspaceId}/config"),
                &[on_workspace(&["paiworkspace:UpdateConfig"])],
                &[
                    WORKSPACE_ID,
                    Parameter::optional("CategoryName", Form::Any),
                    Parameter::required("ConfigKey", Form::Any),
                    Parameter::required("ConfigValue", Form::Any),
                ],
                configs::set,
            )
            .known_from(Source::sdk("AIWorkSpace SDK")),
        AIWORKSPACE.path(
            "DeleteConfig",
            (Method::DELETE, "/api/v1/workspaces/{WorkspaceId}/configs/{ConfigKey}"),
            &[on_workspace(&["paiworkspace:DeleteConfig"])],
            &[
                WORKSPACE_ID,
                Parameter::required("ConfigKey", Form::Any),
                Parameter::optional("CategoryName", Form::Any),
            ],
            configs::delete,
        ),
    ]
}
