//! The gateway of one cloud: the way of a call through the stages.

use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use acslab_policy::Verdict;
use arc_swap::ArcSwap;
use bytes::Bytes;
use http::Method;
use parking_lot::Mutex;

use super::authenticate::{authenticate, holder};
use super::authorize::{Denials, Permit, authorize, require};
use super::call_out::CallsOut;
use super::decide::decide;
use super::describe::{ask_for_call, describe, describe_other};
use super::perform::{NotPerformed, perform};
use super::record::{note, record};
use super::route::{Routed, route};
use super::unknown::unknown;
use crate::cloud::{Cloud, Written};
use crate::operation::{Act, AuditTrail, Call, Caller, Decided, Entry, Inside, Needed, Noted, Stage};
use crate::registry::Registry;
use crate::signature::{OrderedQuery, Secret};
use crate::wire::{ApiError, Arguments, Envelope, HttpRequest, KeyProblem, Reply, Wire};

/// The gateway of one cloud.
#[derive(Debug)]
pub struct Gateway {
    cloud: ArcSwap<Cloud>,
    registry: Arc<Registry>,
    trail: AuditTrail,
    not_performed: NotPerformed,
    calls_out: CallsOut,
    denials: Denials,
}

/// A call that may be done.
#[derive(Debug)]
pub(super) struct Permitted<'a> {
    call: Box<Call<'a>>,
    permit: Permit,
    decided: Vec<Decided>,
}

impl Gateway {
    /// A gateway to a cloud, for these operations, that remembers so many bytes of decisions.
    pub fn new(cloud: Cloud, registry: Arc<Registry>, decisions_bytes: usize) -> Self {
        let (trail, not_performed) = (AuditTrail::of(decisions_bytes), NotPerformed::default());
        let cloud = ArcSwap::from_pointee(cloud);
        Self { cloud, registry, trail, not_performed, calls_out: CallsOut::default(), denials: Denials::default() }
    }

    /// The same, which calls others; unless told so, it calls nobody.
    #[must_use]
    pub fn calls_out(self, calls_out: CallsOut) -> Self {
        Self { calls_out, ..self }
    }

    /// The same, with something else to come of what is decided and not performed.
    #[must_use]
    pub fn not_performed(self, not_performed: NotPerformed) -> Self {
        Self { not_performed, ..self }
    }

    /// The same, with something else to come of what policies do not allow.
    #[must_use]
    pub fn denials(self, denials: Denials) -> Self {
        Self { denials, ..self }
    }

    /// Is what policies do not allow performed, and reported?
    pub(crate) fn reports_denials(&self) -> bool {
        self.denials == Denials::Reported
    }

    /// A gateway to another cloud, for the same operations, that remembers by itself: what happens there is not seen here.
    pub(crate) fn beside(&self, cloud: Cloud) -> Self {
        let trail = AuditTrail::of(crate::operation::DECISIONS_BYTES);
        let (registry, not_performed, denials) = (Arc::clone(&self.registry), self.not_performed, self.denials);
        // A call that is only tried calls nobody back.
        let calls_out = CallsOut::default();
        Self { cloud: ArcSwap::from_pointee(cloud), registry, trail, not_performed, denials, calls_out }
    }

    /// The state, as it is now. Whoever needs it to stay the same keeps what this gives.
    pub fn cloud(&self) -> Arc<Cloud> {
        self.cloud.load_full()
    }

    /// Puts another state in the place of this one, in one step for whoever calls meanwhile.
    pub fn replace(&self, cloud: Arc<Cloud>) {
        self.cloud.store(cloud);
        self.trail.turn();
    }

    /// The operations there are.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// What happened.
    pub fn trail(&self) -> &AuditTrail {
        &self.trail
    }

