//! Reports: consumers of the runner's events, a file each.

mod diff;
mod excerpt;
mod failure;
mod found;
mod junit;
mod paint;
mod terminal;

pub use diff::unified;
pub(crate) use excerpt::Excerpt;
pub use found::Found;
pub use junit::Junit;
pub use paint::Paint;
pub use terminal::{Options, Terminal};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};

/// Wide enough for an ARN beside its label.
const WIDTH: usize = 110;

/// A mistake or a failure with its place in the file, as text.
pub fn render(diagnostic: &dyn Diagnostic, paint: Paint) -> String {
    let theme = if paint.is_on() { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let mut text = String::new();
    let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_links(false);
    // Writing into a text cannot fail; a diagnostic whose span is off loses its snippet.
    if handler.render_report(&mut text, diagnostic).is_err() {
        text = format!("{diagnostic}\n");
    }
    text
}
