//! JSONPath as the language uses it: `$` (input), `$$` (context object), `$name` (variable).
//!
//! 1. [`Path::parse`] reads the text once, when the definition is parsed (`parse`).
//! 2. [`Path::get`] walks a document without copying it (`select`); filters are in `filter`.

mod filter;
mod parse;
mod select;

use serde_json::Value;

use super::scope::Scope;
use filter::Filter;

/// A parsed path.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    /// As written.
    pub(crate) source: String,
    /// What it starts from.
    pub(crate) base: Base,
    /// How it goes on.
    pub(crate) steps: Vec<Step>,
}

/// What a path starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Base {
    /// `$`
    Root,
    /// `$$`
    Context,
    /// `$name`
    Variable(String),
}

/// One step of a path.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// `.name` or `['name']`
    Name(String),
    /// `['a','b']`
    Names(Vec<String>),
    /// `[3]`, `[-1]`
    Index(i64),
    /// `[0,2]`
    Indexes(Vec<i64>),
    /// `[a:b:c]`
    Slice(Option<i64>, Option<i64>, i64),
    /// `.*` or `[*]`
    All,
    /// `..`: this value and everything below it
    Descend,
    /// `[?(…)]`
    Filter(Filter),
}

/// What a path found.
#[derive(Debug)]
pub(crate) enum Found<'v> {
    /// A path that names one place.
    One(&'v Value),
    /// A path that may name many.
    Many(Vec<&'v Value>),
}

impl Found<'_> {
    /// A copy of what was found; many become an array.
    pub(crate) fn into_value(self) -> Value {
        match self {
            Self::One(value) => value.clone(),
            Self::Many(values) => Value::Array(values.into_iter().cloned().collect()),
        }
    }
}

impl Path {
    /// Reads a path.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        parse::path(text)
    }

    /// The path inside what it starts from: `$.State` of `$$.State`.
    pub(crate) fn within(&self) -> &str {
        match self.base {
            Base::Context => &self.source[1..],
            Base::Root | Base::Variable(_) => &self.source,
        }
    }

    /// Whether it starts from the context object.
    pub(crate) fn is_of_context(&self) -> bool {
        self.base == Base::Context
    }

    /// The variable it starts from, if it does.
    pub(crate) fn variable(&self) -> Option<&str> {
        match &self.base {
            Base::Variable(name) => Some(name),
            Base::Root | Base::Context => None,
        }
    }

    /// Whether it names exactly one place.
    pub(crate) fn is_definite(&self) -> bool {
        self.steps.iter().all(|step| matches!(step, Step::Name(_) | Step::Index(_)))
    }

    /// What the path finds in a scope; None where it names one place that is not there.
    pub(crate) fn get<'s>(&self, scope: &'s Scope<'_>) -> Option<Found<'s>> {
        self.select(self.start(scope)?)
    }

    fn start<'s>(&self, scope: &'s Scope<'_>) -> Option<&'s Value> {
        match &self.base {
            Base::Root => Some(scope.root),
            Base::Context => Some(scope.context()),
            Base::Variable(name) => scope.variable(name),
        }
    }

    /// Whether it names one place, and that is not there because an array on the way is too short.
    pub(crate) fn ends_past_an_array(&self, scope: &Scope<'_>) -> bool {
        self.is_definite()
            && self.start(scope).is_some_and(|start| select::ends_past_an_array(start, &self.steps))
    }

    /// What the path finds in a value, whatever its base. A path that names millions of places finds nothing.
    pub(crate) fn select<'v>(&self, start: &'v Value) -> Option<Found<'v>> {
        if self.is_definite() {
            return select::one(start, &self.steps).map(Found::One);
        }
        select::Walk::along(start, &self.steps).map(Found::Many)
    }

    /// Why the path finds nothing, in the words of the library that AWS uses.
    pub(crate) fn miss(&self, scope: &Scope<'_>) -> String {
        let mut here = self.start(scope).unwrap_or(&Value::Null);
        let mut way = "$".to_owned();
        for (index, step) in self.steps.iter().enumerate() {
            let before = way.clone();
            let found = match step {
                Step::Name(name) => {
                    way.extend(["['", name, "']"]);
                    if !here.is_object() {
                        return format!(
                            "Expected to find an object with property ['{name}'] in path {before} but found '{}'. \
                             This is not a json object according to the JsonProvider: \
                             'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.",
                            node(here)
                        );
                    }
                    here.get(name)
                }
                Step::Index(index) => {
                    way.extend(["[", &index.to_string(), "]"]);
                    select::one(here, std::slice::from_ref(step))
                }
                _ => return format!("No results for path: {}", self.source),
            };
            match found {
                Some(value) => here = value,
                None if index + 1 < self.steps.len() && matches!(step, Step::Name(_)) => {
                    return format!("Missing property in path {way}");
                }
                None => return format!("No results for path: {way}"),
            }
        }
        format!("No results for path: {way}")
    }
}

