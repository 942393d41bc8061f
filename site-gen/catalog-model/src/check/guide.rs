//! `guide.md`: it says something, and takes nothing from another host.
//!
//! Raw HTML in a guide is allowed and sanitised when the site is built: scripts, forms and `javascript:`
//! links vanish there. What the sanitiser keeps and a portal must not have is refused here: images of
//! other hosts tell that host who reads what, and a `//host` link changes with the page's scheme.

mod glance;

use std::ops::Range;
use std::sync::{Arc, Mutex};

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::codes;
use crate::load::Catalog;
use crate::load::report::Report;

/// Checks a guide.
pub(crate) fn check(catalog: &Catalog, report: &mut Report<'_>, text: &str) {
    if !glance::is_sound(text, catalog) {
        read(catalog, report, text);
    }
}

fn read(catalog: &Catalog, report: &mut Report<'_>, text: &str) {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_TASKLISTS;
    let mut paragraphs = 0_usize;
    let mut html: Option<(String, Range<usize>)> = None;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Paragraph) => paragraphs += 1,
            Event::Start(Tag::Image { dest_url, .. }) => image(&dest_url, &range, report),
            Event::Start(Tag::Link { dest_url, .. }) => link(&dest_url, &range, catalog, report),
            Event::Html(raw) | Event::InlineHtml(raw) => {
                html.get_or_insert_with(|| (String::new(), range)).0.push_str(&raw);
            }
            _ => {}
        }
    }
    if let Some((html, range)) = html {
        raw(&html, &range, catalog, report);
    }
    if paragraphs == 0 {
        let message = "The guide has no paragraph.";
        let help = "Say what the workflow does, when to use it, what can go wrong and how to undo it.";
        report.at("", codes::EMPTY_GUIDE, message, help);
    }
}

fn image(address: &str, range: &Range<usize>, report: &mut Report<'_>) {
    if leaves(address) {
        let message = format!("The image `{}` comes from another host.", address.escape_default());
        let help = "That host would learn who reads the guide: describe the picture, or link to it.";
        report.text(range, codes::REMOTE_IMAGE, message, help);
    } else {
        let message = format!("Nothing serves the image `{}`.", address.escape_default());
        let help = "A workflow's folder has no images: describe the picture, or link to it.";
        report.text(range, codes::MISSING_IMAGE, message, help);
    }
}

fn link(address: &str, range: &Range<usize>, catalog: &Catalog, report: &mut Report<'_>) {
    if has_no_scheme(address) {
        let message = format!("The link `{}` has no scheme.", address.escape_default());
        report.text(range, codes::PROTOCOL_RELATIVE_LINK, message, "Write `https:` before it.");
    }
    if !is_known(address, catalog) {
        let message = format!("The catalog has nothing at `{}`.", address.escape_default());
        report.text(range, codes::DEAD_LINK, message, "Correct the name in the address.");
    }
}

/// Whether an address names a host and leaves the scheme to the page.
fn has_no_scheme(address: &str) -> bool {
    address.trim_start().replace('\\', "/").starts_with("//")
}

/// Whether an address in this portal leads somewhere.
fn is_known(address: &str, catalog: &Catalog) -> bool {
    let mut parts = address.split(['/', '?', '#']);
    match (parts.next(), parts.next(), parts.next().unwrap_or_default()) {
        (Some(""), Some("workflows"), slug) => slug.is_empty() || catalog.has_workflow(slug),
        (Some(""), Some("teams"), team) => team.is_empty() || catalog.has_team(team),
        _ => true,
    }
}

/// Whether an address names another host: `https://…`, `//host`, `\\host`, or any other scheme.
fn leaves(address: &str) -> bool {
    let slashes = address.trim().replace('\\', "/");
    let scheme = slashes.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    });
    slashes.starts_with("//") || scheme
}

/// Raw HTML is read as browsers read it, by the sanitiser, which shows every attribute that it keeps.
fn raw(html: &str, range: &Range<usize>, catalog: &Catalog, report: &mut Report<'_>) {
    let found = Arc::new(Mutex::new(Vec::new()));
    let collected = Arc::clone(&found);
    ammonia::Builder::default()
        .attribute_filter(move |element, attribute, value| {
            let wanted = matches!((element, attribute), ("img", "src") | (_, "href"));
            if let (true, Ok(mut found)) = (wanted, found.lock()) {
                found.push((element == "img", value.to_owned()));
            }
            Some(value.into())
        })
        .clean(html);
    let found = collected.lock().map(|mut found| std::mem::take(&mut *found)).unwrap_or_default();
    for (is_image, address) in found {
        if is_image {
            image(&address, range, report);
        } else {
            link(&address, range, catalog, report);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::leaves;

    #[test]
    fn addresses_of_other_hosts_are_recognised() {
        for remote in
            ["https://a.example/x.png", "//a.example/x", " //a", r"\\a\x", r"/\a", "HTTP://a", "data:x"]
        {
            assert!(leaves(remote), "{remote}");
        }
        for local in ["x.png", "/assets/x.png", "./a:b.png", "#top", ""] {
            assert!(!leaves(local), "{local}");
        }
    }
}
