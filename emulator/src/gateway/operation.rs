//! A row of a service's table: all that the gateway must know of an operation.

use std::fmt;

use acslab_policy::{DefaultRule, PolicySet, Request};
use http::Method;
use jiff::Timestamp;

use super::{ApiError, Arguments, Call, Federation, Parameter, Reply};
use crate::cloud::Cloud;

/// A product of the cloud at one version of its API.
#[derive(Debug)]
pub struct Product {
    /// The product's code: `Ram`.
    pub name: &'static str,
    /// The API version: `2015-05-01`.
    pub version: &'static str,
    /// How its operations are called.
    pub style: Style,
    /// The host names it answers to, `{region}` standing for a region id.
    pub hosts: &'static [&'static str],
    /// How it says no.
    pub refusal: Refusal,
}

/// How a product's operations are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `Action` and `Version` parameters.
    Rpc,
    /// Method and path.
    Roa,
    /// OSS's own.
    Oss,
}

/// The words of a refusal for want of permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// `NoPermission`: RAM, STS, IMS, ResourceManager.
    NoPermission,
    /// `Forbidden.RAM`: products that use the gateway's own check.
    ForbiddenRam,
    /// OSS: `AccessDenied` with its detail code.
    Oss,
}

/// How a request names the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// By `Action`, or `x-acs-action`.
    Action,
    /// By method and path: `/api/v1/langstudio/flows/{FlowId}`.
    Path(Method, &'static str),
    /// OSS: by method, what is addressed, and what the request carries besides.
    Oss(Method, Level, Selector),
}

/// What tells OSS operations of the same method and level apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selector {
    /// Nothing: the operation when no other one fits.
    Plain,
    /// A sub-resource: a query parameter of that name.
    Query(&'static str),
    /// A query parameter with that value.
    QueryValue(&'static str, &'static str),
    /// A header.
    Header(&'static str),
    /// A query parameter of that name, and a header.
    QueryAndHeader(&'static str, &'static str),
}

impl Selector {
    /// The query parameter that it looks at.
    pub fn parameter(self) -> Option<&'static str> {
        match self {
            Self::Plain | Self::Header(_) => None,
            Self::Query(name) | Self::QueryValue(name, _) | Self::QueryAndHeader(name, _) => Some(name),
        }
    }
}

/// What an OSS request addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The service.
    Service,
    /// A bucket.
    Bucket,
    /// An object.
    Object,
}

impl Level {
    /// Its name in errors.
    pub fn name(self) -> &'static str {
        match self {
            Self::Service => "Service",
            Self::Bucket => "Bucket",
            Self::Object => "Object",
        }
    }
}

