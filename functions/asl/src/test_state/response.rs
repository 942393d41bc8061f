//! The answer of `TestState`, in the shape of the API: JSON is text there.

use serde_json::{Map, Value, json};

use crate::run::{Attempt, Seen};

/// Puts an answer together; `inspects` adds what was seen on the way.
pub(super) fn of(attempt: &Attempt, seen: Seen, inspects: bool) -> Value {
    let mut response = Map::new();
    match attempt {
        Attempt::Left(left) => {
            response.insert("status".to_owned(), json!("SUCCEEDED"));
            response.insert("output".to_owned(), json!(left.output.to_string()));
            response.extend(left.next.as_ref().map(|next| ("nextState".to_owned(), json!(next))));
        }
        Attempt::Failed { failure, caught, retries } => {
            let status = match (retries, caught) {
                (true, _) => "RETRIABLE",
                (false, Some(_)) => "CAUGHT_ERROR",
                (false, None) => "FAILED",
            };
            response.insert("status".to_owned(), json!(status));
            for (name, text) in [("error", &failure.error), ("cause", &failure.cause)] {
                response.extend(text.as_ref().map(|text| (name.to_owned(), json!(text))));
            }
            if let Some(left) = caught {
                response.insert("output".to_owned(), json!(left.output.to_string()));
                response.extend(left.next.as_ref().map(|next| ("nextState".to_owned(), json!(next))));
            }
        }
    }
    if inspects {
        response.insert("inspectionData".to_owned(), Value::Object(seen.into_data()));
    }
    Value::Object(response)
}
