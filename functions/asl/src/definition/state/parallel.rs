//! Parallel: its branches.

use super::Place;
use crate::definition::fields::Fields;
use crate::definition::{Kind, machine};

/// Reads what only a Parallel has.
pub(super) fn read(fields: &mut Fields<'_, '_>, place: &mut Place<'_>) -> Kind {
    let pointer = fields.at("Branches");
    if !fields.has("Branches") {
        fields.wrong_here("The field 'Branches' is required but was missing");
    }
    let list = fields.list("Branches").map_or(&[][..], Vec::as_slice);
    if list.is_empty() && fields.has("Branches") {
        fields.wrong("Branches", "The field 'Branches' must have at least one branch");
    }
    let mut branches = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        let pointer = format!("{pointer}/{index}");
        branches.push(machine::nested(value, &pointer, place.machine, place.states, fields.diagnostics()));
    }
    Kind::Parallel(branches)
}
