//! Markdown events on their way to HTML: anchors, footnotes at the end, code set aside, and no address
//! that a page may not have. What comes out is safe but for the raw HTML that an author wrote.

use std::collections::HashSet;

use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::sanitise::is_address;
use super::{Heading, highlight};

/// A guide as events, and what was taken out of it.
pub(super) struct Document<'a> {
    pub(super) events: Vec<Event<'a>>,
    pub(super) headings: Vec<Heading>,
    /// Finished HTML of the code blocks, in order.
    pub(super) code: Vec<String>,
    /// Whether the author wrote HTML.
    pub(super) has_html: bool,
}

/// Marks the place of a code block; both are private-use characters, removed from the guide's own text.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// Ids and id prefixes of the page around the guide.
const TAKEN: [&str; 1] = ["main"];
const TAKEN_PREFIXES: [&str; 4] = ["field-", "section-", "gate-", "note"];

fn parser(source: &str) -> Parser<'_> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_GFM;
    Parser::new_ext(source, options)
}

/// Reads a guide whose page is already titled `title`.
pub(super) fn read<'a>(source: &'a str, title: &str) -> Document<'a> {
    let mut reader = Reader {
        out: Vec::with_capacity(source.len() / 12),
        notes: Vec::new(),
        headings: Vec::new(),
        code: Vec::new(),
        ids: HashSet::new(),
        title: title.trim(),
        note_names: Vec::new(),
        in_note: false,
        lost_link: false,
        // A character reference can name a mark, too.
        may_have_marks: source.contains('&') || has_mark(source),
        has_html: false,
        table: Table::default(),
    };
    let mut parser = parser(source);
    while let Some(event) = parser.next() {
        reader.take(event, &mut parser);
    }
    reader.finish()
}

/// The document with its code blocks back in their places.
pub(super) fn put_back(html: &str, code: &[String]) -> String {
    let mut out = String::with_capacity(html.len() + code.iter().map(String::len).sum::<usize>());
    let mut rest = html;
    while let Some((before, marked)) = rest.split_once(OPEN) {
        out.push_str(before);
        let (number, after) = marked.split_once(CLOSE).unwrap_or((marked, ""));
        if let Some(block) = number.parse().ok().and_then(|n: usize| code.get(n)) {
            out.push_str(block);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Where we are in a table: pulldown-cmark aligns with style attributes, which the portal's content
/// security policy forbids, so cells are written here, with classes.
#[derive(Default)]
struct Table {
    columns: Vec<Alignment>,
    cell: usize,
    in_body: bool,
}

impl Table {
    fn open_cell(&mut self) -> &'static str {
        let alignment = self.columns.get(self.cell).copied().unwrap_or(Alignment::None);
        self.cell += 1;
        match (self.in_body, alignment) {
            (false, Alignment::Center) => "<th scope=\"col\" class=\"center\">",
            (false, Alignment::Right) => "<th scope=\"col\" class=\"right\">",
            (false, _) => "<th scope=\"col\">",
            (true, Alignment::Center) => "<td class=\"center\">",
            (true, Alignment::Right) => "<td class=\"right\">",
            (true, _) => "<td>",
        }
    }

    fn close_cell(&self) -> &'static str {
        if self.in_body { "</td>" } else { "</th>" }
    }

    fn end_row(&mut self) {
        self.cell = 0;
        self.in_body = true;
    }
}

#[expect(clippy::struct_excessive_bools, reason = "each is a separate fact about the place or the guide")]
struct Reader<'a, 't> {
    out: Vec<Event<'a>>,
    notes: Vec<Event<'a>>,
    headings: Vec<Heading>,
    code: Vec<String>,
    ids: HashSet<String>,
    title: &'t str,
    note_names: Vec<String>,
    in_note: bool,
    lost_link: bool,
    may_have_marks: bool,
    has_html: bool,
    table: Table,
}

impl<'a> Reader<'a, '_> {
    fn take(&mut self, event: Event<'a>, parser: &mut Parser<'a>) {
        match event {
            Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
                let heading = collect(parser, |e| matches!(e, TagEnd::Heading(_)));
                if !self.repeats_title(level, &heading) {
                    self.heading(level, heading, classes, attrs);
                }
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let text = collect(parser, |e| matches!(e, TagEnd::CodeBlock));
                self.code_block(&kind, &plain(&text));
            }
            Event::Start(Tag::Table(columns)) => {
                self.push(Event::Html("<div class=\"scroll\">".into()));
                self.push(Event::Start(Tag::Table(Vec::new())));
                self.table = Table { columns, ..Table::default() };
            }
            Event::End(TagEnd::Table) => {
                self.push(Event::End(TagEnd::Table));
                self.push(Event::Html("</div>\n".into()));
            }
            Event::Start(Tag::TableCell) => {
                let cell = self.table.open_cell();
                self.push(Event::Html(cell.into()));
            }
            Event::End(TagEnd::TableCell) => {
                let cell = self.table.close_cell();
                self.push(Event::Html(cell.into()));
            }
            Event::End(end @ (TagEnd::TableHead | TagEnd::TableRow)) => {
                self.table.end_row();
                self.push(Event::End(end));
            }
            Event::Start(Tag::FootnoteDefinition(name)) => self.open_note(&name),
            Event::End(TagEnd::FootnoteDefinition) => self.close_note(),
            other => self.inline(other),
        }
    }

    fn inline(&mut self, event: Event<'a>) {
        match event {
            // A picture from elsewhere is a fault that the check reports; its description stays.
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
            Event::Start(Tag::Link { ref dest_url, .. }) if !is_address(dest_url) => self.lost_link = true,
            Event::End(TagEnd::Link) if self.lost_link => self.lost_link = false,
            Event::FootnoteReference(name) => {
                let number = self.note_number(&name);
                self.push(reference(&name, number));
            }
            Event::Html(_) | Event::InlineHtml(_) => {
                self.has_html = true;
                self.text(event);
            }
            other => self.text(other),
        }
    }

    /// What the author wrote cannot mark a place.
    fn text(&mut self, event: Event<'a>) {
        let event = if self.may_have_marks { without_marks(event) } else { event };
        self.push(event);
    }

    fn push(&mut self, event: Event<'a>) {
        if self.in_note { &mut self.notes } else { &mut self.out }.push(event);
    }

    /// Only the very first heading, and only when it says what the page's own heading says.
    fn repeats_title(&self, level: HeadingLevel, heading: &[Event<'a>]) -> bool {
        level == HeadingLevel::H1
            && self.out.is_empty()
            && plain(heading).trim().eq_ignore_ascii_case(self.title)
    }

    fn heading(
        &mut self,
        level: HeadingLevel,
        text: Vec<Event<'a>>,
        classes: Vec<CowStr<'a>>,
        attrs: Vec<(CowStr<'a>, Option<CowStr<'a>>)>,
    ) {
        // The page has its h1: the workflow's title.
        let level = level.max(HeadingLevel::H2);
        let title = plain(&text);
        let id = self.unique_id(&title);
        let anchor = format!(" <a class=\"anchor\" href=\"#{id}\" aria-label=\"Link to this section\">#</a>");
        self.push(Event::Start(Tag::Heading { level, id: Some(id.clone().into()), classes, attrs }));
        for event in text {
            self.inline(event);
        }
        self.push(Event::InlineHtml(anchor.into()));
        self.push(Event::End(TagEnd::Heading(level)));
        self.headings.push(Heading { level: level as u8, id, title });
    }

    fn unique_id(&mut self, title: &str) -> String {
        let mut base = slug(title);
        if is_taken(&base) {
            base.insert_str(0, "guide-");
        }
        let mut id = base.clone();
        let mut number = 0;
        while !self.ids.insert(id.clone()) {
            number += 1;
            id = format!("{base}-{number}");
        }
        id
    }

    fn code_block(&mut self, kind: &CodeBlockKind<'a>, code: &str) {
        let language = match kind {
            CodeBlockKind::Fenced(info) => info,
            CodeBlockKind::Indented => "",
        };
        let mut html = String::with_capacity(code.len() * 2 + 64);
        highlight::block(language, code, &mut html);
        let mark = format!("{OPEN}{}{CLOSE}", self.code.len());
        self.code.push(html);
        self.push(Event::Text(mark.into()));
    }

    /// Notes are numbered as they are first met.
    fn note_number(&mut self, name: &str) -> usize {
        let known = self.note_names.iter().position(|known| known == name);
        known.unwrap_or_else(|| {
            self.note_names.push(name.to_owned());
            self.note_names.len() - 1
        }) + 1
    }

    fn open_note(&mut self, name: &str) {
        let number = self.note_number(name);
        let open = if self.notes.is_empty() { "<section class=\"footnotes\"><ol>" } else { "" };
        let html = format!("{open}<li id=\"note-{}\" value=\"{number}\">", slug(name));
        self.in_note = true;
        self.push(Event::Html(html.into()));
    }

    fn close_note(&mut self) {
        self.push(Event::Html("</li>".into()));
        self.in_note = false;
    }

    fn finish(mut self) -> Document<'a> {
        if !self.notes.is_empty() {
            self.out.append(&mut self.notes);
            self.out.push(Event::Html("</ol></section>\n".into()));
        }
        Document { events: self.out, headings: self.headings, code: self.code, has_html: self.has_html }
    }
}

