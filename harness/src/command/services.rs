//! `acslab services`

use std::collections::BTreeSet;
use std::io::Write;

use clap::Args;

use super::{CommandError, Done};
use crate::catalogue::{self, Access, Operation, Origin, Route, Style};
use crate::exit;
use crate::page::Page;
use crate::words::{count, nearest};

const EXAMPLES: &str = "\
Examples:
  acslab services          how much of each product is performed
  acslab services Ram      each operation of RAM: style, what it needs, where that is known from
  acslab services --all    the same for every product";

/// List the operations: performed or only known, and the permissions each needs
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Services {
    /// Only these products
    products: Vec<String>,
    /// Every operation of every product
    #[arg(long)]
    all: bool,
}

impl Services {
    pub(super) fn execute(self) -> Done {
        let products: BTreeSet<_> = catalogue::all().map(|o| o.product.name).collect();
        for product in &self.products {
            if !products.contains(product.as_str()) {
                return Err(CommandError::UnknownProduct {
                    product: product.clone(),
                    near: nearest(product, products.iter().copied()),
                });
            }
        }
        let mut page = Page::default();
        for product in products {
            let asked = self.products.iter().any(|name| name == product);
            if asked || self.products.is_empty() {
                write_product(&mut page, product, asked || self.all);
            }
        }
        std::io::stdout().lock().write_all(page.into_text().as_bytes())?;
        Ok(exit::HOLDS)
    }
}

fn write_product(page: &mut Page, product: &str, in_full: bool) {
    let mut operations: Vec<_> = catalogue::all().filter(|o| o.product.name == product).collect();
    operations.sort_by_key(|o| (o.name, o.product.version));
    let performed = operations.iter().filter(|o| o.is_performed()).count();
    let versions: BTreeSet<_> = operations.iter().map(|o| o.product.version).collect();
    let versions: Vec<_> = versions.into_iter().filter(|v| !v.is_empty()).collect();
    let style = operations.first().map_or("", |o| style(o));
    let number = count(operations.len(), "operation");
    page.line(0, format_args!("{product} {}  {style}, {number}, {performed} performed", versions.join(", ")));
    if in_full {
        for operation in operations {
            page.line(1, parts(operation).join("  "));
            page.line(3, source(operation));
        }
    }
}

fn style(operation: &Operation) -> &'static str {
    match operation.product.style {
        Style::Rpc => "RPC",
        Style::Roa => "ROA",
        Style::Oss => "OSS",
    }
}

/// The name, the path, whether it is performed, and what it needs.
fn parts(operation: &Operation) -> Vec<String> {
    let mut parts = vec![operation.name.to_owned()];
    if let Route::Path(method, path) = &operation.route {
        parts.push(format!("{method} {path}"));
    }
    if !operation.is_performed() {
        parts.push("known, not performed".to_owned());
    }
    match &operation.access {
        Access::SignedOnly(why) => parts.push(format!("any signed caller: {why}")),
        Access::Anyone(why) => parts.push(format!("anyone: {why}")),
        Access::OwnerOnly(why) => parts.push(format!("account owner only: {why}")),
        Access::Federated(..) => parts.push("whoever an identity provider vouches for".to_owned()),
        Access::Checks(_) => {}
    }
    parts.extend(operation.access.checks().iter().map(|check| {
        let actions = check.actions.join(" or ");
        format!("{actions} on {}", check.resource)
    }));
    parts
}

fn source(operation: &Operation) -> String {
    match operation.source {
        Origin::Documented(page) => format!("documented: {page}"),
        Origin::Sdk(what) => format!("from the SDKs: {what}"),
        Origin::Inferred(why) => format!("inferred: {why}"),
        Origin::Acslab(why) => format!("acslab's own: {why}"),
    }
}
