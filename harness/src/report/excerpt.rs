//! The lines of a file around some places, cut to what a person reads and safe to print.

use acslab_policy::{Shown, Span};
use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::source::Source;
use crate::words::visible;

/// A label that runs over more lines ends here.
const MOST_LINES: usize = 40;
/// Lines shown before and after each label.
const CONTEXT: usize = 1;

/// What is shown of a file: some of its lines, with their numbers in the file. Labels point into what is shown.
#[derive(Debug)]
pub(super) struct Excerpt {
    name: String,
    text: String,
    lines: Vec<Line>,
    /// The labels, each with the column in the file that it starts at.
    labels: Vec<(LabeledSpan, usize)>,
}

/// A line that is shown.
#[derive(Debug)]
struct Line {
    /// Its number in the file, from 0.
    number: usize,
    /// Where it starts in the text that is shown.
    start: usize,
}

/// A label, and from where to where it is in the file.
struct Marked {
    label: LabeledSpan,
    from: usize,
    to: usize,
}

impl Excerpt {
    /// What is around these labels of a file.
    pub(super) fn new(source: &Source, labels: impl IntoIterator<Item = LabeledSpan>) -> Self {
        let marked: Vec<_> = labels.into_iter().map(|label| Marked::new(label, source)).collect();
        let mut numbers: Vec<usize> = Vec::new();
        for label in &marked {
            let (first, last) = (source.line_at(label.from), source.line_at(label.to));
            numbers.extend(first.saturating_sub(CONTEXT)..=last + CONTEXT);
        }
        numbers.sort_unstable();
        numbers.dedup();
        let (name, text) = (visible(source.name()), String::new());
        let mut excerpt = Self { name, text, lines: Vec::new(), labels: Vec::new() };
        for run in numbers.chunk_by(|a, b| a + 1 == *b) {
            excerpt.add(source, run, &marked);
        }
        excerpt
    }

    /// The labels, in what is shown.
    pub(super) fn labels(&self) -> impl Iterator<Item = LabeledSpan> {
        self.labels.iter().map(|(label, _)| label.clone())
    }

    /// Shows lines that follow one another, with the labels on them.
    fn add(&mut self, source: &Source, numbers: &[usize], marked: &[Marked]) {
        let lines: Vec<_> = numbers.iter().filter_map(|number| Some((*number, source.line(*number)?))).collect();
        let (Some((_, (start, _))), Some((_, (last, line)))) = (lines.first(), lines.last()) else { return };
        let end = last + line.len();
        let here: Vec<_> = marked.iter().filter(|label| (*start..=end).contains(&label.from)).collect();
        let spans: Vec<_> = here.iter().map(|label| span(label.from - start, label.to - start)).collect();
        let shown = Shown::of(source.text().get(*start..end).unwrap_or_default(), &spans);
        let at = self.text.len();
        // What a final line break begins is no line, unless a label is on it.
        let mut begins = at;
        for (number, line) in numbers.iter().zip(shown.text().split_inclusive('\n')) {
            self.lines.push(Line { number: *number, start: begins });
            begins += line.len();
        }
        if self.lines.is_empty() {
            self.lines.push(Line { number: numbers.first().copied().unwrap_or_default(), start: at });
        }
        self.text.push_str(shown.text());
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        for (label, place) in here.into_iter().zip(shown.places()) {
            self.labels.push(label.shown(at + place.start, place.len(), source));
        }
    }

    /// Which of the lines shown a place of the text shown is in.
    fn line_of(&self, offset: usize) -> usize {
        self.lines.partition_point(|line| line.start <= offset).saturating_sub(1)
    }
}

/// Policies have 32 bits for a place; a longer text has none beyond them.
fn span(start: usize, end: usize) -> Span {
    let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
    Span { start: place(start), end: place(end) }
}

impl Marked {
    /// Labels end in the file, and after so many lines.
    fn new(label: LabeledSpan, source: &Source) -> Self {
        let length = source.text().len();
        let from = label.offset().min(length);
        let mut to = label.offset().saturating_add(label.len()).clamp(from, length);
        if let Some((start, line)) = source.line(source.line_at(from) + MOST_LINES) {
            to = to.min(start + line.len());
        }
        Self { label, from, to }
    }

    /// The label in what is shown, and the column in the file that it starts at.
    fn shown(&self, at: usize, length: usize, source: &Source) -> (LabeledSpan, usize) {
        let text = self.label.label().map(visible);
        let span = SourceSpan::from((at, length));
        let label = if self.label.primary() {
            LabeledSpan::new_primary_with_span(text, span)
        } else {
            LabeledSpan::new_with_span(text, span)
        };
        (label, source.position(self.from).1 - 1)
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let mut first = self.line_of(span.offset());
        let mut last = self.line_of((span.offset() + span.len()).saturating_sub(1)).max(first);
        let number = |index: usize| self.lines.get(index).map(|line| line.number);
        let follows = |index: usize| number(index + 1).is_some_and(|next| number(index) == Some(next - 1));
        for _ in 0..before {
            first -= usize::from(first > 0 && follows(first - 1));
        }
        for _ in 0..after {
            last += usize::from(follows(last));
        }
        let line = self.lines.get(first).ok_or(MietteError::OutOfBounds)?;
        let start = if before == 0 { span.offset() } else { line.start };
        // The last line break is not part of what is shown.
        let end = self.lines.get(last + 1).map_or(self.text.len(), |next| next.start).saturating_sub(1).max(start);
        let data = self.text.as_bytes().get(start..end).ok_or(MietteError::OutOfBounds)?;
        let column =
            self.labels.iter().find(|(label, _)| label.offset() == span.offset()).map_or(0, |(_, column)| *column);
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data,
            (start, end - start).into(),
            line.number,
            if before == 0 { column } else { 0 },
            last - first,
        )))
    }
}
