//! The gateway's own definition, run by the engine around the real steps, on the portal's clock.

use std::collections::BTreeMap;
use std::time::Duration;

use asl::{Command, Definition, Entropy, Event, Execution, Start, TaskRequest, Transition};
use jiff::Timestamp;
use portal::domain::Run;
use portal::steps::dispatch;
use serde_json::{Value, json};

use super::{GATEWAY, World, gateway_of};

const DEFINITION: &str = include_str!("../../../../../infra/state-machines/gateway.asl.json");

/// What a service answers: output, or error and cause.
pub(crate) type Answer = Result<Value, (String, String)>;

/// Always the same chance for the pauses of a Retry, from 0 up to but not 1; ids, and what expressions draw from
/// them, are as random as they always are.
struct Chance(f64);

impl Entropy for Chance {
    fn uuid(&mut self) -> String {
        uuid::Uuid::new_v4().to_string()
    }

    fn random(&mut self) -> f64 {
        self.0
    }
}

/// A gateway on its way.
struct Gateway<'w> {
    world: &'w World,
    execution: Execution,
    definition: Definition,
    chance: Chance,
    queue: BTreeMap<(Timestamp, u64), Event>,
    queued: u64,
    called: Vec<(String, Timestamp)>,
}

/// Runs the gateway of a run to its end; `services` stands for everything that is called but the steps. Gives back
/// which states called a service, and when.
pub(crate) async fn run(
    world: &World,
    run: &Run,
    random: f64,
    services: &dyn Fn(&TaskRequest) -> Answer,
) -> Vec<(String, Timestamp)> {
    let definition = Definition::parse(DEFINITION).expect("the gateway's definition");
    let mut chance = Chance(random);
    let (execution, first) = Execution::start(&definition, start(world, run), &mut chance);
    let (queue, called) = (BTreeMap::new(), Vec::new());
    let mut gateway = Gateway { world, execution, definition, chance, queue, queued: 0, called };
    gateway.carry_out(first, services).await;
    while gateway.execution.status() == asl::Status::Running {
        gateway.advance(services).await;
    }
    gateway.called
}

fn start(world: &World, run: &Run) -> Start {
    Start {
        execution_arn: gateway_of(run),
        name: run.id.to_string(),
        role_arn: "arn:aws:iam::111111111111:role/DrawbridgeGateway-eu-west-1".to_owned(),
        machine_arn: GATEWAY.to_owned(),
        machine_name: "drawbridge-gateway".to_owned(),
        input: json!({"run_id": run.id, "digest": run.digest}),
        at: world.portal.now(),
    }
}

impl Gateway<'_> {
    /// Delivers the next event, at its time.
    async fn advance(&mut self, services: &dyn Fn(&TaskRequest) -> Answer) {
        let ((at, _), event) = self.queue.pop_first().expect("the gateway waits for something");
        let ahead = at.duration_since(self.world.portal.now());
        self.world.pass(Duration::try_from(ahead).unwrap_or_default());
        let transition = self.execution.apply(&self.definition, event, at, &mut self.chance);
        self.carry_out(transition, services).await;
    }

    async fn carry_out(&mut self, transition: Transition, services: &dyn Fn(&TaskRequest) -> Answer) {
        for command in transition.commands {
            match command {
                Command::RunTask(request) => {
                    let event = self.answer(&request, services).await;
                    self.later(self.world.portal.now(), event);
                }
                Command::SetTimer { timer, at } => self.later(at, Event::TimerFired { timer }),
                Command::CancelTimer { timer } => {
                    self.queue.retain(|_, event| *event != Event::TimerFired { timer });
                }
                other => panic!("the gateway does not ask for {other:?}"),
            }
        }
    }

    fn later(&mut self, at: Timestamp, event: Event) {
        self.queued += 1;
        self.queue.insert((at, self.queued), event);
    }

    async fn answer(&mut self, request: &TaskRequest, services: &dyn Fn(&TaskRequest) -> Answer) -> Event {
        let answer = if let Some(name) = step(request) {
            self.step(&name, request.arguments["Payload"].clone()).await
        } else {
            self.called.push((request.state.clone(), self.world.portal.now()));
            services(request)
        };
        match answer {
            Ok(output) => Event::TaskSucceeded { task: request.task, output },
            Err((error, cause)) => Event::TaskFailed { task: request.task, error, cause },
        }
    }

    async fn step(&self, name: &str, payload: Value) -> Answer {
        let answered = dispatch(name, payload, &self.world.portal).await;
        let answered = answered.map_err(|error| (error.name.to_owned(), error.to_string()))?;
        Ok(json!({"StatusCode": 200, "Payload": answered}))
    }
}

/// The step that a task invokes: `${NextGateFunctionArn}` is `next-gate`.
fn step(request: &TaskRequest) -> Option<String> {
    let function = request.arguments["FunctionName"].as_str()?;
    let name = function.strip_prefix("${")?.strip_suffix("FunctionArn}")?;
    let dashed = name.chars().flat_map(|letter| {
        let dash = letter.is_uppercase().then_some('-');
        dash.into_iter().chain(letter.to_lowercase())
    });
    Some(dashed.collect::<String>().trim_start_matches('-').to_owned())
}
