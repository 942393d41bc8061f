//! What a mail says, and its two forms: HTML and plain text, from `templates/mail`.
//!
//! A letter is words only; what it is about was put into words by whoever wrote it. HTML escapes all of it,
//! and the text form indents what people wrote, so that neither lets anybody forge a part of the mail.

use std::sync::Arc;

use serde::Serialize;
use tera::{Context, Tera};

use crate::notify::NotifyError;

/// Longest subject in characters: mail clients show about half of it.
const SUBJECT_MAX: usize = 140;

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

    fn tidy(&self) -> Self {
        Self {
            label: one_line(&self.label),
            text: one_line(&self.text),
            changed: self.changed.as_deref().map(one_line),
            note: self.note.as_deref().map(one_line),
        }
    }
}

/// Whose portal writes.
#[derive(Debug, Clone, Serialize)]
pub struct Letterhead {
    /// The portal's title.
    pub title: String,
    /// Whose it is.
    pub organisation: String,
    /// Where people choose what they are sent.
    pub settings: String,
}

/// A mail as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML.
    pub html: String,
}

impl Letter {
    /// Both forms of the letter.
    pub fn render(&self, templates: &Arc<Tera>, head: &Letterhead) -> Result<Rendered, NotifyError> {
        let letter = self.tidy();
        let mut context = Context::new();
        context.insert("letter", &letter);
        context.insert("portal", head);
        let render = |name: &str| templates.render(name, &context).map_err(NotifyError::Template);
        Ok(Rendered {
            text: render("mail/letter.txt")?,
            html: render("mail/letter.html")?,
            subject: letter.subject,
        })
    }

    /// The letter with each text in the lines that it may have: one, except for values and what somebody said.
    fn tidy(&self) -> Self {
        let all = |texts: &[String]| texts.iter().map(|text| one_line(text)).collect();
        let maybe = |text: &Option<String>| text.as_deref().map(one_line);
        Self {
            subject: shortened(&one_line(&self.subject)),
            preheader: one_line(&self.preheader),
            title: one_line(&self.title),
            lead: all(&self.lead),
            quote: self.quote.as_deref().map(lines),
            until: maybe(&self.until),
            items: self.items.iter().map(Item::tidy).collect(),
            sections: self.sections.iter().map(Section::tidy).collect(),
            notes: all(&self.notes),
            because: one_line(&self.because),
            ..self.clone()
        }
    }
}

impl Item {
    fn tidy(&self) -> Self {
        let (title, text) = (one_line(&self.title), one_line(&self.text));
        Self { title, text, note: self.note.as_deref().map(one_line), url: self.url.clone() }
    }
}

impl Section {
    fn tidy(&self) -> Self {
        Self {
            title: self.title,
            remark: self.remark.as_deref().map(one_line),
            rows: self.rows.iter().map(|row| Line { text: lines(&row.text), ..row.tidy() }).collect(),
            steps: self.steps.iter().map(Line::tidy).collect(),
        }
    }
}

/// Text of people as one line: a line end would begin another header or another part of the mail, a change of
/// direction another meaning.
fn one_line(text: &str) -> String {
    lines(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text of people with plain line ends and without what acts on whoever shows it.
fn lines(text: &str) -> String {
    let plain = |c: char| match c {
        '\n' | '\u{2028}' | '\u{2029}' => '\n',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => ' ',
        c if c.is_control() => ' ',
        c => c,
    };
    text.replace("\r\n", "\n").replace('\r', "\n").chars().map(plain).collect()
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= SUBJECT_MAX {
        return text.to_owned();
    }
    text.chars().take(SUBJECT_MAX - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::{lines, one_line, shortened};

    #[test]
    fn f30_no_text_of_people_begins_another_header() {
        let check = |text: &str, expected: &str| assert_eq!(shortened(&one_line(text)), expected, "{text:?}");
        check("Resize a cluster", "Resize a cluster");
        check("Resize\r\nBcc: evil@example.com", "Resize Bcc: evil@example.com");
        check("a\u{0}b\u{2028}c\u{202e}d\t e", "a b c d e");
        check(&"x".repeat(200), &format!("{}…", "x".repeat(139)));
        assert_eq!(lines("a\r\nb\rc\u{1b}[31m"), "a\nb\nc [31m");
    }
}
