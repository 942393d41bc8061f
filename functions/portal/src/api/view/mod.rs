//! What the API says about runs: the bodies of its answers, which pages are rendered from as well.
//!
//! A person reads the same words on a page and in JSON because both come from here.

pub(crate) mod approvals;
pub(crate) mod run;

pub(crate) use approvals::{Asked, InboxEntry};
pub(crate) use run::{RunBody, RunLine};
