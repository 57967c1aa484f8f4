//! A call of an operation: which, with which parameters, signed how.

use std::fmt;

use crate::catalogue::{self, Lookup, Operation, Style};
use crate::client::Signature;
use crate::scenario::argument::Argument;
use crate::scenario::mistake::Kind;
use crate::scenario::reader::{Fields, Reader};
use crate::scenario::scope::{Caller, Scope};
use crate::scenario::{trusted, yaml};
use crate::source::Spanned;
use crate::words::{Choices, slip};

/// A call of an operation.
#[derive(Clone)]
pub struct Call {
    /// Which operation.
    pub operation: &'static Operation,
    /// Its parameters, in the order of the file.
    pub parameters: Vec<(String, Argument)>,
    /// How to sign, if not as the current SDKs do.
    pub signature: Option<Signature>,
    /// What is done to the signature.
    pub signing: Signing,
}

/// The operation by its name: what else there is of it is where it is in memory, and differs from process to process.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, parameters, signature, signing } = self;
        let mut shown = f.debug_struct("Call");
        shown.field("operation", &catalogue::full_name(operation)).field("version", &operation.product.version);
        shown.field("parameters", parameters).field("signature", signature).field("signing", signing).finish()
    }
}

/// What is done to a signature: what no client does, and what a presigned URL is.
#[derive(Clone, Debug, Default)]
pub struct Signing {
    /// It is spoilt.
    pub wrong: bool,
    /// The security token beside the key is that of somebody else.
    pub token_of: Option<Caller>,
    /// It stands in the URL, which holds for so many seconds. OSS only.
    pub presigned: Option<u32>,
}

impl Call {
    /// A call with nothing special about it.
    pub fn plain(operation: &'static Operation, parameters: Vec<(String, Argument)>) -> Self {
        Self { operation, parameters, signature: None, signing: Signing::default() }
    }

    /// Reads a call.
    pub(super) fn read(fields: &Fields<'_>, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        let operation = fields
            .need("call", "write `call: Product.Operation`", reader)
            .and_then(|node| reader.text(node, "`Product.Operation`"))
            .and_then(|text| operation(&text, reader));
        let parameters = parameters(fields, reader, scope);
        if let Some(operation) = operation {
            check_address(operation, &parameters, fields, reader);
            check_names(operation, fields, reader);
        }
        let signature = signature(fields, operation, reader);
        let in_url = operation.is_none_or(|operation| operation.product.style == Style::Oss);
        let signing = Signing::read(fields, in_url, reader, scope);
        Some(Self { operation: operation?, parameters, signature, signing })
    }
}

impl Signing {
    /// `in_url`: may the signature stand in the URL?
    pub(super) fn read(fields: &Fields<'_>, in_url: bool, reader: &mut Reader<'_>, scope: &Scope) -> Self {
        if let Some(node) = fields.get("presigned").filter(|_| !in_url) {
            let (field, why) = ("presigned", "only of OSS the signature may stand in the URL");
            let hint = "call an operation of Oss, or leave it out";
            reader.note(Kind::CountsForNothing { field, why, hint }, node.span);
        }
        let wrong = fields.get("wrong_signature").and_then(|node| super::circumstances::boolean(node, reader));
        let token_of = fields
            .get("token_of")
            .and_then(|node| reader.text(node, "a caller"))
            .and_then(|text| scope.known_caller(&text.value, text.span, reader));
        let presigned = fields.get("presigned").and_then(|node| {
            let seconds = super::duration::read(node, reader)?;
            let seconds = u32::try_from(seconds).ok().filter(|seconds| *seconds > 0);
            if seconds.is_none() {
                reader.expected(node, "how long the URL holds, such as `10m`", None);
            }
            seconds
        });
        Self { wrong: wrong.unwrap_or_default(), token_of, presigned }
    }
}

