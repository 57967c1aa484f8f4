//! README.zh-CN.md is README.md in Chinese: the same commands and files, the same pages, the same counts, a section for each.
#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::path::Path;

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)).unwrap()
}

/// What stands between fences.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        match (&mut open, line.starts_with("```")) {
            (None, true) => open = Some(format!("{line}\n")),
            (Some(_), true) => blocks.extend(open.take()),
            (Some(block), false) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, false) => {}
        }
    }
    blocks
}

/// What the pages link to, in order.
fn links(text: &str) -> Vec<&str> {
    let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    let mut links: Vec<_> = links.map(|(link, _)| link).filter(|link| !link.starts_with("README")).collect();
    links.sort_unstable();
    links
}

/// The first two columns of tables that count.
fn counts(text: &str) -> Vec<(&str, &str)> {
    let rows = text.lines().filter(|line| line.starts_with("| `scenarios/"));
    let rows = rows.filter_map(|line| {
        let mut cells = line.split('|').skip(1).map(str::trim);
        Some((cells.next()?, cells.next()?))
    });
    rows.filter(|(_, count)| count.parse::<usize>().is_ok()).collect()
}

#[test]
fn the_chinese_readme_has_what_the_english_one_has() {
    let (english, chinese) = (read("README.md"), read("README.zh-CN.md"));
    let told = "README.zh-CN.md is to have what README.md has, in Chinese";
    assert_eq!(blocks(&english), blocks(&chinese), "{told}");
    assert!(blocks(&english).len() >= 6);
    assert_eq!(links(&english), links(&chinese), "{told}");
    assert_eq!(counts(&english), counts(&chinese), "{told}");
    let sections = |text: &str| text.lines().filter(|line| line.starts_with("## ")).count();
    assert_eq!(sections(&english), sections(&chinese), "{told}");
}

#[test]
fn the_chinese_readme_is_in_chinese() {
    let chinese = read("README.zh-CN.md");
    for heading in chinese.lines().filter(|line| line.starts_with("## ")) {
        assert!(heading.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{heading}");
    }
}
