//! What a deployment needs of the catalog, as CloudFormation: one folder for each Region that has a portal.
//!
//! ```text
//! infra/<region>/
//!   workflows/<slug>.json    the machine in its owner's account, and the two roles around it
//!   teams/<team>.json        a stack for each workflow of the team in that Region
//!   doors.json               the doors in the shared account, one for each team that may call
//!   doors/<team>.asl.json    a door's definition by itself
//! ```
//!
//! Nothing here is decided here: who may do what is said by `permissions.json` and `callers`, and written out.
//! A template is a function of the catalog, in the order of the catalog, so that a deployment changes what
//! changed and nothing else.
//!
//! To add a resource: its properties where its like are, its row in the snapshots of `tests/it/infra.rs`, and
//! `cfn-lint` over what comes out.

mod doors;
mod group;
mod role;
mod team;
mod template;
mod workflow;

use std::collections::{BTreeMap, BTreeSet};

use catalog_model::{Catalog, LoadedWorkflow};

use crate::BuildError;
use crate::plan::Entry;
use crate::write::Output;
use template::Template;

pub use doors::door_definition;

/// Writes the template of one workflow.
pub(crate) fn write_workflow(loaded: &LoadedWorkflow, output: &Output) -> Result<(), BuildError> {
    let file = format!("infra/{}/workflows/{}.json", loaded.region, loaded.slug);
    output.write(&file, &workflow::template(loaded)?.into_bytes(&file)?)
}

/// Writes what needs every workflow: the teams' stacks and the doors, for each Region.
pub(crate) fn write_rest(catalog: &Catalog, entries: &[Entry], output: &Output) -> Result<(), BuildError> {
    let deployments = catalog.portal.iter().flat_map(|portal| &portal.deployments);
    for region in deployments.map(|deployment| deployment.region.as_str()) {
        let here = || entries.iter().filter(|entry| entry.region == region);
        let mut owned: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for entry in here() {
            owned.entry(&entry.owner).or_default().insert(&entry.slug);
        }
        // A team that has no workflow any more keeps a stack, so that deploying it removes what it had.
        for team in catalog.teams.keys() {
            let slugs = owned.remove(team.as_str()).unwrap_or_default();
            write_all(team::files(team, region, &slugs)?, region, output)?;
        }
        let callers: BTreeSet<&str> = here().flat_map(|entry| &entry.callers).map(String::as_str).collect();
        let callers = callers.into_iter().filter_map(|id| Some((id, catalog.teams.get(id)?)));
        write_all(doors::files(region, &callers.collect())?, region, output)?;
    }
    Ok(())
}

/// A file below the Region's folder.
struct File {
    name: String,
    bytes: Vec<u8>,
}

impl File {
    fn template(name: String, template: Template) -> Result<Self, BuildError> {
        let bytes = template.into_bytes(&name)?;
        Ok(Self { name, bytes })
    }
}

fn write_all(files: Vec<File>, region: &str, output: &Output) -> Result<(), BuildError> {
    files.into_iter().try_for_each(|file| output.write(&format!("infra/{region}/{}", file.name), &file.bytes))
}
