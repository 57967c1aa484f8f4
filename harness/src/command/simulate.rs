//! `acslab simulate`

use std::io::Write;
use std::path::PathBuf;

use acslab_emulator::{Acl, Decided, Keys, key_alias};
use acslab_policy::{
    Decision, Layers, NearKind, Remedies, Request, Verdict, decide, explain, near_misses, would_allow,
};
use clap::Args;
use clap::builder::PossibleValuesParser;
use miette::Diagnostic;
use serde_json::json;

use super::cases::{self, CasesError};
use super::format::Format;
use super::out::{stderr, stdout};
use super::{doubted, faults, from, scenario_file};
use crate::ask::{KeyError, NotAsked, Scoped, keys, scoped, scoped_text};
use crate::exit::Exit;
use crate::forms::{Unsaid, unsaid};
use crate::import::{Concern, Several, Standing, StandingError};
use crate::page::Page;
use crate::record::{Told, of_question};
use crate::simulate::{
    Policies, PolicyError, PrincipalError, asked_instead, doubt_of_action, doubts_of_answer, expected_of_value,
    parse_principal, remedies,
};
use crate::words::{plain, visible};

const EXAMPLES: &str = "\
Examples:
  acslab simulate --policy mine.json --action oss:GetObject --resource acs:oss:*:1234567890123456:photos/a.jpg
                                      one request, why it is decided as it is, and what would allow it
  acslab simulate --system AliyunOSSReadOnlyAccess --action oss:GetObject --action oss:PutObject \\
      --resource acs:oss:*:1234567890123456:photos/a.jpg
                                      several actions or resources: a table
  acslab simulate --policy p.json --context acs:SourceIp=10.0.0.1 --action ecs:StopInstance
  acslab simulate --policy p.json --trust role.json --action sts:AssumeRole \\
      --resource acs:ram:*:1234567890123456:role/ops
  acslab simulate --from state --principal alice --action oss:GetObject --resource 'acs:oss:*:1234567890123456:photos/a.jpg'
                                      an authorization state, decided as a call would be
  acslab simulate --cases cases.json  a file of cases, each with the answer it expects

Policies are read as stored ones: what the cloud refuses only when a policy is saved (its length) does not matter here.
`acslab lint` says what it would refuse.

Exit codes: 0 the question is answered, or all cases hold, 1 a case does not hold, 2 the input is wrong";

