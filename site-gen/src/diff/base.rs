//! Where the catalog to compare with comes from: a folder, or a revision of the repository that the catalog is in.
//!
//! Files of a revision are read out of git's objects into a folder that is removed afterwards. Nothing is checked
//! out, no hook runs, and `.gitattributes` cannot hide a file.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A catalog to compare with.
#[derive(Debug)]
pub struct Base {
    folder: PathBuf,
    /// Removes the folder of a revision.
    _files: Option<TempDir>,
}

/// Why there is nothing to compare with.
#[derive(Debug, thiserror::Error)]
pub enum BaseError {
    /// There is no such folder, and no git to ask for a revision.
    #[error("`{base}` is no folder, and `git` cannot be started to look for a revision: {error}")]
    NoGit {
        /// What was asked for.
        base: String,
        /// What the system says.
        error: io::Error,
    },
    /// The catalog is in no repository.
    #[error("`{base}` is no folder, and `{}` is in no git repository that could have such a revision: {said}",
            catalog.display())]
    NoRepository {
        /// What was asked for.
        base: String,
        /// The catalog.
        catalog: PathBuf,
        /// What git says.
        said: String,
    },
    /// The repository has no such revision.
    #[error(
        "`{0}` is neither a folder nor a revision; in a shallow clone, fetch it first (`git fetch --unshallow`)"
    )]
    NoRevision(String),
    /// The revision has no catalog where the catalog is now.
    #[error(
        "revision `{base}` has no files in `{folder}`; compare with a folder where the catalog has moved"
    )]
    NoCatalog {
        /// What was asked for.
        base: String,
        /// The catalog's folder in the repository.
        folder: String,
    },
    /// Something went wrong while reading the revision.
    #[error("the files of `{base}` cannot be read: {why}")]
    Unreadable {
        /// What was asked for.
        base: String,
        /// What git or the system says.
        why: String,
    },
}

impl Base {
    /// Finds it. A folder is preferred to a revision of the same name.
    pub fn find(base: &str, catalog: &Path) -> Result<Self, BaseError> {
        if Path::new(base).is_dir() {
            return Ok(Self { folder: PathBuf::from(base), _files: None });
        }
        let repository = Repository { base, catalog };
        let prefix = repository.prefix()?;
        let commit = repository.commit()?;
        let files = repository.files(&commit, &prefix)?;
        let folder = TempDir::new().map_err(|error| repository.unreadable(error))?;
        repository.write(&files, folder.path())?;
        Ok(Self { folder: folder.path().to_owned(), _files: Some(folder) })
    }

    /// The folder that it is in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// A file of a revision.
struct Entry {
    /// Relative to the catalog.
    path: PathBuf,
    object: String,
    link: bool,
}

/// The repository that a catalog is in.
struct Repository<'a> {
    base: &'a str,
    catalog: &'a Path,
}

