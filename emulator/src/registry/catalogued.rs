//! The operations of the catalogue as a registry gives them: made when they are asked for, of the registry's own product where it has
//! one of that name, and kept for a while.

use std::collections::HashMap;
use std::sync::Arc;

use dashmap::DashMap;
use http::Method;
use parking_lot::Mutex;

use super::build::Performing;
use crate::catalogue::{self, Place};
use crate::operation::{Access, Operation, Paths, Product, Route, Shared, Style};
use crate::signature::OrderedQuery;

/// How many operations are kept of each generation. When the younger one is full, the older one goes.
const MOST: usize = 512;

/// The operations of the catalogue.
#[derive(Debug, Default)]
pub(super) struct Catalogued {
    /// The registry's own products by version and name in lower case; they stand for those of the catalogue.
    products: HashMap<(String, String), Shared<Product>>,
    /// What performs some of them.
    pub(super) performing: Option<Performing>,
    kept: Mutex<Kept>,
    /// Paths by version, of those versions that were asked for.
    paths: DashMap<String, Arc<HashMap<Method, Paths<Place>>>>,
    /// The same of SLS, the project in front.
    places: DashMap<String, Arc<HashMap<Method, Paths<Place>>>>,
}

/// Operations made lately, in two generations, by their place and the method that they were asked for by.
#[derive(Debug, Default)]
struct Kept {
    young: HashMap<(Place, Option<Method>), Arc<Operation>>,
    old: HashMap<(Place, Option<Method>), Arc<Operation>>,
}

impl Kept {
    fn get(&mut self, key: &(Place, Option<Method>)) -> Option<Arc<Operation>> {
        if let Some(found) = self.young.get(key) {
            return Some(Arc::clone(found));
        }
        let found = self.old.remove(key)?;
        self.put(key.clone(), Arc::clone(&found));
        Some(found)
    }

    fn put(&mut self, key: (Place, Option<Method>), operation: Arc<Operation>) {
        if self.young.len() >= MOST {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, operation);
    }
}

/// A copy starts with nothing kept: it may come to have other products.
impl Clone for Catalogued {
    fn clone(&self) -> Self {
        let (products, performing) = (self.products.clone(), self.performing);
        Self { products, performing, ..Self::default() }
    }
}

impl Catalogued {
    /// Takes a product of the registry in the place of that of the catalogue.
    pub(super) fn prefer(&mut self, product: &Shared<Product>) {
        let key = (product.version.to_string(), product.name.to_ascii_lowercase());
        self.products.entry(key).or_insert_with(|| product.clone());
        *self.kept.get_mut() = Kept::default();
    }

    /// The operation of this version and name; of several the one whose product serves the host, else that of the largest product.
    pub(super) fn action(&self, version: &str, name: &str, host: &str) -> Option<Arc<Operation>> {
        let called = catalogue::named(version, name).filter_map(|place| self.of(place, None));
        let is_called_so = |operation: &Arc<Operation>| {
            let by_action = match &operation.route {
                Route::Action => true,
                Route::Path(_, path) => path == "/",
                Route::Oss(..) => false,
            };
            by_action && operation.product.style != Style::Sls && operation.name.eq_ignore_ascii_case(name)
        };
        chosen(called.filter(is_called_so), host)
    }

    /// The operation of this version, method and path.
    pub(super) fn path<'p>(
        &self,
        version: &str,
        method: &Method,
        path: &'p str,
        query: &OrderedQuery,
        host: &str,
    ) -> Option<(Arc<Operation>, Vec<&'p str>)> {
        if !catalogue::has_version(version) {
            return None;
        }
        let paths = self.paths_of(version);
        let (places, values) = paths.get(method)?.find(path, query)?;
        let found = places.into_iter().filter_map(|place| self.of(*place, Some(method)));
        Some((chosen(found, host)?, values))
    }

    /// SLS's operation of this method and path, the project in front; the versions are those of the registry's own products.
    pub(super) fn place<'p>(
        &self,
        method: &Method,
        place: &'p str,
        query: &OrderedQuery,
    ) -> Option<(Arc<Operation>, Vec<&'p str>)> {
        let products = self.products.values().filter(|product| product.style == Style::Sls);
        products.into_iter().find_map(|product| {
            let paths = self.places_of(&product.version);
            let (places, values) = paths.get(method)?.find(place, query)?;
            Some((places.into_iter().find_map(|place| self.of(*place, Some(method)))?, values))
        })
    }

    fn places_of(&self, version: &str) -> Arc<HashMap<Method, Paths<Place>>> {
        if let Some(known) = self.places.get(version) {
            return Arc::clone(&known);
        }
        let mut places: HashMap<Method, Paths<Place>> = HashMap::new();
        let lines = catalogue::with_paths(version).flat_map(catalogue::entries);
        for line in lines.filter(|line| line.product().style == Style::Sls) {
            let (Some((methods, _)), Some(Route::Path(_, template))) = (line.entry().at(), catalogue::route_of(&line))
            else {
                continue;
            };
            for method in methods.filter_map(|method| method.parse::<Method>().ok()) {
                places.entry(method).or_default().add(&template, line.place);
            }
        }
        let places = Arc::new(places);
        self.places.insert(version.to_owned(), Arc::clone(&places));
        places
    }

    fn paths_of(&self, version: &str) -> Arc<HashMap<Method, Paths<Place>>> {
        if let Some(known) = self.paths.get(version) {
            return Arc::clone(&known);
        }
        let mut paths: HashMap<Method, Paths<Place>> = HashMap::new();
        let lines = catalogue::with_paths(version).flat_map(catalogue::entries);
        for line in lines.filter(|line| line.product().style != Style::Sls) {
            let Some((methods, path)) = line.entry().at() else { continue };
            for method in methods.filter_map(|method| method.parse::<Method>().ok()) {
                paths.entry(method).or_default().add(path, line.place);
            }
        }
        let paths = Arc::new(paths);
        self.paths.insert(version.to_owned(), Arc::clone(&paths));
        paths
    }

    /// The operation at a place, as it is asked for by a method.
    fn of(&self, place: Place, method: Option<&Method>) -> Option<Arc<Operation>> {
        let key = (place, method.cloned());
        if let Some(kept) = self.kept.lock().get(&key) {
            return Some(kept);
        }
        let line = place.read()?;
        let mut operation = catalogue::operation_of(&line)?;
        if let (Some(method), Route::Path(by, _)) = (method, &mut operation.route) {
            *by = method.clone();
        }
        let mut operation = self.with_own_product(operation);
        if let Some(performing) = self.performing {
            performing(&mut operation, &line);
        }
        let operation = Arc::new(operation);
        self.kept.lock().put(key, Arc::clone(&operation));
        Some(operation)
    }

    fn with_own_product(&self, mut operation: Operation) -> Operation {
        let product = &operation.product;
        let key = (product.version.to_string(), product.name.to_ascii_lowercase());
        match self.products.get(&key) {
            Some(own) => {
                if let Access::Checks(checks) = &mut operation.access {
                    checks.iter_mut().for_each(own.adapt);
                }
                Operation { product: own.clone(), ..operation }
            }
            None => operation,
        }
    }
}

/// The one whose product serves a host, else the first.
fn chosen(all: impl Iterator<Item = Arc<Operation>>, host: &str) -> Option<Arc<Operation>> {
    let mut first = None;
    for operation in all {
        if operation.product.serves(host) {
            return Some(operation);
        }
        first.get_or_insert(operation);
    }
    first
}
