//! The parameters of a call, held against the schema of the workflow that is called, as far as they are written out.
//!
//! A value without an expression is judged by the schema. Of an object with expressions in it, its names are:
//! what is required is there, and nothing is there that the schema does not know. So nothing is said that
//! could turn out otherwise when the state runs.

use form::Schema;
use serde_json::{Map, Value, json};

use super::Language;
use crate::check::conditions::Scope;
use crate::load::place::join;
use crate::load::report::Report;
use crate::{Workflow, codes, suggest};

/// Checks the member `key` of the input at a pointer, which are the parameters of a call of this workflow.
pub(super) fn check(
    callee: &Workflow,
    key: &str,
    value: &Value,
    input: &str,
    language: Language,
    report: &mut Report<'_>,
) {
    let at = join(input, key);
    if language.computes(key, value) {
        let message = "Nobody can see whether these parameters are what the workflow takes.";
        let help = "Write an object with a member for each parameter; their values can be expressions.";
        return report.at(at, codes::CALL_PARAMETERS, message, help);
    }
    let judge = Judge { scope: Scope { root: &callee.parameters }, language };
    judge.value(value, &[&callee.parameters], &at, report);
}

struct Judge<'a> {
    scope: Scope<'a>,
    language: Language,
}

impl<'a> Judge<'a> {
    /// A value that all of the schemas are about.
    fn value(&self, value: &Value, over: &[&'a Value], at: &str, report: &mut Report<'_>) {
        match value {
            _ if !self.is_computed(value) => self.whole(value, over, at, report),
            Value::Object(members) => self.object(members, over, at, report),
            Value::Array(items) => {
                let over = self.scope.always(over, &|schema| schema.get("items"));
                for (index, item) in items.iter().enumerate() {
                    if !self.language.computes("", item) {
                        self.value(item, &over, &join(at, index.to_string()), report);
                    }
                }
            }
            _ => {}
        }
    }

    /// An object in which something is an expression.
    fn object(&self, members: &Map<String, Value>, over: &[&'a Value], at: &str, report: &mut Report<'_>) {
        let given: Vec<&str> = members.keys().map(|key| self.language.name(key)).collect();
        let required = self.scope.always(over, &|schema| schema.get("required")?.as_array());
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            if !given.contains(&name) {
                let message = format!("The workflow needs `{name}`.");
                report.at(at, codes::CALL_PARAMETERS, message, "Add it.");
            }
        }
        let known = self.scope.each(over, &|schema| schema.get("properties"));
        let known: Vec<&str> =
            known.into_iter().filter_map(Value::as_object).flat_map(Map::keys).map(String::as_str).collect();
        let closed = self.scope.always(over, &|schema| schema.get("additionalProperties"));
        let closed = closed.into_iter().any(|more| *more == Value::Bool(false));
        for ((key, value), name) in members.iter().zip(given) {
            let at = join(at, key);
            if closed && !known.contains(&name) {
                let help = suggest::help(name, known.iter().copied(), "Remove it.");
                report.at(&at, codes::CALL_PARAMETERS, format!("The workflow takes no `{name}`."), help);
            } else if !self.language.computes(key, value) {
                let over = self.scope.always(over, &|schema| schema.get("properties")?.get(name));
                self.value(value, &over, &at, report);
            }
        }
    }

    /// A value that is written out as a whole.
    fn whole(&self, value: &Value, over: &[&'a Value], at: &str, report: &mut Report<'_>) {
        let mut schema = json!({"allOf": over});
        for definitions in ["$defs", "definitions"] {
            if let Some(definitions_of_all) = self.scope.root.get(definitions) {
                schema[definitions] = definitions_of_all.clone();
            }
        }
        // A schema that leads elsewhere than into its definitions cannot be cut out; the door judges then.
        let Ok(schema) = Schema::compile(&schema) else { return };
        for error in schema.validate(value) {
            let message = format!("The workflow does not take this: {}", suggest::sentence(&error.message));
            let at = format!("{at}{}", error.pointer);
            report.at(at, codes::CALL_PARAMETERS, message, "The workflow's page says what it takes.");
        }
    }

    /// Whether a value is, or has within it, an expression.
    fn is_computed(&self, value: &Value) -> bool {
        match value {
            Value::Object(members) => members
                .iter()
                .any(|(key, value)| self.language.computes(key, value) || self.is_computed(value)),
            Value::Array(items) => {
                items.iter().any(|item| self.language.computes("", item) || self.is_computed(item))
            }
            _ => self.language.computes("", value),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::check;
    use crate::Workflow;
    use crate::check::doors::Language;
    use crate::load::report::Source;

    fn callee() -> Workflow {
        serde_json::from_value(json!({"title": "T", "summary": "S", "owner": "o", "timeout": "PT1M", "parameters": {
            "type": "object", "required": ["where", "what"], "additionalProperties": false,
            "properties": {
                "where": {"oneOf": [
                    {"type": "object", "required": ["channel"], "properties": {"channel": {"pattern": "^#"}}},
                    {"type": "object", "required": ["webhook"], "properties": {"webhook": {"type": "string"}}},
                ]},
                "what": {"$ref": "#/$defs/message"},
                "who": {"type": "array", "items": {"enum": ["a", "b"]}},
            },
            "$defs": {"message": {
                "type": "object", "required": ["text"], "additionalProperties": false,
                "properties": {"text": {"type": "string", "maxLength": 3}, "thread": {"type": "string"}},
            }},
        }}))
        .expect("a workflow")
    }

    fn places(parameters: &Value, language: Language) -> Vec<String> {
        let source = Source { file: "steps.asl.json".into(), text: String::new() };
        let mut problems = Vec::new();
        check(&callee(), "p", parameters, "", language, &mut source.report(&mut problems));
        problems.into_iter().map(|problem| problem.pointer).collect()
    }

    #[test]
    fn what_is_written_out_is_judged_and_an_expression_is_not() {
        let check = |parameters: Value, expect: &[&str]| {
            assert_eq!(places(&parameters, Language::Jsonata), expect, "{parameters}");
        };
        let channel = json!({"channel": "#a"});
        check(json!({"where": channel, "what": {"text": "hi"}}), &[]);
        check(json!({"where": channel, "what": {"text": "long"}}), &["/p/what/text"]);
        check(json!({"where": channel, "what": {}}), &["/p/what/text"]);
        check(json!({"where": channel, "what": {"text": "{% $x %}"}}), &[]);
        check(json!({"where": channel, "what": {"thread": "{% $x %}"}}), &["/p/what"]);
        check(json!({"where": channel, "what": {"text": "{% $x %}", "ts": "1"}}), &["/p/what/ts"]);
        check(json!({"where": "{% $x %}", "what": {"text": "long"}}), &["/p/what/text"]);
        check(json!({"where": {"channel": "{% $x %}"}, "what": "{% $x %}"}), &[]);
        check(json!({"where": "{% $x %}"}), &["/p"]);
        check(json!({"where": "{% $x %}", "what": "{% $x %}", "who": ["{% $x %}", "c"]}), &["/p/who/1"]);
        check(json!("{% $x %}"), &["/p"]);
    }

    #[test]
    fn json_path_marks_expressions_at_the_name() {
        let check = |parameters: Value, expect: &[&str]| {
            assert_eq!(places(&parameters, Language::JsonPath), expect, "{parameters}");
        };
        check(json!({"where": {"channel.$": "$.x"}, "what.$": "$.y"}), &[]);
        check(json!({"where.$": "$.x", "wht.$": "$.y"}), &["/p", "/p/wht.$"]);
        check(json!({"where.$": "$.x", "what": {"text": "{% $x %}"}}), &["/p/what/text"]);
    }
}
