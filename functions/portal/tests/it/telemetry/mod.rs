//! What operators see of a run: its trace, and metrics of what became of it.

mod metrics;
mod traces;
