//! Words for people: labels from property names, values as text.

use serde_json::Value;

/// A label from a property name: `change_ticket` and `changeTicket` become `Change ticket`.
pub(crate) fn humanise(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for c in name.chars() {
        if c == '_' || c == '-' || c == ' ' {
            if !words.is_empty() && before != ' ' {
                words.push(' ');
            }
            before = ' ';
            continue;
        }
        if c.is_uppercase() && before.is_lowercase() {
            words.push(' ');
            words.extend(c.to_lowercase());
        } else if words.is_empty() {
            words.extend(c.to_uppercase());
        } else {
            words.push(c);
        }
        before = c;
    }
    let trimmed = words.trim_end();
    if trimmed.is_empty() { name.to_owned() } else { trimmed.to_owned() }
}

/// A title in the middle of a sentence: `E-mail address` becomes `e-mail address`, `URL` stays.
pub(crate) fn in_sentence(title: &str) -> String {
    let mut rest = title.chars();
    match (rest.next(), rest.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() && !second.is_numeric() => {
            first.to_lowercase().chain(rest).collect()
        }
        _ => title.to_owned(),
    }
}

/// A value as a person reads it.
pub(crate) fn spoken(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "Yes".to_owned(),
        Value::Bool(false) => "No".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_labels() {
        for (name, label) in [
            ("change_ticket", "Change ticket"),
            ("changeTicket", "Change ticket"),
            ("BucketName", "Bucket name"),
            ("api-version", "Api version"),
            ("CI", "CI"),
            ("_", "_"),
            ("", ""),
        ] {
            assert_eq!(humanise(name), label, "{name}");
        }
    }
}
