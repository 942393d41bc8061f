//! Stand-ins of local mode for services that the portal talks to, each speaking the real protocol.

pub mod aws_json;
pub mod inbox;
pub mod s3;
pub mod secrets;
pub mod ses;
pub mod slack;
pub mod sqlite;

use std::path::Path;

use axum::Router;
use tokio::net::TcpListener;

use aws_json::Caller;
use inbox::Inbox;
use secrets::Secrets;
use sqlite::StoreError;

/// All of them. Their paths do not meet, so that one listener is enough: Secrets Manager is a POST to `/`,
/// the inbox's page a GET, Slack is under `/api`, SES under `/v2`.
#[derive(Clone)]
pub struct Services {
    /// What Slack and e-mail would have received.
    pub inbox: Inbox,
    secrets: Secrets,
    slack_token: String,
}

impl Services {
    /// Opens their stores in the data folder. `slack_token` is the bearer token that Slack accepts.
    pub fn open(data: &Path, slack_token: &str, default_caller: Caller) -> Result<Self, StoreError> {
        Ok(Self {
            inbox: Inbox::open(data)?,
            secrets: Secrets::open(data, default_caller)?,
            slack_token: slack_token.to_owned(),
        })
    }

    /// All protocols and the inbox's page as one axum router.
    pub fn router(&self) -> Router {
        self.inbox
            .router()
            .merge(self.secrets.router())
            .merge(ses::router(self.inbox.clone()))
            .merge(slack::router(self.inbox.clone(), &self.slack_token))
    }
}

/// Answers requests on `listener` until `shutdown` completes. Requests under way are dropped then: one
/// may be a page that waits for news.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send,
) -> std::io::Result<()> {
    tokio::select! {
        served = async { axum::serve(listener, router).await } => served,
        () = shutdown => Ok(()),
    }
}
