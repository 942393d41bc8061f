//! No difference is silent, whatever it is, and what is the same never differs.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::Versions;

/// Every JSON file of the small catalog.
const FILES: [&str; 11] = [
    "portal.json",
    "teams/platform.json",
    "teams/shop.json",
    "workflows/post-note/cases.json",
    "workflows/post-note/permissions.json",
    "workflows/post-note/steps.asl.json",
    "workflows/post-note/workflow.json",
    "workflows/restart-service/cases.json",
    "workflows/restart-service/permissions.json",
    "workflows/restart-service/steps.asl.json",
    "workflows/restart-service/workflow.json",
];

/// A change of one value of one file.
#[derive(Debug, Clone)]
struct Mutation {
    file: &'static str,
    /// Which of the file's values, counted as they are written and then round again.
    at: usize,
    how: How,
}

#[derive(Debug, Clone, Copy)]
enum How {
    Other,
    Gone,
    Sibling,
    Turned,
    OtherKind,
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let how = prop_oneof![
        4 => Just(How::Other),
        3 => Just(How::Gone),
        1 => Just(How::Sibling),
        1 => Just(How::Turned),
        1 => Just(How::OtherKind)
    ];
    (0..FILES.len(), any::<usize>(), how).prop_map(|(file, at, how)| Mutation { file: FILES[file], at, how })
}

impl Mutation {
    fn apply(&self, file: &mut Value) {
        let mut pointers = Vec::new();
        collect(file, &mut String::new(), &mut pointers);
        let pointer = &pointers[self.at % pointers.len()];
        let (parent, key) = pointer.rsplit_once('/').expect("it is no root");
        let parent = file.pointer_mut(parent).expect("it was found there");
        let key = key.replace("~1", "/").replace("~0", "~");
        match (self.how, parent) {
            (How::Gone, Value::Object(members)) => drop(members.shift_remove(&key)),
            (How::Gone, Value::Array(items)) => drop(items.remove(key.parse().expect("an index"))),
            (How::Sibling, Value::Object(members)) => drop(members.insert("something_new".into(), json!(1))),
            (How::Turned, Value::Array(items)) => items.reverse(),
            (how, parent) => {
                let value = match parent {
                    Value::Object(members) => &mut members[&key],
                    other => &mut other[key.parse::<usize>().expect("an index")],
                };
                *value =
                    if matches!(how, How::OtherKind) { json!({"odd": [value.take()]}) } else { other(value) };
            }
        }
    }
}

fn collect(value: &Value, here: &mut String, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (key, child) in children {
        let length = here.len();
        here.push('/');
        here.push_str(&key.replace('~', "~0").replace('/', "~1"));
        found.push(here.clone());
        collect(child, here, found);
        here.truncate(length);
    }
}

/// A value of the same kind that says something else.
fn other(value: &Value) -> Value {
    match value {
        Value::Null => json!("something"),
        Value::Bool(is) => json!(!is),
        Value::Number(number) => json!(number.as_f64().unwrap_or_default() + 1.0),
        Value::String(text) => json!(format!("{text}x")),
        Value::Array(items) => json!([items.as_slice(), &[json!("more")]].concat()),
        Value::Object(members) => {
            let mut members = members.clone();
            members.insert("more".into(), json!(1));
            Value::Object(members)
        }
    }
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("it is there")).expect("it is JSON")
}

#[test]
fn every_file_is_there() {
    let versions = Versions::new();
    for file in FILES {
        assert!(versions.base().join(file).is_file(), "{file}");
    }
}

#[test]
fn no_mutation_is_silent_and_the_same_never_differs() {
    let versions = Versions::new();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let done = runner.run(&mutation(), |mutation| {
        let (base, head) = (versions.base().join(mutation.file), versions.head().join(mutation.file));
        let before = read(&base);
        let mut after = before.clone();
        mutation.apply(&mut after);
        fs::write(&head, format!("{after:#}\n")).expect("it can be written");
        let diff = versions.diff();
        let same = site_gen::diff::diff(&versions.head(), &versions.head()).expect("it is a catalog");
        fs::copy(&base, &head).expect("it can be written");
        prop_assert_eq!(same.findings, Vec::new());
        let said = diff.findings.iter().any(|finding| finding.file == Path::new(mutation.file));
        prop_assert_eq!(said, before != after, "{:?}", diff.findings);
        Ok(())
    });
    done.unwrap_or_else(|error| panic!("{error}"));
}
