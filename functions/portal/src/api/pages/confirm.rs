//! `POST /workflows/{slug}/runs`: the preview is confirmed. A second click finds the same run.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::form::workflow;
use super::preview::{DIGEST, KEY, form_again, leading_back, parameters, show};
use crate::api::body::FormBody;
use crate::api::error::{ApiError, Kind};
use crate::api::signed_in::Acting;
use crate::api::state::ApiState;
use crate::app::AppError;
use crate::app::check::check;
use crate::app::trigger::{Request, trigger};

/// Requests a run from its preview.
#[utoipa::path(
    post, path = "/workflows/{slug}/runs", tag = "pages",
    params(("slug" = String, Path, description = "The workflow")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 303, description = "To the run's page"),
        (status = 200, description = "The preview again: the workflow has changed", body = String, content_type = "text/html"),
        (status = 400, description = "The form again, with errors", body = String, content_type = "text/html"),
    ),
    security(("session" = []))
)]
pub(crate) async fn confirm(
    State(api): State<ApiState>,
    person: Result<Acting, ApiError>,
    Path(slug): Path<String>,
    body: FormBody,
) -> Result<Response, ApiError> {
    let workflow = workflow(&api, &slug)?;
    let person = person.map_err(|refused| leading_back(refused, &workflow, &body))?;
    let unconfirmed = || {
        let refused =
            ApiError::new(Kind::Malformed, "Nothing was requested: this did not come from a preview.");
        leading_back(refused, &workflow, &body)
    };
    let (key, digest) = body.get(KEY).zip(body.get(DIGEST)).ok_or_else(unconfirmed)?;
    let values = workflow.form.read(&parameters(&body));
    if digest != workflow.compiled.digest {
        let checked = check(api.portal(), &person.caller(), &slug, &values).await?;
        if !checked.valid {
            return form_again(&api, &person, &workflow, values, false);
        }
        // The same key: what was requested with it before is found, not requested again.
        return Ok(show(&api, &person, &workflow, &checked, &body, key, true)?.into_response());
    }
    let request = Request { slug, parameters: values.clone(), key: key.to_owned() };
    match trigger(api.portal(), &person.caller(), request).await {
        Ok(run) => Ok(Redirect::to(&format!("/runs/{}", run.run_id)).into_response()),
        Err(AppError::Invalid(_)) => form_again(&api, &person, &workflow, values, false),
        Err(error) => Err(leading_back(error.into(), &workflow, &body)),
    }
}
