//! The circuit breaker of a caller and a workflow: who calls something that is out of order is told so at once, instead
//! of keeping it busy.
//!
//! | state | a run begins | a run works | a run fails |
//! |---|---|---|---|
//! | closed | freely | forgets the failures | counts it; the fifth in a row opens |
//! | open | not until a minute has passed, then as the probe | nothing | nothing |
//! | probing | not | if it is the probe, closes | if it is the probe, opens for another minute |
//!
//! A run that ends without saying anything about the workflow (rejected, expired, cancelled) counts for nothing; a
//! probe that does so lets the next one take its place at once. Only state machines are cut off: people read what
//! happened, and decide for themselves.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Failure, Run, RunId, Status};

/// How many failures in a row open the circuit.
pub const FAILURES: u32 = 5;
/// How long it stays open before a probe is let through.
pub const PAUSE: SignedDuration = SignedDuration::from_secs(60);
/// How much of a cause is kept as the reason, in characters; the run has the whole.
const REASON: usize = 300;

/// Errors of a run that somebody wanted, or that its caller has to mend: they say nothing about the workflow.
const NOT_OUT_OF_ORDER: [&str; 8] = [
    "Drawbridge.Rejected",
    "Drawbridge.Expired",
    "Drawbridge.Cancelled",
    "Drawbridge.InvalidParameters",
    "Drawbridge.NotAllowed",
    "Drawbridge.NoSuchWorkflow",
    "Drawbridge.KeyReused",
    "Drawbridge.LimitExceeded",
];

/// Whether runs are let through.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "is", rename_all = "lowercase")]
pub enum State {
    /// They are.
    #[default]
    Closed,
    /// None is until then.
    Open {
        /// Since when.
        #[schema(value_type = String, format = DateTime)]
        since: Timestamp,
        /// When one is let through to find out whether it works again.
        #[schema(value_type = String, format = DateTime)]
        until: Timestamp,
    },
    /// One was, and no other is until it has ended.
    Probing {
        /// Since when the circuit is open.
        #[schema(value_type = String, format = DateTime)]
        since: Timestamp,
        /// The run that finds out.
        run: RunId,
    },
}

/// A failure that counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Failed {
    /// The run.
    pub run: RunId,
    /// The error's name.
    pub name: String,
    /// The beginning of its cause.
    pub cause: String,
    /// When the run ended.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// The circuit between a caller and a workflow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breaker {
    /// Who calls: `machine:data-platform`.
    pub caller: String,
    /// Whether runs are let through.
    pub state: State,
    /// How many runs failed since one worked.
    pub failures: u32,
    /// The last that did.
    #[serde(default)]
    pub last: Option<Failed>,
    /// Raised by every write; nothing was written at 0.
    pub version: u64,
}

/// What a run says about the workflow when it has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It works.
    Worked,
    /// It does not.
    Failed(Failure),
    /// Nothing.
    Silent,
}

/// Whether a run may begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// It may, and nothing changes.
    Free,
    /// It may as the probe; this is the circuit from then on.
    Probe(Breaker),
    /// It may not.
    Refused,
}

impl Ended {
    /// What a run that has ended says.
    pub fn of(run: &Run) -> Self {
        let failure = || {
            let unnamed = || Failure { name: run.status.to_string(), cause: String::new() };
            run.failure.clone().unwrap_or_else(unnamed)
        };
        match run.status {
            Status::Succeeded => Self::Worked,
            Status::Failed | Status::TimedOut => match failure() {
                failure if NOT_OUT_OF_ORDER.contains(&failure.name.as_str()) => Self::Silent,
                failure => Self::Failed(failure),
            },
            _ => Self::Silent,
        }
    }
}

impl Breaker {
    /// A circuit that nothing has happened to.
    pub fn of(caller: impl Into<String>) -> Self {
        Self { caller: caller.into(), ..Self::default() }
    }

