//! A desk in a terminal: prose, a prompt, what came of what was typed.

use std::io::{self, BufRead, Write};
use std::sync::Arc;

use super::desk::Desk;
use super::files::Files;
use crate::scenario::{Language, Scenario};

/// Goes through lessons from one of them on, reading lines and writing what came of them, until there are no more lines. With `echo` each line is written too, for a
/// reader who does not see what is typed.
///
/// # Errors
/// What cannot be read, written or started.
pub fn attend(
    lessons: &[Arc<Scenario>],
    first: usize,
    language: Language,
    seed: u64,
    from: &mut dyn BufRead,
    to: &mut dyn Write,
    echo: bool,
) -> io::Result<()> {
    let Some(lesson) = lessons.get(first) else { return Ok(()) };
    let mut desk = Desk::open(Arc::clone(lesson), language, seed, Files::default())?;
    let mut at = first;
    begin(&desk, at, lessons.len(), to)?;
    let mut line = String::new();
    loop {
        if line.is_empty() {
            write!(to, "\n{}> ", desk.caller())?;
        } else {
            write!(to, "… ")?;
        }
        to.flush()?;
        let mut more = String::new();
        if from.read_line(&mut more)? == 0 {
            writeln!(to)?;
            return Ok(());
        }
        if echo {
            writeln!(to, "{}", more.trim_end())?;
        }
        line += &more;
        if Desk::is_open(line.trim_end_matches(['\r', '\n'])) {
            continue;
        }
        let typed = std::mem::take(&mut line);
        let typed = typed.trim();
        let over = desk.is_over();
        match typed.split_once(' ').map_or((typed, ""), |(command, rest)| (command, rest.trim())) {
            ("quit" | "exit", _) => return Ok(()),
            ("lessons", _) => list(lessons, language, to)?,
            // What is a command in a terminal alone.
            ("help", _) => {
                let quit = language.pick("quit          end", "quit          退出");
                writeln!(to, "{}\n{quit}", desk.enter(typed)?)?;
            }
            ("lesson", which) => {
                let number = which.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
                if let Some((number, lesson)) = number.and_then(|number| Some((number, lessons.get(number)?))) {
                    at = number;
                    desk.turn_to(Arc::clone(lesson))?;
                    begin(&desk, at, lessons.len(), to)?;
                } else {
                    writeln!(to, "{}", range(lessons.len(), language))?;
                }
            }
            ("next" | "", _) if over => match lessons.get(at + 1) {
                Some(lesson) => {
                    at += 1;
                    desk.turn_to(Arc::clone(lesson))?;
                    begin(&desk, at, lessons.len(), to)?;
                }
                None => writeln!(to, "{}", language.pick("That was the last lesson.", "这是最后一课。"))?,
            },
            _ => {
                let said = desk.enter(typed)?;
                writeln!(to, "{said}")?;
                if desk.is_over() && !over {
                    ended(&desk, at + 1 < lessons.len(), to)?;
                }
            }
        }
    }
}

fn begin(desk: &Desk, at: usize, all: usize, to: &mut dyn Write) -> io::Result<()> {
    let (language, title) = (desk.language(), desk.title());
    let minutes = desk.lesson().lesson.as_ref().map_or(0, |lesson| lesson.minutes);
    let number = at + 1;
    let heading = language.pick(
        format!("Lesson {number} of {all}: {title} ({minutes} minutes)"),
        format!("第 {number} 课（共 {all} 课）：{title}（约 {minutes} 分钟）"),
    );
    writeln!(to, "\n{heading}")?;
    if let Some(lesson) = &desk.lesson().lesson {
        writeln!(to, "{}", lesson.aim.of(language))?;
    }
    let commands = language.pick(
        "`next` goes on, `hint`, `check`, `why` and `solve` help, `help` lists all.",
        "`next` 继续，`hint`、`check`、`why`、`solve` 提供帮助，`help` 列出全部命令。",
    );
    writeln!(to, "{commands}\n\n{}", desk.page())
}

fn ended(desk: &Desk, more: bool, to: &mut dyn Write) -> io::Result<()> {
    let (language, progress) = (desk.language(), desk.progress());
    let (done, tasks) = (progress.done.len(), progress.tasks);
    let text = language.pick(
        format!("You did {done} of {tasks} tasks yourself."),
        format!("{tasks} 个任务中你独立完成了 {done} 个。"),
    );
    let on =
        if more { language.pick(" `next` opens the next lesson.", "输入 `next` 进入下一课。") } else { "" };
    writeln!(to, "{text}{on}")
}

/// Which numbers lessons have, for whoever asks for another one.
pub(super) fn range(all: usize, language: Language) -> String {
    language.pick(format!("There are lessons 1 to {all}."), format!("课程编号为 1 到 {all}。"))
}

/// Writes the lessons, a line each.
///
/// # Errors
/// What cannot be written.
pub fn list(lessons: &[Arc<Scenario>], language: Language, to: &mut dyn Write) -> io::Result<()> {
    for (number, lesson) in (1..).zip(lessons) {
        let Some(header) = &lesson.lesson else { continue };
        let (minutes, title) = (header.minutes, header.title.of(language));
        let minutes = language.pick(format!("{minutes} min"), format!("{minutes} 分钟"));
        writeln!(to, "{number:>3}  {title} ({minutes})")?;
    }
    Ok(())
}
