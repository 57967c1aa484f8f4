//! IMS as a product.

use super::rights::twice;
use crate::gateway::Product;
use crate::services::identity::locate::locate;

/// IMS.
pub static IMS: Product =
    Product::new("Ims", "2019-08-15", &["ims.aliyuncs.com"]).locates(&["ims", "ram"], locate).adapts(twice);
