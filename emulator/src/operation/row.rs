//! A row of a product's table: all that the gateway must know of an operation.

use http::Method;

use super::{Access, Ask, Asks, Call, Check, Form, OverRecord, Parameter, Product, Route, Shared, Source, Text};
use crate::wire::{ApiError, Reply};

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Whose it is.
    pub product: Shared<Product>,
    /// Its name: `CreateUser`.
    pub name: Text,
    /// How a request names it.
    pub route: Route,
    /// Who may call it.
    pub access: Access,
    /// Its parameters, as far as they are checked before authorization.
    pub parameters: Vec<Parameter>,
    /// How it takes its body.
    pub takes: Takes,
    /// What it does.
    pub perform: Perform,
    /// Where its behaviour comes from.
    pub source: Source,
    /// What it asks, as it is asked.
    pub asks: Asks,
}

/// What an operation does.
#[derive(Debug, Clone)]
pub enum Perform {
    /// Performed by this function: one synchronous step over the cloud.
    Handler(Handler),
    /// A verb over a typed record.
    Record(Box<OverRecord>),
    /// Known and decided, and not performed.
    Missing,
}

/// Performs an operation: one synchronous step over the cloud.
pub type Handler = fn(&Call<'_>) -> Result<Reply, ApiError>;

impl Product {
    /// An operation that a request names by `Action`, performed by this function and documented on a page of its own name.
    pub fn action(
        &'static self,
        name: &'static str,
        checks: &[Check],
        parameters: &[Parameter],
        handler: Handler,
    ) -> Operation {
        Operation::row(self, name, Route::Action, checks, parameters, handler)
    }

    /// The same for one that a request names by method and path: `/api/v1/langstudio/flows/{FlowId}`.
    pub fn path(
        &'static self,
        name: impl Into<Text>,
        (method, path): (Method, impl Into<Text>),
        checks: &[Check],
        parameters: &[Parameter],
        handler: Handler,
    ) -> Operation {
        Operation::row(self, name, Route::Path(method, path.into()), checks, parameters, handler)
    }
}

/// How an operation takes its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Whole, and small: it is read before the call is decided.
    Whole,
    /// As a stream, behind the decision: the content of an object.
    Stream,
}

impl Operation {
    /// An operation that is performed by this function and documented on a page of its own name.
    pub fn row(
        product: &'static Product,
        name: impl Into<Text>,
        route: Route,
        checks: &[Check],
        parameters: &[Parameter],
        handler: Handler,
    ) -> Self {
        let name = name.into();
        Self {
            product: Shared::Native(product),
            route,
            access: Access::Checks(checks.to_vec()),
            parameters: parameters.to_vec(),
            takes: Takes::Whole,
            perform: Perform::Handler(handler),
            source: Source::Documented(name.clone()),
            name,
            asks: Asks::default(),
        }
    }

    /// With another source than its page.
    #[must_use]
    pub fn known_from(self, source: Source) -> Self {
        Self { source, ..self }
    }

    /// Open to others than those whom policies allow.
    #[must_use]
    pub fn open_to(self, access: Access) -> Self {
        Self { access, ..self }
    }

    /// Taking its body as a stream.
    #[must_use]
    pub fn streams(self) -> Self {
        Self { takes: Takes::Stream, ..self }
    }

    /// How many bytes it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        let shaped = self.parameters.iter().filter_map(|parameter| match &parameter.form {
            Form::Shaped(shaped) | Form::Header(shaped) => Some(shaped),
            _ => None,
        });
        let parameters = size_of_val(&*self.parameters) + shaped.clone().map(|shaped| shaped.bytes()).sum::<usize>();
        let names = shaped.map(|shaped| shaped.bytes_of_names()).next().unwrap_or_default();
        let own = match &self.product {
            Shared::Native(_) => 0,
            Shared::Loaded(product) => size_of::<Product>() + product.name.len() + product.version.len(),
        };
        size_of::<Self>() + self.name.len() + own + size_of_val(self.access.checks()) * 2 + parameters + names
    }

    /// What its checks ask, in their order; `None` if an action of its row is none.
    pub(crate) fn asks(&self) -> Option<&[Ask]> {
        self.asks.of(self.access.checks())
    }

    /// Does acslab perform it?
    pub fn is_performed(&self) -> bool {
        !matches!(self.perform, Perform::Missing)
    }

    /// Product and name: `Ram.CreateUser`.
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.product.name, self.name)
    }
}
