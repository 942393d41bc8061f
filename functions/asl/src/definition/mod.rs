//! A parsed definition: every state compiled, every expression and path read.
//!
//! 1. `machine` reads a machine or branch with its states, `state` one state, and the files beside
//!    them its parts; `fields` collects every mistake on the way.
//! 2. [`crate::validate()`] then looks at the whole: targets, reachability, endings, names.

pub(crate) mod choice;
pub(crate) mod distributed;
mod fields;
mod handlers;
mod machine;
mod pointer;
mod references;
pub(crate) mod resource;
mod state;
mod strict_json;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::command::Integration;
use crate::data::{Path, ResultPath, Template};
use crate::diagnostic::{Diagnostic, Severity};
pub(crate) use choice::Rule;
pub(crate) use distributed::Distributed;
pub(crate) use fields::OVERREACH;
pub(crate) use handlers::{Catcher, Retrier};
pub use references::variable_references;
pub(crate) use strict_json::parse as parse_text;

/// A definition that AWS would accept, ready to be executed.
#[derive(Debug, Clone)]
pub struct Definition {
    pub(crate) root: Branch,
    /// Every state by its name, however deep; names are unique in a machine.
    pub(crate) states: Arc<HashMap<String, State>>,
    pub(crate) timeout: Option<u64>,
    comment: Option<String>,
}

impl Definition {
    /// Parses a definition's text; the error holds every finding, warnings included.
    pub fn parse(text: &str) -> Result<Self, Vec<Diagnostic>> {
        match strict_json::parse(text) {
            Ok(value) => Self::from_value(&value),
            Err(diagnostics) => Err(diagnostics),
        }
    }

    /// Parses a definition that is JSON already.
    pub fn from_value(value: &Value) -> Result<Self, Vec<Diagnostic>> {
        let (definition, diagnostics) = Self::read(value);
        let refused = diagnostics.iter().any(|finding| finding.severity == Severity::Error);
        if refused { Err(diagnostics) } else { Ok(definition) }
    }

    /// What the definition says about itself.
    pub fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    /// What the children of a distributed Map run: the Map's processor as a machine of its own.
    pub fn processor(&self, state: &str) -> Option<Self> {
        match &self.states.get(state)?.kind {
            Kind::Map(map) => Some(Self {
                root: map.processor.clone(),
                states: Arc::clone(&self.states),
                timeout: None,
                comment: None,
            }),
            _ => None,
        }
    }

    /// Every integration that a Task names, with the name of its state.
    pub fn integrations(&self) -> impl Iterator<Item = (&str, &Integration)> {
        self.states.values().filter_map(|state| match &state.kind {
            Kind::Task(task) => Some((state.name.as_str(), &task.integration)),
            _ => None,
        })
    }

    pub(crate) fn read(value: &Value) -> (Self, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let definition = machine::read(value, &mut diagnostics);
        crate::validate::whole(value, &mut diagnostics);
        (definition, diagnostics)
    }
}

/// Which language a state's fields are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Language {
    #[default]
    JsonPath,
    Jsonata,
}

/// States that run one after the other: the machine itself, a Parallel's branch, a Map's processor.
#[derive(Debug, Clone, Default)]
pub(crate) struct Branch {
    pub(crate) start_at: String,
}

/// One state.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) name: String,
    pub(crate) language: Language,
    pub(crate) kind: Kind,
    /// None ends the branch.
    pub(crate) next: Option<String>,
    pub(crate) input_path: Selection,
    pub(crate) output_path: Selection,
    pub(crate) assign: Vec<(String, Template)>,
    /// JSONata's `Output`.
    pub(crate) output: Option<Template>,
    pub(crate) retry: Vec<Retrier>,
    pub(crate) catch: Vec<Catcher>,
    /// `Parameters` or `Arguments`.
    pub(crate) arguments: Option<Template>,
    pub(crate) result_selector: Option<Template>,
    pub(crate) result_path: ResultPath,
}

/// `InputPath` or `OutputPath`.
#[derive(Debug, Clone, Default)]
pub(crate) enum Selection {
    /// Not given, or `$`.
    #[default]
    Whole,
    /// `null`: an empty object.
    Nothing,
    /// A path.
    At(Path),
}

/// What only states of one type have.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Pass(Option<Value>),
    Task(Box<Task>),
    Choice { rules: Vec<Rule>, default: Option<String> },
    Wait(Until),
    Succeed,
    Fail { error: Text, cause: Text },
    Parallel(Vec<Branch>),
    Map(Box<Map>),
}

impl Kind {
    /// The type's name as history event types begin: `Task` of `TaskStateEntered`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Pass(_) => "Pass",
            Self::Task(_) => "Task",
            Self::Choice { .. } => "Choice",
            Self::Wait(_) => "Wait",
            Self::Succeed => "Succeed",
            Self::Fail { .. } => "Fail",
            Self::Parallel(_) => "Parallel",
            Self::Map(_) => "Map",
        }
    }
}

/// What only Task states have.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) integration: Integration,
    pub(crate) credentials: Option<Template>,
    pub(crate) timeout: Option<Number>,
    pub(crate) heartbeat: Option<Number>,
}

/// What only Map states have.
#[derive(Debug, Clone)]
pub(crate) struct Map {
    pub(crate) items: Items,
    pub(crate) selector: Option<Template>,
    pub(crate) processor: Branch,
    pub(crate) concurrency: Option<Number>,
    pub(crate) tolerated_count: Option<Number>,
    pub(crate) tolerated_percentage: Option<Number>,
    /// None runs every iteration inside the execution.
    pub(crate) distributed: Option<Box<Distributed>>,
}

/// Where a Map's items come from.
#[derive(Debug, Clone)]
pub(crate) enum Items {
    /// The effective input itself.
    Input,
    /// `ItemsPath`
    Path(Path),
    /// JSONata's `Items`
    Template(Template),
}

/// A number given as such, by a path, or by an expression.
#[derive(Debug, Clone)]
pub(crate) enum Number {
    Fixed(f64),
    Path(Path),
    Expression(Template),
}

/// How long a Wait waits.
#[derive(Debug, Clone)]
pub(crate) enum Until {
    Seconds(Number),
    Timestamp(Text),
}

/// A text given as such, or worked out.
#[derive(Debug, Clone)]
pub(crate) enum Text {
    Absent,
    Fixed(String),
    /// `ErrorPath` and the like: a path or an intrinsic function.
    Path(Template),
    /// A JSONata expression.
    Expression(Template),
}

/// A name as a token of a JSON pointer.
pub(crate) fn pointer_token(name: &str) -> Cow<'_, str> {
    if name.contains(['~', '/']) {
        Cow::Owned(name.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(name)
    }
}
