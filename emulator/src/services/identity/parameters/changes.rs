//! Changes of what there is: what is left out stays.

use serde_json::{Map, Value, json};

use crate::gateway::Arguments;

/// Sets a flag that is given.
pub(crate) fn set_flag(arguments: &Arguments, name: &str, flag: &mut bool) {
    if arguments.filled(name).is_some() {
        *flag = arguments.flag(name);
    }
}

fn set_number(arguments: &Arguments, name: &str, number: &mut u32) {
    if let Some(new) = arguments.integer(name).and_then(|new| new.try_into().ok()) {
        *number = new;
    }
}

/// Sets each text that is given; one that is sent empty is cleared.
pub(crate) fn set_texts<const N: usize>(arguments: &Arguments, texts: [(&str, &mut String); N]) {
    for (name, text) in texts {
        if let Some(new) = arguments.get(name) {
            new.clone_into(text);
        }
    }
}

/// Sets each text that is given and not empty.
pub(crate) fn set_filled<const N: usize>(arguments: &Arguments, texts: [(&str, &mut String); N]) {
    for (name, text) in texts {
        if let Some(new) = arguments.filled(name) {
            new.clone_into(text);
        }
    }
}

/// A setting under its name on the wire, and where it is kept.
pub(crate) enum Setting<S> {
    /// `true` or `false`.
    Flag(&'static str, fn(&mut S) -> &mut bool),
    /// A whole number.
    Number(&'static str, fn(&mut S) -> &mut u32),
}

/// Changes the settings that are given.
pub(crate) fn set_all<S>(settings: &[Setting<S>], arguments: &Arguments, kept: &mut S) {
    for setting in settings {
        match setting {
            Setting::Flag(name, of) => set_flag(arguments, name, of(kept)),
            Setting::Number(name, of) => set_number(arguments, name, of(kept)),
        }
    }
}

/// All settings as they are.
pub(crate) fn show_all<S: Clone>(settings: &[Setting<S>], kept: &S) -> Map<String, Value> {
    let mut kept = kept.clone();
    let mut show = |setting: &Setting<S>| match setting {
        Setting::Flag(name, of) => ((*name).to_owned(), json!(*of(&mut kept))),
        Setting::Number(name, of) => ((*name).to_owned(), json!(*of(&mut kept))),
    };
    settings.iter().map(&mut show).collect()
}
