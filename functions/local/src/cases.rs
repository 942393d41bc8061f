//! Where simulated services find their answers: the cases of the catalog as it is now.

use std::sync::Arc;

use catalog_model::cases::Cases;
use portal::CatalogStore;
use serde::Deserialize;

use crate::engine::{Simulated, SimulatedMachine};
use crate::publish;

/// What is read of a compiled workflow.
#[derive(Deserialize)]
struct Answers {
    cases: Cases,
}

/// The cases of the compiled catalog.
pub(crate) struct CatalogCases(pub(crate) Arc<CatalogStore>);

impl Simulated for CatalogCases {
    fn machine(&self, name: &str) -> Option<SimulatedMachine> {
        let slug = name.strip_prefix("drawbridge-")?;
        // Only slugs of the index become file names.
        self.0.index().workflows.get(slug)?;
        match publish::compiled::<Answers>(&self.0, slug) {
            Ok(file) => Some(SimulatedMachine {
                file: format!("catalog/workflows/{slug}/cases.json"),
                cases: Arc::new(file.cases),
            }),
            Err(error) => {
                tracing::error!(slug, %error, "the compiled workflow cannot be read");
                None
            }
        }
    }
}
