//! The operations there are, looked up by name: the emulator's own tables, then the catalogue of what is published.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{LazyLock, Mutex, PoisonError};

use acslab_emulator::catalogue as published;
pub use acslab_emulator::{Access, Level, Operation, Route, Selector, Source as Origin, Style, operations as native};
use acslab_emulator::{published as published_row, published_of, published_performed};
use acslab_policy::catalogue::ActionNames;

use crate::words::{Choices, nearest};

/// What a name in a scenario stands for.
#[derive(Debug)]
pub enum Lookup {
    /// This operation.
    Found(&'static Operation),
    /// No product of that name.
    NoProduct {
        /// The products that there are.
        choices: Choices,
    },
    /// The product has no operation of that name.
    NoOperation {
        /// The name that was meant, if one is near.
        near: Option<String>,
    },
    /// The product has such an operation, in other versions than the one that is named.
    NoVersion {
        /// The versions that have it.
        versions: Vec<String>,
    },
    /// Several versions of the product have it.
    Versions(Vec<String>),
}

/// A product at one version, and how much of it there is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Product {
    /// Its code: `Ecs`.
    pub name: String,
    /// The version of its API.
    pub version: String,
    /// How its operations are called.
    pub style: &'static str,
    /// How many operations it has.
    pub operations: usize,
    /// How many of them are performed.
    pub performed: usize,
}

/// The products there are, in order.
pub fn products() -> Vec<Product> {
    let mut products: BTreeMap<(String, String), Product> = BTreeMap::new();
    let mut missing: HashMap<(String, String), usize> = HashMap::new();
    for (name, version, style, operations) in published::summary() {
        let key = (name.to_ascii_lowercase(), version.to_owned());
        let product = Product { name: name.to_owned(), version: key.1.clone(), style, operations, performed: 0 };
        products.insert(key, product);
    }
    let mut seen = HashSet::new();
    // One that is asked for in two places is one.
    for operation in native().filter(|operation| seen.insert(key(operation))) {
        let (name, version) = (operation.product.name.to_string(), operation.product.version.to_string());
        let key = (name.to_ascii_lowercase(), version.clone());
        let style = style(operation);
        let empty = || Product { name, version, style, operations: 0, performed: 0 };
        let published = |name: &str| published_row(&key.0, &key.1, name).is_some();
        let counted = published(&operation.name) || other_name(operation).is_some_and(published);
        let product = products.entry(key.clone()).or_insert_with(empty);
        product.performed += usize::from(operation.is_performed());
        // Those that the catalogue has are counted already.
        if !counted {
            *missing.entry(key).or_default() += 1;
        }
    }
    for operation in published_performed() {
        let key = (operation.product.name.to_ascii_lowercase(), operation.product.version.to_string());
        if let Some(product) = products.get_mut(&key) {
            product.performed += 1;
        }
    }
    for (key, more) in missing {
        if let Some(product) = products.get_mut(&key) {
            product.operations += more;
        }
    }
    products.into_values().collect()
}

/// Every operation of the products of these names, or of all where none is named: a row of the emulator's own goes before one of the
/// catalogue with its name.
pub fn of_products(names: &[String]) -> impl Iterator<Item = Cow<'static, Operation>> {
    let names = names.to_vec();
    let is_asked = move |product: &str| names.is_empty() || names.iter().any(|name| product.eq_ignore_ascii_case(name));
    let published = published_of(is_asked.clone());
    chosen(published).filter(move |operation| is_asked(&operation.product.name))
}

fn chosen(published: impl Iterator<Item = Operation>) -> impl Iterator<Item = Cow<'static, Operation>> {
    static OWN: LazyLock<HashSet<(String, String, String)>> = LazyLock::new(|| native().map(key).collect());
    let again = |operation: &Operation| own_name(&operation.product.name, &operation.name) != &*operation.name;
    let others = published.filter(move |operation| !OWN.contains(&key(operation)) && !again(operation));
    native().map(Cow::Borrowed).chain(others.map(Cow::Owned))
}

