//! From JSON values to statements, collecting every fault on the way.

use std::borrow::Cow;

use super::statement::{Actions, Effect, Principals, Resources, Statement};
use super::{actions, conditions, principals, public, resources, suggest};
use crate::dialect::Dialect;
use crate::fault::{Draft, FaultCode, Faults, Path};
use crate::json::{Member, Node, Value};
use crate::kind::DocumentKind;
use crate::text::{Span, Spanned, shorten};

/// The elements that a misspelt one probably stands for.
type Misspelt = Vec<&'static str>;

/// What the steps of lowering share.
pub(super) struct Lowering<'a> {
    pub(super) kind: DocumentKind,
    pub(super) text: &'a str,
    pub(super) dialect: &'a Dialect,
    pub(super) faults: &'a mut Faults,
}

/// Finds the statements of a document. What is returned is meaningless if there are faults.
pub(super) fn document(
    root: &Node<'_>,
    kind: DocumentKind,
    text: &str,
    dialect: &Dialect,
    faults: &mut Faults,
) -> Vec<Statement> {
    Lowering { kind, text, dialect, faults }.document(root)
}

const DOCUMENT_ELEMENTS: [&str; 2] = ["Version", "Statement"];

impl Lowering<'_> {
    pub(super) fn fault(&mut self, draft: Draft, path: &Path<'_>) {
        self.faults.push(draft.at(path));
    }

    fn document(&mut self, root: &Node<'_>) -> Vec<Statement> {
        let path = Path::Root;
        let Some(members) = self.object(root, &path, "a policy document object") else { return Vec::new() };
        let (mut version, mut statements) = (false, None);
        let mut misspelt = Misspelt::default();
        for member in members {
            let path = Path::Member(&path, &member.name);
            match &*member.name {
                "Version" => {
                    version = true;
                    self.version(&member.value, &path);
                }
                "Statement" => statements = Some(self.statements(&member.value, &path)),
                "Id" | "Sid" if self.dialect.tolerate_identifiers => {
                    self.string(&member.value, &path, "a string");
                }
                _ => misspelt.extend(self.unknown_element(member, &path, &DOCUMENT_ELEMENTS)),
            }
        }
        if !version && !misspelt.contains(&"Version") {
            let draft = missing("Version", root.span, "add `\"Version\": \"1\"`");
            self.fault(draft.cloud("The policy document is invalid."), &path);
        }
        if statements.is_none() && !misspelt.contains(&"Statement") {
            self.fault(missing("Statement", root.span, "add `\"Statement\": [...]`"), &path);
        }
        statements.unwrap_or_default()
    }

    fn version(&mut self, node: &Node<'_>, path: &Path<'_>) {
        let help = match &node.value {
            Value::String(text) if text == "1" => return,
            Value::Number("1") => "write the version in double quotes",
            _ => "RAM knows one version of the policy language",
        };
        let message = format!("the version is {}", self.written(node));
        let draft = Draft::new(FaultCode::UnsupportedVersion, node.span, message).expected("the string `\"1\"`");
        self.fault(draft.help(help), path);
    }

    fn statements(&mut self, node: &Node<'_>, path: &Path<'_>) -> Vec<Statement> {
        match &node.value {
            Value::Array(nodes) if nodes.is_empty() => {
                self.fault(
                    Draft::new(FaultCode::Empty, node.span, "there is no statement").expected("one or more"),
                    path,
                );
                Vec::new()
            }
            Value::Array(nodes) => nodes
                .iter()
                .enumerate()
                .filter_map(|(index, node)| self.statement(node, &Path::Index(path, index)))
                .collect(),
            value => {
                let lone = matches!(value, Value::Object(_));
                if !(lone && self.dialect.lone_statement) {
                    self.wrong_type(node, path, "an array of statements");
                }
                if lone { self.statement(node, path).into_iter().collect() } else { Vec::new() }
            }
        }
    }

    fn statement(&mut self, node: &Node<'_>, path: &Path<'_>) -> Option<Statement> {
        let members = self.object(node, path, "a statement object")?;
        let mut effect = None;
        let mut action = None;
        let mut not_action = None;
        let mut resource = None;
        let mut not_resource = None;
        let mut principal = None;
        let mut sid = None;
        let mut condition = None;
        let mut misspelt = Misspelt::default();
        for member in members {
            let path = Path::Member(path, &member.name);
            self.check_field_size(member, &path);
            match &*member.name {
                "Effect" => effect = Some(Spanned::new(self.effect(&member.value, &path), member.value.span)),
                "Action" => action = Some((member, self.actions(&member.value, &path))),
                "NotAction" if self.takes_not_action() => {
                    not_action = Some((member, self.actions(&member.value, &path)));
                }
                "Resource" if self.takes_resource() => resource = Some((member, self.resources(&member.value, &path))),
                "NotResource" if self.takes_resource() => {
                    if !self.dialect.not_resource {
                        self.unknown_element(member, &path, self.statement_elements());
                    }
                    not_resource = Some((member, self.resources(&member.value, &path)));
                }
                "Principal" if self.takes_principal() => {
                    principal = Some((member, self.principals(&member.value, &path)));
                }
                "Condition" => condition = Some(&member.value),
                "Sid" | "Id" if self.dialect.tolerate_identifiers => {
                    sid = self.string(&member.value, &path, "a string").map(Into::into);
                }
                _ => misspelt.extend(self.unknown_element(member, &path, self.statement_elements())),
            }
        }
        if effect.is_none() && !misspelt.contains(&"Effect") {
            let help = "add `\"Effect\": \"Allow\"` or `\"Effect\": \"Deny\"`";
            self.fault(missing("Effect", node.span, help), path);
        }
        let actions = self.exclusive(["Action", "NotAction"], action, not_action, path);
        if actions.is_none() && !misspelt.contains(&"Action") && !misspelt.contains(&"NotAction") {
            self.fault(self.missing_action(node.span), path);
        }
        let resources = self.exclusive(["Resource", "NotResource"], resource, not_resource, path);
        if self.takes_resource() && resources.is_none() && !misspelt.contains(&"Resource") {
            let help = "add `\"Resource\": \"*\"` or the ARNs that are meant";
            self.fault(missing("Resource", node.span, help), path);
        }
        let may_lack = self.kind == DocumentKind::Bucket && self.dialect.bucket_principal_may_lack;
        if self.takes_principal() && !may_lack && principal.is_none() && !misspelt.contains(&"Principal") {
            self.fault(missing("Principal", node.span, self.principal_help()), path);
        }
        // From here on, whatever is absent has been reported.
        let (actions_span, actions) = match actions {
            Some((span, false, patterns)) => (span, Actions::Action(patterns)),
            Some((span, true, patterns)) => (span, Actions::NotAction(patterns)),
            None => (node.span, Actions::Action(Box::default())),
        };
        // OSS takes addresses with wildcards: in its bucket policies, and where a policy speaks of its actions only.
        let address_patterns = self.kind == DocumentKind::Bucket || actions.are_all_of("oss");
        let clauses = condition
            .map(|node| conditions::conditions(self, node, &Path::Member(path, "Condition"), address_patterns));
        let (resources_span, resources) = match resources {
            Some((span, false, patterns)) => (span, Resources::Resource(patterns)),
            Some((span, true, patterns)) => (span, Resources::NotResource(patterns)),
            None => (node.span, Resources::Unstated),
        };
        let (principals_span, principals) = match principal {
            Some((member, entries)) => (member.value.span, Principals::Principal(entries)),
            None if may_lack => (node.span, Principals::Principal([principals::everyone(node.span)].into())),
            None => (node.span, Principals::Unstated),
        };
        // Only what is said to be a Deny denies.
        let effect = effect.and_then(|effect| effect.value).unwrap_or(Effect::Allow);
        let clauses = clauses.unwrap_or_default().into_boxed_slice();
        Some(Statement {
            public: public::opens(self.kind, effect, &principals, &clauses),
            effect,
            span: node.span,
            sid,
            principals,
            actions,
            actions_span,
            resources,
            resources_span,
            principals_span,
            clauses,
            fault: None,
        })
    }

    /// Of an element and its negation, only one may be there. Gives its place, whether it is negated, its patterns.
    fn exclusive<T>(
        &mut self,
        names: [&str; 2],
        plain: Option<(&Member<'_>, Box<[T]>)>,
        negated: Option<(&Member<'_>, Box<[T]>)>,
        path: &Path<'_>,
    ) -> Option<(Span, bool, Box<[T]>)> {
        if let (Some(_), Some((second, _))) = (&plain, &negated) {
            let [name, not_name] = names;
            let message = format!("`{name}` and `{not_name}` exclude each other");
            let draft = Draft::new(FaultCode::ConflictingElements, second.name_span, message);
            self.fault(draft.help("keep one of them"), path);
        }
        plain
            .map(|(member, patterns)| (member.value.span, false, patterns))
            .or_else(|| negated.map(|(member, patterns)| (member.value.span, true, patterns)))
    }

    fn effect(&mut self, node: &Node<'_>, path: &Path<'_>) -> Option<Effect> {
        match &node.value {
            Value::String(text) if text == "Allow" => Some(Effect::Allow),
            Value::String(text) if text == "Deny" => Some(Effect::Deny),
            value => {
                let message = format!("the effect is {}", self.written(node));
                let mut draft = Draft::new(FaultCode::InvalidEffect, node.span, message).expected("`Allow` or `Deny`");
                let Value::String(text) = value else {
                    self.fault(draft, path);
                    return None;
                };
                let near = suggest::nearest(text, ["Allow", "Deny"]);
                if let Some(name) = near {
                    draft = draft.help(format!("did you mean `{name}`? letter case counts"));
                }
                self.fault(draft, path);
                near.map(|name| if name == "Allow" { Effect::Allow } else { Effect::Deny })
            }
        }
    }

    fn takes_not_action(&self) -> bool {
        !matches!(self.kind, DocumentKind::Trust | DocumentKind::Bucket)
    }

    fn takes_resource(&self) -> bool {
        self.kind != DocumentKind::Trust
    }

    fn takes_principal(&self) -> bool {
        matches!(self.kind, DocumentKind::Trust | DocumentKind::Bucket)
    }

    fn principal_help(&self) -> &'static str {
        match self.kind {
            DocumentKind::Trust => {
                "say who may assume the role, e.g. `\"Principal\": { \"Service\": [\"ecs.aliyuncs.com\"] }`"
            }
            _ => "say who is meant, e.g. `\"Principal\": [\"*\"]`",
        }
    }

    fn statement_elements(&self) -> &'static [&'static str] {
        match self.kind {
            DocumentKind::Trust => &["Effect", "Action", "Principal", "Condition"],
            DocumentKind::Bucket => &["Effect", "Action", "Principal", "Resource", "Condition"],
            _ => &["Effect", "Action", "NotAction", "Resource", "Condition"],
        }
    }

    fn actions(&mut self, node: &Node<'_>, path: &Path<'_>) -> Box<[Spanned<crate::action::ActionPattern>]> {
        self.one_or_many(node, path, "an action or an array of actions", actions::action)
    }

    fn resources(&mut self, node: &Node<'_>, path: &Path<'_>) -> Box<[Spanned<crate::resource::ResourcePattern>]> {
        self.one_or_many(node, path, "a resource or an array of resources", resources::resource)
    }

    fn principals(&mut self, node: &Node<'_>, path: &Path<'_>) -> Box<[Spanned<super::PrincipalPattern>]> {
        match self.kind {
            DocumentKind::Bucket => principals::bucket(self, node, path),
            _ => principals::trust(self, node, path),
        }
    }

    /// Reads a string, or an array of strings that is not empty; each item by `item`.
    pub(super) fn one_or_many<T>(
        &mut self,
        node: &Node<'_>,
        path: &Path<'_>,
        expected: &str,
        item: fn(&mut Self, &str, Span, &Path<'_>) -> Option<T>,
    ) -> Box<[Spanned<T>]> {
        match &node.value {
            Value::String(text) => {
                let read = self.item(text, node.span, path, item);
                read.map(|value| Spanned::new(value, node.span)).into_iter().collect()
            }
            Value::Array(nodes) if nodes.is_empty() => {
                self.fault(Draft::new(FaultCode::Empty, node.span, "the array is empty").expected(expected), path);
                Box::default()
            }
            Value::Array(nodes) => {
                let mut items = Vec::with_capacity(nodes.len());
                for (index, node) in nodes.iter().enumerate() {
                    let path = Path::Index(path, index);
                    if let Value::String(text) = &node.value {
                        let read = self.item(text, node.span, &path, item);
                        items.extend(read.map(|value| Spanned::new(value, node.span)));
                    } else {
                        self.wrong_type(node, &path, "a string");
                    }
                }
                items.into_boxed_slice()
            }
            _ => {
                self.wrong_type(node, path, expected);
                Box::default()
            }
        }
    }

    fn item<T>(
        &mut self,
        text: &str,
        span: Span,
        path: &Path<'_>,
        item: fn(&mut Self, &str, Span, &Path<'_>) -> Option<T>,
    ) -> Option<T> {
        if text.is_empty() {
            self.fault(Draft::new(FaultCode::Empty, span, "the text is empty"), path);
            return None;
        }
        self.check_variables(text, span, path);
        item(self, text, span, path)
    }

    pub(super) fn check_variables(&mut self, text: &str, span: Span, path: &Path<'_>) {
        if self.dialect.refuse_variables && text.contains("${") {
            let draft = Draft::new(FaultCode::Variable, span, format!("`{}` holds a variable", shorten(text)));
            self.fault(draft.help("RAM has no policy variables, write the value out"), path);
        }
    }

    pub(super) fn object<'n, 't>(
        &mut self,
        node: &'n Node<'t>,
        path: &Path<'_>,
        expected: &str,
    ) -> Option<&'n [Member<'t>]> {
        if let Value::Object(members) = &node.value {
            Some(members)
        } else {
            self.wrong_type(node, path, expected);
            None
        }
    }

    fn string<'n>(&mut self, node: &'n Node<'_>, path: &Path<'_>, expected: &str) -> Option<&'n str> {
        if let Value::String(text) = &node.value {
            Some(text)
        } else {
            self.wrong_type(node, path, expected);
            None
        }
    }

    pub(super) fn wrong_type(&mut self, node: &Node<'_>, path: &Path<'_>, expected: &str) {
        let message = format!("found {}", node.value.type_name());
        self.fault(Draft::new(FaultCode::WrongType, node.span, message).expected(expected), path);
    }

    fn missing_action(&self, span: Span) -> Draft {
        const WORDS: &str = "Add an Action or NotAction element to the policy statement.";
        if self.takes_not_action() {
            missing("Action", span, WORDS).cloud(WORDS)
        } else {
            missing("Action", span, "add `\"Action\": ...`")
        }
    }

    /// Reports an element that the grammar does not know here. Gives the one that was probably meant, so that it is
    /// not reported as missing, too.
    fn unknown_element(
        &mut self,
        member: &Member<'_>,
        path: &Path<'_>,
        known: &'static [&'static str],
    ) -> Option<&'static str> {
        if self.dialect.ignore_unknown_elements {
            return None;
        }
        let name = &*member.name;
        let message = format!("a {} has no element `{}` here", self.kind.name(), shorten(name));
        let expected = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let mut draft = Draft::new(FaultCode::UnknownElement, member.name_span, message).expected(expected);
        let mut meant = None;
        if let Some(help) = element_help(self.kind, name) {
            draft = draft.help(help);
            meant = name.strip_prefix("Not").and_then(|name| known.iter().copied().find(|known| *known == name));
        } else if let Some(near) = suggest::nearest(name, known.iter().copied()) {
            draft = draft.help(format!("did you mean `{near}`? letter case counts"));
            meant = Some(near);
        }
        self.fault(draft, path);
        meant
    }

    /// One field of a bucket policy's statement may have 4095 bytes. *OSS error* 0030-00000003.
    fn check_field_size(&mut self, member: &Member<'_>, path: &Path<'_>) {
        const LONGEST: usize = 4095;
        let length = (member.value.span.end - member.value.span.start) as usize;
        if self.kind == DocumentKind::Bucket && self.dialect.size_limits && length > LONGEST {
            let message = format!("`{}` has {length} bytes, {LONGEST} are allowed", shorten(&member.name));
            let draft = Draft::new(FaultCode::FieldTooLong, member.value.span, message);
            self.fault(draft.help("split the statement"), path);
        }
    }

    /// What the user wrote at a place, for a message.
    pub(super) fn written(&self, node: &Node<'_>) -> Cow<'static, str> {
        match &node.value {
            Value::Array(_) | Value::Object(_) => Cow::Borrowed(node.value.type_name()),
            _ => Cow::Owned(format!("`{}`", shorten(node.span.of(self.text)))),
        }
    }
}

fn missing(element: &str, span: Span, help: &str) -> Draft {
    Draft::new(FaultCode::MissingElement, span, format!("`{element}` is missing")).help(help)
}

/// What to say about an element that other kinds of documents, or other clouds, have.
fn element_help(kind: DocumentKind, name: &str) -> Option<&'static str> {
    Some(match (name, kind) {
        ("NotResource", _) => "`NotResource` is no longer in the published grammar; name the resources that are meant",
        ("NotPrincipal", _) => "RAM has no `NotPrincipal`; name the principals that are meant",
        ("Principal", _) => "a policy that is attached to its principal does not name it",
        ("Resource", DocumentKind::Trust) => "a trust policy is about its role, remove the element",
        ("NotAction", _) => "name the actions that are meant in `Action`",
        _ => return None,
    })
}
