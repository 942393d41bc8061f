//! What a gate's `when` asks of the parameters: only ones that exist, and no secrets.

use asl::member;
use serde_json::{Map, Value};

use crate::load::place::join;
use crate::load::report::Report;
use crate::{codes, suggest};

/// Keywords whose value is a schema, or a list of schemas, over the same value.
pub(super) const SAME_VALUE: [&str; 7] = ["allOf", "anyOf", "oneOf", "not", "if", "then", "else"];

/// Checks the schema `when`, found at `pointer`, against the parameters' schema.
pub(crate) fn check(when: &Value, pointer: &str, parameters: &Value, report: &mut Report<'_>) {
    let scope = Scope { root: parameters };
    walk(when, pointer, &scope, &[parameters], report);
}

/// One level of `when`, over a value that the schemas `over` describe.
fn walk(when: &Value, pointer: &str, scope: &Scope<'_>, over: &[&Value], report: &mut Report<'_>) {
    let Some(keywords) = when.as_object() else { return };
    for (keyword, value) in keywords {
        let here = join(pointer, keyword);
        match (keyword.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                for (name, schema) in properties {
                    let at = join(&here, name);
                    if let Some(found) = parameter(name, &at, scope, over, report) {
                        walk(schema, &at, scope, &found, report);
                    }
                }
            }
            ("required", Value::Array(names)) => {
                for (index, name) in names.iter().enumerate() {
                    let at = join(&here, index.to_string());
                    name.as_str().and_then(|name| parameter(name, &at, scope, over, report));
                }
            }
            ("items" | "contains", schema) => {
                let items: Vec<&Value> = scope.each(over, &|schema| schema.get("items"));
                walk(schema, &here, scope, &items, report);
            }
            (keyword, Value::Array(schemas)) if SAME_VALUE.contains(&keyword) => {
                for (index, schema) in schemas.iter().enumerate() {
                    walk(schema, &join(&here, index.to_string()), scope, over, report);
                }
            }
            (keyword, schema) if SAME_VALUE.contains(&keyword) => walk(schema, &here, scope, over, report),
            _ => {}
        }
    }
}

/// The schemas that declare the parameter `name`; a problem if there are none. `that` says what it is wanted for.
pub(super) fn declared<'v>(
    name: &str,
    pointer: &str,
    that: &str,
    scope: &Scope<'v>,
    over: &[&'v Value],
    report: &mut Report<'_>,
) -> Option<Vec<&'v Value>> {
    let found = scope.each(over, &|schema| schema.get("properties")?.get(name));
    if !found.is_empty() {
        return Some(found);
    }
    let known = scope.each(over, &|schema| schema.get("properties"));
    let known = known.iter().filter_map(|properties| properties.as_object()).flat_map(Map::keys);
    let message = format!("There is no parameter `{name}` that {that}.");
    let help = suggest::help(name, known.map(String::as_str), "Add it to `parameters`, or correct the name.");
    report.at(pointer, codes::UNKNOWN_PARAMETER, message, help);
    None
}

/// The schemas of the parameter `name`; a problem if there is none, or if it is a secret.
fn parameter<'v>(
    name: &str,
    pointer: &str,
    scope: &Scope<'v>,
    over: &[&'v Value],
    report: &mut Report<'_>,
) -> Option<Vec<&'v Value>> {
    let found = declared(name, pointer, "this condition could look at", scope, over, report)?;
    if !scope.each(&found, &|schema| schema.get("writeOnly").filter(|flag| **flag == true)).is_empty() {
        let message = format!("This condition looks at `{name}`, which is a secret.");
        let help = "Who is asked would tell what the secret is: ask by a parameter that is none.";
        report.at(pointer, codes::SECRET_CONDITION, message, help);
    }
    Some(found)
}

/// The parameters' schema, in which `$ref` leads from one place to another.
pub(super) struct Scope<'v> {
    pub(super) root: &'v Value,
}

