//! What the registry holds, and how it is put together: rows that come with the program, then rows from files.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use acslab_policy::DefaultRule;

use http::Method;

use super::catalogued::Catalogued;
use crate::catalogue::Line;
use crate::operation::{Level, Locate, Operation, Paths, Product, Route, Selector, Shared, Style};

/// The operations there are, indexed by what a request can name.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    pub(super) operations: Vec<Arc<Operation>>,
    /// Whose they are, each once.
    products: Vec<Shared<Product>>,
    /// RPC operations by version and name. Two products may share both; the host then tells.
    pub(super) actions: HashMap<String, HashMap<String, Vec<Arc<Operation>>>>,
    /// The same by their names in lower case.
    pub(super) in_lower_case: HashMap<String, HashMap<String, Vec<Arc<Operation>>>>,
    /// ROA operations by version, method and path.
    pub(super) paths: HashMap<String, HashMap<Method, Paths<Arc<Operation>>>>,
    /// SLS's operations by method and path, the project in front.
    pub(super) places: HashMap<Method, Paths<Arc<Operation>>>,
    /// OSS's operations by method and level, in their order.
    pub(super) oss: HashMap<(Method, Level), Vec<Selected>, foldhash::fast::FixedState>,
    /// What is known of resources, by the service code in their ARNs.
    pub(super) locators: HashMap<String, Locate>,
    /// Those of the catalogue, for which there is no row.
    pub(super) catalogued: Catalogued,
    /// What calls are that ask for an action, by the action in lower case; made when it is first looked for.
    plain: OnceLock<HashMap<String, Plain>>,
}

/// What every call that asks for an action has that says nothing of it: what a question has that is no call.
#[derive(Debug, Clone)]
pub(crate) struct Plain {
    /// The condition keys that are filled so unless the call says otherwise.
    pub(crate) unless_said: Vec<(&'static str, &'static str)>,
    /// What holds when no policy says anything.
    pub(crate) default: DefaultRule,
    /// The condition keys that there are at all.
    pub(crate) keys: Option<Arc<[Box<str>]>>,
}

/// Says what an operation of the catalogue does, where something performs it.
pub(crate) type Performing = fn(&mut Operation, &Line);

/// An operation of OSS, and what tells it apart from others of its method and level.
pub(super) type Selected = (Selector, Arc<Operation>);

/// Two operations that a request could not tell apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The one that was there: `Ram.CreateUser (2015-05-01)`.
    pub earlier: String,
    /// How a request names both.
    pub route: String,
}

impl Registry {
    /// A registry of these rows. Rows that come with the program are held apart by a test.
    pub fn of(rows: impl IntoIterator<Item = Operation>) -> Self {
        let mut registry = Self::default();
        for row in rows {
            registry.insert(Arc::new(row));
        }
        registry
    }

    /// The same, with what performs operations of the catalogue, and what is known of the resources with these service codes.
    #[must_use]
    pub(crate) fn performing(mut self, performing: Performing, codes: &[&str], locate: Locate) -> Self {
        self.catalogued.performing = Some(performing);
        for code in codes {
            self.locators.entry((*code).to_owned()).or_insert(locate);
        }
        self
    }

