//! One call: on whose behalf, which operation, with which parameters, and what must come of it.

use miette::SourceSpan;

use super::argument::Argument;
use super::expect::Expect;
use super::mistake::Kind;
use super::path::FieldPath;
use super::reader::{Fields, Reader};
use super::scope::{Caller, Scope};
use super::source::Spanned;
use super::yaml::{self, Node};
use crate::catalogue::{self, Lookup, Operation, Style};
use crate::words::slip;

const FIELDS: &[&str] =
    &["name", "system_policies", "as", "call", "with", "expect", "save", "save_credentials_as", "signature"];

/// One step of a scenario.
#[derive(Clone, Debug)]
pub struct Step {
    /// What the step is for, if the scenario says so.
    pub name: Option<String>,
    /// System policies that move to another version before the call: the policy, and the version.
    pub system_policies: Vec<(String, PolicyVersion)>,
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
    /// Where the step stands.
    pub span: SourceSpan,
}

/// A version that a system policy moves to.
#[derive(Clone, Debug)]
pub struct PolicyVersion {
    /// `v7`.
    pub id: String,
    /// What it says, if it is published with the step.
    pub document: Option<Argument>,
}

/// The signatures that a scenario may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// RPC signature version 1.0, HMAC-SHA1.
    Rpc,
    /// ROA signature version 1.0, HMAC-SHA1.
    Roa,
    /// ACS3-HMAC-SHA256.
    Acs3,
    /// OSS signature version 1, in the header.
    OssV1,
    /// OSS signature version 4, in the header.
    OssV4,
}

const SIGNATURES: &[(&str, Signature)] = &[
    ("rpc", Signature::Rpc),
    ("roa", Signature::Roa),
    ("acs3", Signature::Acs3),
    ("oss-v1", Signature::OssV1),
    ("oss-v4", Signature::OssV4),
];

impl Signature {
    fn fits(self, style: Style) -> bool {
        match style {
            Style::Rpc => matches!(self, Self::Rpc | Self::Acs3),
            Style::Roa => matches!(self, Self::Roa | Self::Acs3),
            Style::Oss => matches!(self, Self::OssV1 | Self::OssV4),
        }
    }
}

impl Step {
    /// Reads a step; what it saves enters the scope for the steps after it.
    pub(super) fn read(node: &Node, reader: &mut Reader<'_>, scope: &mut Scope) -> Option<Self> {
        let fields = reader.fields(node, "a step", FIELDS)?;
        let name = fields.get("name").and_then(|node| reader.text(node, "what the step is for"));
        let system_policies =
            fields.get("system_policies").map_or_else(Vec::new, |node| system_policies(node, reader, scope));
        let caller = fields
            .need("as", "write `as: owner`, or who else calls", reader)
            .and_then(|node| reader.text(node, "a caller"))
            .and_then(|text| scope.known_caller(&text.value, text.span, reader));
        let operation = fields
            .need("call", "write `call: Product.Operation`", reader)
            .and_then(|node| reader.text(node, "`Product.Operation`"))
            .and_then(|text| operation(&text, reader));
        let parameters = parameters(&fields, reader, scope);
        let expect = fields
            .need("expect", "write `expect: success`, or what else must come of it", reader)
            .and_then(|node| Expect::read(node, reader, scope));
        if let Some(operation) = operation {
            check_address(operation, &parameters, &fields, reader);
            check_names(operation, &fields, reader);
        }
        let signature = signature(&fields, operation, reader);
        let save = saved_fields(&fields, reader);
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
            name: name.map(|name| name.value),
            system_policies,
            caller: caller?,
            operation: operation?,
            parameters,
            expect: expect?,
            save,
            save_credentials_as,
            signature,
            span: fields.span(),
        })
    }
}

/// The operation that `Product.Operation` or `Product.Operation@Version` names.
pub(super) fn operation(text: &Spanned<String>, reader: &mut Reader<'_>) -> Option<&'static Operation> {
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
        Lookup::NoProduct { near, known } => Kind::UnknownProduct { product: product.to_owned(), near, known },
        Lookup::NoOperation { near } => {
            Kind::UnknownOperation { product: product.to_owned(), operation: operation.to_owned(), near }
        }
        Lookup::Versions(versions) => Kind::AmbiguousVersion { name: name.to_owned(), versions },
    };
    reader.note(kind, text.span);
    None
}

fn system_policies(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Vec<(String, PolicyVersion)> {
    let entries = reader.entries(node, "system policies with a version each, such as `AliyunOSSFullAccess: v1`");
    entries.iter().filter_map(|(name, node)| Some((name.value.clone(), policy_version(node, reader, scope)?))).collect()
}

fn policy_version(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<PolicyVersion> {
    let yaml::Value::Map(_) = node.value else {
        let id = reader.text(node, "a version such as `v1`, or `{version, document}`")?.value;
        return Some(PolicyVersion { id, document: None });
    };
    let fields = reader.fields(node, "a version", &["version", "document"])?;
    let id = fields.need("version", "write `version: v2`, or another one", reader)?;
    let document = fields.need("document", "write the policy, or `document: {file: PATH}`", reader)?;
    let id = reader.text(id, "a version such as `v2`")?.value;
    Some(PolicyVersion { id, document: Some(Argument::read(document, reader, scope)) })
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
    let fitting: Vec<_> =
        SIGNATURES.iter().filter(|(_, signature)| operation.is_none_or(|o| signature.fits(o.product.style))).collect();
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

fn named_caller(text: &Spanned<String>, reader: &mut Reader<'_>, scope: &Scope) -> Option<Caller> {
    let caller = scope.read_caller(&text.value, text.span, reader)?;
    if matches!(caller, Caller::Named { .. }) {
        return Some(caller);
    }
    reader.note(Kind::NotACaller(text.value.clone()), text.span);
    None
}
