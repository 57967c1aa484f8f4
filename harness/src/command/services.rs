//! `acslab services`

use std::borrow::Cow;
use std::io::Write;
use std::path::PathBuf;

use acslab_emulator::Known;
use acslab_emulator::ledger::{AllSeen, Exercised, Seen, add_seen, exercised, name, seen};
use acslab_policy::catalogue::fits;
use clap::Args;
use miette::Diagnostic;
use serde_json::{Value, json};

use super::format::Format;
use super::out::stdout;
use crate::catalogue::{self, Access, Operation, Origin, Route};
use crate::exit::Exit;
use crate::page::Page;
use crate::words::{count, io_reason, nearest};

const EXAMPLES: &str = "\
Examples:
  acslab services                     how much of each product is performed
  acslab services Ram                 each operation of RAM: what it needs, where that is known from, what tests exercise
  acslab services oss:PutObject       the operations that an action is for, and those of that name
  acslab services Ram.CreateUser      one operation, as decisions and scenarios name it
  acslab services --action 'ecs:Run*' the operations whose action fits a pattern
  acslab services --needs ram:PassRole
                                      the operations that need an action besides their own
  acslab services --all --json        every operation of every product, for programs

Exit codes: 0 listed, 1 nothing fits, 2 a product is not known";

/// List the operations: performed or only known, the permissions each needs, and what the tests have exercised of it
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Services {
    /// Only these products and operations, or what is needed for these actions: `Ram`, `Ram.CreateUser`, `oss:PutObject`
    products: Vec<String>,
    /// Only operations whose own action fits this pattern: `ecs:Run*`
    #[arg(long, value_name = "PATTERN")]
    action: Option<String>,
    /// Only operations that need this action, their own or another: `ram:PassRole`; a pattern will do
    #[arg(long, value_name = "PATTERN")]
    needs: Option<String>,
    /// The same as `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Say as well what this report of `acslab run --real` has seen in the cloud; repeat it for several
    #[arg(long, value_name = "FILE")]
    seen: Vec<PathBuf>,
    /// Every operation of every product
    #[arg(long)]
    all: bool,
    /// How to print them; JSON has every operation, of all products or of those named
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
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
    #[error("cannot use the report `{path}`: {why}")]
    #[diagnostic(help("`acslab run --real PROFILE --real-report FILE` writes it"))]
    Report { path: String, why: String },
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Services {
    /// What the reports say that the command line names.
    fn seen(&self) -> Result<AllSeen, ServicesError> {
        let mut all = AllSeen::new();
        for path in &self.seen {
            let trouble = |why: String| ServicesError::Report { path: path.display().to_string(), why };
            let text = std::fs::read_to_string(path).map_err(|error| trouble(io_reason(&error)))?;
            add_seen(&mut all, &text).map_err(|error| trouble(error.to_string()))?;
        }
        Ok(all)
    }

    pub(super) fn execute(self) -> Result<Exit, ServicesError> {
        let products = catalogue::products();
        let reports = self.seen()?;
        let (actions, names): (Vec<_>, Vec<_>) = self.products.iter().cloned().partition(|word| word.contains(':'));
        // Of those that name one operation, the product and the operation.
        let named: Vec<_> = names.iter().map(|name| name.split_once('.').unwrap_or((name, ""))).collect();
        let names: Vec<String> = named.iter().map(|(product, _)| (*product).to_owned()).collect();
        for name in &names {
            if !products.iter().any(|product| product.name.eq_ignore_ascii_case(name)) {
                // Most who mistype a product mean one of those that do something.
                let performed = acslab_emulator::operations().map(|operation| &*operation.product.name);
                let near =
                    nearest(name, performed).or_else(|| nearest(name, products.iter().map(|product| &*product.name)));
                let list = || "`acslab services` lists all products".to_owned();
                let help = near.map_or_else(list, |near| format!("did you mean `{near}`?"));
                return Err(ServicesError::UnknownProduct { product: name.clone(), help });
            }
        }
        let searches = !actions.is_empty() || self.action.is_some() || self.needs.is_some();
        let json = self.json || self.format == Format::Json;
        let text = if !searches && !json && names.is_empty() && !self.all {
            summary(&products)
        } else {
            let fits = |operation: &Operation| {
                let is_named = |(product, name): &(&str, &str)| {
                    operation.product.name.eq_ignore_ascii_case(product)
                        && (name.is_empty() || goes_by(operation, name))
                };
                (named.is_empty() || named.iter().any(is_named))
                    && (actions.is_empty() || actions.iter().any(|asked| is_for(operation, asked)))
                    && self.action.as_deref().is_none_or(|pattern| own_actions(operation).any(|own| fits(pattern, own)))
                    && self.needs.as_deref().is_none_or(|pattern| all_actions(operation).any(|one| fits(pattern, one)))
            };
            let mut found: Vec<_> = catalogue::of_products(&names).filter(|operation| fits(operation)).collect();
            found.sort_by(|a, b| order(a).cmp(&order(b)));
            if found.is_empty() {
                let said = if json { "[]\n" } else { "No operation fits.\n" };
                stdout().write_all(said.as_bytes())?;
                return Ok(Exit::Differs);
            }
            if json {
                format!("{:#}\n", found.iter().map(|one| entry(one, &reports)).collect::<Value>())
            } else {
                in_full(&found, &reports)
            }
        };
        stdout().write_all(text.as_bytes())?;
        Ok(Exit::Holds)
    }
}

/// One product may be written in more than one way: by the catalogue, and by rows of the program's own.
fn order(operation: &Operation) -> (String, &str, &str) {
    (operation.product.name.to_ascii_lowercase(), &operation.product.version, &operation.name)
}

/// Has an operation this name, or is it another one of its names?
fn goes_by(operation: &Operation, name: &str) -> bool {
    let other = catalogue::other_name(operation);
    operation.name.eq_ignore_ascii_case(name) || other.is_some_and(|other| other.eq_ignore_ascii_case(name))
}

/// Is an operation what an action names? By its own action, or by the names of its product and itself.
fn is_for(operation: &Operation, asked: &str) -> bool {
    let named = asked.split_once(':').is_some_and(|(product, name)| {
        operation.product.name.eq_ignore_ascii_case(product) && goes_by(operation, name)
    });
    named || own_actions(operation).any(|own| own.eq_ignore_ascii_case(asked))
}

/// The names of the first thing that an operation needs.
fn own_actions(operation: &Operation) -> impl Iterator<Item = &str> {
    operation.access.checks().iter().take(1).flat_map(|check| check.names().map(|(action, _)| action))
}

fn all_actions(operation: &Operation) -> impl Iterator<Item = &str> {
    operation.access.checks().iter().flat_map(|check| check.names().map(|(action, _)| action))
}

/// A line a product.
fn summary(products: &[catalogue::Product]) -> String {
    let mut page = Page::default();
    let (operations, performed) =
        products.iter().fold((0, 0), |(all, done), product| (all + product.operations, done + product.performed));
    for product in products {
        write_product(&mut page, product);
    }
    page.line(0, format_args!("\n{operations} operations are decided, {performed} of them performed."));
    page.into_text()
}

fn write_product(page: &mut Page, product: &catalogue::Product) {
    let catalogue::Product { name, version, style, operations, performed } = product;
    let number = count(*operations, "operation");
    page.line(0, format_args!("{name} {version}  {style}, {number}, {performed} performed"));
}

/// Operations with all that is known of them, product by product.
fn in_full(found: &[Cow<'static, Operation>], reports: &AllSeen) -> String {
    let mut page = Page::default();
    let products = catalogue::products();
    for group in found.chunk_by(|a, b| order(a).0 == order(b).0 && order(a).1 == order(b).1) {
        let Some(first) = group.first() else { continue };
        let own = |product: &&catalogue::Product| {
            product.name.eq_ignore_ascii_case(&first.product.name) && product.version == first.product.version
        };
        if let Some(product) = products.iter().find(own) {
            write_product(&mut page, product);
        }
        for operation in group {
            page.line(1, parts(operation).join("  "));
            page.line(3, &operation.source);
            if let Some(exercised) = exercised(operation) {
                page.line(3, format_args!("tested: {}", tested(exercised)));
            }
            if let Some(seen) = last_seen(operation, reports) {
                page.line(3, seen);
            }
        }
    }
    page.into_text()
}

/// When an operation was seen in the cloud: by a report that is named, or by those that are kept.
fn last_seen<'s>(operation: &Operation, reports: &'s AllSeen) -> Option<&'s Seen> {
    reports.get(&name(operation)).or_else(|| seen(operation))
}

