//! A scenario as text.

use serde_json::{Map, Value, json};

use crate::authorization::to_yaml;

/// A scenario that is being made.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) title: String,
    pub(super) story: String,
    pub(super) given: Map<String, Value>,
    pub(super) steps: Vec<Value>,
    pub(super) compare: Option<Value>,
}

impl Text {
    pub(super) fn into_text(self) -> String {
        let mut text = to_yaml(&json!({"title": self.title}));
        text.push_str("story: >\n");
        for line in wrapped(&self.story, 100) {
            text.extend(["  ", &line, "\n"]);
        }
        if !self.given.is_empty() {
            text.push('\n');
            text.push_str(&to_yaml(&json!({"given": self.given})));
        }
        text.push('\n');
        text.push_str(&to_yaml(&json!({"steps": self.steps})));
        if let Some(compare) = self.compare {
            text.push('\n');
            text.push_str(&to_yaml(&json!({"compare": compare})));
        }
        text
    }
}

/// A text in lines of at most so many characters.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(last) = lines.last_mut() else { break };
        if !last.is_empty() && last.chars().count() + word.chars().count() + 1 > width {
            lines.push(word.to_owned());
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}

/// A text as a scenario has it: `${` would be a variable.
pub(super) fn plain(text: &str) -> String {
    text.replace("${", "$${")
}
