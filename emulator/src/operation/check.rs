//! A check: one action on one resource that a call needs.

use std::fmt;
use std::mem::{forget, replace};

use acslab_policy::DefaultRule;

use super::{Call, Facts, Known, Needed, Refuse, Text, Texts, Words};
use crate::wire::ApiError;

/// One action on one resource that a call needs.
#[derive(Debug, Clone)]
pub struct Check {
    /// The action. More than one name: an allow for one suffices, a deny of one denies (some operations are published under two).
    pub actions: Texts,
    /// The resource's ARN, with `{account}`, `{region}` and parameters' names in braces; `*` for an operation without
    /// resource-level authorization. `{UserName|caller}`: the caller's own name when the parameter is absent. `{owner}`,
    /// `{owner_region}` and `{name}` come from the facts of what the check is about.
    pub resource: Text,
    /// More names of the action, each on a resource of its own, which count like those of `actions`: IMS is published as
    /// `ram:CreateUser` on `acs:ram:…` and as `ims:CreateUser` on `acs:ims:…`.
    pub or: Vec<(Text, Text)>,
    /// What is to be located before it is asked.
    pub about: About,
    /// How often it is asked.
    pub asked: Asked,
    /// What holds when no policy says anything.
    pub default: DefaultRule,
    /// Adds what the request itself says. See [`Context`].
    pub context: Context,
    /// What a refusal is told in, where the product has words of their own for it.
    pub words: Option<&'static Words>,
    /// Condition keys that are always filled so.
    pub keys: Vec<(Text, Text)>,
    /// Condition keys that are filled so by a call that says nothing of them: its context says otherwise where it does.
    pub unless_said: &'static [(&'static str, &'static str)],
    /// How it is refused, where that is not in the product's usual words.
    pub refuse: Option<Refuse>,
    /// How the action and the resource are known.
    pub known: Known,
}

