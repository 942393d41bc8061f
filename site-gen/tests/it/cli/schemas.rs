//! `site-gen schemas`.

use std::fs;
use std::process::Command;

#[test]
fn schemas_are_written_as_the_types_say() {
    let dir = tempfile::tempdir().expect("there is room for a temporary folder");
    let out = dir.path().join("schemas");
    let mut command = Command::new(env!("CARGO_BIN_EXE_site-gen"));
    let status =
        command.arg("schemas").arg("--out").arg(&out).output().expect("the tool can be started").status;
    assert!(status.success());
    for (name, schema) in catalog_model::schemas::all() {
        let written = fs::read_to_string(out.join(name)).expect("it was written");
        assert_eq!(written, catalog_model::schemas::to_text(&schema), "{name}");
    }
}
