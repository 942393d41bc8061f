//! Random edits of a definition.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

use super::data;

/// One edit; places are chosen among those that the document has.
#[derive(Debug, Clone)]
pub(super) enum Edit {
    Remove(Index),
    Replace(Index, Value),
    Rename(Index, Index),
    Text(Index, &'static str),
    Swap(Index, Index),
    Copy(Index, Index),
}

/// What stands somewhere in a definition, or nearly so.
const TEXTS: [&str; 24] = [
    "$",
    "$$",
    "$.n",
    "$.items[0]",
    "$.items[-1:]",
    "$..n",
    "$.items[?(@.n > 1)]",
    "$[",
    "$v1",
    "$nowhere",
    "States.UUID()",
    "States.Format('{}', $)",
    "States.ArrayRange(0, 9, -1)",
    "{% $states.input %}",
    "{% $states.result %}",
    "{% $undefined %}",
    "{% 1 +",
    "{% [1..9] %}",
    "{% function($x){$x} %}",
    "JSONata",
    "JSONPath",
    "States.ALL",
    "2026-13-41T00:00:00Z",
    "arn:aws:states:::lambda:invoke.waitForTaskToken",
];

/// Names that members of a definition have.
const NAMES: [&str; 40] = [
    "Type",
    "Next",
    "End",
    "StartAt",
    "States",
    "Default",
    "Choices",
    "Catch",
    "Retry",
    "ErrorEquals",
    "InputPath",
    "OutputPath",
    "ResultPath",
    "ResultSelector",
    "Parameters",
    "Arguments",
    "Output",
    "Assign",
    "Result",
    "Items",
    "ItemsPath",
    "ItemSelector",
    "ItemProcessor",
    "MaxConcurrency",
    "MaxConcurrencyPath",
    "Seconds",
    "SecondsPath",
    "Timestamp",
    "TimestampPath",
    "TimeoutSeconds",
    "TimeoutSecondsPath",
    "HeartbeatSeconds",
    "QueryLanguage",
    "Condition",
    "Variable",
    "NumericLessThanPath",
    "Cause",
    "CausePath",
    "ItemBatcher",
    "ProcessorConfig",
];

/// A few edits.
pub(super) fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let index = any::<Index>;
    let edit = prop_oneof![
        index().prop_map(Edit::Remove),
        (index(), data::value()).prop_map(|(at, value)| Edit::Replace(at, value)),
        (index(), index()).prop_map(|(at, name)| Edit::Rename(at, name)),
        (index(), prop::sample::select(&TEXTS[..])).prop_map(|(at, text)| Edit::Text(at, text)),
        (index(), index()).prop_map(|(one, other)| Edit::Swap(one, other)),
        (index(), index()).prop_map(|(from, to)| Edit::Copy(from, to)),
    ];
    prop::collection::vec(edit, 1..5)
}

impl Edit {
    pub(super) fn apply(&self, document: &mut Value) {
        let mut places = Vec::new();
        pointers(document, &mut String::new(), &mut places);
        let place = |index: &Index| index.get(&places).as_str();
        let read =
            |document: &Value, index: &Index| document.pointer(place(index)).cloned().unwrap_or_default();
        let mut write = |index: &Index, value: Value| {
            if let Some(target) = document.pointer_mut(place(index)) {
                *target = value;
            }
        };
        match self {
            Self::Replace(at, value) => write(at, value.clone()),
            Self::Text(at, text) => write(at, (*text).into()),
            Self::Copy(from, to) => {
                let value = read(document, from);
                let target = document.pointer_mut(place(to));
                target.map(|target| *target = value).unwrap_or_default();
            }
            Self::Swap(one, other) => {
                let (left, right) = (read(document, one), read(document, other));
                for (index, value) in [(one, right), (other, left)] {
                    if let Some(target) = document.pointer_mut(place(index)) {
                        *target = value;
                    }
                }
            }
            Self::Remove(at) => drop(taken(document, place(at))),
            Self::Rename(at, name) => {
                let place = place(at);
                if let Some(value) = taken(document, place)
                    && let Some((parent, _)) = place.rsplit_once('/')
                    && let Some(members) = document.pointer_mut(parent).and_then(Value::as_object_mut)
                {
                    members.insert((*name.get(&NAMES)).to_owned(), value);
                }
            }
        }
    }
}

/// Takes a member of an object out.
fn taken(document: &mut Value, place: &str) -> Option<Value> {
    let (parent, token) = place.rsplit_once('/')?;
    let name = token.replace("~1", "/").replace("~0", "~");
    document.pointer_mut(parent)?.as_object_mut()?.remove(&name)
}

/// Every place below `at`.
fn pointers(value: &Value, at: &mut String, places: &mut Vec<String>) {
    places.push(at.clone());
    let length = at.len();
    let mut inside = |token: &str, inner: &Value| {
        at.push('/');
        at.push_str(token);
        pointers(inner, at, places);
        at.truncate(length);
    };
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                inside(&name.replace('~', "~0").replace('/', "~1"), inner);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                inside(&index.to_string(), inner);
            }
        }
        _ => {}
    }
}
