//! `site-gen check`: every problem of a catalog, found with every core.

use std::path::Path;

use catalog_model::{Catalog, Problem};
use rayon::prelude::*;

/// What a catalog has, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// How many teams there are.
    pub teams: usize,
    /// How many workflows there are.
    pub workflows: usize,
    /// Everything that is wrong, by file and place.
    pub problems: Vec<Problem>,
}

/// Checks a catalog, one workflow after the other, so that memory does not grow with it.
pub fn check(dir: &Path) -> Checked {
    let (catalog, mut problems) = Catalog::open(dir);
    problems.par_extend(catalog.slugs.par_iter().flat_map_iter(|slug| catalog.workflow(slug).1));
    problems.sort();
    Checked { teams: catalog.teams.len(), workflows: catalog.slugs.len(), problems }
}
