//! A map run whose host was killed says what is still to be done.

use asl::{
    ChildExecution, ChildRecord, Command, Event, Execution, MapRun, MapRunCommand, MapRunEvent, MapRunStatus,
    Status,
};
use serde_json::{Value, json};

use super::world::definition;
use crate::driver::{Counted, start};

fn calls(commands: &[MapRunCommand]) -> Vec<(u64, Value)> {
    let call = |command: &MapRunCommand| match command {
        MapRunCommand::Call(request) => Some((request.task, request.arguments["Key"].clone())),
        _ => None,
    };
    commands.iter().filter_map(call).collect()
}

#[test]
fn whatever_was_under_way_is_asked_for_again() {
    let machine = definition(&json!({
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket": "b", "Key": "k"}},
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "o", "Prefix": "p"}}}));
    let (entropy, begin) = (&mut Counted::default(), start(json!({})));
    let now = begin.at;
    let (_, first) = Execution::start(&machine, begin, entropy);
    let Some(Command::StartMapRun(request)) = first.commands.into_iter().next() else {
        panic!("it asks for a map run")
    };
    let (mut run, started) = MapRun::start(&machine, *request, now, entropy);
    assert_eq!(calls(&started.commands), [(1, json!("k"))]);
    assert_eq!(run.resume(), started.commands);

    let read = MapRunEvent::Answered { call: 1, output: json!({"Body": "[7]"}) };
    let made = run.apply(&machine, read.clone(), now, entropy);
    assert_eq!(made.children.len(), 1);
    assert!(matches!(made.commands[..], [MapRunCommand::StartChild { index: 0, .. }]));
    assert_eq!(run.apply(&machine, read, now, entropy), asl::MapRunTransition::default(), "once is enough");
    assert_eq!(run.resume(), []);

    let ended = MapRunEvent::ChildEnded { index: 0, status: Status::Succeeded };
    assert_eq!(run.apply(&machine, ended.clone(), now, entropy).commands, [MapRunCommand::Collect]);
    assert!(run.apply(&machine, ended, now, entropy).commands.is_empty());
    assert_eq!(run.resume(), [MapRunCommand::Collect]);

    let execution = ChildExecution {
        name: "n".to_owned(),
        status: Status::Succeeded,
        output: Some(json!(7)),
        error: None,
        cause: None,
        started_at: now,
        stopped_at: now,
        redrives: 0,
    };
    let collected = || MapRunEvent::Collected {
        children: vec![ChildRecord { index: 0, input: json!(7), execution: Some(execution.clone()) }],
    };
    let writes = run.apply(&machine, collected(), now, entropy).commands;
    assert_eq!(calls(&writes).len(), 2);
    assert_eq!(run.resume(), [MapRunCommand::Collect]);
    assert_eq!(run.apply(&machine, collected(), now, entropy).commands, writes, "the same files again");

    let mut last = Vec::new();
    for (call, _) in calls(&writes) {
        last = run.apply(&machine, MapRunEvent::Answered { call, output: json!({}) }, now, entropy).commands;
    }
    assert_eq!((run.status(), run.is_over()), (MapRunStatus::Succeeded, true));
    let [MapRunCommand::Report(report)] = &last[..] else { panic!("the execution is told: {last:?}") };
    assert!(matches!(&**report, Event::MapRunSucceeded { map_run: 1, .. }));
    assert_eq!(run.resume(), last, "it may have to be told again");
}
