//! The Lambda functions of the shared account, run in this process.

use std::sync::Arc;

use portal::{Portal, steps};
use serde_json::Value;

use crate::engine::{FunctionError, Functions, FunctionsFuture};

/// The gateway's steps.
pub(crate) struct Steps(pub(crate) Arc<Portal>);

impl Functions for Steps {
    fn has(&self, name: &str) -> bool {
        steps::NAMES.contains(&name)
    }

    fn invoke<'a>(&'a self, name: &'a str, payload: Value) -> FunctionsFuture<'a> {
        Box::pin(async move {
            steps::dispatch(name, payload, &self.0).await.map_err(|error| FunctionError {
                error_type: error.name.to_owned(),
                message: error.to_string(),
            })
        })
    }
}
