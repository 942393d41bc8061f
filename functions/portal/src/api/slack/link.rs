//! `POST /settings/slack`, `GET /settings/slack/callback`, `POST /settings/slack/unlink`: a person's Slack user.
//!
//! 1. the linking is kept in the table under its state, for this person, and its state in a cookie;
//! 2. Slack sends the browser back with the state and a code;
//! 3. browser and person must be those who began; the state is taken once.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::api::cookies;
use crate::api::error::{ApiError, Kind};
use crate::api::pages::Page;
use crate::api::sign_in::parameter;
use crate::api::signed_in::{Acting, SignedIn};
use crate::api::state::ApiState;
use crate::app::slack::link;
use crate::store::sign_in::WINDOW;

/// Where people come from and go back to.
const SETTINGS: &str = "/settings";

/// A page that leads to Slack. It is not a redirect: forms of this portal may be answered by this portal only.
#[utoipa::path(
    post, path = "/settings/slack", tag = "settings",
    responses((status = 200, description = "Leads to Slack's sign-in", body = String, content_type = "text/html")),
    security(("session" = []))
)]
pub(crate) async fn start(
    State(api): State<ApiState>,
    person: Result<Acting, ApiError>,
) -> Result<Response, ApiError> {
    let Acting(person, _) = person.map_err(back)?;
    let begun = link::begin(api.portal(), &person.id).await.map_err(|error| back(error.into()))?;
    let page = Page::new(&api, "", Some(&person)).with("url", &begun.url).render("pages/slack.html")?;
    let refresh =
        HeaderValue::try_from(format!("0; url={}", begun.url)).map_err(|error| ApiError::internal(&error))?;
    let cookie = api.cookies().set(&api.cookies().sign_in(&begun.state), &begun.state, WINDOW.as_secs());
    let mut response = ([(header::REFRESH, refresh)], page).into_response();
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// Where Slack sends the browser back to.
#[utoipa::path(
    get, path = "/settings/slack/callback", tag = "settings",
    params(
        ("state" = String, Query, description = "The state that the linking began with"),
        ("code" = Option<String>, Query, description = "Slack's code"),
        ("error" = Option<String>, Query, description = "Why Slack signed nobody in"),
    ),
    responses((status = 303, description = "To the settings")), security(("session" = []))
)]
pub(crate) async fn callback(
    State(api): State<ApiState>,
    SignedIn(person, _): SignedIn,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let sent = |name| parameter(query.as_deref(), name);
    let state = sent("state").unwrap_or_default();
    let binding = api.cookies().sign_in(&state);
    if state.is_empty() || cookies::value(&headers, &binding) != Some(state.as_str()) {
        let detail = "This link was begun in another browser or took too long. Begin again.";
        return Err(back(ApiError::new(Kind::Malformed, detail)));
    }
    let Some(code) = sent("code") else {
        link::give_up(api.portal(), &person.id, &state).await.map_err(|error| back(error.into()))?;
        return Err(back(ApiError::new(Kind::NotAllowed, "Slack did not sign you in.")));
    };
    link::finish(api.portal(), &person.id, &state, &code).await.map_err(|error| back(error.into()))?;
    let cookie = api.cookies().set(&binding, "", 0);
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, SETTINGS)]).into_response();
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// Ends the link.
#[utoipa::path(
    post, path = "/settings/slack/unlink", tag = "settings",
    responses((status = 303, description = "To the settings")), security(("session" = []))
)]
pub(crate) async fn unlink(
    State(api): State<ApiState>,
    person: Result<Acting, ApiError>,
) -> Result<Redirect, ApiError> {
    let Acting(person, _) = person.map_err(back)?;
    api.portal().store.unlink_slack(&person.id).await?;
    tracing::info!(person = person.id, "a Slack user was unlinked");
    Ok(Redirect::to(SETTINGS))
}

fn back(refused: ApiError) -> ApiError {
    refused.leading_to(SETTINGS.to_owned())
}
