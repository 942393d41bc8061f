//! Stand-ins of local mode for services that the portal talks to, each speaking the real protocol.

pub mod aws_json;
mod faults;
pub mod inbox;
pub mod s3;
pub mod secrets;
pub mod ses;
pub mod slack;
pub mod sqlite;
pub mod sqs;
pub mod workspace;

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::post;
use tokio::net::TcpListener;

use crate::issuer::SigningKey;

use aws_json::Caller;
use faults::Faults;
use inbox::Inbox;
use secrets::Secrets;
use slack::{Slack, SlackApp};
use sqs::Queues;
use workspace::Roster;

/// All of them. Their paths do not meet, so that one listener is enough: Secrets Manager and SQS are a POST to
/// `/` that names its target, the inbox's page is a GET, Slack is under `/api`, SES under `/v2`.
#[derive(Clone)]
pub struct Services {
    /// What Slack and e-mail would have received.
    pub inbox: Inbox,
    /// SQS.
    pub queues: Queues,
    secrets: Secrets,
    slack: Arc<Slack>,
    roster: Roster,
    faults: Faults,
    default_caller: Caller,
}

impl Services {
    /// Opens their stores in the data folder.
    pub fn open(data: &Path, app: SlackApp, roster: Roster, default_caller: Caller) -> anyhow::Result<Self> {
        let inbox = Inbox::open(data).context("cannot open the inbox")?;
        let queues =
            Queues::open(data, default_caller.clone(), &app.url).context("cannot open the queues")?;
        let key = SigningKey::open(&data.join("slack.pem"))?;
        Ok(Self {
            queues,
            secrets: Secrets::open(data, default_caller.clone()).context("cannot open the secrets")?,
            slack: Arc::new(Slack::new(app, inbox.clone(), roster.clone(), key)?),
            roster,
            inbox,
            faults: Faults::default(),
            default_caller,
        })
    }

    /// All protocols and the inbox's page as one axum router.
    pub fn router(&self) -> Router {
        self.inbox
            .router(self.roster.clone())
            .merge(Router::new().route("/", post(aws)).with_state(self.clone()))
            .merge(ses::router(self.inbox.clone(), self.default_caller.clone()))
            .merge(slack::router(self.slack.clone()))
            .layer(from_fn_with_state(self.faults.clone(), faults::intercept))
            .merge(self.faults.router())
    }
}

/// The services that AWS's clients call at `/`.
async fn aws(State(services): State<Services>, headers: HeaderMap, body: Bytes) -> Response {
    if Queues::is_called(&headers) {
        services.queues.handle(&headers, &body).await
    } else {
        services.secrets.handle(&headers, &body)
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
