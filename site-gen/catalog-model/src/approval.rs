//! The gates of `workflow.json`: who must agree, how many, by when, and what happens when nobody does.

mod chosen;
mod reminders;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::IsoDuration;

pub use chosen::groups_to_choose;
pub use reminders::Reminders;

/// A gate: who must agree, how many, by when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Identifies the gate within the workflow: lower case, digits and dashes.
    pub name: String,
    /// What approvers and requesters read.
    pub title: String,
    /// Asked together with the gate before it, side by side, instead of after it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub alongside: bool,
    /// A JSON Schema over the parameters; the gate is asked when they satisfy it, always when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Value>,
    /// A JSON Schema over the requester, `{"id", "groups", "teams"}`; where `when` is given too, the gate
    /// is asked when both are satisfied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when_requester: Option<Value>,
    /// Why the gate exists, as a sentence shown to requester and approver.
    pub why: String,
    /// Groups whose members may decide.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<String>,
    /// Ids of people who may decide, besides the groups' members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
    /// JSON pointer of the parameter that lists the groups whose members may decide, such as `/from`, in place
    /// of `from` and `people`. Its schema names the groups that can be chosen, in an `enum` or by the `const` of
    /// each alternative of a `oneOf`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_parameter: Option<String>,
    /// How many different people must approve.
    #[serde(default = "one")]
    #[schemars(range(min = 1))]
    pub quorum: u32,
    /// JSON pointer of the parameter that says how many different people must approve, in place of `quorum`.
    /// Its schema is an integer with a `minimum` of 1 or more, and a `maximum`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quorum_parameter: Option<String>,
    /// Each of them for another group of `from`: one of Security *and* one of Cloud Operations. Nobody can
    /// then be named in `people`, who stand for no group.
    #[serde(default, skip_serializing_if = "is_default")]
    pub distinct_groups: bool,
    /// How long the gate stays open.
    pub within: IsoDuration,
    /// When those who have not decided are reminded, counted from the gate's opening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind: Option<Reminders>,
    /// Whom else to ask when nobody decided for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate: Option<Escalation>,
    /// What becomes of the run when the gate closes undecided. It is never approved by silence.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_expiry: OnExpiry,
    /// Whether a decision needs a reason. A rejection always does.
    #[serde(default)]
    pub reason: Reason,
    /// How much a wrong decision could cost; decides by which channels people may decide.
    #[serde(default, skip_serializing_if = "is_default")]
    pub risk: Risk,
    /// Channels by which people may decide; those that the risk allows when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<Channel>>,
}

/// Whom to ask besides the approvers, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// How long after the gate's opening.
    pub after: IsoDuration,
    /// Groups whose members may decide from then on. With `distinct_groups` each is one more group that
    /// somebody can stand for, in place of any group of the gate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<String>,
    /// Ids of people who may decide from then on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
}

/// Who may open every gate of a run at once in an emergency: with a reason and a recent sign-in, in the
/// portal only, announced to everybody who would have been asked, and never for their own request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakGlass {
    /// Groups whose members may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<String>,
    /// Ids of people who may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
}

/// Groups and people, wherever they are named together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approvers<'a> {
    /// Ids of groups.
    pub groups: &'a [String],
    /// Ids of people.
    pub people: &'a [String],
}

/// What becomes of a run whose gate closes undecided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnExpiry {
    /// It expires: it may be asked for again.
    #[default]
    Expire,
    /// It is rejected: silence is a no.
    Reject,
}

/// Whether approvers must say why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// An approval may be given without a word.
    #[default]
    Optional,
    /// Every decision needs a sentence.
    Required,
}

/// How much a wrong decision could cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// Decided by any channel.
    #[default]
    Standard,
    /// Decided in the portal only, soon after signing in.
    High,
}

/// The way by which a decision arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// A page of the portal.
    Portal,
    /// The HTTP API.
    Api,
    /// A button in Slack.
    Slack,
    /// The page that a link in an e-mail opens.
    Email,
}

impl Approval {
    /// Who may decide from the beginning, as far as each request asks the same ones.
    pub fn approvers(&self) -> Approvers<'_> {
        Approvers { groups: &self.from, people: &self.people }
    }

    /// The moments of the reminders, in seconds after the opening.
    pub fn reminders(&self) -> Vec<u64> {
        self.remind.iter().flat_map(Reminders::moments).map(IsoDuration::seconds).collect()
    }

    /// Channels by which people may decide.
    pub fn channels(&self) -> Vec<Channel> {
        self.channels.clone().unwrap_or_else(|| self.risk.channels().to_vec())
    }
}

impl Escalation {
    /// Who may decide from then on.
    pub fn approvers(&self) -> Approvers<'_> {
        Approvers { groups: &self.from, people: &self.people }
    }
}

impl BreakGlass {
    /// Who may.
    pub fn approvers(&self) -> Approvers<'_> {
        Approvers { groups: &self.from, people: &self.people }
    }
}

impl Risk {
    /// The channels that the risk allows.
    pub fn channels(self) -> &'static [Channel] {
        match self {
            Self::Standard => &[Channel::Portal, Channel::Api, Channel::Slack, Channel::Email],
            Self::High => &[Channel::Portal],
        }
    }
}

impl Channel {
    /// The word used in JSON, in the database and on pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Api => "api",
            Self::Slack => "slack",
            Self::Email => "email",
        }
    }
}

fn one() -> u32 {
    1
}

/// What is as it is without being said is not written: the digest of a workflow that uses none of it stays.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
