//! Compares an outcome with a recorded one, in which `<any:…>` stands for any value or text,
//! `<opt:…>` for one that may be missing, and `{"$json_string": …}` for a text that holds JSON.

use regex::Regex;
use serde_json::Value;

/// What differs; nothing, if the outcome is the recorded one.
pub(super) fn outcome(expected: &Value, actual: &Value) -> Vec<String> {
    let mut expected = expected.clone();
    if let Some(members) = expected.as_object_mut() {
        members.remove("events");
    }
    let mut actual = actual.clone();
    if let Some(members) = actual.as_object_mut() {
        members.remove("events");
    }
    let mut differences = Vec::new();
    matches(&expected, &actual, "$", &mut differences);
    differences
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

fn text_matches(pattern: &str, actual: &Value) -> bool {
    let token = Regex::new("<(any|opt):[^<>]*>").expect("a pattern");
    if token.find(pattern).is_some_and(|found| found.as_str() == pattern) {
        return true;
    }
    let (mut source, mut last) = ("(?s)^".to_owned(), 0);
    for found in token.captures_iter(pattern) {
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
