//! The grammar that machines are grown from: what a machine does, without names and transitions,
//! so that whatever is taken away from one, what is left is a machine as well.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::data;

/// A machine with the input that it is run with.
#[derive(Debug, Clone)]
pub(super) struct Machine {
    pub(super) jsonata: bool,
    pub(super) timeout: Option<u32>,
    /// After how many transitions somebody stops it.
    pub(super) stopped: Option<usize>,
    pub(super) block: Block,
    pub(super) input: Value,
}

/// States one after the other.
pub(super) type Block = Vec<State>;

/// A state in one of both languages; a machine in JSONata has no JSONPath in it.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) jsonata: bool,
    pub(super) step: Step,
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    Pass { source: Source, assign: Option<Source>, forgets: bool },
    Wait(Wait),
    Task(Box<Task>),
    Choice { rules: Vec<(Condition, Block)>, default: Option<Block> },
    Loop { times: u8, body: Block },
    Parallel { branches: Vec<Block>, whole: bool, handlers: Handlers },
    Map { map: Map, handlers: Handlers },
    Succeed,
    Fail(Option<Source>),
}

/// Where a value comes from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    Literal(Value),
    Field(&'static str),
    Sum(i8),
    Third,
    Text,
    Digest,
    Variable(usize),
    Execution,
    State,
    Entered,
    Uuid,
    Random,
    Now,
    Input,
}

#[derive(Debug, Clone)]
pub(super) enum Wait {
    Seconds(u8),
    Field,
    Until(u8),
}

#[derive(Debug, Clone)]
pub(super) enum Condition {
    Present(&'static str),
    Less(i8),
    Text(&'static str),
    Not(Box<Condition>),
    Both(Box<Condition>, Box<Condition>),
}

#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) service: usize,
    pub(super) argument: Source,
    pub(super) timeout: Option<u8>,
    pub(super) heartbeat: bool,
    pub(super) role: bool,
    pub(super) assign: bool,
    /// What the integration does each time it is called; the last one again and again.
    pub(super) script: Vec<Act>,
    pub(super) handlers: Handlers,
}

/// What an integration does with a request, after so many tenths of a second.
#[derive(Debug, Clone)]
pub(super) enum Act {
    Succeed(u8, Value),
    SucceedTwice(u8, Value),
    Fail(u8, &'static str),
    Submit(u8, Value),
    Beat(u8, Value),
    Nothing,
}

#[derive(Debug, Clone)]
pub(super) struct Map {
    pub(super) items: Option<Vec<Value>>,
    pub(super) selector: bool,
    pub(super) at_once: Option<u8>,
    pub(super) whole: bool,
    pub(super) body: Block,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Handlers {
    pub(super) retry: Vec<Retry>,
    pub(super) catch: Vec<(&'static [&'static str], Block)>,
}

#[derive(Debug, Clone)]
pub(super) struct Retry {
    pub(super) errors: &'static [&'static str],
    pub(super) attempts: u8,
    pub(super) interval: u8,
    pub(super) backoff: f64,
    pub(super) most: Option<u8>,
    pub(super) jitter: bool,
}

/// Any machine.
pub(super) fn machine() -> impl Strategy<Value = Machine> {
    let timeout = prop::option::weighted(0.15, 1..40_u32);
    let stopped = prop::option::weighted(0.1, 0..12_usize);
    (any::<bool>(), timeout, stopped, block(3), data::input()).prop_map(
        |(jsonata, timeout, stopped, block, input)| Machine { jsonata, timeout, stopped, block, input },
    )
}

fn block(depth: usize) -> BoxedStrategy<Block> {
    let step = if depth == 0 { plain().boxed() } else { nested(&block(depth - 1)) };
    let state = (any::<bool>(), step).prop_map(|(jsonata, step)| State { jsonata, step });
    prop::collection::vec(state, 1..=if depth == 3 { 5 } else { 3 }).boxed()
}

fn plain() -> impl Strategy<Value = Step> {
    let pass = (source(), prop::option::of(source()), prop::bool::weighted(0.05));
    prop_oneof![
        6 => pass.prop_map(|(source, assign, forgets)| Step::Pass { source, assign, forgets }),
        2 => wait().prop_map(Step::Wait),
        6 => task(Just(Handlers::default()).boxed()).prop_map(|task| Step::Task(Box::new(task))),
        1 => Just(Step::Succeed),
        1 => prop::option::of(source()).prop_map(Step::Fail),
    ]
}

fn nested(inner: &BoxedStrategy<Block>) -> BoxedStrategy<Step> {
    let rules = prop::collection::vec((condition(), inner.clone()), 1..3);
    let branches = prop::collection::vec(inner.clone(), 1..4);
    let whole = prop::bool::weighted(0.3);
    prop_oneof![
        5 => plain(),
        4 => task(handlers(inner)).prop_map(|task| Step::Task(Box::new(task))),
        3 => (rules, prop::option::of(inner.clone()))
            .prop_map(|(rules, default)| Step::Choice { rules, default }),
        2 => (1..4_u8, inner.clone()).prop_map(|(times, body)| Step::Loop { times, body }),
        3 => (branches, whole, handlers(inner))
            .prop_map(|(branches, whole, handlers)| Step::Parallel { branches, whole, handlers }),
        3 => (map(inner), handlers(inner)).prop_map(|(map, handlers)| Step::Map { map, handlers }),
    ]
    .boxed()
}

fn source() -> impl Strategy<Value = Source> {
    prop_oneof![
        3 => data::value().prop_map(Source::Literal),
        4 => prop::sample::select(&["n", "s", "b", "items", "r", "nowhere"][..]).prop_map(Source::Field),
        3 => any::<i8>().prop_map(Source::Sum),
        3 => Just(Source::Third),
        2 => Just(Source::Text),
        1 => Just(Source::Digest),
        4 => any::<usize>().prop_map(Source::Variable),
        1 => Just(Source::Execution),
        1 => Just(Source::State),
        1 => Just(Source::Entered),
        2 => Just(Source::Uuid),
        2 => Just(Source::Random),
        1 => Just(Source::Now),
        1 => Just(Source::Input),
    ]
}

fn wait() -> impl Strategy<Value = Wait> {
    prop_oneof![(0..20_u8).prop_map(Wait::Seconds), Just(Wait::Field), (0..60_u8).prop_map(Wait::Until),]
}

fn condition() -> impl Strategy<Value = Condition> {
    let test = prop_oneof![
        prop::sample::select(&["n", "r", "nowhere"][..]).prop_map(Condition::Present),
        any::<i8>().prop_map(Condition::Less),
        prop::sample::select(&["a*", "*", "plain"][..]).prop_map(Condition::Text),
    ];
    test.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|part| Condition::Not(Box::new(part))),
            (inner.clone(), inner).prop_map(|(a, b)| Condition::Both(Box::new(a), Box::new(b))),
        ]
    })
}

