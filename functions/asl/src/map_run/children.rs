//! From items to the inputs of child executions: `ItemSelector`, then `ItemBatcher`.

use std::cell::OnceCell;

use serde_json::{Value, json};

use super::messages::NewChild;
use super::reading::Item;
use super::{Batching, MapRunRequest, Phase, Seen, Step};
use crate::data::scope::Chance;
use crate::data::{Failure, Origin, Scope, Template};
use crate::definition::Kind;
use crate::run::DATA_LIMIT;

impl Step<'_> {
    /// Makes the children; the first of them start.
    pub(super) fn make_children(&mut self, items: Vec<Item>) {
        let selected = match self.selected(items) {
            Ok(selected) => selected,
            Err(failure) => return self.give_up(failure),
        };
        let inputs = match &self.run.request.batching {
            None => Ok(selected.into_iter().map(|value| (1, value)).collect()),
            Some(batching) => batches(batching, selected),
        };
        let inputs: Vec<(u64, Value)> = match inputs {
            Ok(inputs) => inputs,
            Err(failure) => return self.give_up(failure),
        };
        let run = &mut *self.run;
        run.request.seen = None;
        run.phase = Phase::Running;
        run.children = inputs.len();
        run.sizes.clear();
        for (index, (items, input)) in inputs.into_iter().enumerate() {
            run.executions.add_pending(1);
            run.items.add_pending(items);
            if run.request.batching.is_some() {
                run.sizes.push(items);
            }
            self.transition.children.push(NewChild { index, input });
        }
        self.launch();
    }

    /// Every item as `ItemSelector` shapes it.
    fn selected(&self, items: Vec<Item>) -> Result<Vec<Value>, Failure> {
        let request = &self.run.request;
        let state = self.definition.states.get(&request.state);
        let selector = match state.map(|state| &state.kind) {
            Some(Kind::Map(map)) => map.selector.as_ref(),
            _ => None,
        };
        let (Some(selector), Some(seen)) = (selector, &request.seen) else {
            return Ok(items.into_iter().map(|item| item.value).collect());
        };
        let (chance, now) = (&self.chance, self.now);
        let shape = |(index, item): (usize, Item)| {
            let context = || with_item(seen, index, &item);
            select(selector, seen, &context, chance, now).map_err(|failure| located(request, failure))
        };
        items.into_iter().enumerate().map(shape).collect()
    }
}

fn select(
    selector: &Template,
    seen: &Seen,
    make_context: &dyn Fn() -> Value,
    chance: &dyn Chance,
    now: jiff::Timestamp,
) -> Result<Value, Failure> {
    let scope = Scope {
        root: &seen.effective,
        input: &seen.input,
        result: None,
        error_output: None,
        make_context,
        context: OnceCell::new(),
        variables: vec![&seen.variables],
        chance,
        now,
    };
    selector.evaluate(&scope, "ItemSelector")
}

/// The context object with `Map.Item`.
fn with_item(seen: &Seen, index: usize, item: &Item) -> Value {
    let mut context = seen.context.clone();
    let mut about = json!({"Index": index, "Value": item.value, "Source": *item.source});
    if let Some(key) = &item.key {
        about["Key"] = json!(key);
    }
    context["Map"] = json!({"Item": about});
    context
}

/// A failure of the state's own fields names the state, as everywhere.
fn located(request: &MapRunRequest, mut failure: Failure) -> Failure {
    if matches!(failure.origin, Origin::Runtime | Origin::Query) {
        let cause = failure.cause.unwrap_or_default();
        failure.cause = Some(format!(
            "An error occurred while executing the state '{}' (entered at the event id #{}). {cause}",
            request.state, request.entered_event
        ));
    }
    failure
}

/// Groups items; each group is the input of a child, with how many items it has.
fn batches(batching: &Batching, items: Vec<Value>) -> Result<Vec<(u64, Value)>, Failure> {
    let most_items = if batching.max_items == 0 { u64::MAX } else { batching.max_items };
    let limit = u64::try_from(DATA_LIMIT).unwrap_or(u64::MAX);
    let most_bytes = if batching.max_bytes == 0 { limit } else { batching.max_bytes.min(limit) };
    let frame = as_input(batching, &[]).to_string().len();
    let (mut done, mut open, mut bytes) = (Vec::new(), Vec::new(), frame);
    for (index, item) in items.into_iter().enumerate() {
        let size = item.to_string().len();
        let with_comma = size + usize::from(!open.is_empty());
        let fits = count(&open) < most_items && length(bytes + with_comma) <= most_bytes;
        if !fits && !open.is_empty() {
            done.push((count(&open), as_input(batching, &open)));
            open.clear();
            bytes = frame;
        }
        if open.is_empty() && length(frame + size) > most_bytes {
            return Err(Failure::reported(
                "States.ItemReaderFailed",
                &format!("The item at index {index} does not fit into a batch of {most_bytes} bytes."),
            ));
        }
        bytes += size + usize::from(!open.is_empty());
        open.push(item);
    }
    if !open.is_empty() {
        done.push((count(&open), as_input(batching, &open)));
    }
    Ok(done)
}

fn as_input(batching: &Batching, items: &[Value]) -> Value {
    match &batching.input {
        Some(input) => json!({"BatchInput": input, "Items": items}),
        None => json!({"Items": items}),
    }
}

fn count(items: &[Value]) -> u64 {
    length(items.len())
}

fn length(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(max_items: u64, max_bytes: u64, want: &[u64]) {
        let batching = Batching { max_items, max_bytes, input: Some(json!(1)) };
        let items = (10..15).map(|n| json!(n)).collect();
        let got = batches(&batching, items).expect("they fit");
        let sizes: Vec<u64> = got.iter().map(|(count, _)| *count).collect();
        assert_eq!(sizes, want, "{max_items} {max_bytes}");
        let limit = usize::try_from(max_bytes).expect("small");
        assert!(max_bytes == 0 || got.iter().all(|(_, input)| input.to_string().len() <= limit));
    }

    #[test]
    fn batches_keep_both_limits() {
        check(2, 0, &[2, 2, 1]);
        check(0, 0, &[5]);
        // {"BatchInput":1,"Items":[]} has 27 bytes, three items of two digits 8 with their commas.
        check(0, 35, &[3, 2]);
        check(4, 35, &[3, 2]);
        check(1, 35, &[1, 1, 1, 1, 1]);
    }

    #[test]
    fn an_item_that_fits_nowhere_is_refused() {
        let batching = Batching { max_items: 0, max_bytes: 20, input: None };
        let failure = batches(&batching, vec![json!("x".repeat(30))]).expect_err("too large");
        assert_eq!(failure.error.as_deref(), Some("States.ItemReaderFailed"));
    }
}
