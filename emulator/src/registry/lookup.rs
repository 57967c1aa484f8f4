//! Finding the operation that a request names.

use std::sync::Arc;

use http::Method;

use super::Registry;
use super::paths::Template;
use crate::operation::{Level, Operation, Selector};

/// What was found of an operation.
pub(crate) enum Found<T> {
    /// This.
    Operation(T),
    /// Nothing, though there are operations of this version.
    Nothing,
    /// Not even one of this version.
    NoSuchVersion,
}

/// An operation, and the parameters in its path with their values as they were sent.
pub(crate) type AtPath<'s, 'p> = (&'s Arc<Operation>, Vec<(&'s str, &'p str)>);

impl Registry {
    /// The RPC operation of this version and name. Two products may share both; the host then tells.
    pub(crate) fn action(&self, version: &str, name: &str, host: &str) -> Found<&Arc<Operation>> {
        let Some(names) = self.actions.get(version) else {
            return if self.paths.contains_key(version) { Found::Nothing } else { Found::NoSuchVersion };
        };
        // The case of a name does not count (INFERRED: Terraform's provider removes tags by `UnTagResources` where `UntagResources`
        // is published, for several products).
        let in_other_case = || self.in_lower_case.get(version)?.get(&name.to_ascii_lowercase());
        match names.get(name).or_else(in_other_case) {
            Some(found) => at_host(found.iter(), host, |operation| operation).map_or(Found::Nothing, Found::Operation),
            None => Found::Nothing,
        }
    }

    /// The ROA operation of this version, method and path, with the parameters in the path, as they were sent.
    pub(crate) fn path<'s, 'p>(
        &'s self,
        version: &str,
        method: &Method,
        path: &'p str,
        host: &str,
    ) -> Found<AtPath<'s, 'p>> {
        let Some(methods) = self.paths.get(version) else {
            return if self.actions.contains_key(version) { Found::Nothing } else { Found::NoSuchVersion };
        };
        let found = methods.get(method).and_then(|paths| paths.find(path));
        let Some((templates, values)) = found else { return Found::Nothing };
        let template: Option<&Template> = at_host(templates.iter(), host, |template| &template.operation);
        let Some(template) = template else { return Found::Nothing };
        let names = template.names.iter().map(String::as_str);
        Found::Operation((&template.operation, names.zip(values).collect()))
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

/// The one whose product serves a host, else the first.
fn at_host<'a, T>(
    mut all: impl Iterator<Item = &'a T> + Clone,
    host: &str,
    operation: impl Fn(&'a T) -> &'a Arc<Operation>,
) -> Option<&'a T> {
    all.clone().find(|one| operation(one).product.serves(host)).or_else(|| all.next())
}
