//! The parameters of PAI's lists.

use crate::gateway::{Arguments, Form, Parameter};

pub(super) const PAGE_NUMBER: Parameter = Parameter::optional("PageNumber", Form::Integer(1, 1_000_000));
pub(super) const PAGE_SIZE: Parameter = Parameter::optional("PageSize", Form::Integer(1, 100));

/// Is this value among those that a parameter lists, separated by commas? An absent parameter lists all.
pub(super) fn listed(arguments: &Arguments, name: &str, value: &str) -> bool {
    arguments.filled(name).is_none_or(|list| list.split(',').any(|item| item.trim() == value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_names() {
        let arguments = Arguments::new([("Ids", "1, 2")].into_iter().collect());
        assert!(listed(&arguments, "Ids", "2"));
        assert!(!listed(&arguments, "Ids", "3"));
        assert!(listed(&arguments, "Others", "3"));
    }
}
