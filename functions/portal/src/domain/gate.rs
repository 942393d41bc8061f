//! A gate of a run: who must agree, how far it got, and the votes cast at it.

use catalog_model::approval::{Channel, OnExpiry, Risk};
use catalog_model::input::Said;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::PersonName;

/// How far a gate got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum GateStatus {
    /// It will be asked.
    Pending,
    /// Its approvers are asked now.
    Open,
    /// Enough people agreed.
    Approved,
    /// Somebody said no, or silence counted as a no.
    Rejected,
    /// Time ran out.
    Expired,
    /// Not asked: its condition does not hold, or the run ended before it.
    Skipped,
    /// Opened in an emergency by somebody who may break the glass.
    Overridden,
}

/// A group as requesters and approvers read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GroupName {
    /// The group's id.
    pub id: String,
    /// The group's name.
    pub name: String,
}

/// Groups and people who may decide something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Circle {
    /// Groups whose members may.
    #[serde(default)]
    pub groups: Vec<GroupName>,
    /// People who may by name.
    #[serde(default)]
    pub people: Vec<PersonName>,
}

/// Who is asked besides, once nobody decided for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// How long after the gate's opening, in seconds.
    pub after_seconds: u64,
    /// Who may decide from then on.
    pub circle: Circle,
    /// When they were asked.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

/// A gate, pinned when the run was requested: a later change of the catalog does not move it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// Identifies the gate within the run.
    pub name: String,
    /// What people read.
    pub title: String,
    /// Why the gate exists.
    pub why: String,
    /// Gates of one stage are asked side by side, the stages one after the other.
    pub stage: u32,
    /// Who may decide from the beginning.
    pub circle: Circle,
    /// How many different people must approve.
    pub quorum: u32,
    /// Each of them for another group.
    pub distinct_groups: bool,
    /// How long the gate stays open, as ISO 8601.
    pub within: String,
    /// The same in seconds.
    pub within_seconds: u64,
    /// When those who have not decided are reminded, in seconds after the opening.
    pub remind_seconds: Vec<u64>,
    /// Who is asked besides.
    #[serde(default)]
    pub escalation: Option<Escalation>,
    /// What becomes of the run when the gate closes undecided.
    pub on_expiry: OnExpiry,
    /// Whether even an approval needs a reason.
    pub reason_required: bool,
    /// How much a wrong decision could cost.
    pub risk: Risk,
    /// Channels by which people may decide.
    pub channels: Vec<Channel>,
    /// How far it got.
    pub status: GateStatus,
    /// Raised when something voids the votes; part of every vote's key.
    pub generation: u32,
    /// Raised each time the gateway waits anew; only the newest token is ever used.
    pub token_generation: u32,
    /// When its approvers were first asked.
    pub opened_at: Option<Timestamp>,
    /// When it closes by itself.
    pub expires_at: Option<Timestamp>,
    /// Who opened it in an emergency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overridden: Option<Said>,
    /// Whose approvals counted when the run passed the commit gate. Somebody who decided at the same moment may
    /// be recorded later, but the owner's steps are told the same however often they are started.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approved_by: Vec<Said>,
}

impl Circle {
    /// Whether it is nobody.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.people.is_empty()
    }

    /// The names under which open gates are listed for them: a group's id, or `person:ada`.
    pub fn audiences(&self) -> impl Iterator<Item = String> {
        let groups = self.groups.iter().map(|group| group.id.clone());
        groups.chain(self.people.iter().map(|person| audience_of(&person.id)))
    }

    /// The circle in words: `Database owners, Ingrid Solheim`.
    pub fn words(&self) -> String {
        let groups = self.groups.iter().map(|group| group.name.as_str());
        groups.chain(self.people.iter().map(|person| person.name.as_str())).collect::<Vec<_>>().join(", ")
    }
}

/// The audience that is one person.
pub fn audience_of(person: &str) -> String {
    format!("person:{person}")
}

impl Gate {
    /// Whether people can still decide.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.status == GateStatus::Open && self.expires_at.is_some_and(|at| now < at)
    }

    /// Whether somebody let the run through here; a gate that was not asked is passed by nobody.
    pub fn is_answered(&self) -> bool {
        matches!(self.status, GateStatus::Approved | GateStatus::Overridden)
    }

    /// Whether nothing is to be decided here any more before the run may go on.
    pub fn is_passed(&self) -> bool {
        matches!(self.status, GateStatus::Approved | GateStatus::Skipped | GateStatus::Overridden)
    }

    /// Whoever may decide now: the circle, and once it was escalated also those who were asked then.
    pub fn circles(&self) -> impl Iterator<Item = &Circle> {
        let escalated = self.escalation.as_ref().filter(|escalation| escalation.at.is_some());
        [&self.circle].into_iter().chain(escalated.map(|escalation| &escalation.circle))
    }

    /// The groups whose members may decide now.
    pub fn groups(&self) -> impl Iterator<Item = &GroupName> {
        self.circles().flat_map(|circle| &circle.groups)
    }

    /// The people who may decide now by name.
    pub fn people(&self) -> impl Iterator<Item = &PersonName> {
        self.circles().flat_map(|circle| &circle.people)
    }

    /// The names under which the gate is listed for those who may decide now.
    pub fn audiences(&self) -> Vec<String> {
        self.circles().flat_map(Circle::audiences).collect()
    }

    /// Those who may decide now, in words.
    pub fn circle_words(&self) -> String {
        self.circles().map(Circle::words).collect::<Vec<_>>().join(", ")
    }
}

/// What an approver says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Let it through.
    Approve,
    /// Stop it; one rejection is enough.
    Reject,
}

/// One person's vote at one gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// The gate.
    pub gate: String,
    /// The gate's generation when the vote was cast.
    pub generation: u32,
    /// The person's id.
    pub person: String,
    /// The person's name at that moment.
    pub name: String,
    /// What they said.
    pub decision: Decision,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Where it came from.
    pub channel: Channel,
    /// The run's digest that the person saw.
    pub digest: String,
    /// Groups of the gate that the person voted for.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Whose deputy the person was; nobody's when they voted by their own right.
    #[serde(default)]
    pub on_behalf_of: Option<PersonName>,
}

impl Vote {
    /// Whose right the vote used up: nobody's right counts twice, through whomever it is used.
    pub fn right_of(&self) -> &str {
        self.on_behalf_of.as_ref().map_or(&self.person, |approver| &approver.id)
    }
}
