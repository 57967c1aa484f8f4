//! Finding the operation that a request names. A row that comes with the program or from a file goes before one of the catalogue.

use std::sync::Arc;

use http::Method;

use super::Registry;
use crate::catalogue;
use crate::operation::{Level, Operation, Selector};
use crate::signature::OrderedQuery;

/// What was found of an operation.
pub(crate) enum Found<T> {
    /// This.
    Operation(T),
    /// Nothing, though there are operations of this version.
    Nothing,
    /// Not even one of this version.
    NoSuchVersion,
}

/// An operation, and the values of the parameters in its path as they were sent, in order.
pub(crate) type AtPath<'p> = (Arc<Operation>, Vec<&'p str>);

impl Registry {
    /// The RPC operation of this version and name. Two products may share both; the host then tells.
    pub(crate) fn action(&self, version: &str, name: &str, host: &str) -> Found<Arc<Operation>> {
        let names = self.actions.get(version);
        // The case of a name does not count (INFERRED: Terraform's provider removes tags by `UnTagResources` where `UntagResources`
        // is published, for several products).
        let in_other_case = || self.in_lower_case.get(version)?.get(&name.to_ascii_lowercase());
        let native = names.and_then(|names| names.get(name)).or_else(in_other_case);
        let native = native.and_then(|found| at_host(found.iter(), host, |operation| operation));
        self.chosen(native, version, host, || self.catalogued.action(version, name, host))
    }

    /// The ROA operation of this version, method and path, with what stands for the parameters in the path, as it was sent.
    pub(crate) fn path<'p>(
        &self,
        version: &str,
        method: &Method,
        path: &'p str,
        query: &OrderedQuery,
        host: &str,
    ) -> Found<AtPath<'p>> {
        let native = self.paths.get(version).and_then(|methods| methods.get(method)?.find(path, query));
        let native = native.and_then(|(found, values)| {
            let operation = at_host(found.iter().copied(), host, |operation| operation)?;
            Some((Arc::clone(operation), values))
        });
        let serves = |operation: &Operation| !is_named(host) || operation.product.serves(host);
        if let Some((operation, values)) = &native
            && serves(operation)
        {
            return Found::Operation((Arc::clone(operation), values.clone()));
        }
        match (self.catalogued.path(version, method, path, query, host), native) {
            (Some((operation, values)), None) => Found::Operation((operation, values)),
            (Some((operation, values)), Some(_)) if operation.product.serves(host) => {
                Found::Operation((operation, values))
            }
            (_, Some(native)) => Found::Operation(native),
            (None, None) => self.nothing(version),
        }
    }

    /// A row of the registry's own, unless the host is that of a product of the catalogue.
    fn chosen(
        &self,
        native: Option<&Arc<Operation>>,
        version: &str,
        host: &str,
        catalogued: impl FnOnce() -> Option<Arc<Operation>>,
    ) -> Found<Arc<Operation>> {
        if let Some(operation) = native
            && (!is_named(host) || operation.product.serves(host))
        {
            return Found::Operation(Arc::clone(operation));
        }
        match (catalogued(), native) {
            (Some(operation), None) => Found::Operation(operation),
            (Some(operation), Some(_)) if operation.product.serves(host) => Found::Operation(operation),
            (_, Some(native)) => Found::Operation(Arc::clone(native)),
            (None, None) => self.nothing(version),
        }
    }

    fn nothing<T>(&self, version: &str) -> Found<T> {
        let known = self.actions.contains_key(version) || self.paths.contains_key(version);
        if known || catalogue::has_version(version) { Found::Nothing } else { Found::NoSuchVersion }
    }

    /// The SLS operation of this method and path, with what stands for the parameters in host and path, as it was sent: one of the
    /// project that the host names, else one of the service.
    pub(crate) fn place(
        &self,
        method: &Method,
        project: Option<&str>,
        path: &str,
        query: &OrderedQuery,
    ) -> Option<(Arc<Operation>, Vec<String>)> {
        let of_project = project.map(|project| format!("{project}{path}"));
        let places = || of_project.as_deref().into_iter().chain([path]);
        let paths = self.places.get(method);
        let native = places().find_map(|place| {
            let (found, values) = paths?.find(place, query)?;
            Some((Arc::clone(found.first()?), owned(&values)))
        });
        if native.as_ref().is_some_and(|(operation, _)| operation.route.asks()) {
            return native;
        }
        let catalogued = || {
            places().find_map(|place| {
                let (operation, values) = self.catalogued.place(method, place, query)?;
                Some((operation, owned(&values)))
            })
        };
        // One that asks for something in the query goes before one that does not.
        match (native, catalogued()) {
            (Some(_), Some(catalogued)) if catalogued.0.route.asks() => Some(catalogued),
            (None, catalogued) => catalogued,
            (native, _) => native,
        }
    }

    /// The OSS operation of this method at this level: the first that what the request carries selects, else the plain one.
    pub(crate) fn oss(
        &self,
        method: &Method,
        level: Level,
        carries: impl Fn(Selector) -> bool,
    ) -> Option<(&Arc<Operation>, Selector)> {
        // Those that ask more of a request come first, the plain one last.
        let rows = self.oss.get(&(method.clone(), level))?;
        rows.iter().find(|(selector, _)| carries(*selector)).map(|(selector, operation)| (operation, *selector))
    }
}

fn owned(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

/// Is a host one of the cloud's names, and no address of this machine?
fn is_named(host: &str) -> bool {
    host.contains(".aliyun") || host.ends_with(".aligenie.com")
}

/// The one whose product serves a host, else the first.
fn at_host<'a, T: ?Sized>(
    mut all: impl Iterator<Item = &'a T> + Clone,
    host: &str,
    operation: impl Fn(&'a T) -> &'a Arc<Operation>,
) -> Option<&'a T> {
    all.clone().find(|one| operation(one).product.serves(host)).or_else(|| all.next())
}
