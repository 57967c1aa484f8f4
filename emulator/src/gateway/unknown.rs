//! A request that names no operation: what is kept of it, so that a misspelt one can be found.

use std::sync::Arc;

use crate::operation::{Access, Asks, Operation, Perform, Product, Route, Shared, Source, Takes, Text};
use crate::registry::Registry;
use crate::wire::{HttpRequest, Wire, rpc};

/// How much of a name is kept, in characters. CHOICE: the longest that is published has 79.
const LONGEST: usize = 100;

/// What a request names, in the place of an operation: the product that has its host, and `Action`, or method and path. No other
/// parameter, no header and no body is kept: a secret may stand in any of them.
pub(super) fn unknown(registry: &Registry, request: &HttpRequest, wire: Wire) -> Arc<Operation> {
    let host = request.host();
    let [name, version] = match wire {
        Wire::Rpc { .. } => rpc::names(request).map(|name| name.map(|name| short(&name))),
        _ => [None, None],
    };
    let name = name.filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| short(&format!("{} {}", request.method, request.path)));
    let version = version.unwrap_or_default();
    let product = match registry.product_at(host) {
        Some(product) if product.version == *version => product.clone(),
        known => {
            let short = || short(host.split('.').next().unwrap_or_default());
            let name = known.map_or_else(short, |product| product.name.clone().into_owned());
            let product =
                Product { name: Text::Owned(name), version: Text::Owned(version), ..Product::new("", "", &[]) };
            Shared::Loaded(Arc::new(product))
        }
    };
    Arc::new(Operation {
        product,
        name: Text::Owned(name),
        route: Route::Action,
        access: Access::Checks(Vec::new()),
        parameters: Vec::new(),
        takes: Takes::Whole,
        perform: Perform::Missing,
        source: Source::acslab("what a request names that names no operation"),
        asks: Asks::default(),
    })
}

/// A text of a client's, in letters that a line of a log has, and not too long.
fn short(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_graphic() || c == ' ' { c } else { '?' };
    text.chars().take(LONGEST).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::{HttpRequest, unknown};
    use crate::services::registry;
    use crate::wire::Wire;

    #[test]
    fn a_misspelt_action_is_kept_by_its_name_and_nothing_else_is() {
        let request =
            HttpRequest::action("LstUsers", "2015-05-01", &[("SecurityToken", "CAIS"), ("Password", "s3cret")]);
        let operation = unknown(&registry(), &request, Wire::Rpc { json: true });
        assert_eq!((&*operation.name, &*operation.product.version), ("LstUsers", "2015-05-01"));
        let kept = format!("{operation:?}");
        assert!(!kept.contains("CAIS") && !kept.contains("s3cret"), "{kept}");
        let mut v3 = HttpRequest::action("Own", "1", &[]);
        for (name, value) in [("authorization", "ACS3-"), ("x-acs-action", "LstUsers"), ("x-acs-version", "2015-05-01")]
        {
            v3.headers.insert(name, value.parse().unwrap());
        }
        let operation = unknown(&registry(), &v3, Wire::Rpc { json: true });
        assert_eq!((&*operation.name, &*operation.product.version), ("LstUsers", "2015-05-01"));
        let long = HttpRequest::action(&"\u{1b}[31m".repeat(100), "", &[]);
        let operation = unknown(&registry(), &long, Wire::Rpc { json: true });
        assert!(operation.name.len() == 100 && operation.name.is_ascii() && !operation.name.contains('\u{1b}'));
    }
}
