//! `limits` in `workflow.json`: how many runs at the same time, and how many in a while.
//!
//! A limit counts all runs of the workflow, or those that act on the same thing: the value of the parameter that the
//! workflow names as its `target`. The portal holds limits when a run is requested; what is beyond them is refused.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::IsoDuration;

/// How much of a workflow is let through.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// How many of its runs may be under way at the same time, from the request to the end, waiting for approvals
    /// included: 1 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrent: Option<u32>,
    /// How many runs may be requested in a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// The same for the runs that act on one thing: those with the same value of the parameter that `target` names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_target: Option<TargetLimits>,
}

/// How much is let through for one value of the workflow's `target`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetLimits {
    /// How many runs may be under way at the same time: 1 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrent: Option<u32>,
    /// How many runs may be requested in a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
}

/// So many runs in so long.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// How many.
    pub runs: u32,
    /// In how long, at most a day. Counted anew from each multiple of it since midnight UTC on 1 January 1970: `PT1H`
    /// begins with each hour.
    pub per: IsoDuration,
}

impl Limits {
    /// The limits of all runs together, in the shape of those of one target.
    pub fn of_all(&self) -> TargetLimits {
        TargetLimits { concurrent: self.concurrent, rate: self.rate.clone() }
    }

    /// The limits in words, one sentence for each: "At most one run per cluster at a time." `target` is what the
    /// parameter is called that says what is acted on.
    pub fn sentences(&self, target: &str) -> Vec<String> {
        let of_target = self.per_target.as_ref().map(|limits| limits.sentences(&format!(" per {target}")));
        self.of_all().sentences("").into_iter().chain(of_target.into_iter().flatten()).collect()
    }
}

impl TargetLimits {
    fn sentences(&self, of_what: &str) -> Vec<String> {
        let concurrent = self.concurrent.map(|runs| at_a_time(runs, of_what));
        let rate = self.rate.as_ref().map(|rate| rate.sentence(of_what));
        concurrent.into_iter().chain(rate).collect()
    }
}

impl Rate {
    fn sentence(&self, of_what: &str) -> String {
        in_a_while(self.runs, self.per.seconds(), of_what)
    }
}

/// "At most 4 runs at a time."; `of_what` is nothing or " per cluster".
pub fn at_a_time(runs: u32, of_what: &str) -> String {
    format!("At most {}{of_what} at a time.", counted(runs))
}

/// "At most 20 runs in 1 hour."; `of_what` is nothing or " per cluster".
pub fn in_a_while(runs: u32, seconds: u64, of_what: &str) -> String {
    format!("At most {}{of_what} in {}.", counted(runs), crate::duration::words(seconds))
}

fn counted(runs: u32) -> String {
    if runs == 1 { "one run".to_owned() } else { format!("{runs} runs") }
}

/// What the parameter at a pointer such as `/cluster` is called in a sentence: its title with a small first letter
/// where that is a word, else its name.
pub fn target_word(pointer: Option<&str>, parameters: &serde_json::Value) -> String {
    let Some(pointer) = pointer else { return "target".to_owned() };
    let names = || pointer.split('/').skip(1).map(|name| name.replace("~1", "/").replace("~0", "~"));
    let schema = names().try_fold(parameters, |schema, name| schema.get("properties")?.get(name));
    let title = schema.and_then(|schema| schema.get("title")?.as_str());
    let name = || names().last().unwrap_or_default().replace('_', " ");
    title.map_or_else(name, uncapitalised)
}

/// "Cluster" in the middle of a sentence; "RDS cluster" stays as it is.
fn uncapitalised(title: &str) -> String {
    let mut letters = title.chars();
    let first = letters.next();
    let is_word = !letters.clone().next().is_some_and(char::is_uppercase);
    match first.filter(|_| is_word) {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Limits, target_word};

    #[test]
    fn limits_are_said_in_words() {
        let check = |limits: serde_json::Value, words: &[&str]| {
            let limits: Limits = serde_json::from_value(limits).expect("limits");
            assert_eq!(limits.sentences("cluster"), words, "{limits:?}");
        };
        check(json!({}), &[]);
        check(json!({"concurrent": 1}), &["At most one run at a time."]);
        check(
            json!({"concurrent": 4, "rate": {"runs": 20, "per": "PT1H"},
                "per_target": {"concurrent": 1, "rate": {"runs": 2, "per": "P1D"}}}),
            &[
                "At most 4 runs at a time.",
                "At most 20 runs in 1 hour.",
                "At most one run per cluster at a time.",
                "At most 2 runs per cluster in 1 day.",
            ],
        );
    }

    #[test]
    fn a_target_is_called_by_its_title() {
        let parameters = json!({"properties": {
            "cluster": {"title": "Cluster"}, "db": {"title": "RDS cluster"}, "data_set": {},
            "where": {"properties": {"region": {"title": "Region"}}},
        }});
        let check = |pointer, word: &str| assert_eq!(target_word(pointer, &parameters), word, "{pointer:?}");
        check(Some("/cluster"), "cluster");
        check(Some("/db"), "RDS cluster");
        check(Some("/data_set"), "data set");
        check(Some("/where/region"), "region");
        check(Some("/added_by_a_condition"), "added by a condition");
        check(None, "target");
    }
}
