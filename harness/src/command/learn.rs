//! `acslab learn`

use std::io::{IsTerminal, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, mpsc};

use clap::Args;
use miette::Diagnostic;

use super::out::{stderr, stdout};
use crate::course;
use crate::course::class::{Class, Listen, Room};
use crate::exit::Exit;
use crate::report::{Paint, render};
use crate::scenario::{self, Language, LoadError, Mistake, Scenario};
use crate::words::{count, io_reason};

/// Where `acslab learn` listens unless told otherwise: beside `acslab serve`.
const DEFAULT_PORT: u16 = 8821;
/// More clouds in one process are too many.
const MOST_LEARNERS: u8 = 100;

const EXAMPLES: &str = "\
Examples:
  acslab learn                        the course in a browser: prints a link to learn and one to teach
  acslab learn --address 0.0.0.0 --host class.example --learners 30
                                      for a class, from other machines
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
    /// The language [default: that of the environment: LC_ALL, LC_MESSAGES, LANG]
    #[arg(long, value_enum)]
    lang: Option<Language>,
    /// The seed of ids and secrets, in a terminal; in a browser nobody can know those of another learner
    #[arg(long, default_value_t = 1, requires = "terminal")]
    seed: u64,
    /// The port to listen on; 0 takes a free one
    #[arg(long, default_value_t = DEFAULT_PORT)]
    port: u16,
    /// The address to listen on
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// A further name that the course answers to, besides localhost and addresses; repeat it for several
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    /// How many learners at most, each in a cloud of its own
    #[arg(long, value_name = "NUMBER", default_value_t = MOST_LEARNERS, value_parser = clap::value_parser!(u8).range(1..=i64::from(MOST_LEARNERS)))]
    learners: u8,
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
    #[error("cannot listen on {address}: {why}")]
    #[diagnostic(help("`--port 0` takes a free port"))]
    Listen { address: String, why: String },
    #[error("the lesson stops: {0}")]
    Stopped(#[from] std::io::Error),
}

impl Learn {
    pub(super) fn execute(self) -> Result<Exit, LearnError> {
        let language = self.lang.unwrap_or_else(of_environment);
        let (lessons, first) = match self.chosen()? {
            Ok(chosen) => chosen,
            Err(mistakes) => {
                show(&mistakes)?;
                return Ok(Exit::BadInput);
            }
        };
        if self.list {
            course::list(&lessons, language, &mut stdout())?;
            return Ok(Exit::Holds);
        }
        if !self.terminal {
            return self.serve(lessons, language);
        }
        let echo = !std::io::stdin().is_terminal();
        course::attend(&lessons, first, language, self.seed, &mut std::io::stdin().lock(), &mut stdout(), echo)?;
        Ok(Exit::Holds)
    }

    /// Serves the course until a signal ends it.
    fn serve(self, lessons: Vec<Arc<Scenario>>, language: Language) -> Result<Exit, LearnError> {
        let address = SocketAddr::new(self.address, self.port);
        let listen = |why: String| LearnError::Listen { address: address.to_string(), why };
        // The handler first: a signal that comes right after the links are printed must end us well.
        let (stop, stopped) = mpsc::channel();
        ctrlc::set_handler(move || {
            let _ = stop.send(());
        })
        .map_err(|error| listen(error.to_string()))?;
        let mut out = stdout();
        course::list(&lessons, language, &mut out)?;
        let room = Room::new(lessons, self.learners.into());
        let class = Class::start(room, &Listen { address, hosts: self.hosts.clone() });
        let class = class.map_err(|error| listen(io_reason(&error)))?;
        let host = match self.hosts.first() {
            Some(host) => format!("{host}:{}", class.address().port()),
            None => class.address().to_string(),
        };
        let (join, teach) = (class.room().join_token(), class.room().teacher_token());
        let (learn_label, teach_label, end) = language.pick(
            ("to learn", "to teach", "Ctrl-C ends it; nothing is kept."),
            ("学习", "教学", "Ctrl-C 结束，不保留任何内容。"),
        );
        writeln!(out, "\n{learn_label}  http://{host}/_acslab/course/join/{join}")?;
        writeln!(out, "{teach_label}  http://{host}/_acslab/course/teach/{teach}")?;
        writeln!(out, "\n{end}")?;
        out.flush()?;
        let _ = stopped.recv();
        drop(class);
        Ok(Exit::Holds)
    }

    /// The lessons that are named and which of them is the first, or what is wrong with the files of some. One of the course that is named alone
    /// in a terminal is where the course begins: the others are there as well.
    fn chosen(&self) -> Result<Result<(Vec<Arc<Scenario>>, usize), Vec<Mistake>>, LearnError> {
        let shipped = match course::shipped() {
            Ok(shipped) => shipped,
            Err(mistakes) => return Ok(Err(mistakes)),
        };
        if self.lessons.is_empty() {
            return Ok(Ok((shipped, 0)));
        }
        if let ([name], true) = (self.lessons.as_slice(), self.terminal)
            && !is_file(name)
        {
            let first = number_of(name, &shipped).ok_or_else(|| LearnError::NoLesson(name.clone()))?;
            return Ok(Ok((shipped, first)));
        }
        let mut chosen = Vec::new();
        for name in &self.lessons {
            if is_file(name) {
                let loaded = scenario::load(&[PathBuf::from(name)])?;
                if !loaded.broken.is_empty() {
                    return Ok(Err(loaded.mistakes()));
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
            let found = number_of(name, &shipped).and_then(|number| shipped.get(number));
            chosen.push(Arc::clone(found.ok_or_else(|| LearnError::NoLesson(name.clone()))?));
        }
        Ok(Ok((chosen, 0)))
    }
}

/// Is a lesson of one's own named, or a folder of them?
fn is_file(name: &str) -> bool {
    name.ends_with(".yaml") || PathBuf::from(name).is_dir()
}

/// The lesson of a number, or the first whose name has this in it; from 0.
fn number_of(name: &str, lessons: &[Arc<Scenario>]) -> Option<usize> {
    let by_number =
        name.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).filter(|at| *at < lessons.len());
    by_number.or_else(|| lessons.iter().position(|lesson| lesson.name.contains(name)))
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
