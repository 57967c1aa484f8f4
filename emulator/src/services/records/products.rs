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
}
