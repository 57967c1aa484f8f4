//! The form of the ARNs that an action acts on, and whether a pattern can match any of that form.

use std::fmt;

/// A form of ARNs: `acs:oss:{region}:{account}:{bucket}/{object+}`.
///
/// `{x}` stands for any text without `/`, `{x+}` for any text; an empty region is one that requests leave empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArnShape {
    template: &'static str,
    /// The last word is a literal `*`: the collection that create and list operations act on.
    collection: bool,
    /// Accepted, but not what one would suggest.
    rare: bool,
}

/// A step of a form or of a pattern: how many characters, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    class: Class,
    many: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Exactly(char),
    NoSlash,
    Any,
}

impl Class {
    fn meets(self, other: Self) -> bool {
        match (self, other) {
            (Self::Exactly(a), Self::Exactly(b)) => a == b,
            (Self::Exactly(c), Self::NoSlash) | (Self::NoSlash, Self::Exactly(c)) => c != '/',
            _ => true,
        }
    }
}

impl ArnShape {
    pub(super) fn new(template: &'static str, collection: bool, rare: bool) -> Self {
        Self { template, collection, rare }
    }

    /// A form as a row of an operation has it: `acs:ecs:{region}:{account}:disk/*`, which is the collection.
    pub fn read(template: &'static str) -> Self {
        Self::new(template, template.ends_with("/*"), false)
    }

    /// Whether the form is accepted but seldom meant: not one to suggest.
    pub fn is_rare(&self) -> bool {
        self.rare
    }

    /// Whether it is the collection of all such things: no single one is meant.
    pub fn is_collection(&self) -> bool {
        self.collection
    }

    /// An ARN of this form: with this region and account where they are open, and at its other places what `name` gives for what stands
    /// before (`instance/`) and for the name of the place (`id`).
    pub fn filled(&self, region: &str, account: &str, name: impl Fn(&str, &str) -> String) -> String {
        let (mut arn, mut rest) = (String::new(), self.template);
        while let Some((before, after)) = rest.split_once('{') {
            arn.push_str(before);
            let (place, after) = after.split_once('}').unwrap_or((after, ""));
            match place {
                "region" => arn.push_str(region),
                "account" => arn.push_str(account),
                _ if self.collection && after.is_empty() => arn.push('*'),
                _ => {
                    let kind = before.rsplit(':').next().unwrap_or(before);
                    arn.push_str(&name(kind, place.trim_end_matches('+')));
                }
            }
            rest = after;
        }
        arn.push_str(rest);
        arn
    }

    /// Whether some ARN of this form fits `pattern`, as a policy writes it. A pattern with fewer than five fields
    /// counts as fitting: what it matches depends on the dialect.
    pub fn may_match(&self, pattern: &str) -> bool {
        if !pattern.is_empty() && pattern.bytes().all(|b| b == b'*') {
            return true;
        }
        let (Some(form), Some(pattern)) = (fields(self.template), fields(pattern)) else { return true };
        form.into_iter().zip(pattern).enumerate().all(|(index, (form, pattern))| {
            // An empty region or account of a pattern is any; an empty region of a request compares as `*`.
            let open = pattern.is_empty() && matches!(index, 2 | 3);
            let form = if form.is_empty() { "*" } else { form };
            open || meet(&pattern_steps(pattern), &self.steps(form, index == 4))
        })
    }

    /// Whether `pattern` fits every ARN of this form, whatever stands at its variable places.
    pub fn is_covered_by(&self, pattern: &str) -> bool {
        // What nobody would write, so that only a wildcard can fit it.
        const NAME: &str = "\u{e000}\u{e001}";
        if !pattern.is_empty() && pattern.bytes().all(|b| b == b'*') {
            return true;
        }
        let (Some(form), Some(pattern)) = (fields(self.template), fields(pattern)) else { return false };
        form.into_iter().zip(pattern).enumerate().all(|(index, (form, pattern))| {
            let open = pattern.is_empty() && matches!(index, 2 | 3);
            let mut example = String::new();
            let mut rest = if form.is_empty() { "*" } else { form };
            while let Some((before, after)) = rest.split_once('{') {
                example.push_str(before);
                example.push_str(NAME);
                rest = after.split_once('}').map_or("", |(_, after)| after);
            }
            example.push_str(rest);
            let steps: Vec<Step> = example.chars().map(exactly).collect();
            // Accounts are one's own: naming the account narrows nothing.
            open || index == 3 || meet(&pattern_steps(pattern), &steps)
        })
    }

    fn steps(&self, form: &str, last: bool) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut rest = form;
        while let Some((before, after)) = rest.split_once('{') {
            steps.extend(before.chars().map(exactly));
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            if self.collection && last && after.is_empty() {
                steps.push(exactly('*'));
            } else {
                let class = if name.ends_with('+') { Class::Any } else { Class::NoSlash };
                steps.extend([Step { class, many: false }, Step { class, many: true }]);
            }
            rest = after;
        }
        steps.extend(rest.chars().map(exactly));
        steps
    }
}

impl fmt::Display for ArnShape {
    /// `acs:oss:*:*:<bucket>/<object>`, as a hint what to write.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.template;
        while let Some((before, after)) = rest.split_once('{') {
            f.write_str(before)?;
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            match name {
                "region" | "account" => f.write_str("*")?,
                _ if self.collection && after.is_empty() => f.write_str("*")?,
                _ => write!(f, "<{}>", name.trim_end_matches('+'))?,
            }
            rest = after;
        }
        f.write_str(rest)
    }
}

