//! A condition over the requester in words.

use serde_json::Value;

use super::either;

/// For whom a gate is asked, from its schema over `{"id", "groups", "teams"}`: "the requester is not of Security".
/// `name` is told which of the three an id is found in.
///
/// None when the schema says more than such a sentence can; the page then shows the schema itself.
pub(crate) fn requester(when: &Value, name: &dyn Fn(&str, &str) -> String) -> Option<String> {
    let (rules, negated) = match when.get("not") {
        Some(not) if only(when, &["not"]) => (not, true),
        _ => (when, false),
    };
    let members = rules.get("properties")?.as_object().filter(|members| !members.is_empty())?;
    // "Not both" would need another sentence than "neither".
    if !only(rules, &["properties", "required", "type"]) || (negated && members.len() > 1) {
        return None;
    }
    let said: Option<Vec<_>> =
        members.iter().map(|(member, rule)| predicate(member, rule, negated, name)).collect();
    Some(format!("the requester {}", said?.join(" and ")))
}

fn predicate(
    member: &str,
    rule: &Value,
    negated: bool,
    name: &dyn Fn(&str, &str) -> String,
) -> Option<String> {
    let (keyword, value) = single(rule)?;
    if keyword == "not" && !negated {
        return predicate(member, value, true, name);
    }
    let (verb, (keyword, value)) = match (member, keyword) {
        ("id", _) => ("is", (keyword, value)),
        ("groups" | "teams", "contains") => ("is of", single(value)?),
        _ => return None,
    };
    let ids = match (keyword, value) {
        ("const", id) => std::slice::from_ref(id),
        ("enum", Value::Array(ids)) => ids.as_slice(),
        _ => return None,
    };
    let names: Option<Vec<_>> =
        ids.iter().map(|id| Some(Value::String(name(member, id.as_str()?)))).collect();
    let verb = if negated { verb.replacen("is", "is not", 1) } else { verb.to_owned() };
    Some(format!("{verb} {}", either(&names?)))
}

fn only(schema: &Value, keywords: &[&str]) -> bool {
    schema.as_object().is_some_and(|object| object.keys().all(|key| keywords.contains(&key.as_str())))
}

fn single(schema: &Value) -> Option<(&str, &Value)> {
    let mut keywords = schema.as_object()?.iter();
    let (keyword, value) = keywords.next()?;
    keywords.next().is_none().then_some((keyword.as_str(), value))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::requester;

    fn check(when: &Value, words: Option<&str>) {
        let name = |member: &str, id: &str| match member {
            "id" => format!("person {id}"),
            _ => id.to_uppercase(),
        };
        assert_eq!(requester(when, &name).as_deref(), words, "{when}");
    }

    #[test]
    fn simple_conditions_are_clauses() {
        let of = |ids: Value| json!({"properties": {"groups": {"contains": ids}}});
        check(&of(json!({"const": "a"})), Some("the requester is of A"));
        check(&of(json!({"enum": ["a", "b", "c"]})), Some("the requester is of A, B or C"));
        check(&json!({"not": of(json!({"const": "a"}))}), Some("the requester is not of A"));
        check(
            &json!({"properties": {"id": {"const": "ada"}}, "required": ["id"]}),
            Some("the requester is person ada"),
        );
        check(
            &json!({"properties": {"groups": {"contains": {"const": "a"}}, "teams": {"not": {"contains": {"const": "b"}}}}}),
            Some("the requester is of A and is not of B"),
        );
    }

    #[test]
    fn what_a_clause_cannot_say_is_left_to_the_schema() {
        check(&json!(true), None);
        check(&json!({"anyOf": []}), None);
        check(&json!({"properties": {}}), None);
        check(&json!({"properties": {"groups": {"minItems": 2}}}), None);
        check(&json!({"properties": {"groups": {"contains": {"pattern": "^a"}}}}), None);
        check(
            &json!({"not": {"properties": {"id": {"const": "a"}, "teams": {"contains": {"const": "b"}}}}}),
            None,
        );
        check(&json!({"not": {"properties": {"id": {"not": {"const": "a"}}}}}), None);
    }
}