impl<'v> Scope<'v> {
    /// What `part` finds in the given schemas and in all that they apply to the same value.
    pub(super) fn each(
        &self,
        over: &[&'v Value],
        part: &dyn Fn(&'v Value) -> Option<&'v Value>,
    ) -> Vec<&'v Value> {
        self.applied(over, &[&SAME_VALUE[..], &["dependentSchemas"]].concat()).filter_map(part).collect()
    }

    /// What `part` finds in those of them that apply whatever the value is.
    pub(super) fn always<T>(
        &self,
        over: &[&'v Value],
        part: &dyn Fn(&'v Value) -> Option<&'v T>,
    ) -> Vec<&'v T> {
        self.applied(over, &["allOf"]).filter_map(part).collect()
    }

    fn applied(&self, over: &[&'v Value], keywords: &[&str]) -> impl Iterator<Item = &'v Value> {
        let mut applied = Vec::new();
        for schema in over {
            self.collect(schema, keywords, &mut applied);
        }
        applied.into_iter()
    }

    /// The schema and every schema that it applies to the same value by these keywords and `$ref`, once each:
    /// schemas may refer to themselves.
    fn collect(&self, schema: &'v Value, keywords: &[&str], applied: &mut Vec<&'v Value>) {
        if applied.iter().any(|known| std::ptr::eq(*known, schema)) {
            return;
        }
        applied.push(schema);
        for keyword in keywords {
            let mut inner = |schema| self.collect(schema, keywords, applied);
            match member(schema, keyword) {
                Some(Value::Array(schemas)) => schemas.iter().for_each(inner),
                Some(Value::Object(schemas)) if *keyword == "dependentSchemas" => {
                    schemas.values().for_each(inner);
                }
                Some(schema) => inner(schema),
                None => {}
            }
        }
        let target = member(schema, "$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
        if let Some(target) = target.and_then(|pointer| self.root.pointer(pointer)) {
            self.collect(target, keywords, applied);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::check;
    use crate::load::report::Source;

    fn codes(when: &serde_json::Value) -> Vec<(String, String)> {
        let parameters = json!({
            "type": "object",
            "properties": {
                "environment": {"enum": ["production", "test"]},
                "password": {"$ref": "#/$defs/secret"},
                "rollout": {"type": "object", "properties": {"percent": {"type": "integer"}}},
                "targets": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
                "self": {"$ref": "#"},
            },
            "if": {"properties": {"environment": {"const": "production"}}},
            "then": {"properties": {"ticket": {"type": "string"}}},
            "$defs": {"secret": {"type": "string", "writeOnly": true}},
            "allOf": [{"$ref": "#"}, {"$ref": "#"}],
        });
        let source = Source { file: "workflow.json".into(), text: String::new() };
        let mut problems = Vec::new();
        check(when, "", &parameters, &mut source.report(&mut problems));
        problems.into_iter().map(|problem| (problem.pointer, problem.code)).collect()
    }

    #[test]
    fn conditions_over_known_parameters_are_sound() {
        let sound = json!({
            "required": ["environment", "ticket"],
            "properties": {
                "environment": {"const": "production"},
                "rollout": {"properties": {"percent": {"minimum": 50}}},
                "targets": {"contains": {"properties": {"name": {"const": "checkout"}}}},
                "self": {"required": ["rollout"]},
            },
            "anyOf": [{"not": {"required": ["rollout"]}}, true],
        });
        assert_eq!(codes(&sound), []);
    }

    #[test]
    fn unknown_parameters_and_secrets_are_found_at_any_depth() {
        let check = |when: serde_json::Value, pointer: &str, code: &str| {
            assert_eq!(codes(&when), [(pointer.to_owned(), code.to_owned())], "{when}");
        };
        check(json!({"required": ["enviroment"]}), "/required/0", "unknown-parameter");
        check(
            json!({"anyOf": [{"properties": {"rollout": {"required": ["speed"]}}}]}),
            "/anyOf/0/properties/rollout/required/0",
            "unknown-parameter",
        );
        check(json!({"required": ["password"]}), "/required/0", "secret-condition");
        check(
            json!({"properties": {"self": {"properties": {"password": true}}}}),
            "/properties/self/properties/password",
            "secret-condition",
        );
    }
}
