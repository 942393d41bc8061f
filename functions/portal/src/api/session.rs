//! `GET /api/session`: who is signed in, for the header of static pages and for scripts that try their token.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::bearer;
use super::error::ApiError;
use super::scope::Scope;
use super::signed_in::person_of;
use super::state::ApiState;
use crate::domain::Person;

/// Whether somebody is signed in, and who.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionBody {
    signed_in: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonBody>,
}

/// The signed-in person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonBody {
    id: String,
    name: String,
    email: String,
    /// Ids of the groups the person is in.
    groups: Vec<String>,
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/session", tag = "session", responses((status = 200, body = SessionBody)),
    security((), ("session" = []), ("token" = ["drawbridge/read"])))]
pub(crate) async fn session(
    State(api): State<ApiState>,
    headers: HeaderMap,
) -> Result<Json<SessionBody>, ApiError> {
    let person = match bearer::token(&headers)? {
        Some(token) => Some(bearer::person(&headers, token, Scope::Read, &api).await?),
        None => person_of(&headers, &api).await?,
    };
    Ok(Json(SessionBody { signed_in: person.is_some(), person: person.map(PersonBody::from) }))
}

impl From<Person> for PersonBody {
    fn from(Person { id, name, email, groups, .. }: Person) -> Self {
        Self { id, name, email, groups }
    }
}
