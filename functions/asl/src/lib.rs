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
//! - `map_run` is a distributed Map: its own machine beside the execution, as on AWS.
//! - [`test_state`] tries one state by itself, with the same means; [`outline()`] is the definition as a
//!   drawing needs it; [`variable_references`] says which variables its states read.
//!
//! # What the host owes
//!
//! Tasks are the host's: it answers in the shape of the service. Where `Resource` is a function's
//! ARN, the integration is service `lambda` with action `function` and the arguments are the event
//! itself. An activity waits for a token, and [`Event::TaskStarted`] says that a worker took it;
//! [`Entropy::activity_exists`] says whether there is one. A failure without error or cause is reported
//! with empty texts.
//!
//! What the API takes is judged here in AWS's words: [`check_definition`], [`check_input`],
//! [`validate_text`], [`test_state::Test`]. An execution is an Express one if its ARN says so: it ends
//! after five minutes, and its context object knows no redrive.
//!
//! # What it does not do
//!
//! Refused by name (`UNSUPPORTED_FEATURE`) when a definition is parsed: an `ItemReader` for Parquet or for
//! an inventory, whose files are compressed. Not there at all: whether `Parameters` are ones that
//! the service takes, and the HTTP request and response that `TRACE` tells of an HTTP Task. A result that
//! is mocked is held to the models in `models/`, which are those of 55 services. JSONata expressions are
//! limited by time (5 s), depth and length: the library counts no steps.
//!
//! # Conformance
//!
//! `tests/it/conformance` does what was recorded on AWS, when the recordings are there (they are not part
//! of the repository): executions are replayed, definitions refused and validated, states tested. Three
//! levels are compared, word for word: how it ended, which events there were, what they say. What differs
//! is listed with its reason in `known.json`, and nothing else may.
//!
//! | recordings | cases | outcome | types | events |
//! |---|---|---|---|---|
//! | executions, Express ones among them | 495 | 495 | 495 | 495 |
//! | `TestState` | 105 | 105 | | |
//! | definitions and inputs refused | 11 | 11 | | |
//! | definitions validated | 6 | 6 | | |
//! | variable references | 10 | 10 | | |

pub mod command;
mod data;
mod definition;
pub mod diagnostic;
pub mod event;
mod family;
pub mod history;
mod json_text;
mod map_run;
mod member;
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
pub use member::member;
pub use outline::{Edge, EdgeKind, Node, Outline, outline};
pub use redrive::NotRedrivable;
pub use refusal::Refusal;
pub use run::{Execution, Status, Transition};
pub use validate::{MachineType, check_definition, check_input, validate, validate_text};
