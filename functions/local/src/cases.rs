//! Where simulated services find their answers: the cases of the catalog as it is now.

use std::sync::Arc;

use portal::CatalogStore;

use crate::engine::{Simulated, SimulatedMachine};

/// The cases of the compiled catalog.
pub(crate) struct CatalogCases(pub(crate) Arc<CatalogStore>);

impl Simulated for CatalogCases {
    fn machine(&self, name: &str) -> Option<SimulatedMachine> {
        let slug = name.strip_prefix("drawbridge-")?;
        match self.0.workflow(slug) {
            Ok(workflow) => Some(SimulatedMachine {
                file: format!("catalog/workflows/{slug}/cases.json"),
                cases: Arc::new(workflow?.compiled.cases.clone()),
            }),
            Err(error) => {
                tracing::error!(slug, %error, "the compiled workflow cannot be read");
                None
            }
        }
    }
}
