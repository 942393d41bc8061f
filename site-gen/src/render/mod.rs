//! Pages: one file for each kind, each a context for the template of the same name.
//!
//! Templates are compiled once. What every page shares (portal, assets) is Tera's global context; the rest
//! is a serialised struct, so that a template can only use what its page's file lists.
//!
//! To add a kind of page: a file here, a template in `templates/pages/`, its address in [`crate::plan`],
//! a line in [`Renderer::lists`], a snapshot in `tests/it/pages.rs`.

mod gate;
mod home;
mod not_found;
mod team;
mod workflow;

use std::fs;
use std::path::{Path, PathBuf};

use catalog_model::{Catalog, LoadedWorkflow, Portal, Team};
use rayon::prelude::*;
use serde::Serialize;
use tera::{Context, Tera};

use crate::BuildError;
use crate::assets::Assets;
use crate::plan::{self, Entry};
use crate::write::{Output, failed};

/// Renders every page of one catalog.
pub(crate) struct Renderer<'a> {
    tera: Tera,
    catalog: &'a Catalog,
    sources: Vec<(String, String)>,
}

/// What the header and the title need of `portal.json`.
#[derive(Serialize)]
struct PortalWords<'a> {
    title: &'a str,
    organisation: &'a str,
    description: &'a str,
}

/// A team, group or person as pages name it.
#[derive(Debug, Serialize)]
struct TeamName<'a> {
    id: &'a str,
    name: &'a str,
}

/// A page of the site: its file and its HTML.
pub(crate) type Page = (String, Result<Vec<u8>, BuildError>);

/// Most pages fit into so many bytes, and need not be moved while they grow.
const PAGE: usize = 64 * 1024;

impl<'a> Renderer<'a> {
    pub(crate) fn new(templates: &Path, catalog: &'a Catalog, assets: &Assets) -> Result<Self, BuildError> {
        let sources = sources(templates)?;
        let mut tera = Tera::default();
        tera.add_raw_templates(sources.iter().map(|(name, text)| (name.as_str(), text.as_str())))?;
        let context = tera.global_context();
        if let Some(Portal { title, organisation, description, .. }) = &catalog.portal {
            context.insert("portal", &PortalWords { title, organisation, description });
        }
        context.insert("assets", assets.addresses());
        Ok(Self { tera, catalog, sources })
    }

    /// The page of one workflow.
    pub(crate) fn workflow(&self, workflow: &LoadedWorkflow) -> Result<Vec<u8>, BuildError> {
        workflow::render(self, workflow)
    }

    /// Every page that needs all workflows, which come sorted by title: each is handed to `write` as soon as it
    /// is there. Says how many they were.
    pub(crate) fn lists(
        &self,
        entries: &[Entry],
        write: impl Fn(&str, &[u8]) -> Result<(), BuildError> + Sync,
    ) -> Result<usize, BuildError> {
        let list = home::List::new(self, entries);
        let homes = (1..=list.pages()).into_par_iter().map(|page| list.page(self, page));
        let teams = self.catalog.teams.par_iter();
        let teams = teams.map(|(id, team)| (plan::team_file(id), team::render(self, id, team, entries)));
        let nowhere = rayon::iter::once(()).map(|()| ("site/404.html".to_owned(), not_found::render(self)));
        let pages = homes.chain(teams).chain(nowhere);
        let written: Vec<_> = pages.map(|(path, html): Page| write(&path, &html?)).collect();
        let count = written.len();
        written.into_iter().collect::<Result<(), _>>()?;
        Ok(count)
    }

    /// The functions render from the same templates.
    pub(crate) fn write_templates(&self, output: &Output) -> Result<(), BuildError> {
        for (name, text) in &self.sources {
            output.write(&format!("compiled/templates/{name}"), text.as_bytes())?;
        }
        Ok(())
    }

    fn page<T: Serialize>(&self, template: &str, context: &T) -> Result<Vec<u8>, BuildError> {
        let mut html = Vec::with_capacity(PAGE);
        self.tera.render_to(template, &Context::from_serialize(context)?, &mut html)?;
        Ok(html)
    }

    fn team_name<'b>(&'b self, id: &'b str) -> TeamName<'b> {
        TeamName { id, name: self.catalog.teams.get(id).map_or(id, |team: &Team| &team.name) }
    }

    fn person_name<'b>(&'b self, id: &'b str) -> TeamName<'b> {
        let person = self.catalog.people().find(|person| person.id == id);
        TeamName { id, name: person.map_or(id, |person| &person.name) }
    }

    fn group_name<'b>(&'b self, id: &'b str) -> TeamName<'b> {
        TeamName { id, name: self.catalog.group(id).map_or(id, |group| &group.name) }
    }
}

/// Every template with its name: the path below the folder.
fn sources(templates: &Path) -> Result<Vec<(String, String)>, BuildError> {
    let mut sources = Vec::new();
    for folder in [PathBuf::new(), PathBuf::from("pages"), PathBuf::from("mail")] {
        let path = templates.join(&folder);
        for entry in fs::read_dir(&path).map_err(failed("read", &path))? {
            let entry = entry.map_err(failed("read", &path))?.path();
            if entry.extension().is_some_and(|extension| extension == "html" || extension == "txt") {
                let name = folder.join(entry.file_name().unwrap_or_default());
                let text = fs::read_to_string(&entry).map_err(failed("read", &entry))?;
                sources.push((name.to_string_lossy().replace('\\', "/"), text));
            }
        }
    }
    sources.sort();
    Ok(sources)
}
