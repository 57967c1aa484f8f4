//! One call on its way: what was asked, by whom, when, from where.

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use acslab_policy::{Key, Verdict};
use jiff::Timestamp;
use parking_lot::Mutex;

use super::{AuditTrail, Caller, Decided, Needed, Operation};
use crate::cloud::{Account, Cloud, Written};
use crate::signature::Secret;
use crate::wire::{ApiError, Arguments, HttpRequest, KeyProblem, ObjectAddress, Reply};

/// One call on its way.
#[derive(Debug)]
pub struct Call<'a> {
    /// The way in, for services that call others.
    pub(crate) inside: &'a dyn Inside,
    /// The state that the call is answered from, from its beginning to its end.
    pub(crate) cloud: Arc<Cloud>,
    /// What is asked for.
    pub operation: Arc<Operation>,
    /// By whom.
    pub caller: Caller,
    /// What its signature says; `None` for an anonymous call, and one that a service makes inside the cloud.
    pub signed: Option<Signed>,
    /// The request's id.
    pub request_id: Arc<str>,
    /// When it arrived.
    pub now: Timestamp,
    /// Where it came from; `None` for a call that a service makes inside the cloud.
    pub source_ip: Option<IpAddr>,
    /// Over TLS?
    pub secure: bool,
    /// The region that was addressed.
    pub region: String,
    /// The parameters.
    pub arguments: Arguments,
    /// The bucket and object that an OSS request addresses.
    pub address: ObjectAddress,
    /// The request itself: headers and body.
    pub http: HttpRequest,
    /// The content of an object, where it was digested as it came.
    pub content: Option<Written>,
    /// What was decided while it was performed.
    pub(crate) later: Mutex<Vec<Decided>>,
    /// The first thing that the policies do not allow, where that is reported and not refused: its action and its resource.
    pub(crate) reported: Mutex<Option<(String, String)>>,
    /// Whether what the call names was there when that was looked for: what it asks and what it does go by one look.
    pub(crate) was_there: OnceLock<bool>,
    /// The condition keys of the tags that it passes, once they were read: a list may ask as many questions as it has members.
    pub(crate) tags: OnceLock<Vec<(Key, String)>>,
}

/// What a signature, which was right, says besides who calls.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The access key that it was made with.
    pub key_id: String,
    /// The region that it was made for, in the forms that name one.
    pub region: Option<String>,
    /// Is it in the URL?
    pub in_url: bool,
    /// Is it of a form that the cloud takes from old accounts only?
    pub outdated: bool,
}

/// What a service asks of itself.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// The operation.
    pub operation: &'a Arc<Operation>,
    /// What it is about.
    pub address: &'a ObjectAddress,
    /// Its parameters.
    pub parameters: &'a [(&'a str, &'a str)],
    /// In which region.
    pub region: &'a str,
}

/// What the gateway does for a call that is being answered: it lets services call others, and answers further questions.
pub trait Inside: std::fmt::Debug + Send + Sync {
    /// Answers a request that a service makes as a caller that this crate made: the same stages but for the signature.
    fn enter(&self, cloud: &Arc<Cloud>, request: HttpRequest, caller: Caller, region: &str) -> Result<Reply, ApiError>;

