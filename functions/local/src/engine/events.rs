//! Events about executions that have ended, in EventBridge's words.

use std::sync::Arc;

use asl::Status;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::arn::{account_of, region_of};
use super::host::{Host, Running};

impl Host {
    /// Tells that an execution has ended. Without its data: those who need that ask for it.
    pub(crate) fn tell_rules(self: &Arc<Self>, ended: &Running, now: Timestamp) {
        let event = event(&ended.arn, &ended.machine, ended.execution.status(), now);
        let outside = self.outside.clone();
        self.spawn_for(ended.family.busy(), async move { outside.ended(&event).await });
    }
}

fn event(execution: &str, machine: &str, status: Status, now: Timestamp) -> Value {
    json!({
        "version": "0",
        "id": Uuid::new_v4().to_string(),
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": account_of(execution),
        "time": now,
        "region": region_of(execution),
        "resources": [execution],
        "detail": {
            "executionArn": execution,
            "stateMachineArn": machine,
            "name": execution.rsplit(':').next(),
            "status": status.word(),
            "stopDate": now.as_millisecond(),
        },
    })
}
