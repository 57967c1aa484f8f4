//! A line of the catalogue as an operation.

use std::sync::Arc;

use http::Method;

use super::entry::Entry;
use super::names::Line;
use super::product::style;
use super::roles;
use super::template::{action_mark, checks, stand_in};
use crate::operation::{
    Access, Asks, Bounded, Call, Check, Facts, Field, Form, Mark, Names, Need, Needed, Operation, Parameter, Perform,
    Place, Route, Shape, Shaped, Shared, Source, Style, Takes, Text,
};
use crate::wire::ApiError;

/// The operation that a line describes, of which nothing is performed.
pub(crate) fn operation_of(line: &Line) -> Option<Operation> {
    let entry = line.entry();
    let product = &line.unpacked.product;
    let parameters = entry.parameters();
    let body = entry.body().map(|body| match &body.shape {
        Shape::Named(name) => line.shape(name).unwrap_or(body),
        _ => body,
    });
    let fields = |body: &Option<Bounded>| match body {
        Some(Bounded { shape: Shape::Fields(fields), .. }) => fields.clone(),
        _ => Vec::new(),
    };
    let all: Vec<Field> = parameters.into_iter().chain(fields(&body)).collect();
    let names = Arc::new(line.names(all.iter().map(|field| &field.of)));
    let style_of = entry.style.map_or(product.style, style);
    Some(Operation {
        product: Shared::Loaded(Arc::clone(product)),
        name: Text::Owned(entry.name.to_owned()),
        route: route(&entry, style_of, &all)?,
        access: access(&entry, line, &all),
        parameters: all.into_iter().filter_map(|field| parameter(field, &names, style_of)).collect(),
        takes: Takes::Whole,
        perform: Perform::Missing,
        source: Source::Catalogue(Text::Borrowed(known_by(&entry))),
        asks: Asks::default(),
    })
}

/// How a request names a line's operation.
pub(crate) fn route_of(line: &Line) -> Option<Route> {
    let entry = line.entry();
    let style_of = entry.style.map_or(line.unpacked.product.style, style);
    route(&entry, style_of, &entry.parameters())
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
        let mut asked = checks(&needs, fields, line.code());
        let is_of_many = entry.kind.starts_with("create") || entry.kind.starts_with("list");
        let reads = |check: &Check| entry.kind.contains(" read") && check.known.resource != Mark::Default;
        asked.iter_mut().filter(|check| is_of_many || reads(check)).for_each(|check| check.context = in_named_group);
        needed.extend(asked);
    }
    if needed.is_empty() {
        needed.push(stand_in(&usual_action(entry, line), Mark::Default, line.code()));
    }
    needed.extend(roles::passed(line.product(), entry.name));
    Access::Checks(needed)
}

/// What is about to be made in a resource group, or is listed of one, is reached by policies that are attached with that group as their
/// scope (INFERRED: from consoles, where who administers one group alone makes and lists what is in it).
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
fn in_named_group(call: &Call<'_>, facts: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    let names_one = needed.requests.iter().any(|request| !request.resource().as_str().ends_with('*'));
    if let (None, Some(group), false) = (&facts.resource_group, call.arguments.filled("ResourceGroupId"), names_one) {
        needed.resource_group = Some(group.to_owned());
    }
    Ok(())
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

/// The headers that every client sends by itself.
const OF_THE_CLIENT: [&str; 2] = ["Authorization", "Accept-Encoding"];

/// A parameter, as it is checked before anything is decided; `None` for what the wire itself takes care of.
fn parameter(field: Field, names: &Arc<Names>, style: Style) -> Option<Parameter> {
    let in_header = field.place == Place::Header;
    let of_the_wire = match field.place {
        Place::Host | Place::Path => true,
        // Protocols of a product's own have their own headers.
        Place::Header => matches!(style, Style::Oss | Style::Sls) || OF_THE_CLIENT.contains(&field.name.as_str()),
        Place::Query | Place::Form => false,
    };
    if of_the_wire {
        return None;
    }
    // The host and a header name a region as well.
    let required = field.required && field.name != "RegionId";
    let need = if required { Need::Required } else { Need::Optional };
    let name = Text::Owned(field.name.clone());
    let shaped = Arc::new(Shaped { field, names: Arc::clone(names) });
    let form = if in_header { Form::Header(shaped) } else { Form::Shaped(shaped) };
    Some(Parameter { name, need, form })
}
