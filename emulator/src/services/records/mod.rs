//! Products whose operations are verbs over typed records: a file each under `data/records/`, and functions where one acts on others.

mod acls;
mod config;
mod dataworks;
mod dlc;
mod dsw;
mod eas;
mod ecs;
mod functions;
mod ipv6;
mod kms;
mod known;
mod locate;
mod location;
mod manifest;
mod nat;
mod pai;
mod performed;
mod products;
mod regions;
mod roles;
mod routes;
mod rule;
mod rules;
mod timer;
mod tracing;
mod vpc;

pub(crate) use known::{KnownRecord, known};
pub(crate) use locate::locate;
pub(crate) use performed::{CODES, keeps, perform};
