//! One call: on whose behalf, which operation, with which parameters, and what must come of it.

use crate::catalogue::{self, Lookup, Operation};
use crate::client::Signature;
use crate::scenario::argument::Argument;
use crate::scenario::expect::Expect;
use crate::scenario::mistake::Kind;
use crate::scenario::path::FieldPath;
use crate::scenario::reader::{Fields, Reader};
use crate::scenario::scope::{Caller, Scope};
use crate::scenario::yaml;
use crate::source::Spanned;
use crate::words::slip;

/// The fields of a step that calls.
pub(super) const FIELDS: &[&str] =
    &["as", "call", "with", "expect", "save", "save_credentials_as", "signature", "region"];

/// A call of an operation.
#[derive(Clone, Debug)]
pub struct Call {
    /// On whose behalf.
    pub caller: Caller,
    /// Which operation.
    pub operation: &'static Operation,
    /// Its parameters, in the order of the file.
    pub parameters: Vec<(String, Argument)>,
    /// What must come of it.
    pub expect: Expect,
    /// Fields of the answer to keep: the name for `${…}` and the field.
    pub save: Vec<(String, FieldPath)>,
    /// Whose credentials the answer holds.
    pub save_credentials_as: Option<Caller>,
    /// How to sign, if not as the current SDKs do.
    pub signature: Option<Signature>,
    /// Which region it addresses, if not the scenario's.
    pub region: Option<String>,
}

impl Call {
    /// Reads a call; what it saves enters the scope for the steps after it.
    pub(super) fn read(fields: &Fields<'_>, reader: &mut Reader<'_>, scope: &mut Scope) -> Option<Self> {
        let caller = fields
            .need("as", "write `as: owner`, or who else calls", reader)
            .and_then(|node| reader.text(node, "a caller"))
            .and_then(|text| scope.known_caller(&text.value, text.span, reader));
        let operation = fields
            .need("call", "write `call: Product.Operation`", reader)
            .and_then(|node| reader.text(node, "`Product.Operation`"))
            .and_then(|text| operation(&text, reader));
        let parameters = parameters(fields, reader, scope);
        let expect = fields
            .need("expect", "write `expect: success`, or what else must come of it", reader)
            .and_then(|node| Expect::read(node, reader, scope));
        if let Some(operation) = operation {
            check_address(operation, &parameters, fields, reader);
            check_names(operation, fields, reader);
        }
        let signature = signature(fields, operation, reader);
        let region = fields.get("region").and_then(|node| reader.text(node, "a region, such as `cn-beijing`"));
        let region = region.map(|text| text.value);
        let save = saved_fields(fields, reader);
        for (name, _) in &save {
            scope.add_variable(name);
        }
        let save_credentials_as = fields
            .get("save_credentials_as")
            .and_then(|node| reader.text(node, "a name for the caller"))
            .and_then(|text| named_caller(&text, reader, scope));
        if let Some(caller) = &save_credentials_as {
            scope.add_caller(caller.clone());
        }
        Some(Self {
            caller: caller?,
            operation: operation?,
            parameters,
            expect: expect?,
            save,
            save_credentials_as,
            signature,
            region,
        })
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
        .map(|(name, value)| (name.value.clone(), Argument::read(value, reader, scope)))
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

fn signature(fields: &Fields<'_>, operation: Option<&Operation>, reader: &mut Reader<'_>) -> Option<Signature> {
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

fn saved_fields(fields: &Fields<'_>, reader: &mut Reader<'_>) -> Vec<(String, FieldPath)> {
    let Some(node) = fields.get("save") else {
        return Vec::new();
    };
    let expected = "names for fields of the answer, such as `role: Role.Arn`";
    reader
        .entries(node, expected)
        .iter()
        .filter_map(|(name, path)| {
            let text = reader.text(path, "a field of the answer")?;
            let path = FieldPath::parse(&text.value).filter(|path| !path.is_plural());
            if path.is_none() {
                reader.note(Kind::BadPath(text.value), text.span);
            }
            Some((name.value.clone(), path?))
        })
        .collect()
}

pub(super) fn named_caller(text: &Spanned<String>, reader: &mut Reader<'_>, scope: &Scope) -> Option<Caller> {
    let caller = scope.read_caller(&text.value, text.span, reader)?;
    if matches!(caller, Caller::Named { .. }) {
        return Some(caller);
    }
    reader.note(Kind::NotACaller(text.value.clone()), text.span);
    None
}