fn collect<'a>(parser: &mut Parser<'a>, ends: impl Fn(&TagEnd) -> bool) -> Vec<Event<'a>> {
    parser.take_while(|event| !matches!(event, Event::End(end) if ends(end))).collect()
}

fn reference<'a>(name: &str, number: usize) -> Event<'a> {
    let id = slug(name);
    let html = format!("<sup><a href=\"#note-{id}\" id=\"noteref-{id}\">{number}</a></sup>");
    Event::InlineHtml(html.into())
}

/// The words of some events without markup.
fn plain(events: &[Event<'_>]) -> String {
    let mut out = String::new();
    for event in events {
        match event {
            Event::Text(text) | Event::Code(text) => out.push_str(text),
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            _ => {}
        }
    }
    out
}

fn has_mark(text: &str) -> bool {
    // One after the other: looking for a single character is far quicker than for several.
    text.contains(OPEN) || text.contains(CLOSE)
}

fn without_marks(event: Event<'_>) -> Event<'_> {
    let clean = |text: CowStr<'_>| text.replace([OPEN, CLOSE], "").into();
    match event {
        Event::Text(text) if has_mark(&text) => Event::Text(clean(text)),
        Event::Code(text) if has_mark(&text) => Event::Code(clean(text)),
        Event::Html(text) if has_mark(&text) => Event::Html(clean(text)),
        Event::InlineHtml(text) if has_mark(&text) => Event::InlineHtml(clean(text)),
        other => other,
    }
}

/// A heading as an anchor: lower case letters and digits, dashes between.
fn slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() || c == '_' {
            out.extend(c.to_lowercase());
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    if out.is_empty() { "section".to_owned() } else { out }
}

/// Whether the page around the guide has such an id itself.
pub(super) fn is_taken(id: &str) -> bool {
    TAKEN.contains(&id) || TAKEN_PREFIXES.iter().any(|prefix| id.starts_with(prefix))
}
