//! What `services.json` says: how services are called that need no code of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

/// A service, by the name that `aws-sdk:` resources use.
#[derive(Debug, Deserialize)]
pub(super) struct Service {
    /// Its name as AWS's SDK for Java spells it, which error names begin with.
    pub(super) id: String,
    /// Its name in signatures.
    pub(super) signing: String,
    pub(super) protocol: Protocol,
    /// Prefix of `X-Amz-Target`.
    #[serde(default)]
    pub(super) target: String,
    /// Of the JSON protocol, or of the query API.
    #[serde(default)]
    pub(super) version: String,
    /// Members begin with a small letter on the wire.
    #[serde(default)]
    pub(super) lower: bool,
    /// Members whose content is a map: its keys are the caller's own.
    #[serde(default)]
    pub(super) maps: BTreeSet<String>,
    /// Members that are times.
    #[serde(default)]
    pub(super) times: BTreeSet<String>,
    /// Operations of a REST API.
    #[serde(default)]
    pub(super) operations: BTreeMap<String, Operation>,
}

/// The protocols that are spoken here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Protocol {
    /// AWS JSON 1.0 and 1.1.
    Json,
    /// Forms in, XML out.
    Query,
    /// JSON bodies on paths of their own.
    RestJson,
}

/// An operation of a REST API.
#[derive(Debug, Deserialize)]
pub(super) struct Operation {
    pub(super) method: String,
    pub(super) uri: String,
    /// Parameters of the query string.
    #[serde(default)]
    pub(super) query: BTreeSet<String>,
    /// Headers by the member they carry.
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    /// The member that is the whole body.
    #[serde(default)]
    pub(super) payload: Option<String>,
}

static SERVICES: LazyLock<BTreeMap<String, Service>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("services.json")).unwrap_or_else(|error| {
        tracing::error!(%error, "services.json cannot be read: no service can be called");
        BTreeMap::new()
    })
});

/// A service by its name in `aws-sdk:<name>:<action>`.
pub(super) fn find(name: &str) -> Option<&'static Service> {
    SERVICES.get(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_is_read() {
        assert!(SERVICES.len() > 100, "{}", SERVICES.len());
        for (name, service) in SERVICES.iter() {
            assert_eq!(*name, service.id.to_lowercase());
            assert_eq!(service.protocol == Protocol::Json, !service.target.is_empty(), "{name}");
            assert_eq!(service.protocol == Protocol::RestJson, !service.operations.is_empty(), "{name}");
        }
        assert!(find("cloudwatchlogs").is_some_and(|logs| logs.lower && logs.signing == "logs"));
    }
}
