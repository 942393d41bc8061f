//! `GET /settings`: how somebody is told, their Slack account, who decides for them, for whom they decide, and
//! signing out everywhere.

pub(in crate::api) mod deputy;
pub(in crate::api) mod preferences;
pub(in crate::api) mod sign_out;

use std::collections::BTreeMap;

use axum::extract::{RawQuery, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use openidconnect::url::form_urlencoded;
use serde::Serialize;
use serde_json::{Value, json};

use super::Page;
use crate::api::body::FormBody;
use crate::api::error::ApiError;
use crate::api::signed_in::SignedIn;
use crate::api::state::ApiState;
use crate::app::deputy as deputies;
use crate::app::preferences::{LAST_HOUR, chosen};
use crate::app::sign_out::may_operate;
use crate::domain::Person;

const PATH: &str = "/settings";

/// What was not saved, to be shown with what was typed.
#[derive(Default, Serialize)]
struct Refused {
    /// Which of the page's forms.
    form: &'static str,
    /// Why.
    problem: String,
    /// What was typed, by field.
    typed: BTreeMap<String, String>,
}

/// The settings page.
#[utoipa::path(
    get, path = "/settings", tag = "pages",
    responses((status = 200, description = "The settings", body = String, content_type = "text/html")),
    security(("session" = []))
)]
pub(crate) async fn settings(
    State(api): State<ApiState>,
    SignedIn(person, _): SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, ApiError> {
    let query = query.unwrap_or_default();
    let saved = form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "saved");
    page(&api, &person, saved, &Refused::default()).await
}

async fn page(
    api: &ApiState,
    person: &Person,
    saved: bool,
    refused: &Refused,
) -> Result<Html<String>, ApiError> {
    let chosen = chosen(api.portal(), &person.id).await?;
    let arranged = deputies::of(api.portal(), &person.id).await?;
    let people = api.portal().catalog.names().people;
    let mut others: Vec<_> = people.iter().filter(|(id, _)| **id != person.id).collect();
    others.sort_by_key(|(_, name)| *name);
    Page::new(api, "settings", Some(person))
        .with("preferences", &chosen)
        .with("slack", &slack(api, person).await?)
        .with("hours", &(0..=LAST_HOUR).collect::<Vec<_>>())
        .with("deputies", &arranged)
        .with("people", &others)
        .with("operator", &may_operate(api.portal(), person))
        .with("saved", &saved)
        .with("refused", refused)
        .render("pages/settings.html")
}

/// Whether accounts can be linked here, and which one of this portal's workspace is this person's.
async fn slack(api: &ApiState, person: &Person) -> Result<Value, ApiError> {
    let portal = api.portal();
    let link = portal.store.slack_link(&person.id).await?;
    let link = link.filter(|link| Some(&link.team) == portal.config.slack_team.as_ref());
    let available = portal.notifier.slack_sign_in().is_some();
    Ok(json!({ "available": available, "user": link.map(|link| link.user).unwrap_or_default() }))
}

/// Back to the page: with what is saved, or with what was typed and why it is not.
async fn answer(
    api: &ApiState,
    person: &Person,
    form: &'static str,
    body: FormBody,
    saved: Result<(), ApiError>,
) -> Result<Response, ApiError> {
    match saved {
        Ok(()) => Ok(Redirect::to(&format!("{PATH}?saved={form}")).into_response()),
        Err(error) if error.kind().status().is_client_error() => {
            let typed = body.0.into_iter().collect();
            let refused = Refused { form, problem: error.sentences(), typed };
            let html = page(api, person, false, &refused).await?;
            Ok((error.kind().status(), html).into_response())
        }
        Err(error) => Err(error.leading_to(PATH.to_owned())),
    }
}