    /// A call that the cloud itself makes, of an RPC operation by name.
    pub(crate) fn call_action(
        &self,
        caller: Caller,
        region: &str,
        version: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Reply, ApiError> {
        self.enter(&self.cloud(), HttpRequest::action(action, version, parameters), caller, region)
    }

    /// Which operation does a request name, and who calls?
    pub(super) fn identify(
        &self,
        cloud: &Arc<Cloud>,
        envelope: &mut Envelope,
        request: HttpRequest,
    ) -> Result<Box<Call<'_>>, ApiError> {
        let wire = envelope.wire();
        let routed = route(&self.registry, &cloud.buckets, &request, wire).inspect_err(|error| {
            let (id, operation) = (Arc::clone(envelope.request_id()), unknown(&self.registry, &request, wire));
            let now = cloud.clock.now();
            let entry = Entry::unauthenticated(Stage::Route, id, now, operation, Some(request.peer), error);
            record(&self.trail, entry);
        })?;
        (routed.operation.product.tend)(self, cloud);
        envelope.say((routed.operation.product.besides)(cloud, &request, &routed.address));
        let now = cloud.clock.now();
        let find = routed.operation.product.find;
        let known = find(cloud, &request, &routed.operation, &routed.address)
            .map_err(|error| (Stage::Locate, error))
            .and_then(|()| {
                let known = authenticate(cloud, &request, envelope.wire(), &routed, now);
                known.map_err(|error| (Stage::Authenticate, error))
            });
        let (caller, signed) = known.map_err(|(stage, error)| {
            let (id, operation) = (Arc::clone(envelope.request_id()), Arc::clone(&routed.operation));
            (routed.operation.product.note)(&Noted {
                cloud,
                request: &request,
                operation: &operation,
                address: &routed.address,
                request_id: &id,
                at: now,
                caller: None,
                key_id: None,
                content: None,
                outcome: Err(&error),
            });
            record(&self.trail, Entry::unauthenticated(stage, id, now, operation, Some(request.peer), &error));
            error
        })?;
        let Routed { operation, arguments, address, region } = routed;
        Ok(Box::new(Call {
            inside: self,
            cloud: Arc::clone(cloud),
            operation,
            caller,
            signed,
            request_id: Arc::clone(envelope.request_id()),
            now,
            source_ip: Some(request.peer),
            secure: request.secure,
            region,
            arguments,
            address,
            http: request,
            content: None,
            later: Mutex::default(),
            reported: Mutex::default(),
            was_there: OnceLock::new(),
            tags: OnceLock::new(),
        }))
    }

    /// May the call be done? A refusal is recorded.
    pub(super) fn permit<'a>(&self, call: Box<Call<'a>>) -> Result<Permitted<'a>, ApiError> {
        let mut decided = Vec::new();
        let permit = describe(&call, &self.registry).map_err(|error| (Stage::Describe, error)).and_then(|needed| {
            authorize(&call, needed, &mut decided, self.denials).map_err(|error| (Stage::Authorize, error))
        });
        match permit {
            Ok(permit) => Ok(Permitted { call, permit, decided }),
            Err((stage, error)) => {
                let error = (call.operation.product.explain)(&call, error);
                note(&call, Err(&error));
                record(&self.trail, Entry::of(&call, stage, decided, Err(&error)));
                Err(error)
            }
        }
    }

    /// Does what may be done, and records what came of it. A fault of ours is answered as one.
    pub(super) fn perform(&self, permitted: Permitted<'_>) -> Performed {
        let Permitted { call, permit, mut decided } = permitted;
        let outcome = catch_unwind(AssertUnwindSafe(|| perform(&call, permit, &decided, self.not_performed)));
        decided.append(&mut call.later.lock());
        let outcome = outcome.unwrap_or_else(|_| Err(ApiError::internal())).and_then(|reply| self.call_out(reply));
        let mut outcome = outcome.map_err(|error| (call.operation.product.explain)(&call, error));
        if let Ok(reply) = &mut outcome {
            (call.operation.product.complete)(&call, reply);
        }
        note(&call, outcome.as_ref());
        let reported = call.reported.lock().take();
        let entry = Entry::of(&call, Stage::Perform, decided, outcome.as_ref());
        record(&self.trail, Entry { reported: reported.is_some(), ..entry });
        Performed { outcome, reported }
    }
}

impl Gateway {
    /// Tells whoever is to be told before an answer is given, when the state is as it is to be: whoever is told may ask for it.
    fn call_out(&self, mut reply: Reply) -> Result<Reply, ApiError> {
        match reply.calls.take() {
            None => Ok(reply),
            Some(out) => out.tells.answer(reply, self.calls_out.call(&out)),
        }
    }
}

/// What came of a call.
pub(super) struct Performed {
    /// The answer.
    pub(super) outcome: Result<Reply, ApiError>,
    /// What the cloud would have refused, where that is reported: its action and its resource.
    pub(super) reported: Option<(String, String)>,
}

impl<'a> Permitted<'a> {
    /// The call, which comes to nothing after all, and what was decided of it.
    pub(super) fn given_up(self) -> (Box<Call<'a>>, Vec<Decided>) {
        (self.call, self.decided)
    }

    /// The call.
    pub(super) fn call_mut(&mut self) -> &mut Call<'a> {
        &mut self.call
    }
}

/// The headers that say something of whoever sends a request, and count in what is decided of it.
const SENDERS: [&str; 3] = ["user-agent", "referer", "x-oss-request-payer"];

