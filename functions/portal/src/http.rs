//! Plain HTTP, to Slack and the identity provider.
//!
//! The client is made when it is first used: it reads the operating system's roots, and most functions never
//! speak to either. It follows no redirect: whoever could redirect it could make the portal fetch addresses of
//! its own network.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;

/// The longest that any answer may take; most requests say less.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A client that is made at its first use; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Http(Arc<OnceLock<Client>>);

impl Http {
    /// The client.
    ///
    /// # Errors
    /// When the operating system's roots cannot be read.
    pub fn client(&self) -> reqwest::Result<Client> {
        if let Some(client) = self.0.get() {
            return Ok(client.clone());
        }
        let client = Client::builder().timeout(TIMEOUT).redirect(Policy::none()).build()?;
        // Whoever was quicker made an equal one.
        Ok(self.0.get_or_init(|| client).clone())
    }
}
