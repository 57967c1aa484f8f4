//! The services: one folder each, with its table of operations and their handlers.

pub mod activation;
pub mod console;

pub mod identity;
pub mod oss;
pub mod pai;

pub mod sts;

use crate::gateway::Operation;
use identity::{ims, ram, resource_manager};

/// Every service's table. The gateway knows no other operations.
pub static TABLES: &[&[Operation]] = &[
    ram::users::TABLE,
    ram::login_profiles::TABLE,
    ram::keys::TABLE,
    ram::mfa::TABLE,
    ram::groups::TABLE,
    ram::roles::TABLE,
    ram::linked_roles::TABLE,
    ram::policies::TABLE,
    ram::attachments::TABLE,
    ram::settings::TABLE,
    ram::tags::TABLE,
    ram::diagnostics::TABLE,
    sts::TABLE,
    ims::users::TABLE,
    ims::recycle_bin::TABLE,
    ims::login_profiles::TABLE,
    ims::keys::TABLE,
    ims::groups::TABLE,
    ims::mfa::TABLE,
    ims::oidc::TABLE,
    ims::saml::TABLE,
    ims::account::TABLE,
    ims::preferences::TABLE,
    ims::tags::TABLE,
    ims::unsupported::TABLE,
    resource_manager::groups::TABLE,
    resource_manager::resources::TABLE,
    resource_manager::tags::TABLE,
    resource_manager::attachments::TABLE,
    resource_manager::directory::TABLE,
    resource_manager::folders::TABLE,
    resource_manager::accounts::TABLE,
    resource_manager::control_policies::TABLE,
    resource_manager::delegation::TABLE,
    resource_manager::roles::TABLE,
    resource_manager::linked_roles::TABLE,
    resource_manager::policies::TABLE,
    resource_manager::unsupported::TABLE,
    oss::TABLE,
    oss::UNSET,
    oss::RESOURCE_GROUP,
    oss::MISSING,
    activation::oss::TABLE,
    activation::sls::TABLE,
    activation::opentelemetry::TABLE,
    activation::dataworks::TABLE,
    activation::vpc::TABLE,
    console::TABLE,
    pai::workspace::TABLE,
    pai::langstudio::TABLE,
];
