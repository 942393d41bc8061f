//! How many states a second the engine enters, in memory and on one core.
//!
//! `cargo bench -p asl --bench engine`. Every figure is of states entered (what AWS bills as state
//! transitions), by a host that answers at once; [`host`] says what it does.

mod host;

use asl::Definition;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Value, json};

/// How often a loop goes round.
const ROUNDS: u64 = 1000;

criterion_group!(engine, loops, tasks, maps, stored, parsing);
criterion_main!(engine);

/// Pass and Choice, in both languages.
fn loops(criterion: &mut Criterion) {
    let jsonpath = json!({"StartAt": "Add", "States": {
        "Add": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)", "name.$": "$.name"}, "Next": "More"},
        "More": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": ROUNDS, "Next": "Add"}],
            "Default": "Done"},
        "Done": {"Type": "Succeed"}}});
    let jsonata = json!({"QueryLanguage": "JSONata", "StartAt": "Add", "States": {
        "Add": {"Type": "Pass", "Output": {"n": "{% $states.input.n + 1 %}", "name": "{% $states.input.name %}"},
            "Next": "More"},
        "More": {"Type": "Choice", "Choices": [{"Condition": format!("{{% $states.input.n < {ROUNDS} %}}"),
            "Next": "Add"}], "Default": "Done"},
        "Done": {"Type": "Succeed"}}});
    let input = json!({"n": 0, "name": "resize-rds-cluster"});
    let mut group = criterion.benchmark_group("pass and choice");
    group.throughput(Throughput::Elements(2 * ROUNDS + 1));
    for (language, machine) in [("JSONPath", jsonpath), ("JSONata", jsonata)] {
        measure(&mut group, language, &machine, &input);
    }
}

/// Tasks with arguments and output in JSONata; every state waits for an answer.
fn tasks(criterion: &mut Criterion) {
    let machine = json!({"QueryLanguage": "JSONata", "StartAt": "Call", "States": {
        "Call": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 60,
            "Arguments": {"FunctionName": "f", "Payload": {"n": "{% $states.input.n %}", "of": "{% $uppercase($states.input.name) %}"}},
            "Retry": [{"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 3}],
            "Output": {"n": "{% $states.result.Payload.n + 1 %}", "name": "{% $states.input.name %}"}, "Next": "More"},
        "More": {"Type": "Choice", "Choices": [{"Condition": format!("{{% $states.input.n < {ROUNDS} %}}"),
            "Next": "Call"}], "Default": "Done"},
        "Done": {"Type": "Succeed"}}});
    let mut group = criterion.benchmark_group("tasks");
    group.throughput(Throughput::Elements(2 * ROUNDS + 1));
    measure(&mut group, "JSONata", &machine, &json!({"n": 0, "name": "resize-rds-cluster"}));
}

/// A Map: inline, forty items at once, as many as one execution's history holds; and distributed, where
/// each of ten thousand items is an execution of its own.
fn maps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("map, by items");
    group.sample_size(10);
    for (mode, items) in [("INLINE", 5000), ("DISTRIBUTED", 10_000)] {
        let config = json!({"Mode": mode, "ExecutionType": "STANDARD"});
        let config = if mode == "INLINE" { json!({"Mode": mode}) } else { config };
        let machine = json!({"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemsPath": "$.items",
            "ItemProcessor": {"ProcessorConfig": config, "StartAt": "One", "States": {"One": {"Type": "Pass",
                "Parameters": {"id.$": "$.id"}, "End": true}}}, "End": true}}});
        let definition = host::definition(&machine);
        let input: Vec<Value> = (0..items).map(|id| json!({"id": id, "of": "m"})).collect();
        let input = json!({"items": input});
        group.throughput(Throughput::Elements(items));
        group.bench_function(mode, |bencher| {
            if mode == "INLINE" {
                bencher.iter(|| host::run(&definition, &input, |_| {}));
            } else {
                bencher.iter(|| host::run_family(&definition, &input));
            }
        });
    }
}

/// The same loop by a host that writes the execution down after every transition.
fn stored(criterion: &mut Criterion) {
    let machine = json!({"StartAt": "Pause", "States": {
        "Pause": {"Type": "Wait", "Seconds": 1, "Next": "Add"},
        "Add": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)", "name.$": "$.name"}, "Next": "More"},
        "More": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": ROUNDS, "Next": "Pause"}],
            "Default": "Done"},
        "Done": {"Type": "Succeed"}}});
    let definition = host::definition(&machine);
    let input = json!({"n": 0, "name": "resize-rds-cluster"});
    let mut group = criterion.benchmark_group("wait, pass and choice");
    group.throughput(Throughput::Elements(3 * ROUNDS + 1));
    group.bench_function("in memory", |bencher| {
        bencher.iter(|| host::run(&definition, &input, |_| {}));
    });
    group.bench_function("written as JSON each time", |bencher| {
        bencher.iter(|| {
            host::run(&definition, &input, |execution| {
                let text = serde_json::to_vec(execution).expect("it is JSON");
                std::hint::black_box(text);
            });
        });
    });
}

/// Reading a definition.
fn parsing(criterion: &mut Criterion) {
    let states: serde_json::Map<String, Value> = (0..100)
        .map(|n| {
            let state = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 60,
                "Parameters": {"FunctionName": "f", "Payload": {"a.$": "$.a", "b.$": "States.Format('{}', $.b)"}},
                "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 3}], "Next": format!("S{}", n + 1)});
            (format!("S{n}"), state)
        })
        .chain([("S100".to_owned(), json!({"Type": "Succeed"}))])
        .collect();
    let text = json!({"StartAt": "S0", "States": states}).to_string();
    let mut group = criterion.benchmark_group("definition");
    group.throughput(Throughput::Bytes(u64::try_from(text.len()).expect("small")));
    group.bench_with_input(BenchmarkId::from_parameter("100 tasks"), &text, |bencher, text| {
        bencher.iter(|| Definition::parse(text).expect("valid"));
    });
}

type Group<'c> = criterion::BenchmarkGroup<'c, criterion::measurement::WallTime>;

fn measure(group: &mut Group<'_>, name: &str, machine: &Value, input: &Value) {
    let definition = host::definition(machine);
    group.bench_function(name, |bencher| {
        bencher.iter(|| host::run(&definition, input, |_| {}));
    });
}
