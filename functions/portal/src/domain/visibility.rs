//! Who may see a run. Whoever may not gets the same answer as for a run that does not exist.

use super::{Person, Run};

/// The requester, everybody who may decide at one of its gates, and the owner team.
pub fn may_see(run: &Run, person: &Person) -> bool {
    run.requester.id == person.id
        || person.teams.contains(&run.target.owner)
        || run.gates.iter().any(|gate| person.in_any(&gate.group_ids()))
}

/// The requester, and the owner team whose account the steps run in.
pub fn may_cancel(run: &Run, person: &Person) -> bool {
    run.requester.id == person.id || person.teams.contains(&run.target.owner)
}
