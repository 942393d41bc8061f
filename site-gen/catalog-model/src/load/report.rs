//! A file that was read, and what is said about it.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::place;
use crate::Problem;

/// The text of a file of the catalog, kept while it is checked so that problems know their line.
#[derive(Debug)]
pub(crate) struct Source {
    /// Relative to the catalog.
    pub(crate) file: PathBuf,
    pub(crate) text: String,
}

impl Source {
    /// A reporter of problems in this file.
    pub(crate) fn report<'a>(&'a self, problems: &'a mut Vec<Problem>) -> Report<'a> {
        Report { source: self, problems }
    }
}

/// Collects the problems of one file.
pub(crate) struct Report<'a> {
    source: &'a Source,
    problems: &'a mut Vec<Problem>,
}

impl Report<'_> {
    /// How many bytes the file has.
    pub(crate) fn length(&self) -> usize {
        self.source.text.len()
    }

    /// A problem at a JSON pointer.
    pub(crate) fn at(
        &mut self,
        pointer: impl Into<String>,
        code: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let pointer = pointer.into();
        let place = place::of_pointer(&self.source.text, &pointer);
        let problem = whole(&self.source.file, code, message, help);
        self.problems.push(Problem { pointer, place: Some(place), ..problem });
    }

    /// A problem at a stretch of text.
    pub(crate) fn text(
        &mut self,
        range: &Range<usize>,
        code: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let place = place::of_offset(&self.source.text, range.start);
        let problem = whole(&self.source.file, code, message, help);
        self.problems.push(Problem { place: Some(place), ..problem });
    }
}

/// A problem of a whole file, or of one that could not be read.
pub(crate) fn whole(file: &Path, code: &str, message: impl Into<String>, help: impl Into<String>) -> Problem {
    Problem {
        file: file.to_owned(),
        pointer: String::new(),
        place: None,
        code: code.to_owned(),
        message: message.into(),
        help: help.into(),
    }
}
