//! Reads folders and files of a catalog: only what belongs there, bounded, and never outside of it.

use std::collections::BTreeMap;
use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::report::{Source, whole};
use crate::Problem;
use crate::codes;

/// The most bytes a file may have; Step Functions takes definitions of 1 MiB.
const LARGEST_FILE: u64 = 1 << 20;

/// Most files have fewer bytes.
const USUAL_FILE: usize = 8 * 1024;

/// A catalog's folder on disk.
#[derive(Debug, Clone)]
pub(crate) struct Root {
    path: PathBuf,
    /// The same without symbolic links, to compare with where a link leads.
    real: PathBuf,
}

impl Root {
    /// The folder, if it is one.
    pub(crate) fn open(path: &Path) -> Result<Self, Box<Problem>> {
        match fs::canonicalize(path) {
            Ok(real) if real.is_dir() => Ok(Self { path: path.to_owned(), real }),
            Ok(_) => Err(no_catalog(path, "is not a folder")),
            Err(error) => Err(no_catalog(path, &format!("cannot be opened: {error}"))),
        }
    }

    /// What is in a folder, by name; hidden entries and links that lead out of the catalog are left out.
    /// None if there is no such folder.
    pub(crate) fn list(
        &self,
        folder: &Path,
        problems: &mut Vec<Problem>,
    ) -> Option<BTreeMap<String, FileType>> {
        let entries = match fs::read_dir(self.path.join(folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                problems.push(unreadable(folder, &error));
                return None;
            }
        };
        let mut names = BTreeMap::new();
        for entry in entries {
            let read = entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?)));
            let (name, kind) = match read {
                Ok(read) => read,
                Err(error) => {
                    problems.push(unreadable(folder, &error));
                    continue;
                }
            };
            let name = name.to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let followed = if kind.is_symlink() { self.follow(&folder.join(&name)) } else { Ok(kind) };
            match followed {
                Ok(kind) => drop(names.insert(name, kind)),
                Err(problem) => problems.push(*problem),
            }
        }
        Some(names)
    }

    /// Reads a text file.
    pub(crate) fn read(&self, file: PathBuf) -> Result<Source, Box<Problem>> {
        match self.bytes(&file) {
            Err(error) => Err(Box::new(unreadable(&file, &error))),
            Ok(bytes) if bytes.len() as u64 > LARGEST_FILE => Err(Box::new(whole(
                &file,
                codes::TOO_LARGE,
                "This file is larger than 1 MiB.",
                "Files of a catalog are read by people: move data elsewhere and refer to it.",
            ))),
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Ok(Source { file, text }),
                Err(error) => Err(not_utf8(&file, &error)),
            },
        }
    }

    fn bytes(&self, file: &Path) -> io::Result<Vec<u8>> {
        let file = File::open(self.path.join(file))?;
        // Room for most files: to ask for the size first takes longer than to read.
        let mut bytes = Vec::with_capacity(USUAL_FILE);
        file.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The type of what a link leads to; a pull request must not publish files from elsewhere.
    fn follow(&self, name: &Path) -> Result<FileType, Box<Problem>> {
        let target = fs::canonicalize(self.path.join(name));
        match target.and_then(|target| Ok((fs::metadata(&target)?.file_type(), target))) {
            Ok((kind, target)) if target.starts_with(&self.real) => Ok(kind),
            Ok(_) => Err(Box::new(whole(
                name,
                codes::OUTSIDE_LINK,
                "This symbolic link leads out of the catalog.",
                "Put a copy of the file here: what is published must be in the pull request.",
            ))),
            Err(error) => Err(Box::new(unreadable(name, &error))),
        }
    }
}

fn no_catalog(path: &Path, why: &str) -> Box<Problem> {
    Box::new(whole(
        path,
        codes::NO_CATALOG,
        format!("The catalog `{}` {why}.", path.display()),
        "Name the folder that holds `portal.json`, for example with `--catalog catalog`.",
    ))
}

fn unreadable(file: &Path, error: &io::Error) -> Problem {
    whole(
        file,
        codes::UNREADABLE,
        format!("This cannot be read: {error}."),
        "Check its permissions, and that a link leads to something.",
    )
}

fn not_utf8(file: &Path, error: &std::string::FromUtf8Error) -> Box<Problem> {
    Box::new(whole(
        file,
        codes::NOT_UTF8,
        format!("Byte {} of this file is not UTF-8 text.", error.utf8_error().valid_up_to() + 1),
        "Save the file as UTF-8.",
    ))
}
