//! Actions that nobody publishes, and resources that they are not on, said on standard error.

use std::io::Write;

use super::out::stderr;
use crate::simulate::{Doubt, asked_instead, doubt_of_action, doubt_of_resource};
use crate::words::visible;

/// What is odd about actions and the resources they are asked on, and which of them are operations that ask for another one.
pub(super) fn tell(actions: &[String], resources: &[String]) -> std::io::Result<()> {
    for action in actions {
        if let Some(asked) = asked_instead(action) {
            let text =
                format!("note: `{action}` is an operation: what it asks for is `{asked}`, and that is decided here\n");
            write!(stderr(), "{}", visible(&text))?;
            continue;
        }
        let of_resources = resources.iter().filter_map(|resource| doubt_of_resource(action, resource));
        for doubt in doubt_of_action(action).into_iter().chain(of_resources) {
            write!(stderr(), "{}", visible(&doubt.to_string()))?;
        }
    }
    Ok(())
}

/// What is odd about an action that stands somewhere: `line 2`.
pub(super) fn tell_of(place: &str, action: &str) -> std::io::Result<()> {
    let Some(Doubt { message, help }) = doubt_of_action(action) else { return Ok(()) };
    let doubt = Doubt { message: format!("{place}: {message}"), help };
    write!(stderr(), "{}", visible(&doubt.to_string()))
}
