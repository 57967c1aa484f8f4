//! All of them.

use super::{accounts, control_policies, delegation, deletion, directory, folders, handshakes, payers};
use crate::gateway::{Operation, Product};

/// A family's rows.
type Rows = fn(&'static Product) -> Vec<Operation>;

const FAMILIES: &[Rows] = &[
    directory::rows,
    folders::rows,
    accounts::rows,
    handshakes::rows,
    deletion::rows,
    payers::rows,
    control_policies::rows,
    delegation::rows,
];

/// The operations that both faces have, for one of them.
pub(crate) fn rows(of: &'static Product) -> Vec<Operation> {
    FAMILIES.iter().flat_map(|rows| rows(of)).collect()
}
