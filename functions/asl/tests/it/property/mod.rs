//! Properties that hold for every machine: generated ones, and what random edits make of them.
//!
//! 1. `recipe` grows machines from a grammar, with `data` for their values; `render` writes them as
//!    definitions in the `words` of both languages; `answers` is what their integrations do.
//! 2. `host` runs a machine, once in peace and once killed after every transition.
//! 3. `invariants` is what every history keeps to.
//! 4. `mutation` edits definitions at random.
//!
//! The seed is fixed, so that a change is judged by the same machines every time. With `PROPTEST_CASES`
//! set, that many machines are grown from a new seed; what fails is kept in `tests/proptest-regressions`,
//! which is to be committed.

mod answers;
mod data;
mod host;
mod invariants;
mod mutation;
mod recipe;
mod regressions;
mod render;
mod words;

use asl::{Definition, Severity, Status, validate};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use serde_json::Value;

use host::{Host, Outcome};

fn config(cases: u32) -> Config {
    let default = Config { max_shrink_iters: 20_000, max_shrink_time: 30_000, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_some() {
        return default;
    }
    Config { cases, rng_seed: RngSeed::Fixed(2026), ..default }
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn a_killed_execution_ends_in_the_same_history(machine in recipe::machine(), seed in any::<u64>()) {
        let rendered = render::render(&machine);
        let text = rendered.definition.to_string();
        let definition = Definition::parse(&text).map_err(|findings| {
            TestCaseError::fail(format!("the grammar made what is not valid: {findings:#?}\n{text}"))
        })?;
        let host = Host { rendered: &rendered, stopped: machine.stopped, seed };
        let peaceful = host.run(&definition, &machine.input, false);
        // Another process has a definition of its own, read from the text.
        let again = Definition::parse(&text).expect("it was valid before");
        let killed = host.run(&again, &machine.input, true);
        prop_assert!(peaceful.ended(), "no end after {} transitions: {text}", peaceful.transitions.len());
        compare(&peaceful, &killed)?;
        invariants::check(&peaceful)?;
    }

    #[test]
    fn edited_definitions_are_refused_with_places_or_run(
        machine in recipe::machine(),
        edits in mutation::edits(),
        input in data::value(),
    ) {
        let mut rendered = render::render(&machine);
        for edit in &edits {
            edit.apply(&mut rendered.definition);
        }
        let findings = validate(&rendered.definition);
        for finding in &findings {
            let place = rendered.definition.pointer(&finding.pointer);
            prop_assert!(place.is_some(), "{finding:?} is nowhere in {}", rendered.definition);
        }
        let parsed = Definition::parse(&rendered.definition.to_string());
        let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
        prop_assert_eq!(parsed.is_err(), refused);
        if let Ok(definition) = parsed {
            let host = Host { rendered: &rendered, stopped: None, seed: 0 };
            let outcome = host.run(&definition, &input, true);
            if outcome.ended() {
                invariants::check(&outcome)?;
            }
        }
    }

    #[test]
    fn any_json_is_refused_with_places_that_exist(value in data::value()) {
        for finding in validate(&value) {
            prop_assert!(value.pointer(&finding.pointer).is_some(), "{finding:?} is nowhere in {value}");
        }
        prop_assert!(Definition::from_value(&value).is_err());
    }
}

fn compare(peaceful: &Outcome, killed: &Outcome) -> Result<(), TestCaseError> {
    for (number, (left, right)) in peaceful.transitions.iter().zip(&killed.transitions).enumerate() {
        prop_assert_eq!(left, right, "transition {}", number);
    }
    prop_assert_eq!(peaceful.transitions.len(), killed.transitions.len());
    prop_assert_eq!(peaceful.execution.status(), killed.execution.status());
    prop_assert_eq!(peaceful.execution.output(), killed.execution.output());
    prop_assert_eq!(peaceful.execution.error(), killed.execution.error());
    prop_assert_eq!(peaceful.execution.cause(), killed.execution.cause());
    let stored =
        |outcome: &Outcome| -> Value { serde_json::to_value(&outcome.execution).expect("it is JSON") };
    prop_assert_eq!(stored(peaceful), stored(killed));
    prop_assert!(peaceful.execution.status() != Status::Running);
    Ok(())
}
