//! ResourceManager as a product, and the rights to its own operations.

use crate::gateway::Product;
use crate::services::identity::locate::locate;

/// ResourceManager.
pub static RESOURCE_MANAGER: Product = Product::new(
    "ResourceManager",
    "2020-03-31",
    &["resourcemanager.aliyuncs.com", "resourcemanager.{region}.aliyuncs.com"],
)
.locates(&["resourcemanager"], locate);

/// The right to an operation under its own name: `resourcemanager:CreateFolder`.
macro_rules! own {
    ($name:literal on $resource:expr) => {
        $crate::gateway::Check::new(&[concat!("resourcemanager:", $name)], $resource)
    };
}

pub(super) use own;
