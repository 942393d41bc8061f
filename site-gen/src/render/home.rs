//! The portal's home: every workflow, with search and filters, and further pages for a long catalog.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Page, Renderer, TeamName};
use crate::plan::{self, Entry, PER_PAGE};

#[derive(Serialize)]
struct Context<'a> {
    nav: &'static str,
    /// The workflows of this page.
    workflows: Vec<Item<'a>>,
    /// Of the whole catalog.
    total: usize,
    teams: &'a [Choice<'a>],
    tags: &'a [Choice<'a>],
    page: usize,
    pages: &'a [Link],
    /// Where the browser finds the workflows of the other pages; none when they are all here.
    index: Option<&'static str>,
}

#[derive(Serialize)]
struct Item<'a> {
    #[serde(flatten)]
    entry: &'a Entry,
    team: TeamName<'a>,
}

/// A team or a tag to filter by.
#[derive(Serialize)]
struct Choice<'a> {
    id: &'a str,
    name: &'a str,
    count: usize,
}

#[derive(Serialize)]
struct Link {
    number: usize,
    href: String,
    /// The title it begins with.
    from: String,
}

/// The list of all workflows, and what all its pages show.
pub(super) struct List<'a> {
    entries: &'a [Entry],
    teams: Vec<Choice<'a>>,
    tags: Vec<Choice<'a>>,
    /// None when there is one page.
    links: Vec<Link>,
}

impl<'a> List<'a> {
    pub(super) fn new(renderer: &'a Renderer<'_>, entries: &'a [Entry]) -> Self {
        Self { entries, teams: teams(renderer, entries), tags: tags(entries), links: links(entries) }
    }

    /// How many pages there are; a catalog without workflows has a home too.
    pub(super) fn pages(&self) -> usize {
        self.links.len().max(1)
    }

    /// One page, counted from 1.
    pub(super) fn page(&self, renderer: &Renderer<'_>, page: usize) -> Page {
        let shown = self.entries.iter().skip((page - 1) * PER_PAGE).take(PER_PAGE);
        let context = Context {
            nav: "workflows",
            workflows: shown.map(|entry| Item { entry, team: renderer.team_name(&entry.owner) }).collect(),
            total: self.entries.len(),
            teams: &self.teams,
            tags: &self.tags,
            page,
            pages: &self.links,
            index: (self.pages() > 1).then_some(plan::SEARCH_ADDRESS),
        };
        (plan::list_file(page), renderer.page("pages/home.html", &context))
    }
}

fn teams<'a>(renderer: &'a Renderer<'_>, entries: &[Entry]) -> Vec<Choice<'a>> {
    let mut counts = BTreeMap::new();
    for entry in entries {
        *counts.entry(entry.owner.as_str()).or_insert(0) += 1;
    }
    // A team without a workflow still approves, and has its page.
    let choice = |(id, team): (&'a String, &'a catalog_model::Team)| {
        let count = counts.get(id.as_str()).copied().unwrap_or(0);
        Choice { id, name: &team.name, count }
    };
    let mut teams: Vec<_> = renderer.catalog.teams.iter().map(choice).collect();
    teams.sort_by_key(|team| team.name.to_lowercase());
    teams
}

fn tags(entries: &[Entry]) -> Vec<Choice<'_>> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for tag in entries.iter().flat_map(|entry| &entry.tags) {
        *counts.entry(tag).or_default() += 1;
    }
    counts.into_iter().map(|(tag, count)| Choice { id: tag, name: tag, count }).collect()
}

fn links(entries: &[Entry]) -> Vec<Link> {
    let count = entries.len().div_ceil(PER_PAGE);
    let link = |number: usize| Link {
        number,
        href: plan::list_address(number),
        from: entries.get((number - 1) * PER_PAGE).map_or_else(String::new, |entry| entry.title.clone()),
    };
    if count > 1 { (1..=count).map(link).collect() } else { Vec::new() }
}