    /// Whether a run may begin now.
    pub fn begin(&self, run: RunId, now: Timestamp) -> Admission {
        match self.state {
            State::Closed => Admission::Free,
            State::Open { since, until } if now >= until => {
                Admission::Probe(self.with(State::Probing { since, run }))
            }
            State::Open { .. } | State::Probing { .. } => Admission::Refused,
        }
    }

    /// The circuit after a run has ended; none when nothing changes.
    pub fn end(&self, run: RunId, ended: &Ended, now: Timestamp) -> Option<Self> {
        match (&self.state, ended) {
            (State::Closed, Ended::Failed(failure)) => Some(self.failed(run, failure, now)),
            (State::Closed, Ended::Worked) => (self.failures > 0).then(|| self.closed()),
            (State::Probing { run: probe, since }, ended) if *probe == run => Some(match ended {
                Ended::Worked => self.closed(),
                Ended::Failed(failure) => self.failed(run, failure, now),
                Ended::Silent => self.with(State::Open { since: *since, until: now }),
            }),
            // What began before the circuit opened says nothing about now.
            _ => None,
        }
    }

    /// When a run may be let through again, where that is known.
    pub fn until(&self) -> Option<Timestamp> {
        match self.state {
            State::Open { until, .. } => Some(until),
            State::Closed | State::Probing { .. } => None,
        }
    }

    fn failed(&self, run: RunId, failure: &Failure, now: Timestamp) -> Self {
        let failures = self.failures.saturating_add(1);
        let state = match self.state {
            State::Closed if failures < FAILURES => State::Closed,
            State::Closed => State::Open { since: now, until: now + PAUSE },
            State::Open { since, .. } | State::Probing { since, .. } => {
                State::Open { since, until: now + PAUSE }
            }
        };
        let cause = failure.cause.chars().take(REASON).collect();
        let last = Some(Failed { run, name: failure.name.clone(), cause, at: now });
        Self { failures, last, ..self.with(state) }
    }

    fn closed(&self) -> Self {
        Self { failures: 0, last: None, ..self.with(State::Closed) }
    }

    fn with(&self, state: State) -> Self {
        Self { state, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::run::sample;

    /// What happens: a run begins, or has ended, so many seconds after the start.
    #[derive(Debug, Clone, Copy)]
    enum Event {
        Begins(u8, i64),
        Works(u8, i64),
        Fails(u8, i64),
        Silent(u8, i64),
    }
    use Event::{Begins, Fails, Silent, Works};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + seconds).expect("in range")
    }

    fn id(run: u8) -> RunId {
        RunId::new(at(0), [run; 10])
    }

    /// The circuit after an event, and what it says in words: `free`, `probe`, `refused`, `same`, or the new state.
    fn after(breaker: &Breaker, event: Event) -> (Breaker, String) {
        let failure = Failure { name: "States.TaskFailed".to_owned(), cause: "throttled".to_owned() };
        let ended = |run, ended: &Ended, seconds| match breaker.end(id(run), ended, at(seconds)) {
            Some(next) => (next.clone(), words(&next)),
            None => (breaker.clone(), "same".to_owned()),
        };
        match event {
            Begins(run, seconds) => match breaker.begin(id(run), at(seconds)) {
                Admission::Free => (breaker.clone(), "free".to_owned()),
                Admission::Refused => (breaker.clone(), "refused".to_owned()),
                Admission::Probe(next) => (next, "probe".to_owned()),
            },
            Works(run, seconds) => ended(run, &Ended::Worked, seconds),
            Fails(run, seconds) => ended(run, &Ended::Failed(failure), seconds),
            Silent(run, seconds) => ended(run, &Ended::Silent, seconds),
        }
    }

    fn words(breaker: &Breaker) -> String {
        let second = |moment: Timestamp| moment.as_second() - 1_795_000_000;
        match &breaker.state {
            State::Closed => format!("closed {}", breaker.failures),
            State::Open { since, until } => format!("open {}–{}", second(*since), second(*until)),
            State::Probing { .. } => "probing".to_owned(),
        }
    }

