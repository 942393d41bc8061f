//! `release`: what a deployment ends with. Whoever the catalog names may request and decide from now on, and every
//! workflow of this portal's Region is started as the version that was published for its digest.
//!
//! It may run as often as one likes: it finds the same and writes the same.

use std::collections::{BTreeMap, BTreeSet};

use catalog_model::CompiledWorkflow;
use serde::Serialize;

use super::StepError;
use crate::Portal;

/// What was recorded, and what there was nothing to record for.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Released {
    /// How many people may sign in and do something.
    pub people: usize,
    /// The published version of each workflow, by slug.
    pub recorded: BTreeMap<String, String>,
    /// What is not deployed as the catalog has it, by owner team.
    pub missing: BTreeMap<String, Vec<Missing>>,
}

/// A workflow that cannot be requested until its owner's account is deployed.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// Its slug.
    pub workflow: String,
    /// Where it was looked for.
    pub account: String,
    /// What no published version says.
    pub digest: String,
    /// Why nothing was found.
    pub why: String,
}

/// Records people and versions. An account that is not enrolled, or does not answer, holds up no other.
pub async fn run(portal: &Portal) -> Result<Released, StepError> {
    let index = portal.catalog.index();
    portal.store.seed_people(&index).await?;
    let people: BTreeSet<_> = index.teams.values().flat_map(|team| &team.people).map(|one| &one.id).collect();
    let mut released = Released { people: people.len(), ..Released::default() };
    for slug in index.workflows.keys() {
        let workflow = portal.catalog.compiled(slug).map_err(|error| StepError::unavailable(&error))?;
        let Some(workflow) = workflow else { continue };
        if portal.config.regions.contains(&workflow.region) {
            released.look_for(portal, &workflow).await?;
        }
    }
    Ok(released)
}

impl Released {
    async fn look_for(&mut self, portal: &Portal, workflow: &CompiledWorkflow) -> Result<(), StepError> {
        let why = match portal.engine.published(workflow).await {
            Ok(Some(arn)) => {
                portal.store.put_version(&workflow.slug, &workflow.digest, &arn).await?;
                self.recorded.insert(workflow.slug.clone(), arn);
                return Ok(());
            }
            Ok(None) => "no version of its machine was published for this digest".to_owned(),
            Err(error) => error.to_string(),
        };
        let missing = Missing {
            workflow: workflow.slug.clone(),
            account: workflow.account.clone(),
            digest: workflow.digest.clone(),
            why,
        };
        self.missing.entry(workflow.workflow.owner.clone()).or_default().push(missing);
        Ok(())
    }
}