/// Ask what policies allow, and why, without a server
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Simulate {
    /// An authorization state to ask, in the place of single policies: a folder that `acslab import` made, or whatever it takes
    #[arg(long, value_name = "PATH", requires = "principal", conflicts_with_all = ["policy", "system", "group_scope", "session", "control", "bucket_policy", "acl", "block_public_access", "trust", "cases"])]
    from: Vec<PathBuf>,
    /// Write a scenario of it to this file: the state's policies, the call, what comes of it
    #[arg(long, value_name = "FILE", requires = "from")]
    as_scenario: Option<PathBuf>,
    /// A file of cases, instead of everything else
    #[arg(long, value_name = "FILE", conflicts_with_all = ["policy", "system", "action", "resource", "principal"])]
    cases: Option<PathBuf>,
    /// An identity policy: of the user, of its groups or of the role
    #[arg(long, short, value_name = "FILE")]
    policy: Vec<PathBuf>,
    /// A system policy, by name, perhaps with `@VERSION`
    #[arg(long, value_name = "NAME")]
    system: Vec<String>,
    /// An identity policy attached for the resource's resource group
    #[arg(long, value_name = "FILE")]
    group_scope: Vec<PathBuf>,
    /// The session policy
    #[arg(long, value_name = "FILE")]
    session: Option<PathBuf>,
    /// A control policy; the account's own first, then its folders' up to the root
    #[arg(long, value_name = "FILE")]
    control: Vec<PathBuf>,
    /// The bucket policy of the resource
    #[arg(long, value_name = "FILE", conflicts_with = "trust")]
    bucket_policy: Option<PathBuf>,
    /// The ACL that counts for the object: its own, or the bucket's
    #[arg(long, value_name = "ACL", conflicts_with = "trust", value_parser = PossibleValuesParser::new(["private", "public-read", "public-read-write"]))]
    acl: Option<String>,
    /// Public access to the bucket is blocked: what is public of its policy and its ACL counts for nothing
    #[arg(long, conflicts_with = "trust")]
    block_public_access: bool,
    /// The trust policy of the role that is assumed
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Who asks: an ARN, a service's name, or `*` for nobody [default: a RAM user of the resource's account]
    #[arg(long, value_name = "ARN")]
    principal: Option<String>,
    /// The action asked for; repeat it for a table
    #[arg(long, short, value_name = "ACTION", required_unless_present = "cases")]
    action: Vec<String>,
    /// The resource it is asked for on; repeat it for a table [default: one of the form that the action is on]
    #[arg(long, short, value_name = "ARN")]
    resource: Vec<String>,
    /// A condition key of the request; repeat a key for several values
    #[arg(long, short, value_name = "KEY=VALUE")]
    context: Vec<String>,
    /// The resource group that the resource is in, of a state that does not say it
    #[arg(long, value_name = "GROUP", requires = "from")]
    resource_group: Option<String>,
    /// Show besides what would allow it and more than it
    #[arg(long)]
    wider: bool,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Why nothing can be asked.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum SimulateError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Policy(#[from] PolicyError),
    #[error(transparent)]
    Principal(#[from] PrincipalError),
    #[error("`{action}` on `{resource}` cannot be asked: {why}")]
    #[diagnostic(help(
        "an action is `service:Name`, a resource an ARN `acs:SERVICE:REGION:ACCOUNT:ID` or `*`; neither has wildcards in a request"
    ))]
    NotARequest { action: String, resource: String, why: String },
    #[error("`{0}` is not a condition key with a value: expected `KEY=VALUE`")]
    #[diagnostic(help("write `--context acs:SourceIp=10.0.0.1`"))]
    NotAContext(String),
    #[error("`{value}` is no value of `{key}`: expected {expected}")]
    #[diagnostic(help("a request with another value does not exist"))]
    NotAValue { key: String, value: String, expected: &'static str },
    #[error(transparent)]
    #[diagnostic(transparent)]
    Cases(#[from] CasesError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Standing(#[from] StandingError),
    #[error(transparent)]
    NotAsked(#[from] NotAsked),
    #[error(transparent)]
    Several(#[from] Several),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("no scenario can be made: {0}")]
    NoScenario(String),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Scenario(#[from] scenario_file::ScenarioFileError),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Simulate {
    pub(super) fn execute(self) -> Result<Exit, SimulateError> {
        if let Some(path) = &self.cases {
            return cases::run(path, self.format).map_err(SimulateError::Cases);
        }
        if !self.from.is_empty() {
            return self.ask_state();
        }
        let policies = match self.policies() {
            Ok(policies) => policies,
            Err(error) => return faults::shown(error, "asked"),
        };
        doubted::tell(&self.action, &self.resource)?;
        let layers = policies.layers();
        let mut asked = Vec::new();
        let actions = self.actions();
        for action in &actions {
            for resource in self.resources(action, self.principal.as_deref().unwrap_or_default())? {
                let request = self.request(action, &resource.resource)?;
                asked.push((action, resource, decide(&layers, &request), request));
            }
        }
        let mut out = stdout();
        match (self.format, asked.as_slice()) {
            (Format::Text, [(_, resource, _, request)]) => {
                write!(out, "{}", plain(&self.text(&layers, request, resource.unknown)))?;
            }
            (Format::Text, _) => {
                let rows: Vec<_> = asked
                    .iter()
                    .map(|(action, resource, decision, _)| (*action, &resource.resource, *decision))
                    .collect();
                write!(out, "{}", plain(&table(&rows)))?;
            }
            (Format::Json, _) => {
                let answers: Vec<_> =
                    asked.iter().map(|(_, resource, _, request)| in_json(&layers, request, resource.unknown)).collect();
                writeln!(out, "{:#}", json!(answers))?;
            }
        }
        Ok(Exit::Holds)
    }

    /// The same questions to a state: keys and policies are what a call would have.
    fn ask_state(&self) -> Result<Exit, SimulateError> {
        let standing = Standing::of_paths(&self.from)?;
        let who = standing.principal(self.principal.as_deref().unwrap_or("*"))?;
        let actions = self.actions();
        from::tell_of(&standing, Concern { whom: std::slice::from_ref(&who), actions: &actions });
        doubted::tell(&self.action, &self.resource)?;
        let keys = keys(&self.context)?;
        let mut asked = Vec::new();
        for action in &actions {
            for resource in self.resources(action, &who)? {
                let group = self.resource_group.as_deref();
                let answer = standing.authority.ask_in(&who, action, &resource.resource, &keys, group)?;
                asked.push((action, resource, answer));
            }
        }
        let mut out = stdout();
        match (self.format, asked.as_slice()) {
            (Format::Text, [(action, resource, answer)]) => {
                let layers = answer.question.layers.as_layers();
                let scoped = self.scoped(&standing, &who, (action, &resource.resource, &keys), answer);
                if !scoped.is_empty() {
                    writeln!(out, "{}", plain(&scoped_text(&scoped)))?;
                }
                write!(out, "{}", plain(&self.text(&layers, &answer.question.request, resource.unknown)))?;
                if let Some(path) = &self.as_scenario {
                    let folder = scenario_file::state_of(path);
                    let told =
                        Told { principal: &who, question: &answer.question, group: self.resource_group.as_deref() };
                    let made = of_question(&standing, told, "", &folder).map_err(SimulateError::NoScenario)?;
                    return Ok(Exit::held(scenario_file::write_played(path, &made)?));
                }
            }
            (Format::Text, _) => {
                let rows: Vec<_> =
                    asked.iter().map(|(action, resource, one)| (*action, &resource.resource, one.decision)).collect();
                write!(out, "{}", plain(&table(&rows)))?;
            }
            (Format::Json, _) => {
                let in_json = |(action, resource, answer): &(&String, Unsaid, Decided)| {
                    let layers = answer.question.layers.as_layers();
                    let mut one = in_json(&layers, &answer.question.request, resource.unknown);
                    let scoped = self.scoped(&standing, &who, (action, &resource.resource, &keys), answer);
                    one["resource_groups"] = json!(scoped);
                    one
                };
                let answers: Vec<_> = asked.iter().map(in_json).collect();
                writeln!(out, "{:#}", json!(answers))?;
            }
        }
        Ok(Exit::Holds)
    }

    /// The resource groups in which it would be allowed, where nothing allows it and none is said.
    fn scoped(&self, standing: &Standing, who: &str, asked: (&str, &str, &Keys), answer: &Decided) -> Vec<Scoped> {
        let open = answer.decision.verdict == Verdict::ImplicitDeny && self.resource_group.is_none();
        if open { scoped(standing, who, asked) } else { Vec::new() }
    }

    /// The actions: of an operation that asks for another one, that one.
    fn actions(&self) -> Vec<String> {
        self.action.iter().map(|action| asked_instead(action).unwrap_or_else(|| action.clone())).collect()
    }

    /// The resources that an action is asked for on; where none is named, one of the form that it is on in the account of whoever asks, which
    /// is told.
    fn resources(&self, action: &str, who: &str) -> Result<Vec<Unsaid>, SimulateError> {
        if !self.resource.is_empty() {
            let said = |resource: &String| Unsaid { resource: resource.clone(), unknown: false, note: None };
            return Ok(self.resource.iter().map(said).collect());
        }
        let account = who.split(':').nth(3).filter(|id| !id.is_empty());
        let unsaid = unsaid(
            action,
            account.unwrap_or(if self.from.is_empty() { SOMEBODYS } else { "*" }),
            "`--resource` names it",
        );
        if let Some(note) = &unsaid.note {
            write!(stderr(), "{}", visible(&format!("note: {note}\n")))?;
        }
        Ok(vec![unsaid])
    }

    /// What nearly fits, the reasoning, what would allow it.
    fn text(&self, layers: &Layers<'_>, request: &Request, unknown: bool) -> String {
        let explanation = explain(layers, request);
        let open = doubts_of_answer(&explanation);
        let mut near = near_misses(&explanation);
        near.retain(|miss| !unknown || miss.kind != NearKind::NoSingleResource);
        let near = remedies::near_text(&near);
        let remedies = proposals(layers, request, unknown);
        let fixes = if unknown {
            remedies::unnamed(&remedies, &explanation)
        } else {
            remedies::text(&remedies, &explanation, self.wider)
        };
        let parts = [open, near, explanation.to_string(), fixes];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("\n")
    }

    fn policies(&self) -> Result<Policies, PolicyError> {
        let mut policies = Policies::default();
        for path in &self.policy {
            policies.identity(path)?;
        }
        for name in &self.system {
            policies.system(name)?;
        }
        policies.resource_group(&self.group_scope)?;
        policies.session(self.session.as_slice())?;
        policies.control(&self.control)?;
        let acl = self.acl.as_deref().and_then(Acl::parse);
        policies.bucket(self.bucket_policy.as_slice(), acl, self.block_public_access)?;
        policies.trust(self.trust.as_slice())?;
        Ok(policies)
    }

    fn request(&self, action: &str, resource: &str) -> Result<Request, SimulateError> {
        let account = resource.split(':').nth(3).filter(|account| !matches!(*account, "" | "*"));
        let account = account.unwrap_or(SOMEBODYS);
        let somebody = format!("acs:ram::{account}:user/somebody");
        let principal = parse_principal(self.principal.as_deref().unwrap_or(&somebody), account)?;
        let mut request = Request::new(principal, action, resource).map_err(|error| SimulateError::NotARequest {
            action: action.to_owned(),
            resource: resource.to_owned(),
            why: error.to_string(),
        })?;
        // Every request of a user or a role carries it; the other keys depend on how it is made.
        if let Some(arn) = request.principal().arn_key() {
            request.set_many("acs:PrincipalARN", [arn]);
        }
        let mut keys: Vec<(&str, Vec<&str>)> = Vec::new();
        for pair in &self.context {
            let (key, value) = pair.split_once('=').ok_or_else(|| SimulateError::NotAContext(pair.clone()))?;
            if let Some(expected) = expected_of_value(key, value) {
                let (key, value) = (key.to_owned(), value.to_owned());
                return Err(SimulateError::NotAValue { key, value, expected });
            }
            match keys.iter_mut().find(|(known, _)| *known == key) {
                Some((_, values)) => values.push(value),
                None => keys.push((key, vec![value])),
            }
        }
        // Of keys that are filled together one may be said for both.
        let says = |wanted: &str| keys.iter().any(|(key, _)| key.eq_ignore_ascii_case(wanted));
        let alias = |key: &str| key_alias(action, key).filter(|alias| !says(alias));
        let more = keys.iter().filter_map(|(key, values)| Some((alias(key)?, values.clone())));
        for (key, values) in keys.iter().cloned().chain(more) {
            request = request.with_many(key, values);
        }
        Ok(request)
    }
}

/// The account of a question that names none.
const SOMEBODYS: &str = "1234567890123456";

/// What would allow a request; nothing does that no request asks for.
fn proposals(layers: &Layers<'_>, request: &Request, unknown: bool) -> Remedies {
    let decision = decide(layers, request);
    if !decision.is_allowed() && doubt_of_action(request.action().as_str()).is_some() {
        let impossible = Some("no request asks for this action, and whatever allows it allows nothing");
        return Remedies { decision, remedies: Vec::new(), wider: Vec::new(), impossible };
    }
    let mut remedies = would_allow(layers, request, &remedies::tried_actions(layers, request));
    if unknown {
        remedies::without_grants(&mut remedies);
    }
    remedies
}

fn in_json(layers: &Layers<'_>, request: &Request, unknown: bool) -> serde_json::Value {
    let explanation = explain(layers, request);
    let remedies = proposals(layers, request, unknown);
    json!({"near": near_misses(&explanation), "explanation": explanation, "remedies": remedies})
}

/// Verdicts as a table, one line a request, the columns aligned.
fn table(rows: &[(&String, &String, Decision)]) -> String {
    let widest = |of: fn(&(&String, &String, Decision)) -> usize| rows.iter().map(of).max().unwrap_or_default();
    let (actions, resources) = (widest(|row| row.0.len()), widest(|row| row.1.len()));
    let mut page = Page::default();
    for (action, resource, decision) in rows {
        let verdict = match decision.verdict {
            Verdict::Allow => "Allow",
            Verdict::ExplicitDeny => "ExplicitDeny",
            Verdict::ImplicitDeny => "ImplicitDeny",
        };
        page.line(0, format_args!("{action:actions$}  {resource:resources$}  {verdict}"));
    }
    page.into_text()
}
