//! Path templates of one version and method as a tree of segments: `/flows/{FlowId}`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::operation::Operation;

/// The templates below one segment.
#[derive(Debug, Clone, Default)]
pub(super) struct Paths {
    /// By the segment that stands next.
    named: HashMap<String, Paths>,
    /// Whatever stands next, as a parameter.
    any: Option<Box<Paths>>,
    /// The operations whose template ends here.
    here: Vec<Template>,
}

/// An operation, and the names of the parameters in its path, in order.
#[derive(Debug, Clone)]
pub(super) struct Template {
    pub(super) operation: Arc<Operation>,
    pub(super) names: Vec<String>,
}

impl Paths {
    /// Adds a template.
    pub(super) fn add(&mut self, template: &str, operation: &Arc<Operation>) {
        let mut names = Vec::new();
        let mut at = self;
        for segment in template.split('/') {
            at = if let Some(name) = segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                names.push(name.to_owned());
                at.any.get_or_insert_default()
            } else {
                at.named.entry(segment.to_owned()).or_default()
            };
        }
        at.here.push(Template { operation: Arc::clone(operation), names });
    }

    /// The operations of templates that fit the same paths as this one.
    pub(super) fn same_template(&self, template: &str) -> Option<&[Template]> {
        let mut at = self;
        for segment in template.split('/') {
            at = if segment.starts_with('{') { at.any.as_deref()? } else { at.named.get(segment)? };
        }
        Some(at.here.as_slice())
    }

    /// The operations that a path fits, with the segments that stand for their parameters, as they were sent. What a template
    /// names outright goes before what it takes as a parameter.
    pub(super) fn find<'p>(&self, path: &'p str) -> Option<(&[Template], Vec<&'p str>)> {
        let segments: Vec<_> = path.split('/').collect();
        let mut values = Vec::new();
        let found = self.walk(&segments, &mut values)?;
        Some((found, values))
    }

    fn walk<'p>(&self, segments: &[&'p str], values: &mut Vec<&'p str>) -> Option<&[Template]> {
        let Some((segment, rest)) = segments.split_first() else {
            return Some(self.here.as_slice()).filter(|here| !here.is_empty());
        };
        if let Some(found) = self.named.get(*segment).and_then(|next| next.walk(rest, values)) {
            return Some(found);
        }
        let next = self.any.as_deref().filter(|_| !segment.is_empty())?;
        values.push(segment);
        let found = next.walk(rest, values);
        if found.is_none() {
            values.pop();
        }
        found
    }
}