    /// Answers what a service asks of itself: a call of an operation that no request can name. It is decided and recorded like any other.
    fn act(&self, cloud: &Arc<Cloud>, act: Act<'_>, caller: Caller) -> Result<Reply, ApiError>;

    /// Answers a request that a call stands for, as whoever sent it: a form's object, a website's page. It comes from where the call
    /// comes from, and in the same way.
    fn go_on(
        &self,
        call: &Call<'_>,
        request: HttpRequest,
        content: Option<Written>,
        caller: Caller,
    ) -> Result<Reply, ApiError>;

    /// Answers a request that stands in a URL, as whoever signed that: what a service fetches within this cloud for a call, from where the
    /// call comes from.
    fn visit(&self, call: &Call<'_>, request: HttpRequest) -> Result<Reply, ApiError>;

    /// What would the policies in force say of this, if the caller asked?
    fn verdict(&self, call: &Call<'_>, need: Needed) -> Verdict;

    /// Asks what turns out to be needed only while a call is performed; the refusal is that of the call.
    ///
    /// # Errors
    /// It is not allowed.
    fn require(&self, call: &Call<'_>, need: Needed) -> Result<(), ApiError>;

    /// The question whether the caller may do an action on a resource.
    fn ask(&self, call: &Call<'_>, action: &str, resource: &str) -> Result<Needed, ApiError>;

    /// The question that the call's operation asks, about another thing than the one that the call names: that of this id, for `locate`.
    /// None where the operation asks nothing.
    fn ask_about(&self, call: &Call<'_>, id: &str) -> Result<Option<Needed>, ApiError>;

    /// Whose key is this, and what is its secret? For what is signed within a body.
    fn holder(
        &self,
        cloud: &Cloud,
        key: &str,
        token: Option<&str>,
        from: IpAddr,
    ) -> Result<(Secret, Caller), KeyProblem>;

    /// What happened.
    fn trail(&self) -> &AuditTrail;
}

impl Call<'_> {
    /// The state.
    pub fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// The question whether the caller may do an action on a resource, for [`Call::may`].
    pub(crate) fn ask(&self, action: &str, resource: &str) -> Result<Needed, ApiError> {
        self.inside.ask(self, action, resource)
    }

    /// The same question as the call's own, about another thing.
    pub(crate) fn ask_about(&self, id: &str) -> Result<Option<Needed>, ApiError> {
        self.inside.ask_about(self, id)
    }

    /// Would the policies in force allow this to the caller? For lists that show what the caller may see.
    pub(crate) fn may(&self, need: Needed) -> bool {
        self.verdict(need) == Verdict::Allow
    }

    /// What would the policies in force say of this, if the caller asked?
    pub(crate) fn verdict(&self, need: Needed) -> Verdict {
        self.inside.verdict(self, need)
    }

    /// Asks what turns out to be needed only while the call is performed: what it names is in another place than it says.
    ///
    /// # Errors
    /// It is not allowed: the refusal of the call.
    pub(crate) fn require(&self, need: Needed) -> Result<(), ApiError> {
        self.inside.require(self, need)
    }

    /// Notes what the cloud would have refused; the first counts.
    pub(crate) fn report(&self, action: &str, resource: &str) {
        self.reported.lock().get_or_insert_with(|| (action.to_owned(), resource.to_owned()));
    }

    /// Whose key is this, and what is its secret? For what is signed within a body.
    pub(crate) fn vouched_for(&self, key: &str, token: Option<&str>) -> Result<(Secret, Caller), KeyProblem> {
        self.inside.holder(&self.cloud, key, token, self.http.peer)
    }

    /// The body as the content of an object.
    ///
    /// # Errors
    /// It came from inside the cloud, and the store does not keep it.
    pub fn written(&self) -> io::Result<Written> {
        match &self.content {
            Some(content) => Ok(content.clone()),
            None => Written::kept(&self.http.body, self.cloud.store.clone()),
        }
    }

    /// Whose what the call makes is to be, by the id of the account, the RAM user or the RAM role: the caller's own, unless a service makes
    /// it for somebody.
    pub fn person(&self) -> &str {
        self.http.for_person.as_deref().unwrap_or_else(|| super::person(&self.caller))
    }

    /// The account that the caller belongs to.
    pub fn account(&self) -> Result<&Account, ApiError> {
        // Only an operation open to anybody is performed for an anonymous caller, and those do not ask for its account.
        self.caller.account().map(AsRef::as_ref).ok_or_else(ApiError::internal)
    }

    /// A call that a service makes inside the cloud, as a caller that this crate made: the same stages but for the signature.
    pub(crate) fn call_inside(&self, mut request: HttpRequest, caller: Caller) -> Result<Reply, ApiError> {
        request.cause = Some(Arc::clone(&self.request_id));
        self.inside.enter(&self.cloud, request, caller, &self.region)
    }

    /// A request that this call stands for, as whoever sent it, from where and in the way that the call came.
    pub(crate) fn go_on(&self, request: HttpRequest, caller: Caller) -> Result<Reply, ApiError> {
        self.go_on_with(request, None, caller)
    }

    /// The same, with the content of an object.
    pub(crate) fn go_on_with(
        &self,
        mut request: HttpRequest,
        content: Option<Written>,
        caller: Caller,
    ) -> Result<Reply, ApiError> {
        request.cause = Some(Arc::clone(&self.request_id));
        self.inside.go_on(self, request, content, caller)
    }

    /// A request that stands in a URL, as whoever signed that.
    pub(crate) fn visit(&self, mut request: HttpRequest) -> Result<Reply, ApiError> {
        request.cause = Some(Arc::clone(&self.request_id));
        self.inside.visit(self, request)
    }

    /// The same as [`Call::call_inside`], for an RPC operation by the version of its API and its name.
    pub(crate) fn call_action(
        &self,
        caller: Caller,
        version: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Reply, ApiError> {
        self.call_inside(HttpRequest::action(action, version, parameters), caller)
    }
}
