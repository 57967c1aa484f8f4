//! ResourceDirectoryMaster, 2022-04-19: the resource directory's later version, over the same state as ResourceManager's.
//!
//! What sends a mail or a code to a telephone is decided and not performed: contacts for messages, secure telephones, addresses.

mod directory;
mod product;
mod table;

pub use product::RESOURCE_DIRECTORY_MASTER;
pub use table::table;
