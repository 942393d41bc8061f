//! `POST /api/workflows/{slug}/runs`: requests a run, once for each idempotency key.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ParametersBody, parameters};
use crate::api::asking::Requesting;
use crate::api::body::JsonBody;
use crate::api::error::{ApiError, Kind};
use crate::api::log_text;
use crate::api::state::ApiState;
use crate::app::asker::Asker;
use crate::app::trigger::{Request, trigger};
use crate::domain::{RunId, Status};

const KEY: &str = "idempotency-key";

/// The run that the request became.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RequestedBody {
    run_id: RunId,
    status: Status,
    /// The run's page.
    url: String,
}

/// Requests a run.
#[utoipa::path(
    post, path = "/api/workflows/{slug}/runs", tag = "workflows",
    params(
        ("slug" = String, Path, description = "The workflow"),
        ("Idempotency-Key" = String, Header,
            description = "Chosen by the caller, 1 to 255 visible ASCII characters. Repeating a request with its key \
                           gives the same run; the same key with another body is refused."),
    ),
    request_body = ParametersBody,
    responses(
        (status = 201, description = "Requested", body = RequestedBody),
        (status = 200, description = "This was requested before with the same key", body = RequestedBody),
    ),
    security(("session" = []), ("token" = ["drawbridge/run"]))
)]
pub(crate) async fn request(
    State(api): State<ApiState>,
    person: Requesting,
    Path(slug): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    let key = key(&headers)?;
    let parameters = parameters(body)?;
    let trace = log_text::trace(&headers);
    let request = Request { slug, parameters, key, trace };
    let triggered = trigger(api.portal(), &Asker::person(person.0, "api"), request).await?;
    let url = format!("{}/runs/{}", api.portal().config.url, triggered.run_id);
    let code = if triggered.created { StatusCode::CREATED } else { StatusCode::OK };
    let body = RequestedBody { run_id: triggered.run_id, status: triggered.status, url: url.clone() };
    Ok((code, [(header::LOCATION, url)], Json(body)).into_response())
}

/// The key of a request; which keys are usable is decided where they are used.
fn key(headers: &HeaderMap) -> Result<String, ApiError> {
    let mut keys = headers.get_all(KEY).iter();
    let refused = |says: &str| Err(ApiError::new(Kind::Malformed, says));
    match (keys.next(), keys.next()) {
        (None, _) => {
            refused("Send an Idempotency-Key header: any text of your own that is new for each request.")
        }
        (Some(_), Some(_)) => refused("Send one Idempotency-Key header, not several."),
        (Some(key), None) => match key.to_str() {
            Ok(key) => Ok(key.to_owned()),
            Err(_) => refused("An Idempotency-Key is 1 to 255 visible ASCII characters."),
        },
    }
}
