//! A program that is run with the environment set for the cloud.

use std::path::PathBuf;

use crate::scenario::reader::Reader;
use crate::scenario::scope::Scope;
use crate::scenario::template::Template;
use crate::scenario::yaml::{self, Node};

/// How long a program may take unless it is said.
const TIMEOUT: u64 = 60;

/// A command for the shell.
#[derive(Clone, Debug)]
pub struct Program {
    /// The command.
    pub command: Template,
    /// Variables of its environment besides.
    pub environment: Vec<(String, Template)>,
    /// Where it runs: the folder of the scenario.
    pub folder: PathBuf,
    /// How many seconds it may take.
    pub timeout: u64,
}

impl Program {
    pub(super) fn read(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        let folder = reader.source().path().parent().map(PathBuf::from).unwrap_or_default();
        if let yaml::Value::Map(_) = node.value {
            let fields = reader.fields(node, "`run`", &["command", "env", "timeout"])?;
            let command = fields.need("command", "write the command", reader)?;
            let command = template(command, reader, scope);
            let environment = fields.get("env").map_or(&[][..], |node| reader.entries(node, "variables"));
            let environment = environment
                .iter()
                .filter_map(|(name, value)| Some((name.value.clone(), template(value, reader, scope)?)));
            let environment = environment.collect();
            let timeout = match fields.get("timeout") {
                None => TIMEOUT,
                Some(node) => u64::try_from(super::duration::ahead(node, reader)?).ok()?,
            };
            return Some(Self { command: command?, environment, folder, timeout });
        }
        Some(Self { command: template(node, reader, scope)?, environment: Vec::new(), folder, timeout: TIMEOUT })
    }
}

fn template(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Template> {
    let text = reader.text(node, "a command")?;
    Some(Template::read(&text.value, text.span, reader, scope))
}
