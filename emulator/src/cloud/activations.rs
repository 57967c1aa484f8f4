//! Which services an account has opened.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A service that is closed for an account until the account opens it, once and for all regions or region by region.
///
/// VPC is none of them: it has no activation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Service {
    /// Object Storage Service.
    Oss,
    /// Simple Log Service.
    Sls,
    /// Managed Service for OpenTelemetry.
    Xtrace,
    /// PAI, in one region.
    Pai(String),
    /// DataWorks, in one region.
    DataWorks(String),
    /// MaxCompute, in one region.
    MaxCompute(String),
}

impl Service {
    /// Its short name: `oss`, `pai`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Oss => "oss",
            Self::Sls => "sls",
            Self::Xtrace => "xtrace",
            Self::Pai(_) => "pai",
            Self::DataWorks(_) => "dataworks",
            Self::MaxCompute(_) => "maxcompute",
        }
    }

    /// Every service that can be opened, those that are opened region by region for one region.
    pub fn all(region: &str) -> [Self; 6] {
        let region = || region.to_owned();
        [Self::Oss, Self::Sls, Self::Xtrace, Self::Pai(region()), Self::DataWorks(region()), Self::MaxCompute(region())]
    }

    /// The region that it is opened for; `None` for one that is opened once for the account.
    pub fn region(&self) -> Option<&str> {
        match self {
            Self::Oss | Self::Sls | Self::Xtrace => None,
            Self::Pai(region) | Self::DataWorks(region) | Self::MaxCompute(region) => Some(region),
        }
    }
}

impl fmt::Display for Service {
    /// `oss`, `pai/cn-hangzhou`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        self.region().map_or(Ok(()), |region| write!(f, "/{region}"))
    }
}

/// Which services an account has opened, and when. What is open is never closed again: the cloud has no operation for it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Activations(#[serde(with = "crate::cloud::save::with::pairs")] BTreeMap<Service, Timestamp>);

impl Activations {
    /// Is this service open?
    pub fn is_open(&self, service: &Service) -> bool {
        self.0.contains_key(service)
    }

    /// Opens a service. `false` if it was open already; the date then stays.
    pub fn open(&mut self, service: Service, at: Timestamp) -> bool {
        let new = !self.is_open(&service);
        self.0.entry(service).or_insert(at);
        new
    }

    /// The open services, in a stable order, and since when.
    pub fn iter(&self) -> impl Iterator<Item = (&Service, Timestamp)> {
        self.0.iter().map(|(service, at)| (service, *at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_stays_open_and_regions_are_their_own() {
        let (first, later) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
        let mut activations = Activations::default();
        let hangzhou = Service::Pai("cn-hangzhou".to_owned());
        assert!(activations.open(hangzhou.clone(), first));
        assert!(!activations.open(hangzhou.clone(), later));
        assert!(activations.is_open(&hangzhou));
        assert!(!activations.is_open(&Service::Pai("cn-shanghai".to_owned())));
        assert!(!activations.is_open(&Service::DataWorks("cn-hangzhou".to_owned())));
        assert!(activations.open(Service::Oss, first));
        let open: Vec<_> = activations.iter().map(|(service, at)| (service.to_string(), at)).collect();
        assert_eq!(open, [("oss".to_owned(), first), ("pai/cn-hangzhou".to_owned(), first)]);
    }
}
