//! From paths to scenarios: finds the files, reads each, and collects what is wrong with them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use acslab_emulator::state::AuthorizationState;

use super::Scenario;
use super::compare::Compare;
use super::file::{self, Unread};
use super::fill::Values;
use super::find::FoundFiles;
use super::given::{self, Account, DEFAULT_REGION, Told};
use super::lesson::Lesson;
use super::mistake::{Kind, Mistake};
use super::reader::Reader;
use super::scope::{DEFAULT_ACCOUNT, Scope};
use super::slips;
use super::step::Step;
use super::step::include;
use super::yaml::{self, Node, Value};
use crate::source::{Source, Spanned};

pub(super) const FIELDS: &[&str] = &[
    "title",
    "story",
    "title_zh",
    "story_zh",
    "lesson",
    "tags",
    "keep_going",
    "real",
    "constants",
    "given",
    "steps",
    "compare",
];

/// The scenarios of some paths, in the order of their names.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Those without a mistake.
    pub scenarios: Vec<Scenario>,
    /// The files of the others.
    pub broken: Vec<Broken>,
}

/// A file with mistakes: nothing of it runs, and everything of the others does.
#[derive(Clone, Debug)]
pub struct Broken {
    /// The name that its scenario would have.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// Its title, if that can be told.
    pub title: Option<String>,
    /// What it is sought by, as far as that can be told.
    pub tags: Vec<String>,
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
    let mut found = FoundFiles::default();
    for path in paths {
        let before = found.files.len() + found.closed.len();
        found.add(path).map_err(|error| LoadError::Unreadable {
            path: path.display().to_string(),
            why: crate::words::io_reason(&error),
        })?;
        if found.files.len() + found.closed.len() == before {
            let path = path.display().to_string();
            return Err(LoadError::Nothing { path });
        }
    }
    let FoundFiles { mut files, closed } = found;
    files.sort();
    files.dedup();
    let mut loaded = Loaded::default();
    for (folder, error) in closed {
        loaded.broken.push(Broken::closed(&folder, crate::words::io_reason(&error)));
    }
    for file in files {
        match file::read(&file) {
            Ok(source) => match read_source(&source, &mut Vec::new()) {
                Ok(scenario) => loaded.scenarios.push(scenario),
                Err(mistakes) => loaded.broken.push(Broken::of(&source, mistakes)),
            },
            Err(Unread::Closed(why)) => loaded.broken.push(Broken::closed(&file, why)),
            Err(Unread::NotText(mistake)) => loaded.broken.push(Broken::of(mistake.source(), vec![mistake.clone()])),
        }
    }
    for mistake in duplicate_titles(&loaded.scenarios) {
        let path = mistake.source().path().to_owned();
        loaded.scenarios.retain(|scenario| scenario.source.path() != path);
        loaded.broken.push(Broken::of(mistake.source(), vec![mistake.clone()]));
    }
    loaded.broken.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(loaded)
}

impl Loaded {
    /// All that is wrong, each once.
    pub fn mistakes(&self) -> Vec<Mistake> {
        each_once(&self.broken)
    }
}

/// What is wrong with some files, each once: several may come after one that has a mistake.
pub fn each_once(broken: &[Broken]) -> Vec<Mistake> {
    let mut told = HashSet::new();
    broken.iter().flat_map(|file| &file.mistakes).filter(|mistake| told.insert(mistake.identity())).cloned().collect()
}

impl Broken {
    fn of(source: &Source, mistakes: Vec<Mistake>) -> Self {
        let (title, tags) = sought_by(source);
        let path = source.path().to_owned();
        Self { name: crate::snapshot::scenario_name(&path), path, title, tags, mistakes }
    }

    /// A file, or a folder, that cannot be read.
    fn closed(path: &Path, why: String) -> Self {
        let source = Source::new(path, String::new());
        Self::of(&source, vec![Mistake::new(Kind::Unreadable(why), &source, 0)])
    }
}

