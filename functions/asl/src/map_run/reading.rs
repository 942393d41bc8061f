//! Items: from the state's input, or from what S3 answers.

use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::csv;
use super::loading::objects;
use super::messages::MapRunCommand;
use super::{MapRun, Phase, Reading, Step};
use crate::data::Failure;
use crate::definition::distributed::{Format, Objects};

/// What a map run is about.
pub(super) struct Item {
    /// The member's name, where the items are members of an object.
    pub(super) key: Option<String>,
    pub(super) value: Value,
    /// `$$.Map.Item.Source`
    pub(super) source: Rc<str>,
}

impl MapRun {
    /// The call that reads, or reads on after a page.
    pub(super) fn reading_call(&self, call: u64, last: Option<&Value>) -> Option<MapRunCommand> {
        let reading = self.request.reading.as_ref()?;
        let mut arguments = reading.arguments.clone();
        if let Some(token) = last.and_then(|page| page.get("NextContinuationToken")) {
            arguments["ContinuationToken"] = token.clone();
        }
        Some(self.call(call, &reading.integration, arguments))
    }
}

impl Step<'_> {
    /// Begins, or begins again: with items at hand, or with the call that reads them.
    pub(super) fn read(&mut self) {
        let Some(reading) = &self.run.request.reading else {
            let items = self.run.request.items.take().unwrap_or_default();
            let values = match Arc::unwrap_or_clone(items) {
                Value::Array(items) => listed(items),
                Value::Object(members) => of_members(members),
                _ => Vec::new(),
            };
            return self.make_children(from(values, "STATE_DATA"));
        };
        if reading.max_items < 0 {
            return self.give_up(unreadable("field MaxItems must be positive"));
        }
        self.next_page(Vec::new());
    }

    fn next_page(&mut self, pages: Vec<Value>) {
        self.run.calls += 1;
        let call = self.run.calls;
        let command = self.run.reading_call(call, pages.last());
        self.run.phase = Phase::Reading { call, pages };
        self.transition.commands.extend(command);
    }

    /// A call was answered.
    pub(super) fn answered(&mut self, call: u64, output: Value) {
        match &mut self.run.phase {
            Phase::Reading { call: open, pages } if *open == call => {
                let mut pages = std::mem::take(pages);
                // Told by XML, it is a text.
                let truncated = output["IsTruncated"] == true || output["IsTruncated"] == "true";
                let more = truncated && output["NextContinuationToken"].is_string();
                pages.push(output);
                if more {
                    return self.next_page(pages);
                }
                self.run.phase = Phase::Running;
                self.items_read(&pages);
            }
            Phase::Loading { call: open, .. } if *open == call => self.loaded(&output),
            Phase::Writing { open, .. } => {
                let before = open.len();
                open.retain(|other| *other != call);
                if open.is_empty() && before > 0 {
                    self.written();
                }
            }
            _ => {}
        }
    }

    /// A call failed.
    pub(super) fn call_failed(&mut self, call: u64, cause: &str) {
        match &self.run.phase {
            Phase::Reading { call: open, .. } | Phase::Loading { call: open, .. } if *open == call => {
                self.run.phase = Phase::Running;
                self.give_up(unreadable(cause));
            }
            Phase::Writing { open, .. } if open.contains(&call) => {
                self.give_up_writing(Failure::reported("States.ResultWriterFailed", cause));
            }
            _ => {}
        }
    }

    fn items_read(&mut self, pages: &[Value]) {
        let Some(reading) = &self.run.request.reading else { return };
        if reading.objects != Objects::Answered {
            return match objects(reading, pages) {
                Ok(objects) => self.load(objects),
                Err(cause) => self.give_up(unreadable(&cause)),
            };
        }
        let source = source(reading);
        match items(&reading.format, pages) {
            Ok(values) => self.some_items(from(values, &source)),
            Err(cause) => self.give_up(unreadable(&cause)),
        }
    }

    /// `MaxItems` of the items become children.
    pub(super) fn some_items(&mut self, mut items: Vec<Item>) {
        let most = self.run.request.reading.as_ref().map_or(0, |reading| reading.max_items);
        let most = usize::try_from(most).unwrap_or(0);
        if most > 0 {
            items.truncate(most);
        }
        self.make_children(items);
    }
}

/// A member's name, where there is one, and a value.
type Keyed = (Option<String>, Value);

/// Items of one source.
pub(super) fn from(values: Vec<Keyed>, source: &str) -> Vec<Item> {
    let source: Rc<str> = source.into();
    values.into_iter().map(|(key, value)| Item { key, value, source: Rc::clone(&source) }).collect()
}

/// `$$.Map.Item.Source`: the object, or the bucket that is listed.
fn source(reading: &Reading) -> String {
    let argument = |name: &str| reading.arguments.get(name).and_then(Value::as_str).unwrap_or_default();
    match reading.format {
        Format::Listing => format!("S3://{}", argument("Bucket")),
        _ => format!("S3://{}/{}", argument("Bucket"), argument("Key")),
    }
}

pub(super) fn unreadable(cause: &str) -> Failure {
    Failure::reported("States.ItemReaderFailed", cause)
}

fn listed(values: Vec<Value>) -> Vec<Keyed> {
    values.into_iter().map(|value| (None, value)).collect()
}

