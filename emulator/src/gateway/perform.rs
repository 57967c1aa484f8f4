//! Perform: the operation itself, behind its permit.

use http::StatusCode;

use super::authorize::Permit;
use crate::catalogue;
use crate::operation::{Access, Call, Caller, Decided, Perform};
use crate::wire::{ApiError, Reply};

/// What comes of an operation that is decided and not performed, for a caller who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NotPerformed {
    /// It says so, and what was decided.
    #[default]
    Said,
    /// An answer of the published shape, which nothing stands behind.
    Answered,
}

/// Performs the operation of a call, which a permit is the proof that it may be.
pub(super) fn perform(
    call: &Call<'_>,
    _: Permit,
    decided: &[Decided],
    not_performed: NotPerformed,
) -> Result<Reply, ApiError> {
    // The state is saved before this or after it.
    let _work = call.cloud().work();
    match (&call.operation.perform, not_performed) {
        (Perform::Handler(handler), _) => handler(call),
        (Perform::Record(over), _) => over.perform(call),
        (Perform::Missing, NotPerformed::Said) => Err(said(call, decided)),
        (Perform::Missing, NotPerformed::Answered) => Ok(catalogue::answer(call).header("x-acslab-performed", "false")),
    }
}

/// acslab's own answer for what is decided and not performed. No cloud has it: whoever gets it was allowed.
fn said(call: &Call<'_>, decided: &[Decided]) -> ApiError {
    let why = match (&call.operation.access, &call.caller) {
        (Access::Anyone(_), _) => "it is open to anybody".to_owned(),
        (Access::SignedOnly(_), _) => "it is open to whoever signs".to_owned(),
        (_, Caller::Owner(_)) => format!("the account owner may do everything; it needs {}", needed(decided)),
        _ => format!("allowed: {}", needed(decided)),
    };
    let name = call.operation.full_name();
    ApiError::new(
        StatusCode::NOT_IMPLEMENTED,
        "AcslabNotPerformed",
        format!("acslab decides {name} and does not perform it; {why}."),
    )
}

