//! The operations that a scenario may call: the emulator's own tables, looked up by name.

pub use acslab_emulator::{Access, Level, Operation, Route, Selector, Source as Origin, Style, operations as all};

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
    /// Several versions of the product have it.
    Versions(Vec<String>),
}

/// The operation that `product`, `name` and perhaps a version name.
pub fn find(product: &str, name: &str, version: Option<&str>) -> Lookup {
    let of_product: Vec<_> = all().filter(|operation| operation.product.name == product).collect();
    if of_product.is_empty() {
        let mut known: Vec<_> = all().map(|operation| operation.product.name.to_string()).collect();
        known.sort();
        known.dedup();
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
