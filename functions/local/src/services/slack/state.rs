//! What somebody filled in, as Slack's client checks it and as payloads carry it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Slack's own words.
const REQUIRED: &str = "Please complete this required field.";

/// The values of a modal's inputs by block and action, or what to say at which block.
///
/// `given` holds by block what was typed (a text) or chosen (a text, or a list of them).
pub(super) fn gather(view: &Value, given: &Map<String, Value>) -> Result<Value, BTreeMap<String, String>> {
    let (mut values, mut errors) = (json!({}), BTreeMap::new());
    let inputs = || view["blocks"].as_array().into_iter().flatten().filter(|block| block["type"] == "input");
    for block in inputs() {
        let (id, element) = (block["block_id"].as_str().unwrap_or_default(), &block["element"]);
        let action = element["action_id"].as_str().unwrap_or_default();
        let needed = !block["optional"].as_bool().unwrap_or(false);
        match value(element, given.get(id).unwrap_or(&Value::Null), needed) {
            Ok(value) => values[id][action] = value,
            Err(what) => {
                errors.insert(id.to_owned(), what);
            }
        }
    }
    for unknown in given.keys().filter(|id| !inputs().any(|block| block["block_id"] == id.as_str())) {
        errors.insert(unknown.clone(), "The modal has no input block of this id.".to_owned());
    }
    if errors.is_empty() { Ok(values) } else { Err(errors) }
}

/// One element's value.
pub(super) fn value(element: &Value, given: &Value, needed: bool) -> Result<Value, String> {
    let kind = element["type"].as_str().unwrap_or_default();
    if kind == "plain_text_input" {
        return typed(element, given, needed);
    }
    let chosen = chosen(element, given)?;
    if needed && chosen.is_empty() {
        return Err(REQUIRED.to_owned());
    }
    Ok(match kind {
        "checkboxes" => json!({"type": kind, "selected_options": chosen}),
        _ => json!({"type": kind, "selected_option": chosen.first()}),
    })
}

fn typed(element: &Value, given: &Value, needed: bool) -> Result<Value, String> {
    let text = match given {
        Value::Null => "",
        Value::String(text) => text,
        _ => return Err("A text field takes a text.".to_owned()),
    };
    if text.trim().is_empty() {
        return if needed {
            Err(REQUIRED.to_owned())
        } else {
            Ok(json!({"type": "plain_text_input", "value": null}))
        };
    }
    let length = text.chars().count() as u64;
    if let Some(least) = element["min_length"].as_u64().filter(|least| length < *least) {
        return Err(format!("This field must be at least {least} characters."));
    }
    let most = element["max_length"].as_u64().unwrap_or(3000);
    if length > most {
        return Err(format!("This field must be at most {most} characters."));
    }
    Ok(json!({"type": "plain_text_input", "value": text}))
}

/// The options that were chosen, in their own order.
fn chosen(element: &Value, given: &Value) -> Result<Vec<Value>, String> {
    let asked: Vec<&str> = match given {
        Value::Null => Vec::new(),
        Value::String(value) => vec![value],
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        _ => return Err("A choice is a text or a list of texts.".to_owned()),
    };
    let options = element["options"].as_array().map(Vec::as_slice).unwrap_or_default();
    if let Some(unknown) = asked.iter().find(|value| !options.iter().any(|option| option["value"] == **value))
    {
        return Err(format!("{unknown} is not one of the options."));
    }
    if element["type"] != "checkboxes" && asked.len() > 1 {
        return Err("Only one option can be chosen.".to_owned());
    }
    let is_asked = |option: &&Value| option["value"].as_str().is_some_and(|value| asked.contains(&value));
    Ok(options.iter().filter(is_asked).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(element: &Value, optional: bool, given: &Value, expected: Result<Value, &str>) {
        let view =
            json!({"blocks": [{"type": "input", "block_id": "b", "optional": optional, "element": element}]});
        let given = json!({"b": given});
        let gathered = gather(&view, given.as_object().expect("an object"));
        let gathered = gathered.map(|values| values["b"]["a"].clone()).map_err(|errors| errors["b"].clone());
        assert_eq!(gathered, expected.map_err(str::to_owned), "{element} {given}");
    }

    #[test]
    fn texts_have_their_limits() {
        let field = json!({"type": "plain_text_input", "action_id": "a", "min_length": 3, "max_length": 5});
        let value = |text: Value| Ok(json!({"type": "plain_text_input", "value": text}));
        check(&field, false, &json!("abcde"), value(json!("abcde")));
        check(&field, false, &json!("ab"), Err("This field must be at least 3 characters."));
        check(&field, false, &json!("abcdef"), Err("This field must be at most 5 characters."));
        check(&field, false, &json!("  "), Err(REQUIRED));
        check(&field, true, &json!(null), value(json!(null)));
    }

    #[test]
    fn choices_are_options() {
        let option = |value: &str| json!({"text": {"type": "plain_text", "text": value}, "value": value});
        let element =
            |kind: &str| json!({"type": kind, "action_id": "a", "options": [option("x"), option("y")]});
        let radio = json!({"type": "radio_buttons", "selected_option": option("y")});
        check(&element("radio_buttons"), false, &json!("y"), Ok(radio));
        check(&element("radio_buttons"), false, &json!("z"), Err("z is not one of the options."));
        check(&element("static_select"), false, &json!(["x", "y"]), Err("Only one option can be chosen."));
        check(
            &element("static_select"),
            true,
            &json!(null),
            Ok(json!({"type": "static_select", "selected_option": null})),
        );
        let boxes = json!({"type": "checkboxes", "selected_options": [option("x"), option("y")]});
        check(&element("checkboxes"), false, &json!(["y", "x"]), Ok(boxes));
        check(&element("checkboxes"), false, &json!([]), Err(REQUIRED));
    }
}
