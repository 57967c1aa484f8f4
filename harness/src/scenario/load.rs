//! From paths to scenarios: finds the files, reads each, and collects what is wrong with them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use acslab_emulator::state::AuthorizationState;

use super::Scenario;
use super::compare::Compare;
use super::fill::Values;
use super::given::{self, Account, DEFAULT_REGION, Told};
use super::lesson::Lesson;
use super::mistake::{Kind, Mistake};
use super::reader::Reader;
use super::scope::{DEFAULT_ACCOUNT, Scope};
use super::step::Step;
use super::step::include;
use super::yaml::{self, Node, Value};
use crate::source::{Source, Spanned};

pub(super) const FIELDS: &[&str] =
    &["title", "story", "lesson", "tags", "keep_going", "real", "constants", "given", "steps", "compare"];

/// The scenarios of some paths, in the order of their names.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Those without a mistake.
    pub scenarios: Vec<Scenario>,
    /// The files of the others.
    pub broken: Vec<Broken>,
    /// All their mistakes, each once.
    pub mistakes: Vec<Mistake>,
}

/// A file with mistakes: nothing of it runs, and everything of the others does.
#[derive(Clone, Debug)]
pub struct Broken {
    /// The name that its scenario would have.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it, or with a file that it comes after.
    pub mistakes: Vec<Mistake>,
}

/// Why paths gave no scenarios at all.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum LoadError {
    /// A path that cannot be read.
    #[error("cannot read `{path}`: {why}")]
    #[diagnostic(help("name scenario files, or folders with `.yaml` files in them"))]
    Unreadable {
        /// The path as it was given.
        path: String,
        /// The reason.
        why: String,
    },
    /// A folder without scenarios.
    #[error("there is no scenario in `{path}`")]
    #[diagnostic(help(
        "a scenario is a file that ends in `.yaml`; a folder called `files` holds what scenarios load, and none"
    ))]
    Nothing {
        /// The path as it was given.
        path: String,
    },
}

/// Loads every scenario in `paths`: files, or folders with `*.yaml` files at any depth. Files
/// that only hold what others load (below a folder named `files`) are no scenarios.
pub fn load(paths: &[PathBuf]) -> Result<Loaded, LoadError> {
    let mut files = Vec::new();
    for path in paths {
        let before = files.len();
        find(path, &mut files).map_err(|error| LoadError::Unreadable {
            path: path.display().to_string(),
            why: crate::words::io_reason(&error),
        })?;
        if files.len() == before {
            let path = path.display().to_string();
            return Err(LoadError::Nothing { path });
        }
    }
    files.sort();
    files.dedup();
    let mut loaded = Loaded::default();
    let mut told = HashSet::new();
    for file in files {
        match read_file(&file, &mut Vec::new()) {
            Ok(scenario) => loaded.scenarios.push(scenario),
            // A file that several come after is told of once.
            Err(Failure::Mistakes(mistakes)) => {
                let name = crate::snapshot::scenario_name(&file);
                loaded.broken.push(Broken { name, path: file, mistakes: mistakes.clone() });
                loaded.mistakes.extend(mistakes.into_iter().filter(|mistake| told.insert(mistake.identity())));
            }
            Err(Failure::Unreadable(why)) => {
                let path = file.display().to_string();
                return Err(LoadError::Unreadable { path, why });
            }
        }
    }
    for mistake in duplicate_titles(&loaded.scenarios) {
        let path = mistake.source().path().to_owned();
        loaded.scenarios.retain(|scenario| scenario.source.path() != path);
        let name = crate::snapshot::scenario_name(&path);
        loaded.mistakes.push(mistake.clone());
        loaded.broken.push(Broken { name, path, mistakes: vec![mistake] });
    }
    Ok(loaded)
}

fn find(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !std::fs::metadata(path)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        let entry = entry?.path();
        if entry.is_dir() {
            if entry.file_name().is_none_or(|name| name != "files") {
                find(&entry, files)?;
            }
        } else if entry.extension().is_some_and(|ext| ext == "yaml") {
            files.push(entry);
        }
    }
    Ok(())
}

fn duplicate_titles(scenarios: &[Scenario]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let mut first: HashMap<&str, &Scenario> = HashMap::new();
    for scenario in scenarios {
        let earlier = *first.entry(&scenario.title.value).or_insert(scenario);
        if !std::ptr::eq(earlier, scenario) {
            let kind = Kind::DuplicateTitle {
                title: scenario.title.value.clone(),
                other: format!("`{}`", earlier.source.name()),
            };
            mistakes.push(Mistake::new(kind, &scenario.source, scenario.title.span));
        }
    }
    mistakes
}

enum Failure {
    Unreadable(String),
    Mistakes(Vec<Mistake>),
}

