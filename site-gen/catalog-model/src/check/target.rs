//! The parameter that says what is acted on: declared, always there, a single value, no secret.

use serde_json::Value;

use super::conditions::{Scope, declared};
use crate::load::report::Report;
use crate::{Workflow, codes};

const POINTER: &str = "/target";

/// Checks `target`, where a workflow names one.
pub(crate) fn check(workflow: &Workflow, report: &mut Report<'_>) {
    let Some(target) = &workflow.target else { return };
    let Some(names) = tokens(target) else {
        let message = format!("`{target}` is not a JSON pointer to a parameter.");
        let help = "Write a slash before each name, such as `/cluster`.";
        return report.at(POINTER, codes::BAD_POINTER, message, help);
    };
    let scope = Scope { root: &workflow.parameters };
    let mut over = vec![&workflow.parameters];
    let mut always = true;
    for name in &names {
        let found = declared(name, POINTER, "a run could act on", &scope, &over, report);
        let Some(found) = found else { return };
        always &= required(name, &scope, &over);
        over = found;
    }
    itself(target, &scope, &over, report);
    if !always {
        let message = format!("`{target}` may be absent, and a run must say what it acts on.");
        let help = "Add it to `required`, or name a parameter that is.";
        report.at(POINTER, codes::OPTIONAL_TARGET, message, help);
    }
}

/// The names that a JSON pointer leads along; `~` only occurs in `~0` and `~1`, which stand for `~` and `/`.
fn tokens(pointer: &str) -> Option<Vec<String>> {
    let escapes = |name: &str| name.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    let names = pointer.strip_prefix('/')?.split('/');
    names.map(|name| escapes(name).then(|| name.replace("~1", "/").replace("~0", "~"))).collect()
}

/// Whether the parameter is asked for whatever else is filled in.
fn required(name: &str, scope: &Scope<'_>, over: &[&Value]) -> bool {
    let lists = scope.always(over, &|schema| schema.get("required")?.as_array());
    lists.into_iter().flatten().any(|required| required == name)
}

fn itself(target: &str, scope: &Scope<'_>, over: &[&Value], report: &mut Report<'_>) {
    if !scope.each(over, &|schema| schema.get("writeOnly").filter(|flag| **flag == true)).is_empty() {
        let message = format!("`{target}` is a secret.");
        let help = "What is acted on is shown to everybody who is asked: name a parameter that is none.";
        report.at(POINTER, codes::SECRET_TARGET, message, help);
    }
    if !scope.each(over, &|schema| Some(schema).filter(|schema| is_composite(schema))).is_empty() {
        let message = format!("`{target}` is not a single value.");
        let help = "Name a text, number or choice: runs with the same value are compared.";
        report.at(POINTER, codes::COMPOSITE_TARGET, message, help);
    }
}

/// Whether a schema allows an object or a list.
fn is_composite(schema: &Value) -> bool {
    let composite = |kind: &Value| kind == "object" || kind == "array";
    let types = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(composite),
        Some(kind) => composite(kind),
        None => false,
    };
    let choices = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    let mut values = choices.chain(schema.get("const"));
    types
        || ["properties", "items", "prefixItems"].iter().any(|keyword| schema.get(keyword).is_some())
        || values.any(|value| value.is_object() || value.is_array())
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn pointers_are_names_after_slashes() {
        let check = |pointer: &str, expect: Option<&[&str]>| {
            let names = tokens(pointer);
            let names: Option<Vec<_>> =
                names.as_ref().map(|names| names.iter().map(String::as_str).collect());
            assert_eq!(names.as_deref(), expect, "{pointer}");
        };
        check("/cluster", Some(&["cluster"]));
        check("/rollout/per~1cent~01", Some(&["rollout", "per/cent~1"]));
        check("", None);
        check("cluster", None);
        check("/a~2", None);
        check("/a~", None);
    }
}
