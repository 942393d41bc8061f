//! What a run is and what may happen to it. Pure: time, ids and randomness are arguments.
//!
//! 1. [`status`] is the one table of transitions;
//! 2. [`digest`] binds a run to exactly what was asked;
//! 3. [`approvals`] says which gates a request must pass, [`mandate`] by what right somebody decides, [`verdict`] what
//!    a vote does to them;
//! 4. [`audit`] chains every fact so that an edit cannot go unnoticed;
//! 5. [`link`] is what a mail leads with to the page where one decides;
//! 6. [`limits`] says what a run holds and counts for, [`breaker`] when a caller is cut off.

pub mod approvals;
pub mod audit;
pub mod break_glass;
pub mod breaker;
pub mod conversation;
pub mod digest;
pub mod gate;
pub mod limits;
pub mod link;
pub mod mandate;
pub mod person;
pub mod plan;
pub mod run;
pub mod run_id;
pub mod status;
pub mod verdict;
pub mod visibility;

pub use audit::Record;
pub use conversation::Conversation;
pub use gate::{Circle, Decision, Gate, GateStatus, GroupName, Vote};
pub use person::{Caller, CallerKind, Person};
pub use run::{Failure, OuterRun, ParameterRow, PersonName, Run, Target};
pub use run_id::RunId;
pub use status::Status;