impl Repository<'_> {
    /// The catalog's folder from the top of the repository, with a slash at its end; empty at the top.
    fn prefix(&self) -> Result<String, BaseError> {
        let output = self.git(&["rev-parse", "--show-prefix"])?;
        if !output.status.success() {
            let (base, catalog) = (self.base.to_owned(), self.catalog.to_owned());
            return Err(BaseError::NoRepository { base, catalog, said: said(&output) });
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned())
    }

    fn commit(&self) -> Result<String, BaseError> {
        let wanted = format!("{}^{{commit}}", self.base);
        let output = self.git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
        let commit = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.status.success() && !commit.is_empty() {
            Ok(commit)
        } else {
            Err(BaseError::NoRevision(self.base.to_owned()))
        }
    }

    fn files(&self, commit: &str, prefix: &str) -> Result<Vec<Entry>, BaseError> {
        let mut arguments = vec!["--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", commit];
        arguments.extend(["--", prefix].iter().take(if prefix.is_empty() { 0 } else { 2 }));
        let output = self.git(&arguments)?;
        if !output.status.success() {
            return Err(self.unreadable(said(&output)));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let files: Vec<Entry> = text.split('\0').filter_map(|line| entry(line, prefix)).collect();
        if files.is_empty() {
            let folder = if prefix.is_empty() { "." } else { prefix };
            return Err(BaseError::NoCatalog { base: self.base.to_owned(), folder: folder.to_owned() });
        }
        Ok(files)
    }

    /// Asks one `git cat-file` for every object. It answers while it is asked, so asking is another thread's work.
    fn write(&self, files: &[Entry], folder: &Path) -> Result<(), BaseError> {
        let wanted: Vec<&str> = files.iter().flat_map(|file| [file.object.as_str(), "\n"]).collect();
        let wanted = wanted.concat();
        let mut asked = self
            .command(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| self.unreadable(error))?;
        let stdin = asked.stdin.take();
        let output = std::thread::scope(|scope| {
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(wanted.as_bytes())));
            asked.wait_with_output()
        });
        let output = output.map_err(|error| self.unreadable(error))?;
        if !output.status.success() {
            return Err(self.unreadable(said(&output)));
        }
        let mut rest = output.stdout.as_slice();
        for file in files {
            let content =
                object(&mut rest).ok_or_else(|| self.unreadable(format!("git lost {}", file.object)))?;
            put(&folder.join(&file.path), content, file.link).map_err(|error| self.unreadable(error))?;
        }
        Ok(())
    }

    fn git(&self, arguments: &[&str]) -> Result<Output, BaseError> {
        self.command(arguments)
            .output()
            .map_err(|error| BaseError::NoGit { base: self.base.to_owned(), error })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.catalog).args(arguments);
        command
    }

    fn unreadable(&self, why: impl fmt::Display) -> BaseError {
        BaseError::Unreadable { base: self.base.to_owned(), why: why.to_string() }
    }
}

/// `<mode> <type> <object>\t<path>`; None for what is no file, or would be outside of the folder.
fn entry(line: &str, prefix: &str) -> Option<Entry> {
    let (head, path) = line.split_once('\t')?;
    let mut words = head.split(' ');
    let (mode, kind, object) = (words.next()?, words.next()?, words.next()?);
    let path = Path::new(path.strip_prefix(prefix)?);
    let inside =
        path.components().all(|part| matches!(part, Component::Normal(name) if name != OsStr::new(".git")));
    let entry = Entry { path: path.to_owned(), object: object.to_owned(), link: mode == "120000" };
    (kind == "blob" && inside).then_some(entry)
}

/// Takes one answer of `git cat-file --batch`: `<object> <type> <size>`, the content, a line's end.
fn object<'o>(rest: &mut &'o [u8]) -> Option<&'o [u8]> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let size = std::str::from_utf8(&rest[..end]).ok()?.rsplit(' ').next()?.parse::<usize>().ok()?;
    let content = rest.get(end + 1..end + 1 + size)?;
    *rest = rest.get(end + size + 2..)?;
    Some(content)
}

fn put(path: &Path, content: &[u8], link: bool) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match std::str::from_utf8(content) {
        Ok(target) if link => std::os::unix::fs::symlink(target, path),
        _ => fs::write(path, content),
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{entry, object};

    #[test]
    fn entries_stay_inside_of_the_catalog() {
        let check = |line: &str, prefix: &str, expect: Option<&str>| {
            let found = entry(line, prefix).map(|entry| entry.path.to_string_lossy().into_owned());
            assert_eq!(found.as_deref(), expect, "{line}");
        };
        check("100644 blob abc\tcatalog/teams/a b.json", "catalog/", Some("teams/a b.json"));
        check("100644 blob abc\tportal.json", "", Some("portal.json"));
        check("100644 blob abc\tcatalog/../../x", "catalog/", None);
        check("100644 blob abc\tcatalog//etc/x", "catalog/", None);
        check("100644 blob abc\tcatalog/.git/config", "catalog/", None);
        check("160000 commit abc\tcatalog/module", "catalog/", None);
        check("", "", None);
    }

    #[test]
    fn answers_are_taken_one_by_one() {
        let mut rest = &b"a1 blob 3\nx\ny\nb2 blob 0\n\nc3 missing\n"[..];
        assert_eq!(object(&mut rest), Some(&b"x\ny"[..]));
        assert_eq!(object(&mut rest), Some(&b""[..]));
        assert_eq!(object(&mut rest), None);
    }
}
