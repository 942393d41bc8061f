//! Map runs of distributed Maps.

use std::sync::Arc;

use asl::{Command, Event};

use super::host::Host;

impl Host {
    /// Says that a map run cannot be started: the host learns to keep them next.
    pub(crate) fn command_map_run(self: &Arc<Self>, execution: &str, command: &Command) {
        let map_run = match command {
            Command::StartMapRun(request) => request.map_run,
            Command::RedriveMapRun { map_run, .. } => *map_run,
            _ => return,
        };
        let (host, execution) = (self.clone(), execution.to_owned());
        let (error, cause) =
            ("States.Runtime".to_owned(), "Local mode does not run distributed Maps.".to_owned());
        self.spawn(async move {
            host.report(&execution, Event::MapRunFailed { map_run, error, cause }).await;
        });
    }
}
