//! What is asked: by whom, which action on which resource, in which context.

use std::sync::Arc;

use thiserror::Error;

use crate::action::Action;
use crate::condition::{Context, Key, Value};
use crate::principal::Principal;
use crate::resource::Resource;

/// Why a request cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RequestError {
    /// The action is not one action.
    #[error("`{0}` is not an action, expected `service:Name` without wildcards")]
    Action(String),
    /// The resource is neither `*` nor an ARN.
    #[error("`{0}` is not a resource, expected `*` or `acs:<service>:<region>:<account>:<relative-id>`")]
    Resource(String),
}

/// One question to the policies. Everything in it is read when it is built, so that it can be asked many times.
///
/// Whoever asks often builds it from parts that are read already, which takes no allocation as long as texts are short
/// (actions of up to 46 bytes, ARNs of 94, keys and values of 30) and there are at most two condition keys, or room for
/// more was made at once ([`Self::reserve`]):
///
/// ```
/// use std::net::IpAddr;
/// use std::sync::LazyLock;
/// use acslab_policy::{Action, Key, Principal, Request, ResourceTemplate};
///
/// static GET_OBJECT: LazyLock<Option<Action>> = LazyLock::new(|| Action::parse("oss:GetObject"));
/// static OBJECT: LazyLock<ResourceTemplate> =
///     LazyLock::new(|| ResourceTemplate::parse("acs:oss:*:{account}:{bucket}/{object}"));
/// static SOURCE_IP: LazyLock<Key> = LazyLock::new(|| Key::from("acs:SourceIp"));
///
/// # fn ask(alice: &Principal, peer: IpAddr) -> Option<Request> {
/// let resource = OBJECT.fill(|name| match name {
///     "account" => "1234567890123456",
///     "bucket" => "photos",
///     _ => "a.jpg",
/// })?;
/// let mut request = Request::of(alice.clone(), GET_OBJECT.clone()?, resource);
/// request.reserve(5);
/// request.set(&*SOURCE_IP, peer);
/// request.set("acs:SecureTransport", true);
/// # Some(request)
/// # }
/// # let alice = Principal::ram_user("1234567890123456", "204567890123450001", "alice");
/// # let request = ask(&alice, IpAddr::from([10, 0, 0, 1])).unwrap();
/// # assert_eq!(request.resource().as_str(), "acs:oss:*:1234567890123456:photos/a.jpg");
/// ```
#[derive(Debug, Clone)]
pub struct Request {
    principal: Principal,
    action: Action,
    resource: Resource,
    resource_group: Option<Arc<str>>,
    context: Context,
    foreign: bool,
}

impl Request {
    /// May `principal` do `action` (`oss:GetObject`) on `resource` (`*` or an ARN)?
    ///
    /// # Errors
    /// If the action or the resource is none.
    #[inline]
    pub fn new(principal: Principal, action: &str, resource: &str) -> Result<Self, RequestError> {
        let action = Action::parse(action).ok_or_else(|| RequestError::Action(action.to_owned()))?;
        let resource = Resource::parse(resource).ok_or_else(|| RequestError::Resource(resource.to_owned()))?;
        Ok(Self::of(principal, action, resource))
    }

    /// The same, of parts that are read already.
    #[inline]
    pub fn of(principal: Principal, action: Action, resource: Resource) -> Self {
        let foreign = resource.is_foreign_to(principal.account());
        Self { principal, action, resource, resource_group: None, context: Context::default(), foreign }
    }

    /// Makes room for so many condition keys, all in all.
    pub fn reserve(&mut self, keys: usize) {
        self.context.reserve(keys);
    }

    /// Adds a condition key with one value; a key that is already there is replaced.
    #[must_use]
    pub fn with(mut self, key: impl Into<Key>, value: impl Into<Value>) -> Self {
        self.set(key, value);
        self
    }

    /// Adds a condition key with several values; none at all is as if the key were missing.
    #[must_use]
    pub fn with_many<V: Into<Value>>(mut self, key: impl Into<Key>, values: impl IntoIterator<Item = V>) -> Self {
        self.set_many(key, values);
        self
    }

    /// Sets a condition key to one value.
    #[inline]
    pub fn set(&mut self, key: impl Into<Key>, value: impl Into<Value>) {
        self.context.insert(key.into(), value.into());
    }

    /// Sets condition keys of which no two are the same to one value each: they are sought among those that were there before alone.
    pub fn set_each<K: Into<Key>, V: Into<Value>>(&mut self, keys: impl IntoIterator<Item = (K, V)>) {
        self.context.insert_each(keys.into_iter().map(|(key, value)| (key.into(), value.into())));
    }

    /// Sets a condition key to several values; none at all is as if the key were missing.
    pub fn set_many<V: Into<Value>>(&mut self, key: impl Into<Key>, values: impl IntoIterator<Item = V>) {
        self.context.insert_many(key.into(), values.into_iter().map(Into::into));
    }

    /// Names the resource group of the resource. The policies in force there are put in
    /// [`crate::Layers::identity_resource_group`]; the name is for the explanation.
    #[must_use]
    pub fn in_resource_group(mut self, id: impl Into<Arc<str>>) -> Self {
        self.resource_group = Some(id.into());
        self
    }

    /// Says which condition keys the product can fill at all (a name that ends in `/` stands for all tag keys under it).
    /// A condition on any other key is then never met, not even a negated one. By default any key may be filled.
    #[must_use]
    pub fn with_product_keys(mut self, keys: Arc<[Box<str>]>) -> Self {
        self.set_product_keys(keys);
        self
    }

    /// The same, of a request that is there already.
    pub fn set_product_keys(&mut self, keys: Arc<[Box<str>]>) {
        self.context.set_product_keys(keys);
    }

    /// The same caller in the same circumstances, asking for something else.
    #[must_use]
    pub fn asking(&self, action: Action, resource: Resource) -> Self {
        Self {
            resource_group: self.resource_group.clone(),
            context: self.context.clone(),
            ..Self::of(self.principal.clone(), action, resource)
        }
    }

    /// The same of a RAM user whose id nobody knows: no policy is known to name it by that.
    pub fn forget_user_id(&mut self) {
        if let Principal::RamUser { user_id, .. } = &mut self.principal {
            *user_id = "".into();
        }
    }

    /// How many bytes of memory it takes, about; names that it shares with others count in full.
    pub fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.principal.text_bytes()
            + self.action.bytes_elsewhere()
            + self.resource.bytes_elsewhere()
            + self.resource_group.as_deref().map_or(0, str::len)
            + self.context.bytes_elsewhere()
    }

    /// Who asks.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The action asked for.
    pub fn action(&self) -> &Action {
        &self.action
    }

    /// The resource asked for.
    pub fn resource(&self) -> &Resource {
        &self.resource
    }

    /// The resource group of the resource.
    pub fn resource_group(&self) -> Option<&str> {
        self.resource_group.as_deref()
    }

    /// The condition keys.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Whether the resource belongs to another account than the caller's.
    pub(crate) fn is_foreign(&self) -> bool {
        self.foreign
    }
}
