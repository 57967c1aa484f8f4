//! Colours, where they are wanted.

use std::io::IsTerminal;

use anstyle::{AnsiColor, Color, Style};

/// Paints, or leaves texts as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint(bool);

impl Paint {
    /// With colours.
    pub const ON: Self = Self(true);
    /// Without.
    pub const OFF: Self = Self(false);

    /// With colours if standard output is a terminal and nobody objects (`NO_COLOR`, `TERM=dumb`).
    pub fn auto() -> Self {
        let objects = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self(std::io::stdout().is_terminal() && !objects)
    }

    /// Whether there are colours.
    pub fn is_on(self) -> bool {
        self.0
    }

    /// What holds, and what is new.
    pub fn green(self, text: &str) -> String {
        self.style(text, AnsiColor::Green)
    }

    /// What fails, and what is gone.
    pub fn red(self, text: &str) -> String {
        self.style(text, AnsiColor::Red)
    }

    /// What waits for somebody.
    pub fn yellow(self, text: &str) -> String {
        self.style(text, AnsiColor::Yellow)
    }

    /// Where one is.
    pub fn cyan(self, text: &str) -> String {
        self.style(text, AnsiColor::Cyan)
    }

    fn style(self, text: &str, color: AnsiColor) -> String {
        if !self.0 {
            return text.to_owned();
        }
        let style = Style::new().fg_color(Some(Color::Ansi(color)));
        format!("{style}{text}{style:#}")
    }
}
