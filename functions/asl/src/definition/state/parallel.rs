//! Parallel: its branches.

use super::Place;
use crate::definition::fields::Fields;
use crate::definition::{Kind, machine};

/// Reads what only a Parallel has.
pub(super) fn read(fields: &mut Fields<'_, '_>, place: &mut Place<'_>) -> Kind {
    let pointer = fields.at("Branches");
    let list = fields.required_list("Branches");
    let mut branches = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        let pointer = pointer.item(index);
        branches.push(machine::nested(value, &pointer, place.machine, place.states, fields.diagnostics()));
    }
    Kind::Parallel(branches)
}
