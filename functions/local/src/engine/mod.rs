//! The Step Functions service of local mode: the real `AWSStepFunctions` protocol on loopback, around
//! the pure engine `asl`.
//!
//! 1. [`api`] reads a request and answers it in AWS's words.
//! 2. [`host`] owns the running executions; every event goes through its one door, [`host::Host::deliver`],
//!    which serialises the transitions of an execution and writes each before anything acts on it.
//! 3. [`store`] keeps machines, executions, histories, and what is owed: timers, tasks, tokens.
//! 4. [`integrations`] carry out tasks. Step Functions answers itself; the rest is one trait,
//!    [`Integration`]: in local mode functions of this process and the workflow's `cases.json`, alone the
//!    services at an address, through their own protocols.
//! 5. [`timers`] says what time it is: the wall's, or a virtual one that leaps where nothing else can happen.
//! 6. [`map_runs`] runs distributed Maps, whose children are executions like any other.
//!
//! A process that is killed loses nothing: [`Engine::open`] arms the timers again and repeats the
//! calls that were under way, which is why every integration of local mode can be repeated.

mod activities;
mod api;
mod arn;
mod calls;
mod commands;
mod definitions;
mod entropy;
mod events;
mod express;
mod host;
mod input;
mod integrations;
mod map_runs;
mod nested;
mod redrive;
mod roles;
mod start;
mod store;
mod target;
mod timers;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;

pub use crate::services::aws_json::Caller;
pub use crate::services::sqlite::StoreError;
pub use integrations::{
    Answer, Answering, Call, Endpoint, FunctionError, Functions, FunctionsFuture, Hearing, InProcess,
    Integration, NOT_SIMULATED, REAL_SERVICES, Simulated, SimulatedMachine,
};

/// How the engine runs.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// The folder that holds `engine.db`; without one, everything is in memory.
    pub data: Option<PathBuf>,
    /// The shared account and its Region: what a call without a twelve-digit access key id is made in.
    pub default_caller: Caller,
    /// The longest that a `Wait` state really waits; as long as it says when absent.
    pub max_wait: Option<Duration>,
    /// Waits, retries and timeouts are instant once nothing else can happen. Where somebody outside holds a
    /// task token, that is once nobody was heard for this long.
    pub virtual_time: Option<Duration>,
}

/// The running service. Clones share it.
#[derive(Clone)]
pub struct Engine(Arc<host::Host>);

impl Engine {
    /// Opens the store and continues every execution that runs. Needs a Tokio runtime.
    pub fn open(options: EngineOptions, outside: Arc<dyn Integration>) -> Result<Self, StoreError> {
        let host = Arc::new(host::Host::open(options, outside)?);
        host.resume()?;
        Ok(Self(host))
    }

    /// The protocol as an axum router.
    pub fn router(&self) -> Router {
        api::router(self.0.clone())
    }

    /// From now on nothing is called with this role: its account does not let anybody in.
    pub fn refuse_role(&self, role: &str) {
        self.0.roles.refuse(role);
    }

    /// Ends everything that runs inside: timers, calls under way. What is stored goes on at the next open.
    pub fn close(&self) {
        self.0.close();
    }
}

/// Answers requests on `listener` until `shutdown` completes, then closes the engine.
pub async fn serve(
    listener: TcpListener,
    engine: Engine,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let served = axum::serve(listener, engine.router()).with_graceful_shutdown(shutdown).await;
    engine.close();
    served
}