fn of_members(members: Map<String, Value>) -> Vec<Keyed> {
    members.into_iter().map(|(key, value)| (Some(key), value)).collect()
}

/// The items in a document, or in the listing of a bucket.
pub(crate) fn read_values(format: &Format, text: &str) -> Result<Vec<Value>, String> {
    let page = match format {
        Format::Listing => serde_json::from_str(text)
            .map(
                |listed| {
                    if let Value::Array(objects) = listed { json!({"Contents": objects}) } else { listed }
                },
            )
            .map_err(|error| format!("The listing is not valid JSON: {error}"))?,
        _ => json!({"Body": text}),
    };
    Ok(items(format, &[page])?.into_iter().map(|(_, value)| value).collect())
}

/// What S3 answered, as items.
pub(super) fn items(format: &Format, pages: &[Value]) -> Result<Vec<Keyed>, String> {
    if *format == Format::Listing {
        let objects = pages.iter().filter_map(|page| page["Contents"].as_array()).flatten();
        return Ok(listed(objects.cloned().collect()));
    }
    let text = body(pages)?;
    match format {
        Format::Json { pointer } => json_items(&text, pointer.as_deref()),
        Format::Jsonl => lines(&text),
        Format::Csv { headers, delimiter } => table(&text, headers.as_deref(), *delimiter),
        Format::Listing => Ok(Vec::new()),
    }
}

/// The object's text.
pub(super) fn body(pages: &[Value]) -> Result<String, String> {
    match pages.first().and_then(|page| page.get("Body")) {
        Some(Value::String(text)) => Ok(text.clone()),
        // A simulated answer may hold a JSON file as JSON.
        Some(other @ (Value::Array(_) | Value::Object(_))) => Ok(other.to_string()),
        _ => Err("The object has no body.".to_owned()),
    }
}

fn json_items(text: &str, pointer: Option<&str>) -> Result<Vec<Keyed>, String> {
    let mut document: Value =
        serde_json::from_str(text).map_err(|error| format!("The object is not valid JSON: {error}"))?;
    let found = match pointer {
        None => document,
        Some(pointer) => document
            .pointer_mut(pointer)
            .map(Value::take)
            .ok_or_else(|| format!("The object has nothing at the ItemsPointer '{pointer}'."))?,
    };
    match found {
        Value::Array(values) => Ok(listed(values)),
        Value::Object(members) => Ok(of_members(members)),
        _ => Err("Attempting to map over non-iterable node.".to_owned()),
    }
}

fn lines(text: &str) -> Result<Vec<Keyed>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let read = |(number, line): (usize, &str)| {
        let value = serde_json::from_str(line)
            .map_err(|error| format!("Line {} of the object is not valid JSON: {error}", number + 1))?;
        Ok((None, value))
    };
    lines.map(read).collect()
}

fn table(text: &str, headers: Option<&[String]>, delimiter: char) -> Result<Vec<Keyed>, String> {
    let mut rows = csv::rows(text, delimiter);
    let headers = match headers {
        Some(given) => given.to_vec(),
        None => rows.next().unwrap_or_default(),
    };
    let mut seen = std::collections::HashSet::new();
    if !headers.iter().all(|header| seen.insert(header)) {
        return Err("CSV headers cannot contain duplicates.".to_owned());
    }
    let item = |row: Vec<String>| {
        let mut fields = row.into_iter();
        // A row may be short or long: what has no header is dropped.
        let members = headers.iter().map(|header| (header.clone(), json!(fields.next().unwrap_or_default())));
        (None, Value::Object(members.collect()))
    };
    Ok(rows.map(item).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: &Format, body: &str, want: &Value) {
        let got: Vec<Value> = match items(format, &[json!({"Body": body})]) {
            Ok(items) => items.into_iter().map(|(_, value)| value).collect(),
            Err(cause) => vec![json!(cause)],
        };
        assert_eq!(json!(got), *want, "{body}");
    }

    #[test]
    fn json_files_are_arrays_or_objects() {
        let whole = Format::Json { pointer: None };
        check(&whole, "[1, null]", &json!([1, null]));
        check(&whole, r#"{"a": 1, "b": [2]}"#, &json!([1, [2]]));
        check(&whole, "7", &json!(["Attempting to map over non-iterable node."]));
        let part = Format::Json { pointer: Some("/a/0".to_owned()) };
        check(&part, r#"{"a": [[5, 6]]}"#, &json!([5, 6]));
        check(&part, "[]", &json!(["The object has nothing at the ItemsPointer '/a/0'."]));
    }

    #[test]
    fn json_lines_skip_empty_ones() {
        check(&Format::Jsonl, "{\"a\": 1}\n\n[2]\n", &json!([{"a": 1}, [2]]));
    }

    #[test]
    fn rows_take_their_headers() {
        let first = Format::Csv { headers: None, delimiter: ',' };
        check(&first, "a,b\n1\n2,3,4\n", &json!([{"a": "1", "b": ""}, {"a": "2", "b": "3"}]));
        check(&first, "a,a\n1,2", &json!(["CSV headers cannot contain duplicates."]));
        let given = Format::Csv { headers: Some(vec!["x".to_owned()]), delimiter: '|' };
        check(&given, "1|2\n3", &json!([{"x": "1"}, {"x": "3"}]));
    }
}
