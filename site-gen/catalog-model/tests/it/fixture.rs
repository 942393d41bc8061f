//! A catalog in a folder of its own: the base with one fixture laid over it.

use std::fs;
use std::path::{Path, PathBuf};

use catalog_model::{Catalog, Problem};
use tempfile::TempDir;

/// Where the fixtures are.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures")
}

/// The names of all fixtures but the base, in order.
pub(crate) fn names() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("the fixtures are in the repository");
    let entries = entries.map(|entry| entry.expect("it can be listed"));
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let mut names: Vec<_> = folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name != "base");
    names.sort();
    names
}

/// A copy of the base catalog.
pub(crate) fn base() -> TempDir {
    let dir = TempDir::new().expect("there is room for a temporary folder");
    lay(&folder().join("base"), dir.path());
    dir
}

/// A copy of the base catalog with a fixture over it.
pub(crate) fn overlaid(name: &str) -> TempDir {
    let dir = base();
    lay(&folder().join(name), dir.path());
    dir
}

/// Everything that is wrong with a catalog, in order.
pub(crate) fn problems(dir: &Path) -> Vec<Problem> {
    let (catalog, mut problems) = Catalog::open(dir);
    for slug in &catalog.slugs {
        let (loaded, found) = catalog.workflow(slug);
        assert!(
            loaded.is_some() || !(found.is_empty() && problems.is_empty()),
            "`{slug}` is absent, and nobody says why"
        );
        problems.extend(found);
    }
    problems.sort();
    problems
}

fn lay(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("the fixture is a folder") {
        let entry = entry.expect("it can be listed");
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().expect("it has a type");
        if kind.is_dir() {
            fs::create_dir_all(to.join(&name)).expect("the folder can be made");
            lay(&entry.path(), &to.join(&name));
        } else if let Some(absent) = name.strip_suffix(".absent") {
            fs::remove_file(to.join(absent)).expect("the base has the file");
        } else if kind.is_symlink() {
            let target = fs::read_link(entry.path()).expect("it is a link");
            let _ = fs::remove_file(to.join(&name));
            std::os::unix::fs::symlink(target, to.join(&name)).expect("the link can be made");
        } else {
            fs::copy(entry.path(), to.join(&name)).expect("the file can be copied");
        }
    }
}
