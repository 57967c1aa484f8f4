//! The cells that patterns cut a language into: for every way in which a list of elements can fit or not fit a text at
//! once, the shortest text that they fit so. Found by running all patterns side by side, not by trying texts.

use std::collections::{HashSet, VecDeque};
use std::rc::Rc;

use super::effort::Effort;
use crate::condition::{cases, fold};

/// A character that stands for all that no pattern names.
const FILLER: [char; 4] = ['x', 'y', 'z', '0'];

/// States that are explored at most; policies of the largest size stay far below.
const MOST_STATES: usize = 200_000;
/// Places that these states have together at most: a few hundred megabytes.
const MOST_PLACES: usize = 8_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Char(char),
    /// A letter in any case, by what all its cases fold to.
    Folded(char),
    Any,
    Star,
}

/// Patterns of which one must fit (or none, if negated).
#[derive(Debug, Default)]
pub(super) struct Element {
    globs: Vec<Glob>,
    negated: bool,
}

#[derive(Debug)]
struct Glob {
    tokens: Vec<Token>,
    /// Where matching starts; more than one place behind a text that was read before.
    start: Vec<usize>,
}

impl Element {
    /// An element that fits what none of its patterns fit.
    pub(super) fn negated() -> Self {
        Self { globs: Vec::new(), negated: true }
    }

    /// Adds a pattern with `*` and `?`.
    pub(super) fn add(&mut self, pattern: &str, fold: bool) {
        self.add_behind(pattern, "", fold);
    }

    /// Adds a pattern of which the text `before` has been read already.
    pub(super) fn add_behind(&mut self, pattern: &str, before: &str, fold: bool) {
        let token = |c| match c {
            '*' => Token::Star,
            '?' => Token::Any,
            c => Token::Char(if fold { char::to_ascii_lowercase(&c) } else { c }),
        };
        let mut tokens: Vec<_> = pattern.chars().map(token).collect();
        // Several stars are one.
        tokens.dedup_by(|next, token| (*next, *token) == (Token::Star, Token::Star));
        self.push(tokens, before);
    }

    /// Adds a text in which `*` and `?` are themselves, in this letter case or in any.
    pub(super) fn add_text(&mut self, text: &str, ignoring_case: bool) {
        let token = |c| if ignoring_case { Token::Folded(fold(c)) } else { Token::Char(c) };
        self.push(text.chars().map(token).collect(), "");
    }

    fn push(&mut self, tokens: Vec<Token>, before: &str) {
        let mut glob = Glob { tokens, start: Vec::new() };
        let mut places = glob.closed([0]);
        for c in before.chars() {
            places = glob.step(places, c);
        }
        glob.start = places;
        self.globs.push(glob);
    }

    fn fits(&self, place: &Place) -> bool {
        let found = match place {
            Place::Forever => true,
            Place::At(places) => {
                places.iter().any(|(glob, at)| self.globs.get(*glob).is_some_and(|glob| *at == glob.tokens.len()))
            }
        };
        found != self.negated
    }

    fn start(&self) -> Place {
        let places =
            self.globs.iter().enumerate().flat_map(|(number, glob)| glob.start.iter().map(move |at| (number, *at)));
        self.settled(places.collect())
    }

    fn step(&self, place: &Place, c: char) -> Place {
        let Place::At(places) = place else { return Place::Forever };
        let mut next = Vec::new();
        // Places of one pattern stand together.
        for own in places.chunk_by(|(one, _), (other, _)| one == other) {
            let Some((number, glob)) = own.first().and_then(|(number, _)| Some((*number, self.globs.get(*number)?)))
            else {
                continue;
            };
            next.extend(glob.step(own.iter().map(|(_, at)| *at), c).into_iter().map(|at| (number, at)));
        }
        self.settled(next)
    }

    /// Whatever comes behind a last star fits: nothing else needs to be remembered.
    fn settled(&self, places: Vec<(usize, usize)>) -> Place {
        let forever = |(number, at): &(usize, usize)| {
            self.globs.get(*number).and_then(|glob| glob.tokens.get(*at..)).is_some_and(|rest| rest == [Token::Star])
        };
        if places.iter().any(forever) { Place::Forever } else { Place::At(places) }
    }