/// What was needed, by which policy it was allowed, and how both are known.
fn needed(decided: &[Decided]) -> String {
    let one = |one: &Decided| {
        let policy = one.policy().map(|policy| format!(" by the policy {}", policy.name)).unwrap_or_default();
        format!("{} on {}{policy} ({})", one.action(), one.resource(), one.known)
    };
    decided.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Map, Value};

    use super::super::Gateway;
    use super::*;
    use crate::catalogue::Line;
    use crate::cloud::directory::User;
    use crate::cloud::{Clock, Cloud};
    use crate::operation::{Bounded, DECISIONS_BYTES, Inside, Need, Operation, Parameter, Route, Shape};
    use crate::wire::HttpRequest;
    use crate::{published_of, services};

    /// One that answers what is not performed, with an account.
    fn answering(seed: u64) -> Gateway {
        let clock = Clock::fixed("2026-01-02T03:04:05Z".parse().unwrap());
        let gateway = Gateway::new(Cloud::new(clock, seed, None), services::registry(), DECISIONS_BYTES);
        gateway.cloud().open_account("one", "1111111111111111").unwrap();
        gateway.not_performed(NotPerformed::Answered)
    }

    fn ask(
        gateway: &Gateway,
        caller: Caller,
        version: &str,
        name: &str,
        given: &[(&str, &str)],
    ) -> Result<Reply, ApiError> {
        gateway.enter(&gateway.cloud(), HttpRequest::action(name, version, given), caller, "cn-hangzhou")
    }

    fn owner(gateway: &Gateway) -> Caller {
        Caller::Owner(gateway.cloud().account("1111111111111111").unwrap())
    }

    /// The answer of an operation, and what its header says of it.
    fn answered(gateway: &Gateway, version: &str, name: &str, given: &[(&str, &str)]) -> (Map<String, Value>, String) {
        let reply = ask(gateway, owner(gateway), version, name, given).unwrap();
        let performed = reply.headers.get("x-acslab-performed").map(|value| value.to_str().unwrap().to_owned());
        let mut members = reply.members().cloned().unwrap_or_default();
        members.remove("RequestId");
        (members, performed.unwrap_or_default())
    }

    #[test]
    fn the_same_seed_makes_the_same_answer() {
        let (rds, create) = ("2014-08-15", "CreateDBInstance");
        let given = [
            ("RegionId", "cn-hangzhou"),
            ("Engine", "MySQL"),
            ("EngineVersion", "8.0"),
            ("DBInstanceClass", "rds.mysql.s1.small"),
            ("DBInstanceStorage", "20"),
            ("DBInstanceNetType", "Intranet"),
            ("SecurityIPList", "10.0.0.0/8"),
            ("PayType", "Postpaid"),
        ];
        let of = |seed| answered(&answering(seed), rds, create, &given);
        let (first, performed) = of(1);
        assert_eq!(performed, "false");
        assert_eq!(of(1).0, first);
        assert_ne!(of(2).0["DBInstanceId"], first["DBInstanceId"]);
        let id = first["DBInstanceId"].as_str().unwrap();
        assert!(id.starts_with("rm-bp1") && id.len() == "rm-bp1".len() + 14, "{id}");
        // What is performed says nothing of the kind.
        let (_, performed) = answered(&answering(1), "2015-05-01", "ListUsers", &[]);
        assert_eq!(performed, "");
    }

    #[test]
    fn whoever_may_not_is_refused_all_the_same() {
        let gateway = answering(1);
        let account = gateway.cloud().account("1111111111111111").unwrap();
        account.directory.write().add_user(User::new("2".to_owned(), "alice", gateway.cloud().clock.now())).unwrap();
        let alice = Caller::User { account, id: "2".to_owned(), name: "alice".to_owned() };
        let error = ask(&gateway, alice, "2014-08-15", "DescribeRegions", &[]).unwrap_err();
        assert_eq!(error.status(), StatusCode::FORBIDDEN);
    }

    /// What is wrong with a value of a shape.
    fn faults(value: &Value, of: &Bounded, line: &Line, name: &str, depth: usize, found: &mut Vec<String>) {
        let fits = match &of.shape {
            _ if value.is_null() => depth > 6,
            Shape::String | Shape::Binary => {
                let words = of.bounds.as_deref().map(|bounds| bounds.one_of.as_slice()).unwrap_or_default();
                let next_page = name.eq_ignore_ascii_case("nexttoken");
                value.as_str().is_some_and(|text| {
                    (words.is_empty() || words.iter().any(|word| word == text)) && (!next_page || text.is_empty())
                })
            }
            Shape::Int | Shape::Long => value.is_i64(),
            Shape::Float => value.is_number(),
            Shape::Bool => value.is_boolean(),
            Shape::List(_) => value.as_array().is_some_and(Vec::is_empty),
            Shape::Any | Shape::Object | Shape::Map(_) => value.is_object(),
            Shape::Named(shape) => {
                if let Some(of) = line.shape(shape) {
                    faults(value, &of, line, name, depth + 1, found);
                }
                true
            }
            Shape::Fields(fields) => {
                for field in fields.iter().filter(|field| field.name != "AccessDeniedDetail") {
                    match value.get(&field.name) {
                        Some(value) => faults(value, &field.of, line, &field.name, depth + 1, found),
                        None => found.push(format!("{} is missing", field.name)),
                    }
                }
                let known = |name: &String| fields.iter().any(|field| field.name == *name);
                value.as_object().is_some_and(|members| members.keys().all(known))
            }
        };
        if !fits {
            found.push(format!("{name}: {value} is no {:?}", of.shape));
        }
    }

    #[test]
    fn answers_have_their_published_shape() {
        let gateway = answering(1);
        let sample = published_of(|_| true).skip(7).step_by(61);
        let (mut walked, mut wrong) = (0, Vec::new());
        for row in sample.filter(|row: &Operation| matches!(row.route, Route::Action)) {
            let required = row.parameters.iter().filter(|parameter| parameter.need == Need::Required);
            let samples: Vec<_> =
                required.map(|one| (one.name.to_string(), Parameter::sample(one).into_owned())).collect();
            let given: Vec<_> = samples.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            // Some ask for more than their parameters say, some are shadowed by others, some are performed.
            let Ok(reply) = ask(&gateway, owner(&gateway), &row.product.version, &row.name, &given) else { continue };
            let entry: Arc<_> = gateway.trail().latest(1).remove(0);
            let of = &entry.operation;
            let line = catalogue::line(&of.product.name, &of.product.version, &of.name);
            let (Some(line), Some(members)) = (line, reply.members()) else { continue };
            let Some(shape) = line.entry().answer().filter(|_| !of.is_performed()) else { continue };
            walked += 1;
            assert_eq!(reply.headers["x-acslab-performed"], "false");
            let mut found = Vec::new();
            faults(&Value::Object(members.clone()), &shape, &line, "", 0, &mut found);
            wrong.extend(found.into_iter().map(|fault| format!("{} {}: {fault}", of.full_name(), of.product.version)));
        }
        assert!(walked > 200, "{walked}");
        assert!(wrong.is_empty(), "{} of {walked}:\n{}", wrong.len(), wrong.join("\n"));
    }
}
