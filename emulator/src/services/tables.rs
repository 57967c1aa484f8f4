//! Every service's table, and the registry that they make.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use super::identity::{ims, ram, resource_directory_master, resource_manager};
use super::{activation, console, oss, pai, records, sls, sts};
use crate::catalogue;
use crate::operation::Operation;
use crate::registry::Registry;

/// A service's table.
type Table = fn() -> Vec<Operation>;

/// Every service's table. The gateway knows no other operations, but those that are read from files.
const TABLES: &[Table] = &[
    ram::users::table,
    ram::login_profiles::table,
    ram::keys::table,
    ram::mfa::table,
    ram::groups::table,
    ram::roles::table,
    ram::linked_roles::table,
    ram::policies::table,
    ram::attachments::table,
    ram::settings::table,
    ram::tags::table,
    ram::diagnostics::table,
    sts::table,
    ims::users::table,
    ims::recycle_bin::table,
    ims::login_profiles::table,
    ims::keys::table,
    ims::groups::table,
    ims::mfa::table,
    ims::oidc::table,
    ims::saml::table,
    ims::account::table,
    ims::preferences::table,
    ims::tags::table,
    resource_manager::groups::table,
    resource_manager::resources::table,
    resource_manager::attachments::table,
    resource_manager::directory::table,
    resource_manager::roles::table,
    resource_manager::linked_roles::table,
    resource_manager::policies::table,
    resource_directory_master::table,
    oss::table,
    oss::policy,
    oss::public_access,
    oss::access_point,
    oss::versions,
    oss::append,
    oss::callback,
    oss::symlink,
    oss::restore,
    oss::retention,
    oss::post,
    oss::select,
    oss::process,
    oss::settings,
    oss::worm,
    oss::inventory,
    oss::replication,
    oss::redundancy,
    oss::style,
    oss::cname,
    oss::live,
    oss::async_fetch,
    oss::not_enabled,
    oss::not_offered,
    oss::resource_group,
    sls::service::table,
    sls::project::table,
    sls::policy::table,
    sls::tags::table,
    sls::logstore::table,
    sls::encryption::table,
    sls::shard::table,
    sls::index::table,
    sls::kept::table,
    sls::consume::table,
    sls::put::table,
    sls::pull::table,
    sls::search::table,
    activation::oss::table,
    activation::sls::table,
    activation::opentelemetry::table,
    activation::dataworks::table,
    console::table,
    pai::workspace::table,
    pai::langstudio::table,
];

/// The operations that come with the program. They are made once, however many emulators run.
static NATIVE: LazyLock<Arc<Registry>> = LazyLock::new(|| {
    let rows = Registry::of(TABLES.iter().flat_map(|table| table()));
    Arc::new(rows.performing(records::perform, records::CODES, records::locate))
});

/// The registry of the operations that come with the program. Whoever adds others adds them to a copy.
pub fn registry() -> Arc<Registry> {
    Arc::clone(&NATIVE)
}

/// The operations that come with the program, service by service.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    NATIVE.iter().map(AsRef::as_ref)
}

/// The operation of the catalogue of a product and version with this name, with what performs it.
pub fn published(product: &str, version: &str, name: &str) -> Option<Operation> {
    row(&catalogue::line(product, version, name)?)
}

/// Every operation of the catalogue that is called in a way that acslab speaks, with what performs it: those of the products of some
/// names, one product after the other.
pub fn published_of(is_wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = Operation> {
    catalogue::lines_of(is_wanted).filter_map(|line| row(&line))
}

/// The operations of the catalogue that ask for an action.
pub fn published_asking(action: &str) -> impl Iterator<Item = Operation> {
    catalogue::lines_asking(action).into_iter().filter_map(|line| row(&line))
}

/// The operations of the catalogue that are performed, but for those that [`operations`] has.
pub fn published_performed() -> impl Iterator<Item = Operation> {
    let own: HashSet<_> = operations().map(|row| (&row.product.name, &row.product.version, &row.name)).collect();
    let rows = published_of(records::keeps).filter(Operation::is_performed);
    rows.filter(move |row| !own.contains(&(&row.product.name, &row.product.version, &row.name)))
}

fn row(line: &catalogue::Line) -> Option<Operation> {
    let mut operation = catalogue::operation_of(line)?;
    records::perform(&mut operation, line);
    Some(operation)
}
