//! `endpoints.json`: where everything listens, for scripts and the AWS command line.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// The addresses of a running local mode, all on loopback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// The portal: site, pages and API.
    pub portal: String,
    /// DynamoDB's protocol.
    pub dynamodb: String,
    /// Step Functions' protocol.
    pub step_functions: String,
    /// What Slack and e-mail would have received.
    pub inbox: String,
    /// Secrets Manager's protocol.
    pub secrets_manager: String,
    /// SQS's protocol.
    pub sqs: String,
    /// S3's protocol: the archive of audit anchors.
    pub s3: String,
    /// The OpenID Connect issuer.
    pub issuer: String,
    /// The process that serves them.
    pub pid: u32,
}

impl Endpoints {
    /// Writes the file whole or not at all: readers poll for it.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        let partial = path.with_extension("json.partial");
        let text = serde_json::to_string_pretty(self).context("cannot encode the endpoints")?;
        fs::write(&partial, text + "\n").with_context(|| format!("cannot write {}", partial.display()))?;
        fs::rename(&partial, path).with_context(|| format!("cannot write {}", path.display()))
    }
}
