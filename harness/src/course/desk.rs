//! A learner in a lesson: a cloud, where the learner is, what has been typed, and what came of it. Terminal and browser show the same.

use std::io;
use std::sync::Arc;

use super::called::{self, Around};
use super::commands::help;
use super::files::Files;
use super::part::{Part, parts, typed};
use super::typed::{Typed, read};
use crate::page::Page;
use crate::runner::{Judged, Stage};
use crate::scenario::{Caller, Language, Scenario, Text};

/// A learner's desk.
#[derive(Debug)]
pub struct Desk {
    pub(super) stage: Stage,
    pub(super) lesson: Arc<Scenario>,
    pub(super) language: Language,
    pub(super) seed: u64,
    pub(super) caller: Caller,
    pub(super) files: Files,
    pub(super) at: usize,
    pub(super) hints: usize,
    /// What of the task at hand held when it was last looked at.
    pub(super) judged: Vec<Judged>,
    /// The tasks that are done, by name, and how.
    pub(super) done: Vec<(String, How)>,
    pub(super) calls: usize,
}

/// How a task was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// By the learner.
    Own,
    /// By the lesson's solution.
    Shown,
}

/// Where a learner stands in a lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Progress {
    /// The lesson's name.
    pub lesson: String,
    /// Its title.
    pub title: String,
    /// Which piece the learner is at, from 1; the last one when the lesson is over.
    pub at: usize,
    /// Is the lesson over?
    pub over: bool,
    /// How many pieces there are.
    pub of: usize,
    /// The tasks that the learner did.
    pub done: Vec<String>,
    /// Those whose solution was shown.
    pub shown: Vec<String>,
    /// How many tasks there are.
    pub tasks: usize,
    /// How many calls the learner made.
    pub calls: usize,
    /// How many hints of the task at hand were taken.
    pub hints: usize,
}

impl Desk {
    /// Opens a lesson in a cloud of its own.
    ///
    /// # Errors
    /// The cloud cannot be started.
    pub fn open(lesson: Arc<Scenario>, language: Language, seed: u64, files: Files) -> io::Result<Self> {
        let stage = Stage::open(&lesson, seed)?;
        let caller = Caller::Owner(stage.account().to_owned());
        let mut desk = Self {
            stage,
            lesson,
            language,
            seed,
            caller,
            files,
            at: 0,
            hints: 0,
            judged: Vec::new(),
            done: Vec::new(),
            calls: 0,
        };
        desk.arrive()?;
        Ok(desk)
    }

    /// Another lesson, in a cloud of its own; the learner's files stay.
    ///
    /// # Errors
    /// The cloud cannot be started; then everything is as before.
    pub fn turn_to(&mut self, lesson: Arc<Scenario>) -> io::Result<()> {
        let files = std::mem::replace(&mut self.files, Files::Desk(std::collections::BTreeMap::new()));
        match Self::open(lesson, self.language, self.seed, Files::Desk(std::collections::BTreeMap::new())) {
            Ok(desk) => *self = Self { files, ..desk },
            Err(error) => {
                self.files = files;
                return Err(error);
            }
        }
        Ok(())
    }

    /// The same lesson from its beginning, in a new cloud.
    ///
    /// # Errors
    /// The cloud cannot be started; then everything is as before.
    pub fn reset(&mut self) -> io::Result<()> {
        self.turn_to(Arc::clone(&self.lesson))
    }

    /// The language that the learner reads.
    pub fn language(&self) -> Language {
        self.language
    }

    /// From now on in this language.
    pub fn speak(&mut self, language: Language) {
        self.language = language;
    }

    /// The lesson.
    pub fn lesson(&self) -> &Arc<Scenario> {
        &self.lesson
    }

    /// Whether the lesson is over.
    pub fn is_over(&self) -> bool {
        self.at >= parts(&self.lesson).len()
    }

    /// Who calls where a line names nobody.
    pub fn caller(&self) -> String {
        self.lesson.display_caller(&self.caller)
    }

    /// The learner's files.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The learner's files, to be changed.
    pub fn files_mut(&mut self) -> &mut Files {
        &mut self.files
    }

    /// Where the learner stands.
    pub fn progress(&self) -> Progress {
        let parts = parts(&self.lesson);
        let by = |how: How| self.done.iter().filter(|(_, by)| *by == how).map(|(name, _)| name.clone()).collect();
        Progress {
            lesson: self.lesson.name.clone(),
            title: self.title(),
            at: (self.at + 1).min(parts.len()),
            over: self.is_over(),
            of: parts.len(),
            done: by(How::Own),
            shown: by(How::Shown),
            tasks: parts.iter().filter(|part| part.task.is_some()).count(),
            calls: self.calls,
            hints: self.hints,
        }
    }

    /// The lesson's title.
    pub fn title(&self) -> String {
        let title = self.lesson.lesson.as_ref().map(|lesson| lesson.title.of(self.language).to_owned());
        title.unwrap_or_else(|| self.lesson.title.value.clone())
    }

    /// What the learner reads where the learner is: the prose, the calls that come, or what is asked.
    pub fn page(&self) -> String {
        let language = self.language;
        let lesson = Arc::clone(&self.lesson);
        let parts = parts(&lesson);
        let Some(part) = parts.get(self.at) else {
            return language.pick("That was the lesson.", "本课到此结束。").to_owned();
        };
        let mut page = Page::default();
        if let Some(prose) = part.prose {
            page.line(0, self.filled(prose));
            page.line(0, "");
        }
        for call in part.steps.iter().filter_map(|step| typed(&lesson, step)) {
            page.line(2, self.with_values(&call));
        }
        if let Some(task) = part.task {
            let label = language.pick("Task: ", "任务：");
            let state = if self.is_done(&task.name) { language.pick(" (done)", "（已完成）") } else { "" };
            page.line(0, format_args!("{label}{}{state}", self.filled(&task.asks)));
        }
        page.into_text().trim_end().to_owned()
    }

