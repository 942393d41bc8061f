//! What the rules of one file have to know of others: whose account is whose, and what a group is asked for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::at::{list, strings};
use super::say::quoted_all;

/// What is known of both catalogs.
#[derive(Debug, Default)]
pub(super) struct Sides<'c> {
    pub(super) base: Facts<'c>,
    pub(super) head: Facts<'c>,
}

/// What is known of one catalog.
#[derive(Debug, Default)]
pub(super) struct Facts<'c> {
    pub(super) portal: Option<&'c Value>,
    /// Team files by id.
    pub(super) teams: BTreeMap<&'c str, &'c Value>,
    pub(super) uses: Uses,
}

impl<'c> Facts<'c> {
    /// The account of a team.
    pub(super) fn account(&self, team: &str) -> Option<&'c str> {
        self.teams.get(team)?.get("account")?.as_str()
    }

    /// The Region of workflows that name none.
    pub(super) fn primary_region(&self) -> Option<&'c str> {
        self.portal?.get("deployments")?.get(0)?.get("region")?.as_str()
    }

    /// The members of a group, whichever team it belongs to.
    pub(super) fn members(&self, group: &str) -> Option<BTreeSet<&'c str>> {
        let found = self.teams.values().find_map(|team| team.get("groups")?.get(group))?;
        Some(strings(found.get("members")).into_iter().collect())
    }
}

/// What workflows ask of groups and teams.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Uses {
    /// By group or team and by what it is asked for: slugs.
    by_name: BTreeMap<(String, Use), BTreeSet<String>>,
}

/// What a group is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// Its members decide at a gate.
    Decides,
    /// Its members may open every gate in an emergency.
    BreaksGlass,
    /// Its members may request.
    Requests,
    /// Whether a gate is asked depends on who is in it.
    Conditions,
}

impl Uses {
    /// Takes in what a workflow asks of groups and teams.
    pub(super) fn add(&mut self, slug: &str, workflow: &Value) {
        self.name(slug, Use::Requests, &strings(workflow.get("requesters")));
        let glass = workflow.get("break_glass").and_then(|glass| glass.get("from"));
        self.name(slug, Use::BreaksGlass, &strings(glass));
        for gate in list(workflow.get("approvals")) {
            self.name(slug, Use::Decides, &strings(gate.get("from")));
            let later = gate.get("escalate").and_then(|escalate| escalate.get("from"));
            self.name(slug, Use::Decides, &strings(later));
            let mut chosen = Vec::new();
            let parameter = gate.get("from_parameter").and_then(Value::as_str).unwrap_or_default();
            let parameter = parameter.replace('/', "/properties/");
            let schema = workflow.get("parameters").and_then(|schema| schema.pointer(&parameter));
            schema
                .filter(|_| !parameter.is_empty())
                .into_iter()
                .for_each(|schema| texts(schema, &mut chosen));
            self.name(slug, Use::Decides, &chosen);
            let mut named = Vec::new();
            gate.get("when_requester").into_iter().for_each(|when| texts(when, &mut named));
            self.name(slug, Use::Conditions, &named);
        }
    }

    /// Takes in what another one knows.
    pub(super) fn merge(&mut self, other: Self) {
        for (name, slugs) in other.by_name {
            self.by_name.entry(name).or_default().extend(slugs);
        }
    }

    /// Whether anything depends on who is in it.
    pub(super) fn any(&self, name: &str) -> bool {
        self.of(name).next().is_some()
    }

    /// Whether a condition depends on who is in it.
    pub(super) fn conditions(&self, name: &str) -> bool {
        self.of(name).any(|(usage, _)| usage == Use::Conditions)
    }

    /// ", which decides about `a` and `b`, and may request `c`"; nothing if it is asked for nothing.
    pub(super) fn clause(&self, name: &str) -> String {
        let said = |(usage, slugs): (Use, &BTreeSet<String>)| {
            let slugs = quoted_all(slugs.iter().map(String::as_str));
            match usage {
                Use::Decides => format!("decides about {slugs}"),
                Use::BreaksGlass => format!("may open every gate of {slugs}"),
                Use::Requests => format!("may request {slugs}"),
                Use::Conditions => format!("is named by a condition of {slugs}"),
            }
        };
        let clauses: Vec<String> = self.of(name).map(said).collect();
        if clauses.is_empty() { String::new() } else { format!(", which {}", clauses.join(", and ")) }
    }

    fn of<'u>(&'u self, name: &'u str) -> impl Iterator<Item = (Use, &'u BTreeSet<String>)> {
        let mine = self.by_name.iter().filter(move |((known, _), _)| known == name);
        mine.map(|((_, usage), slugs)| (*usage, slugs))
    }

    fn name(&mut self, slug: &str, usage: Use, names: &[&str]) {
        for name in names {
            self.by_name.entry(((*name).to_owned(), usage)).or_default().insert(slug.to_owned());
        }
    }
}

/// Every text of a schema, wherever it stands: ids are among them.
fn texts<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(members) => members.values().for_each(|member| texts(member, found)),
        _ => {}
    }
}
