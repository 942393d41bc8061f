//! `permissions.json`: the least privilege the owner's steps run with, as an IAM policy document.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An IAM policy document with allowing statements only.
///
/// See "IAM JSON policy reference" in the IAM user guide for the grammar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct Permissions {
    /// Always `2012-10-17`.
    pub version: String,
    /// What the steps may do.
    pub statement: Vec<Statement>,
}

/// One permission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct Statement {
    /// A name for people: letters and digits, unique in the document.
    pub sid: String,
    /// Always `Allow`.
    pub effect: Effect,
    /// IAM actions, such as `rds:ModifyDBCluster`.
    pub action: OneOrMany,
    /// ARNs, with wildcards where the service has no resource-level permission.
    pub resource: OneOrMany,
    /// IAM condition block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Value>,
}

/// A worker role is only ever given permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Effect {
    /// The only effect there is.
    Allow,
}

/// IAM writes one string or a list of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMany {
    /// A single string.
    One(String),
    /// A list.
    Many(Vec<String>),
}

impl OneOrMany {
    /// The strings, however they were written.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(one) => std::slice::from_ref(one).iter(),
            Self::Many(many) => many.iter(),
        }
        .map(String::as_str)
    }
}

impl Permissions {
    /// Whether some statement allows the action; IAM compares without case and knows `*` and `?`.
    pub fn allows(&self, action: &str) -> bool {
        self.statement.iter().any(|statement| statement.covers(action))
    }

    /// Whether some statement allows the action on this resource, as far as no condition forbids it.
    pub fn allows_on(&self, action: &str, resource: &str) -> bool {
        let named = |s: &Statement| s.resource.iter().any(|pattern| covers(pattern, resource));
        self.statement.iter().any(|statement| statement.covers(action) && named(statement))
    }
}

impl Statement {
    fn covers(&self, action: &str) -> bool {
        self.action.iter().any(|pattern| matches(pattern, action))
    }
}

/// Whether the pattern of an ARN covers one: wildcards like those of actions, but upper and lower case differ.
fn covers(pattern: &str, resource: &str) -> bool {
    glob(pattern.as_bytes(), resource.as_bytes(), |pattern, text| pattern == text)
}

/// Whether an IAM pattern covers the name of an action.
pub fn matches(pattern: &str, text: &str) -> bool {
    glob(pattern.as_bytes(), text.as_bytes(), |pattern, text| pattern.eq_ignore_ascii_case(&text))
}

fn glob(pattern: &[u8], text: &[u8], same: fn(u8, u8) -> bool) -> bool {
    match (pattern.first(), text.first()) {
        (None, None) => true,
        (Some(b'*'), _) => {
            glob(&pattern[1..], text, same) || (!text.is_empty() && glob(pattern, &text[1..], same))
        }
        (Some(b'?'), Some(_)) => glob(&pattern[1..], &text[1..], same),
        (Some(p), Some(t)) if same(*p, *t) => glob(&pattern[1..], &text[1..], same),
        _ => false,
    }
}