fn key(operation: &Operation) -> (String, String, String) {
    let product = &operation.product;
    (product.name.to_ascii_lowercase(), product.version.to_string(), operation.name.to_ascii_lowercase())
}

/// The names of the actions that published operations need, for the linter.
#[derive(Debug, Clone, Copy)]
pub struct Published;

impl ActionNames for Published {
    fn names(&self, code: &str) -> Vec<String> {
        static KNOWN: LazyLock<Mutex<HashMap<String, Vec<String>>>> = LazyLock::new(Mutex::default);
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let names = known.entry(code.to_owned()).or_insert_with(|| {
            let actions = published::actions(code).into_iter();
            actions.filter_map(|action| action.split_once(':').map(|(_, name)| name.to_owned())).collect()
        });
        names.clone()
    }
}

/// How operations are called, as a word.
pub fn style(operation: &Operation) -> &'static str {
    match operation.product.style {
        Style::Rpc => "RPC",
        Style::Roa => "ROA",
        Style::Oss => "OSS",
        Style::Sls => "SLS",
    }
}

/// An operation of the catalogue, kept for as long as the program runs: as many as a scenario names.
fn kept(product: &str, name: &str, version: Option<&str>) -> Vec<&'static Operation> {
    static KEPT: LazyLock<Mutex<HashMap<String, Vec<&'static Operation>>>> = LazyLock::new(Mutex::default);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let label = format!("{product}.{name}@{version:?}");
    let found = kept.entry(label).or_insert_with(|| {
        let versions = published::summary().filter(|(known, ..)| *known == product).map(|(_, version, ..)| version);
        let asked = versions.filter(|known| version.is_none_or(|version| version == *known));
        let rows = asked.filter_map(|version| published_row(product, version, name));
        rows.filter(|row| row.name == name).map(|row| &*Box::leak(Box::new(row))).collect()
    });
    found.clone()
}

/// Has a product an operation of this name, in whatever version and letters?
pub fn has_operation(product: &str, name: &str) -> bool {
    static NAMES: LazyLock<Mutex<HashMap<String, HashSet<String>>>> = LazyLock::new(Mutex::default);
    static PRODUCTS: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let published = published::summary().map(|(known, ..)| known.to_ascii_lowercase());
        published.chain(native().map(|operation| operation.product.name.to_ascii_lowercase())).collect()
    });
    // Of a product that there is not nothing is kept: whatever stands in a text may be asked for.
    if !PRODUCTS.contains(&product.to_ascii_lowercase()) {
        return false;
    }
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    let names = names.entry(product.to_ascii_lowercase()).or_insert_with(|| {
        of_products(&[product.to_owned()]).map(|operation| operation.name.to_ascii_lowercase()).collect()
    });
    names.contains(&name.to_ascii_lowercase())
}

/// Operations of OSS that the catalogue has by other names than those of their pages, by which they are performed.
const OTHER_NAMES: [(&str, &str); 5] = [
    ("GetObjectAcl", "GetObjectACL"),
    ("ListBuckets", "GetService"),
    ("ListObjects", "GetBucket"),
    ("ListObjectsV2", "GetBucketV2"),
    ("PutObjectAcl", "PutObjectACL"),
];

/// The name by which an operation is performed.
fn own_name<'n>(product: &str, name: &'n str) -> &'n str {
    let other = OTHER_NAMES.iter().find(|(other, _)| product == "Oss" && *other == name);
    other.map_or(name, |(_, name)| *name)
}

/// The other name that the catalogue has for an operation.
pub fn other_name(operation: &Operation) -> Option<&'static str> {
    let own = |(other, name): &&(&'static str, &str)| *name == operation.name && !other.eq_ignore_ascii_case(name);
    OTHER_NAMES.iter().filter(|_| operation.product.name == "Oss").find(own).map(|(other, _)| *other)
}

/// The operation that `product`, `name` and perhaps a version name.
pub fn find(product: &str, name: &str, version: Option<&str>) -> Lookup {
    match (find_one(product, name, version), version) {
        (Lookup::NoOperation { near }, Some(_)) => match find_one(product, name, None) {
            Lookup::Found(other) => Lookup::NoVersion { versions: vec![other.product.version.to_string()] },
            Lookup::Versions(versions) => Lookup::NoVersion { versions },
            _ => Lookup::NoOperation { near },
        },
        (found, _) => found,
    }
}

