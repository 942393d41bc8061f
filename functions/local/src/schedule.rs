//! What runs by the clock: in production `EventBridge` calls these, here a task of this process does.

use std::sync::Arc;
use std::time::Duration;

use portal::{Portal, steps};
use serde_json::json;
use tokio::time::{MissedTickBehavior, interval};

/// How often the outbox relay runs. On AWS it is a minute; nobody at a terminal waits that long.
const RELAY: Duration = Duration::from_secs(1);

/// Runs the outbox relay until the task is dropped.
pub(crate) async fn relay(portal: Arc<Portal>) {
    let mut clock = interval(RELAY);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        if let Err(error) = steps::dispatch("relay", json!({}), &portal).await {
            tracing::warn!(%error, "the outbox relay failed; it runs again in a second");
        }
    }
}