fn tested(exercised: &Exercised) -> String {
    let allow = exercised.allow.as_ref().map(|allow| format!("allow by {} ({})", allow.by, allow.answer));
    let deny: Vec<_> = exercised.deny.iter().map(ToString::to_string).collect();
    let deny = (!deny.is_empty()).then(|| format!("deny by {}", deny.join(", ")));
    allow.into_iter().chain(deny).collect::<Vec<_>>().join(", ")
}

/// The name, the path, whether it is performed, and what it needs.
fn parts(operation: &Operation) -> Vec<String> {
    let mut parts = vec![match catalogue::other_name(operation) {
        Some(other) => format!("{} ({other})", operation.name),
        None => operation.name.to_string(),
    }];
    if let Route::Path(method, path) = &operation.route {
        parts.push(format!("{method} {path}"));
    }
    if !operation.is_performed() {
        parts.push("decided, not performed".to_owned());
    }
    match &operation.access {
        Access::SignedOnly(why) => parts.push(format!("any signed caller: {why}")),
        Access::Anyone(why) => parts.push(format!("anyone: {why}")),
        Access::OwnerOnly(why) => parts.push(format!("account owner only: {why}")),
        Access::Federated(..) => parts.push("whoever an identity provider vouches for".to_owned()),
        Access::Checks(_) => {}
    }
    // What is published need not be said to be.
    parts.extend(operation.access.checks().iter().map(|check| match check.known {
        Known::DOCUMENTED => check.to_string(),
        known => format!("{check} ({known})"),
    }));
    parts
}

/// An operation for programs.
fn entry(operation: &Operation, reports: &AllSeen) -> Value {
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
            json!({"actions": check.actions, "resource": check.resource, "or": or, "known": check.known})
        })
        .collect();
    let exercised = exercised(operation);
    let mut entry = json!({
        "product": operation.product.name,
        "version": operation.product.version,
        "operation": operation.name,
        "style": catalogue::style(operation),
        "performed": operation.is_performed(),
        "access": access,
        "why": why,
        "checks": checks,
        "source": {"kind": kind, "text": source},
        "allow": exercised.map(|exercised| &exercised.allow),
        "deny": exercised.map(|exercised| &exercised.deny),
        "seen": last_seen(operation, reports),
    });
    if let Some(other) = catalogue::other_name(operation) {
        entry["other_name"] = json!(other);
    }
    entry
}
