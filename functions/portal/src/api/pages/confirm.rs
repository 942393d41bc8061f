//! `POST /workflows/{slug}/runs`: the preview is confirmed. A second click finds the same run.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

use super::posted::{DIGEST, KEY, Posted};
use super::preview::show;
use crate::api::body::FormBody;
use crate::api::error::{ApiError, Kind};
use crate::api::log_text;
use crate::api::signed_in::Acting;
use crate::api::state::ApiState;
use crate::app::AppError;
use crate::app::asker::Asker;
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
    headers: HeaderMap,
    body: FormBody,
) -> Result<Response, ApiError> {
    let posted = Posted::read(&api, person, &slug, body)?;
    let unconfirmed = || {
        let says = "Nothing was requested: this did not come from a preview.";
        posted.leading_back(ApiError::new(Kind::Malformed, says))
    };
    let (key, digest) = posted.own(KEY).zip(posted.own(DIGEST)).ok_or_else(unconfirmed)?;
    if !posted.is_readable() {
        return posted.form_again(&api);
    }
    if digest != posted.workflow.compiled.digest {
        let checked = check(api.portal(), &posted.person.0, &slug, &posted.values).await?;
        if !checked.valid {
            return posted.form_again(&api);
        }
        // The same key: what was requested with it before is found, not requested again.
        return Ok(show(&api, &posted, &checked, key, true)?.into_response());
    }
    let trace = log_text::trace(&headers);
    let request = Request { slug, parameters: posted.values.clone(), key: key.to_owned(), trace };
    let asker = Asker::person(posted.person.0.clone(), "portal");
    match trigger(api.portal(), &asker, request).await {
        Ok(run) => Ok(Redirect::to(&format!("/runs/{}", run.run_id)).into_response()),
        Err(AppError::Invalid(_)) => posted.form_again(&api),
        Err(error) => Err(posted.leading_back(error.into())),
    }
}
