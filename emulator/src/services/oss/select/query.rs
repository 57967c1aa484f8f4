//! A question, read.

use std::borrow::Cow;

use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, LimitClause, Select, SelectItem, SetExpr,
    TableFactor, Value as Literal,
};

use super::scope::Any;
use crate::gateway::ApiError;
use crate::services::common::sql::{self, Aggregate, NotRead, Wrong};

/// The longest expression: before it is read, a way is looked for in it.
const LONGEST: usize = 16 << 10;

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

/// CHOICE: the words; those of the parser, where it says some.
pub(super) fn wrong(message: String) -> ApiError {
    ApiError::bad_request("SqlSyntaxError", message)
}

/// A statement that is none.
fn invalid(message: &'static str) -> ApiError {
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
    // A quote that nothing closes is of no account behind it: SDKs' tests have one.
    let path = if path.matches('\'').count() % 2 == 1 { path.trim_end_matches('\'') } else { path };
    let steps = steps(path).ok_or_else(|| wrong(format!("`{path}` is no path.")))?;
    let (columns, table) = expression.get(..at).unwrap_or_default().split_at(from);
    Ok((format!("{}{table}{behind}", with_last_names(columns)), steps))
}

/// A column may be named more than once, and has the last name: SDKs' tests have one that is.
fn with_last_names(columns: &str) -> Cow<'_, str> {
    if columns.contains(['\'', '"', '`']) {
        return Cow::Borrowed(columns);
    }
    let words: Vec<_> = columns.split_whitespace().collect();
    let is_as = |at: usize| words.get(at).is_some_and(|word| word.eq_ignore_ascii_case("as"));
    let is_left = |at: usize| {
        let first = is_as(at) && is_as(at + 2);
        let second = at > 0 && is_as(at - 1) && is_as(at + 1);
        !(first || second)
    };
    if (0..words.len()).all(is_left) {
        return Cow::Borrowed(columns);
    }
    let left = words.iter().enumerate().filter(|(at, _)| is_left(*at));
    Cow::Owned(left.flat_map(|(_, word)| [*word, " "]).collect())
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
        if expression.trim().is_empty() {
            return Err(invalid("The expression is empty."));
        }
        if expression.len() > LONGEST {
            return Err(invalid("The expression is too long."));
        }
        let (text, path) = without_path(expression)?;
        let (query, _) = sql::read(&text).map_err(|why| match why {
            NotRead::TooLong => invalid("The expression is too long."),
            NotRead::Syntax(message) => wrong(message),
            NotRead::More => wrong("Only one SELECT is allowed.".to_owned()),
        })?;
        if query.order_by.is_some() || query.with.is_some() || query.fetch.is_some() {
            return Err(wrong("There is nothing but SELECT, FROM, WHERE and LIMIT.".to_owned()));
        }
        let limit = limit(query.limit_clause.as_ref())?;
        let SetExpr::Select(select) = *query.body else { return Err(wrong("Only SELECT is allowed.".to_owned())) };
        let is_grouped = !matches!(&select.group_by, GroupByExpr::Expressions(by, _) if by.is_empty());
        if is_grouped || select.having.is_some() || select.distinct.is_some() || select.top.is_some() {
            return Err(wrong("GROUP BY, HAVING, DISTINCT and TOP are not supported.".to_owned()));
        }
        let alias = alias(&select)?;
        let columns = select.projection.iter().map(column).collect::<Result<_, _>>()?;
        let query = Self { path, alias, columns, condition: select.selection, limit };
        query.check()?;
        Ok(query)
    }

    /// Refuses what no record can be asked, whether there are records or not.
    fn check(&self) -> Result<(), ApiError> {
        let (mut all, mut aggregates) = (0, 0);
        for column in &self.columns {
            let expr = match column {
                Column::All => {
                    all += 1;
                    continue;
                }
                Column::Value(expr, _) => expr,
                Column::Aggregate(_, expr, _) => {
                    aggregates += 1;
                    let Some(expr) = expr else { continue };
                    expr
                }
            };
            sql::worked_out(&Any, expr).map_err(|Wrong(message)| wrong(message))?;
        }
        if let Some(condition) = &self.condition {
            sql::worked_out(&Any, condition).map_err(|Wrong(message)| wrong(message))?;
        }
        let count = self.columns.len();
        if aggregates > 0 && aggregates < count {
            let message = "A column beside an aggregate must be one.";
            return Err(ApiError::bad_request("SqlInvalidMixOfAggregationAndColumn", message));
        }
        if all > 0 && count > 1 {
            let message = "There is no column beside `*`.";
            return Err(ApiError::bad_request("SqlInvalidMixOfStarAndColumn", message));
        }
        Ok(())
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
            let limit = number(limit).ok_or_else(|| wrong("LIMIT needs a number.".to_owned()))?;
            if limit == 0 {
                return Err(ApiError::bad_request("SqlInvalidLimitValue", "LIMIT needs a number of 1 at least."));
            }
            Ok(Some(limit))
        }
        Some(_) => Err(wrong("OFFSET is not supported.".to_owned())),
    }
}

fn alias(select: &Select) -> Result<Option<String>, ApiError> {
    let [table] = select.from.as_slice() else { return Err(wrong("There is one table.".to_owned())) };
    match &table.relation {
        TableFactor::Table { name, alias, .. }
            if table.joins.is_empty() && name.to_string().eq_ignore_ascii_case("ossobject") =>
        {
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
    let function = match expr {
        Expr::Function(function) => function,
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::CompoundFieldAccess { .. } | Expr::Cast { .. } => {
            return Ok(Column::Value(expr.clone(), alias));
        }
        _ => return Err(wrong(format!("`{expr}` is no column, no aggregate and no CAST."))),
    };
    let name = function.name.to_string().to_ascii_lowercase();
    let aggregate = Aggregate::named(&name).ok_or_else(|| wrong(format!("There is no function `{name}`.")))?;
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
