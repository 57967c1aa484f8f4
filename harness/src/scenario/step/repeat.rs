//! A step that is done again until something comes of it.

use crate::scenario::expect::Expect;
use crate::scenario::reader::Reader;
use crate::scenario::scope::Scope;
use crate::scenario::yaml::Node;

/// How often, unless it is said.
const TIMES: u32 = 10;
/// More is a loop that nobody meant.
const MOST: u32 = 1000;

/// Until when, how often at most, and how long to wait between.
#[derive(Clone, Debug)]
pub struct Repeat {
    /// What must come of it.
    pub until: Expect,
    /// How often at most.
    pub times: u32,
    /// How far the cloud's clock moves between.
    pub wait: i64,
}

impl Repeat {
    pub(super) fn read(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        let fields = reader.fields(node, "`repeat`", &["until", "times", "wait"])?;
        let until = fields.need("until", "write what must come of it, as under `expect`", reader)?;
        let until = Expect::read(until, reader, scope);
        let times = match fields.get("times") {
            None => Some(TIMES),
            Some(node) => {
                let times = reader.text(node, "how often at most")?.value.parse().ok();
                let times = times.filter(|times| (1..=MOST).contains(times));
                if times.is_none() {
                    reader.expected(node, "a number from 1 to 1000", None);
                }
                times
            }
        };
        let wait = fields.get("wait").map_or(Some(0), |node| super::duration::ahead(node, reader));
        Some(Self { until: until?, times: times?, wait: wait? })
    }
}
