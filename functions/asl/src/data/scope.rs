//! What an expression can see while it is evaluated.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::event::Entropy;

/// Variables of one branch, by name.
pub(crate) type Variables = BTreeMap<String, Arc<Value>>;

/// Entropy that expressions may draw from while other things are borrowed.
pub(crate) trait Chance {
    /// A new identifier.
    fn uuid(&self) -> String;
    /// A number from 0 up to but not 1.
    fn random(&self) -> f64;
}

impl Chance for RefCell<&mut dyn Entropy> {
    fn uuid(&self) -> String {
        self.borrow_mut().uuid()
    }

    fn random(&self) -> f64 {
        self.borrow_mut().random()
    }
}

/// What an expression can see. Context object and its conversions are made only when looked at.
pub(crate) struct Scope<'a> {
    /// `$` in JSONPath.
    pub(crate) root: &'a Value,
    /// `$states.input`.
    pub(crate) input: &'a Value,
    /// `$states.result`.
    pub(crate) result: Option<&'a Value>,
    /// `$states.errorOutput`.
    pub(crate) error_output: Option<&'a Value>,
    /// Makes the context object.
    pub(crate) make_context: &'a dyn Fn() -> Value,
    /// The context object, once made.
    pub(crate) context: OnceCell<Value>,
    /// Variables, innermost branch first.
    pub(crate) variables: Vec<&'a Variables>,
    /// Ids and chance.
    pub(crate) chance: &'a dyn Chance,
    /// The transition's time.
    pub(crate) now: Timestamp,
}

impl Scope<'_> {
    /// The context object.
    pub(crate) fn context(&self) -> &Value {
        self.context.get_or_init(|| (self.make_context)())
    }

    /// A variable's value; inner branches hide outer ones.
    pub(crate) fn variable(&self, name: &str) -> Option<&Value> {
        self.variables.iter().find_map(|level| level.get(name)).map(Arc::as_ref)
    }
}

/// A scope for unit tests of the data modules.
#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) struct Fixed;

    impl Chance for Fixed {
        fn uuid(&self) -> String {
            "00000000-0000-4000-8000-000000000000".to_owned()
        }

        fn random(&self) -> f64 {
            0.5
        }
    }

    pub(crate) fn with_scope<T>(
        root: &Value,
        variables: &Variables,
        then: impl FnOnce(&Scope<'_>) -> T,
    ) -> T {
        let context = || serde_json::json!({"Execution": {"Name": "first"}});
        then(&Scope {
            root,
            input: root,
            result: None,
            error_output: None,
            make_context: &context,
            context: OnceCell::new(),
            variables: vec![variables],
            chance: &Fixed,
            now: Timestamp::UNIX_EPOCH,
        })
    }
}
