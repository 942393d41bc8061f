//! From a recipe to a definition: names, transitions, and the spelling of each language.
//!
//! What is made here is always valid: names are unique, every state is reached, variables are read
//! only where they are set.

use serde_json::{Map, Value, json};

use super::answers::{Scripts, service};
use super::recipe::{self, Act, Block, Handlers, Machine, State, Step, Task};
use super::words;

/// A definition with everything that it takes to run it.
#[derive(Debug)]
pub(super) struct Rendered {
    pub(super) definition: Value,
    pub(super) scripts: Scripts,
}

/// Writes a machine down.
pub(super) fn render(machine: &Machine) -> Rendered {
    let mut writer = Writer { all_jsonata: machine.jsonata, names: 0, scripts: Scripts::new() };
    let mut definition = writer.branch(&machine.block, &mut Vec::new());
    if machine.jsonata {
        definition["QueryLanguage"] = json!("JSONata");
    }
    if let Some(seconds) = machine.timeout {
        definition["TimeoutSeconds"] = json!(seconds);
    }
    Rendered { definition, scripts: writer.scripts }
}

/// Variables that are set wherever the state stands.
type Known = Vec<String>;

struct Writer {
    all_jsonata: bool,
    names: usize,
    scripts: Scripts,
}

impl Writer {
    /// Names with what JSON pointers escape.
    fn name(&mut self, kind: &str) -> String {
        self.names += 1;
        format!("{kind}/{}~", self.names)
    }

    fn variable(&mut self) -> String {
        self.names += 1;
        format!("v{}", self.names)
    }

    fn branch(&mut self, block: &Block, known: &mut Known) -> Value {
        let mut states = Map::new();
        let start = self.block(block, None, &mut states, known);
        json!({"StartAt": start, "States": states})
    }

    /// Writes a block that goes on at `next`, or ends; the name of its first state.
    fn block(
        &mut self,
        block: &Block,
        next: Option<&str>,
        states: &mut Map<String, Value>,
        known: &mut Known,
    ) -> String {
        let ending = block.iter().position(|state| ends(&state.step));
        let block = &block[..ending.map_or(block.len(), |at| at + 1)];
        let before = known.len();
        let names: Vec<String> = block.iter().map(|state| self.name(words::kind(&state.step))).collect();
        for (index, state) in block.iter().enumerate() {
            let next = names.get(index + 1).map(String::as_str).or(next);
            self.state(&names[index], state, next, states, known);
        }
        known.truncate(before);
        names[0].clone()
    }

    fn state(
        &mut self,
        name: &str,
        state: &State,
        next: Option<&str>,
        states: &mut Map<String, Value>,
        known: &mut Known,
    ) {
        let jsonata = self.all_jsonata || state.jsonata;
        let mut fields = match &state.step {
            Step::Pass { source, assign, forgets } => {
                let mut fields = words::pass(jsonata, source, *forgets, known);
                if let Some(source) = assign {
                    let variable = self.variable();
                    fields["Assign"] =
                        words::object(jsonata, &[(&variable, words::text(jsonata, source, known))]);
                    known.push(variable);
                }
                fields
            }
            Step::Wait(wait) => words::wait(jsonata, wait),
            Step::Task(task) => self.task(name, jsonata, task, next, states, known),
            Step::Choice { rules, default } => {
                return self.choice(name, jsonata, rules, default.as_ref(), next, states, known);
            }
            Step::Loop { times, body } => {
                return self.repeated(name, jsonata, *times, body, next, states, known);
            }
            Step::Parallel { branches, whole, handlers } => {
                let branches: Vec<Value> = branches.iter().map(|block| self.branch(block, known)).collect();
                let mut fields = json!({"Type": "Parallel", "Branches": branches});
                words::result(jsonata, *whole, &mut fields);
                self.handle(jsonata, handlers, &mut fields, next, states, known);
                fields
            }
            Step::Map { map, handlers } => self.map(jsonata, map, handlers, next, states, known),
            Step::Succeed => json!({"Type": "Succeed"}),
            Step::Fail(source) => words::fail(jsonata, source.as_ref(), known),
        };
        if !ends(&state.step) {
            words::go(&mut fields, next);
        }
        self.add(name, jsonata, fields, states);
    }

    fn add(&self, name: &str, jsonata: bool, mut fields: Value, states: &mut Map<String, Value>) {
        if jsonata && !self.all_jsonata {
            fields["QueryLanguage"] = json!("JSONata");
        }
        states.insert(name.to_owned(), fields);
    }

