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
//!
//! # How it is built
//!
//! - `definition` compiles the text: every state, path, template and expression is read once, and
//!   every mistake is collected with its JSON pointer; `validate` adds what only shows in the whole.
//! - `data` is what a state does to data: JSONPath, intrinsic functions, JSONata, templates.
//! - `run` executes. Branches are frames in one table, not calls inside calls: an event touches the
//!   frame it is for, and branches share documents instead of copying them. A machine that loops
//!   without waiting gives way after 250 states, with a timer that is due at once.
//! - [`outline()`] is the definition as a drawing needs it.
//!
//! # What the host owes
//!
//! Tasks are the host's: it answers in the shape of the service. Where `Resource` is a function's
//! ARN, the integration is service `lambda` with action `function` and the arguments are the event
//! itself. An activity waits for a token, and [`Event::TaskStarted`] says that a worker took it.
//! A failure without error or cause is reported with empty texts.
//!
//! # What it does not do
//!
//! Refused by name (`UNSUPPORTED_FEATURE`) when a definition is parsed: distributed Map with
//! `ItemReader`, `ItemBatcher`, `ResultWriter`, `Label` and tolerated failures. Not there at all:
//! Express limits, `TestState`, and the check that a JSONata field may read `$states.result`
//! where it stands (reading it elsewhere fails when the state runs).
//!
//! # Conformance
//!
//! `tests/it/conformance` replays executions that were recorded from AWS, when the recordings are
//! there (they are not part of the repository), and holds a floor: 468 of 490 end with AWS's status,
//! output, error and cause, word for word; 21 of the rest need what is refused above by name.

pub mod command;
mod data;
mod definition;
pub mod diagnostic;
pub mod event;
mod family;
pub mod history;
mod json_text;
mod map_run;
mod outline;
mod redrive;
mod refusal;
mod run;
pub mod test_state;
mod validate;

pub use command::{Command, Integration, Pattern, TaskRequest};
pub use definition::{Definition, variable_references};
pub use diagnostic::{Diagnostic, Severity};
pub use event::{Entropy, Event, Start};
pub use family::{Family, FamilyEvent, FamilyTransition};
pub use history::HistoryEvent;
pub use map_run::{
    ChildExecution, ChildRecord, Counts, MapRun, MapRunCommand, MapRunEvent, MapRunRequest, MapRunStatus,
    MapRunTransition, NewChild,
};
pub use outline::{Edge, EdgeKind, Node, Outline, outline};
pub use redrive::NotRedrivable;
pub use refusal::Refusal;
pub use run::{Execution, Status, Transition};
pub use validate::{MachineType, check_definition, check_input, validate, validate_text};
