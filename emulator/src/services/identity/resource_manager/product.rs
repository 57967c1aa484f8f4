//! ResourceManager as a product.

use crate::gateway::Product;
use crate::services::identity::locate::locate;

/// ResourceManager.
pub static RESOURCE_MANAGER: Product = Product::new(
    "ResourceManager",
    "2020-03-31",
    &["resourcemanager.aliyuncs.com", "resourcemanager.{region}.aliyuncs.com"],
)
.locates(&["resourcemanager", "ram"], locate);
