//! `ResultPath`: where a result goes into the state's input.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::jsonpath::{Base, Path, Step};

/// Each step may make an object inside of the one before.
const MAX_STEPS: usize = 100;

/// A parsed `ResultPath`.
#[derive(Debug, Clone)]
pub(crate) enum ResultPath {
    /// `null`: the result is dropped.
    Discard,
    /// `$`: the result takes the input's place.
    Replace,
    /// Anything else: the result is put there.
    At(String, Vec<Step>),
}

impl ResultPath {
    /// Reads the field's text.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let path = Path::parse(text)?;
        if path.base != Base::Root || !path.steps.iter().all(|s| matches!(s, Step::Name(_) | Step::Index(_)))
        {
            return Err("must be a reference path".to_owned());
        }
        if path.steps.len() > MAX_STEPS {
            return Err(format!("must have at most {MAX_STEPS} steps"));
        }
        Ok(if path.steps.is_empty() { Self::Replace } else { Self::At(text.to_owned(), path.steps) })
    }

    /// Combines input and result.
    pub(crate) fn apply(&self, input: &Arc<Value>, result: Arc<Value>) -> Result<Arc<Value>, String> {
        match self {
            Self::Discard => Ok(Arc::clone(input)),
            Self::Replace => Ok(result),
            Self::At(source, steps) => {
                let mut whole = Value::clone(input);
                put(&mut whole, steps, Arc::unwrap_or_clone(result))
                    .map_err(|()| format!("Unable to apply ReferencePath {source} to input {input}"))?;
                Ok(Arc::new(whole))
            }
        }
    }
}

/// Puts a value at a place, creating objects on the way; arrays are never grown.
fn put(whole: &mut Value, steps: &[Step], result: Value) -> Result<(), ()> {
    let mut place = whole;
    for (depth, step) in steps.iter().enumerate() {
        place = match step {
            Step::Name(name) => {
                if depth > 0 && place.is_null() {
                    *place = Value::Object(Map::new());
                }
                place.as_object_mut().ok_or(())?.entry(name.clone()).or_insert(Value::Null)
            }
            Step::Index(index) => {
                let index = usize::try_from(*index).map_err(drop)?;
                place.as_array_mut().ok_or(())?.get_mut(index).ok_or(())?
            }
            _ => return Err(()),
        };
    }
    *place = result;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(path: &str, input: Value, want: impl Into<Option<Value>>) {
        let parsed = ResultPath::parse(path).expect("a reference path");
        let got = parsed.apply(&Arc::new(input), Arc::new(json!(7)));
        assert_eq!(got.ok().map(|v| Value::clone(&v)), want.into(), "{path}");
    }

    #[test]
    fn puts_results_where_the_path_says() {
        check("$", json!({"a": 1}), json!(7));
        check("$.b", json!({"a": 1}), json!({"a": 1, "b": 7}));
        check("$.b.c", json!({}), json!({"b": {"c": 7}}));
        check("$.a[1]", json!({"a": [1, 2]}), json!({"a": [1, 7]}));
        check("$.a", json!("text"), None);
        check("$.a[4]", json!({"a": [1]}), None);
    }

    #[test]
    fn refuses_paths_that_name_many_places() {
        assert!(ResultPath::parse("$.*").is_err());
        assert!(ResultPath::parse("$$.a").is_err());
        assert!(ResultPath::parse(&format!("${}", ".a".repeat(101))).is_err());
    }
}