fn task(handlers: BoxedStrategy<Handlers>) -> impl Strategy<Value = Task> {
    let limits = (prop::option::weighted(0.4, 1..30_u8), any::<bool>());
    let marks = (prop::bool::weighted(0.2), prop::bool::weighted(0.3));
    let script = prop::collection::vec(act(), 1..4);
    (0..super::answers::SERVICES, source(), limits, marks, script, handlers).prop_map(
        |(service, argument, (timeout, heartbeat), (role, assign), script, handlers)| Task {
            service,
            argument,
            timeout,
            heartbeat,
            role,
            assign,
            script,
            handlers,
        },
    )
}

fn act() -> impl Strategy<Value = Act> {
    let result = || (any::<u8>(), data::value());
    prop_oneof![
        6 => result().prop_map(|(tenths, value)| Act::Succeed(tenths, value)),
        1 => result().prop_map(|(tenths, value)| Act::SucceedTwice(tenths, value)),
        4 => (any::<u8>(), prop::sample::select(&["E1", "E2", "States.TaskFailed", ""][..]))
            .prop_map(|(tenths, error)| Act::Fail(tenths, error)),
        1 => result().prop_map(|(tenths, value)| Act::Submit(tenths, value)),
        1 => result().prop_map(|(tenths, value)| Act::Beat(tenths, value)),
        1 => Just(Act::Nothing),
    ]
}

fn map(inner: &BoxedStrategy<Block>) -> BoxedStrategy<Map> {
    let items = prop::option::weighted(0.3, prop::collection::vec(data::value(), 0..4));
    let at_once = prop::option::of(0..3_u8);
    (items, prop::bool::weighted(0.8), at_once, prop::bool::weighted(0.3), inner.clone())
        .prop_map(|(items, selector, at_once, whole, body)| Map { items, selector, at_once, whole, body })
        .boxed()
}

fn handlers(inner: &BoxedStrategy<Block>) -> BoxedStrategy<Handlers> {
    let catch = prop::collection::vec((errors(), inner.clone()), 0..2);
    (prop::collection::vec(retry(), 0..2), catch).prop_map(|(retry, catch)| Handlers { retry, catch }).boxed()
}

fn retry() -> impl Strategy<Value = Retry> {
    let backoff = prop::sample::select(&[1.0, 1.5, 2.0, 3.1][..]);
    (errors(), 0..3_u8, 1..5_u8, backoff, prop::option::of(1..6_u8), any::<bool>()).prop_map(
        |(errors, attempts, interval, backoff, most, jitter)| Retry {
            errors,
            attempts,
            interval,
            backoff,
            most: most.map(|more| interval + more),
            jitter,
        },
    )
}

/// What rules match.
const ERRORS: [&[&str]; 7] = [
    &["States.ALL"],
    &["States.TaskFailed"],
    &["E1"],
    &["E2", "States.Timeout"],
    &["States.HeartbeatTimeout"],
    &["States.QueryEvaluationError"],
    &["States.NoChoiceMatched"],
];

fn errors() -> impl Strategy<Value = &'static [&'static str]> {
    prop::sample::select(&ERRORS[..])
}

/// The input most states are made for.
pub(super) fn usual(n: &Value, s: &str, b: bool, items: &[Value]) -> Value {
    json!({"n": n, "s": s, "b": b, "items": items})
}
