//! Which services an account has opened.

/// Which services an account has opened.
#[derive(Debug, Default)]
pub struct Activations {}
