//! The state machines of this repository are definitions that the engine runs.

use std::path::{Path, PathBuf};

use asl::Definition;

fn machines(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("a folder's entry").path();
        if path.is_dir() {
            machines(&path, found);
        } else if path.to_string_lossy().ends_with(".asl.json") {
            found.push(path);
        }
    }
}

#[test]
fn every_state_machine_of_this_repository_is_accepted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = Vec::new();
    for folder in ["catalog/workflows", "infra/state-machines"] {
        machines(&root.join(folder), &mut found);
    }
    assert!(!found.is_empty(), "state machines are expected under {}", root.display());
    for path in found {
        let text = std::fs::read_to_string(&path).expect("a definition");
        if let Err(findings) = Definition::parse(&text) {
            panic!("{}: {findings:#?}", path.display());
        }
    }
}
