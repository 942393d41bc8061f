//! `finish`: records how the owner's steps ended. Said twice, it is recorded once.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{StepError, TRIES, load};
use crate::Portal;
use crate::app::AppError;
use crate::app::ending::{self, End};
use crate::domain::{Failure, Run, RunId, Status};
use crate::store::StoreError;
use crate::workflow::{Outcome, names};

/// The gateway's word for a role in the owner's account that it could not use.
const ROLE_REFUSED: &str = "Drawbridge.RoleRefused";

/// What the gateway sends.
#[derive(Debug, Deserialize)]
pub struct Payload {
    run_id: RunId,
    digest: String,
    outcome: Outcome,
    #[serde(default)]
    output: Option<Value>,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    cause: Option<String>,
    #[serde(default)]
    execution_arn: Option<String>,
}

/// What the run is now.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Finished {
    /// Its status.
    pub status: Status,
}

/// Ends the run, unless it has ended or another execution than its own says so.
pub async fn run(portal: &Portal, payload: Payload) -> Result<Finished, StepError> {
    let own = names::execution_arn(&portal.config.gateway_arn, payload.run_id).map_err(AppError::from)?;
    let foreign = payload.execution_arn.as_ref().is_some_and(|arn| *arn != own)
        || payload.error.as_deref() == Some("Drawbridge.ForeignExecution");
    for _ in 0..TRIES {
        let run = load(portal, payload.run_id, &payload.digest).await?;
        if foreign {
            return Ok(Finished { status: run.status });
        }
        match ending::finish(portal, &run, "gateway", payload.end(portal, &run), portal.now()).await {
            Err(AppError::Store(StoreError::Changed)) => {}
            status => return Ok(Finished { status: status? }),
        }
    }
    Err(StoreError::Busy.into())
}

impl Payload {
    fn end(&self, portal: &Portal, run: &Run) -> End {
        if self.error.as_deref() == Some(ROLE_REFUSED) {
            let failure = Some(role_refused(portal, run, self.cause.as_deref().unwrap_or_default()));
            return End { outcome: self.outcome, output: None, failure };
        }
        let failure = Failure {
            name: self.error.clone().unwrap_or_else(|| default_error(self.outcome).to_owned()),
            cause: self.cause.clone().unwrap_or_default(),
        };
        End { outcome: self.outcome, output: self.output.clone(), failure: Some(failure) }
    }
}

/// Whose role it is and what they have to do, since nobody else can. Nothing ran, and trying again would not help.
fn role_refused(portal: &Portal, run: &Run, said: &str) -> Failure {
    let index = portal.catalog.index();
    let owner = &run.target.owner;
    let team = index.teams.get(owner).map_or(owner, |team| &team.name);
    let role = names::invoke_role(run);
    let gateway = &portal.config.gateway_arn;
    let cause = format!(
        "Nothing was started, because the role {role} of {team} (team {owner}, account {}) does not let the portal \
         in. {team} can mend it: deploy the team account's stack again, so that the role is there, trusts the \
         gateway's role with sts:ExternalId {gateway}, and may start the workflow's published version. AWS said: {said}",
        run.target.account
    );
    Failure { name: ROLE_REFUSED.to_owned(), cause }
}

/// An execution that was stopped or ran out of time may end without an error's name.
fn default_error(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::TimedOut => "Drawbridge.TimedOut",
        Outcome::Aborted => "Drawbridge.Stopped",
        Outcome::Failed | Outcome::Succeeded => "States.TaskFailed",
    }
}
