//! What the provider says about itself: addresses and keys, asked for when they are needed and then kept.
//!
//! Providers change their keys. A token that names a key which is not known is the sign of it, so the keys are
//! asked for again at once; but anybody can write a token that names any key, so for such a reason they are
//! asked for no more than once in [`PAUSE`], however many tokens come.
//!
//! Ages are by the wall clock: the monotonic one may stand still while Lambda keeps a function frozen.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use openidconnect::{IssuerUrl, JsonWebKey, ProviderMetadataWithLogout};

use super::http::send;
use super::{OidcError, Provider, provider};

/// Keys and addresses are asked for again after this long: a key that was withdrawn opens nothing any more.
const FRESH: Duration = Duration::from_mins(10);
/// The time between two searches for unknown keys, and after an answer that did not come.
const PAUSE: Duration = Duration::from_secs(30);
/// A provider that is out of order is not asked by every request.
const REST: Duration = Duration::from_secs(5);

/// Addresses and keys.
pub(super) type Metadata = ProviderMetadataWithLogout;

/// What was learned, and when.
#[derive(Default)]
pub(super) struct Memory {
    known: Option<(SystemTime, Arc<Metadata>)>,
    failed: Option<(SystemTime, String)>,
    /// When a key was last searched for that the provider did not have.
    searched: Option<SystemTime>,
}

impl Memory {
    fn fresh(&self) -> Option<Arc<Metadata>> {
        let (learned, metadata) = self.known.as_ref()?;
        is_younger(learned, FRESH).then(|| metadata.clone())
    }

    /// Whether it failed a moment ago.
    fn rests(&self) -> Result<(), OidcError> {
        match &self.failed {
            Some((at, why)) if is_younger(at, REST) => Err(OidcError::Provider(why.clone())),
            _ => Ok(()),
        }
    }
}

impl Provider {
    /// Addresses and keys that are not old.
    pub(super) async fn metadata(&self) -> Result<Arc<Metadata>, OidcError> {
        if let Some(known) = self.memory.read().await.fresh() {
            return Ok(known);
        }
        // One asks; whoever comes meanwhile waits here for its answer.
        let mut memory = self.memory.write().await;
        match memory.fresh() {
            Some(known) => Ok(known),
            None => self.learn(&mut memory).await,
        }
    }

    /// The same, with the key of that id if the provider has it.
    pub(super) async fn metadata_with(&self, kid: Option<&str>) -> Result<Arc<Metadata>, OidcError> {
        let known = self.metadata().await?;
        if has(&known, kid) {
            return Ok(known);
        }
        let mut memory = self.memory.write().await;
        let now_known = memory.fresh().filter(|known| has(known, kid));
        if let Some(found) = now_known {
            return Ok(found);
        }
        if memory.searched.is_some_and(|at| is_younger(&at, PAUSE)) {
            return Ok(known);
        }
        memory.searched = Some(SystemTime::now());
        self.learn(&mut memory).await
    }

    async fn learn(&self, memory: &mut Memory) -> Result<Arc<Metadata>, OidcError> {
        memory.rests()?;
        match self.discover().await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                memory.known = Some((SystemTime::now(), metadata.clone()));
                memory.failed = None;
                Ok(metadata)
            }
            Err(error) => {
                memory.failed = Some((SystemTime::now(), error.to_string()));
                Err(error)
            }
        }
    }

    async fn discover(&self) -> Result<Metadata, OidcError> {
        let issuer = IssuerUrl::new(self.registration.issuer.clone()).map_err(provider)?;
        let send = |request| send(self.http.clone(), request);
        Metadata::discover_async(issuer, &send).await.map_err(provider)
    }
}

/// A moment in the future, after the clock was set back, is no age.
fn is_younger(at: &SystemTime, than: Duration) -> bool {
    at.elapsed().is_ok_and(|age| age < than)
}

fn has(metadata: &Metadata, kid: Option<&str>) -> bool {
    let keys = metadata.jwks().keys();
    match kid {
        Some(kid) => keys.iter().any(|key| key.key_id().is_some_and(|id| id.as_str() == kid)),
        None => !keys.is_empty(),
    }
}
