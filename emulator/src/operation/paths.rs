//! Path templates of one version and method as a tree of segments: `/flows/{FlowId}`, `/jobs/{Id}:cancel`, `/files/*`,
//! `/logs?type=log`.

use std::collections::HashMap;

use crate::signature::OrderedQuery;

/// The templates below one segment.
#[derive(Debug, Clone)]
pub(crate) struct Paths<T> {
    /// By the segment that stands next.
    named: HashMap<Box<str>, Paths<T>>,
    /// What stands next is a parameter with something before or behind it.
    within: Vec<(Box<str>, Box<str>, Paths<T>)>,
    /// Whatever stands next, as a parameter.
    any: Option<Box<Paths<T>>>,
    /// Those whose template ends here.
    here: Vec<Ends<T>>,
    /// Those whose template takes all that is left.
    rest: Vec<Ends<T>>,
}

/// A template that ends, with what the query must say.
#[derive(Debug, Clone)]
struct Ends<T> {
    query: Option<(Box<str>, Option<Box<str>>)>,
    what: T,
}

impl<T> Default for Paths<T> {
    fn default() -> Self {
        Self { named: HashMap::new(), within: Vec::new(), any: None, here: Vec::new(), rest: Vec::new() }
    }
}

/// A segment of a template.
enum Segment<'t> {
    Named(&'t str),
    Any,
    Within(&'t str, &'t str),
    Rest,
}

impl<'t> Segment<'t> {
    fn of(text: &'t str) -> Self {
        let inside = || {
            let (before, rest) = text.split_once('{')?;
            let (_, after) = rest.split_once('}')?;
            Some((before, after))
        };
        match inside() {
            Some(("", "")) => Self::Any,
            Some((before, after)) => Self::Within(before, after),
            None if text == "*" => Self::Rest,
            None => Self::Named(text),
        }
    }
}

/// The path of a template, and what its query must say.
fn parts(template: &str) -> (&str, Option<(&str, Option<&str>)>) {
    match template.split_once('?') {
        None => (template, None),
        Some((path, query)) => {
            (path, Some(query.split_once('=').map_or((query, None), |(name, value)| (name, Some(value)))))
        }
    }
}

/// The names in braces of a template, in order.
pub(crate) fn names_in(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name))
}

impl<T> Paths<T> {
    /// Adds a template.
    pub(crate) fn add(&mut self, template: &str, what: T) {
        let (path, query) = parts(template);
        let query = query.map(|(name, value)| (Box::from(name), value.map(Box::from)));
        let ends = Ends { query, what };
        let mut at = self;
        for segment in path.split('/') {
            at = match Segment::of(segment) {
                Segment::Rest => {
                    at.rest.push(ends);
                    return;
                }
                Segment::Any => at.any.get_or_insert_default(),
                Segment::Named(name) => at.named.entry(name.into()).or_default(),
                Segment::Within(before, after) => {
                    let same = |(b, a, _): &(Box<str>, Box<str>, Self)| **b == *before && **a == *after;
                    let place = at.within.iter().position(same).unwrap_or_else(|| {
                        at.within.push((before.into(), after.into(), Self::default()));
                        at.within.len() - 1
                    });
                    &mut at.within[place].2
                }
            };
        }
        at.here.push(ends);
    }

