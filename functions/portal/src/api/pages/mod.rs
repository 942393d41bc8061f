//! Pages that are rendered for somebody, from the templates of the static site.
//!
//! A page does what the JSON route of the same resource does and shows the same bodies.

pub(super) mod approvals;
pub(super) mod break_glass;
pub(super) mod cancel;
pub(super) mod confirm;
pub(super) mod decision;
pub(super) mod edit;
pub(super) mod form;
pub(super) mod limits;
mod posted;
pub(super) mod preview;
pub(super) mod proposal;
pub(super) mod run;
pub(super) mod runs;
pub(super) mod settings;

use axum::response::Html;
use serde::Serialize;
use tera::Context;

use super::error::ApiError;
use super::state::ApiState;
use crate::domain::Person;

/// A page that is being put together.
pub(super) struct Page<'a> {
    api: &'a ApiState,
    context: Context,
}

impl<'a> Page<'a> {
    /// Starts with what the frame of every page shows.
    pub(super) fn new(api: &'a ApiState, nav: &str, person: Option<&Person>) -> Self {
        let index = api.portal().catalog.index();
        let mut context = Context::new();
        context.insert("portal", &index.portal);
        context.insert("assets", &index.assets);
        context.insert("nav", nav);
        if let Some(person) = person {
            context.insert("person", person);
        }
        Self { api, context }
    }

    /// Adds something that the page shows.
    pub(super) fn with<T: Serialize + ?Sized>(mut self, name: &'static str, value: &T) -> Self {
        self.context.insert(name, value);
        self
    }

    /// Renders it.
    ///
    /// # Errors
    /// When the template is wrong, which is a fault of the portal.
    pub(super) fn render(self, template: &str) -> Result<Html<String>, ApiError> {
        let rendered = self.api.templates().render(template, &self.context);
        rendered.map(Html).map_err(|error| ApiError::internal(&error))
    }
}
