//! The authorization endpoint: the picker, and the redirect back with a one-time code.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use openidconnect::url::Url;
use serde::{Deserialize, Serialize};
use tera::{Context, Tera};

use super::Issuer;
use super::codes::Grant;

const PAGE: &str = include_str!("picker.html");

/// An authorization request (OpenID Connect Core 1.0 §3.1.2.1), as far as this provider needs it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Request {
    response_type: String,
    client_id: String,
    redirect_uri: String,
    state: String,
    nonce: Option<String>,
    code_challenge: String,
    code_challenge_method: String,
}

/// The request again, and who was picked.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(flatten)]
    request: Request,
    person: String,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    name: &'a str,
    title: &'a str,
    groups: Vec<&'a str>,
}

#[derive(Serialize)]
struct TeamEntries<'a> {
    name: &'a str,
    people: Vec<Entry<'a>>,
}

/// `GET /authorize`: who do you want to be?
pub(super) async fn show(State(issuer): State<Issuer>, Query(request): Query<Request>) -> Response {
    if let Err(why) = issuer.accepts(&request) {
        return (StatusCode::BAD_REQUEST, why).into_response();
    }
    match issuer.page(&request) {
        Ok(page) => ([(header::CACHE_CONTROL, "no-store")], Html(page)).into_response(),
        Err(error) => {
            tracing::error!(?error, "the picker does not render");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `POST /authorize`: back to the portal with a code.
pub(super) async fn choose(State(issuer): State<Issuer>, Form(choice): Form<Choice>) -> Response {
    let Choice { request, person } = choice;
    if let Err(why) = issuer.accepts(&request) {
        return (StatusCode::BAD_REQUEST, why).into_response();
    }
    if !issuer.knows(&person) {
        return (StatusCode::BAD_REQUEST, "nobody of that name is in the catalog").into_response();
    }
    let Ok(mut target) = Url::parse(&request.redirect_uri) else {
        return (StatusCode::BAD_REQUEST, "redirect_uri is not a URL").into_response();
    };
    let code = issuer.inner.codes.issue(Grant {
        person,
        nonce: request.nonce,
        challenge: request.code_challenge,
        redirect_uri: request.redirect_uri,
    });
    target.query_pairs_mut().append_pair("code", &code).append_pair("state", &request.state);
    Redirect::to(target.as_str()).into_response()
}

impl Issuer {
    /// An answer is only ever sent to the address that was registered, whatever else is wrong.
    fn accepts(&self, request: &Request) -> Result<(), &'static str> {
        if request.client_id != self.inner.client_id {
            return Err("unknown client_id");
        }
        if request.redirect_uri != self.inner.redirect_uri {
            return Err("redirect_uri is not registered");
        }
        if request.response_type != "code" {
            return Err("only response_type=code is supported");
        }
        if request.code_challenge_method != "S256" {
            return Err("only code_challenge_method=S256 is supported");
        }
        Ok(())
    }

    pub(super) fn knows(&self, person: &str) -> bool {
        self.inner.catalog.borrow().teams.values().any(|team| team.people.iter().any(|p| p.id == person))
    }

    fn page(&self, request: &Request) -> tera::TeraResult<String> {
        let catalog = self.inner.catalog.borrow().clone();
        let groups_of = |person: &str| {
            let groups = catalog.teams.values().flat_map(|team| team.groups.values());
            groups.filter(|g| g.members.iter().any(|m| m == person)).map(|g| g.name.as_str()).collect()
        };
        let teams: Vec<_> = catalog
            .teams
            .values()
            .map(|team| TeamEntries {
                name: &team.name,
                people: team
                    .people
                    .iter()
                    .map(|p| Entry {
                        id: &p.id,
                        name: &p.name,
                        title: p.title.as_deref().unwrap_or_default(),
                        groups: groups_of(&p.id),
                    })
                    .collect(),
            })
            .collect();
        let mut context = Context::new();
        context.insert("portal", &catalog.portal.title);
        context.insert("request", request);
        context.insert("teams", &teams);
        Tera::one_off(PAGE, &context, true)
    }
}
