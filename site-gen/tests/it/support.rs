//! A small catalog of two workflows, built into a folder that is removed afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use site_gen::{BuildError, BuildOptions, Built};
use tempfile::TempDir;

/// A copy of the small catalog, and room for what is built from it.
pub(crate) struct Workshop {
    folder: TempDir,
}

impl Workshop {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let workshop = Self { folder };
        copy(&here().join("tests/it/catalog"), &workshop.catalog());
        workshop
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn catalog(&self) -> PathBuf {
        self.path().join("catalog")
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.path().join("dist")
    }

    pub(crate) fn build(&self) -> Result<Built, BuildError> {
        self.build_with(&here().join("../templates"))
    }

    pub(crate) fn build_with(&self, templates: &Path) -> Result<Built, BuildError> {
        let templates = templates.to_owned();
        site_gen::build(&BuildOptions {
            catalog: self.catalog(),
            templates,
            out: self.out(),
            portal_url: None,
            infra: true,
        })
    }

    /// A built page.
    pub(crate) fn page(&self, file: &str) -> String {
        fs::read_to_string(self.out().join("site").join(file)).expect(file)
    }

    /// Every file of the output with its content.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.out(), &self.out(), &mut files);
        files
    }

    /// What stands beside the catalog: the output, and nothing that a build left behind.
    pub(crate) fn neighbours(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).expect("the temporary folder");
        let mut names: Vec<_> =
            entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

pub(crate) fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder to copy") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copied file");
        }
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a built folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).expect("below the root").to_owned();
            files.insert(name, fs::read(&path).expect("a built file"));
        }
    }
}
