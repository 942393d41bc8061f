//! What a state machine gives its door, read strictly: every fault is said, by member.

use std::str::FromStr;

use serde_json::{Map, Value};

use crate::app::terms::Terms;
use crate::app::trigger::Request;
use crate::strict_json;

/// The members of a request, those that must be there first.
const MEMBERS: [&str; 5] = ["workflow", "parameters", "idempotency_key", "deadline", "for_run"];

/// The request and its terms, or every fault: `/deadline must be …`.
pub(super) fn read(request: &Value) -> Result<(Request, Terms), Vec<String>> {
    let mut reader = Reader::of(request)?;
    let (slug, key) = (reader.needed("workflow"), reader.needed("idempotency_key"));
    let parameters = reader.object("parameters");
    let deadline = reader.parsed("deadline", "a moment such as 2026-11-30T18:00:00Z");
    let for_run = reader.parsed("for_run", "the id of a run, in lower case");
    match (slug, parameters, key) {
        (Some(slug), Some(parameters), Some(key)) if reader.faults.is_empty() => {
            Ok((Request { slug, parameters, key, trace: None }, Terms { deadline, for_run, waits: None }))
        }
        _ => Err(reader.faults),
    }
}

struct Reader {
    members: Map<String, Value>,
    faults: Vec<String>,
}

impl Reader {
    /// Read again as the API reads bodies, so that nothing is taken by one way in that the other refuses.
    fn of(request: &Value) -> Result<Self, Vec<String>> {
        let known = MEMBERS.join(", ");
        let members = match strict_json::parse(request.to_string().as_bytes()) {
            Ok(Value::Object(members)) => members,
            Ok(_) => return Err(vec![format!("the input of a door is an object with {known}")]),
            Err(refusal) => return Err(vec![format!("{}: {}", refusal.pointer, refusal.message)]),
        };
        let unknown = members.keys().filter(|name| !MEMBERS.contains(&name.as_str()));
        let faults =
            unknown.map(|name| format!("/{} is not known; the members are {known}", beginning(name)));
        Ok(Self { faults: faults.collect(), members })
    }

    fn needed(&mut self, name: &str) -> Option<String> {
        if self.members.contains_key(name) { self.text(name) } else { self.fault(name, "is missing") }
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match self.members.get(name)? {
            Value::String(text) => Some(text.clone()),
            _ => self.fault(name, "must be a string"),
        }
    }

    fn object(&mut self, name: &str) -> Option<Value> {
        match self.members.get(name) {
            Some(object @ Value::Object(_)) => Some(object.clone()),
            Some(_) => self.fault(name, "must be an object"),
            None => self.fault(name, "is missing"),
        }
    }

    fn parsed<T: FromStr>(&mut self, name: &str, what: &str) -> Option<T> {
        let text = self.text(name)?;
        text.parse().ok().or_else(|| self.fault(name, &format!("must be {what}")))
    }

    fn fault<T>(&mut self, name: &str, says: &str) -> Option<T> {
        self.faults.push(format!("/{name} {says}"));
        None
    }
}

/// Enough of a name to find it.
fn beginning(name: &str) -> String {
    name.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(request: &Value, expect: &[&str]) {
        assert_eq!(read(request).map(drop).err().unwrap_or_default(), expect, "{request}");
    }

    #[test]
    fn every_fault_of_a_request_is_said_by_member() {
        let known = "the members are workflow, parameters, idempotency_key, deadline, for_run";
        let run = "019a9f2c-7e00-7abc-8def-0123456789ab";
        check(&json!({"workflow": "w", "parameters": {}, "idempotency_key": "k"}), &[]);
        check(
            &json!({"workflow": "w", "parameters": {}, "idempotency_key": "k",
                "deadline": "2026-11-30T18:00:00+01:00", "for_run": run}),
            &[],
        );
        check(
            &json!({"workflow": 1, "parameters": [], "key": "k", "deadline": "tomorrow", "for_run": "x"}),
            &[
                &format!("/key is not known; {known}"),
                "/workflow must be a string",
                "/idempotency_key is missing",
                "/parameters must be an object",
                "/deadline must be a moment such as 2026-11-30T18:00:00Z",
                "/for_run must be the id of a run, in lower case",
            ],
        );
        check(&json!({}), &["/workflow is missing", "/idempotency_key is missing", "/parameters is missing"]);
        check(
            &json!("w"),
            &["the input of a door is an object with workflow, parameters, idempotency_key, \
                              deadline, for_run"],
        );
        let deep = (0..40).fold(json!(1), |inner, _| json!([inner]));
        let request = json!({"workflow": "w", "parameters": {"a": deep}, "idempotency_key": "k"});
        assert!(read(&request).is_err(), "f02: as deep as the API lets it be and no deeper");
        let request =
            json!({"workflow": "w", "parameters": {"a": 9_007_199_254_740_993_u64}, "idempotency_key": "k"});
        assert!(read(&request).is_err(), "f04: no integer that others would read as another");
    }
}
