//! Playing the scenarios that are asked for.

use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::arguments::Run;
use super::error::RunError;
use super::flakiness::Flakiness;
use super::follow::Files;

use super::review::review;
use crate::command::out::{stderr, stdout};
use crate::coverage::Collected;
use crate::exit::Exit;
use crate::mutation;
use crate::report::{End, Report, ReportError};
use crate::runner::{self, Event, Failure, Finished, Outcome, Plan, Summary};
use crate::scenario::{self, Broken, Scenario};
use crate::snapshot::{Mode, Store, folder_of};
use crate::words::{count, io_reason};

/// Are scenarios being read? Nothing is under way then that would have to be ended, and what they are read from may never end.
static READING: AtomicBool = AtomicBool::new(false);

impl Run {
    pub(in crate::command) fn execute(self) -> Result<Exit, RunError> {
        let mut wanted = 0;
        ctrlc::set_handler(move || {
            wanted += 1;
            runner::interrupt();
            if wanted > 1 || READING.load(Ordering::SeqCst) {
                // Whatever is under way is not waited for any more; files are whole at any moment.
                std::process::exit(Exit::Interrupted as i32);
            }
        })?;
        if let Some(profile) = &self.real.real {
            return self.against_the_cloud(profile);
        }
        if !self.watch {
            return self.once();
        }
        let mut files = Files::of(&self.paths);
        loop {
            let ended = self.once();
            if runner::is_interrupted() {
                return ended;
            }
            if let Err(error) = &ended {
                writeln!(stderr(), "error: {error}")?;
            }
            writeln!(stderr(), "waiting for a file to change; interrupt to end")?;
            if !files.have_changed(&self.paths) {
                return ended;
            }
        }
    }

    fn once(&self) -> Result<Exit, RunError> {
        READING.store(true, Ordering::SeqCst);
        let loaded = scenario::load(&self.paths);
        READING.store(false, Ordering::SeqCst);
        let loaded = loaded?;
        let all = loaded.scenarios.len() + loaded.broken.len();
        let selected = self.selected(loaded)?;
        let (mistakes, scenarios, broken) = (selected.mistakes(), selected.scenarios, selected.broken);
        self.show(mistakes.iter())?;
        let mistakes = mistakes.len();
        if scenarios.is_empty() && broken.is_empty() {
            writeln!(stderr(), "error: none of {} is selected", count(all, "scenario"))?;
            return Ok(Exit::Nothing);
        }
        if scenarios.is_empty() {
            Self::tell(&broken, self.file_reports())?;
            writeln!(stderr(), "{} in the scenarios; nothing was run", count(mistakes, "mistake"))?;
            return Ok(Exit::BadInput);
        }
        // Several scenarios may name one file.
        let mut told = HashSet::new();
        let doubts = scenarios.iter().flat_map(|scenario| &scenario.doubts);
        self.show(doubts.filter(|doubt| told.insert(doubt.identity())))?;
        let collected = self.coverage.is_wanted().then(|| Arc::new(Mutex::new(Collected::default())));
        let plan = self.plan(collected.as_ref().map(Collected::hooks).unwrap_or_default())?;
        let exit = self.play(&scenarios, &broken, &plan)?;
        let exit = match &collected {
            Some(collected) => exit.or(self.tell_coverage(collected)?),
            None => exit,
        };
        if self.mutation.mutate && exit == Exit::Holds {
            return self.mutate(&scenarios, &plan);
        }
        if !broken.is_empty() && exit != Exit::Interrupted {
            let files = count(broken.len(), "file");
            writeln!(stderr(), "{} in {files}; the other scenarios were run", count(mistakes, "mistake"))?;
            return Ok(Exit::BadInput);
        }
        Ok(exit)
    }

    fn play(&self, scenarios: &[Scenario], broken: &[Broken], plan: &Plan) -> Result<Exit, RunError> {
        let mut reports = self.reports();
        let mut told: Result<(), ReportError> = Ok(());
        let mut flakiness = Flakiness::default();
        let mut total = Summary::default();
        let mut tell = |event: &Event, reports: &mut Vec<Box<dyn Report>>| {
            for report in reports {
                let report = report.event(event);
                told = std::mem::replace(&mut told, Ok(())).and(report);
            }
        };
        for time in 0..self.repeat {
            let plan = Plan { target: plan.target.seeded(u64::from(time)), ..plan.clone() };
            let summary = runner::run(scenarios, &plan, &mut |event| {
                if let Event::Finished(finished) = &event {
                    flakiness.add(finished);
                }
                tell(&event, &mut reports);
            });
            let ended = runner::is_interrupted() || (self.fail_fast && summary.failed > 0);
            total = total.and(summary);
            if ended {
                total.skipped += scenarios.len() * (self.repeat - time - 1) as usize;
                break;
            }
        }
        for file in broken {
            let finished = not_read(file);
            total.add(&finished);
            tell(&Event::Finished(Box::new(finished)), &mut reports);
        }
        told?;
        let unreferenced = self.unreferenced(scenarios, broken)?;
        let end = End { summary: &total, unreferenced: &unreferenced };
        for report in &mut reports {
            report.end(&end)?;
        }
        if self.repeat > 1 {
            write!(stdout(), "{}", flakiness.text())?;
        }
        if runner::is_interrupted() {
            return Ok(Exit::Interrupted);
        }
        if self.review && total.pending > 0 {
            return self.ask(scenarios, &total);
        }
        let stale = plan.mode == Mode::Check && !unreferenced.is_empty();
        Ok(Exit::held(total.failed == 0 && !stale))
    }