fn find_one(product: &str, name: &str, version: Option<&str>) -> Lookup {
    let name = own_name(product, name);
    let of_product: Vec<_> = native().filter(|operation| operation.product.name == product).collect();
    if !of_product.iter().any(|operation| operation.name == name) {
        match kept(product, name, version).as_slice() {
            [only] => return Lookup::Found(only),
            [] => {}
            several => {
                return Lookup::Versions(several.iter().map(|row| row.product.version.to_string()).collect());
            }
        }
    }
    let is_published = || published::summary().any(|(known, ..)| known == product);
    if of_product.is_empty() && is_published() {
        let known: Vec<_> = published_of(|known| known == product).map(|row| row.name.to_string()).collect();
        return Lookup::NoOperation { near: nearest(name, &known) };
    }
    if of_product.is_empty() {
        let sorted = |mut names: Vec<String>| {
            names.sort();
            names.dedup();
            names
        };
        let performed = sorted(native().map(|operation| operation.product.name.to_string()).collect());
        // Most who mistype a product mean one of those that do something.
        let choices = Choices::new(product, &performed);
        if choices.did_you_mean().is_some() {
            return Lookup::NoProduct { choices };
        }
        let published = published::summary().map(|(name, ..)| name.to_owned());
        let known = sorted(performed.into_iter().chain(published).collect());
        return Lookup::NoProduct { choices: Choices::new(product, &known) };
    }
    let found: Vec<_> = of_product
        .iter()
        .copied()
        .filter(|operation| operation.name == name)
        .filter(|operation| version.is_none_or(|version| operation.product.version == version))
        .collect();
    // An older generation is often the one that is performed; a scenario need not say so. Of two generations that are, the one that
    // is called by name is meant: Log Service is activated in both.
    let performed: Vec<_> = found.iter().copied().filter(|operation| operation.is_performed()).collect();
    let by_name: Vec<_> = performed.iter().copied().filter(|operation| operation.route == Route::Action).collect();
    match (found.as_slice(), performed.as_slice(), by_name.as_slice()) {
        ([only], ..) | (_, [only], _) | (_, _, [only]) => Lookup::Found(only),
        // One that has several paths has a row for each.
        (_, [first, more @ ..], _) if more.iter().all(|row| row.product.version == first.product.version) => {
            Lookup::Found(first)
        }
        ([], ..) => Lookup::NoOperation { near: nearest(name, of_product.iter().map(|operation| &*operation.name)) },
        (several, ..) => {
            Lookup::Versions(several.iter().map(|operation| operation.product.version.to_string()).collect())
        }
    }
}

/// The host that SDKs address for the operation in a region.
pub fn host(operation: &Operation, region: &str) -> Option<String> {
    let hosts = &operation.product.hosts;
    let regional = hosts.iter().find(|host| host.contains("{region}"));
    regional.or(hosts.first()).map(|host| host.replace("{region}", region))
}

/// `Product.Operation`.
pub fn full_name(operation: &Operation) -> String {
    format!("{}.{}", operation.product.name, operation.name)
}

/// The parameters without which the operation has no address.
pub fn address_parameters(operation: &Operation) -> Vec<&str> {
    match &operation.route {
        Route::Action | Route::Oss(_, Level::Service, _) => Vec::new(),
        Route::Path(_, template) => path_parameters(template),
        Route::Oss(_, Level::Bucket, _) => vec!["Bucket"],
        Route::Oss(_, Level::Object, _) => vec!["Bucket", "Key"],
    }
}

/// All parameters that the tables name.
pub fn parameters(operation: &Operation) -> Vec<&str> {
    let mut names = address_parameters(operation);
    names.extend(operation.parameters.iter().map(|parameter| &*parameter.name));
    names
}

/// The names in braces of a path template.
fn path_parameters(template: &str) -> Vec<&str> {
    template.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect()
}
