//! What EAS does besides keeping records: it reads a service's configuration, makes its service-linked role, asks VPC for the network
//! of a service, keeps a locked service as it is.

pub(super) mod acl;
pub(super) mod configuration;
pub(super) mod instances;
pub(super) mod network;
pub(super) mod resources;
pub(super) mod service;
pub(super) mod versions;