    /// The hints that the learner has taken.
    pub fn hints(&self) -> Vec<String> {
        let lesson = Arc::clone(&self.lesson);
        let task = parts(&lesson).get(self.at).and_then(|part| part.task);
        task.map_or_else(Vec::new, |task| task.hints.iter().take(self.hints).map(|hint| self.filled(hint)).collect())
    }

    /// Whether a task is at hand that is not done.
    pub fn has_open_task(&self) -> bool {
        let lesson = Arc::clone(&self.lesson);
        let task = parts(&lesson).get(self.at).and_then(|part| part.task);
        task.is_some_and(|task| !self.is_done(&task.name))
    }

    /// Whether a line wants more lines after it: a quote or a bracket in it is open.
    pub fn is_open(line: &str) -> bool {
        read(line) == Typed::Open
    }

    /// Does what a line says, and tells what came of it.
    ///
    /// # Errors
    /// The cloud cannot be copied or started anew.
    pub fn enter(&mut self, line: &str) -> io::Result<String> {
        let language = self.language;
        let line = self.with_values(line);
        let words = match read(&line) {
            Typed::Words(words) => words,
            Typed::Nothing if self.has_open_task() => return Ok(String::new()),
            Typed::Nothing => return self.next(),
            Typed::Open => {
                return Ok(language.pick("A quote or a bracket is not closed.", "有引号或括号没有闭合。").to_owned());
            }
        };
        let Some((command, rest)) = words.split_first() else { return Ok(String::new()) };
        match command.text.as_str() {
            "call" => self.make(called::call(rest, &self.around())),
            "aliyun" => self.make(called::aliyun(rest, &self.around())),
            "as" => Ok(self.be(rest)),
            "next" => self.next(),
            "check" => self.check(),
            "hint" => Ok(self.hint()),
            "why" => Ok(self.why()),
            "policy" => self.policy(rest),
            "who" => Ok(self.who()),
            "task" => Ok(self.page()),
            "solve" => self.solve(),
            "reset" => {
                self.reset()?;
                let began = language.pick("The lesson starts anew, in a new cloud.", "本课重新开始，使用全新的云。");
                Ok(format!("{began}\n\n{}", self.page()))
            }
            "help" => Ok(help(language).to_owned()),
            // What is typed without its first word is a call all the same.
            name if name.contains('.') => self.make(called::call(&words, &self.around())),
            other => Ok(language.pick(
                format!("There is no command `{other}`. `help` lists them."),
                format!("没有命令 `{other}`。输入 `help` 查看所有命令。"),
            )),
        }
    }

    pub(super) fn around(&self) -> Around<'_> {
        Around { language: self.language, caller: &self.caller, accounts: &self.lesson.accounts, files: &self.files }
    }

    /// Goes on: plays the calls of the piece, and shows the next one.
    fn next(&mut self) -> io::Result<String> {
        let language = self.language;
        let lesson = Arc::clone(&self.lesson);
        let parts = parts(&lesson);
        let Some(part) = parts.get(self.at) else { return Ok(self.page()) };
        if self.has_open_task() {
            let open = language.pick(
                "The task is still open. `check` says what is missing, `hint` helps, `solve` shows one way.",
                "任务还未完成。`check` 检查还缺什么，`hint` 给出提示，`solve` 演示一种做法。",
            );
            return Ok(open.to_owned());
        }
        let mut text = self.play(part);
        self.at += 1;
        self.hints = 0;
        self.arrive()?;
        if !text.is_empty() {
            text.push('\n');
        }
        Ok(text + &self.page())
    }

    fn play(&mut self, part: &Part<'_>) -> String {
        let mut page = Page::default();
        for step in part.steps {
            let done = self.stage.play(step);
            if step.call().is_some() {
                page.line(0, self.told(&done));
            }
            if !done.differences.is_empty() {
                page.line(
                    0,
                    self.language.pick(
                        "This is not what the lesson expects here: your cloud is in another state. `reset` starts the lesson anew.",
                        "这不是本课预期的结果：你的云处于别的状态。`reset` 可以重新开始本课。",
                    ),
                );
            }
        }
        page.into_text()
    }

    /// Looks what of the task at hand holds already.
    fn arrive(&mut self) -> io::Result<()> {
        let lesson = Arc::clone(&self.lesson);
        self.judged = match parts(&lesson).get(self.at).and_then(|part| part.task) {
            Some(task) => self.stage.judge(task)?,
            None => Vec::new(),
        };
        Ok(())
    }

    pub(super) fn is_done(&self, task: &str) -> bool {
        self.done.iter().any(|(done, _)| done == task)
    }

    pub(super) fn filled(&self, text: &Text) -> String {
        self.with_values(text.of(self.language))
    }

    /// A text with the values that it names.
    pub(super) fn with_values(&self, text: &str) -> String {
        let mut filled = text.to_owned();
        for (name, value) in self.stage.variables() {
            filled = filled.replace(&format!("${{{name}}}"), value);
        }
        filled
    }
}
