//! Distributed Maps: map runs, their children, readers, batches, writers, tolerated failures, redrive.

mod failures;
mod reading;
mod resume;
mod world;
mod writing;

use serde_json::json;

use world::{World, calling, definition, kinds};

#[test]
fn every_item_is_the_input_of_a_child_execution() {
    let machine = definition(
        &json!({"Label": "each", "MaxConcurrency": 2, "ItemProcessor": calling(), "ItemSelector": {
        "n.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index", "of.$": "$.name"}, "ItemsPath": "$.items"}),
    );
    let ended = World::default().run(&machine, json!({"name": "x", "items": [7, 8, 9]}));
    assert_eq!(
        ended.execution.output(),
        Some(&json!([{"n": 7, "i": 0, "of": "x"}, {"n": 8, "i": 1, "of": "x"}, {"n": 9, "i": 2, "of": "x"}]))
    );
    assert_eq!(
        kinds(&ended.history),
        [
            "ExecutionStarted",
            "MapStateEntered",
            "MapStateStarted",
            "MapRunStarted",
            "MapRunSucceeded",
            "MapStateSucceeded",
            "MapStateExited",
            "ExecutionSucceeded"
        ]
    );
    let run = ended.family.map_runs().next().expect("a map run");
    assert!(run.request().arn.starts_with("arn:aws:states:us-east-1:111111111111:mapRun:machine/each:"));
    let counts = run.execution_counts();
    assert_eq!((counts.total, counts.succeeded, counts.running, counts.pending), (3, 3, 0, 0));
    assert_eq!(ended.most_at_once, 2);
}

#[test]
fn a_child_is_an_execution_of_its_own() {
    let child = json!({"StartAt": "C", "States": {"C": {"Type": "Pass", "End": true, "QueryLanguage": "JSONata",
        "Output": "{% [$states.context.Execution.Id, $states.context.StateMachine.Name] %}"}}});
    let machine = definition(&json!({"Label": "own", "ItemProcessor": child}));
    let ended = World::default().run(&machine, json!(["a"]));
    let output = ended.execution.output().expect("it succeeds")[0].clone();
    let id = output[0].as_str().expect("text");
    assert!(id.starts_with("arn:aws:states:us-east-1:111111111111:execution:machine/own:"), "{id}");
    assert_eq!(output[1], "machine/own");
}

#[test]
fn a_state_without_a_label_always_gets_the_same() {
    let machine = definition(&json!({}));
    let label = |ended: world::Outcome| {
        ended.family.map_runs().next().map(|run| run.request().label.clone()).expect("a map run")
    };
    let (one, two) = (World::default().run(&machine, json!([1])), World::default().run(&machine, json!([2])));
    assert_eq!(label(one), label(two));
}

#[test]
fn express_children_have_arns_of_their_kind() {
    let machine = definition(&json!({"Label": "fast", "Express": true}));
    let ended = World::default().run(&machine, json!([1]));
    let run = ended.family.map_runs().next().expect("a map run");
    assert!(run.child_arn("n").starts_with("arn:aws:states:us-east-1:111111111111:express:machine/fast:n:"));
}

#[test]
fn no_items_make_no_children() {
    let ended = World::default().run(&definition(&json!({})), json!([]));
    assert_eq!(ended.execution.output(), Some(&json!([])));
}

#[test]
fn members_of_an_object_are_items_with_keys() {
    let machine =
        definition(&json!({"ItemSelector": {"k.$": "$$.Map.Item.Key", "v.$": "$$.Map.Item.Value"}}));
    let ended = World::default().run(&machine, json!({"a": 1, "b": 2}));
    assert_eq!(ended.execution.output(), Some(&json!([{"k": "a", "v": 1}, {"k": "b", "v": 2}])));
}

#[test]
fn batches_hold_items_and_what_all_of_them_share() {
    let machine = definition(&json!({"ItemsPath": "$.items", "ItemBatcher": {
        "MaxItemsPerBatchPath": "$.size", "BatchInput": {"factor.$": "$.factor"}}}));
    let ended = World::default().run(&machine, json!({"items": [1, 2, 3], "size": 2, "factor": 10}));
    assert_eq!(
        ended.execution.output(),
        Some(&json!([
            {"BatchInput": {"factor": 10}, "Items": [1, 2]},
            {"BatchInput": {"factor": 10}, "Items": [3]}
        ]))
    );
    let items = ended.family.map_runs().next().map(asl::MapRun::item_counts).expect("a map run");
    assert_eq!((items.total, items.succeeded), (3, 3));
}

#[test]
fn jsonata_works_out_every_field() {
    let machine = definition(&json!({"QueryLanguage": "JSONata", "Items": "{% $states.input.items %}",
        "MaxConcurrency": "{% $states.input.at_once %}", "ItemProcessor": calling(), "ToleratedFailureCount": "{% 1 %}",
        "ItemSelector": "{% {'v': $states.context.Map.Item.Value * $states.input.by} %}",
        "ItemBatcher": {"MaxItemsPerBatch": "{% $states.input.size %}", "BatchInput": "{% $states.input.by %}"}}));
    let input = json!({"items": [1, 2, 3], "by": 2, "size": 2, "at_once": 1});
    let ended = World::default().run(&machine, input);
    assert_eq!(
        ended.execution.output(),
        Some(&json!([
            {"BatchInput": 2, "Items": [{"v": 2}, {"v": 4}]},
            {"BatchInput": 2, "Items": [{"v": 6}]}
        ]))
    );
    assert_eq!(ended.most_at_once, 1);
}

#[test]
fn a_selector_that_names_nothing_fails_the_map_run() {
    let machine = definition(&json!({"ItemSelector": {"x.$": "$$.Map.Item.Value.no"}}));
    let ended = World::default().run(&machine, json!([{"yes": 1}]));
    assert_eq!(ended.execution.error(), Some("States.Runtime"));
    let cause = ended.execution.cause().expect("a cause");
    assert!(
        cause.starts_with("An error occurred while executing the state 'Map' (entered at the event id #2)."),
        "{cause}"
    );
}

#[test]
fn maps_nest() {
    let inner = json!({"StartAt": "In", "States": {"In": {"Type": "Map", "End": true, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "C", "States": {"C": {"Type": "Succeed"}}}}}});
    let machine = definition(&json!({"ItemProcessor": inner}));
    let ended = World::default().run(&machine, json!([[1, 2], [3]]));
    assert_eq!(ended.execution.output(), Some(&json!([[1, 2], [3]])));
    assert_eq!(ended.family.map_runs().count(), 3);
}
