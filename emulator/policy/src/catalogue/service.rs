//! One service of the catalogue.

use std::sync::Arc;

use super::keys::KnownKey;
use super::shape::ArnShape;

/// How much is known of a service's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// All that is published: a name that is not here is worth a warning.
    Complete,
    /// Those of all operations, where actions are called like operations: a name that is not here is probably none.
    Operations,
    /// Some: a name that is not here says nothing.
    Partial,
}

/// What a service offers to policies.
#[derive(Debug)]
pub struct Service {
    code: &'static str,
    title: &'static str,
    names: Names,
    /// Sorted by name, letter case aside.
    actions: Vec<KnownAction>,
    operations: Vec<Renamed>,
    alternatives: Vec<Renamed>,
    keys: Vec<KnownKey>,
}

/// A name, and the actions that stand for it.
#[derive(Debug)]
struct Renamed {
    name: &'static str,
    actions: Vec<&'static str>,
}

/// A published action.
#[derive(Debug)]
pub struct KnownAction {
    name: &'static str,
    resources: Arc<ResourceShapes>,
    escalates: bool,
}

/// What an action acts on.
#[derive(Debug, Default)]
pub struct ResourceShapes {
    published: bool,
    all: bool,
    arns: Vec<ArnShape>,
}

impl ResourceShapes {
    /// Whether any page says what the action acts on.
    pub fn is_published(&self) -> bool {
        self.published
    }

    /// Whether the operation has no resource-level authorization (or pages disagree): it checks `*`.
    pub fn has_all(&self) -> bool {
        self.all
    }

    /// The forms of the ARNs it acts on.
    pub fn arns(&self) -> &[ArnShape] {
        &self.arns
    }
}

impl KnownAction {
    /// The name within the service.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it acts on.
    pub fn resources(&self) -> &ResourceShapes {
        &self.resources
    }

    /// Whether its holder can gain permissions that were not granted.
    pub fn escalates(&self) -> bool {
        self.escalates
    }
}

impl Service {
    /// The RAM code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The product's name.
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// How much is known of its actions.
    pub fn names(&self) -> Names {
        self.names
    }

    /// Its actions, in order.
    pub fn actions(&self) -> &[KnownAction] {
        &self.actions
    }

    /// The action of this name, letter case aside.
    pub fn action(&self, name: &str) -> Option<&KnownAction> {
        let name = name.to_ascii_lowercase();
        let at = self.actions.binary_search_by(|action| folded(action.name).cmp(name.bytes())).ok()?;
        self.actions.get(at)
    }

    /// The operations that are authorized under another name.
    pub fn operations(&self) -> impl Iterator<Item = &'static str> {
        self.operations.iter().map(|renamed| renamed.name)
    }

    /// The actions under which an operation of this name is authorized, if those have other names.
    pub fn operation(&self, name: &str) -> Option<&[&'static str]> {
        find(&self.operations, name)
    }

    /// The actions that newer pages name for what this action allows.
    pub fn alternative(&self, name: &str) -> Option<&[&'static str]> {
        find(&self.alternatives, name)
    }

    /// The condition keys listed with this service.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &KnownKey> {
        self.keys.iter()
    }

    pub(crate) fn key(&self, key: &str) -> Option<&KnownKey> {
        self.keys.iter().find(|known| known.is(key))
    }

    /// Reads a block. What it does not understand it leaves out; a test holds the data to the form.
    pub(super) fn read(block: &'static str) -> Self {
        let mut head = block.lines().next().unwrap_or_default().splitn(4, ' ').skip(1);
        let mut service = Self {
            code: head.next().unwrap_or_default(),
            names: match head.next() {
                Some("complete") => Names::Complete,
                Some("operations") => Names::Operations,
                _ => Names::Partial,
            },
            title: head.next().unwrap_or_default(),
            actions: Vec::new(),
            operations: Vec::new(),
            alternatives: Vec::new(),
            keys: Vec::new(),
        };
        let mut arns: Vec<(&'static str, &'static str)> = Vec::new();
        let mut escalating: Vec<&'static str> = Vec::new();
        for line in logical_lines(block) {
            let mut words = line.iter().copied();
            match words.next() {
                Some("arn") => arns.extend(words.next().zip(words.next())),
                Some("on") => service.read_actions(words, &arns),
                Some("operation") => service.operations.extend(renamed(words)),
                Some("alternative") => service.alternatives.extend(renamed(words)),
                Some("key") => service.keys.extend(KnownKey::read(words)),
                Some("escalates:") => escalating.extend(words),
                _ => {}
            }
        }
        service.actions.sort_by(|a, b| folded(a.name).cmp(folded(b.name)));
        for name in escalating {
            let at = service.actions.binary_search_by(|action| folded(action.name).cmp(folded(name)));
            if let Some(action) = at.ok().and_then(|at| service.actions.get_mut(at)) {
                action.escalates = true;
            }
        }
        service
    }

    fn read_actions(&mut self, mut words: impl Iterator<Item = &'static str>, arns: &[(&'static str, &'static str)]) {
        let mut kinds: Vec<&str> = Vec::new();
        for word in words.by_ref() {
            kinds.push(word.trim_end_matches([',', ':']));
            if word.ends_with(':') {
                break;
            }
        }
        let resources = Arc::new(shapes(&kinds, arns));
        self.actions.extend(words.map(|name| KnownAction {
            name,
            resources: Arc::clone(&resources),
            escalates: false,
        }));
    }
}

fn shapes(kinds: &[&str], arns: &[(&'static str, &'static str)]) -> ResourceShapes {
    let mut shapes = ResourceShapes { published: true, ..ResourceShapes::default() };
    let mut rare = false;
    for kind in kinds {
        match *kind {
            "|" => rare = true,
            "?" => shapes.published = false,
            "*" => shapes.all = true,
            kind => {
                let (name, collection) = match kind.strip_suffix("/*") {
                    Some(name) => (name, true),
                    None => (kind, false),
                };
                if let Some((_, template)) = arns.iter().find(|(known, _)| *known == name) {
                    shapes.arns.push(ArnShape::new(template, collection, rare));
                }
            }
        }
    }
    shapes
}

fn renamed(mut words: impl Iterator<Item = &'static str>) -> Option<Renamed> {
    Some(Renamed { name: words.next()?, actions: words.collect() })
}

fn find<'r>(list: &'r [Renamed], name: &str) -> Option<&'r [&'static str]> {
    list.iter().find(|renamed| renamed.name.eq_ignore_ascii_case(name)).map(|renamed| &*renamed.actions)
}

fn folded(name: &str) -> impl Iterator<Item = u8> + '_ {
    name.bytes().map(|b| b.to_ascii_lowercase())
}

/// The words of each line, together with those of the indented lines that continue it.
fn logical_lines(block: &'static str) -> Vec<Vec<&'static str>> {
    let mut lines: Vec<Vec<&'static str>> = Vec::new();
    for line in block.lines().filter(|line| !line.starts_with('#')) {
        let words = line.split_ascii_whitespace();
        match lines.last_mut() {
            Some(last) if line.starts_with(' ') => last.extend(words),
            _ => lines.push(words.collect()),
        }
    }
    lines
}
