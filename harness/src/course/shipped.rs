//! The lessons that come with acslab, in the program itself: a lesson more is a file and a line here.

use std::path::Path;
use std::sync::Arc;

use crate::scenario::{self, Mistake, Scenario};

macro_rules! lessons {
    ($($name:literal),* $(,)?) => {
        &[$((concat!("scenarios/course/", $name, ".yaml"), include_str!(concat!("../../../scenarios/course/", $name, ".yaml")))),*]
    };
}

const LESSONS: &[(&str, &str)] = lessons![
    "01-owner-and-users",
    "02-keys-and-signatures",
    "03-a-policy-read-aloud",
    "04-actions-resources-wildcards",
    "05-deny-wins",
    "06-conditions",
    "07-groups-and-versions",
    "08-roles-trust-sessions",
    "09-session-policies-external-id",
    "10-service-roles",
    "11-activation",
    "12-langstudio-onboarding",
    "13-tagged-buckets-only",
    "14-oss-ram-policy-acl",
    "15-resource-groups-control-policies",
    "16-from-denied-to-fix",
];

/// The names of their files, and their texts.
pub fn sources() -> &'static [(&'static str, &'static str)] {
    LESSONS
}

/// The lessons, in order.
///
/// # Errors
/// The mistakes of one that is none.
pub fn shipped() -> Result<Vec<Arc<Scenario>>, Vec<Mistake>> {
    LESSONS.iter().map(|(path, text)| scenario::read(Path::new(path), text).map(Arc::new)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{LESSONS, shipped};
    use crate::scenario::{Language, StepKind};

    #[test]
    fn every_file_of_the_course_is_a_lesson_of_the_program() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/course");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let listed = LESSONS.iter().map(|(path, _)| path.rsplit('/').next().unwrap().to_owned());
        assert_eq!(files.collect::<BTreeSet<_>>(), listed.collect::<BTreeSet<_>>());
    }

    #[test]
    fn every_lesson_is_whole_in_both_languages() {
        let lessons = shipped().unwrap();
        assert!(lessons.len() >= 16);
        for lesson in lessons {
            let name = &lesson.name;
            let header = lesson.lesson.as_ref().unwrap();
            assert!((5..=10).contains(&header.minutes), "{name}");
            let tasks = lesson.steps.iter().filter_map(|step| match &step.kind {
                StepKind::Task(task) => Some(task),
                _ => None,
            });
            let mut texts = vec![&header.title, &header.aim];
            let mut count = 0;
            for task in tasks {
                count += 1;
                assert!(!task.hints.is_empty() && !task.tries.is_empty(), "{name}: {}", task.name);
                texts.push(&task.asks);
                texts.extend(&task.hints);
                texts.extend(task.holds.iter().map(|check| &check.otherwise));
            }
            assert!(count > 0, "{name}");
            let prose = lesson.steps.iter().filter_map(|step| match &step.kind {
                StepKind::Prose(text) => Some(text),
                _ => None,
            });
            let prose: Vec<_> = prose.collect();
            assert!(prose.len() > 1, "{name}");
            texts.extend(prose);
            for text in texts {
                assert_eq!(text.languages(), Language::ALL, "{name}: {text:?}");
                let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
                let code = text.of(Language::Zh).starts_with('`');
                assert!(code || is_chinese(text.of(Language::Zh)), "{name}: {text:?}");
                assert!(!is_chinese(text.of(Language::En)), "{name}: {text:?}");
            }
        }
    }
}
