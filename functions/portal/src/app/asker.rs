//! Who asks for a run: a person as their item knows them now, or a team's state machines, which came in by its door.

use catalog_model::Workflow;

use super::check::{may_request, person};
use super::{AppError, Portal};
use crate::domain::{Caller, CallerKind, Person, PersonName, Run};

/// Whoever asks.
#[derive(Debug, Clone)]
pub struct Asker {
    /// Who it is, and by which channel they came.
    pub(super) caller: Caller,
    /// As others read it; of a state machine, its team.
    pub(super) name: PersonName,
    /// As the conditions of gates see it. A state machine is in its team and in no group.
    pub(super) seen: Person,
}

impl Asker {
    /// The caller as they are known now.
    ///
    /// # Errors
    /// When nobody knows them any more.
    pub async fn of(portal: &Portal, caller: &Caller) -> Result<Self, AppError> {
        match caller.kind {
            CallerKind::Person => Ok(Self::new(caller.clone(), person(portal, caller).await?)),
            CallerKind::Machine => Self::team(portal, &caller.id),
        }
    }

    /// A person as they were just read, who comes by this channel.
    pub fn person(person: Person, channel: &str) -> Self {
        Self::new(Caller::person(&person.id).by(channel), person)
    }

    fn new(caller: Caller, person: Person) -> Self {
        let name = PersonName { id: person.id.clone(), name: person.name.clone() };
        Self { caller, name, seen: person }
    }

    /// Whoever asked for a run, as they are known now.
    pub(super) async fn of_run(portal: &Portal, run: &Run) -> Result<Self, AppError> {
        if let Some(team) = run.calling_team() {
            return Self::team(portal, team);
        }
        let unknown =
            || AppError::NotAllowed("the requester is in no team of this portal's catalog".to_owned());
        let person = portal.store.person(&run.requester.id).await?.ok_or_else(unknown)?;
        Ok(Self::new(Caller::person(&person.id), person))
    }

    /// The state machines of a team, which came in by its door.
    ///
    /// # Errors
    /// When the catalog has no such team.
    pub fn team(portal: &Portal, id: &str) -> Result<Self, AppError> {
        let index = portal.catalog.index();
        let team = index.teams.get(id);
        let team = team.ok_or_else(|| AppError::NotAllowed(format!("the catalog has no team {id}")))?;
        let caller = Caller::machine(id);
        let name = PersonName { id: id.to_owned(), name: format!("{} (state machine)", team.name) };
        let seen = Person {
            // Not the team's id alone: a condition on a person must not take it for theirs.
            id: caller.key(),
            name: name.name.clone(),
            email: team.email.clone(),
            title: None,
            groups: Vec::new(),
            teams: vec![id.to_owned()],
        };
        Ok(Self { caller, name, seen })
    }

    /// Refuses whoever the owner has not let in: people by `requesters`, state machines by `callers`, where nobody
    /// is let in who is not named.
    pub(super) fn may_ask_for(&self, portal: &Portal, workflow: &Workflow) -> Result<(), AppError> {
        match self.caller.kind {
            CallerKind::Person if !may_request(&self.seen, &workflow.requesters) => {
                let groups = portal.catalog.group_names();
                let names = workflow.requesters.iter().map(|id| groups.get(id).unwrap_or(id).as_str());
                let names = names.collect::<Vec<_>>().join(", ");
                Err(AppError::NotAllowed(format!("only members of {names} may request this workflow")))
            }
            CallerKind::Machine if !workflow.callers.contains(&self.name.id) => {
                let index = portal.catalog.index();
                let owner = index.teams.get(&workflow.owner).map_or(&workflow.owner, |team| &team.name);
                Err(AppError::NotAllowed(format!(
                    "state machines of {} may not call this workflow; {owner} ({}) owns it and says who may, in its \
                     callers",
                    self.name.id, workflow.owner
                )))
            }
            _ => Ok(()),
        }
    }
}
