//! Walks a document along the steps of a path.

use std::cell::Cell;

use serde_json::Value;

use super::Step;

/// The one place that definite steps name.
pub(super) fn one<'v>(start: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    steps.iter().try_fold(start, |value, step| match step {
        Step::Name(name) => value.as_object()?.get(name),
        Step::Index(index) => at(value, *index),
        _ => None,
    })
}

/// Whether definite steps lead to an array that has not the place they name.
pub(super) fn ends_past_an_array(start: &Value, steps: &[Step]) -> bool {
    let mut here = start;
    for step in steps {
        let array = here.is_array() && matches!(step, Step::Index(_));
        match one(here, std::slice::from_ref(step)) {
            Some(next) => here = next,
            None => return array,
        }
    }
    false
}

/// How many places one path may look at: `$..*..*` names each many times over.
const MOST_PLACES: usize = 2_000_000;

/// A walk along one path, filters included, that stays within bounds.
pub(super) struct Walk {
    left: Cell<usize>,
}

impl Walk {
    /// Every place that the steps name; None if there are too many on the way.
    pub(super) fn along<'v>(start: &'v Value, steps: &[Step]) -> Option<Vec<&'v Value>> {
        let walk = Self { left: Cell::new(MOST_PLACES) };
        let found = walk.many(start, steps);
        (walk.left.get() > 0).then_some(found)
    }

    /// Every place that the steps name, as far as the walk may still go.
    pub(super) fn many<'v>(&self, start: &'v Value, steps: &[Step]) -> Vec<&'v Value> {
        let mut here = vec![start];
        for step in steps {
            let mut next = Vec::new();
            for value in here {
                let before = next.len();
                self.follow(value, step, &mut next);
                let looked_at = next.len() - before + 1;
                self.left.set(self.left.get().saturating_sub(looked_at));
                if self.left.get() == 0 {
                    return Vec::new();
                }
            }
            here = next;
        }
        here
    }

    fn follow<'v>(&self, value: &'v Value, step: &Step, out: &mut Vec<&'v Value>) {
        match step {
            Step::Name(name) => out.extend(value.as_object().and_then(|o| o.get(name))),
            Step::Names(names) => out.extend(names.iter().filter_map(|n| value.as_object()?.get(n))),
            Step::Index(index) => out.extend(at(value, *index)),
            Step::Indexes(indexes) => out.extend(indexes.iter().filter_map(|i| at(value, *i))),
            Step::Slice(from, to, by) => slice(value, *from, *to, *by, out),
            Step::All => children(value, out),
            Step::Descend => descend(value, out),
            Step::Filter(filter) => {
                let mut candidates = Vec::new();
                match value {
                    Value::Array(_) => children(value, &mut candidates),
                    _ => candidates.push(value),
                }
                out.extend(candidates.into_iter().filter(|candidate| filter.accepts(candidate, self)));
            }
        }
    }
}

fn at(value: &Value, index: i64) -> Option<&Value> {
    let array = value.as_array()?;
    array.get(absolute(index, array.len())?)
}

/// A position counted from the end becomes one counted from the start.
fn absolute(index: i64, length: usize) -> Option<usize> {
    let length = i64::try_from(length).ok()?;
    usize::try_from(if index < 0 { length + index } else { index }).ok()
}

fn slice<'v>(value: &'v Value, from: Option<i64>, to: Option<i64>, by: i64, out: &mut Vec<&'v Value>) {
    let Some(array) = value.as_array() else { return };
    let bound = |index: i64| absolute(index, array.len()).unwrap_or(0).min(array.len());
    let (from, to) = (bound(from.unwrap_or(0)), to.map_or(array.len(), bound));
    let by = usize::try_from(by).unwrap_or(1).max(1);
    if from < to {
        out.extend(array[from..to].iter().step_by(by));
    }
}

fn children<'v>(value: &'v Value, out: &mut Vec<&'v Value>) {
    match value {
        Value::Array(items) => out.extend(items),
        Value::Object(members) => out.extend(members.values()),
        _ => {}
    }
}

fn descend<'v>(value: &'v Value, out: &mut Vec<&'v Value>) {
    out.push(value);
    let mut below = Vec::new();
    children(value, &mut below);
    for child in below {
        descend(child, out);
    }
}
