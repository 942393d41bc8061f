//! Tries a Map whose iterations a mock stands for.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{FRAME, Past, Seen, Stop, mocked, whole};
use crate::data::Failure;
use crate::definition::distributed::{Batcher, Format};
use crate::definition::{Language, Map, State};
use crate::map_run::read_values;
use crate::refusal::Refusal;
use crate::run::Run;
use crate::run::context::View;
use crate::run::flow::Exit;
use crate::run::frames::Item;

impl Run<'_> {
    pub(super) fn try_map(
        &mut self,
        state: &State,
        map: &Map,
        past: &Past,
        seen: &mut Seen,
    ) -> Result<Exit, Stop> {
        let raw = self.input_of(FRAME);
        let selected = self.note_input_path(state, seen)?;
        let view = View::of(&raw).rooted(&selected);
        let items = self.try_items(state, map, (&selected, past), seen)?;
        let inputs = self.try_selector(map, &items, &selected, seen)?;
        if let Some(batcher) = map.distributed.as_ref().and_then(|distributed| distributed.batcher.as_ref()) {
            let batches = self.batches(batcher, inputs, view)?;
            seen.note("afterItemBatcher", &batches);
        }
        seen.number("maxConcurrency", whole(self.concurrency(FRAME, map, view)?));
        let (count, percentage) = self.tolerance(FRAME, map, view)?;
        if let Some(count) = count {
            seen.number("toleratedFailureCount", whole(count));
        }
        if let Some(percentage) = percentage {
            seen.number("toleratedFailurePercentage", json!(percentage));
        }
        let result = mocked(past)?;
        let failures = past.failures.unwrap_or(0);
        if failures > items.len() {
            return Err(Stop::Refused(Refusal::invalid(
                "Map iteration failure count must be less than or equal to the number of Map iterations",
            )));
        }
        if exceeded(failures, items.len(), count, percentage) {
            return Err(Failure::reported(
                "States.ExceedToleratedFailureThreshold",
                "The specified tolerated failure threshold was exceeded",
            )
            .into());
        }
        Ok(self.shaped(state, result, seen)?)
    }

    fn try_items(
        &self,
        state: &State,
        map: &Map,
        (selected, past): (&Arc<Value>, &Past),
        seen: &mut Seen,
    ) -> Result<Vec<Value>, Stop> {
        if let Some(reader) = map.distributed.as_ref().and_then(|distributed| distributed.reader.as_ref()) {
            let Some(text) = &past.read else { return Ok(Vec::new()) };
            let (items, pointed) = read(text, &reader.format)?;
            if pointed {
                seen.note("afterItemsPointer", &json!(items));
            }
            return Ok(items);
        }
        let items = self.items(FRAME, state, map, selected)?;
        if state.language == Language::JsonPath {
            seen.note("afterItemsPath", &items);
        }
        Ok(match Arc::unwrap_or_clone(items) {
            Value::Array(items) => items,
            Value::Object(members) => {
                members.into_iter().map(|(name, value)| json!({"Key": name, "Value": value})).collect()
            }
            other => vec![other],
        })
    }

    /// Every iteration's input.
    fn try_selector(
        &self,
        map: &Map,
        items: &[Value],
        selected: &Value,
        seen: &mut Seen,
    ) -> Result<Vec<Value>, Failure> {
        let mut inputs = Vec::with_capacity(items.len());
        for (index, value) in items.iter().enumerate() {
            let item = Item { index, value: Arc::new(value.clone()) };
            inputs.push(Arc::unwrap_or_clone(self.item_input(FRAME, map, &item, selected)?));
        }
        if map.selector.is_some() {
            seen.note("afterItemSelector", &json!(inputs));
        }
        Ok(inputs)
    }

    /// The inputs in batches, as children of a distributed Map would get them.
    fn batches(&self, batcher: &Batcher, inputs: Vec<Value>, view: View<'_>) -> Result<Value, Failure> {
        let limit = |number: Option<&_>, field: &str| {
            let number = number.map(|number| self.number(FRAME, number, view, field)).transpose()?;
            Ok::<_, Failure>(number.filter(|number| *number > 0.0))
        };
        let most = limit(batcher.max_items.as_ref(), "MaxItemsPerBatch")?;
        let longest = limit(batcher.max_bytes.as_ref(), "MaxInputBytesPerBatch")?;
        let shared = match &batcher.input {
            Some(template) => Some(self.evaluate(FRAME, template, view, "BatchInput")?),
            None => None,
        };
        let batch = |items: &[Value]| match &shared {
            Some(input) => json!({"BatchInput": **input, "Items": items}),
            None => json!({"Items": items}),
        };
        let fits = |items: &[Value]| {
            most.is_none_or(|most| !more(items.len(), most))
                && longest.is_none_or(|bytes| !more(batch(items).to_string().len(), bytes))
        };
        let (mut made, mut current): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
        for input in inputs {
            current.push(input);
            // What alone is too long goes alone.
            if current.len() > 1 && !fits(&current) {
                let begun = current.split_off(current.len() - 1);
                made.push(batch(&current));
                current = begun;
            }
        }
        if !current.is_empty() {
            made.push(batch(&current));
        }
        Ok(json!(made))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number of things in memory")]
fn more(number: usize, than: f64) -> bool {
    number as f64 > than
}

/// Whether more iterations failed than a Map tolerates; where nothing is said, any number is.
#[expect(clippy::cast_precision_loss, reason = "numbers of items")]
fn exceeded(failures: usize, items: usize, count: Option<f64>, percentage: Option<f64>) -> bool {
    count.is_some_and(|count| failures as f64 > count)
        || percentage.is_some_and(|percentage| failures as f64 * 100.0 > percentage * items as f64)
}

/// The items in what `ItemReader` read, and whether a pointer found them.
fn read(text: &str, format: &Format) -> Result<(Vec<Value>, bool), Failure> {
    let pointed = matches!(format, Format::Json { pointer: Some(_) });
    match read_values(format, text) {
        Ok(values) => Ok((values, pointed)),
        Err(cause) => Err(Failure::reported("States.ItemReaderFailed", &cause)),
    }
}
