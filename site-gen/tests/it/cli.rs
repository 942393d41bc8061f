//! The command line as people and other tools use it.

mod check;
mod diff;
mod new;
mod schemas;
mod test;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The catalog of this repository.
fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalog")
}

/// A copy of the shipped catalog.
fn copy() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("there is room for a temporary folder");
    copy_into(&shipped(), dir.path());
    dir
}

fn copy_into(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("it is a folder") {
        let entry = entry.expect("it can be listed");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir_all(&target).expect("the folder can be made");
            copy_into(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).expect("the file can be copied");
        }
    }
}

/// Runs the tool.
fn site_gen(arguments: &[&str], catalog: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_site-gen"));
    command.args(arguments).arg("--catalog").arg(catalog);
    command.output().expect("the tool can be started")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("it writes text")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("it writes text")
}
