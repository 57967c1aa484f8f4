//! A statement, read.

use sqlparser::ast::Query;
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

/// The longest statement, and the most words and signs in it: it is worked out as deep as they stand in one another.
const LONGEST: usize = 16 << 10;
const WORDS: usize = 600;

/// Why a text is no statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotRead {
    /// It is too long.
    TooLong,
    /// The parser's words.
    Syntax(String),
    /// There is something behind its end.
    More,
}

/// Reads a query and nothing else: what else the parser knows of SQL is not even in the program. Gives its words and signs besides.
pub(crate) fn read(text: &str) -> Result<(Query, Vec<Token>), NotRead> {
    if text.len() > LONGEST {
        return Err(NotRead::TooLong);
    }
    let dialect = GenericDialect {};
    let tokens = Tokenizer::new(&dialect, text).tokenize().map_err(|error| NotRead::Syntax(error.to_string()))?;
    let words: Vec<_> = tokens.into_iter().filter(|token| !matches!(token, Token::Whitespace(_))).collect();
    if words.len() > WORDS {
        return Err(NotRead::TooLong);
    }
    let mut parser = Parser::new(&dialect).try_with_sql(text).map_err(|error| NotRead::Syntax(error.to_string()))?;
    let query = parser.parse_query().map_err(|error| NotRead::Syntax(error.to_string()))?;
    while parser.consume_token(&Token::SemiColon) {}
    if parser.peek_token_ref().token == Token::EOF { Ok((*query, words)) } else { Err(NotRead::More) }
}
