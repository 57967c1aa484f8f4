//! A line of the catalogue as an operation.

use std::sync::Arc;

use http::Method;

use super::entry::Entry;
use super::names::Line;
use super::product::style;
use super::roles;
use super::template::{action_mark, checks, stand_in};
use crate::operation::{
    Access, Asks, Bounded, Field, Form, Mark, Need, Operation, Parameter, Perform, Place, Route, Shape, Shared, Source,
    Style, Takes, Text,
};

/// The operation that a line describes, of which nothing is performed.
pub(crate) fn operation_of(line: &Line) -> Option<Operation> {
    let entry = line.entry();
    let product = &line.unpacked.product;
    let parameters = entry.parameters();
    let body = entry.body();
    let fields = |body: &Option<Bounded>| match body {
        Some(Bounded { shape: Shape::Fields(fields), .. }) => fields.clone(),
        _ => Vec::new(),
    };
    let all: Vec<Field> = parameters.into_iter().chain(fields(&body)).collect();
    Some(Operation {
        product: Shared::Loaded(Arc::clone(product)),
        name: Text::Owned(entry.name.to_owned()),
        route: route(&entry, entry.style.map_or(product.style, style), &all)?,
        access: access(&entry, line, &all),
        parameters: all.into_iter().filter_map(parameter).collect(),
        takes: Takes::Whole,
        perform: Perform::Missing,
        source: Source::Catalogue(Text::Borrowed(known_by(&entry))),
        asks: Asks::default(),
    })
}

/// The actions that a line's operation needs.
pub(super) fn actions(line: &Line) -> Vec<String> {
    let entry = line.entry();
    let published: Vec<String> = entry.needs().map(|needs| needs.action.to_owned()).collect();
    if published.is_empty() { vec![usual_action(&entry, line)] } else { published }
}

fn usual_action(entry: &Entry<'_>, line: &Line) -> String {
    format!("{}:{}", line.code(), entry.name)
}

/// How a request names it. OSS has rows of its own, and a way of its own to them.
fn route(entry: &Entry<'_>, style: Style, fields: &[Field]) -> Option<Route> {
    let by_path = || {
        let (mut methods, path) = entry.at()?;
        let method = methods.next()?.parse::<Method>().ok()?;
        Some((method, path))
    };
    let in_host = |field: &&Field| field.place == Place::Host && field.name == "project";
    match style {
        Style::Rpc => Some(Route::Action),
        Style::Roa | Style::Oss => by_path().map(|(method, path)| Route::Path(method, Text::Owned(path.to_owned()))),
        Style::Sls => {
            let (method, path) = by_path()?;
            let project = fields.iter().find(in_host).map_or("", |_| "{project}");
            Some(Route::Path(method, Text::Owned(format!("{project}{path}"))))
        }
    }
}

fn access(entry: &Entry<'_>, line: &Line, fields: &[Field]) -> Access {
    let mut needed = Vec::new();
    for needs in entry.needs() {
        if needs.mark == "anonymous" {
            return Access::Anyone("no signature is asked for (metadata)");
        }
        needed.extend(checks(&needs, fields, line.code()));
    }
    if needed.is_empty() {
        needed.push(stand_in(&usual_action(entry, line), Mark::Default, line.code()));
    }
    needed.extend(roles::passed(line.product(), entry.name));
    Access::Checks(needed)
}

/// What is known of its action, in words.
fn known_by(entry: &Entry<'_>) -> &'static str {
    let mark = entry.needs().next().map_or("default", |needs| needs.mark);
    match mark {
        "meta" => "the product's metadata",
        "page" => "a page on RAM authorization",
        "name" => "a published list of actions",
        "text" => "its description",
        "skills" => "a published policy",
        "anonymous" => "the product's metadata: it is open to anybody",
        _ => match action_mark(mark) {
            Mark::Default => "the operation's name: its action is not published",
            _ => "the catalogue",
        },
    }
}

/// A parameter, as it is checked before anything is decided; `None` for what the wire itself takes care of.
fn parameter(field: Field) -> Option<Parameter> {
    if matches!(field.place, Place::Header | Place::Host | Place::Path) {
        return None;
    }
    // The host and a header name a region as well.
    let required = field.required && field.name != "RegionId";
    let need = if required { Need::Required } else { Need::Optional };
    let name = Text::Owned(field.name.clone());
    Some(Parameter { name, need, form: Form::Shaped(Arc::new(field)) })
}