    fn task(
        &mut self,
        name: &str,
        jsonata: bool,
        task: &Task,
        next: Option<&str>,
        states: &mut Map<String, Value>,
        known: &mut Known,
    ) -> Value {
        let (resource, mut arguments) = service(task.service);
        words::fill(jsonata, &mut arguments, &task.argument, known);
        let arguments_field = if jsonata { "Arguments" } else { "Parameters" };
        let mut fields = json!({"Type": "Task", "Resource": resource, arguments_field: arguments});
        let mut script = task.script.clone();
        match task.timeout {
            Some(seconds) => {
                fields["TimeoutSeconds"] = json!(seconds);
                if task.heartbeat && seconds > 1 {
                    fields["HeartbeatSeconds"] = json!(seconds / 2);
                }
            }
            // Who is not limited must be answered.
            None => script.retain(|act| !matches!(act, Act::Nothing)),
        }
        if script.is_empty() {
            script.push(Act::Succeed(1, Value::Null));
        }
        self.scripts.insert(name.to_owned(), script);
        // An activity's worker has its own role.
        let activity = fields["Resource"].as_str().is_some_and(|resource| resource.contains(":activity:"));
        if task.role && !activity {
            fields["Credentials"] = json!({"RoleArn": "arn:aws:iam::222222222222:role/other"});
        }
        words::result(jsonata, true, &mut fields);
        // A catcher's states do not know the variable, since it is set when the Task succeeds.
        self.handle(jsonata, &task.handlers, &mut fields, next, states, known);
        if task.assign {
            let (variable, result) = (self.variable(), if jsonata { "$states.result" } else { "$" });
            fields["Assign"] = words::object(jsonata, &[(&variable, result.to_owned())]);
            if task.handlers.catch.is_empty() {
                known.push(variable);
            }
        }
        fields
    }

    fn map(
        &mut self,
        jsonata: bool,
        map: &recipe::Map,
        handlers: &Handlers,
        next: Option<&str>,
        states: &mut Map<String, Value>,
        known: &mut Known,
    ) -> Value {
        let mut fields = json!({"Type": "Map", "ItemProcessor": self.branch(&map.body, known)});
        words::items(jsonata, map, &mut fields);
        words::result(jsonata, map.whole, &mut fields);
        self.handle(jsonata, handlers, &mut fields, next, states, known);
        fields
    }

    #[expect(clippy::too_many_arguments, reason = "a state's place has six parts")]
    fn choice(
        &mut self,
        name: &str,
        jsonata: bool,
        rules: &[(recipe::Condition, Block)],
        default: Option<&Block>,
        next: Option<&str>,
        states: &mut Map<String, Value>,
        known: &mut Known,
    ) {
        let mut choices = Vec::new();
        for (condition, block) in rules {
            let mut rule = words::condition(jsonata, condition);
            rule["Next"] = json!(self.block(block, next, states, known));
            choices.push(rule);
        }
        let mut fields = json!({"Type": "Choice", "Choices": choices});
        match (default, next) {
            (Some(block), _) => fields["Default"] = json!(self.block(block, next, states, known)),
            (None, Some(next)) => fields["Default"] = json!(next),
            (None, None) => {}
        }
        self.add(name, jsonata, fields, states);
    }

    /// A counter, the body, and a Choice that goes back.
    #[expect(clippy::too_many_arguments, reason = "a state's place has six parts")]
    fn repeated(
        &mut self,
        name: &str,
        jsonata: bool,
        times: u8,
        body: &Block,
        next: Option<&str>,
        states: &mut Map<String, Value>,
        known: &mut Known,
    ) {
        let counter = self.variable();
        let (count, again) = (self.name("Count"), self.name("Again"));
        let zero = json!({"Type": "Pass", "Assign": {&counter: 0}, "Next": count});
        let more = words::increment(jsonata, &counter);
        known.push(counter.clone());
        let first = self.block(body, Some(&again), states, known);
        let assign = words::object(jsonata, &[(&counter, more)]);
        self.add(name, jsonata, zero, states);
        self.add(&count, jsonata, json!({"Type": "Pass", "Assign": assign, "Next": first}), states);
        if body.iter().any(|state| ends(&state.step)) {
            return;
        }
        let after = next.map_or_else(|| self.name("Done"), str::to_owned);
        if next.is_none() {
            self.add(&after, jsonata, json!({"Type": "Succeed"}), states);
        }
        let mut back = words::less(jsonata, &format!("${counter}"), i64::from(times));
        back["Next"] = json!(count);
        let fields = json!({"Type": "Choice", "Choices": [back], "Default": after});
        self.add(&again, jsonata, fields, states);
    }

    fn handle(
        &mut self,
        jsonata: bool,
        handlers: &Handlers,
        fields: &mut Value,
        next: Option<&str>,
        states: &mut Map<String, Value>,
        known: &mut Known,
    ) {
        let mut retry: Vec<_> = handlers.retry.iter().collect();
        retry.sort_by_key(|rule| rule.errors == ["States.ALL"]);
        retry.dedup_by_key(|rule| rule.errors);
        if !retry.is_empty() {
            fields["Retry"] = retry.into_iter().map(words::retry).collect();
        }
        let mut catch: Vec<_> = handlers.catch.iter().collect();
        catch.sort_by_key(|(errors, _)| *errors == ["States.ALL"]);
        catch.dedup_by_key(|(errors, _)| *errors);
        let mut rules = Vec::new();
        for (errors, block) in catch {
            let target = self.block(block, next, states, known);
            rules.push(words::catcher(jsonata, errors, &target));
        }
        if !rules.is_empty() {
            fields["Catch"] = rules.into();
        }
    }
}

/// Whether nothing can come after a step.
fn ends(step: &Step) -> bool {
    let block_ends = |block: &Block| block.iter().any(|state| ends(&state.step));
    match step {
        Step::Succeed | Step::Fail(_) => true,
        Step::Choice { rules, default } => {
            default.as_ref().is_some_and(block_ends) && rules.iter().all(|(_, block)| block_ends(block))
        }
        Step::Loop { body, .. } => block_ends(body),
        _ => false,
    }
}
