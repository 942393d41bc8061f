//! Published versions of the owners' machines, written at deployment.

use serde::{Deserialize, Serialize};

use super::error::Kind;
use super::{Store, StoreError, item, keys};

#[derive(Serialize, Deserialize)]
struct Stored {
    machine_version_arn: String,
}

impl Store {
    /// Whether a workflow's digest is deployed. What is, stays so: a later digest is another item, so that a warm
    /// function asks once.
    pub async fn is_deployed(&self, slug: &str, digest: &str) -> Result<bool, StoreError> {
        let key = keys::version(slug, digest);
        if self.deployed.lock().is_ok_and(|known| known.contains(&key)) {
            return Ok(true);
        }
        let deployed = self.version(slug, digest).await?.is_some();
        if deployed && let Ok(mut known) = self.deployed.lock() {
            known.insert(key);
        }
        Ok(deployed)
    }

    /// The published machine version of a workflow's digest; none before it is deployed.
    pub async fn version(&self, slug: &str, digest: &str) -> Result<Option<String>, StoreError> {
        let stored: Option<Stored> = self.read(keys::version(slug, digest)).await?;
        Ok(stored.map(|stored| stored.machine_version_arn))
    }

    /// Records that a workflow's digest was published as this machine version.
    pub async fn put_version(&self, slug: &str, digest: &str, arn: &str) -> Result<(), StoreError> {
        let stored = Stored { machine_version_arn: arn.to_owned() };
        self.put(item::to_item(keys::version(slug, digest), Kind::Version, &stored)?).await
    }
}
