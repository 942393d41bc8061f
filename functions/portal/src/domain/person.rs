//! Who asks and who decides.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Somebody who can sign in, as the `PERSON#` item knows them. The item is the authority on groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// The subject the identity provider knows.
    pub id: String,
    /// The name that others read.
    pub name: String,
    /// Where notices go.
    pub email: String,
    /// What the person does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Ids of the groups the person is in.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Ids of the teams the person is in.
    #[serde(default)]
    pub teams: Vec<String>,
}

impl Person {
    /// Whether the person is in at least one of the groups.
    pub fn in_any(&self, groups: &[String]) -> bool {
        groups.iter().any(|group| self.groups.contains(group))
    }
}

/// A person or a state machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CallerKind {
    /// Signed in through the identity provider.
    #[default]
    Person,
    /// Came through a door; can never approve.
    Machine,
}

/// Whoever asks for something, with the identity that was proved, not the one that was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Person or machine.
    pub kind: CallerKind,
    /// The person's subject, or the caller team of a door.
    pub id: String,
    /// The channel they came by, as the audit names it: `portal`, `api`.
    pub channel: Option<String>,
}

impl Caller {
    /// The signed-in person with this subject.
    pub fn person(id: impl Into<String>) -> Self {
        Self { kind: CallerKind::Person, id: id.into(), channel: None }
    }

    /// The state machines of this team, which came in by its door.
    pub fn machine(team: impl Into<String>) -> Self {
        Self { kind: CallerKind::Machine, id: team.into(), channel: Some("door".to_owned()) }
    }

    /// The same, with the channel they came by.
    #[must_use]
    pub fn by(self, channel: &str) -> Self {
        Self { channel: Some(channel.to_owned()), ..self }
    }

    /// The name used for idempotency keys and audit: `person:ada`. Kinds never share a name.
    pub fn key(&self) -> String {
        match self.kind {
            CallerKind::Person => format!("person:{}", self.id),
            CallerKind::Machine => format!("machine:{}", self.id),
        }
    }
}
