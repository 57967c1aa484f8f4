//! The functions that the files of records name.

use super::{config, dataworks, dlc, dsw, eas, ecs, location, pai, tracing, vpc};
use crate::operation::{Handler, Hook, Hooks, Show};

/// All of them.
pub(super) const FUNCTIONS: Hooks = Hooks { hook, show, handler };

/// What is done besides a verb.
const HOOKS: &[(&str, Hook)] = &[
    ("dataset-owner", pai::dataset_owner),
    ("run-experiment", pai::run_experiment),
    ("connection-secrets", pai::connection_secrets),
    ("flow-manifest", pai::flow_manifest),
    ("flow-run", pai::flow_run),
    ("flow-node", pai::flow_node),
    ("eas-config", eas::configure),
    ("eas-develop", eas::develop),
    ("eas-develop-mode", eas::develop_mode),
    ("eas-clone", eas::clone_config),
    ("eas-network", eas::network),
    ("eas-linked-role", eas::linked_role),
    ("eas-lock", eas::unlocked),
    ("eas-lock-all", eas::unlocked_for_all),
    ("eas-events", eas::events),
    ("eas-instances", eas::instances),
    ("eas-instance", eas::instance),
    ("eas-instance-list", eas::instance_list),
    ("eas-resource-instances", eas::resource_instances),
    ("eas-cordon", eas::cordon),
    ("eas-migrate", eas::migrate),
    ("eas-acl-add", eas::acl_add),
    ("eas-acl-remove", eas::acl_remove),
    ("eas-acl", eas::acl),
    ("dlc-tags", dlc::tags),
    ("dlc-pod", dlc::pod),
    ("dsw-names", dsw::names),
    ("dsw-save", pai::dsw_save),
    ("vpc-cidr", vpc::cidr),
    ("vpc-default", vpc::default_vpc),
    ("vpc-router", vpc::router),
    ("vswitch-cidr", vpc::vswitch_cidr),
    ("vswitch-default", vpc::default_vswitch),
    ("eip-free", vpc::free_eip),
    ("ecs-vpc", ecs::vpc),
    ("ecs-rules", ecs::rules),
    ("ecs-authorize", ecs::authorize),
    ("ecs-authorize-egress", ecs::authorize_egress),
    ("ecs-revoke", ecs::revoke),
    ("ecs-revoke-egress", ecs::revoke_egress),
    ("ecs-join", ecs::join),
    ("ecs-leave", ecs::leave),
    ("ecs-run", ecs::run),
    ("ecs-unprotected", ecs::unprotected),
    ("ecs-attach-role", ecs::attach_role),
    ("ecs-detach-role", ecs::detach_role),
    ("dataworks-spec", dataworks::read_spec),
    ("dataworks-import", dataworks::import),
    ("dataworks-objects", dataworks::objects),
    ("dataworks-items", dataworks::items),
    ("dataworks-associate", dataworks::associate),
    ("dataworks-dissociate", dataworks::dissociate),
    ("dataworks-success", dataworks::success),
    ("dataworks-roles", dataworks::roles),
    ("dataworks-submit", dataworks::submit),
];

/// What is shown besides the fields.
const SHOWS: &[(&str, Show)] = &[
    ("eas-resource", eas::show_resource),
    ("dlc-job", dlc::show_job),
    ("vpc", vpc::show_vpc),
    ("vswitch", vpc::show_vswitch),
    ("ecs-instance", ecs::show_instance),
    ("dataworks-stages", dataworks::show_stages),
];

/// What performs an operation that is no verb.
const HANDLERS: &[(&str, Handler)] = &[
    ("image-labels", pai::image_labels),
    ("flow-statuses", pai::flow_statuses),
    ("xtrace-token", pai::xtrace_token),
    ("llmtrace-create-role", pai::create_trace_role),
    ("llmtrace-get-role", pai::get_trace_role),
    ("ecs-references", ecs::references),
    ("config-start", config::start),
    ("config-recorder", config::recorder),
    ("config-results", config::results),
    ("arms-status", tracing::status),
    ("arms-license", tracing::license_key),
    ("arms-token", tracing::auth_token),
    ("arms-open", tracing::open),
    ("location-endpoints", location::endpoints),
];

fn hook(name: &str) -> Option<Hook> {
    HOOKS.iter().find(|(known, _)| *known == name).map(|(_, hook)| *hook)
}

fn show(name: &str) -> Option<Show> {
    SHOWS.iter().find(|(known, _)| *known == name).map(|(_, show)| *show)
}

fn handler(name: &str) -> Option<Handler> {
    HANDLERS.iter().find(|(known, _)| *known == name).map(|(_, handler)| *handler)
}
