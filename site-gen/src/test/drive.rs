//! Runs the execution of a case to its end on a virtual clock.

use asl::{Definition, Entropy, Family, FamilyTransition, Start, Status};
use catalog_model::cases::Case;
use jiff::Timestamp;

use super::clock::Clock;
use super::journey::{End, Journey, Unmocked};

/// Events after which an execution is given up. Its history ends at 25,000, so this is far off; the
/// children of a distributed Map have histories of their own.
const BUDGET: u32 = 500_000;

/// Runs a case from `start` to its end, or to the `deadline`.
pub(super) fn run(definition: &Definition, case: &Case, start: Start, deadline: Timestamp) -> (Journey, End) {
    let mut journey = Journey::default();
    let mut clock = Clock::new(start.at, case);
    let end = to_the_end(definition, start, deadline, &mut clock, &mut journey);
    journey.calls = clock.calls;
    (journey, end)
}

fn to_the_end(
    definition: &Definition,
    start: Start,
    deadline: Timestamp,
    clock: &mut Clock<'_>,
    journey: &mut Journey,
) -> End {
    let mut chance = Chance::default();
    let (mut family, mut transition) = Family::start(definition, start, &mut chance);
    for _ in 0..BUDGET {
        for (execution, event) in std::mem::take(&mut transition.history) {
            journey.note(execution, event);
        }
        if family.root().status() != Status::Running {
            return End::Execution(Box::new(family.root().clone()));
        }
        if let Err(unmocked) = carry_out(transition, clock) {
            return End::Unmocked(unmocked);
        }
        let Some(event) = clock.next() else { return End::Stuck };
        if clock.now > deadline {
            return End::Deadline;
        }
        transition = family.apply(definition, event, clock.now, &mut chance);
    }
    End::Endless
}

fn carry_out(transition: FamilyTransition, clock: &mut Clock<'_>) -> Result<(), Box<Unmocked>> {
    for (execution, command) in transition.commands {
        clock.carry_out(execution, command)?;
    }
    for (map_run, request) in transition.calls {
        clock.call(map_run, request)?;
    }
    Ok(())
}

/// Ids and chance, the same in every run.
#[derive(Default)]
struct Chance(u64);

impl Entropy for Chance {
    fn uuid(&mut self) -> String {
        self.0 += 1;
        format!("00000000-0000-4000-8000-{:012}", self.0)
    }

    fn random(&mut self) -> f64 {
        0.5
    }
}
