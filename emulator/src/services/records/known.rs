//! What decisions go by of all records of an account: what [`locate`](super::locate) tells of each.

use jiff::Timestamp;

use super::locate::{has_tags, kind};
use crate::cloud::directory::Tags;
use crate::cloud::pai::Accessibility;
use crate::cloud::{Account, Record};
use crate::operation::Kind;

/// What decisions go by of one record.
#[derive(Debug)]
pub(crate) struct KnownRecord {
    /// Its product and kind: `Vpc Vpc`.
    pub(crate) kind: String,
    /// Where it is.
    pub(crate) region: String,
    /// What somebody called it; none where it goes by an id alone, which the seed gives.
    pub(crate) name: Option<String>,
    /// Its tags, if conditions read them.
    pub(crate) tags: Tags,
    /// Of one in a PAI workspace: that one's id, who sees it, and the id of whoever made it.
    pub(crate) entity: Option<(String, Accessibility, String)>,
}

/// The records of which decisions ask more than their names.
pub(crate) fn known(account: &Account, now: Timestamp) -> Vec<KnownRecord> {
    let records = account.records.read();
    let told = records.all(now).filter_map(|(kept, region, record)| {
        let kind = kind(kept)?;
        let tags = if has_tags(&kind) { record.tags.clone() } else { Tags::new() };
        let workspace = record.text("WorkspaceId").filter(|id| kind.workspace && !id.is_empty());
        let entity = workspace.map(|id| {
            let accessibility = Accessibility::of(record.text("Accessibility").unwrap_or_default());
            (id.to_owned(), accessibility, kind.whose(record).to_owned())
        });
        let told = !tags.is_empty() || entity.is_some();
        told.then(|| KnownRecord {
            kind: kept.replace('/', " "),
            region: region.to_owned(),
            name: name(&kind, record),
            tags,
            entity,
        })
    });
    told.collect()
}

/// The name that a call gave it, be it as its id.
fn name(kind: &Kind, record: &Record) -> Option<String> {
    let own = format!("{}Name", kind.name);
    let fields = [own.as_str(), "Name", "DisplayName"];
    let given = kind.form.is_none().then_some(record.key.as_str());
    let name = fields.into_iter().find_map(|field| record.text(field).filter(|name| !name.is_empty())).or(given);
    name.map(str::to_owned)
}
