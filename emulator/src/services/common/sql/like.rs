//! `LIKE`.

use super::{Work, Wrong};

/// A part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Any,
    One,
    Exactly(char),
}

fn signs(pattern: &str, escape: Option<char>) -> Vec<Sign> {
    let mut characters = pattern.chars();
    let mut signs = Vec::new();
    while let Some(character) = characters.next() {
        signs.push(match character {
            escaped if Some(escaped) == escape => Sign::Exactly(characters.next().unwrap_or(escaped)),
            '%' => Sign::Any,
            '_' => Sign::One,
            other => Sign::Exactly(other),
        });
    }
    signs
}

/// `%` for any text, `_` for any character. Only the last `%` is ever gone back to: the steps are at most the characters of the text times
/// those of the pattern. Each is counted.
pub(super) fn like(text: &str, pattern: &str, escape: Option<char>, work: Option<&Work>) -> Result<bool, Wrong> {
    let pattern = signs(pattern, escape);
    let (mut at, mut rest, mut back) = (0, text.chars(), None);
    loop {
        let here = rest.clone();
        let Some(character) = rest.next() else { break };
        work.map_or(Ok(()), |work| work.step(1))?;
        match pattern.get(at) {
            Some(Sign::Any) => {
                at += 1;
                back = Some((at, here.clone()));
                rest = here;
                continue;
            }
            Some(Sign::One) => {}
            Some(Sign::Exactly(exactly)) if *exactly == character => {}
            _ => {
                let Some((behind, from)) = &mut back else { return Ok(false) };
                from.next();
                (at, rest) = (*behind, from.clone());
                continue;
            }
        }
        at += 1;
    }
    Ok(pattern.get(at..).is_some_and(|rest| rest.iter().all(|sign| *sign == Sign::Any)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (text, pattern, is) in [
            ("Hangzhou", "Hang%", true),
            ("Hangzhou", "%z_ou", true),
            ("Hangzhou", "%a%a%", false),
            ("Hangzhou", "hang%", false),
            ("", "%", true),
            ("a%b", "a!%b", true),
            ("axb", "a!%b", false),
        ] {
            assert_eq!(like(text, pattern, Some('!'), None), Ok(is), "{text} {pattern}");
        }
    }

    #[test]
    fn steps_are_counted() {
        let (text, pattern) = ("a".repeat(2000), format!("%{}b", "a".repeat(50)));
        let work = Work::of(50 * 1000, 0);
        assert!(like(&text, &pattern, None, Some(&work)).is_err() && work.is_over());
        let work = Work::of(52 * 2000, 0);
        assert_eq!((like(&text, &pattern, None, Some(&work)), work.is_over()), (Ok(false), false));
    }
}
