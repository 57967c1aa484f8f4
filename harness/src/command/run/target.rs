//! Where scenarios run, and how.

use acslab_emulator::signature::Secret;

use super::arguments::Run;
use super::error::RunError;
use crate::runner::{Hooks, Owner, Plan, Target};
use crate::snapshot::Mode;

impl Run {
    pub(super) fn plan(&self, hooks: Hooks) -> Result<Plan, RunError> {
        let in_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let (target, jobs) = match &self.endpoint {
            None => {
                (Target::Own { seed: self.seed, system_policies: self.system.read()? }, self.jobs.unwrap_or(processors))
            }
            Some(url) => (self.endpoint(url)?, 1),
        };
        Ok(Plan {
            target,
            jobs,
            mode: match (self.accept || self.update_only_failed, self.check || (in_ci && !self.review)) {
                (true, _) => Mode::Accept,
                (false, true) => Mode::Check,
                (false, false) => Mode::Review,
            },
            snapshots: self.snapshots.clone(),
            decisions: self.html.is_some(),
            keep_going: self.keep_going,
            fail_fast: self.fail_fast,
            hooks,
        })
    }

    fn endpoint(&self, url: &str) -> Result<Target, RunError> {
        let authority = url
            .strip_prefix("http://")
            .map(|rest| rest.trim_end_matches('/'))
            .filter(|authority| !authority.is_empty() && !authority.contains('/'))
            .ok_or_else(|| RunError::NotAnEndpoint(url.to_owned()))?;
        let mut owners = Vec::new();
        for key in &self.owners {
            let (id, secret) = key.split_once(':').ok_or_else(|| RunError::NotAKey(key.clone()))?;
            owners.push((id.to_owned(), secret.to_owned()));
        }
        if owners.is_empty() {
            let variable = |name: &str| std::env::var(name).map_err(|_| RunError::NoKey);
            owners.push((variable("ALIBABA_CLOUD_ACCESS_KEY_ID")?, variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET")?));
        }
        let owners = owners
            .into_iter()
            .map(|(id, secret)| Owner::at(authority, id, Secret::new(secret)))
            .collect::<Result<_, _>>()
            .map_err(|why| RunError::Endpoint { endpoint: url.to_owned(), why })?;
        Ok(Target::Endpoint { authority: authority.to_owned(), owners })
    }
}