/// Reads one file; `open` holds the files whose `after` led here.
fn read_file(path: &Path, open: &mut Vec<PathBuf>) -> Result<Scenario, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::Unreadable(crate::words::io_reason(&error)))?;
    read_source(&Source::new(path, text), open)
}

/// Reads a scenario from its text; files that it names are looked for beside `path`.
///
/// # Errors
/// All of its mistakes.
pub fn read(path: &Path, text: &str) -> Result<Scenario, Vec<Mistake>> {
    let source = Source::new(path, text.to_owned());
    read_source(&source, &mut Vec::new()).map_err(|failure| match failure {
        Failure::Mistakes(mistakes) => mistakes,
        Failure::Unreadable(_) => Vec::new(),
    })
}

fn read_source(source: &Source, open: &mut Vec<PathBuf>) -> Result<Scenario, Failure> {
    let path = source.path();
    let node = yaml::parse(source).map_err(|mistake| Failure::Mistakes(vec![mistake]))?;
    open.push(canonical(path));
    let mut reader = Reader::new(source);
    let scenario = read_scenario(&node, &mut reader, open);
    open.pop();
    let (mistakes, doubts) = reader.finish();
    match scenario {
        Some(Ok(scenario)) if mistakes.is_empty() => Ok(Scenario { doubts, ..scenario }),
        Some(Err(inherited)) if mistakes.is_empty() => Err(Failure::Mistakes(inherited)),
        _ => Err(Failure::Mistakes(mistakes)),
    }
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The scenario, or the mistakes of one that it comes after; `None` if it has mistakes itself.
fn read_scenario(
    node: &Node,
    reader: &mut Reader<'_>,
    open: &mut Vec<PathBuf>,
) -> Option<Result<Scenario, Vec<Mistake>>> {
    let source = reader.source().clone();
    let node = &with_constants(node, reader);
    let fields = reader.fields(node, "a scenario", FIELDS)?;
    let title = fields
        .need("title", "say in one line what the scenario shows", reader)
        .and_then(|node| reader.text(node, "a title of one line"));
    let story = fields
        .need("story", "tell in a few sentences what happens and why", reader)
        .and_then(|node| reader.text(node, "a story of a few sentences"));
    let callers = fields.get("steps").map(given::state::callers).unwrap_or_default();
    let start = match fields.get("given") {
        Some(node) => match read_given(node, &callers, reader, open) {
            Ok(start) => start,
            Err(mistakes) => return Some(Err(mistakes)),
        },
        None => Start::default().complete(),
    };
    let mut scope = start.scope;
    let lesson = fields.get("lesson").map(|node| Lesson::read(node, reader, &mut scope));
    let steps = fields
        .need("steps", "write the calls, one after another", reader)
        .map_or_else(Vec::new, |node| read_steps(node, reader, &mut scope));
    let tags = fields.get("tags").map_or_else(Vec::new, |node| reader.texts(node, "what it is sought by"));
    let mut yes = |name: &str| fields.get(name).and_then(|node| super::step::boolean(node, reader)).unwrap_or_default();
    let (keep_going, real) = (yes("keep_going"), yes("real"));
    let compare = fields.get("compare").map_or_else(Compare::default, |node| Compare::read(node, reader, &scope));
    Some(Ok(Scenario {
        name: crate::snapshot::scenario_name(source.path()),
        source,
        title: title?,
        story: story?.value,
        accounts: start.accounts,
        source_address: start.told.source,
        seed: start.told.seed,
        tags: tags.into_iter().map(|tag| tag.value).collect(),
        keep_going,
        real,
        region: start.region.unwrap_or_else(|| DEFAULT_REGION.to_owned()),
        time: start.time,
        state: start.state,
        given: start.steps,
        // What is wrong with it was noted.
        lesson: lesson.flatten(),
        steps,
        compare,
        doubts: Vec::new(),
        scope,
    }))
}

/// The scenario with its constants filled in.
fn with_constants(node: &Node, reader: &mut Reader<'_>) -> Node {
    let Value::Map(entries) = &node.value else { return node.clone() };
    let Some((_, constants)) = entries.iter().find(|(key, _)| key.value == "constants") else { return node.clone() };
    let constants = reader.entries(constants, "constants by name");
    let values: Values = constants.iter().map(|(name, value)| (name.value.clone(), value.clone())).collect();
    let filled = entries.iter().map(|(key, value)| match key.value.as_str() {
        "given" | "steps" | "compare" => (key.clone(), value.filled(&values)),
        _ => (key.clone(), value.clone()),
    });
    Node { value: Value::Map(filled.collect()), span: node.span }
}

fn read_steps(node: &Node, reader: &mut Reader<'_>, scope: &mut Scope) -> Vec<Step> {
    match &node.value {
        Value::List(items) if !items.is_empty() => {
            let numbered = (1..).zip(items);
            numbered.flat_map(|(number, item)| Step::read(item, number, reader, scope)).collect()
        }
        _ => {
            let hint = "a step has `as`, `call`, `with` and `expect`";
            reader.expected(node, "a list of at least one step", Some(hint));
            Vec::new()
        }
    }
}

/// What `given` comes to.
#[derive(Default)]
struct Start {
    scope: Scope,
    region: Option<String>,
    time: Option<String>,
    accounts: Vec<Account>,
    told: Told,
    state: Option<Arc<AuthorizationState>>,
    steps: Vec<Arc<Step>>,
}

impl Start {
    fn complete(mut self) -> Self {
        if self.accounts.is_empty() {
            self.accounts.push(Account::of(DEFAULT_ACCOUNT, None));
        }
        self.scope.accounts = self.accounts.iter().map(|account| account.alias.clone()).collect();
        self
    }

    /// Takes over where another scenario ends.
    fn follow(&mut self, earlier: Scenario) {
        for account in earlier.accounts {
            if self.accounts.iter().all(|known| known.alias != account.alias) {
                self.accounts.push(account);
            }
        }
        self.scope.inherit(&earlier.scope);
        self.region.get_or_insert(earlier.region);
        self.time = self.time.take().or(earlier.time);
        self.told.source = self.told.source.or(earlier.source_address);
        self.told.seed = self.told.seed.or(earlier.seed);
        self.state = self.state.take().or(earlier.state);
        self.steps.extend(earlier.given);
        self.steps.extend(earlier.steps.into_iter().flat_map(Step::without_lesson).map(Arc::new));
    }
}

fn read_given(
    node: &Node,
    callers: &BTreeSet<String>,
    reader: &mut Reader<'_>,
    open: &mut Vec<PathBuf>,
) -> Result<Start, Vec<Mistake>> {
    let mut start = Start::default();
    let Some(fields) = reader.fields(node, "`given`", given::FIELDS) else {
        return Ok(start.complete());
    };
    if let Some(node) = fields.get("accounts") {
        start.accounts = given::accounts(node, reader);
    }
    if let Some(node) = fields.get("after") {
        for path in reader.texts(node, "the paths of scenarios") {
            if let Some(earlier) = read_after(&path, reader, open)? {
                start.follow(earlier);
            }
        }
    }
    let state = fields.get("state").and_then(|node| Some((node, given::state::read(node, reader)?)));
    for (alias, account) in state.iter().flat_map(|(_, state)| &state.accounts) {
        match start.accounts.iter_mut().find(|known| known.alias == *alias) {
            Some(known) => known.id = Some(account.account_id.clone()),
            None => start.accounts.push(Account::of(alias, Some(account.account_id.clone()))),
        }
    }
    let mut start = start.complete();
    if let Some((node, state)) = state {
        let keys = given::state::keys(&state, node, callers, reader, &mut start.scope);
        start.steps.extend(keys.into_iter().map(Arc::new));
        start.state = Some(state);
    }
    if let Some(region) = fields.get("region").and_then(|node| reader.text(node, "a region, such as `cn-hangzhou`")) {
        start.region = Some(region.value);
    }
    if let Some(node) = fields.get("time") {
        start.time = given::time(node, reader);
    }
    let told = Told::read(&fields, reader);
    start.told = Told { source: told.source.or(start.told.source), seed: told.seed.or(start.told.seed) };
    if let Some(node) = fields.get(include::FIELD) {
        for fragment in include::fragments(node, "given", reader) {
            let mut inner = reader.inside(&fragment.source);
            if let Some(fields) = inner.fields(&fragment.node, "what a fragment gives", given::MADE) {
                start.steps.extend(given::made(&fields, &mut inner, &mut start.scope).into_iter().map(Arc::new));
            }
            reader.take(inner);
        }
    }
    start.steps.extend(given::made(&fields, reader, &mut start.scope).into_iter().map(Arc::new));
    Ok(start)
}

/// Another scenario that runs first; `None` if naming it is a mistake of this file.
fn read_after(
    path: &Spanned<String>,
    reader: &mut Reader<'_>,
    open: &mut Vec<PathBuf>,
) -> Result<Option<Scenario>, Vec<Mistake>> {
    let folder = reader.source().path().parent().unwrap_or_else(|| ".".as_ref());
    let file = folder.join(&path.value);
    if open.contains(&canonical(&file)) {
        reader.note(Kind::AfterItself(path.value.clone()), path.span);
        return Ok(None);
    }
    match read_file(&file, open) {
        Ok(scenario) => Ok(Some(scenario)),
        Err(Failure::Mistakes(mistakes)) => Err(mistakes),
        Err(Failure::Unreadable(why)) => {
            let path_kind = Kind::UnreadableFile { path: path.value.clone(), why };
            reader.note(path_kind, path.span);
            Ok(None)
        }
    }
}
