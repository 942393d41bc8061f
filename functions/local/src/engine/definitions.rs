//! Definitions, parsed once each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use asl::Definition;
use serde_json::{Value, json};

use super::store::Store;
use crate::services::sqlite::StoreError;

/// How long an Express execution may take.
const EXPRESS_SECONDS: u64 = 300;

/// Parsed definitions by digest and by whether they run as Express.
#[derive(Default)]
pub(crate) struct Definitions(Mutex<HashMap<(String, bool), Arc<Definition>>>);

impl Definitions {
    /// A definition by its digest.
    pub(crate) fn get(
        &self,
        store: &Store,
        digest: &str,
        express: bool,
    ) -> Result<Arc<Definition>, StoreError> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (digest.to_owned(), express);
        if let Some(definition) = known.get(&key) {
            return Ok(definition.clone());
        }
        let text = store.definition(digest)?;
        let text = if express { limited(&text)? } else { text };
        let parsed = Definition::parse(&text).map_err(|diagnostics| {
            let first = diagnostics.into_iter().next().map_or_else(String::new, |first| first.message);
            StoreError::Content(format!("a definition that was accepted once is refused now: {first}"))
        })?;
        let parsed = Arc::new(parsed);
        known.insert(key, parsed.clone());
        Ok(parsed)
    }
}

/// An Express machine times out after five minutes, or earlier if it says so.
fn limited(text: &str) -> Result<String, StoreError> {
    let mut definition: Value = serde_json::from_str(text)?;
    let own = definition["TimeoutSeconds"].as_u64().unwrap_or(EXPRESS_SECONDS);
    definition["TimeoutSeconds"] = json!(own.min(EXPRESS_SECONDS));
    Ok(definition.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_express_machine_has_five_minutes_at_most() {
        let check = |given: Value, seconds: u64| {
            let limited = limited(&given.to_string()).expect("JSON");
            let limited: Value = serde_json::from_str(&limited).expect("JSON");
            assert_eq!(limited["TimeoutSeconds"], seconds, "{given}");
        };
        check(json!({"States": {}}), 300);
        check(json!({"TimeoutSeconds": 20}), 20);
        check(json!({"TimeoutSeconds": 3000}), 300);
    }
}
