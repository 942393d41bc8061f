//! AWS's client for Python drives every API call: the tests are in `tests/boto3`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::harness::Local;

/// Where `make setup` puts Python's packages; another place may be named.
fn python() -> PathBuf {
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/boto3");
    std::env::var_os("BOTO3_VENV").map_or(made, PathBuf::from).join("bin/python")
}

#[tokio::test]
async fn boto3_drives_every_api_call() {
    let python = python();
    if !python.exists() {
        assert!(std::env::var_os("CI").is_none(), "{} is missing: run `make setup`", python.display());
        eprintln!("NOT RUN: {} is missing; `make setup` installs boto3 there", python.display());
        return;
    }
    let local = Local::start().await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/boto3/run.py");
    let url = local.url.clone();
    let run = move || {
        Command::new(python)
            .arg("-B")
            .arg(script)
            .env("STEP_FUNCTIONS_URL", url)
            .output()
            .expect("Python runs")
    };
    let output = tokio::task::spawn_blocking(run).await.expect("no panic");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains(" 0 failed, "), "{said}");
}
