//! The files of records that come with the program, read when first asked for.

use std::sync::{Arc, OnceLock};

use super::functions::FUNCTIONS;
use crate::operation::{RecordFile, RecordProduct};

/// A product of records that comes with the program.
#[derive(Debug)]
pub(crate) struct Shipped {
    /// Its code.
    pub(crate) name: &'static str,
    /// The version of its API.
    pub(crate) version: &'static str,
    text: &'static str,
    product: OnceLock<Arc<RecordProduct>>,
}

/// The one list of them: code, version, file.
macro_rules! shipped {
    ($($name:literal $version:literal $file:literal,)+) => {
        static SHIPPED: [Shipped; [$($file),+].len()] = [$(Shipped {
            name: $name,
            version: $version,
            text: include_str!(concat!("../../../data/records/", $file)),
            product: OnceLock::new(),
        }),+];
    };
}

shipped! {
    "eas" "2021-07-01" "eas.json",
    "pai-dlc" "2020-12-03" "pai-dlc.json",
    "AIWorkSpace" "2021-02-04" "aiworkspace.json",
    "pai-dsw" "2022-01-01" "pai-dsw.json",
    "PAIFlow" "2021-02-02" "paiflow.json",
    "PaiLLMTrace" "2024-03-11" "paillmtrace.json",
    "PaiStudio" "2022-01-12" "paistudio.json",
    "Vpc" "2016-04-28" "vpc.json",
    "Ecs" "2014-05-26" "ecs.json",
    "dataworks-public" "2024-05-18" "dataworks.json",
    "dataworks-public" "2020-05-18" "dataworks-2020.json",
    "ARMS" "2019-08-08" "arms.json",
    "xtrace" "2019-08-08" "xtrace.json",
    "Kms" "2016-01-20" "kms.json",
    "BssOpenApi" "2017-12-14" "bss.json",
    "Location" "2015-06-12" "location.json",
    "Config" "2020-09-07" "config.json",
    "FC" "2023-03-30" "fc.json",
}

impl Shipped {
    /// What its file says.
    pub(crate) fn product(&self) -> &Arc<RecordProduct> {
        self.product.get_or_init(|| {
            let file: Result<RecordFile, _> = serde_json::from_str(self.text);
            let read = file.map_err(|wrong| wrong.to_string());
            let product = read.and_then(|file| file.product(FUNCTIONS).map_err(|wrong| wrong.to_string()));
            #[expect(clippy::expect_used, reason = "shipped with the program and read by a test")]
            product.map(Arc::new).expect("the shipped files of records can be read")
        })
    }
}

/// All of them.
pub(crate) fn products() -> &'static [Shipped] {
    &SHIPPED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_can_be_read_and_is_of_its_product() {
        for shipped in products() {
            let file: RecordFile =
                serde_json::from_str(shipped.text).unwrap_or_else(|wrong| panic!("{}: {wrong}", shipped.name));
            assert_eq!((&*file.product, &*file.version), (shipped.name, shipped.version));
            if let Err(wrong) = file.product(FUNCTIONS) {
                panic!("{}: {wrong}", shipped.name);
            }
        }
    }

    /// What makes a service-linked role in the caller's name says that it asks for that.
    #[test]
    fn what_is_asked_on_the_way_is_told() {
        const MAKING: [&str; 3] = ["eas-linked-role", "config-start", "llmtrace-create-role"];
        let mut told = 0;
        for shipped in products() {
            let product = shipped.product();
            for operation in product.operations() {
                let Some(says) = product.says(operation) else { continue };
                let makes = says.hooks.iter().chain(&says.handler).any(|name| MAKING.contains(&name.as_str()));
                let asks = says.asks.contains_key("ram:CreateServiceLinkedRole");
                assert_eq!(makes, asks, "{}.{operation}", shipped.name);
                told += usize::from(asks);
            }
        }
        assert_eq!(told, 5);
    }

    /// Verbs do nothing in a rehearsal; functions that write by themselves know of none.
    #[test]
    fn what_can_be_rehearsed_writes_by_verbs_alone() {
        use super::super::functions::WRITING;
        let mut rehearsed = 0;
        for shipped in products() {
            let product = shipped.product();
            for operation in product.operations().filter(|_| product.is_rehearsed()) {
                let line = crate::catalogue::line(shipped.name, shipped.version, operation).unwrap();
                let says = product.says(operation).unwrap();
                if line.entry().parameters().iter().all(|parameter| parameter.name != "DryRun") {
                    continue;
                }
                let writes = says.handler.is_some()
                    || says.hooks.iter().any(|hook| WRITING.iter().any(|(writing, _)| writing == hook));
                assert!(!writes, "{}.{operation}", shipped.name);
                rehearsed += 1;
            }
        }
        assert!(rehearsed > 20, "{rehearsed}");
    }

    /// What holds a record may be another product's: neither its kind nor its states are looked for when the file is read.
    #[test]
    fn what_holds_a_record_is_a_kind_with_such_states() {
        let all: Vec<_> = products().iter().flat_map(|shipped| shipped.product().kinds()).collect();
        for shipped in products() {
            for kind in shipped.product().kinds() {
                for held in &kind.held {
                    let place = format!("{}/{} is held by {}", shipped.name, kind.name, held.by);
                    let own = shipped.product().kind(&held.by);
                    let by = own.or_else(|| all.iter().copied().find(|one| one.kept == held.by));
                    let by = by.unwrap_or_else(|| panic!("{place}, which is no kind"));
                    for state in &held.states {
                        assert!(by.comes_to(state), "{place} while {state}, which it never is");
                    }
                }
            }
        }
    }
}
