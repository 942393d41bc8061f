//! What can be asked of the portal, each in one file; HTTP, Slack and e-mail are thin adapters over it.
//!
//! To add a request: one file here, one route in `api`, one line in its table.

pub mod anchor;
mod answer;
pub mod asker;
pub mod audit;
pub mod break_glass;
pub mod cancel;
pub mod check;
pub mod daily;
pub mod decide;
pub mod deliver;
pub mod deputy;
pub mod doors;
mod draft;
pub(crate) mod ending;
pub mod error;
pub mod facts;
pub mod inbox;
pub mod limits;
mod notices;
pub(crate) mod nudge;
pub mod preferences;
pub mod propose;
pub mod runs;
pub mod sign_out;
pub mod slack;
pub mod terms;
pub mod trigger;
mod vault;
pub mod view;
pub(crate) mod waiting;

use std::sync::Arc;

use jiff::{Timestamp, Unit};

use crate::archive::Archive;
use crate::notify::Notifier;
use crate::queue::Queue;
use crate::store::Store;
use crate::workflow::Engine;
use crate::{CatalogStore, Config, Http, Late};

pub use error::AppError;
pub(crate) use notices::send as notify;
pub(crate) use trigger::GRACE;

/// Clients of everything outside the process, already built for the world they are used in.
#[expect(clippy::disallowed_types, reason = "hands each client to the module that owns it")]
#[derive(Clone)]
pub struct Clients {
    /// The tables.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// The gateway's Step Functions.
    pub sfn: aws_sdk_sfn::Client,
    /// E-mail.
    pub sesv2: Late<aws_sdk_sesv2::Client>,
    /// Secret parameters.
    pub secretsmanager: aws_sdk_secretsmanager::Client,
    /// Anchors of the audit.
    pub s3: Late<aws_sdk_s3::Client>,
    /// The queue of interactions. None where nothing is put off, as in local mode.
    pub sqs: Option<Late<aws_sdk_sqs::Client>>,
    /// What the control role of a team account is assumed with. None where one Step Functions
    /// endpoint holds every account, as in local mode.
    pub control: Option<aws_config::SdkConfig>,
}

/// Everything a function needs.
pub struct Portal {
    /// The configuration.
    pub config: Config,
    /// The compiled catalog.
    pub catalog: Arc<CatalogStore>,
    /// The tables.
    pub store: Store,
    /// Step Functions.
    pub engine: Engine,
    /// Slack and e-mail.
    pub notifier: Notifier,
    /// Where nobody can change what was written.
    pub archive: Archive,
    /// Where interactions wait that could not be carried out in time, if anywhere.
    pub queue: Option<Queue>,
    /// Plain HTTP, for sign-in.
    pub http: Http,
    vault: vault::Vault,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Portal {
    /// Puts the portal together.
    pub fn new(config: Config, clients: Clients, catalog: Arc<CatalogStore>) -> Self {
        let http = Http::default();
        Self {
            store: Store::new(clients.dynamodb, &config.table, &config.audit_table),
            engine: Engine::new(&config, clients.sfn, clients.control),
            notifier: Notifier::new(&config, http.clone(), clients.sesv2),
            archive: Archive::new(clients.s3, &config.anchor_bucket),
            queue: Queue::new(&config, clients.sqs),
            vault: vault::Vault::new(clients.secretsmanager),
            http,
            clock: Arc::new(Timestamp::now),
            catalog,
            config,
        }
    }

    /// The same portal by another clock, for tests that need a moment to have passed.
    #[must_use]
    pub fn with_clock(self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// The time, in milliseconds: what is stored is read back equal.
    pub fn now(&self) -> Timestamp {
        let now = (self.clock)();
        now.round(Unit::Millisecond).unwrap_or(now)
    }
}

impl std::fmt::Debug for Portal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Portal").field("config", &self.config).finish_non_exhaustive()
    }
}

/// Random bytes from the operating system's generator.
pub fn random<const N: usize>() -> Result<[u8; N], AppError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
