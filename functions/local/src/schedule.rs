//! What runs by the clock: in production `EventBridge` calls these, here a task of this process does.

use std::sync::Arc;
use std::time::Duration;

use portal::{Portal, steps};
use serde_json::json;
use tokio::time::{MissedTickBehavior, interval};

/// How often the outbox relay runs. On AWS it is a minute; nobody at a terminal waits that long.
const RELAY: Duration = Duration::from_secs(1);
/// How often it is looked whether a day is over. On AWS that is once, after midnight; this machine may have slept.
const ANCHOR: Duration = Duration::from_mins(10);

/// How often daily mails are looked for. On AWS it is an hour.
const DIGEST: Duration = Duration::from_mins(1);

/// Runs the outbox relay until the task is dropped.
pub(crate) async fn relay(portal: Arc<Portal>) {
    every(RELAY, "relay", portal).await;
}

/// Sends daily mails until the task is dropped.
pub(crate) async fn digest(portal: Arc<Portal>) {
    every(DIGEST, "digest", portal).await;
}

async fn every(period: Duration, step: &'static str, portal: Arc<Portal>) {
    let mut clock = interval(period);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        if let Err(error) = steps::dispatch(step, json!({}), &portal).await {
            tracing::warn!(%error, "the step {step} failed; it runs again in {period:?}");
        }
    }
}

/// Anchors the audit of each day that is over, until the task is dropped.
pub(crate) async fn anchor(portal: Arc<Portal>) {
    let mut clock = interval(ANCHOR);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        if let Err(error) = steps::dispatch("anchor", json!({}), &portal).await {
            tracing::warn!(%error, "the day was not anchored; it is tried again in ten minutes");
        }
    }
}