    /// The characters that make a difference at a place.
    fn matter(&self, place: &Place, out: &mut Vec<char>) {
        let Place::At(places) = place else { return };
        for (number, at) in places {
            match self.globs.get(*number).and_then(|glob| glob.tokens.get(*at)) {
                Some(Token::Char(c)) => out.push(*c),
                Some(Token::Folded(c)) => out.extend(cases(*c)),
                Some(Token::Any | Token::Star) | None => {}
            }
        }
    }
}

impl Glob {
    /// Places with those that a star lets be reached without a character.
    fn closed(&self, places: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut all: Vec<usize> = Vec::new();
        for mut at in places {
            all.push(at);
            while self.tokens.get(at) == Some(&Token::Star) {
                at += 1;
                all.push(at);
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    fn step(&self, places: impl IntoIterator<Item = usize>, c: char) -> Vec<usize> {
        let moved = places.into_iter().filter_map(|at| match self.tokens.get(at)? {
            Token::Char(wanted) => (*wanted == c).then_some(at + 1),
            Token::Folded(wanted) => (*wanted == fold(c)).then_some(at + 1),
            Token::Any => Some(at + 1),
            Token::Star => Some(at),
        });
        self.closed(moved)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Place {
    Forever,
    At(Vec<(usize, usize)>),
}

impl Place {
    /// How much it is to move on from here.
    fn size(&self) -> usize {
        match self {
            Self::Forever => 1,
            Self::At(places) => 1 + places.len(),
        }
    }
}

/// Which texts count: a small automaton of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// The state behind a character; `None` where no text goes on so.
    pub(super) step: fn(u8, char) -> Option<u8>,
    /// Is the text whole in this state?
    pub(super) whole: fn(u8) -> bool,
}

impl Form {
    /// Any text of one character or more.
    pub(super) const TEXT: Self = Self { step: |_, _| Some(1), whole: |state| state == 1 };
    /// The same, and the empty text.
    pub(super) const ANY: Self = Self { step: |_, _| Some(0), whole: |_| true };
    /// Characters without a colon.
    pub(super) const FIELD: Self = Self { step: |_, c| (c != ':').then_some(1), whole: |state| state == 1 };
    /// `service:Name`
    pub(super) const ACTION: Self = Self {
        step: |state, c| match (state, c) {
            (0 | 1, c) if c != ':' => Some(1),
            (1, ':') => Some(2),
            (2 | 3, c) if c != ':' => Some(3),
            _ => None,
        },
        whole: |state| state == 3,
    };
}

/// One cell: which elements fit, and the shortest text in it.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) fits: Vec<bool>,
    pub(super) text: String,
}

/// Which of the elements fit a text.
pub(super) fn fits(elements: &[Element], text: &str, effort: &Effort) -> Vec<bool> {
    let size = |element: &Element| 1 + element.globs.len();
    effort.spend(elements.iter().map(size).sum::<usize>().saturating_mul(1 + text.len()));
    elements
        .iter()
        .map(|element| element.fits(&text.chars().fold(element.start(), |place, c| element.step(&place, c))))
        .collect()
}

struct Visit {
    places: Rc<[Place]>,
    form: u8,
    from: Option<(usize, char)>,
}

/// All cells, the shortest texts first; `false` if that was too much work to see them all.
pub(super) fn cells(elements: &[Element], form: Form, effort: &Effort) -> (Vec<Cell>, bool) {
    let mut found: HashSet<Vec<bool>> = HashSet::new();
    let mut result = Vec::new();
    let start: Rc<[Place]> = elements.iter().map(Element::start).collect();
    let mut seen: HashSet<(Rc<[Place]>, u8)> = HashSet::from([(Rc::clone(&start), 0)]);
    let mut visits = vec![Visit { places: start, form: 0, from: None }];
    let mut queue = VecDeque::from([0_usize]);
    let mut kept = 0_usize;
    while let Some(number) = queue.pop_front() {
        let Some(Visit { places, form: state, .. }) = visits.get(number) else { break };
        let (places, state) = (Rc::clone(places), *state);
        if (form.whole)(state) {
            let fits: Vec<bool> = elements.iter().zip(&*places).map(|(element, place)| element.fits(place)).collect();
            if found.insert(fits.clone()) {
                result.push(Cell { fits, text: text_of(&visits, number) });
            }
        }
        let characters = characters(elements, &places);
        let size: usize = places.iter().map(Place::size).sum();
        if !effort.spend(size.saturating_mul(1 + characters.len())) {
            return (result, false);
        }
        for c in characters {
            let Some(state) = (form.step)(state, c) else { continue };
            let next: Rc<[Place]> =
                elements.iter().zip(&*places).map(|(element, place)| element.step(place, c)).collect();
            if !seen.insert((Rc::clone(&next), state)) {
                continue;
            }
            kept += next.iter().map(Place::size).sum::<usize>();
            if visits.len() >= MOST_STATES || kept >= MOST_PLACES {
                return (result, false);
            }
            visits.push(Visit { places: next, form: state, from: Some((number, c)) });
            queue.push_back(visits.len() - 1);
        }
    }
    (result, true)
}

/// The characters that lead to different places: one for all that no pattern names here, then those that one names, and
/// the colon. The order makes examples readable.
fn characters(elements: &[Element], places: &[Place]) -> Vec<char> {
    let mut named = Vec::new();
    for (element, place) in elements.iter().zip(places) {
        element.matter(place, &mut named);
    }
    named.retain(|c| *c != ':');
    named.sort_unstable();
    named.dedup();
    let other = FILLER.into_iter().find(|c| !named.contains(c)).unwrap_or('~');
    std::iter::once(other).chain(named).chain([':']).collect()
}

fn text_of(visits: &[Visit], mut number: usize) -> String {
    let mut text = Vec::new();
    while let Some(Visit { from: Some((before, c)), .. }) = visits.get(number) {
        text.push(*c);
        number = *before;
    }
    text.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(patterns: &[&str]) -> Element {
        let mut element = Element::default();
        for pattern in patterns {
            element.add(pattern, false);
        }
        element
    }

    fn of(elements: &[Element]) -> Vec<(Vec<bool>, String)> {
        let (cells, all) = cells(elements, Form::ANY, &Effort::of_one());
        assert!(all);
        cells.into_iter().map(|cell| (cell.fits, cell.text)).collect()
    }

    #[test]
    fn two_overlapping_patterns_make_four_cells() {
        let found = of(&[element(&["a*"]), element(&["*b"])]);
        let find = |fits: [bool; 2]| found.iter().find(|(of, _)| *of == fits).map(|(_, text)| text.as_str());
        assert_eq!(find([false, false]), Some(""));
        assert_eq!(find([true, false]), Some("a"));
        assert_eq!(find([false, true]), Some("b"));
        assert_eq!(find([true, true]), Some("ab"));
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn what_no_text_can_be_is_no_cell() {
        // All that starts with `ab` starts with `a`.
        let found = of(&[element(&["a*"]), element(&["ab*"])]);
        assert!(!found.iter().any(|(fits, _)| *fits == [false, true]));
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn the_text_of_a_cell_fits_as_it_says() {
        let elements = [element(&["a?c*", "x*y*z"]), element(&["*c", "??"]), Element::negated()];
        for (fits_so, text) in of(&elements) {
            assert_eq!(fits(&elements, &text, &Effort::of_one()), fits_so, "{text}");
        }
    }

    #[test]
    fn many_patterns_in_one_element_stay_cheap() {
        let words: Vec<String> = (0..40).map(|number| format!("*word{number}thing*")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        assert_eq!(of(&[element(&words)]).len(), 2);
    }

    #[test]
    fn a_text_in_any_case_is_told_from_those_that_are_named() {
        let mut any = Element::default();
        any.add_text("k*", true);
        let mut named = Element::default();
        named.add_text("k*", false);
        named.add_text("K*", false);
        let found = of(&[any, named]);
        let mixed = found.iter().find(|(fits, _)| *fits == [true, false]).map(|(_, text)| text.as_str());
        // The sign for Kelvin is a `k` but for case, too.
        assert_eq!(mixed, Some("\u{212a}*"));
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn a_text_read_before_counts() {
        let mut behind = Element::default();
        behind.add_behind("acs:o*:b", "acs:oss:", false);
        assert_eq!(fits(&[behind], "x:b", &Effort::of_one()), [true]);
    }
}