impl Gateway {
    /// A call that is made inside the cloud: from nowhere, and in a way that nobody listens to.
    fn inside(
        &self,
        cloud: &Arc<Cloud>,
        request: HttpRequest,
        caller: Caller,
        region: &str,
    ) -> Result<Box<Call<'_>>, ApiError> {
        let routed = route(&self.registry, &cloud.buckets, &request, Wire::of(&request))?;
        let region = routed.operation.product.region_named(&routed.arguments).unwrap_or(region).to_owned();
        Ok(self.of_nobodys_sending(cloud, request, Routed { region, ..routed }, caller))
    }

    fn of_nobodys_sending(
        &self,
        cloud: &Arc<Cloud>,
        request: HttpRequest,
        routed: Routed,
        caller: Caller,
    ) -> Box<Call<'_>> {
        let Routed { operation, arguments, address, region } = routed;
        Box::new(Call {
            inside: self,
            cloud: Arc::clone(cloud),
            operation,
            caller,
            signed: None,
            request_id: cloud.ids.request_id().into(),
            now: cloud.clock.now(),
            source_ip: None,
            secure: true,
            region,
            arguments,
            address,
            http: request,
            content: None,
            later: Mutex::default(),
            reported: Mutex::default(),
            was_there: OnceLock::new(),
            tags: OnceLock::new(),
        })
    }

    fn take(&self, call: Box<Call<'_>>) -> Result<Reply, ApiError> {
        self.permit(call).and_then(|permitted| self.perform(permitted).outcome)
    }
}

impl Inside for Gateway {
    fn enter(&self, cloud: &Arc<Cloud>, request: HttpRequest, caller: Caller, region: &str) -> Result<Reply, ApiError> {
        self.take(self.inside(cloud, request, caller, region)?)
    }

    fn act(&self, cloud: &Arc<Cloud>, act: Act<'_>, caller: Caller) -> Result<Reply, ApiError> {
        let parameters: OrderedQuery = act.parameters.iter().copied().collect();
        let request = HttpRequest::inside(Method::POST, "/".to_owned(), parameters.clone(), Bytes::new());
        let routed = Routed {
            operation: Arc::clone(act.operation),
            arguments: Arguments::new(parameters),
            address: act.address.clone(),
            region: act.region.to_owned(),
        };
        self.take(self.of_nobodys_sending(cloud, request, routed, caller))
    }

    fn go_on(
        &self,
        call: &Call<'_>,
        mut request: HttpRequest,
        content: Option<Written>,
        caller: Caller,
    ) -> Result<Reply, ApiError> {
        for name in SENDERS {
            if let Some(value) = call.http.headers.get(name) {
                request.headers.entry(name).or_insert_with(|| value.clone());
            }
        }
        request.peer = call.http.peer;
        request.mfa = call.http.mfa;
        let mut inner = self.inside(&call.cloud, request, caller, &call.region)?;
        inner.signed.clone_from(&call.signed);
        inner.content = content;
        inner.source_ip = call.source_ip;
        inner.secure = call.secure;
        inner.address.alias.clone_from(&call.address.alias);
        let performed = self.perform(self.permit(inner)?);
        // What the sender's own request would have been refused for.
        if let Some((action, resource)) = &performed.reported {
            call.report(action, resource);
        }
        performed.outcome
    }

    fn visit(&self, call: &Call<'_>, mut request: HttpRequest) -> Result<Reply, ApiError> {
        request.peer = call.http.peer;
        let mut envelope = Envelope::of(&request, Wire::of(&request), &call.cloud.ids);
        self.take(self.identify(&call.cloud, &mut envelope, request)?)
    }

    fn verdict(&self, call: &Call<'_>, need: Needed) -> Verdict {
        decide(call.cloud(), &call.caller, need).verdict
    }

    fn require(&self, call: &Call<'_>, need: Needed) -> Result<(), ApiError> {
        require(call, need, &mut call.later.lock(), self.denials)
    }

    fn ask(&self, call: &Call<'_>, action: &str, resource: &str) -> Result<Needed, ApiError> {
        ask_for_call(call, [(action, resource.to_owned())])
    }

    fn ask_about(&self, call: &Call<'_>, id: &str) -> Result<Option<Needed>, ApiError> {
        describe_other(call, id)
    }

    fn holder(
        &self,
        cloud: &Cloud,
        key: &str,
        token: Option<&str>,
        from: IpAddr,
    ) -> Result<(Secret, Caller), KeyProblem> {
        holder(cloud, key, token, from)
    }

    fn trail(&self) -> &AuditTrail {
        &self.trail
    }
}
