//! Buckets and their objects.

/// Buckets and their objects.
#[derive(Debug, Default)]
pub struct Buckets {}
