//! `acslab services`

use std::collections::BTreeSet;
use std::io::Write;

use acslab_emulator::ledger::{Exercised, exercised};
use clap::{Args, ValueEnum};
use miette::Diagnostic;
use serde_json::{Value, json};

use super::out::stdout;
use crate::catalogue::{self, Access, Operation, Origin, Route, Style};
use crate::exit::Exit;
use crate::page::Page;
use crate::words::{count, nearest};

const EXAMPLES: &str = "\
Examples:
  acslab services                     how much of each product is performed
  acslab services Ram                 each operation of RAM: what it needs, where that is known from, what tests exercise
  acslab services --all               the same for every product
  acslab services --all --format json for programs

Exit codes: 0 listed, 2 a product is not known";

/// List the operations: performed or only known, the permissions each needs, and what the tests have exercised of it
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Services {
    /// Only these products
    products: Vec<String>,
    /// Every operation of every product
    #[arg(long)]
    all: bool,
    /// How to print them; JSON has every operation, of all products or of those named
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// A list of operations
    Json,
}

/// Why operations cannot be listed.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum ServicesError {
    #[error("unknown product `{product}`")]
    UnknownProduct {
        product: String,
        #[help]
        help: String,
    },
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Services {
    pub(super) fn execute(self) -> Result<Exit, ServicesError> {
        let products: BTreeSet<_> = catalogue::all().map(|o| &*o.product.name).collect();
        for product in &self.products {
            if !products.contains(product.as_str()) {
                let near = nearest(product, products.iter().copied());
                let list = || "`acslab services` lists all products".to_owned();
                let help = near.map_or_else(list, |near| format!("did you mean `{near}`?"));
                return Err(ServicesError::UnknownProduct { product: product.clone(), help });
            }
        }
        let asked = |product: &str| self.products.iter().any(|name| name == product);
        let chosen = products.into_iter().filter(|product| self.products.is_empty() || asked(product));
        let text = match self.format {
            Format::Text => {
                let mut page = Page::default();
                for product in chosen {
                    write_product(&mut page, product, asked(product) || self.all);
                }
                page.into_text()
            }
            Format::Json => {
                let all: Vec<_> = chosen.flat_map(operations).map(entry).collect();
                format!("{:#}\n", Value::Array(all))
            }
        };
        stdout().write_all(text.as_bytes())?;
        Ok(Exit::Holds)
    }
}

/// A product's operations by name.
fn operations(product: &str) -> Vec<&'static Operation> {
    let mut operations: Vec<_> = catalogue::all().filter(|o| o.product.name == product).collect();
    operations.sort_by_key(|o| (&*o.name, &*o.product.version));
    operations
}

fn write_product(page: &mut Page, product: &str, in_full: bool) {
    let operations = operations(product);
    let performed = operations.iter().filter(|o| o.is_performed()).count();
    let versions: BTreeSet<_> = operations.iter().map(|o| &*o.product.version).collect();
    let versions: Vec<_> = versions.into_iter().filter(|v| !v.is_empty()).collect();
    let style = operations.first().map_or("", |o| style(o));
    let number = count(operations.len(), "operation");
    page.line(0, format_args!("{product} {}  {style}, {number}, {performed} performed", versions.join(", ")));
    if in_full {
        for operation in operations {
            page.line(1, parts(operation).join("  "));
            page.line(3, &operation.source);
            if let Some(exercised) = exercised(operation) {
                page.line(3, format_args!("tested: {}", tested(exercised)));
            }
        }
    }
}

fn tested(exercised: &Exercised) -> String {
    let allow = exercised.allow.as_ref().map(|allow| format!("allow by {} ({})", allow.by, allow.answer));
    let deny: Vec<_> = exercised.deny.iter().map(ToString::to_string).collect();
    let deny = (!deny.is_empty()).then(|| format!("deny by {}", deny.join(", ")));
    allow.into_iter().chain(deny).collect::<Vec<_>>().join(", ")
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
    let mut parts = vec![operation.name.to_string()];
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
    parts.extend(operation.access.checks().iter().map(ToString::to_string));
    parts
}

/// An operation for programs.
fn entry(operation: &'static Operation) -> Value {
    let (kind, source) = match &operation.source {
        Origin::Documented(page) => ("documented", page),
        Origin::Sdk(what) => ("sdk", what),
        Origin::Inferred(why) => ("inferred", why),
        Origin::Acslab(why) => ("acslab", why),
        Origin::Catalogue(how) => ("catalogue", how),
        Origin::File(name) => ("file", name),
    };
    let (access, why) = match &operation.access {
        Access::SignedOnly(why) => ("signed", Some(why)),
        Access::Anyone(why) => ("anyone", Some(why)),
        Access::OwnerOnly(why) => ("owner", Some(why)),
        Access::Federated(..) => ("federated", None),
        Access::Checks(_) => ("policies", None),
    };
    let checks = operation.access.checks().iter();
    let checks: Vec<_> = checks
        .map(|check| {
            let or: Vec<_> = check.or.iter().map(|(action, on)| json!({"action": action, "resource": on})).collect();
            json!({"actions": check.actions, "resource": check.resource, "or": or})
        })
        .collect();
    let exercised = exercised(operation);
    json!({
        "product": operation.product.name,
        "version": operation.product.version,
        "operation": operation.name,
        "style": style(operation),
        "performed": operation.is_performed(),
        "access": access,
        "why": why,
        "checks": checks,
        "source": {"kind": kind, "text": source},
        "allow": exercised.map(|exercised| &exercised.allow),
        "deny": exercised.map(|exercised| &exercised.deny),
    })
}
