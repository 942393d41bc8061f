//! What is asked of IAM, and the evaluator that answers.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::here;

/// A request and what must become of it.
pub(super) struct Ask {
    pub(super) who: String,
    pub(super) action: &'static str,
    pub(super) on: String,
    pub(super) with: BTreeMap<&'static str, String>,
    pub(super) expect: bool,
}

/// `who` (`account/role`, the ARN of somebody else, or a service) may do `action` on a resource.
pub(super) fn may(who: &str, action: &'static str, on: impl Into<String>) -> Ask {
    Ask { who: who.to_owned(), action, on: on.into(), with: BTreeMap::new(), expect: true }
}

/// The same, and IAM refuses it.
pub(super) fn may_not(who: &str, action: &'static str, on: impl Into<String>) -> Ask {
    Ask { expect: false, ..may(who, action, on) }
}

impl Ask {
    /// With a condition key of the request.
    pub(super) fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.with.insert(key, value.into());
        self
    }
}

/// Asks the evaluator, which `make setup` installs.
pub(super) fn evaluate(simulations: &Value) -> Value {
    let installed = here().join("../target/infra-tests");
    assert!(installed.join("node_modules").is_dir(), "`make setup` installs the evaluator");
    let mut node = Command::new("node")
        .arg(here().join("../infra/tests/node/evaluate.mjs"))
        .arg(installed.canonicalize().expect("a folder"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("`make setup` installs Node");
    let mut input = node.stdin.take().expect("piped");
    input.write_all(simulations.to_string().as_bytes()).expect("it reads");
    drop(input);
    let output = node.wait_with_output().expect("it ends");
    assert!(output.status.success(), "the evaluator failed");
    serde_json::from_slice(&output.stdout).expect("JSON")
}
