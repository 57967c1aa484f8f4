//! `acslab learn`

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use miette::Diagnostic;

use super::out::{stderr, stdout};
use crate::course;
use crate::exit::Exit;
use crate::report::{Paint, render};
use crate::scenario::{self, Language, LoadError, Mistake, Scenario};
use crate::words::count;

const EXAMPLES: &str = "\
Examples:
  acslab learn --list                 the lessons
  acslab learn --terminal             the first lesson, in this terminal
  acslab learn --terminal 5           the fifth one
  acslab learn --terminal --lang zh   in Chinese
  acslab learn --terminal mine.yaml   a lesson of one's own

Each lesson has a cloud of its own, in this process; nothing is kept.

Exit codes: 0 ended, 2 the input is wrong";

/// Learn who may do what, in lessons with tasks, in a cloud of your own
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Learn {
    /// Which lessons: a number, a part of a name, or a file of one's own [default: all that come with acslab]
    #[arg(value_name = "LESSON")]
    lessons: Vec<String>,
    /// In this terminal
    #[arg(long)]
    terminal: bool,
    /// Only list the lessons
    #[arg(long, conflicts_with = "terminal")]
    list: bool,
    /// Print the form of lesson files, as a JSON Schema
    #[arg(long, conflicts_with_all = ["terminal", "list", "lessons"])]
    schema: bool,
    /// The language [default: that of the environment: LC_ALL, LC_MESSAGES, LANG]
    #[arg(long, value_enum)]
    lang: Option<Language>,
    /// The seed of ids and secrets
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Why nothing can be learnt.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum LearnError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Load(#[from] LoadError),
    #[error("no lesson is called `{0}`")]
    #[diagnostic(help("`acslab learn --list` lists them; a lesson of one's own is a file that ends in `.yaml`"))]
    NoLesson(String),
    #[error("`{0}` is a scenario and no lesson")]
    #[diagnostic(help("a lesson has `lesson:` with `minutes`, `title` and `aim`; docs/course.md shows one"))]
    NotALesson(String),
    #[error("the lesson stops: {0}")]
    Stopped(#[from] std::io::Error),
}

impl Learn {
    pub(super) fn execute(self) -> Result<Exit, LearnError> {
        if self.schema {
            write!(stdout(), "{}", include_str!("../../../docs/lesson.schema.json"))?;
            return Ok(Exit::Holds);
        }
        let language = self.lang.unwrap_or_else(of_environment);
        let lessons = match self.chosen()? {
            Ok(lessons) => lessons,
            Err(mistakes) => {
                show(&mistakes)?;
                return Ok(Exit::BadInput);
            }
        };
        if self.list || !self.terminal {
            course::list(&lessons, language, &mut stdout())?;
            return Ok(Exit::Holds);
        }
        let echo = !std::io::stdin().is_terminal();
        course::attend(&lessons, language, self.seed, &mut std::io::stdin().lock(), &mut stdout(), echo)?;
        Ok(Exit::Holds)
    }

    /// The lessons that are named, or what is wrong with the files of some.
    fn chosen(&self) -> Result<Result<Vec<Arc<Scenario>>, Vec<Mistake>>, LearnError> {
        let shipped = match course::shipped() {
            Ok(shipped) => shipped,
            Err(mistakes) => return Ok(Err(mistakes)),
        };
        if self.lessons.is_empty() {
            return Ok(Ok(shipped));
        }
        let mut chosen = Vec::new();
        for name in &self.lessons {
            if name.ends_with(".yaml") || PathBuf::from(name).is_dir() {
                let loaded = scenario::load(&[PathBuf::from(name)])?;
                if !loaded.mistakes.is_empty() {
                    return Ok(Err(loaded.mistakes));
                }
                let several = loaded.scenarios.len() > 1;
                let lessons: Vec<_> =
                    loaded.scenarios.into_iter().filter(|one| one.lesson.is_some() || !several).collect();
                if lessons.iter().all(|one| one.lesson.is_none()) {
                    return Err(LearnError::NotALesson(name.clone()));
                }
                chosen.extend(lessons.into_iter().map(Arc::new));
                continue;
            }
            let by_number = name.parse::<usize>().ok().and_then(|number| shipped.get(number.checked_sub(1)?));
            let found = by_number.or_else(|| shipped.iter().find(|lesson| lesson.name.contains(name.as_str())));
            chosen.push(Arc::clone(found.ok_or_else(|| LearnError::NoLesson(name.clone()))?));
        }
        Ok(Ok(chosen))
    }
}

/// The language that the environment asks for.
fn of_environment() -> Language {
    let variables = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    let first = variables.into_iter().find(|value| !value.is_empty());
    if first.is_some_and(|value| value.to_ascii_lowercase().starts_with("zh")) { Language::Zh } else { Language::En }
}

/// Shows the mistakes of files on standard error.
fn show(mistakes: &[Mistake]) -> std::io::Result<()> {
    let paint = if std::io::stderr().is_terminal() { Paint::auto() } else { Paint::OFF };
    let mut err = stderr();
    for mistake in mistakes {
        writeln!(err, "{}", render(mistake, mistake.source(), paint))?;
    }
    writeln!(err, "{} in the lesson", count(mistakes.len(), "mistake"))
}
