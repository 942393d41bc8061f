//! What a mail says. A letter is words only: whoever writes it puts what it is about into words.

use serde::Serialize;

/// How a letter feels at a glance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Somebody is asked to do something.
    Ask,
    /// Something went past its safeguards.
    Alert,
    /// It went well.
    Good,
    /// It did not.
    Bad,
    /// For information.
    #[default]
    Info,
}

/// A mail before it has a recipient.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// The same for all mails of one conversation.
    pub subject: String,
    /// What lists of mails show after the subject.
    pub preheader: String,
    /// How it feels.
    pub tone: Tone,
    /// What sort of mail it is: `Approval asked`.
    pub kind: String,
    /// What it is about.
    pub title: String,
    /// What happened, in sentences.
    pub lead: Vec<String>,
    /// What somebody said about it, word for word.
    pub quote: Option<String>,
    /// The one thing to do.
    pub button: Option<Button>,
    /// Until when it can be done.
    pub until: Option<String>,
    /// What a daily mail collected.
    pub items: Vec<Item>,
    /// Everything that somebody needs to know.
    pub sections: Vec<Section>,
    /// The small print.
    pub notes: Vec<String>,
    /// Why the recipient gets it.
    pub because: String,
}

/// The one link of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Button {
    /// What it is called.
    pub label: &'static str,
    /// Where it leads; the address carries no authority.
    pub url: String,
}

/// One of several things that a daily mail tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// What it is about.
    pub title: String,
    /// What happened.
    pub text: String,
    /// Until when something can be done about it.
    pub note: Option<String>,
    /// Its page.
    pub url: String,
}

/// Facts under one title.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Section {
    /// The title.
    pub title: &'static str,
    /// What holds for all of them.
    pub remark: Option<String>,
    /// The facts.
    pub rows: Vec<Line>,
    /// What will happen, in order.
    pub steps: Vec<Line>,
}

/// A fact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What it is.
    pub label: String,
    /// What it says.
    pub text: String,
    /// What is unusual about it.
    pub changed: Option<String>,
    /// What else is worth knowing.
    pub note: Option<String>,
}

impl Line {
    /// A fact with nothing unusual about it.
    pub fn new(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self { label: label.into(), text: text.into(), ..Self::default() }
    }
}
