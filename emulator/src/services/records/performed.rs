//! What performs operations of the catalogue: verbs over records, as the files say.

use std::sync::Arc;

use acslab_policy::DefaultRule;

use super::locate::locate;
use super::products::products;
use crate::catalogue::Line;
use crate::gateway::{About, Access, ApiError, Call, Check, Operation, Product, Refused};
use crate::operation::{
    Asked, Kind, Mark, Need, Perform, RecordField, RecordShape, Refuse, Shape, Shared, Text, Verb, about_record,
    asked_of,
};

/// The codes in the ARNs of what is kept as records.
pub(crate) const CODES: &[&str] = &[
    "eas",
    "paidlc",
    "paidsw",
    "paiflow",
    "paidataset",
    "paimodel",
    "paiimage",
    "paicodesource",
    "paiexperiment",
    "pai",
    "vpc",
    "ecs",
    "kms",
];

/// Does a product of this name keep records?
pub(crate) fn keeps(product: &str) -> bool {
    products().iter().any(|shipped| shipped.name.eq_ignore_ascii_case(product))
}

/// Says what an operation of the catalogue does, where the file of its product does.
pub(crate) fn perform(operation: &mut Operation, line: &Line) {
    let product = &operation.product;
    let shipped = products()
        .iter()
        .find(|shipped| shipped.version == product.version && shipped.name.eq_ignore_ascii_case(&product.name));
    let Some(records) = shipped.map(super::products::Shipped::product) else { return };
    let Some(says) = records.says(&operation.name) else { return };
    let kind = says.kind.as_ref().and_then(|kind| records.kind(kind)).cloned();
    let (takes, answers) = shapes(line);
    let Some(performed) = records.perform(&operation.name, Some(takes), Some(answers)) else { return };
    operation.perform = performed;
    records.hold(&operation.name, &mut operation.parameters);
    let mut product = Product::clone(&operation.product);
    product.locate = locate;
    product.region = records.region().map(|parameter| Text::Owned(parameter.to_owned()));
    if records.refusal() == Some("NoPermissionError") {
        product.refuse = no_permission_error as Refuse;
    }
    operation.product = Shared::Loaded(Arc::new(product));
    if let Access::Checks(checks) = &mut operation.access {
        checks.extend(says.asks.iter().map(|(action, when)| later(action, when)));
    }
    if let Access::Checks(checks) = &mut operation.access
        && let Some(first) = checks.first_mut()
    {
        let makes = matches!(says.verb, Some(Verb::Create | Verb::Put));
        about(first, kind.as_ref().map(|kind| &**records.told_by(kind)), makes);
        if let Perform::Record(over) = &operation.perform
            && let Some(items) = asked_of(over)
        {
            first.asked = Asked::Of(items);
            let listing = over.must_list();
            let mut parameters = operation.parameters.iter_mut();
            if let Some(parameter) = parameters.find(|parameter| Some(&*parameter.name) == listing) {
                parameter.need = Need::Required;
            }
        }
        if matches!(says.verb, Some(Verb::Tag | Verb::Untag | Verb::Regroup)) {
            finer(first);
            first.known.resource = Mark::Inferred;
        }
        if !says.also_as.is_empty() {
            first.actions = first.actions.iter().map(str::to_owned).chain(says.also_as.iter().cloned()).collect();
        }
        if says.everyone {
            first.default = DefaultRule::AllowUnlessDenied;
        }
    }
}

/// What an operation asks for by a call of its own.
fn later(action: &str, when: &str) -> Check {
    let (actions, when) = (std::iter::once(action.to_owned()).collect(), Text::Owned(when.to_owned()));
    Check { actions, asked: Asked::Performing(when), ..Check::new(&[], "*") }
}

/// The types of an operation's parameters and of its answer.
fn shapes(line: &Line) -> (Vec<RecordField>, RecordShape) {
    let entry = line.entry();
    let named = |name: &str| line.shape(name);
    let mut takes = entry.parameters();
    let body = entry.body().map(|body| match &body.shape {
        Shape::Named(name) => line.shape(name).unwrap_or(body),
        _ => body,
    });
    if let Some(Shape::Fields(fields)) = body.map(|body| body.shape) {
        takes.extend(fields);
    }
    let takes =
        takes.into_iter().map(|field| RecordField { shape: RecordShape::of(&field.of, &named), name: field.name });
    let answers = entry.answer().map_or(RecordShape::Object(Vec::new()), |answer| RecordShape::of(&answer, &named));
    (takes.collect(), answers)
}

/// A check of a record is about that record. Of one in a workspace the finer form that PAI publishes for all of its products is asked:
/// instead of everything, where a page says no more than that; beside the resource that a page names, where one does. A policy may name
/// either.
fn about(check: &mut Check, kind: Option<&Kind>, makes: bool) {
    check.about = About::Named(about_record);
    let Some(kind) = kind else { return };
    // What is named by what leads to it is asked about by its own name, as whoever names it by that is.
    if kind.via.is_some() && check.resource.ends_with('}') {
        return finer(check);
    }
    if !kind.workspace {
        return;
    }
    if check.resource.ends_with('*') && !check.resource.ends_with("/*") {
        finer(check);
        // INFERRED: from the form that PAI publishes; what the page says is all resources.
        if check.known.resource == Mark::Documented {
            check.known.resource = Mark::Inferred;
        }
        return;
    }
    let finer = in_workspace(check);
    check
        .or
        .extend(check.actions.iter().map(|action| (Text::Owned(action.to_owned()), finer.clone())).collect::<Vec<_>>());
    // The record may be named by another of its names, and is no other for that.
    if !makes
        && let (Some(arn), Some(before)) = (&kind.arn, check.resource.rsplit_once('{').map(|(before, _)| before))
        && let Some(before) = before.strip_suffix('/').and_then(|before| before.strip_suffix(arn.as_str()))
    {
        check.resource = Text::Owned(format!("{before}{{record}}"));
    }
}

/// The resource of a check becomes the record that it is about.
fn finer(check: &mut Check) {
    check.resource = in_workspace(check);
}

/// The record that a check is about, in the form of its kind.
fn in_workspace(check: &Check) -> Text {
    let code = check.actions.first().and_then(|action| action.split_once(':')).map_or("*", |(code, _)| code);
    Text::Owned(format!("acs:{code}:{{region}}:{{account}}:{{name}}"))
}

/// How DSW says no.
fn no_permission_error(call: &Call<'_>, refused: &Refused<'_>) -> ApiError {
    let resource = refused.request.resource().as_str();
    let message = format!("No permission {} for resource: {resource}", call.operation.name);
    ApiError::forbidden("NoPermissionError", message)
}