/// Who may call an operation.
#[derive(Debug)]
pub enum Access {
    /// Anybody whose signature is right; the reason is given. No policy is asked.
    SignedOnly(&'static str),
    /// Anybody, even without signature; the reason is given.
    Anyone(&'static str),
    /// The account's owner alone, whatever the policies say.
    OwnerOnly(&'static str),
    /// Whoever passes every one of these checks.
    Checks(&'static [Check]),
    /// Whoever brings the proof of an identity provider, signature or not, and passes every one of these checks.
    Federated(Prove, &'static [Check]),
}

impl Access {
    /// May a request come without a signature?
    pub(crate) fn takes_unsigned(&self) -> bool {
        matches!(self, Self::Anyone(_) | Self::Federated(..))
    }

    /// What is asked of the policies.
    pub fn checks(&self) -> &'static [Check] {
        match self {
            Self::Checks(checks) | Self::Federated(_, checks) => checks,
            Self::SignedOnly(_) | Self::Anyone(_) | Self::OwnerOnly(_) => &[],
        }
    }
}

/// Checks the proof of an identity provider that a call's parameters carry: whom does it vouch for?
pub type Prove = fn(&Cloud, &Arguments, Timestamp) -> Result<Federation, ApiError>;

/// One action on one resource that a call needs.
#[derive(Debug)]
pub struct Check {
    /// The action. More than one name: an allow for one suffices, a deny of one denies (some operations are published under two).
    pub actions: &'static [&'static str],
    /// The resource's ARN, with `{account}`, `{region}` and parameters' names in braces; `*` for an operation without
    /// resource-level authorization. `{UserName|caller}`: the caller's own name when the parameter is absent.
    pub resource: &'static str,
    /// More names of the action, each on a resource of its own, which count like those of `actions`: IMS is published as
    /// `ram:CreateUser` on `acs:ram:…` and as `ims:CreateUser` on `acs:ims:…`.
    pub or: &'static [(&'static str, &'static str)],
    /// Fills what is in braces and neither a parameter nor known to the gateway. See [`Names`].
    pub names: Names,
    /// How often it is asked.
    pub asked: Asked,
    /// What holds when no policy says anything.
    pub default: DefaultRule,
    /// Adds condition keys and the resource's own policy. See [`Describe`].
    pub describe: Describe,
}

/// How often a call asks a check. A call of which nothing at all is asked is refused.
#[derive(Debug, Clone, Copy)]
pub enum Asked {
    /// Once.
    Once,
    /// Once if this parameter is given, otherwise not: a role to be passed on.
    When(&'static str),
    /// Once for each item of this list, flat or in JSON; `{each}` in the resource.
    Each(&'static str),
    /// Once for each item that this finds in the call, be it in a header or in the body: an object to be deleted.
    Of(Items),
}

/// Finds what a check is asked of one by one.
pub type Items = fn(&Call<'_>) -> Result<Vec<String>, ApiError>;

/// What stands in a resource's ARN for a name in braces, where that is read from the state: the path of a folder, the name of
/// the user behind an id. `None` leaves the name to the gateway.
pub type Names = fn(&Call<'_>, &str) -> Option<String>;

/// Adds what the tables cannot know: condition keys read from the state at this request, the resource's own policy, the
/// account that owns the resource.
pub type Describe = fn(&Call<'_>, &mut Needed) -> Result<(), ApiError>;

/// An access request as the gateway asks it: for every name of the action, with the resource's own policy.
#[derive(Debug)]
pub struct Needed {
    /// The request, once for each name of the action.
    pub requests: Vec<Request>,
    /// The policy of the resource itself.
    pub own: OwnPolicy,
    /// The resource group that the resource is in, if it is in one and the operation supports resource groups.
    pub resource_group: Option<String>,
    /// What holds when no policy says anything.
    pub default: DefaultRule,
    /// What is answered in place of an implicit deny: that what the call is about does not exist.
    pub absent: Option<ApiError>,
}

impl Needed {
    /// Sets a condition key.
    pub fn set(&mut self, key: &str, value: &str) {
        for request in &mut self.requests {
            request.set(key, value);
        }
    }

    /// Sets a condition key that has several values.
    pub fn set_many(&mut self, key: &str, values: &[String]) {
        for request in &mut self.requests {
            *request = request.clone().with_many(key, values.iter().map(String::as_str));
        }
    }
}

/// The policy of a resource itself.
#[derive(Debug)]
pub enum OwnPolicy {
    /// It has none.
    None,
    /// It grants beside the identity's policies: a bucket policy, an ACL, a workspace role.
    Grants(PolicySet),
    /// A trust policy: both it and the identity's policies must allow.
    Trust(PolicySet),
}

/// What an operation does.
#[derive(Debug, Clone, Copy)]
pub enum Perform {
    /// Performed by this function: one synchronous step over the cloud.
    Handler(fn(&Call<'_>) -> Result<Reply, ApiError>),
    /// Known, and not performed: answers that there is no such operation, and is listed as missing.
    Missing,
}

/// Where an operation's behaviour comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The public documentation; the page's title.
    Documented(&'static str),
    /// An official SDK or the official metadata.
    Sdk(&'static str),
    /// Deduced; why.
    Inferred(&'static str),
    /// acslab's own: not an operation of the cloud.
    Acslab(&'static str),
}

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// Whose it is.
    pub product: &'static Product,
    /// Its name: `CreateUser`.
    pub name: &'static str,
    /// How a request names it.
    pub route: Route,
    /// Who may call it.
    pub access: Access,
    /// Its parameters, as far as they are checked before authorization.
    pub parameters: &'static [Parameter],
    /// What it does.
    pub perform: Perform,
    /// Where its behaviour comes from.
    pub source: Source,
}

/// The [`Describe`] of a check that the table describes in full.
pub fn nothing_more(_: &Call<'_>, _: &mut Needed) -> Result<(), ApiError> {
    Ok(())
}

impl Check {
    /// An action on a resource that the table describes in full.
    pub const fn new(actions: &'static [&'static str], resource: &'static str) -> Self {
        Self {
            actions,
            resource,
            or: &[],
            names: |_, _| None,
            asked: Asked::Once,
            default: DefaultRule::DenyUnlessAllowed,
            describe: nothing_more,
        }
    }

    /// Published under other names as well, each with its own form of the resource.
    #[must_use]
    pub const fn or(mut self, names: &'static [(&'static str, &'static str)]) -> Self {
        self.or = names;
        self
    }

    /// With names in its resource that are read from the state.
    #[must_use]
    pub const fn names(mut self, names: Names) -> Self {
        self.names = names;
        self
    }

    /// Asked only when this parameter is given.
    #[must_use]
    pub const fn when(mut self, parameter: &'static str) -> Self {
        self.asked = Asked::When(parameter);
        self
    }

    /// Asked for each item of this list, flat or in JSON.
    #[must_use]
    pub const fn each(mut self, parameter: &'static str) -> Self {
        self.asked = Asked::Each(parameter);
        self
    }

    /// Asked for each item that is found in the call.
    #[must_use]
    pub const fn of(mut self, items: Items) -> Self {
        self.asked = Asked::Of(items);
        self
    }

    /// With condition keys, or a policy of the resource itself.
    #[must_use]
    pub const fn describe(mut self, describe: Describe) -> Self {
        self.describe = describe;
        self
    }

    /// Allowed unless a policy denies it.
    #[must_use]
    pub const fn allowed_unless_denied(mut self) -> Self {
        self.default = DefaultRule::AllowUnlessDenied;
        self
    }
}

/// What it asks, for people: ``ram:GetUser on acs:ram:*:{account}:user/{UserName}``.
impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.actions.join(" or "), self.resource)?;
        for (action, resource) in self.or {
            write!(f, " or {action} on {resource}")?;
        }
        match self.asked {
            Asked::Once => Ok(()),
            Asked::When(parameter) => write!(f, " when {parameter} is given"),
            Asked::Each(parameter) => write!(f, " for each of {parameter}"),
            Asked::Of(_) => f.write_str(" for each that the call names"),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Documented(page) => write!(f, "documented: {page}"),
            Self::Sdk(what) => write!(f, "from the SDKs: {what}"),
            Self::Inferred(why) => write!(f, "inferred: {why}"),
            Self::Acslab(why) => write!(f, "acslab's own: {why}"),
        }
    }
}

impl Operation {
    /// With another source than its table's.
    #[must_use]
    pub const fn known_from(mut self, source: Source) -> Self {
        self.source = source;
        self
    }

    /// Does acslab perform it?
    pub fn is_performed(&self) -> bool {
        matches!(self.perform, Perform::Handler(_))
    }
}
