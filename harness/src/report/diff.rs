//! A unified difference of two states, with the way to each place instead of line numbers.

use similar::{Algorithm, ChangeTag, capture_diff_slices, group_diff_ops};

use super::paint::Paint;
use crate::page::Page;
use crate::words::visible;

/// Lines around a change.
const CONTEXT: usize = 2;

/// What changed from `old` to `new`; empty if nothing did.
pub fn unified(old: &str, new: &str, paint: Paint) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.trim_end().lines().collect(), new.trim_end().lines().collect());
    let mut page = Page::default();
    for group in group_diff_ops(capture_diff_slices(Algorithm::Myers, &old, &new), CONTEXT) {
        let start = group.first().map_or(0, |op| op.old_range().start);
        let way = way_to(&old, start);
        if !way.is_empty() {
            page.line(0, paint.cyan(&format!("@@ {} @@", visible(&way))));
        }
        for (tag, lines) in group.iter().flat_map(|op| op.iter_slices(&old, &new)) {
            for line in lines.iter().map(|line| visible(line)) {
                let line = match tag {
                    ChangeTag::Delete => paint.red(&format!("-{line}")),
                    ChangeTag::Insert => paint.green(&format!("+{line}")),
                    ChangeTag::Equal => format!(" {line}"),
                };
                page.line(0, line);
            }
        }
    }
    page.into_text()
}

/// The headings above a line of an outline: "permissions > alice".
fn way_to(lines: &[&str], index: usize) -> String {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let Some(line) = lines.get(index) else {
        return String::new();
    };
    let mut depth = indent(line);
    let mut way = Vec::new();
    for line in lines.iter().take(index).rev() {
        if indent(line) < depth {
            depth = indent(line);
            way.push(line.trim());
        }
    }
    way.reverse();
    way.join(" > ")
}

#[cfg(test)]
mod tests {
    use super::{Paint, unified};

    #[test]
    fn a_changed_permission_is_one_line_with_its_way() {
        let old = "account a\n  x\npermissions\n  alice\n    a: Allow\n    b: Allow\n    c: Allow\n    d: Allow\n";
        let new = old.replace("d: Allow", "d: ImplicitDeny");
        assert_eq!(
            unified(old, &new, Paint::OFF),
            "@@ permissions > alice @@\n     b: Allow\n     c: Allow\n-    d: Allow\n+    d: ImplicitDeny\n"
        );
    }

    #[test]
    fn the_same_state_has_no_difference() {
        assert_eq!(unified("a\n", "a", Paint::OFF), "");
        assert_eq!(unified("", "a\n", Paint::OFF), "+a\n");
    }
}
