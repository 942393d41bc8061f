//! What operators see: metrics, and the id by which one request is followed through every service.
//!
//! A fact is counted where it is written ([`facts`] reads a change of a run), leaves the code as an event of
//! the target [`TARGET`], and becomes a line of CloudWatch's embedded metric format in [`emf`], which only
//! the Lambda binary installs. Whoever does not want metrics installs nothing.

pub mod emf;
pub(crate) mod facts;
mod metric;
pub mod trace;

pub use metric::{Metric, TARGET};
pub use trace::Trace;
