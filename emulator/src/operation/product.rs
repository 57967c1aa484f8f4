//! A product of the cloud, and its words.

use std::mem::{forget, replace};
use std::sync::Arc;

use http::HeaderMap;

use super::{Call, Caller, Check, Decided, Inside, Locate, Noted, Operation, Refused, Text, Texts, nothing_known};
use crate::cloud::Cloud;
use crate::wire::{ApiError, Arguments, HttpRequest, ObjectAddress, Reply};

/// A product of the cloud at one version of its API.
#[derive(Debug, Clone)]
pub struct Product {
    /// The product's code: `Ram`.
    pub name: Text,
    /// The API version: `2015-05-01`.
    pub version: Text,
    /// How its operations are called.
    pub style: Style,
    /// The host names it answers to, `{region}` standing for a region id.
    pub hosts: Texts,
    /// How it says no.
    pub refuse: Refuse,
    /// Whether it says besides what lacked.
    pub tells: Tells,
    /// The service codes of the ARNs that its resources have.
    pub resources: Texts,
    /// What is known of its resources.
    pub locate: Locate,
    /// What it finds out before anybody is asked who they are.
    pub find: Find,
    /// What its answers say besides.
    pub besides: Besides,
    /// The parameter that names the region of what a call is about, where that need not be the one that was addressed.
    pub region: Option<Text>,
    /// What it does by itself before a request to it is answered.
    pub tend: Tend,
    /// What it notes of a request to it that was answered.
    pub note: Note,
    /// What it adds to an answer that went well.
    pub complete: Complete,
    /// What it adds to an error of a call.
    pub explain: Explain,
    /// What it makes of a check that the catalogue has.
    pub adapt: Adapt,
    /// The condition keys that there are at all in requests for its actions, where that is known.
    pub keys: Option<fn() -> Arc<[Box<str>]>>,
}

/// Says a check of the catalogue in the terms of the product's own rows.
pub(super) type Adapt = fn(&mut Check);

/// The [`Adapt`] of a product whose checks are as the catalogue has them.
fn as_it_is(_: &mut Check) {}

/// The headers that an answer has whatever becomes of the request, such as those of OSS for browsers.
pub type Besides = fn(&Cloud, &HttpRequest, &ObjectAddress) -> HeaderMap;

/// The [`Besides`] of a product whose answers say no more.
pub fn nothing_besides(_: &Cloud, _: &HttpRequest, _: &ObjectAddress) -> HeaderMap {
    HeaderMap::new()
}

/// What a product does by itself, by the cloud's clock, as somebody: it is done before the first request that could see it.
pub type Tend = fn(&dyn Inside, &Arc<Cloud>);

/// The [`Tend`] of a product that does nothing by itself.
fn nothing_to_do(_: &dyn Inside, _: &Arc<Cloud>) {}

/// What a product notes of a request that was answered.
pub type Note = fn(&Noted<'_>);

/// The [`Note`] of a product that notes nothing.
fn nothing_to_note(_: &Noted<'_>) {}

/// What a product adds to the answer to a call that went well.
pub type Complete = fn(&Call<'_>, &mut Reply);

/// The [`Complete`] of a product that adds nothing.
fn nothing_to_add(_: &Call<'_>, _: &mut Reply) {}

/// What a product adds to an error of a call, such as the detail codes of OSS.
pub(super) type Explain = fn(&Call<'_>, ApiError) -> ApiError;

/// The [`Explain`] of a product whose errors say all that there is.
fn nothing_to_explain(_: &Call<'_>, error: ApiError) -> ApiError {
    error
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
    /// That of Simple Log Service: method and path, with the project in the host.
    Sls,
}

/// The words of a refusal for want of permission: of this call, which asked this, and was answered so. What the cloud says
/// besides (`AccessDeniedDetail`) is added by the gateway.
pub type Refuse = fn(&Call<'_>, &Refused<'_>) -> ApiError;

/// Does a refusal say besides what lacked, and to whom (`AccessDeniedDetail`)?
pub type Tells = fn(&Call<'_>, &Decided) -> bool;

/// Finds what a request is about before its signature is looked at, and refuses what cannot be found. Nothing is told that needs a
/// permission.
pub type Find = fn(&Cloud, &HttpRequest, &Operation, &ObjectAddress) -> Result<(), ApiError>;

/// The [`Find`] of a product that asks first who calls.
fn found(_: &Cloud, _: &HttpRequest, _: &Operation, _: &ObjectAddress) -> Result<(), ApiError> {
    Ok(())
}

impl Product {
    /// A product that comes with the program: RPC, refusing with `NoPermission`, nothing known of its resources.
    pub const fn new(name: &'static str, version: &'static str, hosts: &'static [&'static str]) -> Self {
        Self {
            name: Text::Borrowed(name),
            version: Text::Borrowed(version),
            style: Style::Rpc,
            hosts: Texts::Native(hosts),
            refuse: no_permission,
            tells: tells_whoever_signed,
            resources: Texts::Native(&[]),
            locate: nothing_known,
            find: found,
            besides: nothing_besides,
            region: None,
            tend: nothing_to_do,
            note: nothing_to_note,
            complete: nothing_to_add,
            explain: nothing_to_explain,
            adapt: as_it_is,
            keys: None,
        }
    }

    /// Called in another way.
    #[must_use]
    pub const fn style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    /// Says what the catalogue has of it in other terms.
    #[must_use]
    pub const fn adapts(mut self, adapt: Adapt) -> Self {
        self.adapt = adapt;
        self
    }

    /// Says no in other words.
    #[must_use]
    pub const fn refuses(mut self, refuse: Refuse) -> Self {
        self.refuse = refuse;
        self
    }

    /// Says in other cases what lacked.
    #[must_use]
    pub const fn tells(mut self, tells: Tells) -> Self {
        self.tells = tells;
        self
    }

    /// Knows these condition keys and no others.
    #[must_use]
    pub const fn knows(mut self, keys: fn() -> Arc<[Box<str>]>) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Has resources, whose ARNs bear these service codes.
    #[must_use]
    pub const fn locates(mut self, resources: &'static [&'static str], locate: Locate) -> Self {
        // What stood there is a constant too, and holds nothing to be dropped.
        forget(replace(&mut self.resources, Texts::Native(resources)));
        self.locate = locate;
        self
    }

    /// Finds what a request is about before it asks who calls.
    #[must_use]
    pub const fn finds(mut self, find: Find) -> Self {
        self.find = find;
        self
    }

    /// Says more in its answers.
    #[must_use]
    pub const fn says(mut self, besides: Besides) -> Self {
        self.besides = besides;
        self
    }

    /// The region that a call names in a parameter of the product's own.
    pub fn region_named<'a>(&self, arguments: &'a Arguments) -> Option<&'a str> {
        self.region.as_deref().and_then(|parameter| arguments.filled(parameter))
    }

    /// Does things by itself.
    #[must_use]
    pub const fn tends(mut self, tend: Tend) -> Self {
        self.tend = tend;
        self
    }

    /// Notes who asks for what.
    #[must_use]
    pub const fn notes(mut self, note: Note) -> Self {
        self.note = note;
        self
    }

    /// Adds something to its answers.
    #[must_use]
    pub const fn completes(mut self, complete: Complete) -> Self {
        self.complete = complete;
        self
    }

    /// Adds something to its errors.
    #[must_use]
    pub const fn explains(mut self, explain: Explain) -> Self {
        self.explain = explain;
        self
    }

    /// Does this product answer at this host?
    pub fn serves(&self, host: &str) -> bool {
        self.region_in(host).is_some()
    }

    /// The region in a host of this product; empty where its pattern has none, `None` for another's host.
    pub fn region_in<'h>(&self, host: &'h str) -> Option<&'h str> {
        let own = self.hosts.iter().find_map(|pattern| region_in(pattern, host));
        own.or_else(|| {
            let (name, rest) = inner(host)?;
            let public = [name, rest].concat();
            let named = self.hosts.iter().find_map(|pattern| region_in(pattern, &public).map(str::len))?;
            // The region stands at the same place behind the first label, whatever network the host is in.
            let region =
                rest.strip_prefix('.').and_then(|rest| rest.split('.').next()).filter(|region| region.len() == named);
            Some(region.unwrap_or_default())
        })
    }
}

