//! Guides: Markdown written by owners in, HTML that is safe to publish out.
//!
//! 1. [`events`] reads Markdown with tables, footnotes, task lists, strikethrough and alerts, gives every
//!    heading an anchor, drops a first heading that repeats the title and sets code and footnotes aside;
//! 2. pulldown-cmark writes what is left as HTML;
//! 3. if the author wrote HTML, [`sanitise`] parses that as a browser would and keeps only what is on its list;
//! 4. the code blocks, coloured by [`highlight`], take their places again: they are our own output, and
//!    taking their thousands of spans through the sanitiser would double its work.
//!
//! What a guide must not contain (images of other hosts, links without a scheme) the check has refused before.

mod events;
pub(crate) mod highlight;
mod sanitise;

use serde::Serialize;

/// A guide ready for its page.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Guide {
    /// Sanitised HTML.
    pub(crate) html: String,
    /// The headings for a table of contents; empty when the guide is too short for one.
    pub(crate) contents: Vec<Heading>,
}

/// An entry of the table of contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Heading {
    /// 2 to 4.
    pub(crate) level: u8,
    /// The anchor.
    pub(crate) id: String,
    /// The heading without its markup.
    pub(crate) title: String,
}

/// Fewer headings than this need no table of contents.
const CONTENTS_FROM: usize = 3;

/// Renders the guide of the workflow called `title`.
pub(crate) fn render(source: &str, title: &str) -> Guide {
    let document = events::read(source, title);
    let mut html = String::with_capacity(source.len() * 2);
    pulldown_cmark::html::push_html(&mut html, document.events.into_iter());
    if document.has_html {
        html = sanitise::clean(&html);
    }
    let mut contents = document.headings;
    contents.retain(|heading| heading.level <= 3);
    if contents.len() < CONTENTS_FROM {
        contents.clear();
    }
    Guide { html: events::put_back(&html, &document.code), contents }
}

#[cfg(test)]
mod tests {
    use super::render;

    fn html(source: &str) -> String {
        render(source, "Resize a cluster").html
    }

    #[test]
    fn a_first_heading_that_repeats_the_title_is_dropped() {
        assert_eq!(html("# Resize a cluster\n\nText"), "<p>Text</p>\n");
        assert!(html("# Something else\n\nText").starts_with("<h2 id=\"something-else\">"));
    }

    #[test]
    fn headings_have_unique_anchors_and_a_contents_list() {
        let guide = render("## One `two`\n## One two\n### *Three*\n#### Four", "T");
        let anchors: Vec<_> =
            guide.contents.iter().map(|h| (h.level, h.id.as_str(), h.title.as_str())).collect();
        assert_eq!(anchors, [(2, "one-two", "One two"), (2, "one-two-1", "One two"), (3, "three", "Three")]);
        assert!(guide.html.contains("<h4 id=\"four\">"), "{}", guide.html);
        assert!(render("## One\n## Two", "T").contents.is_empty());
    }

    #[test]
    fn headings_cannot_take_the_pages_own_anchors() {
        assert!(html("## Main").contains("id=\"guide-main\""));
        assert!(html("## Field name").contains("id=\"guide-field-name\""));
        assert!(html("<h2 id=\"field-name\">x</h2>").starts_with("<h2>"));
    }

    #[test]
    fn code_is_coloured_after_sanitising() {
        let out = html("```json\n{\"a\": \"</code><script>\"}\n```");
        assert!(out.starts_with("<pre tabindex=\"0\"><code class=\"language-json\">"), "{out}");
        assert!(out.contains("<span class=\"s\">&quot;&lt;/code&gt;&lt;script&gt;&quot;</span>"), "{out}");
    }

    #[test]
    fn text_cannot_ask_for_a_code_block() {
        let out = html("a \u{e000}0\u{e001} b\n\n```\ncode\n```");
        assert_eq!(out.matches("code").count(), 3, "the block and its own tags, once: {out}");
        let out = html("a &#xe000;0&#xe001; b\n\n```\ncode\n```");
        assert_eq!(out.matches("code").count(), 3, "not by reference either: {out}");
    }

    #[test]
    fn tables_tasks_alerts_and_footnotes_survive() {
        let out = html(
            "| a |\n|:-:|\n| b |\n\n- [x] done\n\n> [!WARNING]\n> Hot\n\nText[^n] ~~old~~\n\n[^n]: Note.",
        );
        for part in [
            "<div class=\"scroll\"><table>",
            "<input disabled=\"\" type=\"checkbox\" checked=\"\"/>",
            "<th scope=\"col\" class=\"center\">a</th>",
            "<td class=\"center\">b</td>",
            "<blockquote class=\"markdown-alert-warning\">",
            "<a href=\"#note-n\" id=\"noteref-n\">",
            "<li id=\"note-n\" value=\"1\">",
            "<del>old</del>",
        ] {
            assert!(out.contains(part), "{part} in {out}");
        }
    }

    #[test]
    fn without_html_the_sanitiser_has_nothing_to_remove() {
        let source = "# T\n\n| a | b |\n|:-:|--:|\n| b | `<i>` |\n\n1. *x* **y** ~~z~~\n3. [l](https://example.org/?a=1&b=2 \"t\")\n\n\
            - [ ] open\n\n> [!TIP]\n> Cool & \"good\" <tags>\n\n---\n\n<https://example.org>\n\nText[^n]\\\nnext\n\n[^n]: Note.";
        let out = html(&source.replace("<tags>", "&lt;tags>"));
        let cleaned = super::sanitise::clean(&out);
        // The serialiser spells these its own way; the tree is the same.
        let same = |html: &str| {
            let parts =
                html.replace("/>", ">").replace(" />", ">").replace("&quot;", "\"").replace(" >", ">");
            let mut tags: Vec<_> = parts
                .split('<')
                .map(|tag| {
                    let mut words: Vec<_> = tag.split([' ', '>']).collect();
                    words.sort_unstable();
                    words.join(" ")
                })
                .collect();
            tags.retain(|tag| !tag.is_empty());
            tags
        };
        assert_eq!(same(&out), same(&cleaned));
    }

    #[test]
    fn f49_script_links_and_forms_are_stripped() {
        let check = |source: &str, forbidden: &[&str]| {
            let out = html(source).to_ascii_lowercase();
            for word in forbidden {
                assert!(!out.contains(word), "{source} → {out}");
            }
        };
        check("<script>alert(1)</script>", &["script", "alert"]);
        check("[x](javascript:alert(1))", &["javascript"]);
        check("[x](JaVaScRiPt:alert(1))", &["javascript"]);
        check("<a href=\"jav&#x09;ascript:alert(1)\">x</a>", &["href"]);
        check("[x](data:text/html;base64,AAAA)", &["data:"]);
        check("<form action=\"/x\"><button>Go</button><input name=a></form>", &["<form", "<button", "name="]);
        check("<img src=x onerror=alert(1)>", &["onerror", "<img"]);
        check("![x](https://example.org/x.png)", &["<img"]);
        check(
            "<p style=\"position:fixed\" class=\"masthead\" onclick=\"x()\">x</p>",
            &["style", "class", "onclick"],
        );
        check(
            "<iframe src=//example.org></iframe><object></object><base href=//x>",
            &["iframe", "object", "base"],
        );
        check("<svg><script>alert(1)</script></svg><math><mi/></math>", &["svg", "math", "alert"]);
        check("<style>body{display:none}</style><link rel=stylesheet href=x>", &["style", "link"]);
        check("<meta http-equiv=refresh content=0>", &["meta", "refresh"]);
        check("[x](//example.org/a)", &["//example.org"]);
    }
}
