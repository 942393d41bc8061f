//! `TestState`: one state, tried by itself.
//!
//! 1. `request` reads a request and what is JSON in it; `subject` finds the state in its definition.
//! 2. `mock` and `context` check what the request brings along: whether the state can have such a result
//!    (`schema`) and such a context object.
//! 3. The state is tried by the engine that also runs it in an execution, which notes what it sees on
//!    the way; `response` tells it in the shape of the API.
//!
//! Pure: where a call has to be made or time has to pass, [`Test::begin`] hands the test back with
//! what is to be done, and [`Test::finish`] or [`Test::waited`] end it.
//!
//! Not there: the HTTP request and response that `TRACE` tells of an HTTP Task.

mod context;
mod mock;
mod request;
mod response;
mod schema;
mod subject;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::command::TaskRequest;
use crate::data::Failure;
use crate::event::{Entropy, Event, Start};
use crate::refusal::Refusal;
use crate::run::{Answered, Attempt, Execution, Past, Seen, Tried};
pub use request::{Configuration, ErrorOutput, Mock, Request};
use subject::Subject;

/// Where the caller is; ARNs are made from it.
#[derive(Debug, Clone)]
pub struct Place {
    /// Such as `us-east-1`.
    pub region: String,
    /// The account's number.
    pub account: String,
}

/// A test under way.
#[derive(Debug, Clone)]
pub struct Test {
    subject: Subject,
    execution: Execution,
    past: Past,
    inspects: bool,
    seen: Seen,
}

/// How far a test came.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// To its end: the response.
    Done(Value),
    /// To a call that somebody must make.
    Call {
        /// The test, to be ended with [`Test::finish`].
        test: Box<Test>,
        /// What is called.
        request: Box<TaskRequest>,
    },
    /// To a wait.
    Wait {
        /// The test, to be ended with [`Test::waited`].
        test: Box<Test>,
        /// When it is over.
        until: Timestamp,
    },
}

impl Test {
    /// Begins a test, or refuses it in AWS's words.
    pub fn begin(
        request: &Request,
        place: &Place,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Outcome, Refusal> {
        request.check()?;
        let subject = Subject::find(request)?;
        let texts = request.texts()?;
        let Some(state) = subject.state() else {
            return Err(Refusal::invalid("State not found in definition"));
        };
        mock::check(request, state, texts.result.as_ref())?;
        if let Some(given) = &texts.context {
            context::check(given, state)?;
        }
        let start = start(request, place, texts.input, now, entropy);
        let execution = Execution::at(&subject.name, start, texts.variables);
        let configuration = request.configuration();
        let past = Past {
            context: texts.context,
            mock: mocked(request, texts.result),
            retries: configuration.retrier_retry_count.and_then(|n| u64::try_from(n).ok()).unwrap_or(0),
            failures: configuration.map_iteration_failure_count.and_then(|n| usize::try_from(n).ok()),
            read: configuration.map_item_reader_data,
        };
        let mut test = Self { subject, execution, past, inspects: request.inspects(), seen: Seen::default() };
        let Self { subject, execution, past, seen, .. } = &mut test;
        Ok(match execution.try_state(&subject.definition, past, seen, (now, entropy))? {
            Tried::Attempt(attempt) => Outcome::Done(test.told(&attempt)),
            Tried::Calls(request) => Outcome::Call { test: Box::new(test), request },
            Tried::Waits(until) => Outcome::Wait { test: Box::new(test), until },
        })
    }

    /// Ends a test with what became of its call.
    pub fn finish(self, event: Event, now: Timestamp, entropy: &mut dyn Entropy) -> Value {
        let answered = match event {
            Event::TaskSucceeded { output, .. } => Answered::Result(output),
            Event::TaskFailed { error, cause, .. } => Answered::Failure(Failure::reported(&error, &cause)),
            _ => Answered::Failure(Failure::timeout(false)),
        };
        self.end(answered, now, entropy)
    }

    /// Ends a test whose wait is over.
    pub fn waited(self, now: Timestamp, entropy: &mut dyn Entropy) -> Value {
        self.end(Answered::Waited, now, entropy)
    }

    fn end(mut self, answered: Answered, now: Timestamp, entropy: &mut dyn Entropy) -> Value {
        let Self { subject, execution, past, seen, .. } = &mut self;
        let attempt = execution.go_on_with(&subject.definition, (past, seen), answered, (now, entropy));
        self.told(&attempt)
    }

    fn told(self, attempt: &Attempt) -> Value {
        response::of(attempt, self.seen, self.inspects)
    }
}

/// The result or the error that stands for the state's work.
fn mocked(request: &Request, result: Option<Value>) -> Option<Result<Arc<Value>, Failure>> {
    if let Some(result) = result {
        return Some(Ok(Arc::new(result)));
    }
    let error = request.mock.as_ref()?.error_output.as_ref()?;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Some(Err(Failure::reported(&text(&error.error), &text(&error.cause))))
}

/// AWS tests states in an Express execution of a machine that is nobody's.
fn start(request: &Request, place: &Place, input: Value, at: Timestamp, entropy: &mut dyn Entropy) -> Start {
    let (machine_name, name) = (entropy.uuid(), entropy.uuid());
    let Place { region, account } = place;
    Start {
        execution_arn: format!("arn:aws:states:{region}:{account}:express:{machine_name}:{name}"),
        machine_arn: format!("arn:aws:states:{region}:{account}:stateMachine:{machine_name}"),
        role_arn: request.role_arn.clone().unwrap_or_default(),
        name,
        machine_name,
        input,
        at,
    }
}
