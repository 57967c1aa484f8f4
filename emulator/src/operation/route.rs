//! How a request names an operation.

use std::fmt;

use http::Method;

use super::Text;

/// How a request names the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// By `Action`, or `x-acs-action`.
    Action,
    /// By method and path: `/api/v1/langstudio/flows/{FlowId}`. Of SLS a query parameter may stand behind the path, and in front of
    /// it the project that the host names: `{project}/logstores/{logstore}?type=log`.
    Path(Method, Text),
    /// OSS: by method, what is addressed, and what the request carries besides.
    Oss(Method, Level, Selector),
}

impl Route {
    /// Does it ask for something in the query besides a path?
    pub(crate) fn asks(&self) -> bool {
        matches!(self, Self::Path(_, template) if template.contains('?'))
    }
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
    /// A sub-resource, and another parameter that must be there, with this value where one is given.
    QueryAnd(&'static str, &'static str, Option<&'static str>),
    /// A query parameter of that name, with one of these values.
    QueryOneOf(&'static str, &'static [&'static str]),
}

impl Selector {
    /// The query parameters that it looks at.
    pub fn parameters(self) -> impl Iterator<Item = &'static str> {
        let (one, other) = match self {
            Self::Plain | Self::Header(_) => (None, None),
            Self::Query(name)
            | Self::QueryValue(name, _)
            | Self::QueryOneOf(name, _)
            | Self::QueryAndHeader(name, _) => (Some(name), None),
            Self::QueryAnd(name, other, _) => (Some(name), Some(other)),
        };
        one.into_iter().chain(other)
    }

    /// How much it asks of a request: of several that fit, the one that asks most is meant.
    pub(crate) fn weight(self) -> u8 {
        match self {
            Self::Plain => 0,
            Self::Query(_) | Self::Header(_) => 1,
            Self::QueryValue(..) | Self::QueryOneOf(..) | Self::QueryAndHeader(..) | Self::QueryAnd(..) => 2,
        }
    }
}

/// What an OSS request addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Action => f.write_str("by its name"),
            Self::Path(method, path) => write!(f, "{method} {path}"),
            Self::Oss(method, level, selector) => {
                write!(f, "{method} of a {}", level.name().to_ascii_lowercase())?;
                match selector {
                    Selector::Plain => Ok(()),
                    Selector::Query(name) => write!(f, " with ?{name}"),
                    Selector::QueryValue(name, value) => write!(f, " with ?{name}={value}"),
                    Selector::Header(name) => write!(f, " with {name}"),
                    Selector::QueryAndHeader(query, header) => write!(f, " with ?{query} and {header}"),
                    Selector::QueryAnd(name, other, None) => write!(f, " with ?{name}&{other}"),
                    Selector::QueryAnd(name, other, Some(value)) => write!(f, " with ?{name}&{other}={value}"),
                    Selector::QueryOneOf(name, values) => write!(f, " with ?{name}={}", values.join(" or ")),
                }
            }
        }
    }
}
