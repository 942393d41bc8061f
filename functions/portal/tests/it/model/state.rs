//! What there is: the items in the table, the executions, the clock.
//!
//! Nothing here counts without bound. A token is named by the execution that waits with it, a version
//! by the content it stands for, a try of a row by whether another follows. So whatever may happen any
//! number of times (crashes, retries, repeated and forged answers) leads back to a state that is known.

use portal::domain::Status;

use super::people::{Call, Person};
use super::table;

/// How many gates the workflow has.
pub(super) const GATES: usize = 2;

/// Everything at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    /// Runs that the one request became; none before it is made.
    pub(super) runs: u8,
    /// The run item.
    pub(super) run: Run,
    /// Whose wait each gate's newest token belongs to; none once that wait is over.
    pub(super) tokens: [Option<Execution>; GATES],
    /// The outbox, by [`Row::index`].
    pub(super) rows: [RowState; 5],
    /// Where the gateway's executions are: the run's own and another one of the same machine.
    pub(super) gateways: [At; 2],
    /// The execution of the owner's steps.
    pub(super) owner: Owner,
    /// What time it is.
    pub(super) clock: Clock,
    /// A call that has read the run and not written it yet.
    pub(super) slow: Option<Slow>,
    /// Whether something outside refused, or failed for longer than it is retried.
    pub(super) outage: bool,
    /// What is remembered for the properties alone.
    pub(super) seen: Seen,
}

/// The run item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Run {
    pub(super) status: Status,
    pub(super) gates: [Gate; GATES],
}

/// A gate and the votes cast at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Gate {
    pub(super) status: GateStatus,
    pub(super) votes: Votes,
}

/// How far a gate got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum GateStatus {
    Pending,
    Open,
    Approved,
    Rejected,
    Expired,
    Skipped,
}

/// The approvals of a gate: a bit for each person and channel. A rejection closes the run at once, so
/// the gate's status keeps it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Votes(u8);

/// An outbox row. Notices are not modelled: nothing depends on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Row {
    Start,
    Wake(usize),
    Stop,
    Deadline,
}

/// How far a row got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum RowState {
    /// Not written.
    Absent,
    /// Whoever wrote it died or did not succeed: the relay's.
    Left,
    /// Carried out, or put aside.
    Done,
}

/// An execution of the gateway's machine, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Execution {
    /// Named by the run.
    Own,
    /// Named otherwise: somebody started the machine by hand with the run's input.
    Foreign,
}

/// The state that a gateway execution is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum At {
    /// Not started.
    Nowhere,
    NextGate,
    /// `AwaitApproval`, its token not stored yet.
    AwaitApproval(usize),
    /// `AwaitApproval`, asleep.
    Asleep(usize),
    CommitGate,
    /// `StartWorkflow`, and its waits for a throttled start.
    StartWorkflow,
    /// The owner's execution exists and is waited for.
    Watching,
    Finish(Outcome),
    /// Failed in `Finish`, when its retries were used up: may be redriven.
    Failed(Outcome),
    Ended,
}

/// How the owner's steps, or the way to them, ended: the words of `Finish`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Outcome {
    Succeeded,
    Failed,
    /// Failed by the name `Drawbridge.Cancelled`.
    Cancelled,
    TimedOut,
    Aborted,
}

/// The execution of the owner's steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Owner {
    NotStarted,
    Running,
    Ended(Outcome),
}

/// The time, as far as anybody looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Clock {
    /// A START is too old to be carried out.
    pub(super) window_passed: bool,
    /// The gate's time is up.
    pub(super) gate_passed: [bool; GATES],
    /// How late it is for the run.
    pub(super) run: Due,
}

/// How late it is for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Due {
    InTime,
    /// Its deadline passed.
    Overdue,
    /// So did the grace in which the gateway may still end it.
    GivenUp,
}

/// A call between its reading and its conditional write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Slow {
    pub(super) call: Call,
    /// The run as the call read it; none once somebody wrote it, since its version is no longer that.
    pub(super) read: Option<Run>,
}