/// The title and the tags of a file with mistakes, as far as they can be told.
fn sought_by(source: &Source) -> (Option<String>, Vec<String>) {
    let Ok(Node { value: Value::Map(entries), .. }) = yaml::parse(source) else { return (None, Vec::new()) };
    let field = |name: &str| entries.iter().find(|(key, _)| key.value == name).map(|(_, node)| node);
    let text = |node: &Node| match &node.value {
        Value::Scalar(scalar) => Some(scalar.text.trim_end().to_owned()),
        Value::List(_) | Value::Map(_) => None,
    };
    let tags = field("tags").map_or_else(Vec::new, |node| match &node.value {
        Value::List(items) => items.iter().filter_map(text).collect(),
        _ => text(node).into_iter().collect(),
    });
    (field("title").and_then(text), tags)
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

/// Reads a scenario from its text; files that it names are looked for beside `path`.
///
/// # Errors
/// All of its mistakes.
pub fn read(path: &Path, text: &str) -> Result<Scenario, Vec<Mistake>> {
    read_source(&Source::new(path, text.to_owned()), &mut Vec::new())
}

/// Reads one file; `open` holds the files whose `after` led here.
fn read_source(source: &Source, open: &mut Vec<PathBuf>) -> Result<Scenario, Vec<Mistake>> {
    let path = source.path();
    let node = yaml::parse(source).map_err(|mistake| vec![mistake])?;
    open.push(canonical(path));
    let mut reader = Reader::new(source);
    let scenario = read_scenario(&node, &mut reader, open);
    open.pop();
    let (mistakes, doubts) = reader.finish();
    match scenario {
        Some(Ok(scenario)) if mistakes.is_empty() => Ok(Scenario { doubts, ..scenario }),
        Some(Err(inherited)) if mistakes.is_empty() => Err(inherited),
        _ => Err(mistakes),
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
    let mut in_chinese = |name: &str, expected: &str| {
        fields.get(name).and_then(|node| reader.text(node, expected)).map(|text| text.value)
    };
    let (title_zh, story_zh) =
        (in_chinese("title_zh", "a title of one line"), in_chinese("story_zh", "a story of a few sentences"));
    let callers = fields.get("steps").map(given::state::callers).unwrap_or_default();
    let start = match fields.get("given") {
        Some(node) => match read_given(node, &callers, reader, open) {
            Ok(start) => start,
            Err(mistakes) => return Some(Err(mistakes)),
        },
        None => Start::default().complete().0,
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
        title_zh,
        story_zh,
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
    constants.iter().for_each(|(name, _)| reader.own_name(name));
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
    /// With an account at least. Gives the names of owners that somebody else has already.
    fn complete(mut self) -> (Self, Vec<String>) {
        if self.accounts.is_empty() {
            self.accounts.push(Account::of(DEFAULT_ACCOUNT, None));
        }
        let taken = self.scope.set_accounts(&self.accounts);
        (self, taken)
    }

    /// Takes over where another scenario ends.
    fn follow(&mut self, earlier: Scenario) {
        for account in earlier.accounts {
            match self.accounts.iter_mut().find(|known| known.alias == account.alias) {
                Some(known) => known.follow(account),
                None => self.accounts.push(account),
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
        return Ok(start.complete().0);
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
    let (mut start, taken) = start.complete();
    for name in taken {
        reader.note(Kind::OwnerCalled(name), fields.get("accounts").map_or(fields.span(), |node| node.span));
    }
    if let Some((node, state)) = state {
        let keys = given::state::keys(&state, node, callers, reader, &mut start.scope);
        start.steps.extend(keys.into_iter().map(Arc::new));
        start.state = Some(state);
    }
    if let Some(region) = fields.get("region").and_then(|node| reader.text(node, "a region, such as `cn-hangzhou`")) {
        slips::region(&region.value, region.span, reader);
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
    let file = reader.beside(&path.value);
    if open.contains(&canonical(&file)) {
        reader.note(Kind::AfterItself(path.value.clone()), path.span);
        return Ok(None);
    }
    match reader.file(path) {
        Some(source) => read_source(&source, open).map(Some),
        None => Ok(None),
    }
}
