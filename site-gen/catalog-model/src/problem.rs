//! What is wrong with a catalog: every fault with its place and a way to mend it.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// One fault of a catalog, with its place and a fix. Problems sort in the order in which one reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Problem {
    /// The file, relative to the catalog.
    pub file: PathBuf,
    /// Line and column of what the pointer names, both from 1, where the file could be read.
    pub place: Option<Place>,
    /// JSON pointer (RFC 6901) into the file; empty for the whole file or a file that is not JSON.
    pub pointer: String,
    /// A stable name of the kind of fault, such as `unknown-group`.
    pub code: String,
    /// What is wrong, as a sentence.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// A position in a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(Place { line, column }) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        if !self.pointer.is_empty() {
            write!(f, " {}", self.pointer)?;
        }
        write!(f, "\n  {} [{}]\n  help: {}", self.message, self.code, self.help)
    }
}
