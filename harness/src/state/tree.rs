//! An outline read back: lines, each with those below it.

/// Deeper than any outline is; what is below that counts as being there.
const MAX_DEPTH: usize = 32;

/// The lines below one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tree(Vec<(String, Tree)>);

impl Tree {
    /// Reads a text whose lines are two blanks deeper for each level.
    pub(super) fn read(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let lines = lines.map(|line| ((line.len() - line.trim_start().len()) / 2, line.trim()));
        Self::below(&mut lines.peekable(), 0)
    }

    fn below<'t>(lines: &mut std::iter::Peekable<impl Iterator<Item = (usize, &'t str)>>, depth: usize) -> Self {
        let mut tree = Vec::new();
        while let Some((_, line)) = lines.next_if(|(at, _)| *at >= depth) {
            let inside = lines.peek().is_some_and(|(at, _)| *at > depth) && depth < MAX_DEPTH;
            let below = if inside { Self::below(lines, depth + 1) } else { Self::default() };
            tree.push((line.to_owned(), below));
        }
        Self(tree)
    }

    /// The lines with what is below each.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.0.iter().map(|(line, below)| (line.as_str(), below))
    }

    /// The lines.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.entries().map(|(line, _)| line)
    }

    /// What is below a line; nothing where there is none such.
    pub(super) fn at(&self, line: &str) -> &Self {
        const NOTHING: &Tree = &Tree(Vec::new());
        self.entries().find(|(known, _)| *known == line).map_or(NOTHING, |(_, below)| below)
    }
}

/// The account that is meant where none is named: the first of two outlines, the older one's if it has any.
pub(super) fn first_account(trees: [&Tree; 2]) -> Option<&str> {
    trees.into_iter().flat_map(Tree::lines).find_map(|line| line.strip_prefix("account "))
}

#[cfg(test)]
mod tests {
    use super::Tree;

    #[test]
    fn an_outline_is_read_back() {
        let tree =
            Tree::read("account a\n  roles\n    r\n      max: 3\n      trust\n        {}\n  users\n    u\naccount b\n");
        assert_eq!(tree.lines().collect::<Vec<_>>(), ["account a", "account b"]);
        let role = tree.at("account a").at("roles").at("r");
        assert_eq!(role.lines().collect::<Vec<_>>(), ["max: 3", "trust"]);
        assert_eq!(role.at("trust").lines().next(), Some("{}"));
        assert_eq!(tree.at("account a").at("users").lines().collect::<Vec<_>>(), ["u"]);
        assert_eq!(tree.at("account b").at("users"), &Tree::default());
    }
}
