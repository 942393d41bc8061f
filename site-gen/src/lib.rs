//! Compiles a catalog into a static portal and into what the functions read.
//!
//! [`build()`] takes each workflow through all of it before the next one, on every core, so that memory does
//! not grow with the catalog:
//!
//! 1. **load**: `catalog_model::Catalog` opens portal and teams and reads one workflow at a time;
//! 2. **check**: it says everything that is wrong; after the first problem nothing more is written, but
//!    every workflow is still read, so that all problems are reported at once;
//! 3. **plan**: [`plan`] knows which page lives where;
//! 4. **render**: [`render`] has one file for each kind of page; [`markdown`], [`picture`], [`permissions`] and
//!    [`snippet`] make its parts;
//! 5. **write**: [`mod@write`] fills a folder beside the old one and exchanges the two when everything is there.
//!
//! [`infra`] writes what a deployment needs, where it is asked for; it is the same catalog once more, as roles and machines.
//!
//! [`test`](mod@test) runs the cases of the workflows, [`diff`](mod@diff) says what a change means, [`new`] begins a workflow.
//!
//! The output is a function of the catalog and the templates: no clock, no random names, no order of threads.

pub mod assets;
mod build;
mod check;
pub mod diff;
pub mod infra;
mod markdown;
pub mod new;
mod permissions;
mod picture;
mod plan;
mod render;
mod snippet;
pub mod test;
mod words;
mod write;

pub use build::{BuildError, BuildOptions, Built, build};
pub use check::{Checked, check};