/// A host inside of the cloud's network, `ecs-vpc.cn-beijing.aliyuncs.com`, as that of the public one: what stands before the word for
/// the network, and what stands behind the first label.
fn inner(host: &str) -> Option<(&str, &str)> {
    const NETWORKS: [&str; 3] = ["-vpc", "-internal", "-intranet"];
    let (first, _) = host.split_once('.')?;
    let name = NETWORKS.iter().find_map(|network| first.strip_suffix(network))?;
    Some((name, host.get(first.len()..)?))
}

fn region_in<'h>(pattern: &str, host: &'h str) -> Option<&'h str> {
    match pattern.split_once("{region}") {
        None => (pattern == host).then_some(""),
        Some((before, after)) => host.strip_prefix(before)?.strip_suffix(after).filter(|region| !region.contains('.')),
    }
}

/// There is nothing to say of an identity to somebody who showed none.
fn tells_whoever_signed(call: &Call<'_>, _: &Decided) -> bool {
    !matches!(call.caller, Caller::Anonymous)
}

/// `NoPermission`: RAM, STS, IMS, ResourceManager.
pub fn no_permission(_: &Call<'_>, refused: &Refused<'_>) -> ApiError {
    let request = refused.request;
    let (action, resource) = (request.action().as_str(), request.resource().as_str());
    ApiError::forbidden(
        "NoPermission",
        format!("You are not authorized to do this action. [Resource:{resource} Action:{action}]"),
    )
}

/// `Forbidden.RAM`: products that use the gateway's own check.
pub fn forbidden_ram(_: &Call<'_>, _: &Refused<'_>) -> ApiError {
    ApiError::forbidden(
        "Forbidden.RAM",
        "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
    )
}

/// `AccessDenied`: Function Compute.
pub fn not_authorized_to_perform(_: &Call<'_>, refused: &Refused<'_>) -> ApiError {
    let request = refused.request;
    let (action, resource) = (request.action().as_str(), request.resource().as_str());
    ApiError::forbidden(
        "AccessDenied",
        format!("the caller is not authorized to perform '{action}' on resource '{resource}'"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_in_hosts() {
        let pattern = "pailangstudio.{region}.aliyuncs.com";
        assert_eq!(region_in(pattern, "pailangstudio.cn-beijing.aliyuncs.com"), Some("cn-beijing"));
        assert_eq!(region_in(pattern, "pailangstudio.a.b.aliyuncs.com"), None);
        assert_eq!(region_in("ram.aliyuncs.com", "ram.aliyuncs.com"), Some(""));
        let flow = Product::new("Flow", "1", &["pailangstudio.{region}.aliyuncs.com", "flow.aliyuncs.com"]);
        assert_eq!(flow.region_in("pailangstudio-vpc.cn-beijing.aliyuncs.com"), Some("cn-beijing"));
        assert_eq!(flow.region_in("pailangstudio-internal.cn-beijing.aliyuncs.com"), Some("cn-beijing"));
        assert_eq!(flow.region_in("flow-vpc.aliyuncs.com"), Some(""));
        assert_eq!(flow.region_in("other-vpc.cn-beijing.aliyuncs.com"), None);
    }
}
