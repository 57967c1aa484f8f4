//! A question, read.

use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, LimitClause, Select, SelectItem, SetExpr, TableFactor,
    Value as Literal,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::gateway::ApiError;

/// The longest expression, and the most words and signs in it: it is worked out as deep as they stand in one another.
const LONGEST: usize = 16 << 10;
const WORDS: usize = 600;

/// What is asked of each record, and what of all.
#[derive(Debug)]
pub(super) struct Query {
    /// The way to the records of a JSON object, behind `ossobject`.
    pub(super) path: Vec<Step>,
    /// What records are called.
    pub(super) alias: Option<String>,
    pub(super) columns: Vec<Column>,
    pub(super) condition: Option<Expr>,
    pub(super) limit: Option<usize>,
}

/// A step into a JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Member(String),
    Index(usize),
    Every,
}

/// What is shown.
#[derive(Debug)]
pub(super) enum Column {
    All,
    Value(Expr, Option<String>),
    Aggregate(Aggregate, Option<Expr>, Option<String>),
}

/// A function over all records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aggregate {
    Count,
    Sum,
    Average,
    Most,
    Least,
}

/// CHOICE: the code; the words are the parser's.
fn wrong(message: String) -> ApiError {
    ApiError::bad_request("InvalidSqlParameter", message)
}

/// Takes the way behind `ossobject` out of an expression: the parser knows no such thing.
fn without_path(expression: &str) -> Result<(String, Vec<Step>), ApiError> {
    const NAME: &str = "ossobject";
    let lower = expression.to_ascii_lowercase();
    let from = lower.find("from").ok_or_else(|| wrong("The expression has no FROM.".to_owned()))?;
    let at = lower.get(from..).and_then(|rest| rest.find(NAME)).map(|at| from + at + NAME.len());
    let at = at.ok_or_else(|| wrong("The table must be ossobject.".to_owned()))?;
    let rest = expression.get(at..).unwrap_or_default();
    let end = rest.find(|character: char| character.is_whitespace() || character == ';').unwrap_or(rest.len());
    let (path, behind) = rest.split_at(end);
    let steps = steps(path).ok_or_else(|| wrong(format!("`{path}` is no path.")))?;
    Ok((format!("{}{behind}", expression.get(..at).unwrap_or_default()), steps))
}

fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for member in path.replace('[', ".[").split('.').filter(|member| !member.is_empty()) {
        steps.push(match member.strip_prefix('[') {
            None => Step::Member(member.trim_matches('"').to_owned()),
            Some(index) => match index.strip_suffix(']')? {
                "*" => Step::Every,
                index => {
                    index.parse().map_or_else(|_| Step::Member(index.trim_matches(['"', '\'']).to_owned()), Step::Index)
                }
            },
        });
    }
    Some(steps)
}

impl Query {
    /// Reads an expression.
    pub(super) fn read(expression: &str) -> Result<Self, ApiError> {
        if expression.len() > LONGEST {
            return Err(wrong("The expression is too long.".to_owned()));
        }
        let (text, path) = without_path(expression)?;
        let words = Tokenizer::new(&GenericDialect {}, &text).tokenize().map_err(|error| wrong(error.to_string()))?;
        if words.iter().filter(|word| !matches!(word, Token::Whitespace(_))).count() > WORDS {
            return Err(wrong("The expression is too long.".to_owned()));
        }
        // A query and nothing else: what else the parser knows of SQL is not even in the program.
        let parser = Parser::new(&GenericDialect {}).try_with_sql(&text).map_err(|error| wrong(error.to_string()));
        let mut parser = parser?;
        let query = parser.parse_query().map_err(|error| wrong(error.to_string()))?;
        while parser.consume_token(&Token::SemiColon) {}
        if parser.peek_token_ref().token != Token::EOF {
            return Err(wrong("Only one SELECT is allowed.".to_owned()));
        }
        let limit = limit(query.limit_clause.as_ref())?;
        let SetExpr::Select(select) = *query.body else { return Err(wrong("Only SELECT is allowed.".to_owned())) };
        let alias = alias(&select)?;
        let columns = select.projection.iter().map(column).collect::<Result<_, _>>()?;
        Ok(Self { path, alias, columns, condition: select.selection, limit })
    }

    /// Is one record made of all?
    pub(super) fn is_aggregate(&self) -> bool {
        self.columns.iter().any(|column| matches!(column, Column::Aggregate(..)))
    }
}

fn limit(clause: Option<&LimitClause>) -> Result<Option<usize>, ApiError> {
    let number = |expr: &Expr| match expr {
        Expr::Value(value) => match &value.value {
            Literal::Number(text, _) => text.parse().ok(),
            _ => None,
        },
        _ => None,
    };
    match clause {
        None => Ok(None),
        Some(LimitClause::LimitOffset { limit: Some(limit), offset: None, .. }) => {
            number(limit).map(Some).ok_or_else(|| wrong("LIMIT needs a number.".to_owned()))
        }
        Some(_) => Err(wrong("OFFSET is not supported.".to_owned())),
    }
}

fn alias(select: &Select) -> Result<Option<String>, ApiError> {
    let [table] = select.from.as_slice() else { return Err(wrong("There is one table.".to_owned())) };
    match &table.relation {
        TableFactor::Table { alias, .. } if table.joins.is_empty() => {
            Ok(alias.as_ref().map(|alias| alias.name.value.clone()))
        }
        _ => Err(wrong("The table must be ossobject.".to_owned())),
    }
}

fn column(item: &SelectItem) -> Result<Column, ApiError> {
    let (expr, alias) = match item {
        SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) => return Ok(Column::All),
        SelectItem::UnnamedExpr(expr) => (expr, None),
        SelectItem::ExprWithAlias { expr, alias } => (expr, Some(alias.value.clone())),
        SelectItem::ExprWithAliases { .. } => return Err(wrong("A column has one name.".to_owned())),
    };
    let Expr::Function(function) = expr else { return Ok(Column::Value(expr.clone(), alias)) };
    let name = function.name.to_string().to_ascii_lowercase();
    let aggregate = match name.as_str() {
        "count" => Aggregate::Count,
        "sum" => Aggregate::Sum,
        "avg" => Aggregate::Average,
        "max" => Aggregate::Most,
        "min" => Aggregate::Least,
        _ => return Err(wrong(format!("There is no function `{name}`."))),
    };
    let FunctionArguments::List(list) = &function.args else {
        return Err(wrong(format!("`{name}` needs an argument.")));
    };
    match (list.args.as_slice(), aggregate) {
        ([FunctionArg::Unnamed(FunctionArgExpr::Wildcard)], Aggregate::Count) => {
            Ok(Column::Aggregate(aggregate, None, alias))
        }
        ([FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))], _) => {
            Ok(Column::Aggregate(aggregate, Some(expr.clone()), alias))
        }
        _ => Err(wrong(format!("`{name}` needs an argument."))),
    }
}