/// What that library calls a value.
fn node(value: &Value) -> &'static str {
    match value {
        Value::Null => "com.fasterxml.jackson.databind.node.NullNode",
        Value::Bool(_) => "com.fasterxml.jackson.databind.node.BooleanNode",
        Value::Number(number) if number.is_f64() => "com.fasterxml.jackson.databind.node.DoubleNode",
        Value::Number(_) => "com.fasterxml.jackson.databind.node.IntNode",
        Value::String(_) => "com.fasterxml.jackson.databind.node.TextNode",
        Value::Array(_) => "com.fasterxml.jackson.databind.node.ArrayNode",
        Value::Object(_) => "com.fasterxml.jackson.databind.node.ObjectNode",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::data::scope::tests::with_scope;

    fn check(path: &str, want: impl Into<Option<Value>>) {
        let document = json!({
            "a": {"b": [10, 20, 30], "c d": 1},
            "books": [{"t": "x", "p": 5}, {"t": "y", "p": 12, "in": true}],
            "null": null
        });
        let variables = [("who".to_owned(), std::sync::Arc::new(json!({"name": "Ada"})))].into();
        let parsed = Path::parse(path).expect(path);
        let got = with_scope(&document, &variables, |scope| parsed.get(scope).map(Found::into_value));
        assert_eq!(got, want.into(), "{path}");
    }

    #[test]
    fn finds_what_paths_name() {
        check("$.a.b[0]", Some(json!(10)));
        check("$.a.b[-1]", Some(json!(30)));
        check("$['a']['c d']", Some(json!(1)));
        check("$.null", Some(Value::Null));
        check("$.missing", None);
        check("$.a.b[7]", None);
        check("$.a.b[0:2]", Some(json!([10, 20])));
        check("$.a.b[::2]", Some(json!([10, 30])));
        check("$.a.b[0,2]", Some(json!([10, 30])));
        check("$.a.b[*]", Some(json!([10, 20, 30])));
        check("$.books[*].t", Some(json!(["x", "y"])));
        check("$..p", Some(json!([5, 12])));
        check("$.books[?(@.p > 6)].t", Some(json!(["y"])));
        check("$.books[?(@.in)].t", Some(json!(["y"])));
        check("$.books[?(@.t == 'x' || @.p >= 12)].p", Some(json!([5, 12])));
        check("$.books[?(!(@.in) && @.t =~ /X/i)].p", Some(json!([5])));
        check("$$.Execution.Name", Some(json!("first")));
        check("$who.name", Some(json!("Ada")));
        check("$nobody", None);
    }

    #[test]
    fn says_where_a_path_ends() {
        let check = |path: &str, want: &str| {
            let document = json!({"a": {"b": [1]}, "t": "x"});
            let parsed = Path::parse(path).expect(path);
            let why = with_scope(&document, &[].into(), |scope| parsed.miss(scope));
            assert!(why.starts_with(want), "{path}: {why}");
        };
        check("$.x", "No results for path: $['x']");
        check("$.a.x", "No results for path: $['a']['x']");
        check("$.x.y", "Missing property in path $['x']");
        check("$.a.b[4]", "No results for path: $['a']['b'][4]");
        check("$.t.y", "Expected to find an object with property ['y'] in path $['t'] but found");
    }

    #[test]
    fn refuses_what_is_no_path() {
        for bad in ["", "a", "$.", "$.a[", "$['a", "$..", "$.a b", "$.a[x]", "$[?(@.a ==)]"] {
            assert!(Path::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn refuses_filters_that_nest_without_end() {
        let nested = |open: &str, close: &str, depth: usize| {
            Path::parse(&format!("$[?({}@.a{})]", open.repeat(depth), close.repeat(depth)))
        };
        assert!(nested("(", ")", 40).is_ok());
        assert!(nested("(", ")", 100_000).is_err());
        assert!(nested("!", "", 100_000).is_err());
        assert!(nested("@[?(", ")]", 100_000).is_err());
        assert!(Path::parse(&format!("$[?(@.a in {})]", "[".repeat(100_000))).is_err());
    }

    #[test]
    fn finds_nothing_rather_than_millions() {
        let deep = (0..60).fold(json!(1), |inner, n| json!({"k": [inner, n]}));
        let path = |text: String| Path::parse(&text).expect("a path");
        assert!(path("$..*..*".to_owned()).select(&deep).is_some());
        assert!(path(format!("${}", "..*".repeat(8))).select(&deep).is_none());
        assert!(path(format!("$..*[?(@{})]", "..*".repeat(8))).select(&deep).is_none());
    }
}