    /// Tells reports of files with mistakes where nothing is run besides.
    fn tell(broken: &[Broken], mut reports: Vec<Box<dyn Report>>) -> Result<(), RunError> {
        let mut summary = Summary::default();
        let finished: Vec<_> = broken.iter().map(not_read).collect();
        finished.iter().for_each(|one| summary.add(one));
        let events = std::iter::once(Event::Started { scenarios: 0 });
        for event in events.chain(finished.into_iter().map(|one| Event::Finished(Box::new(one)))) {
            for report in &mut reports {
                report.event(&event)?;
            }
        }
        let end = End { summary: &summary, unreferenced: &[] };
        Ok(reports.iter_mut().try_for_each(|report| report.end(&end))?)
    }

    /// Asks about each state that differs.
    fn ask(&self, scenarios: &[Scenario], total: &Summary) -> Result<Exit, RunError> {
        let own = |scenario: &Scenario| folder_of(scenario.source.path());
        let mut folders: Vec<_> =
            scenarios.iter().map(|one| self.snapshots.clone().unwrap_or_else(|| own(one))).collect();
        folders.sort();
        folders.dedup();
        let mut holds = total.failed == total.pending;
        for folder in folders {
            let reviewed = review(&folder, self.paint(), &mut std::io::stdin().lock(), &mut stdout());
            let reviewed = reviewed
                .map_err(|error| RunError::Snapshots { path: folder.display().to_string(), why: io_reason(&error) })?;
            writeln!(stdout(), "{}", reviewed.text())?;
            holds &= reviewed.all_accepted();
        }
        Ok(Exit::held(holds))
    }

    fn tell_coverage(&self, collected: &Mutex<Collected>) -> Result<Exit, RunError> {
        let collected = collected.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let coverage = collected.coverage();
        write!(stdout(), "{}", coverage.text(self.paint()))?;
        if let Some(file) = &self.coverage.coverage_lcov
            && let Some(folder) = coverage.write_lcov(file)?.folder
        {
            writeln!(stdout(), "policies that stand in no file of their own are in {}", folder.display())?;
        }
        if let Some(file) = &self.coverage.coverage_html {
            write_report(file, &coverage.html())?;
        }
        let enough = self.coverage.coverage_min.is_none_or(|least| coverage.percent() >= least);
        if !enough {
            let least = self.coverage.coverage_min.unwrap_or_default();
            writeln!(stdout(), "{:.1} % of the policies were reached, and {least} % have to be", coverage.percent())?;
        }
        Ok(Exit::held(enough))
    }

    fn mutate(&self, scenarios: &[Scenario], plan: &Plan) -> Result<Exit, RunError> {
        let asked = mutation::Asked {
            only_in: self.mutation.only_in.clone(),
            by_behaviour: self.mutation.by_behaviour,
            cache: self.mutation.mutate_cache.clone(),
        };
        let found = mutation::mutate(scenarios, plan, &asked)?;
        write!(stdout(), "{}", found.text(self.paint()))?;
        if runner::is_interrupted() {
            return Ok(Exit::Interrupted);
        }
        if found.is_empty() {
            return Ok(Exit::Nothing);
        }
        Ok(Exit::held(found.percent() >= self.mutation.mutate_min.unwrap_or(100.0)))
    }

    /// Snapshots without a scenario, where all scenarios of a folder of snapshots are known.
    fn unreferenced(&self, scenarios: &[Scenario], broken: &[Broken]) -> Result<Vec<String>, RunError> {
        if self.is_selective() || !self.paths.iter().any(|path| is_root(path)) {
            return Ok(Vec::new());
        }
        let mut by_folder: BTreeMap<PathBuf, Vec<&str>> = BTreeMap::new();
        let known = scenarios.iter().map(|one| (one.source.path(), one.name.as_str()));
        let known = known.chain(broken.iter().map(|one| (one.path.as_path(), one.name.as_str())));
        for (path, name) in known {
            let folder = self.snapshots.clone().unwrap_or_else(|| folder_of(path));
            by_folder.entry(folder).or_default().push(name);
        }
        let mut files = Vec::new();
        for (folder, names) in by_folder {
            let found = Store::new(folder.clone()).unreferenced(names);
            files.extend(
                found.map_err(|error| RunError::Snapshots {
                    path: folder.display().to_string(),
                    why: io_reason(&error),
                })?,
            );
        }
        Ok(files.iter().map(|file| file.display().to_string()).collect())
    }
}

fn write_report(file: &Path, text: &str) -> Result<(), RunError> {
    let written = crate::files::write(file, text.as_bytes());
    Ok(written.map_err(|error| ReportError::File(file.to_owned(), error))?)
}

/// A file with mistakes, as a scenario that does not hold.
fn not_read(file: &Broken) -> Finished {
    Finished {
        name: file.name.clone(),
        title: file.title.clone().unwrap_or_else(|| file.path.display().to_string()),
        story: String::new(),
        file: file.path.clone(),
        outcome: Outcome::Failed(Failure::Mistakes(file.mistakes.clone())),
        cases: Vec::new(),
        notes: Vec::new(),
        took: Duration::ZERO,
    }
}

/// Whether a path is the folder `scenarios` itself, in whatever way it was written.
fn is_root(path: &Path) -> bool {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    path.file_name().is_some_and(|name| name == "scenarios")
}
