//! A letter's two forms: HTML and plain text, from `templates/mail`.
//!
//! HTML escapes all words, and the text form indents what people wrote, so that neither lets anybody forge a part
//! of the mail.

use std::sync::Arc;

use serde::Serialize;
use tera::{Context, Tera};

use super::letter::{Item, Letter, Line, Section};
use crate::notify::NotifyError;

/// Longest subject in characters: mail clients show about half of it.
const SUBJECT_MAX: usize = 140;

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

impl Line {
    fn tidy(&self) -> Self {
        Self {
            label: one_line(&self.label),
            text: one_line(&self.text),
            changed: self.changed.as_deref().map(one_line),
            note: self.note.as_deref().map(one_line),
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
