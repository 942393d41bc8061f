//! Files of a catalog as they are written, whether or not they say something sensible.
//!
//! Who compares two catalogs must see a difference in a file that another version of the types would refuse. What
//! may be read at all is the same for every reader: bounded, and never outside of the catalog.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::Catalog;
use super::report::Source;
use super::{place, shape};
use crate::Problem;
use crate::problem::Place;

/// A text file of a catalog.
#[derive(Debug)]
pub struct Written {
    source: Source,
}

impl Written {
    /// What is written.
    pub fn text(&self) -> &str {
        &self.source.text
    }

    /// What it says, if it is JSON.
    ///
    /// # Errors
    /// Why it is none.
    pub fn json(&self) -> Result<Value, Box<Problem>> {
        let mut problems = Vec::new();
        shape::value(&self.source, &mut problems)
            .ok_or_else(|| Box::new(problems.pop().expect("what is no JSON has a problem")))
    }

    /// Line and column of what a JSON pointer names; of its nearest parent if it names nothing.
    pub fn place(&self, pointer: &str) -> Place {
        place::of_pointer(&self.source.text, pointer)
    }
}

impl Catalog {
    /// The files of a folder by name, each as it is written, or with the reason why it cannot be read.
    pub fn written(&self, folder: &Path) -> BTreeMap<String, Result<Written, Box<Problem>>> {
        let Some(root) = &self.root else { return BTreeMap::new() };
        let mut refused = Vec::new();
        let entries = root.list(folder, &mut refused).unwrap_or_default();
        let files = entries.into_iter().filter(|(_, kind)| kind.is_file());
        let mut written: BTreeMap<_, _> = files
            .map(|(name, _)| {
                let read = root.read(folder.join(&name));
                (name, read.map(|source| Written { source }))
            })
            .collect();
        let name =
            |problem: &Problem| problem.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        written.extend(refused.into_iter().map(|problem| (name(&problem), Err(Box::new(problem)))));
        written
    }
}
