//! Intrinsic functions, `States.*`, of JSONPath states.
//!
//! 1. [`Call::parse`] reads a call once and checks name and number of arguments (`parse`).
//! 2. [`Call::evaluate`] works its arguments out and applies the function (`functions`, `text`, `arrays`).

mod arrays;
mod functions;
mod parse;
pub(crate) mod text;

use serde_json::Value;

use super::jsonpath::{Found, Path};
use super::scope::Scope;
pub(crate) use functions::Function;

/// A parsed call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// As written.
    pub(crate) source: String,
    function: Function,
    arguments: Vec<Argument>,
}

/// An argument of a call.
#[derive(Debug, Clone)]
enum Argument {
    Path(Path),
    Call(Call),
    /// A quoted text with its escapes as written: `States.Format` reads them differently.
    Text(String),
    Literal(Value),
}

impl Call {
    /// Reads a call.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        parse::call(text)
    }

    /// Applies the function. A failure names the whole call, whichever call inside it failed.
    pub(crate) fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, String> {
        self.apply(scope)
            .map_err(|message| format!("The function '{}' had the following error: {message}", self.source))
    }

    fn apply(&self, scope: &Scope<'_>) -> Result<Value, String> {
        let mut values = Vec::with_capacity(self.arguments.len());
        for (index, argument) in self.arguments.iter().enumerate() {
            values.push(match argument {
                Argument::Path(path) => path.get(scope).map(Found::into_value).ok_or_else(|| {
                    let (source, input) = (&path.source, scope.root);
                    format!(
                        "The JsonPath argument for the field '{source}' could not be found in the input '{input}'"
                    )
                })?,
                Argument::Call(call) => call.apply(scope)?,
                // The template of States.Format keeps its escaped braces until it is filled in.
                Argument::Text(raw) if index == 0 && self.function == Function::Format => {
                    Value::String(raw.clone())
                }
                Argument::Text(raw) => Value::String(parse::unescape(raw)),
                Argument::Literal(value) => value.clone(),
            });
        }
        let literal_template = matches!(self.arguments.first(), Some(Argument::Text(_)));
        functions::apply(self.function, values, literal_template, scope.chance)
    }

    /// Adds the names of the variables its arguments refer to.
    pub(crate) fn variables(&self, names: &mut std::collections::BTreeSet<String>) {
        for argument in &self.arguments {
            match argument {
                Argument::Path(path) => names.extend(path.variable().map(str::to_owned)),
                Argument::Call(call) => call.variables(names),
                Argument::Text(_) | Argument::Literal(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::data::scope::tests::with_scope;

    fn check(call: &str, input: &Value, want: &Value) {
        let parsed = Call::parse(call).expect(call);
        let got = with_scope(input, &[].into(), |scope| parsed.evaluate(scope));
        assert_eq!(got.as_ref(), Ok(want), "{call}");
    }

    #[test]
    fn functions_do_what_their_names_say() {
        let input = json!({"a": [1, 2, 3], "o": {"x": 1}, "s": "b"});
        check("States.Array(1, 'b', null, true, $.s)", &input, &json!([1, "b", null, true, "b"]));
        check("States.ArrayPartition($.a, 2)", &input, &json!([[1, 2], [3]]));
        check("States.ArrayContains($.a, 2)", &input, &json!(true));
        check("States.ArrayRange(1, 9, 4)", &input, &json!([1, 5, 9]));
        check("States.ArrayRange(3, 0, -2)", &input, &json!([3, 1]));
        check("States.ArrayGetItem($.a, 1)", &input, &json!(2));
        check("States.ArrayLength($.a)", &input, &json!(3));
        check("States.ArrayUnique(States.Array(1,1,'1'))", &input, &json!([1, "1"]));
        check("States.Base64Encode('Data to encode')", &input, &json!("RGF0YSB0byBlbmNvZGU="));
        check("States.Base64Decode('RGVjb2RlZCBkYXRh')", &input, &json!("Decoded data"));
        check(
            "States.Hash('input data','SHA-1')",
            &input,
            &json!("aaff4a450a104cd177d28d18d74485e8cae074b7"),
        );
        check(
            "States.JsonMerge($.o, States.StringToJson('{\"y\":2}'), false)",
            &input,
            &json!({"x": 1, "y": 2}),
        );
        check("States.JsonToString($.o)", &input, &json!("{\"x\":1}"));
        check("States.MathAdd(111, -1)", &input, &json!(110));
        check("States.MathRandom(0, 10)", &input, &json!(5));
        check("States.StringSplit('1,2;3', ',;')", &input, &json!(["1", "2", "3"]));
        check("States.UUID()", &input, &json!("00000000-0000-4000-8000-000000000000"));
        check(r"States.Format('{} \{\} it\'s {}', $.s, $.o)", &input, &json!("b {} it's {x=1}"));
    }

    #[test]
    fn calls_are_checked_when_they_are_read() {
        for bad in [
            "States.Nope()",
            "States.UUID(1)",
            "States.MathAdd(1)",
            "States.Array(1",
            "States.StringToJson('a \\\"b\\\"')",
            "States.Format(a)",
        ] {
            assert!(Call::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_failure_names_the_call() {
        let call = Call::parse("States.ArrayGetItem($.a, 9)").expect("a call");
        let got = with_scope(&json!({"a": []}), &[].into(), |scope| call.evaluate(scope));
        assert!(got.expect_err("out of range").starts_with("The function 'States.ArrayGetItem($.a, 9)' had"));
        let outer = Call::parse("States.Array(States.Array($.b))").expect("a call");
        let got = with_scope(&json!({"a": []}), &[].into(), |scope| outer.evaluate(scope));
        assert_eq!(
            got.expect_err("not there"),
            "The function 'States.Array(States.Array($.b))' had the following error: The JsonPath argument for the \
             field '$.b' could not be found in the input '{\"a\":[]}'"
        );
    }
}
