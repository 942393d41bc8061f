//! Letting a run past its gates in an emergency: who may, and what becomes of the run.
//!
//! Not a vote: whoever breaks the glass answers for it alone, with a reason that everybody reads who would
//! have been asked. The requester cannot, nor whoever stands behind the request, and a deputy cannot.

use catalog_model::approval::Channel;
use catalog_model::input::Said;
use jiff::Timestamp;
use serde_json::json;

use super::audit::Entry;
use super::mandate::{excluded, is_in};
use super::verdict::{Refusal, reason_of, recent};
use super::{Caller, CallerKind, GateStatus, Person, Run, Status};

/// What somebody says when they break the glass.
#[derive(Debug, Clone)]
pub struct Plea {
    /// Why it cannot wait.
    pub reason: String,
    /// The run's digest on the page that the person saw.
    pub digest: String,
    /// When the person last proved who they are.
    pub signed_in_at: Option<Timestamp>,
}

/// Whether this person may let this run past its gates now.
pub fn may(run: &Run, caller: &Caller, person: &Person) -> Result<(), Refusal> {
    if caller.kind == CallerKind::Machine {
        return Err(Refusal::IsMachine);
    }
    match excluded(run, &person.id) {
        // Who proposed other values may still answer for an emergency; who wants the run may not.
        Ok(()) | Err(Refusal::IsEditor) => {}
        Err(refusal) => return Err(refusal),
    }
    if !is_in(&run.break_glass, person) {
        return Err(Refusal::NotInGroup);
    }
    if run.status == Status::Waiting { Ok(()) } else { Err(Refusal::NotOpen) }
}

/// The run with every gate that is not passed overridden, and what the audit says of it.
pub fn broken(
    run: &Run,
    plea: &Plea,
    caller: &Caller,
    person: &Person,
    now: Timestamp,
) -> Result<(Run, Entry), Refusal> {
    may(run, caller, person)?;
    if plea.digest != run.digest {
        return Err(Refusal::OtherDigest);
    }
    recent(plea.signed_in_at, now)?;
    let reason = reason_of(Some(&plea.reason), true)?;
    let mut after = run.clone();
    after.status = Status::Approved;
    let said = Said { id: person.id.clone(), name: person.name.clone(), at: now, reason: reason.clone() };
    let mut overridden = Vec::new();
    for gate in after.gates.iter_mut().filter(|gate| !gate.is_passed()) {
        gate.status = GateStatus::Overridden;
        gate.overridden = Some(said.clone());
        overridden.push(gate.name.clone());
    }
    let detail = json!({ "gates": overridden, "reason": reason });
    Ok((after, Entry::new(caller.key(), "glass broken", detail).by(Channel::Portal.as_str())))
}