    /// All operations, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Operation>> {
        self.operations.iter()
    }

    /// The product that answers at a host, of those with rows.
    pub(crate) fn product_at(&self, host: &str) -> Option<&Shared<Product>> {
        self.products.iter().find(|product| product.serves(host))
    }

    /// Adds an operation.
    ///
    /// # Errors
    /// A request that names it would name another one too.
    pub fn add(&mut self, operation: Operation) -> Result<(), Clash> {
        self.free(&operation)?;
        self.insert(Arc::new(operation));
        Ok(())
    }

    /// Is what a request would name an operation by free?
    pub(super) fn free(&self, operation: &Operation) -> Result<(), Clash> {
        if let Some(earlier) = self.same_as(operation) {
            let route = match &operation.route {
                Route::Action => format!("Action={} Version={}", operation.name, operation.product.version),
                route => route.to_string(),
            };
            let earlier = format!("{} ({})", earlier.full_name(), earlier.product.version);
            return Err(Clash { earlier, route });
        }
        Ok(())
    }

    /// An operation that every request for this one would name as well: of the same route, at one host at least.
    fn same_as(&self, operation: &Operation) -> Option<&Arc<Operation>> {
        let product = &operation.product;
        let same_product = |other: &Product| other.name == product.name && other.version == product.version;
        let same_host = |other: &Product| {
            other.hosts.first().is_none()
                || product.hosts.first().is_none()
                || other.hosts.iter().any(|host| product.hosts.contains(host))
        };
        let clashes = |other: &&Arc<Operation>| {
            (same_product(&other.product) && other.name == operation.name) || same_host(&other.product)
        };
        match &operation.route {
            Route::Action => self
                .in_lower_case
                .get(&*product.version)?
                .get(&operation.name.to_ascii_lowercase())?
                .iter()
                .find(clashes),
            Route::Path(method, path) if product.style == Style::Sls => {
                self.places.get(method)?.same_template(path).next()
            }
            Route::Path(method, path) => {
                let paths = self.paths.get(&*product.version)?.get(method)?;
                paths.same_template(path).find(clashes)
            }
            Route::Oss(method, level, selector) => {
                let rows = self.oss.get(&(method.clone(), *level))?;
                rows.iter().find(|(other, _)| other == selector).map(|(_, operation)| operation)
            }
        }
    }

    pub(super) fn insert(&mut self, operation: Arc<Operation>) {
        let version = operation.product.version.clone().into_owned();
        // Rows of a product stand together.
        if !self.products.iter().rev().any(|known| std::ptr::eq(&raw const **known, &raw const *operation.product)) {
            self.products.push(operation.product.clone());
        }
        match &operation.route {
            Route::Action => {
                let name = operation.name.clone().into_owned();
                let lower = name.to_ascii_lowercase();
                self.actions.entry(version.clone()).or_default().entry(name).or_default().push(Arc::clone(&operation));
                self.in_lower_case.entry(version).or_default().entry(lower).or_default().push(Arc::clone(&operation));
            }
            Route::Path(method, path) if operation.product.style == Style::Sls => {
                self.places.entry(method.clone()).or_default().add(path, Arc::clone(&operation));
            }
            Route::Path(method, path) => {
                self.paths
                    .entry(version)
                    .or_default()
                    .entry(method.clone())
                    .or_default()
                    .add(path, Arc::clone(&operation));
            }
            Route::Oss(method, level, selector) => {
                let rows = self.oss.entry((method.clone(), *level)).or_default();
                // Those that ask more of a request come first.
                let at = rows.partition_point(|(other, _)| other.weight() >= selector.weight());
                rows.insert(at, (*selector, Arc::clone(&operation)));
            }
        }
        for service in operation.product.resources.iter() {
            self.locators.entry(service.to_owned()).or_insert(operation.product.locate);
        }
        self.catalogued.prefer(&operation.product);
        self.operations.push(operation);
        self.plain = OnceLock::new();
    }

    /// What is known of resources whose ARNs bear this service code.
    pub(crate) fn locator(&self, service: &str) -> Option<Locate> {
        self.locators.get(service).copied()
    }

    /// What calls have in common that ask for an action; none where no row asks for it.
    pub(crate) fn plain(&self, action: &str) -> Option<&Plain> {
        self.plain.get_or_init(|| plain(&self.operations)).get(&action.to_ascii_lowercase())
    }

    /// The actions that are allowed where no policy says anything.
    pub(crate) fn open(&self) -> impl Iterator<Item = &str> {
        let checks = self.operations.iter().flat_map(|operation| operation.access.checks());
        let actions = checks.flat_map(|check| check.names().map(|(action, _)| action));
        actions.filter(|action| self.plain(action).is_some_and(|plain| plain.default == DefaultRule::AllowUnlessDenied))
    }

    /// The products there are, each once.
    pub fn products(&self) -> Vec<&Shared<Product>> {
        let mut products: Vec<&Shared<Product>> = Vec::new();
        for operation in &self.operations {
            let product = &operation.product;
            let known = |other: &&Shared<Product>| other.name == product.name && other.version == product.version;
            if !products.iter().any(known) {
                products.push(product);
            }
        }
        products
    }
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a request for {} already means {}", self.route, self.earlier)
    }
}

impl std::error::Error for Clash {}

/// What the checks for each action agree on.
fn plain(operations: &[Arc<Operation>]) -> HashMap<String, Plain> {
    let mut all: HashMap<String, Plain> = HashMap::new();
    for operation in operations {
        let product = &operation.product;
        for check in operation.access.checks() {
            for (action, _) in check.names() {
                let service = action.split(':').next().unwrap_or_default();
                let own = service.eq_ignore_ascii_case(&product.name);
                let new = || Plain {
                    unless_said: check.unless_said.to_vec(),
                    default: check.default,
                    keys: product.keys.filter(|_| own).map(|keys| keys()),
                };
                let plain = all.entry(action.to_ascii_lowercase()).or_insert_with(new);
                plain.unless_said.retain(|said| check.unless_said.contains(said));
                if plain.default != check.default {
                    plain.default = DefaultRule::DenyUnlessAllowed;
                }
            }
        }
    }
    all
}
