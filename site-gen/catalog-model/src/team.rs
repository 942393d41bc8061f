//! `teams/<team>.json`: an owner, its AWS account, its people and their groups.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The file `teams/<team>.json`. The team's id is the file's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// The JSON Schema of this file, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The team's name as people say it.
    pub name: String,
    /// What the team is for, in a sentence.
    pub description: String,
    /// The team's own AWS account: twelve digits.
    pub account: String,
    /// The team's Slack channel, with its `#`.
    pub slack_channel: String,
    /// Where the team reads mail.
    pub email: String,
    /// Everybody in the team.
    pub people: Vec<Person>,
    /// The team's groups by id; a group's id is unique in the whole catalog.
    pub groups: BTreeMap<String, Group>,
}

/// Somebody who can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The subject the identity provider knows, unique in the catalog.
    pub id: String,
    /// The name that others read.
    pub name: String,
    /// Where notices go.
    pub email: String,
    /// What the person does, such as `Database engineer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// Some of the catalog's people under a name that policies use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The name that approvers and requesters read.
    pub name: String,
    /// Ids of people, of this team or another.
    pub members: Vec<String>,
}
