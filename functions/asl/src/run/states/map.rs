//! Map: one iteration per item, so many at once; a distributed one leaves them to a map run.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::Step;
use super::distributed::Plan;
use crate::data::jsonata::type_name;
use crate::data::{Failure, Template};
use crate::definition::{Items, Kind, Language, Map, State};
use crate::run::Run;
use crate::run::context::View;
use crate::run::frames::{Branches, Doing, Frame, Item};

/// Most iterations of an inline Map that run at once.
const MOST_AT_ONCE: usize = 40;

impl Run<'_> {
    pub(super) fn map(&mut self, number: u64, state: &State, map: &Map) -> Result<Step, Failure> {
        let raw = self.input_of(number);
        let input = self.select(number, &state.input_path, &raw)?;
        let view = View::of(&raw).rooted(&input);
        let reads = map.distributed.as_ref().is_some_and(|distributed| distributed.reader.is_some());
        let items = if reads { Arc::new(Value::Null) } else { self.items(number, state, map, &input)? };
        let total = length(&items);
        let details = json!({"length": total});
        self.note(number, "MapStateStarted", Some(("mapStateStartedEventDetails", details)));
        let at_once = self.concurrency(number, map, view)?;
        let tolerance = self.tolerance(number, map, view)?;
        if let Some(distributed) = &map.distributed {
            let items = (!reads).then_some(items);
            let plan = Plan { state, map, distributed, input: &input, items, at_once, tolerance };
            return self.start_map_run(number, plan);
        }
        if total == 0 {
            self.note_aside(number, "MapStateSucceeded", None);
            return self.shape(number, state, Arc::new(json!([]))).map(Step::Exit);
        }
        self.set_doing(
            number,
            Doing::Branches(Box::new(Branches {
                input,
                items,
                total,
                next: 0,
                at_once: limited(at_once),
                running: BTreeMap::new(),
                results: BTreeMap::new(),
            })),
        );
        self.begin_iterations(number)?;
        Ok(Step::Waits)
    }

    pub(in crate::run) fn items(
        &self,
        frame: u64,
        state: &State,
        map: &Map,
        input: &Arc<Value>,
    ) -> Result<Arc<Value>, Failure> {
        let raw = self.input_of(frame);
        let view = View::of(&raw).rooted(input);
        let items = match &map.items {
            Items::Input => Arc::clone(input),
            Items::Path(path) => Arc::new(self.path_value(frame, path, view, "ItemsPath")?),
            Items::Template(template) => self.evaluate(frame, template, view, "Items")?,
        };
        if items.is_array() || (items.is_object() && map.distributed.is_some()) {
            return Ok(items);
        }
        Err(match &map.items {
            Items::Template(Template::Expression(expression)) => Failure::query(
                format!(
                    "The JSONata expression '{}' specified for the field 'Items' returned an unexpected result \
                     type. Expected 'array', but was '{}' for value: {items}",
                    expression.source,
                    type_name(&items)
                ),
                Some("Items"),
            ),
            _ if state.language == Language::Jsonata => {
                Failure::query(format!("Map state input must be an array but was: {items}"), None)
            }
            Items::Path(path) => {
                Failure::runtime(format!("Reference path \"{}\" must point to array.", path.within()))
            }
            _ => Failure::runtime("Reference path \"$\" must point to array."),
        })
    }

    /// Begins as many further iterations of a frame's Map as may run.
    pub(in crate::run) fn fill(&mut self, number: u64) {
        if let Err(failure) = self.begin_iterations(number) {
            self.raise(number, failure);
        }
    }

    fn begin_iterations(&mut self, number: u64) -> Result<(), Failure> {
        let Some(state) = self.state_of(number) else { return Ok(()) };
        let Kind::Map(map) = &state.kind else { return Ok(()) };
        loop {
            let Some(branches) = self.branches(number) else { return Ok(()) };
            if branches.next >= branches.total || branches.running.len() >= branches.at_once {
                return Ok(());
            }
            let index = branches.next;
            let value = branches.items.get(index).cloned().unwrap_or_default();
            let (item, effective) = (Item { index, value: Arc::new(value) }, Arc::clone(&branches.input));
            branches.next += 1;
            let input = self.item_input(number, map, &item, &effective)?;
            let details = json!({"name": state.name, "index": index});
            let event = self.record(
                self.last_event(number),
                "MapIterationStarted",
                Some(("mapIterationStartedEventDetails", details)),
            );
            let start_at = map.processor.start_at.clone();
            let mut frame = Frame::inside(Some((number, index)), start_at, input, event);
            frame.item = Some(item);
            let inner = self.add_frame(frame);
            if let Some(branches) = self.branches(number) {
                branches.running.insert(index, inner);
            }
        }
    }

    pub(in crate::run) fn item_input(
        &self,
        frame: u64,
        map: &Map,
        item: &Item,
        effective: &Value,
    ) -> Result<Arc<Value>, Failure> {
        let Some(selector) = &map.selector else { return Ok(Arc::clone(&item.value)) };
        let raw = self.input_of(frame);
        let view = View { item: Some(item), ..View::of(&raw).rooted(effective) };
        self.evaluate(frame, selector, view, "ItemSelector")
    }
}

/// How many items there are; an object's members are items of a distributed Map.
fn length(items: &Value) -> usize {
    match items {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole, not negative, and limited"
)]
fn limited(most: f64) -> usize {
    if most < 1.0 { MOST_AT_ONCE } else { (most as usize).min(MOST_AT_ONCE) }
}
