//! Output: a folder is filled beside the old one, and the two change places when everything is there.
//!
//! A reader of the old folder never sees half a build, and a build that fails leaves no trace.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::BuildError;

/// The file by which an earlier build is recognised.
const MARK: &str = "compiled/index.json";

/// A folder that is being filled. Dropped without [`Output::publish`], it disappears.
pub(crate) struct Output {
    target: PathBuf,
    folder: PathBuf,
}

impl Output {
    /// Makes the new folder beside `target`, which it will replace.
    pub(crate) fn create(target: &Path) -> Result<Self, BuildError> {
        if !replaceable(target).map_err(failed("read", target))? {
            return Err(BuildError::NotAnOutput(target.to_owned()));
        }
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        // The process number keeps two builds apart; it is in no file.
        let folder = target.with_file_name(format!(".{name}.new-{}", std::process::id()));
        remove(&folder).map_err(failed("remove", &folder))?;
        let output = Self { target: target.to_owned(), folder };
        for part in ["site/workflows", "site/teams", "compiled/workflows"] {
            let path = output.folder.join(part);
            fs::create_dir_all(&path).map_err(failed("create", &path))?;
        }
        Ok(output)
    }

    /// Writes one file, with the folders it needs.
    pub(crate) fn write(&self, file: &str, content: &[u8]) -> Result<(), BuildError> {
        let path = self.folder.join(file);
        // Most files go into a folder of their own or one that exists: ask for one, not for the whole path.
        if file.ends_with("/index.html")
            && let Some(parent) = path.parent()
        {
            fs::create_dir_all(parent).map_err(failed("create", parent))?;
        }
        let written = match fs::write(&path, content) {
            Err(error) if error.kind() == ErrorKind::NotFound => write_deep(&path, content),
            other => other,
        };
        written.map_err(failed("write", &path))
    }

    /// Puts the new folder in the old one's place.
    pub(crate) fn publish(self) -> Result<(), BuildError> {
        exchange(&self.folder, &self.target).map_err(failed("replace", &self.target))
        // What is in `folder` now is the old build; dropping removes it.
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // A folder that cannot be removed is hidden and replaced by nobody: there is nothing to report to.
        drop(remove(&self.folder));
    }
}

/// A value as the bytes of a JSON file.
pub(crate) fn json<T: Serialize>(path: &str, value: &T) -> Result<Vec<u8>, BuildError> {
    // Room for most workflows; the general way begins with 128 bytes and moves them seven times.
    let mut bytes = Vec::with_capacity(16 * 1024);
    match serde_json::to_writer(&mut bytes, value) {
        Ok(()) => Ok(bytes),
        Err(source) => Err(BuildError::Json { path: path.to_owned(), source }),
    }
}

/// A value as the bytes of a JSON file that people read.
pub(crate) fn pretty_json<T: Serialize>(path: &str, value: &T) -> Result<Vec<u8>, BuildError> {
    match serde_json::to_vec_pretty(value) {
        Ok(mut bytes) => {
            bytes.push(b'\n');
            Ok(bytes)
        }
        Err(source) => Err(BuildError::Json { path: path.to_owned(), source }),
    }
}

/// Makes an [`BuildError::Io`] of an error.
pub(crate) fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> BuildError {
    move |source| BuildError::Io { action, path: path.to_owned(), source }
}

fn write_deep(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, content)
}

/// Whether nothing is lost when the folder is replaced.
fn replaceable(target: &Path) -> io::Result<bool> {
    match fs::read_dir(target) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
        Ok(mut entries) => Ok(entries.next().is_none() || target.join(MARK).is_file()),
    }
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// One step of the file system where it has such a step, so that the target is never missing.
fn exchange(new: &Path, target: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, new, CWD, target, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        // There is no old folder.
        Err(rustix::io::Errno::NOENT) => fs::rename(new, target),
        // The file system cannot: step aside, move in, and go back if that fails.
        Err(_) => {
            let aside = new.with_extension("old");
            fs::rename(target, &aside)?;
            if let Err(error) = fs::rename(new, target) {
                fs::rename(&aside, target)?;
                return Err(error);
            }
            fs::rename(&aside, new)
        }
    }
}
