//! RAM as a product.

use crate::gateway::Product;
use crate::services::common::inside;
use crate::services::identity::locate::locate;

/// RAM.
pub static RAM: Product = Product::new("Ram", inside::RAM, &["ram.aliyuncs.com"]).locates(&["ram"], locate);
