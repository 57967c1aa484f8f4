//! The task at hand: what of it holds, and what to say while something does not.

use std::io;
use std::sync::Arc;

use super::desk::{Desk, How};
use super::explain;
use super::part::{parts, typed};
use crate::client::Answer;
use crate::page::Page;
use crate::runner::Judged;
use crate::scenario::{Language, Task};

impl Desk {
    /// After something happened: whether the task is done now, or something is broken that held.
    pub(super) fn look(&mut self) -> io::Result<String> {
        let lesson = Arc::clone(&self.lesson);
        let Some(task) = parts(&lesson).get(self.at).and_then(|part| part.task) else { return Ok(String::new()) };
        if self.is_done(&task.name) {
            return Ok(String::new());
        }
        let before = std::mem::take(&mut self.judged);
        self.judged = self.stage.judge(task)?;
        if self.judged.iter().all(Judged::holds) {
            return Ok(self.finished(&task.name, How::Own));
        }
        let lost = broken(&before, &self.judged);
        Ok(lost.map(|lost| of(task, lost, self.language)).unwrap_or_default())
    }

    pub(super) fn finished(&mut self, task: &str, how: How) -> String {
        self.done.push((task.to_owned(), how));
        let language = self.language;
        match how {
            How::Own => language.pick(
                "Done: all that the task asks for holds. `next` goes on.",
                "完成：任务要求的全部成立。输入 `next` 继续。",
            ),
            How::Shown => language.pick("That was one way. `next` goes on.", "这是一种做法。输入 `next` 继续。"),
        }
        .to_owned()
    }

    pub(super) fn check(&mut self) -> io::Result<String> {
        let language = self.language;
        let lesson = Arc::clone(&self.lesson);
        let Some(task) = parts(&lesson).get(self.at).and_then(|part| part.task) else {
            return Ok(language
                .pick("There is no task here. `next` goes on.", "这里没有任务。输入 `next` 继续。")
                .to_owned());
        };
        self.judged = self.stage.judge(task)?;
        if let Some(open) = open(task, &self.judged, language) {
            let held = self.judged.iter().filter(|judged| judged.holds()).count();
            let all = self.judged.len();
            let not_yet = language
                .pick(format!("Not yet: {held} of {all} hold."), format!("还没有完成：{all} 项中有 {held} 项成立。"));
            return Ok(format!("{not_yet}\n{open}"));
        }
        if self.is_done(&task.name) {
            return Ok(language.pick("All of it holds.", "全部成立。").to_owned());
        }
        Ok(self.finished(&task.name, How::Own))
    }

    pub(super) fn hint(&mut self) -> String {
        let language = self.language;
        let lesson = Arc::clone(&self.lesson);
        let Some(task) = parts(&lesson).get(self.at).and_then(|part| part.task) else {
            return language
                .pick("There is no task here. `next` goes on.", "这里没有任务。输入 `next` 继续。")
                .to_owned();
        };
        if self.hints < task.hints.len() {
            self.hints += 1;
        }
        let all = task.hints.len();
        match self.hints.checked_sub(1).and_then(|last| task.hints.get(last)) {
            Some(hint) => {
                let label =
                    language.pick(format!("Hint {} of {all}: ", self.hints), format!("提示 {}/{all}：", self.hints));
                label + &self.filled(hint)
            }
            None => language.pick("This task has no hints.", "这个任务没有提示。").to_owned(),
        }
    }

    pub(super) fn solve(&mut self) -> io::Result<String> {
        let language = self.language;
        let lesson = Arc::clone(&self.lesson);
        let Some(task) = parts(&lesson).get(self.at).and_then(|part| part.task) else {
            return Ok(language
                .pick("There is no task here. `next` goes on.", "这里没有任务。输入 `next` 继续。")
                .to_owned());
        };
        if self.is_done(&task.name) {
            return Ok(language.pick("The task is done already.", "任务已经完成。").to_owned());
        }
        let mut page = Page::default();
        for step in &task.solution {
            if let Some(call) = typed(&lesson, step) {
                page.line(0, self.with_values(&call));
            }
            let done = self.stage.play(step);
            if !done.differences.is_empty() {
                page.line(0, self.told(&done));
                page.line(
                    0,
                    language.pick(
                        "Your cloud is in another state than this way starts from; `reset` starts the lesson anew.",
                        "你的云与这种做法的前提不同；`reset` 可以重新开始本课。",
                    ),
                );
                return Ok(page.into_text());
            }
        }
        self.judged = self.stage.judge(task)?;
        if self.judged.iter().all(Judged::holds) {
            page.line(0, self.finished(&task.name, How::Shown));
        } else if let Some(open) = open(task, &self.judged, language) {
            page.line(0, open);
        }
        Ok(page.into_text().trim_end().to_owned())
    }
}

