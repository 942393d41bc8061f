//! The engine from outside, with a virtual clock.

mod conformance;
mod diagnostics;
mod distributed;
mod driver;
mod execution;
mod machines;
mod property;
mod redrive;
mod shipped;
mod test_state;
