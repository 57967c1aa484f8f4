//! What the tests of this folder have in common.

use jiff::Timestamp;

use super::ResourceDirectory;
use crate::cloud::{Clock, Cloud};

/// A directory without members.
pub(super) fn directory() -> ResourceDirectory {
    let cloud = Cloud::new(Clock::fixed(Timestamp::UNIX_EPOCH), 0, None);
    cloud.open_account("company", "1234567890123456").unwrap();
    let management = cloud.account("1234567890123456").unwrap();
    ResourceDirectory::new("rd-0".to_owned(), "r-0".to_owned(), &management, Timestamp::UNIX_EPOCH)
}