/// What is said of a task that is not done: what is wrong, in the lesson's words, and what really happened.
pub(super) fn open(task: &Task, judged: &[Judged], language: Language) -> Option<String> {
    let first = judged.iter().find(|judged| !judged.holds())?;
    Some(of(task, first, language))
}

/// What is said of one thing that does not hold.
pub(super) fn of(task: &Task, judged: &Judged, language: Language) -> String {
    let check = task.holds.iter().find(|check| check.name == judged.name);
    let mut text = match check {
        Some(check) if judged.as_told => check.otherwise.of(language).to_owned(),
        _ => in_the_way(judged, language).to_owned(),
    };
    if let Some(shift) = &judged.shift {
        text += "\n";
        text += &explain::shift(shift, language);
    }
    if let Some(answer) = &judged.answer {
        let (what, outcome) = (what(&judged.what, language), outcome(answer));
        text += "\n";
        text += &language.pick(
            format!("Tried in a copy of your cloud: {what}: {outcome}."),
            format!("在你的云的副本中试过：{what}，结果 {outcome}。"),
        );
    }
    if let Some(decided) = judged.entry.as_deref().and_then(explain::refusal) {
        text += "\n";
        text += &explain::short(decided, language);
    } else if let (true, Some(decided)) = (
        judged.answer.as_ref().is_some_and(Answer::is_success),
        judged.entry.as_deref().and_then(|entry| entry.decided.first()),
    ) {
        // It was to be refused, and something allows it.
        let explanation = decided.question.explain();
        if let Some(trace) = explanation.deciding_statement() {
            let (action, number, name) = (decided.action(), trace.statement.statement + 1, &trace.policy.name);
            text += "\n";
            text += &language.pick(
                format!("`{action}` is allowed by statement {number} of `{name}`."),
                format!("允许 `{action}` 的是策略 `{name}` 的第 {number} 条语句。"),
            );
        }
    }
    text
}

/// What is said where a check's own words would not be true: its call came to something else.
fn in_the_way(judged: &Judged, language: Language) -> &'static str {
    if judged.answer.is_none() {
        return language.pick(
            "This cannot be tried: who is to call is not there, or can have no access key.",
            "无法试验：调用者不存在，或者无法拥有访问密钥。",
        );
    }
    if judged.entry.as_deref().and_then(explain::refusal).is_some() {
        return language
            .pick("It is refused, and not in the way that the task asks for.", "它被拒绝了，但不是任务要求的方式。");
    }
    language.pick(
        "This cannot be told: the call fails for another reason than its permissions.",
        "无法判断：调用失败的原因与权限无关。",
    )
}

/// What held before and does not any more.
pub(super) fn broken<'j>(before: &[Judged], after: &'j [Judged]) -> Option<&'j Judged> {
    let held = |name: &str| before.iter().any(|judged| judged.name == name && judged.holds());
    after.iter().find(|judged| !judged.holds() && held(&judged.name))
}

/// What somebody does, in words of the language: "alice calls Ram.GetUser".
pub(super) fn what(text: &str, language: Language) -> String {
    language.pick(text.to_owned(), text.replacen(" calls ", " 调用 ", 1))
}

/// "200", or "403 NoPermission".
pub(super) fn outcome(answer: &Answer) -> String {
    match answer.code() {
        Some(code) if !answer.is_success() => format!("{} {code}", answer.status),
        _ => answer.status.to_string(),
    }
}
