//! Both forms of a mail, from the shipped templates.

use std::sync::Arc;

use portal::notify::email::letter::{Button, Item, Line, Section, Tone};
use portal::notify::{Letter, Letterhead, Rendered};
use portal::{CatalogStore, domain::Conversation};

use crate::support::{catalog, mail_templates};

const EVIL: &str = "<script>alert(1)</script><img src=https://evil.example/x.png> \"><a href='javascript:x'>Decide</a> & \r\n\r\nDECIDE HERE:\nhttps://evil.example";

fn render(letter: &Letter) -> Rendered {
    let folder = tempfile::tempdir().expect("a folder");
    catalog::write(folder.path());
    mail_templates(folder.path());
    let catalog = CatalogStore::open(folder.path()).expect("the catalog opens");
    let head = Letterhead {
        title: "Drawbridge".to_owned(),
        organisation: "Hollin & Mere".to_owned(),
        settings: "https://drawbridge.example.com/settings".to_owned(),
    };
    let templates: Arc<_> = catalog.letters().expect("the templates parse");
    letter.render(&templates, &head).expect("it renders")
}

/// A letter in which people wrote everything that they can.
fn written_by(text: &str) -> Letter {
    let line = Line { changed: Some(text.to_owned()), note: Some(text.to_owned()), ..Line::new(text, text) };
    let section = |title| Section {
        title,
        remark: Some(text.to_owned()),
        rows: vec![line.clone()],
        steps: vec![line.clone()],
    };
    Letter {
        subject: text.to_owned(),
        preheader: text.to_owned(),
        tone: Tone::Ask,
        kind: "Approval asked".to_owned(),
        title: text.to_owned(),
        lead: vec![text.to_owned()],
        quote: Some(text.to_owned()),
        button: Some(Button { label: "Decide", url: "https://drawbridge.example.com/runs/1".to_owned() }),
        until: Some(text.to_owned()),
        items: vec![Item {
            title: text.to_owned(),
            text: text.to_owned(),
            note: Some(text.to_owned()),
            url: "https://drawbridge.example.com/runs/2".to_owned(),
        }],
        sections: vec![section("Parameters")],
        notes: vec![text.to_owned()],
        because: text.to_owned(),
    }
}

#[test]
fn f49_what_people_wrote_is_text_in_html() {
    let mail = render(&written_by(EVIL));
    let html = &mail.html;
    for forged in ["<script", "<img", "javascript:x'>", "href='", "href=\"https://evil"] {
        assert!(!html.contains(forged), "{forged} in {html}");
    }
    assert!(html.contains("&lt;script&gt;"), "{html}");
    let links = html.matches("href=\"").count();
    assert_eq!(links, html.matches("href=\"https://drawbridge.example.com/").count(), "only ours are links");
}

#[test]
fn f30_what_people_wrote_begins_no_line_of_the_text_and_no_header() {
    let mail = render(&written_by(EVIL));
    assert!(!mail.subject.chars().any(char::is_control), "{:?}", mail.subject);
    for line in mail.text.lines() {
        assert!(!line.starts_with("DECIDE HERE") && !line.starts_with("https://evil"), "{}", mail.text);
    }
}

#[test]
fn a_mail_loads_nothing_and_runs_nothing() {
    let html = render(&written_by("fine")).html;
    for outside in ["<img", "<script", "<link", "<form", "@import", "url(", "src="] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(
        html.contains("name=\"color-scheme\" content=\"light dark\"") && html.contains("max-width:600px")
    );
    assert!(html.len() < 60_000, "mail clients cut what is longer than 100 KB: {}", html.len());
}

#[test]
fn a_conversation_keeps_its_first_mail() {
    let first = Conversation::after(None, "<a@x>".to_owned());
    let second = Conversation::after(Some(&first), "<b@x>".to_owned());
    assert_eq!((second.first.as_str(), second.newest.as_str()), ("<a@x>", "<b@x>"));
}
