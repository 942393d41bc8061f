//! The conditions of a statement in words: "the sender is `ops@example.org`".

use serde_json::Value;

use super::{code, plain};
use crate::words;

/// Keys that people have a word for.
const KEYS: &[(&str, &str)] = &[
    ("aws:PrincipalOrgID", "the caller’s organisation"),
    ("aws:RequestedRegion", "the Region"),
    ("aws:ResourceAccount", "the resource’s account"),
    ("aws:ResourceOrgID", "the resource’s organisation"),
    ("aws:SourceIp", "the caller’s address"),
    ("aws:SourceVpce", "the endpoint"),
    ("ecs:cluster", "the cluster"),
    ("iam:PassedToService", "the service that is given it"),
    ("kms:ViaService", "the service on whose behalf it is"),
    ("s3:prefix", "the prefix"),
    ("ses:FromAddress", "the sender"),
    ("states:HTTPEndpoint", "the address"),
    ("states:HTTPMethod", "the method"),
];

/// Operators, of which each is also there for numbers, dates and ARNs.
const OPERATORS: &[(&str, &str)] = &[
    ("NotEqualsIgnoreCase", "is not"),
    ("EqualsIgnoreCase", "is"),
    ("NotEquals", "is not"),
    ("Equals", "is"),
    ("NotLike", "is not like"),
    ("Like", "is like"),
    ("LessThanEquals", "is at most"),
    ("LessThan", "is less than"),
    ("GreaterThanEquals", "is at least"),
    ("GreaterThan", "is more than"),
    ("NotIpAddress", "is not in"),
    ("IpAddress", "is in"),
    ("Bool", "is"),
];

/// A condition block as HTML; nothing for an empty one.
pub(super) fn sentence(block: &Value) -> Option<String> {
    let operators = block.as_object()?.iter();
    let clauses: Vec<String> = operators
        .flat_map(|(operator, keys)| {
            keys.as_object().into_iter().flatten().map(|(key, values)| clause(operator, key, values))
        })
        .collect();
    (!clauses.is_empty()).then(|| words::and(&clauses))
}

fn clause(operator: &str, key: &str, values: &Value) -> String {
    let (whose, operator) = match operator.split_once(':') {
        Some(("ForAllValues", rest)) => ("each of ", rest),
        Some(("ForAnyValue", rest)) => ("one of ", rest),
        _ => ("", operator),
    };
    let (operator, optional) = match operator.strip_suffix("IfExists") {
        Some(rest) => (rest, " if there is one"),
        None => (operator, ""),
    };
    let subject = format!("{whose}{}", subject(key));
    if operator == "Null" {
        let absent = values == "true" || values == &Value::Bool(true);
        return format!("{subject} is {}", if absent { "absent" } else { "given" });
    }
    // `DateLessThan` is `LessThan`; a word that is not known is said as it is.
    let kinds = ["String", "Numeric", "Date", "Arn", "Binary"];
    let bare = kinds.iter().find_map(|kind| operator.strip_prefix(kind)).unwrap_or(operator);
    let known = OPERATORS.iter().find(|(name, _)| *name == bare);
    let verb = known.map_or_else(|| code(operator), |(_, verb)| (*verb).to_owned());
    format!("{subject} {verb} {}{optional}", either(values))
}

fn subject(key: &str) -> String {
    let tag = |prefix: &str| key.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/'));
    if let Some((_, word)) = KEYS.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)) {
        return (*word).to_owned();
    }
    if let Some(tag) = tag("aws:ResourceTag") {
        return format!("the resource’s tag {}", code(tag));
    }
    if let Some(tag) = tag("aws:RequestTag") {
        return format!("the tag {} that is asked for", code(tag));
    }
    code(key)
}

fn either(values: &Value) -> String {
    let text = |value: &Value| match value {
        Value::String(text) => code(text),
        other => plain(&other.to_string()),
    };
    match values {
        Value::Array(values) => words::or(&values.iter().map(text).collect::<Vec<_>>()),
        value => text(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::sentence;

    #[test]
    fn conditions_are_sentences() {
        let check = |block: Value, expect: Option<&str>| {
            assert_eq!(sentence(&block).as_deref(), expect, "{block}");
        };
        check(json!({}), None);
        check(json!({"StringEquals": {"ses:FromAddress": "a@b"}}), Some("the sender is <code>a@b</code>"));
        check(
            json!({"StringEquals": {"states:HTTPMethod": ["GET", "POST"]}, "ArnLike": {"ecs:cluster": "arn:*"}}),
            Some(
                "the method is <code>GET</code> or <code>POST</code> and the cluster is like <code>arn:*</code>",
            ),
        );
        check(
            json!({"StringLikeIfExists": {"aws:ResourceTag/env": "t<t"}}),
            Some("the resource’s tag <code>env</code> is like <code>t&lt;t</code> if there is one"),
        );
        check(
            json!({"Bool": {"aws:SecureTransport": true}}),
            Some("<code>aws:SecureTransport</code> is true"),
        );
        check(json!({"Null": {"s3:prefix": "false"}}), Some("the prefix is given"));
        check(
            json!({"ForAnyValue:NumericLessThanEquals": {"x:y": 5}}),
            Some("one of <code>x:y</code> is at most 5"),
        );
        check(json!({"Sounds": {"x:y": "z"}}), Some("<code>x:y</code> <code>Sounds</code> <code>z</code>"));
    }
}