/// The operation that `Product.Operation` or `Product.Operation@Version` names.
pub(in crate::scenario) fn operation(text: &Spanned<String>, reader: &mut Reader<'_>) -> Option<&'static Operation> {
    let (name, version) = match text.value.split_once('@') {
        Some((name, version)) => (name, Some(version)),
        None => (text.value.as_str(), None),
    };
    let Some((product, operation)) = name.split_once('.') else {
        reader.note(Kind::NotAnOperation(text.value.clone()), text.span);
        return None;
    };
    let kind = match catalogue::find(product, operation, version) {
        Lookup::Found(operation) => return Some(operation),
        Lookup::NoProduct { choices } => Kind::UnknownProduct { product: product.to_owned(), choices },
        Lookup::NoOperation { near } => {
            Kind::UnknownOperation { product: product.to_owned(), operation: operation.to_owned(), near }
        }
        Lookup::NoVersion { versions } => Kind::UnknownVersion {
            name: name.to_owned(),
            version: version.unwrap_or_default().to_owned(),
            choices: Choices::new(version.unwrap_or_default(), &versions),
        },
        Lookup::Versions(versions) => Kind::AmbiguousVersion { name: name.to_owned(), versions },
    };
    reader.note(kind, text.span);
    None
}

fn parameters(fields: &Fields<'_>, reader: &mut Reader<'_>, scope: &Scope) -> Vec<(String, Argument)> {
    let Some(node) = fields.get("with") else {
        return Vec::new();
    };
    reader
        .entries(node, "the parameters, such as `UserName: alice`")
        .iter()
        .map(|(name, value)| {
            let argument = Argument::read(value, reader, scope);
            if trusted::PARAMETERS.contains(&name.value.as_str()) {
                trusted::check(&argument, value.span, reader, scope);
            }
            (name.value.clone(), argument)
        })
        .collect()
}

/// What an operation's address names must be given; other parameters are the cloud's to miss.
fn check_address(
    operation: &Operation,
    parameters: &[(String, Argument)],
    fields: &Fields<'_>,
    reader: &mut Reader<'_>,
) {
    for parameter in catalogue::address_parameters(operation) {
        if !parameters.iter().any(|(name, _)| name == parameter) {
            let kind =
                Kind::MissingPathParameter { call: catalogue::full_name(operation), parameter: parameter.to_owned() };
            reader.note(kind, fields.get("call").map_or(fields.span(), |n| n.span));
        }
    }
}

/// A parameter whose name is a slip away from one of the operation's own. Names that are like none are the cloud's to
/// judge: it ignores them, and its tables need not list all.
fn check_names(operation: &Operation, fields: &Fields<'_>, reader: &mut Reader<'_>) {
    let Some(yaml::Value::Map(given)) = fields.get("with").map(|node| &node.value) else {
        return;
    };
    let known = catalogue::parameters(operation);
    for (name, _) in given {
        if known.contains(&name.value.as_str()) {
            continue;
        }
        let free = known.iter().copied().filter(|known| given.iter().all(|(name, _)| name.value != *known));
        if let Some(near) = slip(&name.value, free) {
            let call = catalogue::full_name(operation);
            reader.note(Kind::UnknownParameter { call, parameter: name.value.clone(), near }, name.span);
        }
    }
}

pub(super) fn signature(
    fields: &Fields<'_>,
    operation: Option<&Operation>,
    reader: &mut Reader<'_>,
) -> Option<Signature> {
    let node = fields.get("signature")?;
    let text = reader.text(node, "a signature")?;
    let fitting: Vec<_> = Signature::ALL
        .iter()
        .filter(|(_, signature)| operation.is_none_or(|o| signature.fits(o.product.style)))
        .collect();
    let found = fitting.iter().find(|(name, _)| *name == text.value);
    if found.is_none() {
        let names: Vec<_> = fitting.iter().map(|(name, _)| *name).collect();
        reader.expected(node, &crate::words::or_list(&names), None);
    }
    found.map(|(_, signature)| *signature)
}
