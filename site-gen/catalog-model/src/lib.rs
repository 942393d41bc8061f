//! What a catalog is: its types, how it is loaded, when it is valid, and what a compiled one looks like.
//!
//! Two readers share this package. `site-gen` loads a catalog from disk and checks it (feature `check`);
//! the functions only read what `site-gen build` compiled ([`compiled`]). Neither knows the other.
//!
//! 1. [`portal`], [`team`], [`workflow`] with its [`approval`]s and [`limits`], [`permissions`], [`cases`] are the files an owner writes;
//! 2. [`problem`] is what is said about them when they are wrong;
//! 3. [`compiled`] is what the functions are given, [`input`] what an owner's steps start with, and [`quorum`]
//!    what both readers count with;
//! 4. [`aws_names`] is what AWS accounts call what both of them mean;
//! 5. `load` (feature `check`) reads a catalog from disk, says everything that is wrong with it in terms of
//!    `codes`, and gives the sound workflows one by one.

pub mod approval;
pub mod aws_names;
mod canonical;
pub mod cases;
#[cfg(feature = "check")]
mod check;
#[cfg(feature = "check")]
pub mod codes;
pub mod compiled;
pub mod duration;
pub mod input;
pub mod limits;
#[cfg(feature = "check")]
pub mod load;
pub mod permissions;
pub mod portal;
pub mod problem;
pub mod quorum;
#[cfg(feature = "check")]
pub mod schemas;
pub mod sign_in;
#[cfg(feature = "check")]
mod suggest;
pub mod team;
pub mod workflow;

#[cfg(feature = "check")]
pub use check::names::is_name;
pub use compiled::{CatalogIndex, CompiledFile, CompiledWorkflow};
pub use duration::IsoDuration;
pub use input::OwnerInput;
#[cfg(feature = "check")]
pub use load::{Catalog, LoadedWorkflow};
pub use permissions::Permissions;
pub use portal::Portal;
pub use problem::Problem;
pub use team::{Person, Team};
pub use workflow::{Approval, Workflow};
