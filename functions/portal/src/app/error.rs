//! What a caller can be told. Only `api` knows status codes.

use form::FieldError;

use super::limits::{CircuitOpen, Exceeded};
use crate::AwsError;
use crate::catalog::CatalogError;
use crate::domain::digest::NotCanonical;
use crate::domain::verdict::Refusal;
use crate::store::StoreError;
use crate::workflow::EngineError;

/// A request that was not carried out. The messages of the first variants are safe for callers; those
/// of the last ones are for the log.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// There is no such thing, or it is not the caller's to see: the answer is the same.
    #[error("there is no such {0}, or you may not see it")]
    NotFound(&'static str),
    /// The caller is known and may not do this.
    #[error("{0}")]
    NotAllowed(String),
    /// Parameters that the schema does not accept, with one message for each fault.
    #[error("the parameters are not valid")]
    Invalid(Vec<FieldError>),
    /// An idempotency key of unusable shape.
    #[error("an idempotency key is 1 to 255 visible ASCII characters")]
    BadKey,
    /// The key was used for another request.
    #[error("this idempotency key was used for another request")]
    KeyReused,
    /// A cursor that is not one of ours.
    #[error("this cursor is not valid; start again without one")]
    BadCursor,
    /// A field holds something that it cannot.
    #[error("{says}")]
    Wrong {
        /// The field.
        field: &'static str,
        /// What is wrong, and what to do about it.
        says: &'static str,
    },
    /// The state of things does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// A vote that does not count.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The caller wants an end by a moment that is over.
    #[error("the deadline {0} has passed, so nothing was started")]
    PastDeadline(jiff::Timestamp),
    /// A limit of the workflow stands in the way.
    #[error("{}", .0.says)]
    LimitExceeded(Box<Exceeded>),
    /// The caller's runs of this workflow failed one after the other.
    #[error("{}", .0.says)]
    CircuitOpen(Box<CircuitOpen>),
    /// The workflow runs from another Region's portal.
    #[error("this workflow runs in {region}; request it from {url}")]
    WrongRegion {
        /// The workflow's Region.
        region: String,
        /// The address of the portal there.
        url: String,
    },
    /// No version of the workflow's machine was published for what the catalog says now.
    #[error(
        "the workflow {0} has no deployed version of what the catalog says now; its owner has to deploy it"
    )]
    NotDeployed(String),
    /// What was asked is larger than can be kept.
    #[error("the request is larger than can be kept; shorten its parameters")]
    TooLarge,
    /// A value that JSON cannot carry exactly.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    /// The compiled catalog cannot be used.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The tables.
    #[error(transparent)]
    Store(StoreError),
    /// Step Functions.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A link that is of no use.
    #[error(transparent)]
    Link(#[from] crate::domain::link::BadLink),
    /// Slack or e-mail.
    #[error(transparent)]
    Notify(#[from] crate::notify::NotifyError),
    /// Secrets Manager.
    #[error("a secret could not be kept: {0}")]
    Vault(#[from] AwsError),
    /// The archive.
    #[error("the archive did not answer as expected: {0}")]
    Archive(#[from] crate::archive::ArchiveError),
    /// The operating system has no randomness to give.
    #[error("no random bytes: {0}")]
    Random(#[from] getrandom::Error),
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::TooLarge { .. } => Self::TooLarge,
            StoreError::NoSuchTransition { from, .. } => {
                Self::Conflict(format!("this is not possible any more: the run is {from}"))
            }
            other => Self::Store(other),
        }
    }
}

impl AppError {
    /// A refusal as a sentence for whoever was refused, the same on every channel; none where something went
    /// wrong that trying again may mend.
    pub fn refusal(&self) -> Option<String> {
        match self {
            Self::NotFound(_) => Some("There is nothing here, or it is not yours to see.".to_owned()),
            Self::Refused(Refusal::NoSuchGate) => Self::NotFound("run").refusal(),
            Self::LimitExceeded(exceeded) => Some(exceeded.says.clone()),
            Self::CircuitOpen(open) => Some(open.says.clone()),
            Self::NotAllowed(_) | Self::Conflict(_) | Self::Refused(_) | Self::TooLarge => {
                Some(sentence(&self.to_string()))
            }
            _ => None,
        }
    }
}

/// An error's text as a sentence of its own.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).chain(['.']).collect()
}
