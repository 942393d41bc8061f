//! Compares what came out with what was recorded, at three levels: how it ended, which events there
//! were, what they say. `<any:…>` stands for any value or text, `<opt:…>` for one that may be
//! missing, `{"$json_string": …}` for a text that holds JSON.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

/// How much of a recording is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Status, output, error and cause, or the API's answer.
    Outcome,
    /// And the events' types and states, in order.
    Types,
    /// And the events' details.
    Events,
}

impl Level {
    pub(super) const ALL: [Self; 3] = [Self::Outcome, Self::Types, Self::Events];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Outcome => "outcome",
            Self::Types => "types",
            Self::Events => "events",
        }
    }
}

/// The lowest level at which the two differ, and how; None if they agree.
pub(super) fn differs(case: &Value, actual: &Value) -> Option<(Level, Vec<String>)> {
    let mut found = Vec::new();
    matches(&without_events(&case["expected"]), &without_events(actual), "$", &mut found);
    if !found.is_empty() {
        return Some((Level::Outcome, found));
    }
    let wanted = case["expected"]["events"].as_array()?;
    let mut got = actual["events"].as_array().cloned().unwrap_or_default();
    let order = case["events_order"].as_str().unwrap_or_default();
    if order == "sorted-within-parallel" {
        // The recording lost these two when it was sorted.
        got.retain(|event| {
            event["type"] != "ParallelStateSucceeded" && event["type"] != "ParallelStateFailed"
        });
    }
    if order == "exact" { in_order(wanted, &got) } else { as_a_bag(wanted, got) }
}

fn without_events(outcome: &Value) -> Value {
    let mut outcome = outcome.clone();
    if let Some(members) = outcome.as_object_mut() {
        members.remove("events");
        members.remove("id");
    }
    outcome
}

/// What an event is about: its type and its state.
fn title(event: &Value) -> (String, String) {
    (event["type"].to_string(), event["name"].to_string())
}

/// An event without its numbers.
fn content(event: &Value) -> Value {
    let mut content = event.clone();
    if let Some(members) = content.as_object_mut() {
        members.retain(|name, _| matches!(name.as_str(), "type" | "name" | "details"));
    }
    content
}

fn in_order(wanted: &[Value], got: &[Value]) -> Option<(Level, Vec<String>)> {
    let titles = |events: &[Value]| events.iter().map(title).collect::<Vec<_>>();
    let (want, have) = (titles(wanted), titles(got));
    if want != have {
        return Some((Level::Types, vec![format!("expected {want:?}\n  got {have:?}")]));
    }
    let mut found = Vec::new();
    for (index, (want, have)) in wanted.iter().zip(got).enumerate() {
        matches(&content(want), &content(have), &format!("$.events[{index}]"), &mut found);
    }
    (!found.is_empty()).then_some((Level::Events, found))
}

fn as_a_bag(wanted: &[Value], got: Vec<Value>) -> Option<(Level, Vec<String>)> {
    let count = |events: &[Value]| {
        let mut counts = BTreeMap::<_, usize>::new();
        for event in events {
            *counts.entry(title(event)).or_default() += 1;
        }
        counts
    };
    let (want, have) = (count(wanted), count(&got));
    if want != have {
        return Some((Level::Types, vec![format!("expected {want:?}\n  got {have:?}")]));
    }
    let mut left = got;
    let mut found = Vec::new();
    for (index, want) in wanted.iter().enumerate() {
        let want = content(want);
        let same = left.iter().position(|have| {
            let mut differences = Vec::new();
            matches(&want, &content(have), "$", &mut differences);
            differences.is_empty()
        });
        match same {
            Some(place) => drop(left.remove(place)),
            None => found.push(format!("$.events[{index}]: no event like {want}")),
        }
    }
    (!found.is_empty()).then_some((Level::Events, found))
}

fn matches(expected: &Value, actual: &Value, at: &str, out: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(members), _) if members.len() == 1 && members.contains_key("$json_string") => {
            match actual.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok()) {
                Some(inner) => matches(&members["$json_string"], &inner, at, out),
                None => out.push(format!("{at}: expected JSON text, got {actual}")),
            }
        }
        (Value::String(pattern), _) if pattern.contains("<any:") || pattern.contains("<opt:") => {
            if !text_matches(pattern, actual) {
                out.push(format!("{at}: expected {expected}, got {actual}"));
            }
        }
        (Value::Object(wanted), Value::Object(got)) => {
            for (name, value) in wanted {
                match got.get(name) {
                    Some(found) => matches(value, found, &format!("{at}.{name}"), out),
                    None if value.as_str().is_some_and(|text| text.starts_with("<opt:")) => {}
                    None => out.push(format!("{at}.{name}: expected {value}, got nothing")),
                }
            }
            for (name, value) in got.iter().filter(|(name, _)| !wanted.contains_key(*name)) {
                out.push(format!("{at}.{name}: expected nothing, got {value}"));
            }
        }
        (Value::Array(wanted), Value::Array(got)) if wanted.len() == got.len() => {
            for (index, (value, found)) in wanted.iter().zip(got).enumerate() {
                matches(value, found, &format!("{at}[{index}]"), out);
            }
        }
        (Value::Number(wanted), Value::Number(got)) if wanted.as_f64() == got.as_f64() => {}
        _ if expected == actual => {}
        _ => out.push(format!("{at}: expected {expected}, got {actual}")),
    }
}

static TOKEN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("<(any|opt):[^<>]*>").expect("the pattern is well formed"));

fn text_matches(pattern: &str, actual: &Value) -> bool {
    if TOKEN.find(pattern).is_some_and(|found| found.as_str() == pattern) {
        return true;
    }
    let (mut source, mut last) = ("(?s)^".to_owned(), 0);
    for found in TOKEN.captures_iter(pattern) {
        let whole = found.get(0).expect("a match");
        source.push_str(&regex::escape(&pattern[last..whole.start()]));
        source.push_str(if &found[1] == "any" { ".+?" } else { ".*?" });
        last = whole.end();
    }
    source.push_str(&regex::escape(&pattern[last..]));
    source.push('$');
    let shape = Regex::new(&source).expect("a pattern");
    actual.as_str().is_some_and(|text| shape.is_match(text))
}