/// What a check is about, and what is known of it counts in the decision.
#[derive(Debug, Clone)]
pub enum About {
    /// What the ARN of its resource names, of whatever product.
    Arn,
    /// Nothing that is there: it is about to be made, under a name that somebody else's may have.
    New,
    /// An id that the product's [`Locate`](super::Locate) knows, with names in braces like those of the resource: `role/{RoleName}`.
    Template(Text),
    /// The same that is made of the call, and of the item that is asked about where a check is asked item by item.
    Named(fn(&Call<'_>, &str) -> String),
}

/// How often a call asks a check. A call of which nothing at all is asked is refused.
#[derive(Debug, Clone)]
pub enum Asked {
    /// Once.
    Once,
    /// Once if this parameter is given, otherwise not: a role to be passed on.
    When(Text),
    /// Once if this parameter is not given, otherwise not: what is asked of one that names no version.
    Unless(Text),
    /// Once for each item of this list, flat or in JSON; `{each}` in the resource.
    Each(Text),
    /// Once for each item of this list, however it is written; where it is empty, once for all of them if that is `always` asked.
    Listed {
        /// The parameter that holds the list.
        parameter: Text,
        /// Is it asked of a request without a list, with `*` in the place of an item?
        always: bool,
    },
    /// Once for each role that this parameter names, by name, by ARN or in a document: `{each}` is `ACCOUNT:role/NAME`.
    Roles(Text),
    /// Once for what this finds among the facts of what was asked about before: `{each}` in the resource. The words say for what.
    Located(&'static str, Finds),
    /// Not before the operation is performed, and only in this case, which the words tell: it asks then by a call of its own.
    Performing(Text),
    /// Once for each item that this finds in the call, be it in a header or in the body: an object to be deleted.
    Of(Items),
}

/// Finds what a check is asked of one by one.
pub type Items = fn(&Call<'_>) -> Result<Vec<String>, ApiError>;

/// Finds what a check is asked of in what is known of the resource that was asked about before.
pub type Finds = fn(&Call<'_>, &Facts) -> Option<String>;

/// Adds the condition keys that the request itself fills, and refuses what must be refused before any policy is asked. What is
/// known of the resource is in the facts; nothing is looked up here.
pub type Context = fn(&Call<'_>, &Facts, &mut Needed) -> Result<(), ApiError>;

/// The [`Context`] of a check that the table describes in full.
pub fn nothing_more(_: &Call<'_>, _: &Facts, _: &mut Needed) -> Result<(), ApiError> {
    Ok(())
}

/// Sets a field in a constant, where nothing can be dropped: what stood there is a constant too, and holds nothing.
const fn set<T>(field: &mut T, value: T) {
    forget(replace(field, value));
}

impl Check {
    /// An action on a resource that the table describes in full.
    pub const fn new(actions: &'static [&'static str], resource: &'static str) -> Self {
        Self {
            actions: Texts::Native(actions),
            resource: Text::Borrowed(resource),
            or: Vec::new(),
            about: About::Arn,
            asked: Asked::Once,
            default: DefaultRule::DenyUnlessAllowed,
            context: nothing_more,
            words: None,
            keys: Vec::new(),
            unless_said: &[],
            refuse: None,
            known: Known::DOCUMENTED,
        }
    }

    /// Published under other names as well, each with its own form of the resource.
    #[must_use]
    pub fn or(mut self, names: &[(&'static str, &'static str)]) -> Self {
        self.or = names.iter().map(|(action, resource)| (Text::Borrowed(action), Text::Borrowed(resource))).collect();
        self
    }

    /// About something of which the product knows facts, by its id.
    #[must_use]
    pub const fn about(mut self, id: &'static str) -> Self {
        set(&mut self.about, About::Template(Text::Borrowed(id)));
        self
    }

    /// About something that is about to be made.
    #[must_use]
    pub const fn about_new(mut self) -> Self {
        set(&mut self.about, About::New);
        self
    }

    /// About something of which the product knows facts, by an id that is no mere template.
    #[must_use]
    pub const fn about_named(mut self, id: fn(&Call<'_>, &str) -> String) -> Self {
        set(&mut self.about, About::Named(id));
        self
    }

    /// Asked only when this parameter is given.
    #[must_use]
    pub const fn when(mut self, parameter: &'static str) -> Self {
        set(&mut self.asked, Asked::When(Text::Borrowed(parameter)));
        self
    }

    /// Asked only when this parameter is not given.
    #[must_use]
    pub const fn unless(mut self, parameter: &'static str) -> Self {
        set(&mut self.asked, Asked::Unless(Text::Borrowed(parameter)));
        self
    }

    /// Asked for each item of this list, flat or in JSON.
    #[must_use]
    pub const fn each(mut self, parameter: &'static str) -> Self {
        set(&mut self.asked, Asked::Each(Text::Borrowed(parameter)));
        self
    }

    /// Asked for what this finds among the facts of what was asked about before.
    #[must_use]
    pub const fn located(mut self, words: &'static str, finds: Finds) -> Self {
        set(&mut self.asked, Asked::Located(words, finds));
        self
    }

    /// Refused in this way.
    #[must_use]
    pub const fn refused_by(mut self, refuse: Refuse) -> Self {
        self.refuse = Some(refuse);
        self
    }

    /// Asked for each item that is found in the call.
    #[must_use]
    pub const fn of(mut self, items: Items) -> Self {
        set(&mut self.asked, Asked::Of(items));
        self
    }

    /// With condition keys that the request fills.
    #[must_use]
    pub const fn context(mut self, context: Context) -> Self {
        self.context = context;
        self
    }

    /// With condition keys that a call fills so which says nothing of them.
    #[must_use]
    pub const fn unless_said(mut self, keys: &'static [(&'static str, &'static str)]) -> Self {
        self.unless_said = keys;
        self
    }

    /// Refused in words of its own.
    #[must_use]
    pub const fn words(mut self, words: &'static Words) -> Self {
        self.words = Some(words);
        self
    }

    /// Known in another way than from a page.
    #[must_use]
    pub const fn known(mut self, known: Known) -> Self {
        self.known = known;
        self
    }

    /// Allowed unless a policy denies it.
    #[must_use]
    pub const fn allowed_unless_denied(mut self) -> Self {
        set(&mut self.default, DefaultRule::AllowUnlessDenied);
        self
    }

    /// Every name of the action with its resource, in the order in which they are asked.
    pub fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = self.actions.iter().map(|action| (action, &*self.resource));
        own.chain(self.or.iter().map(|(action, resource)| (&**action, &**resource)))
    }
}

/// What it asks, for people: ``ram:GetUser on acs:ram:*:{account}:user/{UserName}``.
impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.actions.join(" or "), self.resource)?;
        for (action, resource) in &self.or {
            write!(f, " or {action} on {resource}")?;
        }
        match &self.asked {
            Asked::Once => Ok(()),
            Asked::When(parameter) => write!(f, " when {parameter} is given"),
            Asked::Unless(parameter) => write!(f, " unless {parameter} is given"),
            Asked::Each(parameter) | Asked::Listed { parameter, .. } => write!(f, " for each of {parameter}"),
            Asked::Roles(parameter) => write!(f, " for each role in {parameter}"),
            Asked::Located(words, _) => f.write_str(words),
            Asked::Performing(when) => write!(f, " {when}"),
            Asked::Of(_) => f.write_str(" for each that the call names"),
        }
    }
}
