//! Catalog data in words: when an approval is asked, what a permission is called.

mod requester;

use serde_json::Value;

pub(crate) use requester::requester;

/// When a gate is asked, from its schema over the parameters: "Environment is production".
///
/// None when the schema says more than such a sentence can; the page then shows the schema itself.
pub(crate) fn condition(when: &Value, parameters: &Value) -> Option<String> {
    Some(clauses(when, parameters)?.join(" and "))
}

fn clauses(when: &Value, parameters: &Value) -> Option<Vec<String>> {
    let properties = when.get("properties")?.as_object()?;
    let known =
        when.as_object()?.keys().all(|key| matches!(key.as_str(), "properties" | "required" | "type"));
    if !known || properties.is_empty() {
        return None;
    }
    let clauses = properties.iter().map(|(name, rule)| match rule.get("properties") {
        Some(_) => clauses(rule, parameter(name, parameters).unwrap_or(&Value::Null)),
        None => Some(vec![clause(name, rule, parameters)?]),
    });
    Some(clauses.collect::<Option<Vec<_>>>()?.concat())
}

fn clause(name: &str, rule: &Value, parameters: &Value) -> Option<String> {
    let title = title(name, parameters);
    let rule = rule.as_object()?;
    let (key, value) = match rule.len() {
        1 => rule.iter().next()?,
        _ => return None,
    };
    let said = match key.as_str() {
        "const" => format!("is {}", text(value)),
        "enum" => format!("is {}", either(value.as_array()?)),
        "minimum" => format!("is {} or more", text(value)),
        "exclusiveMinimum" => format!("is more than {}", text(value)),
        "maximum" => format!("is {} or less", text(value)),
        "exclusiveMaximum" => format!("is less than {}", text(value)),
        "pattern" => format!("matches {}", text(value)),
        "not" => {
            let forbidden = value.as_object().filter(|not| not.len() == 1)?;
            let (key, value) = forbidden.iter().next()?;
            match key.as_str() {
                "const" => format!("is not {}", text(value)),
                "enum" => format!("is not {}", either(value.as_array()?)),
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(format!("{title} {said}"))
}

/// The parameter's own title, else its name.
fn title(name: &str, parameters: &Value) -> String {
    let title = parameter(name, parameters).and_then(|parameter| parameter.get("title")?.as_str());
    title.map_or_else(|| name.replace('_', " "), str::to_owned)
}

/// The parameter's schema, wherever it is defined at the top or in what is added by a condition.
fn parameter<'v>(name: &str, parameters: &'v Value) -> Option<&'v Value> {
    let added = parameters.get("allOf").and_then(Value::as_array).into_iter().flatten();
    let mut branches = std::iter::once(parameters)
        .chain(added)
        .flat_map(|schema| [Some(schema), schema.get("then"), schema.get("else")].into_iter().flatten());
    branches.find_map(|branch| branch.get("properties")?.get(name))
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}

fn either(values: &[Value]) -> String {
    or(&values.iter().map(text).collect::<Vec<_>>())
}

/// "a, b or c".
pub(crate) fn or(words: &[String]) -> String {
    join(words, "or")
}

/// "a, b and c".
pub(crate) fn and(words: &[String]) -> String {
    join(words, "and")
}

fn join(words: &[String], last: &str) -> String {
    match words.split_last() {
        Some((only, [])) => only.clone(),
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
        None => "nothing".to_owned(),
    }
}

/// `DescribeDBClusters` as people read it: "Describe DB clusters".
pub(crate) fn spaced(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 8);
    for (at, &c) in chars.iter().enumerate() {
        let after_lower = at > 0 && !chars[at - 1].is_uppercase();
        let next_lower = chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        let starts_word = c.is_uppercase() && at > 0 && (after_lower || next_lower);
        // `DBs`: the plural of an abbreviation is no word.
        let plural = next_lower
            && chars.get(at + 1) == Some(&'s')
            && chars.get(at + 2).is_none_or(|c| c.is_uppercase());
        if starts_word && (after_lower || !plural) {
            out.push(' ');
            // `KeepABackstop` has an article in it, `DescribeDBClusters` an abbreviation.
            let article = c == 'A' && chars.get(at + 2).is_some_and(|next| next.is_lowercase());
            let abbreviation = !article && chars.get(at + 1).is_some_and(|next| next.is_uppercase());
            if abbreviation { out.push(c) } else { out.extend(c.to_lowercase()) }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{condition, spaced};

    fn check(when: &Value, words: Option<&str>) {
        let parameters = json!({"properties": {"environment": {"title": "Environment"}}});
        assert_eq!(condition(when, &parameters).as_deref(), words, "{when}");
    }

    #[test]
    fn simple_conditions_are_sentences() {
        let one = |rule: Value| json!({"properties": {"environment": rule}, "required": ["environment"]});
        check(&one(json!({"const": "production"})), Some("Environment is production"));
        check(&one(json!({"enum": ["a", "b", "c"]})), Some("Environment is a, b or c"));
        check(&one(json!({"not": {"const": "dev"}})), Some("Environment is not dev"));
        check(
            &json!({"properties": {"size_gb": {"minimum": 5}, "force": {"const": true}}}),
            Some("size gb is 5 or more and force is yes"),
        );
        check(
            &one(json!({"properties": {"cpu": {"maximum": 4}}, "required": ["cpu"]})),
            Some("cpu is 4 or less"),
        );
    }

    #[test]
    fn what_a_sentence_cannot_say_is_left_to_the_schema() {
        check(&json!({"anyOf": []}), None);
        check(&json!({"properties": {}}), None);
        check(&json!({"properties": {"a": {"minimum": 1, "maximum": 2}}}), None);
        check(&json!(true), None);
    }

    #[test]
    fn names_become_words() {
        assert_eq!(spaced("FindClusterAndInstances"), "Find cluster and instances");
        assert_eq!(spaced("DescribeDBClusters"), "Describe DB clusters");
        assert_eq!(spaced("S3Read"), "S3 read");
        assert_eq!(spaced("ListDBs"), "List DBs");
        assert_eq!(spaced("KeepABackstop"), "Keep a backstop");
    }
}
