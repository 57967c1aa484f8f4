//! Makes the steps behind what is given.

use miette::SourceSpan;

use crate::scenario::argument::Argument;
use crate::scenario::path::FieldPath;
use crate::scenario::reader::Reader;
use crate::scenario::scope::{Caller, Scope};
use crate::scenario::step::{Act, Call, Step, StepKind, operation};
use crate::scenario::template::Template;
use crate::source::Spanned;

/// Steps in the making.
pub(super) struct Maker<'r, 's> {
    pub(super) reader: &'r mut Reader<'s>,
    steps: Vec<Step>,
}

/// Something that is given: its name, the account that it is in, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Thing {
    pub(super) name: String,
    pub(super) account: String,
    /// Who makes it.
    pub(super) maker: Caller,
    pub(super) span: SourceSpan,
}

impl Thing {
    /// Something that the account's owner makes.
    pub(super) fn of_owner(name: &str, account: &str, span: SourceSpan) -> Self {
        Self { name: name.to_owned(), account: account.to_owned(), maker: Caller::Owner(account.to_owned()), span }
    }
}

/// Parameters of a call.
pub(super) type Parameters = Vec<(&'static str, Argument)>;

impl<'r, 's> Maker<'r, 's> {
    pub(super) fn new(reader: &'r mut Reader<'s>) -> Self {
        Self { reader, steps: Vec::new() }
    }

    pub(super) fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    /// A name as it was written: `photos`, `photos of partner`. `of` says what of: "a bucket".
    pub(super) fn thing(&mut self, of: &'static str, name: &Spanned<String>, scope: &Scope) -> Option<Thing> {
        let (own, account) = scope.read_name(Some(of), &name.value, name.span, self.reader)?;
        Some(Thing { maker: scope.maker_in(account), ..Thing::of_owner(own, account, name.span) })
    }

    /// The name of something that is made, which is there once.
    pub(super) fn new_thing(&mut self, of: &'static str, name: &Spanned<String>, scope: &mut Scope) -> Option<Thing> {
        let thing = self.thing(of, name, scope)?;
        scope.add_thing(of, name, &thing.account, &thing.name, self.reader);
        Some(thing)
    }

    /// Somebody who will call, by a name as it was written.
    pub(super) fn caller(
        &mut self,
        of: &'static str,
        name: &Spanned<String>,
        scope: &mut Scope,
    ) -> Option<(Thing, Caller)> {
        let caller = scope.read_named(&name.value, name.span, self.reader)?;
        scope.add_caller(caller.clone());
        Some((self.new_thing(of, name, scope)?, caller))
    }

    /// The id of a resource group that is given.
    pub(super) fn group(&mut self, name: &Spanned<String>, scope: &Scope) -> Option<Argument> {
        let there = scope.check_given(name, ("group.", ""), ("resource group", "resource groups"), self.reader);
        there.then(|| Argument::Text(Template::variable(&format!("group.{}", name.value))))
    }

    /// Whoever makes things in the thing's account calls an operation, which succeeds. What it gives may be added to.
    pub(super) fn call(&mut self, thing: &Thing, called: &str, parameters: Parameters) -> Option<&mut Act> {
        let operation = operation(&Spanned::new(called.to_owned(), thing.span), self.reader)?;
        let parameters = parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let act = Act::calling(thing.maker.clone(), Call::plain(operation, parameters));
        match &mut self.step(thing, StepKind::Act(Box::new(act))).kind {
            StepKind::Act(act) => Some(act),
            _ => None,
        }
    }

    /// Any step, on account of the thing.
    pub(super) fn step(&mut self, thing: &Thing, kind: StepKind) -> &mut Step {
        let step = Step {
            number: None,
            name: Some(format!("given {}", thing.name)),
            case: None,
            source: self.reader.source().clone(),
            span: thing.span,
            kind,
        };
        let at = self.steps.len();
        self.steps.push(step);
        &mut self.steps[at]
    }

    /// A text with variables, which are known.
    pub(super) fn text(&mut self, text: &str, thing: &Thing, scope: &Scope) -> Argument {
        Argument::Text(Template::read(text, thing.span, self.reader, scope))
    }
}

/// Keeps a field of a call's answer for `${name}`.
pub(super) fn save(act: Option<&mut Act>, name: String, path: &str, scope: &mut Scope) {
    if let (Some(act), Some(path)) = (act, FieldPath::parse(path)) {
        scope.add_variable(&name);
        act.save.push((name, path));
    }
}
