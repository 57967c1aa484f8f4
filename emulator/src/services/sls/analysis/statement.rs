//! A statement, read.

use sqlparser::ast::{
    Distinct, Expr, GroupByExpr, Ident, LimitClause, OrderBy, OrderByKind, OrderBySort, Query, Select, SelectItem,
    SetExpr, TableFactor, Value as Literal,
};
use sqlparser::tokenizer::Token;

use super::columns::{Columns, Table};
use super::functions::any_over_many;
use super::wrong::{not_performed, syntax, too_much};
use crate::services::common::sql::{self, NotRead, Wrong};

/// Rows without a LIMIT, and with one ("LIMIT clause").
const USUAL: usize = 100;
const MOST: usize = 1_000_000;

/// What is asked.
#[derive(Debug)]
pub(in crate::services::sls) struct Statement {
    pub(super) columns: Vec<Column>,
    pub(super) distinct: bool,
    pub(super) condition: Option<Expr>,
    /// What logs of a group have in common.
    pub(super) group: Vec<Expr>,
    pub(super) having: Option<Expr>,
    pub(super) order: Vec<Order>,
    pub(super) skipped: usize,
    pub(super) most: usize,
    /// Are logs told of together?
    pub(super) is_grouped: bool,
    tokens: Vec<Token>,
}

/// A column of the answer.
#[derive(Debug, Clone)]
pub(super) enum Column {
    /// `*`
    All,
    One(Expr, Option<Ident>),
}

/// What rows are ordered by.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) by: Expr,
    pub(super) falling: bool,
    pub(super) nulls_first: bool,
}

impl Statement {
    /// Reads one about a Logstore.
    pub(in crate::services::sls) fn read(text: &str, logstore: &str) -> Result<Self, Wrong> {
        let (query, tokens) = sql::read(text).map_err(|why| match why {
            NotRead::TooLong => too_much(),
            NotRead::Syntax(message) => syntax(&message),
            NotRead::More => not_performed("more than one statement"),
        })?;
        let Query { with, body, order_by, limit_clause, fetch, .. } = query;
        if with.is_some() {
            return Err(not_performed("WITH"));
        }
        if fetch.is_some() {
            return Err(not_performed("FETCH"));
        }
        let SetExpr::Select(select) = *body else {
            return Err(not_performed("anything but one SELECT"));
        };
        check_table(&select, logstore)?;
        let columns = select.projection.iter().map(column).collect::<Result<Vec<_>, _>>()?;
        if columns.is_empty() {
            return Err(syntax("mismatched input '<EOF>'"));
        }
        let group = match &select.group_by {
            GroupByExpr::Expressions(all, modifiers) if modifiers.is_empty() => all.clone(),
            _ => return Err(not_performed("this form of GROUP BY")),
        };
        let (skipped, most) = limits(limit_clause.as_ref())?;
        let is_grouped = !group.is_empty() || select.having.is_some() || any_over_many(&tokens);
        Ok(Self {
            columns,
            distinct: match &select.distinct {
                None | Some(Distinct::All) => false,
                Some(Distinct::Distinct) => true,
                Some(Distinct::On(_)) => return Err(not_performed("DISTINCT ON")),
            },
            condition: select.selection.clone(),
            group,
            having: select.having.clone(),
            order: order(order_by)?,
            skipped,
            most,
            is_grouped,
            tokens,
        })
    }

    /// The table that it is answered from, of all columns that there are. Only those that it names are looked at.
    pub(in crate::services::sls) fn table(&self, columns: Columns) -> Table {
        let all = self.columns.iter().any(|column| matches!(column, Column::All));
        let words: Vec<_> = self
            .tokens
            .iter()
            .filter_map(|token| match token {
                Token::Word(word) => Some(word.value.to_ascii_lowercase()),
                _ => None,
            })
            .collect();
        columns.table(|name| {
            let name = name.to_ascii_lowercase();
            let named = |part: &str| words.iter().any(|word| word == part);
            all || named(&name) || name.split('.').all(named)
        })
    }
}

fn check_table(select: &Select, logstore: &str) -> Result<(), Wrong> {
    let [table] = select.from.as_slice() else {
        return if select.from.is_empty() { Ok(()) } else { Err(not_performed("a query of several tables")) };
    };
    let TableFactor::Table { name, args: None, .. } = &table.relation else {
        return Err(not_performed("a query within a query"));
    };
    if !table.joins.is_empty() {
        return Err(not_performed("JOIN"));
    }
    let name = name.to_string();
    let name = name.trim_matches('"');
    if name == "log" || name == logstore { Ok(()) } else { Err(Wrong(format!("LogStore ({name}) is not found"))) }
}

fn column(item: &SelectItem) -> Result<Column, Wrong> {
    match item {
        SelectItem::Wildcard(_) => Ok(Column::All),
        SelectItem::UnnamedExpr(expr) => Ok(Column::One(expr.clone(), None)),
        SelectItem::ExprWithAlias { expr, alias } => Ok(Column::One(expr.clone(), Some(alias.clone()))),
        other => Err(not_performed(&other.to_string())),
    }
}

fn order(clause: Option<OrderBy>) -> Result<Vec<Order>, Wrong> {
    let Some(clause) = clause else { return Ok(Vec::new()) };
    let OrderByKind::Expressions(all) = clause.kind else { return Err(not_performed("ORDER BY ALL")) };
    let one = |by: sqlparser::ast::OrderByExpr| {
        let falling = match by.options.sort {
            None | Some(OrderBySort::Asc) => false,
            Some(OrderBySort::Desc) => true,
            Some(other) => return Err(not_performed(&format!("ORDER BY {other:?}"))),
        };
        Ok(Order { by: by.expr, falling, nulls_first: by.options.nulls_first.unwrap_or(false) })
    };
    all.into_iter().map(one).collect()
}

/// A number as it is written.
pub(super) fn figure(expr: &Expr) -> Option<usize> {
    match expr {
        Expr::Value(value) => match &value.value {
            Literal::Number(text, _) => text.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

/// How many rows are skipped, and how many shown at most: `LIMIT 10`, `LIMIT 20, 10`.
fn limits(clause: Option<&LimitClause>) -> Result<(usize, usize), Wrong> {
    let number = |expr: &Expr| figure(expr).ok_or_else(|| syntax("LIMIT needs a number"));
    let (skipped, most) = match clause {
        None => (0, USUAL),
        Some(LimitClause::OffsetCommaLimit { offset, limit }) => (number(offset)?, number(limit)?),
        Some(LimitClause::LimitOffset { limit: Some(limit), offset: None, limit_by }) if limit_by.is_empty() => {
            (0, number(limit)?)
        }
        // "Analytic statements do not support OFFSET" ("Query syntax").
        Some(_) => return Err(syntax("mismatched input 'offset', please use limit x,y syntax for pagination")),
    };
    if skipped.saturating_add(most) > MOST {
        return Err(Wrong(format!("reading data with pagination only allow reading max {MOST}")));
    }
    Ok((skipped, most))
}