/// What happened, where the state alone would not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Seen {
    /// Gateway executions that the portal started for the run.
    pub(super) started: u8,
    /// Executions of the owner's steps.
    pub(super) begun: u8,
    /// The run's status when the owner's steps began.
    pub(super) begun_in: Option<Status>,
    /// The gateway execution that began them.
    pub(super) begun_by: Option<Execution>,
    /// A status changed against the table.
    pub(super) strayed: bool,
    /// The item of an ended run changed.
    pub(super) disturbed: bool,
    /// An approval of something else than what runs was counted.
    pub(super) misled: bool,
}

impl State {
    /// Before the request, which has to pass these gates.
    pub(super) fn before(asked: [bool; GATES]) -> Self {
        let gate_of = |asked| Gate {
            status: if asked { GateStatus::Pending } else { GateStatus::Skipped },
            votes: Votes::default(),
        };
        Self {
            runs: 0,
            run: Run { status: Status::Starting, gates: asked.map(gate_of) },
            tokens: [None; GATES],
            rows: [RowState::Absent; 5],
            gateways: [At::Nowhere; 2],
            owner: Owner::NotStarted,
            clock: Clock { window_passed: false, gate_passed: [false; GATES], run: Due::InTime },
            slow: None,
            outage: false,
            seen: Seen {
                started: 0,
                begun: 0,
                begun_in: None,
                begun_by: None,
                strayed: false,
                disturbed: false,
                misled: false,
            },
        }
    }

    /// Forgets what nobody looks at any more, so that states which differ in nothing else are one.
    pub(super) fn forget(mut self) -> Self {
        self.clock.window_passed &= self.run.status == Status::Starting;
        for gate in 0..GATES {
            let open = self.run.gates[gate].status == GateStatus::Open;
            self.clock.gate_passed[gate] &= open || self.gateways.contains(&At::Asleep(gate));
        }
        self
    }

    /// Whether people can still decide at this gate of a run as it was read.
    pub(super) fn is_open(&self, run: Run, gate: usize) -> bool {
        run.gates[gate].status == GateStatus::Open
            && !self.clock.gate_passed[gate]
            && self.clock.run == Due::InTime
    }
}

impl Run {
    /// The first gate that is not passed yet.
    pub(super) fn current_gate(self) -> Option<usize> {
        self.gates.iter().position(|gate| !matches!(gate.status, GateStatus::Approved | GateStatus::Skipped))
    }

    /// The run at its end; gates that were not decided are not asked any more.
    pub(super) fn ended(mut self, status: Status) -> Self {
        self.status = status;
        for gate in &mut self.gates {
            gate.status = match gate.status {
                GateStatus::Open if status == Status::Expired => GateStatus::Expired,
                GateStatus::Pending | GateStatus::Open => GateStatus::Skipped,
                decided => decided,
            };
        }
        self
    }

    pub(super) fn is_ended(self) -> bool {
        table::is_end(self.status)
    }
}

impl Votes {
    /// Records a person's approval by a channel.
    pub(super) fn cast(&mut self, who: Person, channel: u8) {
        self.0 |= 1 << (who as u8 * 2 + channel);
    }

    /// Whether the person approved by this channel.
    pub(super) fn has(self, who: Person, channel: u8) -> bool {
        self.0 & 1 << (who as u8 * 2 + channel) != 0
    }

    /// By how many channels the person approved.
    pub(super) fn of(self, who: Person) -> u32 {
        (self.0 >> (who as u8 * 2) & 0b11).count_ones()
    }

    /// All approvals, whosever.
    pub(super) fn count(self) -> u32 {
        self.0.count_ones()
    }
}

impl Row {
    pub(super) const ALL: [Self; 5] = [Self::Start, Self::Wake(0), Self::Wake(1), Self::Stop, Self::Deadline];

    pub(super) fn index(self) -> usize {
        match self {
            Self::Start => 0,
            Self::Wake(gate) => 1 + gate,
            Self::Stop => 3,
            Self::Deadline => 4,
        }
    }
}
