//! The blocks that the portal sends, as Slack's Block Kit has them.
//!
//! Whatever comes from people is in [`Mrkdwn`], escaped; [`Plain`] holds fixed words only, since the places
//! that take nothing else (headers, buttons, titles) have no escape of their own.

use serde::Serialize;

/// The most characters that a section takes.
pub const SECTION_MAX: usize = 3_000;
/// The most characters that a field of a section takes.
pub const FIELD_MAX: usize = 2_000;

/// A part of a message or a modal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// A line in large letters.
    Header {
        /// Its words.
        text: Plain,
    },
    /// A paragraph: a text, or up to ten fields in two columns.
    Section {
        /// The text.
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<Mrkdwn>,
        /// The fields.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        fields: Vec<Mrkdwn>,
    },
    /// Small print.
    Context {
        /// Its sentences.
        elements: Vec<Mrkdwn>,
    },
    /// Buttons.
    Actions {
        /// The buttons.
        elements: Vec<Button>,
    },
    /// A field of a modal.
    Input {
        /// What refusals name.
        block_id: &'static str,
        /// What it is called.
        label: Plain,
        /// Where people type.
        element: TextInput,
        /// Whether it may stay empty.
        optional: bool,
    },
}

/// Fixed words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "plain_text")]
pub struct Plain {
    text: &'static str,
}

/// Text with Slack's marks. `verbatim` keeps Slack from finding links and mentions in it by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "mrkdwn")]
pub struct Mrkdwn {
    text: String,
    verbatim: bool,
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "button")]
pub struct Button {
    /// Its words.
    pub text: Plain,
    /// What a press is called.
    pub action_id: &'static str,
    /// What comes back with a press.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The page that it opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `primary` or `danger`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<&'static str>,
}

/// Where people type more than a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "plain_text_input")]
pub struct TextInput {
    /// What its value is called.
    pub action_id: &'static str,
    /// Whether it has several lines.
    pub multiline: bool,
    /// The most characters it takes.
    pub max_length: usize,
}

/// A modal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "modal")]
pub struct View {
    /// At its top, at most 24 characters.
    pub title: Plain,
    /// The button that sends it; without one it only tells something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submit: Option<Plain>,
    /// The button that closes it.
    pub close: Plain,
    /// What a submission is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_id: Option<&'static str>,
    /// What comes back with a submission; nobody sees or changes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_metadata: Option<String>,
    /// What it says and asks.
    pub blocks: Vec<Block>,
}

impl Plain {
    /// Fixed words.
    pub fn new(text: &'static str) -> Self {
        Self { text }
    }
}

impl Mrkdwn {
    /// Text whose parts from people were escaped.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), verbatim: true }
    }
}

impl Block {
    /// A line in large letters.
    pub fn header(text: &'static str) -> Self {
        Self::Header { text: Plain::new(text) }
    }

    /// A paragraph.
    pub fn section(text: impl Into<String>) -> Self {
        Self::Section { text: Some(Mrkdwn::new(text)), fields: Vec::new() }
    }

    /// Two columns of short facts.
    pub fn fields(fields: impl IntoIterator<Item = String>) -> Self {
        Self::Section { text: None, fields: fields.into_iter().map(Mrkdwn::new).collect() }
    }

    /// Small print.
    pub fn context(text: impl Into<String>) -> Self {
        Self::Context { elements: vec![Mrkdwn::new(text)] }
    }
}
