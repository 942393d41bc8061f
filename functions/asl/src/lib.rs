//! The Amazon States Language engine: a definition and an event in, history and commands out.
//!
//! Pure: no clock, no IO, no randomness of its own. Whoever runs an execution
//!
//! 1. parses a definition once: [`Definition::parse`] says everything that is wrong with it;
//! 2. starts an [`Execution`], stores it with the returned [`Transition`];
//! 3. carries out the [`Command`]s: call an integration, set a timer;
//! 4. feeds what became of them back as [`Event`]s, storing the execution after every transition.
//!
//! An execution serialises whole, so it continues after the process that ran it was killed.

pub mod command;
mod data;
mod definition;
pub mod diagnostic;
pub mod event;
pub mod history;
mod outline;
mod run;
mod validate;

pub use command::{Command, Integration, Pattern, TaskRequest};
pub use definition::Definition;
pub use diagnostic::{Diagnostic, Severity};
pub use event::{Entropy, Event, Start};
pub use history::HistoryEvent;
pub use outline::{Edge, EdgeKind, Node, Outline, outline};
pub use run::{Execution, Status, Transition};
pub use validate::validate;
