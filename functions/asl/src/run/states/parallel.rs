//! Parallel: every branch at once, with the same input.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::Step;
use crate::data::Failure;
use crate::definition::{Branch, State};
use crate::run::Run;
use crate::run::frames::{Branches, Doing, Frame};

impl Run<'_> {
    pub(super) fn parallel(
        &mut self,
        number: u64,
        state: &State,
        branches: &[Branch],
    ) -> Result<Step, Failure> {
        let input = self.effective_input(number, state, None)?;
        let event = self.note(number, "ParallelStateStarted", None);
        let mut running = BTreeMap::new();
        for (index, branch) in branches.iter().enumerate() {
            let frame =
                Frame::inside(Some((number, index)), branch.start_at.clone(), Arc::clone(&input), event);
            running.insert(index, self.add_frame(frame));
        }
        self.set_doing(
            number,
            Doing::Branches(Box::new(Branches {
                input,
                items: Arc::new(Value::Null),
                total: branches.len(),
                next: branches.len(),
                at_once: branches.len(),
                running,
                results: BTreeMap::new(),
            })),
        );
        Ok(Step::Waits)
    }
}
