//! What of a guide's HTML may be published: an allow-list, applied to the tree a browser would build.
//!
//! Parsing HTML as a browser does costs as much as everything else of a page together (360 of 400 µs for a
//! guide of the benchmark), so only guides in which somebody wrote HTML go through it. Of any other guide
//! every tag is one that [`super::events`] or pulldown-cmark chose, every text was escaped by them,
//! and every address passed [`is_address`]; a test holds that the sanitiser has nothing to remove there.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::events::is_taken;

/// Everything not on the list goes; of scripts and styles the content goes too.
pub(super) fn clean(html: &str) -> String {
    SANITISER.clean(html).to_string()
}

const TAGS: [&str; 45] = [
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "input",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

const ALERTS: [&str; 5] = [
    "markdown-alert-caution",
    "markdown-alert-important",
    "markdown-alert-note",
    "markdown-alert-tip",
    "markdown-alert-warning",
];

const WITH_ID: [&str; 7] = ["h2", "h3", "h4", "h5", "h6", "li", "a"];

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::new();
    builder
        .tags(HashSet::from(TAGS))
        .clean_content_tags(HashSet::from(["script", "style", "svg", "math", "template"]))
        .generic_attributes(HashSet::new())
        .tag_attributes(attributes())
        .allowed_classes(HashMap::from([
            ("a", HashSet::from(["anchor"])),
            ("blockquote", HashSet::from(ALERTS)),
            ("div", HashSet::from(["scroll"])),
            ("section", HashSet::from(["footnotes"])),
            ("td", HashSet::from(["center", "right"])),
            ("th", HashSet::from(["center", "right"])),
        ]))
        // A text box in a guide would look like one of the form's.
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .url_schemes(HashSet::from(SCHEMES))
        .url_relative(UrlRelative::Custom(Box::new(own_addresses)))
        .attribute_filter(keep_own_ids)
        .link_rel(None);
    builder
});

fn attributes() -> HashMap<&'static str, HashSet<&'static str>> {
    let mut map = HashMap::from([
        ("abbr", HashSet::from(["title"])),
        ("details", HashSet::from(["open"])),
        ("input", HashSet::from(["checked", "disabled", "type"])),
        ("li", HashSet::from(["value"])),
        ("ol", HashSet::from(["start"])),
        ("td", HashSet::from(["colspan", "rowspan"])),
        ("th", HashSet::from(["colspan", "rowspan", "scope"])),
    ]);
    for tag in WITH_ID {
        map.entry(tag).or_default().insert("id");
    }
    map.entry("a").or_default().extend(["href", "aria-label", "title"]);
    map
}

const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// Whether a link may lead there: to the web, to a mailbox, or within the portal.
pub(super) fn is_address(url: &str) -> bool {
    // A browser ignores such characters when it looks for the scheme: `java\nscript:`.
    if url.contains(|c: char| c.is_control()) {
        return false;
    }
    let before = url.find([':', '/', '?', '#']).unwrap_or(url.len());
    if url[before..].starts_with(':') {
        return SCHEMES.iter().any(|scheme| url[..before].eq_ignore_ascii_case(scheme));
    }
    own_addresses(url).is_some()
}

/// `//host/path` names another host without a scheme; `\` is a slash to a browser.
fn own_addresses(url: &str) -> Option<Cow<'_, str>> {
    let start = url.trim_start_matches(|c: char| c.is_ascii_whitespace() || c.is_control());
    let mut first = start.chars();
    let is_slash = |c: Option<char>| matches!(c, Some('/' | '\\'));
    let other_host = is_slash(first.next()) && is_slash(first.next());
    (!other_host).then_some(Cow::Borrowed(url))
}

/// An id of the page around the guide would move its anchors and labels.
fn keep_own_ids<'u>(_tag: &str, attribute: &str, value: &'u str) -> Option<Cow<'u, str>> {
    let note = value.starts_with("note-") || value.starts_with("noteref-");
    (attribute != "id" || note || !is_taken(value)).then_some(Cow::Borrowed(value))
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn links_lead_to_the_web_a_mailbox_or_the_portal() {
        for url in
            ["https://example.org/a:b", "HTTP://x", "mailto:a@b.c", "/teams/a/", "#x", "?a=b:c", "a/b:c", ""]
        {
            assert!(is_address(url), "{url}");
        }
        for url in [
            "javascript:alert(1)",
            " javascript:x",
            "java\nscript:x",
            "data:x",
            "//x",
            "/\\x",
            "\\\\x",
            "vbscript:x",
        ] {
            assert!(!is_address(url), "{url:?}");
        }
    }
}