    /// Those of templates that fit the same requests as this one.
    pub(crate) fn same_template<'s>(&'s self, template: &str) -> impl Iterator<Item = &'s T> {
        let (path, query) = parts(template);
        let mut at = Some(self);
        let mut ends: &[Ends<T>] = &[];
        for segment in path.split('/') {
            let Some(here) = at else { break };
            at = match Segment::of(segment) {
                Segment::Rest => {
                    ends = &here.rest;
                    None
                }
                Segment::Any => here.any.as_deref(),
                Segment::Named(name) => here.named.get(name),
                Segment::Within(before, after) => {
                    let same = here.within.iter().find(|(b, a, _)| **b == *before && **a == *after);
                    same.map(|(_, _, paths)| paths)
                }
            };
        }
        let ends = at.map_or(ends, |at| at.here.as_slice());
        let query: Option<(String, Option<String>)> =
            query.map(|(name, value)| (name.to_owned(), value.map(str::to_owned)));
        ends.iter().filter(move |ends| ends.same_query(query.as_ref())).map(|ends| &ends.what)
    }

    /// Those that a path and a query fit, with the parts that stand for their parameters, as they were sent. What a template names
    /// outright goes before what it takes as a parameter, and what asks for something in the query before what asks for nothing.
    pub(crate) fn find<'s, 'p>(&'s self, path: &'p str, query: &OrderedQuery) -> Option<(Vec<&'s T>, Vec<&'p str>)> {
        let segments: Vec<_> = path.split('/').collect();
        let mut values = Vec::new();
        let found = self.walk(&segments, query, &mut values)?;
        Some((found, values))
    }

    fn walk<'s, 'p>(
        &'s self,
        segments: &[&'p str],
        query: &OrderedQuery,
        values: &mut Vec<&'p str>,
    ) -> Option<Vec<&'s T>> {
        let Some((segment, left)) = segments.split_first() else { return fitting(&self.here, query) };
        if let Some(found) = self.named.get(*segment).and_then(|next| next.walk(left, query, values)) {
            return Some(found);
        }
        let known = values.len();
        for (before, after, next) in &self.within {
            let inside = segment.strip_prefix(&**before).and_then(|rest| rest.strip_suffix(&**after));
            if let Some(value) = inside.filter(|value| !value.is_empty()) {
                values.push(value);
                if let Some(found) = next.walk(left, query, values) {
                    return Some(found);
                }
                values.truncate(known);
            }
        }
        if let Some(next) = self.any.as_deref().filter(|_| !segment.is_empty()) {
            values.push(segment);
            if let Some(found) = next.walk(left, query, values) {
                return Some(found);
            }
            values.truncate(known);
        }
        fitting(&self.rest, query)
    }
}

impl<T> Ends<T> {
    fn same_query(&self, other: Option<&(String, Option<String>)>) -> bool {
        match (&self.query, other) {
            (None, None) => true,
            (Some((name, value)), Some((other, its))) => **name == **other && value.as_deref() == its.as_deref(),
            _ => false,
        }
    }

    fn fits(&self, query: &OrderedQuery) -> bool {
        self.query.as_ref().is_none_or(|(name, value)| {
            query.contains(name) && value.as_deref().is_none_or(|value| query.get(name) == Some(value))
        })
    }
}

/// Those that a query fits, if there are any; those that look at the query before the others.
fn fitting<'s, T>(ends: &'s [Ends<T>], query: &OrderedQuery) -> Option<Vec<&'s T>> {
    let asking = ends.iter().filter(|ends| ends.query.is_some() && ends.fits(query));
    let plain = ends.iter().filter(|ends| ends.query.is_none());
    let found: Vec<_> = asking.chain(plain).map(|ends| &ends.what).collect();
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, query: &[(&str, &str)]) -> Option<(u8, Vec<String>)> {
        let mut paths = Paths::default();
        let templates = ["/a/{X}", "/a/b", "/a/{X}:go", "/a/{X}?type=log", "/a/{X}/c", "/f/*", "/"];
        for (at, template) in (0u8..).zip(templates) {
            paths.add(template, at);
            assert!(paths.same_template(&template.replace('X', "Y")).any(|one| *one == at), "{template}");
        }
        assert_eq!(paths.same_template("/a/{X}/d").count(), 0);
        let query = query.iter().copied().collect();
        let (all, values) = paths.find(path, &query)?;
        Some((*all[0], values.into_iter().map(str::to_owned).collect()))
    }

    #[test]
    fn what_is_named_outright_goes_first() {
        let values = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        assert_eq!(found("/a/b", &[]), Some((1, vec![])));
        assert_eq!(found("/a/x", &[]), Some((0, values(&["x"]))));
        assert_eq!(found("/a/x:go", &[]), Some((2, values(&["x"]))));
        assert_eq!(found("/a/x", &[("type", "log")]), Some((3, values(&["x"]))));
        assert_eq!(found("/a/x", &[("type", "other")]), Some((0, values(&["x"]))));
        assert_eq!(found("/a/b/c", &[]), Some((4, values(&["b"]))));
        assert_eq!(found("/f/x/y", &[]), Some((5, vec![])));
        assert_eq!(found("/", &[]), Some((6, vec![])));
        assert_eq!(found("/a/", &[]), None);
        assert_eq!(found("/a", &[]), None);
    }
}
