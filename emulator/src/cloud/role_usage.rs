//! What works through a service-linked role: while there is anything, the role cannot be deleted.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Account, ServiceRole};

/// LangStudio's two roles: the older one is used where the newer one is not there.
const LANGSTUDIO: [&str; 2] = ["AliyunPAILangStudioDefaultRole", "AliyunServiceRoleForPaiLangStudio"];

impl Account {
    /// The ARNs of what works through a role, by region.
    pub fn working_through(&self, role: &str, now: Timestamp) -> BTreeMap<String, Vec<String>> {
        let [newer, older] = LANGSTUDIO;
        let mut resources = BTreeMap::<String, Vec<String>>::new();
        for works_on in ServiceRole::named(role).iter().flat_map(|role| &role.works_on) {
            let (code, before) = &works_on.arn;
            for (region, record) in self.records.read().everywhere(&works_on.kind, now) {
                let arn = format!("acs:{code}:{region}:{}:{before}/{}", self.id, record.key);
                resources.entry(region.to_owned()).or_default().push(arn);
            }
        }
        if !role.eq_ignore_ascii_case(older) {
            return resources;
        }
        let records = self.pai.read();
        if self.directory.read().role(newer).is_ok() {
            return resources;
        }
        for workspace in records.workspaces() {
            let kinds = [
                ("flow", workspace.flows.keys().collect::<Vec<_>>()),
                ("runtime", workspace.runtimes.keys().collect()),
                ("deployment", workspace.deployments.keys().collect()),
                ("knowledgebase", workspace.knowledge_bases.keys().collect()),
            ];
            let (region, id) = (&workspace.region, &workspace.id);
            let place = format!("acs:pailangstudio:{region}:{}:workspace/{id}", self.id);
            for (kind, ids) in kinds.into_iter().filter(|(_, ids)| !ids.is_empty()) {
                let arns = ids.into_iter().map(|id| format!("{place}/{kind}/{id}"));
                resources.entry(region.clone()).or_default().extend(arns);
            }
        }
        resources
    }
}
