//! The authorization page: who signs in, and back to the portal with a code.

use std::sync::Arc;
use std::time::Instant;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use openidconnect::url::Url;
use serde::{Deserialize, Serialize};
use tera::{Context, Tera};

use super::codes::Grant;
use crate::services::slack::Slack;
use crate::services::workspace::{TEAM_ID, TEAM_NAME};

const PAGE: &str = include_str!("picker.html");

/// An authorization request, as far as Slack documents it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Request {
    response_type: String,
    scope: String,
    client_id: String,
    redirect_uri: String,
    state: Option<String>,
    nonce: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
}

/// The request again, and who was picked; nobody when they said no.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(flatten)]
    request: Request,
    member: Option<String>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    name: &'a str,
    email: &'a str,
    title: &'a str,
    foreign: bool,
}

/// `GET /openid/connect/authorize`.
pub(super) async fn show(State(slack): State<Arc<Slack>>, Query(request): Query<Request>) -> Response {
    if let Err(why) = slack.accepts(&request) {
        return (StatusCode::BAD_REQUEST, why).into_response();
    }
    match slack.picker(&request) {
        Ok(page) => {
            // The answer to the form is a redirect to the portal, which `form-action` covers, too.
            let policy = format!(
                "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; \
                 base-uri 'none'; form-action 'self' {}",
                slack.app.portal
            );
            let headers =
                [(header::CACHE_CONTROL, "no-store".to_owned()), (header::CONTENT_SECURITY_POLICY, policy)];
            (headers, Html(page)).into_response()
        }
        Err(error) => {
            tracing::error!(?error, "the picker does not render");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `POST /openid/connect/authorize`.
pub(super) async fn choose(State(slack): State<Arc<Slack>>, Form(choice): Form<Choice>) -> Response {
    let Choice { request, member } = choice;
    if let Err(why) = slack.accepts(&request) {
        return (StatusCode::BAD_REQUEST, why).into_response();
    }
    let Ok(mut target) = Url::parse(&request.redirect_uri) else {
        return (StatusCode::BAD_REQUEST, "redirect_uri is not a URL").into_response();
    };
    match member {
        Some(member) if slack.workspace().member(&member).is_none() => {
            return (StatusCode::BAD_REQUEST, "nobody of this id is in a workspace").into_response();
        }
        Some(member) => {
            let (nonce, redirect_uri) = (request.nonce, request.redirect_uri);
            let grant = Grant { member, nonce, redirect_uri, challenge: request.code_challenge };
            target.query_pairs_mut().append_pair("code", &slack.sign_in.codes.issue(grant, Instant::now()));
        }
        None => {
            target.query_pairs_mut().append_pair("error", "access_denied");
        }
    }
    if let Some(state) = &request.state {
        target.query_pairs_mut().append_pair("state", state);
    }
    Redirect::to(target.as_str()).into_response()
}

impl Slack {
    /// An answer is only ever sent to the portal, whatever else is wrong.
    fn accepts(&self, request: &Request) -> Result<(), &'static str> {
        if request.client_id != self.app.client_id {
            return Err("invalid_client_id");
        }
        if !request.redirect_uri.starts_with(&format!("{}/", self.app.portal)) {
            return Err("bad_redirect_uri: it must start with the portal's address");
        }
        if request.response_type != "code" {
            return Err("invalid_response_type: it must be code");
        }
        if !request.scope.split(' ').any(|scope| scope == "openid") {
            return Err("invalid_scope: openid is missing");
        }
        if request.code_challenge.is_some() && request.code_challenge_method.as_deref() != Some("S256") {
            return Err("invalid_code_challenge_method: it must be S256");
        }
        Ok(())
    }

    fn picker(&self, request: &Request) -> tera::TeraResult<String> {
        let workspace = self.workspace();
        let entries = workspace.members.iter().map(|member| Entry {
            id: &member.id,
            name: &member.real_name,
            email: &member.email,
            title: &member.title,
            foreign: member.team_id != TEAM_ID,
        });
        let mut context = Context::new();
        context.insert("workspace", TEAM_NAME);
        context.insert("request", request);
        context.insert("members", &entries.collect::<Vec<_>>());
        Tera::one_off(PAGE, &context, true)
    }
}
