//! From text to a query.

use super::tree::{Node, Query, Range, Words, Wrong};

/// Words in a query ("Query and analysis", limits).
const MOST_WORDS: usize = 30;
/// How long a query is, in bytes (CHOICE: the figure).
const LONGEST: usize = 64 << 10;
/// Parentheses in one another (CHOICE: the figure).
const DEEPEST: usize = 32;

impl Query {
    /// Reads a query.
    pub(in crate::services::sls) fn read(text: &str) -> Result<Self, Wrong> {
        if text.len() > LONGEST {
            return Err(Wrong::TooMuch("too long a query"));
        }
        let (search, length) = tokens(text)?;
        let analysis = text.get(length..).and_then(|behind| behind.strip_prefix('|')).map(str::to_owned);
        let words = search.iter().filter(|token| matches!(token.what, What::Word(_) | What::Quoted(_))).count();
        if words > MOST_WORDS * 3 {
            return Err(Wrong::TooMuch("too many keywords in a query"));
        }
        let mut reader = Reader { tokens: &search, at: 0, words: 0, depth: 0 };
        let node = if search.is_empty() { Node::All } else { reader.either()? };
        match reader.peek() {
            Some(token) => Err(token.unexpected()),
            None => Ok(Self { search: node, length, analysis }),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum What {
    Word(String),
    Quoted(String),
    Colon,
    /// `>`, `>=`, `<`, `<=`, `=`
    Compare(&'static str),
    Open,
    Close,
    Bracket(char),
}

#[derive(Debug, Clone, PartialEq)]
struct Token {
    what: What,
    column: usize,
    shown: String,
}

impl Token {
    fn unexpected(&self) -> Wrong {
        Wrong::Syntax(self.column, self.shown.clone())
    }

    fn is(&self, word: &str) -> bool {
        matches!(&self.what, What::Word(text) if text.eq_ignore_ascii_case(word))
    }
}

fn ends_word(character: char) -> bool {
    character.is_whitespace() || matches!(character, '(' | ')' | '[' | ']' | '"' | ':' | '>' | '<' | '=' | '|')
}

/// The words and signs up to the first `|`, and where that is.
fn tokens(text: &str) -> Result<(Vec<Token>, usize), Wrong> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((start, character)) = rest.next() {
        let column = start + 1;
        // A value goes on over colons: `__tag__:host:a`, `url:http://a`.
        let after_colon = tokens.last().is_some_and(|token| token.what == What::Colon);
        let what = match character {
            _ if character.is_whitespace() => continue,
            '(' => What::Open,
            ')' => What::Close,
            '[' | ']' => What::Bracket(character),
            ':' => What::Colon,
            '|' => return Ok((tokens, start)),
            '=' => What::Compare("="),
            '>' | '<' => {
                let closed = rest.next_if(|(_, next)| *next == '=').is_some();
                What::Compare(match (character, closed) {
                    ('>', true) => ">=",
                    ('>', false) => ">",
                    (_, true) => "<=",
                    (_, false) => "<",
                })
            }
            '"' => What::Quoted(quoted(&mut rest).ok_or(Wrong::Syntax(column, "\"".to_owned()))?),
            _ => {
                let mut word = String::from(character);
                loop {
                    match rest.peek().copied() {
                        Some((_, '\\')) => {
                            rest.next();
                            word.extend(rest.next().map(|(_, escaped)| escaped));
                        }
                        Some((_, next))
                            if !ends_word(next) || (after_colon && matches!(next, ':' | '=' | '>' | '<')) =>
                        {
                            word.push(next);
                            rest.next();
                        }
                        _ => break,
                    }
                }
                What::Word(word)
            }
        };
        let end = rest.peek().map_or(text.len(), |(at, _)| *at);
        let shown = text.get(start..end).unwrap_or_default().to_owned();
        tokens.push(Token { what, column, shown });
    }
    Ok((tokens, text.len()))
}

/// The text up to the closing quote.
fn quoted(rest: &mut std::iter::Peekable<std::str::CharIndices<'_>>) -> Option<String> {
    let mut text = String::new();
    loop {
        match rest.next()?.1 {
            '"' => return Some(text),
            '\\' => text.push(rest.next()?.1),
            other => text.push(other),
        }
    }
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
    words: usize,
    depth: usize,
}

/// The operators bind in this order: `and`, which two neighbours have between them, before `not`, before `or`.
impl<'t> Reader<'t> {
    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    fn next_is(&self, word: &str) -> bool {
        self.peek().is_some_and(|token| token.is(word))
    }

    fn take(&mut self, word: &str) -> bool {
        let is = self.next_is(word);
        self.at += usize::from(is);
        is
    }

    fn end(&self) -> Wrong {
        let last = self.tokens.last();
        self.peek().or(last).map_or(Wrong::Syntax(1, String::new()), Token::unexpected)
    }

    /// `a or b`
    fn either(&mut self) -> Result<Node, Wrong> {
        let mut node = self.but()?;
        while self.take("or") {
            node = Node::Or(node.into(), self.but()?.into());
        }
        Ok(node)
    }

    /// `a not b`, `not b`
    fn but(&mut self) -> Result<Node, Wrong> {
        let mut node = if self.next_is("not") { None } else { Some(self.both()?) };
        while self.take("not") {
            let not = Node::Not(self.both()?.into());
            node = Some(match node {
                Some(node) => Node::And(node.into(), not.into()),
                None => not,
            });
        }
        node.ok_or_else(|| self.end())
    }

    /// `a and b`, `a b`
    fn both(&mut self) -> Result<Node, Wrong> {
        let mut node = self.one()?;
        loop {
            let said = self.take("and");
            if said && self.take("not") {
                node = Node::And(node.into(), Node::Not(self.one()?.into()).into());
                continue;
            }
            let stops = self.next_is("or") || self.next_is("not");
            let follows = self.peek().is_some_and(|token| token.what != What::Close) && !stops;
            if !said && !follows {
                return Ok(node);
            }
            node = Node::And(node.into(), self.one()?.into());
        }
    }

    fn one(&mut self) -> Result<Node, Wrong> {
        let token = self.peek().ok_or_else(|| self.end())?;
        self.at += 1;
        match &token.what {
            What::Open => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err(Wrong::TooMuch("too many parentheses in a query"));
                }
                let node = self.either()?;
                self.depth -= 1;
                match self.peek() {
                    Some(Token { what: What::Close, .. }) => {
                        self.at += 1;
                        Ok(node)
                    }
                    _ => Err(self.end()),
                }
            }
            What::Word(_) if ["and", "or", "not"].iter().any(|word| token.is(word)) => Err(token.unexpected()),
            What::Word(text) => self.term(text, false),
            What::Quoted(text) => self.term(text, true),
            _ => Err(token.unexpected()),
        }
    }

    /// A word by itself, or the name of a field and what is asked of it.
    fn term(&mut self, text: &str, quoted: bool) -> Result<Node, Wrong> {
        self.words += 1;
        if self.words > MOST_WORDS {
            return Err(Wrong::TooMuch("too many keywords in a query"));
        }
        match self.peek().map(|token| &token.what) {
            Some(What::Colon) => {
                self.at += 1;
                self.field(text)
            }
            Some(What::Compare(sign)) => {
                let sign = *sign;
                self.at += 1;
                let end = self.number()?;
                let (from, to) = match sign {
                    ">" => (Some((end, false)), None),
                    ">=" => (Some((end, true)), None),
                    "<" => (None, Some((end, false))),
                    "<=" => (None, Some((end, true))),
                    _ => (Some((end, true)), Some((end, true))),
                };
                Ok(Node::Number(text.to_owned(), Range { from, to }))
            }
            // This operator is in lower case alone.
            Some(What::Word(word)) if word == "in" && self.range_follows() => {
                self.at += 1;
                self.range(text)
            }
            _ if text == "*" && !quoted => Ok(Node::All),
            _ => Ok(Node::Text(Words { text: text.to_owned(), quoted })),
        }
    }

    fn field(&mut self, key: &str) -> Result<Node, Wrong> {
        let token = self.peek().ok_or_else(|| self.end())?;
        self.at += 1;
        let words = |text: &str, quoted| Words { text: text.to_owned(), quoted };
        // A tag's own name belongs to the field's.
        if key == "__tag__" {
            let (What::Word(text) | What::Quoted(text)) = &token.what else { return Err(token.unexpected()) };
            let quoted = matches!(token.what, What::Quoted(_));
            if let Some((tag, value)) = text.split_once(':').filter(|_| !quoted) {
                let key = format!("{key}:{tag}");
                return match (value, self.peek().map(|token| &token.what)) {
                    ("", _) => self.field(&key),
                    ("*", _) => Ok(Node::Exists(key)),
                    (value, _) => Ok(Node::Field(key, words(value, false))),
                };
            }
            if let Some(What::Colon) = self.peek().map(|token| &token.what) {
                self.at += 1;
                return self.field(&format!("{key}:{text}"));
            }
        }
        match &token.what {
            What::Word(text) if text == "*" => Ok(Node::Exists(key.to_owned())),
            What::Word(text) => Ok(Node::Field(key.to_owned(), words(text, false))),
            What::Quoted(text) => Ok(Node::Field(key.to_owned(), words(text, true))),
            _ => Err(token.unexpected()),
        }
    }

    fn range_follows(&self) -> bool {
        self.tokens.get(self.at + 1).is_some_and(|token| matches!(token.what, What::Open | What::Bracket('[')))
    }

    /// `[1 2]`, `(1 2]`
    fn range(&mut self, key: &str) -> Result<Node, Wrong> {
        let closed_at_start = matches!(self.peek().map(|token| &token.what), Some(What::Bracket('[')));
        self.at += 1;
        let (from, to) = (self.number()?, self.number()?);
        let closed_at_end = match self.peek().map(|token| &token.what) {
            Some(What::Bracket(']')) => true,
            Some(What::Close) => false,
            _ => return Err(self.end()),
        };
        self.at += 1;
        let range = Range { from: Some((from, closed_at_start)), to: Some((to, closed_at_end)) };
        Ok(Node::Number(key.to_owned(), range))
    }

    fn number(&mut self) -> Result<f64, Wrong> {
        let token = self.peek().ok_or_else(|| self.end())?;
        let (What::Word(text) | What::Quoted(text)) = &token.what else { return Err(token.unexpected()) };
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        self.at += 1;
        number.ok_or_else(|| token.unexpected())
    }
}
