//! The analysis part of a query: `* | select level, count(*) as c group by level order by c desc`.
//!
//! Source pages: "Log analysis overview", the pages of its clauses, "Common errors in log query and analysis".

mod answer;
mod columns;
mod functions;
mod group;
mod record;
mod statement;
mod typed;
mod wrong;

pub(super) use answer::answer;
pub(super) use columns::Columns;
pub(super) use statement::Statement;