    fn check(events: &[(Event, &str)]) {
        let mut breaker = Breaker::of("machine:apps");
        for (event, expect) in events {
            let (next, said) = after(&breaker, *event);
            assert_eq!(said, *expect, "{event:?} of {events:?}");
            breaker = next;
        }
    }

    const FIVE: [(Event, &str); 5] = [
        (Fails(1, 1), "closed 1"),
        (Fails(2, 2), "closed 2"),
        (Fails(3, 3), "closed 3"),
        (Fails(4, 4), "closed 4"),
        (Fails(5, 5), "open 5–65"),
    ];

    #[test]
    fn follows_its_table() {
        let then = |more: &[(Event, &str)]| check(&[FIVE.as_slice(), more].concat());
        // Closed: successes forget, silence does not count.
        check(&[(Begins(1, 0), "free"), (Works(1, 1), "same"), (Silent(2, 1), "same")]);
        check(&[FIVE[0], FIVE[1], FIVE[2], FIVE[3], (Silent(9, 5), "same"), (Works(9, 6), "closed 0")]);
        check(&[FIVE[0], (Works(9, 2), "closed 0"), (Fails(3, 3), "closed 1")]);
        // Open: nobody for a minute, and what began before says nothing.
        then(&[(Begins(6, 5), "refused"), (Begins(6, 64), "refused"), (Works(7, 64), "same")]);
        then(&[(Fails(7, 30), "same"), (Silent(7, 30), "same"), (Begins(6, 65), "probe")]);
        // Probing: exactly one.
        then(&[(Begins(6, 65), "probe"), (Begins(7, 65), "refused"), (Begins(8, 9999), "refused")]);
        then(&[(Begins(6, 70), "probe"), (Works(6, 80), "closed 0"), (Begins(7, 80), "free")]);
        then(&[(Begins(6, 70), "probe"), (Works(7, 80), "same"), (Begins(8, 81), "refused")]);
        then(&[(Begins(6, 70), "probe"), (Fails(6, 80), "open 5–140"), (Begins(7, 139), "refused")]);
        then(&[(Begins(6, 70), "probe"), (Fails(6, 80), "open 5–140"), (Begins(7, 140), "probe")]);
        then(&[(Begins(6, 70), "probe"), (Silent(6, 80), "open 5–80"), (Begins(7, 80), "probe")]);
    }

    #[test]
    fn only_what_is_out_of_order_counts() {
        let check = |status: Status, name: Option<&str>, counts: Option<bool>| {
            let mut run = sample::run();
            run.status = status;
            run.failure = name.map(|name| Failure { name: name.to_owned(), cause: String::new() });
            let said = match Ended::of(&run) {
                Ended::Worked => None,
                Ended::Failed(_) => Some(true),
                Ended::Silent => Some(false),
            };
            assert_eq!(said, counts, "{status} {name:?}");
        };
        check(Status::Succeeded, None, None);
        check(Status::Failed, Some("States.TaskFailed"), Some(true));
        check(Status::Failed, Some("ClusterNotFound"), Some(true));
        check(Status::Failed, Some("Drawbridge.NotStarted"), Some(true));
        check(Status::Failed, None, Some(true));
        check(Status::TimedOut, Some("Drawbridge.TimedOut"), Some(true));
        check(Status::Failed, Some("Drawbridge.CircuitOpen"), Some(true));
        for name in NOT_OUT_OF_ORDER {
            check(Status::Failed, Some(name), Some(false));
        }
        for status in [Status::Rejected, Status::Expired, Status::Cancelled] {
            check(status, Some("States.TaskFailed"), Some(false));
        }
    }

    #[test]
    fn the_reason_is_the_last_failure_without_its_length() {
        let breaker = Breaker::of("machine:apps");
        let failure = Failure { name: "States.TaskFailed".to_owned(), cause: "é".repeat(9_000) };
        let next = breaker.end(id(1), &Ended::Failed(failure), at(1)).expect("it counts");
        let last = next.last.expect("a reason");
        assert_eq!((last.run, last.name.as_str(), last.at), (id(1), "States.TaskFailed", at(1)));
        assert_eq!(last.cause, "é".repeat(REASON));
    }
}
