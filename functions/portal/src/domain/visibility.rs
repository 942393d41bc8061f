//! Who may see a run. Whoever may not gets the same answer as for a run that does not exist.

use super::mandate::{Decider, is_in};
use super::{Person, Run};

/// The requester (of a state machine's run, the members of its team), the owner team, everybody who may decide at
/// one of its gates or break the glass, and their deputies.
pub fn may_see(run: &Run, decider: &Decider) -> bool {
    let person = &decider.person;
    run.belongs_to(person)
        || person.teams.contains(&run.target.owner)
        || [person].into_iter().chain(&decider.deputy_for).any(|person| may_act(run, person))
}

fn may_act(run: &Run, person: &Person) -> bool {
    let circles = run.gates.iter().flat_map(super::Gate::circles).chain([&run.break_glass]);
    circles.into_iter().any(|circle| is_in(circle, person))
}

/// The requester (of a state machine's run, the members of its team), and the owner team whose account the steps run in.
pub fn may_cancel(run: &Run, person: &Person) -> bool {
    run.belongs_to(person) || person.teams.contains(&run.target.owner)
}
