//! Names on the wire and names in definitions: states write members in Pascal case, services as they like;
//! times are ISO 8601 in states.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::services::Service;

/// Arguments as the service spells them.
pub(super) fn to_wire(arguments: &Value, service: &Service) -> Value {
    if service.lower { renamed(arguments, service, first_lower) } else { arguments.clone() }
}

/// An answer as a state sees it.
pub(super) fn from_wire(answer: Value, service: &Service) -> Value {
    let answer = if service.lower { renamed(&answer, service, first_upper) } else { answer };
    dated(answer, service)
}

fn renamed(value: &Value, service: &Service, rename: fn(&str) -> String) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let value = match value {
                    Value::Object(entries) if service.maps.contains(&first_upper(name)) => entries
                        .iter()
                        .map(|(key, value)| (key.clone(), renamed(value, service, rename)))
                        .collect::<Map<_, _>>()
                        .into(),
                    other => renamed(other, service, rename),
                };
                (rename(name), value)
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(|item| renamed(item, service, rename)).collect(),
        other => other.clone(),
    }
}

fn dated(value: Value, service: &Service) -> Value {
    match value {
        // What a service knows nothing of is left out.
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| {
                let time = value.as_f64().filter(|_| service.times.contains(&name)).and_then(iso);
                let value = time.unwrap_or_else(|| dated(value, service));
                (name, value)
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.into_iter().map(|item| dated(item, service)).collect(),
        other => other,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "rounded, and far below the range of i64")]
fn iso(seconds: f64) -> Option<Value> {
    let at = Timestamp::from_millisecond((seconds * 1000.0).round() as i64).ok()?;
    let text = if at.subsec_nanosecond() == 0 { format!("{at:.0}") } else { format!("{at:.3}") };
    Some(Value::String(text))
}

/// `getItem` is the operation `GetItem`.
pub(super) fn first_upper(name: &str) -> String {
    changed(name, |letter| letter.to_ascii_uppercase())
}

fn first_lower(name: &str) -> String {
    changed(name, |letter| letter.to_ascii_lowercase())
}

fn changed(name: &str, change: fn(char) -> char) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| std::iter::once(change(first)).chain(letters).collect())
}

/// A word for each part of a name as the SDK for Java writes it: `DBClusterNotFound` is `DbClusterNotFound`.
pub(super) fn java(name: &str) -> String {
    let letters: Vec<char> = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut written = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).map(|place| letters[place]);
        let after = letters.get(place + 1);
        // A word begins after a small letter, and where a run of capitals ends in one with a small letter.
        let begins = letter.is_ascii_uppercase()
            && before.is_none_or(|before| {
                !before.is_ascii_uppercase() || after.is_some_and(char::is_ascii_lowercase)
            });
        written.push(match before {
            None => letter.to_ascii_uppercase(),
            Some(_) if begins => *letter,
            Some(_) => letter.to_ascii_lowercase(),
        });
    }
    written
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::services::find;
    use super::*;

    #[test]
    fn names_are_changed_and_keys_of_maps_are_not() {
        let logs = find("cloudwatchlogs").expect("described");
        let asked = json!({"LogGroupName": "a", "Tags": {"Owner": "x"}});
        assert_eq!(to_wire(&asked, logs), json!({"logGroupName": "a", "tags": {"Owner": "x"}}));
        assert_eq!(
            from_wire(json!({"logGroups": [{"arn": "b"}]}), logs),
            json!({"LogGroups": [{"Arn": "b"}]})
        );
    }

    #[test]
    fn times_are_written_out() {
        let tables = find("dynamodb").expect("described");
        let answer = json!({"Table": {"CreationDateTime": 1_600_000_000.25, "ItemCount": 3}});
        assert_eq!(
            from_wire(answer, tables),
            json!({"Table": {"CreationDateTime": "2020-09-13T12:26:40.250Z", "ItemCount": 3}})
        );
    }

    #[test]
    fn error_names_are_those_of_java() {
        assert_eq!(java("DBClusterNotFoundFault"), "DbClusterNotFoundFault");
        assert_eq!(java("NoSuchKey"), "NoSuchKey");
        assert_eq!(java("ResourceNotFoundException"), "ResourceNotFoundException");
        assert_eq!(java("AWS.SimpleQueueService.X"), "AwsSimpleQueueServiceX");
    }
}
