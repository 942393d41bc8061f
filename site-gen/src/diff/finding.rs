//! What a comparison finds: a difference, what it means, and where it is.

use std::path::{Path, PathBuf};

use catalog_model::problem::Place;
use serde::Serialize;

/// What a difference means for those who rely on the catalog. The order is that in which a reviewer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Fewer people agree, more is allowed, more is accepted, or it is not known.
    Weakens,
    /// Who requests or calls the workflow as before may be refused, or get something else.
    Breaks,
    /// It is other than before.
    Changes,
    /// More people agree, or less is allowed.
    Strengthens,
}

impl Severity {
    /// All of them, in the order in which a reviewer reads.
    pub const ALL: [Self; 4] = [Self::Weakens, Self::Breaks, Self::Changes, Self::Strengthens];

    /// The word that JSON, the command line and every report use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Weakens => "weakens",
            Self::Breaks => "breaks",
            Self::Changes => "changes",
            Self::Strengthens => "strengthens",
        }
    }
}

/// What a difference is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// Gates and break-glass.
    Approvals,
    /// What the steps may do.
    Permissions,
    /// Who may ask, who is in which group.
    People,
    /// In which account and Region, whose, acting on what.
    Target,
    /// How many runs there may be, and how long they may take.
    Limits,
    /// What is filled in.
    Parameters,
    /// What comes back.
    Result,
    /// The state machine.
    Steps,
    /// Sign-in, addresses, tests: what holds for the whole portal.
    Portal,
    /// What people read, and everything that no rule knows.
    Rest,
}

impl Subject {
    /// A word for a headline.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approvals => "approvals",
            Self::Permissions => "permissions",
            Self::People => "people",
            Self::Target => "target",
            Self::Limits => "limits",
            Self::Parameters => "parameters",
            Self::Result => "result",
            Self::Steps => "steps",
            Self::Portal => "portal",
            Self::Rest => "the rest",
        }
    }

    /// What a place in a file is about.
    pub(super) fn of(file: &Path, pointer: &str) -> Self {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let member = pointer.split('/').nth(1).unwrap_or_default();
        match (&*name, member) {
            ("permissions.json", _) => Self::Permissions,
            ("steps.asl.json", _) => Self::Steps,
            ("workflow.json", "approvals" | "break_glass") => Self::Approvals,
            ("workflow.json", "requesters" | "callers") => Self::People,
            ("workflow.json", "owner" | "region" | "target") | ("portal.json", "shared_account") => {
                Self::Target
            }
            ("portal.json", _) => Self::Portal,
            ("workflow.json", "limits" | "timeout") => Self::Limits,
            ("workflow.json", "parameters") => Self::Parameters,
            ("workflow.json", "result") => Self::Result,
            _ if file.starts_with("teams") && member == "account" => Self::Target,
            _ if file.starts_with("teams") => Self::People,
            _ => Self::Rest,
        }
    }
}

/// The catalog that a place is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// What is compared with: the place of something that is gone.
    Base,
    /// What is proposed.
    Head,
}

/// One difference. Findings sort in the order in which a reviewer reads.
///
/// In sentences, text of the catalog stands between backticks and has none of its own, so that whoever prints
/// them knows what is ours.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// What it means.
    pub severity: Severity,
    /// The workflow's slug; absent for teams and the portal.
    pub workflow: Option<String>,
    /// The file, relative to the catalog.
    pub file: PathBuf,
    /// Line and column of what the pointer names, in the catalog that `side` says.
    pub place: Option<Place>,
    /// JSON pointer (RFC 6901) into the file; empty for the whole file or a file that is not JSON.
    pub pointer: String,
    /// Which catalog file and pointer lead into.
    pub side: Side,
    /// What it is about.
    pub subject: Subject,
    /// What happened, as a sentence without its full stop.
    pub message: String,
    /// How it was, where that helps.
    pub before: Option<String>,
    /// How it is, where that helps.
    pub after: Option<String>,
}
