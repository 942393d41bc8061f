//! The doors of the shared account: one state machine for every team that some workflow lists among its callers.
//!
//! Whoever is the caller is written into the definition, so that no input can claim to be another.

use std::collections::BTreeSet;

use catalog_model::aws_names;
use portal::Portal;
use site_gen::infra::door_definition;

use crate::publish;

/// What every door's name begins with.
pub(crate) const PREFIX: &str = "drawbridge-door-";

/// Creates or updates the doors. One that nobody needs any more stays: what it asks for is refused, and whoever
/// waits behind it still gets an answer.
pub(crate) async fn deploy(endpoint: &str, portal: &Portal) -> anyhow::Result<()> {
    let index = portal.catalog.index();
    let (account, region) = (&index.portal.shared_account, index.portal.primary_region());
    let ask = format!("arn:aws:lambda:{region}:{account}:function:ask");
    for team in callers(portal)? {
        let (name, role) = (aws_names::door_machine(&team), aws_names::door_machine_role(&team, region));
        let definition = door_definition(&team, &ask);
        publish::shared(endpoint, account, region, &name, &definition, &role).await?;
    }
    Ok(())
}

/// Every team that may call something.
fn callers(portal: &Portal) -> anyhow::Result<BTreeSet<String>> {
    let mut teams = BTreeSet::new();
    for slug in portal.catalog.index().workflows.keys() {
        let workflow = portal.catalog.workflow(slug)?;
        teams.extend(workflow.iter().flat_map(|known| known.compiled.workflow.callers.iter().cloned()));
    }
    Ok(teams)
}