fn exactly(c: char) -> Step {
    Step { class: Class::Exactly(c), many: false }
}

fn pattern_steps(pattern: &str) -> Vec<Step> {
    pattern
        .chars()
        .map(|c| match c {
            '*' => Step { class: Class::Any, many: true },
            '?' => Step { class: Class::Any, many: false },
            c => exactly(c),
        })
        .collect()
}

/// The five fields of an ARN, or of a pattern.
pub(crate) fn fields(arn: &str) -> Option<[&str; 5]> {
    let mut parts = arn.splitn(5, ':');
    Some([parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?])
}

/// Whether two sequences of steps have a text in common. A table over both, each pair of places looked at once.
fn meet(a: &[Step], b: &[Step]) -> bool {
    let width = b.len() + 1;
    let mut reached = vec![false; width];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    for row in 0..=a.len() {
        let step_a = a.get(row);
        let mut below = vec![false; width];
        for column in 0..width {
            if !reached.get(column).copied().unwrap_or_default() {
                continue;
            }
            let step_b = b.get(column);
            let (many_a, many_b) = (step_a.is_some_and(|step| step.many), step_b.is_some_and(|step| step.many));
            let both = step_a.zip(step_b).is_some_and(|(a, b)| a.class.meets(b.class));
            // A step that takes many may take none, or go on; one that takes one is passed.
            if many_b || (both && many_a) {
                mark(&mut reached, column + 1);
            }
            if many_a || (both && many_b) {
                mark(&mut below, column);
            }
            if both && !many_a && !many_b {
                mark(&mut below, column + 1);
            }
        }
        if row < a.len() {
            reached = below;
        }
    }
    reached.last().copied().unwrap_or_default()
}

fn mark(row: &mut [bool], column: usize) {
    if let Some(cell) = row.get_mut(column) {
        *cell = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OBJECT: ArnShape =
        ArnShape { template: "acs:oss:{region}:{account}:{bucket}/{object+}", collection: false, rare: false };
    const BUCKET: ArnShape =
        ArnShape { template: "acs:oss:{region}:{account}:{bucket}", collection: false, rare: false };
    const USERS: ArnShape = ArnShape { template: "acs:ram:*:{account}:user/{name}", collection: true, rare: false };
    const USER: ArnShape = ArnShape { template: "acs:ram:*:{account}:user/{name}", collection: false, rare: false };
    const IMS: ArnShape = ArnShape { template: "acs:ims::{account}:user/{name}", collection: false, rare: false };

    #[test]
    fn patterns_and_forms() {
        let table = [
            (OBJECT, "acs:oss:*:*:photos/*", true),
            (OBJECT, "acs:oss:*:*:photos/a/b.jpg", true),
            (OBJECT, "acs:oss:*:*:photos", false),
            (OBJECT, "acs:oss:*:*:photos*", true),
            (OBJECT, "acs:oss:*:*:photos/", false),
            (OBJECT, "acs:oss:*:*:*", true),
            (OBJECT, "acs:oss:cn-hangzhou:1234:?/*", true),
            (OBJECT, "*", true),
            (OBJECT, "acs:*:*:*:*/*", true),
            (OBJECT, "acs:ecs:*:*:*", false),
            (BUCKET, "acs:oss:*:*:photos", true),
            (BUCKET, "acs:oss:*:*:photos/*", false),
            (BUCKET, "acs:oss:*:*:ph*s", true),
            (BUCKET, "acs:oss:*:*:*/*", false),
            (BUCKET, "acs:oss::*:photos", true),
            (BUCKET, "acs:oss:*::photos", true),
            (USERS, "acs:ram:*:*:user/*", true),
            (USERS, "acs:ram:*:*:user/alice", false),
            (USERS, "acs:ram::1234:user/*", true),
            (USERS, "acs:ram:cn-hangzhou:*:user/*", false),
            (USERS, "acs:ram:*:*:*", true),
            (USER, "acs:ram:*:*:user/alice", true),
            (USER, "acs:ram:*:*:user/a*e", true),
            (USER, "acs:ram:*:*:role/alice", false),
            (IMS, "acs:ims::1234:user/alice", true),
            (IMS, "acs:ims:*:1234:user/alice", true),
            (IMS, "acs:ims:cn-hangzhou:1234:user/alice", false),
            (USER, "acs:ram:*", true),
        ];
        for (shape, pattern, expected) in table {
            assert_eq!(shape.may_match(pattern), expected, "{pattern} against {shape}");
        }
    }

    #[test]
    fn coverage() {
        let table = [
            (USER, "*", true),
            (USER, "acs:ram:*:*:*", true),
            (USER, "acs:ram:*:1234:user/*", true),
            (USER, "acs:ram:*:*:user/alice", false),
            (USER, "acs:ram:*:*:user/a*", false),
            (USER, "acs:ram:*:*:role/*", false),
            (OBJECT, "acs:oss:*:*:photos/*", false),
            (OBJECT, "acs:oss:cn-*:*:*", false),
        ];
        for (shape, pattern, expected) in table {
            assert_eq!(shape.is_covered_by(pattern), expected, "{pattern} over {shape}");
        }
    }

    #[test]
    fn the_hint_is_something_to_write() {
        assert_eq!(OBJECT.to_string(), "acs:oss:*:*:<bucket>/<object>");
        assert_eq!(USERS.to_string(), "acs:ram:*:*:user/*");
        assert_eq!(IMS.to_string(), "acs:ims::*:user/<name>");
    }
}
