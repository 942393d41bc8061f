//! Carries out outbox rows: at once by whoever wrote them, later by the relay.
//!
//! A row is claimed before anything is done, so that a row which kills its reader is counted too; whoever wrote it has
//! claimed it with that.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};

use super::anchor::{self, Unanchored};
use super::doors::WATCH_EVERY;
use super::trigger::HEAD_START;
use super::{AppError, Portal, doors, ending, notices, nudge};
use crate::domain::run::START_WINDOW;
use crate::domain::{Run, Status};
use crate::notify::NotifyError;
use crate::store::StoreError;
use crate::store::commit::{Change, Committed};
use crate::store::outbox::{MAX_TRIES, Message, Row, RowState};
use crate::telemetry::Metric;

/// How long a row is put off by whoever asks for time, before each try counts.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);
/// How often the run is read anew when others change it at the same moment.
const TRIES: usize = 10;

/// Why a row was not carried out.
#[derive(Debug, thiserror::Error)]
enum Undelivered {
    #[error(transparent)]
    App(#[from] AppError),
    #[error(transparent)]
    Unanchored(#[from] Unanchored),
    #[error("the run does not exist")]
    NoRun,
}

impl Undelivered {
    /// Whether trying again cannot help.
    fn is_final(&self) -> bool {
        matches!(self, Self::Unanchored(Unanchored::Altered(_)))
    }

    /// When to come back, where whoever was asked said so.
    fn later(&self) -> Option<SignedDuration> {
        match self {
            Self::App(AppError::Notify(NotifyError::Later(after))) => Some(*after),
            _ => None,
        }
    }
}

impl From<StoreError> for Undelivered {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}

/// What a round over the outbox did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Rows carried out.
    pub done: u32,
    /// Rows that will be tried again.
    pub failed: u32,
    /// Rows that were put aside.
    pub quarantined: u32,
}

/// Writes a change and tries its rows. The run as it is then; none when somebody else was quicker, and whoever
/// asks looks anew.
pub(super) async fn written(portal: &Portal, change: Change) -> Result<Option<Run>, AppError> {
    match portal.store.commit(change).await {
        Ok(committed) => {
            attempt(portal, &committed).await;
            Ok(Some(committed.run))
        }
        Err(StoreError::Changed) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Tries rows that were just written. Nothing that goes wrong here undoes the facts they follow from; the
/// relay goes on, and does what only it may do.
pub async fn attempt(portal: &Portal, committed: &Committed) -> Round {
    // Boxed, so that whoever writes a change does not carry the state of everything that may follow from it.
    Box::pin(attempt_each(portal, committed)).await
}

async fn attempt_each(portal: &Portal, committed: &Committed) -> Round {
    let mut round = Round::default();
    let now = portal.now();
    for row in committed.rows.iter().filter(|row| !row.message.is_left_to_the_relay()) {
        round.add(row, carry_out(portal, row, Some(&committed.run), now).await);
    }
    round
}

/// Tries rows that are due, once.
pub async fn round(portal: &Portal, rows: Vec<Row>) -> Round {
    let mut round = Round::default();
    let now = portal.now();
    for row in rows {
        round.add(&row, claim_and_carry_out(portal, &row, now).await);
    }
    round
}

impl Round {
    /// Counts what became of a row; one that somebody else was quicker with is theirs.
    fn add(&mut self, row: &Row, became: Result<Row, StoreError>) {
        match became {
            Ok(Row { state: RowState::Quarantined, .. }) => self.quarantined += 1,
            Ok(Row { state: RowState::Due, reason: Some(_), .. }) => self.failed += 1,
            Ok(_) => self.done += 1,
            Err(StoreError::Changed) => {}
            Err(error) => {
                tracing::warn!(run = %row.run_id, seq = row.seq, %error, "an outbox row could not be written");
                self.failed += 1;
            }
        }
    }
}

async fn claim_and_carry_out(portal: &Portal, row: &Row, now: Timestamp) -> Result<Row, StoreError> {
    let tries = row.tries + 1;
    let claimed = Row { tries, due_at: now + backoff(tries), ..row.clone() };
    portal.store.update_row(row, &claimed).await?;
    carry_out(portal, &claimed, None, now).await
}

/// Carries out a row that was claimed. `known` is the run as it was just written.
async fn carry_out(
    portal: &Portal,
    claimed: &Row,
    known: Option<&Run>,
    now: Timestamp,
) -> Result<Row, StoreError> {
    // Boxed, so that whoever writes a row does not carry the state of everything a row may do.
    let after = match Box::pin(dispatch(portal, claimed, known, now)).await {
        Ok(None) => Row { state: RowState::Done, reason: None, ..claimed.clone() },
        Ok(Some(due_at)) => Row { tries: 0, due_at, reason: None, ..claimed.clone() },
        Err(error) => {
            let (run, seq, tries) = (claimed.run_id, claimed.seq, claimed.tries);
            tracing::warn!(%run, seq, tries, %error, "an outbox row failed");
            failed(claimed, &error, now)
        }
    };
    if after.state == RowState::Done && known.is_some() && claimed.message == Message::Start {
        // The gateway removes this row when it takes the run on. If it does not, the relay looks again.
        return Ok(after);
    }
    portal.store.update_row(claimed, &after).await?;
    if after.state == RowState::Quarantined {
        Metric::one("OutboxPutAside").emit();
        Box::pin(put_aside(portal, &after, now)).await;
    }
    Ok(after)
}

/// A row that was not carried out. One that was told to come back later does so, and the try does not count:
/// a workspace with much to say is not out of order. Only for so long, else nobody would ever be told.
fn failed(claimed: &Row, error: &Undelivered, now: Timestamp) -> Row {
    let reason = Some(error.to_string());
    let patient = now.duration_since(claimed.created_at) < PATIENCE;
    if let Some(after) = error.later().filter(|_| patient) {
        let due_at = now.checked_add(after).unwrap_or(Timestamp::MAX).min(now + PATIENCE);
        return Row { tries: claimed.tries.saturating_sub(1), due_at, reason, ..claimed.clone() };
    }
    let given_up = claimed.tries >= MAX_TRIES || error.is_final();
    let state = if given_up { RowState::Quarantined } else { RowState::Due };
    let due_at = error.later().and_then(|after| now.checked_add(after).ok()).unwrap_or(claimed.due_at);
    Row { state, reason, due_at: due_at.max(claimed.due_at), ..claimed.clone() }
}

/// A run whose START was given up will not start, and its requester should know. What Slack did not take goes
/// by e-mail, where that would not have gone out besides.
async fn put_aside(portal: &Portal, row: &Row, now: Timestamp) {
    tracing::error!(run = %row.run_id, seq = row.seq, reason = ?row.reason, "an outbox row was put aside");
    if let Some(message) = notices::instead(&row.message)
        && let Err(error) = by_other_means(portal, row, message, now).await
    {
        tracing::error!(run = %row.run_id, %error, "nor could the notice be sent by other means");
    }
    if row.message != Message::Start {
        return;
    }
    let cause = "The run could not be started after several tries.";
    let ended = match portal.store.run(row.run_id).await {
        Ok(Some(run)) => ending::never_started(portal, &run, cause, now).await,
        Ok(None) => Ok(()),
        Err(error) => Err(error.into()),
    };
    if let Err(error) = ended {
        tracing::error!(run = %row.run_id, %error, "its run could not be ended; the deadline will");
    }
}

/// Sends a notice by another medium: a row of its own, since it has its own tries.
async fn by_other_means(
    portal: &Portal,
    row: &Row,
    message: Message,
    now: Timestamp,
) -> Result<(), AppError> {
    for _ in 0..TRIES {
        let Some(run) = portal.store.run(row.run_id).await? else { return Ok(()) };
        let mut change = Change::of(&run, now);
        change.send(message.clone(), now + HEAD_START);
        if written(portal, change).await?.is_some() {
            return Ok(());
        }
    }
    Err(StoreError::Busy.into())
}

/// Does what a row says; the moment is when it comes again, for a row that goes on while its run does. People are told
/// of the run as it is when they are told.
async fn dispatch(
    portal: &Portal,
    row: &Row,
    known: Option<&Run>,
    now: Timestamp,
) -> Result<Option<Timestamp>, Undelivered> {
    let run = match known.filter(|_| row.message.asks_step_functions()) {
        Some(run) => Cow::Borrowed(run),
        None => Cow::Owned(portal.store.run(row.run_id).await?.ok_or(Undelivered::NoRun)?),
    };
    match &row.message {
        Message::Start => start(portal, &run, row, now).await?,
        Message::Wake { gate } => wake(portal, &run, gate).await?,
        Message::Stop => stop(portal, &run).await?,
        Message::Deadline => ending::past_deadline(portal, &run, now).await?,
        Message::Notify { notice, medium } => {
            notices::tell(portal, &run, notice, *medium, row.seq).await?;
        }
        Message::Answer => doors::answer(portal, &run).await?,
        Message::Watch => return watch(portal, &run, now).await,
        Message::Remind { gate } => nudge::remind(portal, &run, gate, now).await?,
        Message::Escalate { gate } => nudge::escalate(portal, &run, gate, now).await?,
        Message::Anchor { head } => anchor::close(portal, &run, head, row.created_at).await?,
    }
    Ok(None)
}

/// Nothing depends on an event arriving: as long as the run is open, whoever waits for it is looked after.
async fn watch(portal: &Portal, run: &Run, now: Timestamp) -> Result<Option<Timestamp>, Undelivered> {
    if let Some(changed) = doors::look_after(portal, run.id).await? {
        attempt(portal, &changed).await;
    }
    Ok((!run.status.is_final()).then(|| now + WATCH_EVERY))
}

/// A request that nobody could start for a day is not started behind everybody's back.
async fn start(portal: &Portal, run: &Run, row: &Row, now: Timestamp) -> Result<(), Undelivered> {
    if run.status != Status::Starting {
        return Ok(());
    }
    if now.duration_since(row.created_at) >= START_WINDOW {
        let cause = "The run could not be started within a day, so it will not be started any more.";
        return Ok(ending::never_started(portal, run, cause, now).await?);
    }
    Ok(portal.engine.start(run).await.map_err(AppError::from)?)
}

/// Without a token nobody waits yet: whoever stores one looks at the run afterwards. Of gates side by side
/// the gateway waits at one, so all of them are asked for its token; one that was used changes nothing.
async fn wake(portal: &Portal, run: &Run, gate: &str) -> Result<(), Undelivered> {
    let Some(stage) = run.gate(gate).map(|gate| gate.stage) else { return Ok(()) };
    for gate in run.gates.iter().filter(|gate| gate.stage == stage && gate.token_generation > 0) {
        if let Some(token) = portal.store.token(run.id, &gate.name, gate.token_generation).await? {
            portal.engine.wake(&token).await.map_err(AppError::from)?;
        }
    }
    Ok(())
}

async fn stop(portal: &Portal, run: &Run) -> Result<(), Undelivered> {
    if run.status != Status::Cancelling {
        return Ok(());
    }
    Ok(portal.engine.stop(run).await.map_err(AppError::from)?)
}

/// 5 s doubling to 10 min 40 s: eight tries take about 21 minutes.
fn backoff(tries: u32) -> SignedDuration {
    SignedDuration::from_secs(5 << tries.min(8).saturating_sub(1))
}
