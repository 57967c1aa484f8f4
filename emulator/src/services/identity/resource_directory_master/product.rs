//! ResourceDirectoryMaster as a product.

use crate::gateway::Product;
use crate::services::identity::locate::locate;

/// ResourceDirectoryMaster. Its actions and resources bear ResourceManager's code.
pub static RESOURCE_DIRECTORY_MASTER: Product = Product::new(
    "ResourceDirectoryMaster",
    "2022-04-19",
    &["resourcedirectory.aliyuncs.com", "resourcedirectory-intl.aliyuncs.com"],
)
.locates(&["resourcemanager"], locate);
