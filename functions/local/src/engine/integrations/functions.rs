//! The Lambda functions that live in this process.

use std::pin::Pin;

use serde_json::Value;

/// What an invocation becomes.
pub type FunctionsFuture<'a> = Pin<Box<dyn Future<Output = Result<Value, FunctionError>> + Send + 'a>>;

/// A registry of functions in the shared account.
///
/// As on AWS, a function is invoked at least once: one that was running when the process died is
/// invoked again, with the same payload.
pub trait Functions: Send + Sync + 'static {
    /// Whether there is a function of that name.
    fn has(&self, name: &str) -> bool;

    /// The function that a rule of EventBridge calls with this event; none where no rule fits.
    fn rule(&self, event: &Value) -> Option<&'static str> {
        let _ = event;
        None
    }

    /// Invokes it.
    fn invoke<'a>(&'a self, name: &'a str, payload: Value) -> FunctionsFuture<'a>;
}

/// How a function failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionError {
    /// The name that Retry and Catch match, Lambda's `errorType`.
    pub error_type: String,
    /// Lambda's `errorMessage`.
    pub message: String,
}
