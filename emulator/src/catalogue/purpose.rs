//! What an action is for: which operations ask for it, and what those do.

use std::collections::BTreeMap;

use super::names::entries;
use super::packed::products;
use super::row;

/// An action, by the operations that ask for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Purpose {
    /// The operations, as `Product.Name`, in order.
    pub(crate) operations: Vec<String>,
    /// What they do: `create`, `get`, `list`, `update`, `delete`; that of the one that has the action's name, else of the first.
    pub(crate) does: Option<String>,
    /// Does that read or write, and is it told by the operation's name alone?
    pub(crate) access: Option<(String, bool)>,
    /// By which source the action is known: `meta`, `page`, `name`, `text`, `skills`; none that is said where nothing is published.
    pub(crate) source: Option<String>,
}

/// Those of a service code, by their names in small letters.
pub(crate) fn purposes(code: &str) -> BTreeMap<String, Purpose> {
    let mut all: BTreeMap<String, Purpose> = BTreeMap::new();
    let of_code = products().iter().filter(|product| product.codes.iter().any(|own| own.eq_ignore_ascii_case(code)));
    for product in of_code {
        for line in entries(product) {
            let entry = line.entry();
            let (does, access) = entry.kind.split_once(' ').unwrap_or((entry.kind, ""));
            for action in row::actions(&line) {
                let own = action.split_once(':').is_some_and(|(_, name)| name.eq_ignore_ascii_case(entry.name));
                let purpose = all.entry(action.to_ascii_lowercase()).or_default();
                if own || purpose.does.is_none() {
                    let told = (access.trim_end_matches('~').to_owned(), access.ends_with('~'));
                    purpose.does = Some(does.to_owned()).filter(|does| !does.is_empty());
                    purpose.access = Some(told).filter(|(access, _)| !access.is_empty());
                    let needs = entry.needs().find(|needs| needs.action.eq_ignore_ascii_case(&action));
                    purpose.source = needs.map(|needs| needs.mark.to_owned());
                }
                purpose.operations.push(format!("{}.{}", product.name, entry.name));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::purposes;

    #[test]
    fn an_action_is_told_by_what_asks_for_it() {
        let all = purposes("ram");
        let create = &all["ram:createuser"];
        assert!(create.operations.contains(&"Ram.CreateUser".to_owned()), "{create:?}");
        assert_eq!(
            (create.does.as_deref(), create.access.as_ref()),
            (Some("create"), Some(&("write".to_owned(), false)))
        );
        assert_eq!(create.source.as_deref(), Some("page"));
        assert_eq!(purposes("none").len(), 0);
    }
}
