//! A posted form: what the preview and its confirmation begin with.
//!
//! Text that its field cannot take at all, such as JSON with a missing bracket, is an error of that field like
//! any that the schema finds. Nothing is lost when the session has ended meanwhile: the way back has the values.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use form::FieldError;
use openidconnect::url::form_urlencoded;
use serde_json::Value;

use super::form::{Filled, render, workflow};
use crate::api::body::FormBody;
use crate::api::error::{ApiError, Kind};
use crate::api::signed_in::Acting;
use crate::api::state::ApiState;
use crate::catalog::LoadedWorkflow;

/// Fields of the preview that are not parameters.
pub(super) const KEY: &str = "idempotency_key";
/// The workflow's digest that the preview was made from.
pub(super) const DIGEST: &str = "workflow_digest";
/// Set by the button that goes back to the form.
const EDIT: &str = "edit";
/// The longest query that a way back carries; what is longer has to be typed again.
const LONGEST: usize = 1600;

/// Who posted what, for which workflow.
pub(super) struct Posted {
    pub(super) workflow: Arc<LoadedWorkflow>,
    pub(super) person: Acting,
    pub(super) values: Value,
    /// Errors of fields whose text could not be read.
    unreadable: Vec<FieldError>,
    body: FormBody,
}

impl Posted {
    /// Reads what was posted; whoever has to sign in first is led back to the form.
    pub(super) fn read(
        api: &ApiState,
        person: Result<Acting, ApiError>,
        slug: &str,
        body: FormBody,
    ) -> Result<Self, ApiError> {
        let workflow = workflow(api, slug)?;
        let person = person.map_err(|refused| leading_back(refused, &workflow, &body))?;
        let (values, unreadable) = workflow.form.read_with_errors(&parameters(&body));
        Ok(Self { workflow, person, values, unreadable, body })
    }

    /// One of the preview's own fields.
    pub(super) fn own(&self, name: &str) -> Option<&str> {
        self.body.get(name)
    }

    /// Whether the person only goes back to the form.
    pub(super) fn goes_back(&self) -> bool {
        self.own(EDIT).is_some()
    }

    /// Whether every text was one that its field can take; only then are the values what was meant.
    pub(super) fn is_readable(&self) -> bool {
        self.unreadable.is_empty()
    }

    /// What was posted without the preview's own fields.
    pub(super) fn parameters(&self) -> Vec<(String, String)> {
        parameters(&self.body)
    }

    /// A refusal from which the person comes back to the form with the values.
    pub(super) fn leading_back(&self, refused: ApiError) -> ApiError {
        leading_back(refused, &self.workflow, &self.body)
    }

    /// The form with what was posted; errors at their fields unless the person only went back.
    pub(super) fn form_again(self, api: &ApiState) -> Result<Response, ApiError> {
        let went_back = self.goes_back();
        let errors = if went_back { self.unreadable } else { self.errors() };
        let lost_secrets =
            !form::secrets(&self.workflow.compiled.workflow.parameters, &self.values).is_empty();
        let filled = Filled { values: Some(self.values), errors, source: None, lost_secrets };
        let page = render(api, &self.person.0, &self.workflow, filled)?;
        Ok(if went_back {
            page.into_response()
        } else {
            (Kind::InvalidParameters.status(), page).into_response()
        })
    }

    /// Everything that is wrong. What the schema says of a text that could not be read is beside the point.
    fn errors(&self) -> Vec<FieldError> {
        let found = self.workflow.schema.validate(&self.values).into_iter();
        let known = |error: &FieldError| self.unreadable.iter().any(|one| one.pointer == error.pointer);
        self.unreadable.iter().cloned().chain(found.filter(|error| !known(error))).collect()
    }
}

fn parameters(body: &FormBody) -> Vec<(String, String)> {
    let own = |name: &str| [KEY, DIGEST, EDIT].contains(&name);
    body.0.iter().filter(|(name, _)| !own(name)).cloned().collect()
}

/// An address is kept in histories, so secrets are not in the one that leads back.
fn leading_back(refused: ApiError, workflow: &LoadedWorkflow, body: &FormBody) -> ApiError {
    let pairs = parameters(body);
    let secrets = form::secrets(&workflow.compiled.workflow.parameters, &workflow.form.read(&pairs));
    let public = pairs.iter().filter(|(name, value)| !secrets.contains(name) && !value.is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(public).finish();
    let form = format!("/workflows/{}/form", workflow.compiled.slug);
    refused.leading_to(if query.is_empty() || query.len() > LONGEST {
        form
    } else {
        format!("{form}?{query}")
    })
}
