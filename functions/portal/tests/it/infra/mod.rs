//! What the hand-written templates promise the code, and the code the templates.

mod alarms;
mod functions;
mod site;

use std::collections::BTreeMap;

use yaml_serde::Value;

/// A template of `infra/`.
fn template(file: &str) -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/");
    let text = std::fs::read_to_string(format!("{path}{file}")).expect(file);
    yaml_serde::from_str(&text).expect("the template is YAML")
}

/// Its resources of one type, by their logical ids.
fn resources(template: &Value, kind: &str) -> BTreeMap<String, Value> {
    let all = template["Resources"].as_mapping().expect("resources").iter();
    let named = all.map(|(id, resource)| (id.as_str().expect("an id").to_owned(), resource.clone()));
    named.filter(|(_, resource)| resource["Type"] == kind).collect()
}

/// The text of a value that must be one; `!Ref X` and `!GetAtt X.Y` as they are written.
fn text(value: &Value) -> String {
    match value {
        Value::Tagged(tagged) => format!("{} {}", tagged.tag, text(&tagged.value)),
        value => value.as_str().unwrap_or_else(|| panic!("{value:?} is no text")).to_owned(),
    }
}
