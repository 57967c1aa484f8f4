//! Why an analysis cannot be answered, in the cloud's words.

use sqlparser::tokenizer::Location;

use crate::services::common::sql::Wrong;

/// The beginning of a statement.
pub(super) const START: Location = Location { line: 1, column: 1 };

/// Something that stands at a place of the statement. Without a place, at its beginning.
pub(super) fn at(place: Location, message: &str) -> Wrong {
    let (line, column) = (place.line.max(1), place.column.max(1));
    Wrong(format!(
        "ErrorType:SyntaxError.ErrorPosition,line:{line},column:{column}.ErrorMessage:line {line}:{column}: {message}"
    ))
}

/// A column that there is not. One in quotes may be meant as a text.
pub(super) fn no_column(place: Location, name: &str, quoted: bool) -> Wrong {
    let (line, column) = (place.line.max(1), place.column.max(1));
    let message = format!("line {line}:{column}: Column '{name}' cannot be resolved");
    Wrong(if quoted {
        format!(
            "ErrorType:ColumnNotExists.ErrorPosition,line:0,column:1.ErrorMessage:{message}; it seems {name} is wrapper by \";if {name} is a string ,not a key field, please use '{name}'"
        )
    } else {
        format!("{message};please add the column in the index attribute")
    })
}

/// A column beside what is told of groups.
pub(super) fn not_grouped(name: &str) -> Wrong {
    Wrong(format!("Column '{name}' not in GROUP BY clause;please add the column in the index attribute"))
}

/// What the cloud does and acslab does not. CHOICE: the words.
pub(super) fn not_performed(what: &str) -> Wrong {
    at(START, &format!("acslab does not perform {what}"))
}

/// More than is looked at.
pub(super) fn too_much() -> Wrong {
    Wrong("Query exceeded max memory size of 3GB".to_owned())
}

/// What the parser says, at the place that it names: `…, found: x at Line: 1, Column: 8`.
pub(super) fn syntax(message: &str) -> Wrong {
    let message = message.strip_prefix("sql parser error: ").unwrap_or(message);
    let read = || {
        let (said, place) = message.rsplit_once(" at Line: ")?;
        let (line, column) = place.split_once(", Column: ")?;
        Some((said, Location { line: line.parse().ok()?, column: column.trim().parse().ok()? }))
    };
    let (said, place) = read().unwrap_or((message, START));
    at(place, said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parser_s_place_is_told() {
        let told = |message| syntax(message).0;
        assert_eq!(
            told("sql parser error: Expected: an expression, found: EOF at Line: 1, Column: 9"),
            "ErrorType:SyntaxError.ErrorPosition,line:1,column:9.ErrorMessage:line 1:9: Expected: an expression, found: EOF"
        );
        assert_eq!(
            told("sql parser error: recursion limit exceeded"),
            "ErrorType:SyntaxError.ErrorPosition,line:1,column:1.ErrorMessage:line 1:1: recursion limit exceeded"
        );
    }
}
