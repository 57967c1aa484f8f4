//! The functions that the files of records name.

use super::{
    acls, config, dataworks, dlc, dsw, eas, ecs, ipv6, kms, location, nat, pai, regions, roles, routes, rules, timer,
    tracing, vpc,
};
use crate::operation::{Handler, Hook, Hooks, Show};

/// All of them.
pub(super) const FUNCTIONS: Hooks = Hooks { hook, show, handler };

/// What is done besides a verb and writes by itself, so that no operation that can be rehearsed may name it: it would be done.
pub(super) const WRITING: &[(&str, Hook)] = &[
    ("eas-network", eas::network::network),
    ("eas-linked-role", eas::network::linked_role),
    ("nat-free", nat::free),
    ("dsw-timer", timer::set),
    ("dsw-timer-off", timer::unset),
    ("ecs-authorize", rules::authorize),
    ("ecs-authorize-egress", rules::authorize_egress),
    ("ecs-revoke", rules::revoke),
    ("ecs-revoke-egress", rules::revoke_egress),
    ("ecs-modify-rule", rules::modify),
    ("ecs-modify-egress-rule", rules::modify_egress),
    ("dataworks-import", dataworks::import),
];

/// What is done besides a verb, and says what the verb is to write.
const HOOKS: &[(&str, Hook)] = &[
    ("roles-of-pai", roles::trust_pai),
    ("dataset-owner", pai::dataset_owner),
    ("dataset-uri", pai::dataset_uri),
    ("studio-algorithm", pai::algorithm),
    ("run-experiment", pai::run_experiment),
    ("connection-secrets", pai::connection_secrets),
    ("flow-manifest", pai::flow_manifest),
    ("flow-run", pai::flow_run),
    ("flow-node", pai::flow_node),
    ("eas-config", eas::configuration::configure),
    ("eas-version", eas::versions::version),
    ("eas-versions", eas::versions::versions),
    ("eas-scaler", eas::service::scaler),
    ("eas-develop", eas::service::develop),
    ("eas-develop-mode", eas::service::develop_mode),
    ("eas-clone", eas::configuration::clone_config),
    ("eas-lock", eas::service::unlocked),
    ("eas-lock-all", eas::service::unlocked_for_all),
    ("eas-events", eas::instances::events),
    ("eas-instances", eas::instances::instances),
    ("eas-instance", eas::instances::instance),
    ("eas-instance-list", eas::instances::instance_list),
    ("eas-resource-instances", eas::resources::resource_instances),
    ("eas-cordon", eas::resources::cordon),
    ("eas-migrate", eas::resources::migrate),
    ("eas-acl-add", eas::acl::acl_add),
    ("eas-acl-remove", eas::acl::acl_remove),
    ("eas-acl", eas::acl::acl),
    ("dlc-pod", dlc::pod),
    ("dsw-names", dsw::names),
    ("dsw-whole", dsw::whole),
    ("dsw-save", pai::dsw_save),
    ("dsw-memory", dsw::memory),
    ("dsw-memory-again", dsw::memory_again),
    ("dsw-timer-there", timer::is_there),
    ("dsw-timer-again", timer::again),
    ("vpc-cidr", vpc::cidr),
    ("vpc-name", vpc::vpc_name),
    ("vswitch-name", vpc::vswitch_name),
    ("vpc-default", vpc::default_vpc),
    ("vpc-router", routes::router),
    ("route-associate", routes::associate),
    ("route-dissociate", routes::dissociate),
    ("vswitch-cidr", vpc::vswitch_cidr),
    ("vswitch-default", vpc::default_vswitch),
    ("eip-free", nat::unbind),
    ("eip-bind", nat::bind),
    ("nat-snat", nat::snat),
    ("nat-snat-table", nat::snat_table),
    ("nat-forward", nat::forward),
    ("nat-forward-table", nat::forward_table),
    ("route-hop", nat::next_hop),
    ("acl-entries", acls::put),
    ("acl-associate", acls::associate),
    ("acl-dissociate", acls::dissociate),
    ("ecs-groups", ecs::set_groups),
    ("ecs-status", ecs::status),
    ("ecs-vpc", ecs::vpc),
    ("ecs-group-name", ecs::group_name),
    ("ecs-rules", rules::shown),
    ("ecs-join", ecs::join),
    ("ecs-leave", ecs::leave),
    ("ecs-run", ecs::run),
    ("ecs-unprotected", ecs::unprotected),
    ("ecs-attach-role", ecs::attach_role),
    ("ecs-detach-role", ecs::detach_role),
    ("kms-create", kms::create),
    ("kms-rotate", kms::rotate),
    ("kms-suspend", kms::suspend),
    ("kms-resume", kms::resume),
    ("kms-versions", kms::list_versions),
    ("kms-protect", kms::protect),
    ("kms-unprotected", kms::unprotected),
    ("kms-alias", kms::alias),
    ("vpc-ipv6", ipv6::vpc),
    ("vpc-options", vpc::options),
    ("vpc-block-add", vpc::add_block),
    ("vpc-block-remove", vpc::remove_block),
    ("vswitch-ipv6", ipv6::vswitch),
    ("ecs-group-policy", ecs::group_policy),
    ("dataworks-spec", dataworks::read_spec),
    ("dataworks-objects", dataworks::objects),
    ("dataworks-stage", dataworks::stage),
    ("dataworks-items", dataworks::items),
    ("dataworks-associate", dataworks::associate),
    ("dataworks-dissociate", dataworks::dissociate),
    ("dataworks-success", dataworks::success),
    ("dataworks-roles", dataworks::roles),
    ("dataworks-submit", dataworks::submit),
];

/// What is shown besides the fields.
const SHOWS: &[(&str, Show)] = &[
    ("eas-resource", eas::resources::show_resource),
    ("dlc-job", dlc::show_job),
    ("dsw", dsw::show),
    ("dsw-timer", timer::show),
    ("kms-key", kms::show_key),
    ("vpc", vpc::show_vpc),
    ("vswitch", routes::show_vswitch),
    ("route-table", routes::show_table),
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
    ("ecs-references", rules::references),
    ("config-start", config::start),
    ("config-recorder", config::recorder),
    ("config-results", config::results),
    ("arms-status", tracing::status),
    ("arms-license", tracing::license_key),
    ("arms-token", tracing::auth_token),
    ("arms-open", tracing::open),
    ("location-endpoints", location::endpoints),
    ("ecs-regions", regions::of_ecs),
    ("vpc-regions", regions::of_vpc),
    ("kms-regions", regions::of_kms),
];

fn hook(name: &str) -> Option<Hook> {
    HOOKS.iter().chain(WRITING).find(|(known, _)| *known == name).map(|(_, hook)| *hook)
}

fn show(name: &str) -> Option<Show> {
    SHOWS.iter().find(|(known, _)| *known == name).map(|(_, show)| *show)
}

fn handler(name: &str) -> Option<Handler> {
    HANDLERS.iter().find(|(known, _)| *known == name).map(|(_, handler)| *handler)
}
