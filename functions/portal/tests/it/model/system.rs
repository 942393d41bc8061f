//! The model as the checker sees it: where it begins, what can happen, what must hold.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use portal::domain::Status;
use stateright::{Model, Property};

use super::action::{self, Action};
use super::defects::Defect;
use super::properties;
use super::state::{Run, State};
use super::table;

/// The system, whole or with one rule of it broken.
pub(super) struct System {
    defect: Option<Defect>,
    properties: fn() -> Vec<Property<Self>>,
    actions: Vec<Action>,
    own: Vec<Action>,
    taken: Arc<Taken>,
}

/// The transitions between states of a run that were taken anywhere.
#[derive(Default)]
pub(super) struct Taken([AtomicU16; table::ALL.len()]);

impl System {
    /// As it should be.
    pub(super) fn sound() -> Self {
        Self {
            defect: None,
            properties: properties::always,
            actions: action::all(),
            own: action::by_itself(),
            taken: Arc::default(),
        }
    }

    /// With a seeded defect.
    pub(super) fn with(defect: Defect) -> Self {
        Self { defect: Some(defect), ..Self::sound() }
    }

    /// As it should be, looking for what must be possible while none of this happens.
    pub(super) fn possible(without: fn(&Action) -> bool) -> Self {
        let mut system = Self { properties: properties::sometimes, ..Self::sound() };
        system.actions.retain(|action| !without(action));
        system
    }

    /// Whether this defect was seeded.
    pub(super) fn has(&self, defect: Defect) -> bool {
        self.defect == Some(defect)
    }

    /// What comes next if nobody does anything and nothing crashes.
    pub(super) fn by_itself(&self, state: &State) -> Option<State> {
        self.own.iter().find_map(|action| self.next_state(state, *action))
    }

    /// The record of transitions, which fills while the model is checked.
    pub(super) fn taken(&self) -> Arc<Taken> {
        self.taken.clone()
    }
}

impl Taken {
    /// Every transition that was taken.
    pub(super) fn pairs(&self) -> Vec<(Status, Status)> {
        let all = table::ALL;
        let from = |from: Status| all.into_iter().map(move |to| (from, to));
        all.into_iter().flat_map(from).filter(|(from, to)| self.has(*from, *to)).collect()
    }

    fn has(&self, from: Status, to: Status) -> bool {
        self.0[from as usize].load(Ordering::Relaxed) & 1 << to as u8 != 0
    }

    fn add(&self, from: Status, to: Status) {
        self.0[from as usize].fetch_or(1 << to as u8, Ordering::Relaxed);
    }
}

impl State {
    /// Writes the run item and remembers what no write may do.
    pub(super) fn put(&mut self, system: &System, run: Run) {
        let (from, to) = (self.run.status, run.status);
        if from != to {
            system.taken.add(from, to);
            self.seen.strayed |= !table::allows(from, to);
        }
        self.seen.disturbed |= self.run.is_ended() && run != self.run;
        self.run = run;
        // Whoever read it before holds an older version, and the database will refuse their write.
        if let Some(slow) = self.slow.as_mut().filter(|_| !system.has(Defect::VersionNotCompared)) {
            slow.read = None;
        }
    }
}

impl Model for System {
    type State = State;
    type Action = Action;

    /// A request that passes both gates, one that passes the first, one that passes none.
    fn init_states(&self) -> Vec<State> {
        [[true, true], [true, false], [false, false]].map(State::before).to_vec()
    }

    fn actions(&self, _: &State, actions: &mut Vec<Action>) {
        actions.extend_from_slice(&self.actions);
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        action.apply(self, *state).map(State::forget).filter(|next| next != state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        (self.properties)()
    }
}
