//! Which states of a workflow its cases visited together, those of branches and iterations too.

use std::collections::BTreeSet;

use asl::{Outline, outline};
use serde_json::Value;

/// The states that were visited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// How many states the steps have.
    pub states: usize,
    /// Those that no case visited, in the order of the definition.
    pub not_visited: Vec<String>,
    /// How many must be visited, per cent.
    pub minimum: u8,
}

impl Coverage {
    /// What was visited of `steps`.
    pub(super) fn of<'a>(steps: &Value, visited: impl Iterator<Item = &'a String>, minimum: u8) -> Self {
        let visited: BTreeSet<&str> = visited.map(String::as_str).collect();
        let mut names = Vec::new();
        collect(outline(steps), &mut names);
        let states = names.len();
        names.retain(|name| !visited.contains(name.as_str()));
        Self { states, not_visited: names, minimum }
    }

    /// How many states were visited.
    pub fn visited(&self) -> usize {
        self.states - self.not_visited.len()
    }

    /// How many states were visited, per cent, rounded down.
    pub fn percentage(&self) -> usize {
        (self.visited() * 100).checked_div(self.states).unwrap_or(100)
    }

    /// Whether that is what is asked for.
    pub fn is_enough(&self) -> bool {
        self.visited() * 100 >= self.states * usize::from(self.minimum)
    }
}

fn collect(outline: Outline<'_>, names: &mut Vec<String>) {
    for node in outline.nodes {
        names.push(node.name.to_owned());
        for inner in node.branches.into_iter().chain(node.processor.map(|processor| *processor)) {
            collect(inner, names);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Coverage;

    fn coverage(visited: &[&str], minimum: u8) -> Coverage {
        let inner = json!({"StartAt": "I", "States": {"I": {"Type": "Succeed"}}});
        let steps = json!({"StartAt": "P", "States": {
            "P": {"Type": "Parallel", "Branches": [inner], "Next": "M"},
            "M": {"Type": "Map", "ItemProcessor": {"StartAt": "J", "States": {"J": {"Type": "Succeed"}}}, "End": true}}});
        let visited: Vec<String> = visited.iter().map(|&name| name.to_owned()).collect();
        Coverage::of(&steps, visited.iter(), minimum)
    }

    #[test]
    fn inner_states_count_and_repeats_do_not() {
        let half = coverage(&["P", "I", "P", "P"], 50);
        assert_eq!((half.states, half.visited(), half.percentage()), (4, 2, 50));
        assert_eq!(half.not_visited, ["M", "J"]);
        assert!(half.is_enough());
        assert!(!coverage(&["P"], 26).is_enough());
        assert!(coverage(&[], 0).is_enough());
    }
}
