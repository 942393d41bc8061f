//! Catalogs that differ from the shipped one: other people in a group, other times of an approval.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::shipped;

/// A copy of the shipped catalog in a folder of its own.
pub(crate) struct Catalog(TempDir);

impl Catalog {
    /// The shipped catalog as it is.
    pub(crate) fn copied() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        copy(&shipped("catalog"), folder.path());
        Self(folder)
    }

    /// Changes one of its files.
    pub(crate) fn changed(self, file: &str, change: impl FnOnce(&mut Value)) -> Self {
        let path = self.0.path().join(file);
        let text = fs::read_to_string(&path).expect("a file of the shipped catalog");
        let mut content = serde_json::from_str(&text).expect("JSON");
        change(&mut content);
        fs::write(&path, content.to_string()).expect("written");
        self
    }

    /// Where it is.
    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }
}

/// Copies a folder and what is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}
