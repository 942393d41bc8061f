//! The portal over HTTP: a JSON API and the pages that are rendered for somebody.
//!
//! 1. [`body`] reads requests, by [`strict_json`](crate::strict_json), [`signed_in`] and [`asking`] say who asks, [`guard`] keeps
//!    other sites out;
//! 2. each route is one file that mirrors its path: `runs/list.rs` is `GET /api/runs`, and the pages
//!    of the same resource are in `pages/`;
//! 3. what answers say is `app::view`, for JSON and pages alike; routes only translate;
//! 4. [`error`] alone knows status codes.
//!
//! To add a route: write its file with `#[utoipa::path]`, name it in [`routes`], and cover it in
//! `tests/it/api`. The router and the OpenAPI document are the same list, so neither can miss one.
//!
//! Who may see a run is decided in `domain::visibility`; whoever may not gets the answer for a run that
//! does not exist.

mod approvals;
mod asking;
mod bearer;
mod body;
mod cookies;
mod error;
pub mod guard;
mod link;
mod log_text;
mod me;
mod oidc;
mod openapi;
mod pages;
mod people;
mod problem_page;
mod return_to;
mod route;
mod runs;
mod scope;
mod session;
mod sign_in;
mod sign_out;
mod signed_in;
pub mod site;
mod site_cookies;
mod slack;
mod state;
pub mod templates;
mod workflows;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::any;

use error::{ApiError, Kind};
use route::{Route, route};
pub use signed_in::ACTIONS_PER_MINUTE;
pub use state::{ApiState, StateError};
pub use templates::Templates;

/// Every route of the portal. What it does not match is not found, unless the caller adds another fallback:
/// local mode serves the static site there. In production `CloudFront` serves it, and asks here for what it has not.
pub fn router(state: ApiState) -> Router {
    let served = routes().into_iter().fold(Router::new(), |router, route| route.serve(router));
    served
        .route("/api/{*rest}", any(|| async { ApiError::not_found() }))
        .fallback(|| async { ApiError::not_found() })
        .method_not_allowed_fallback(|| async {
            ApiError::new(Kind::MethodNotAllowed, "This address does not answer to that method.")
        })
        .layer(from_fn_with_state(state.clone(), guard::same_site))
        .layer(from_fn_with_state(state.clone(), problem_page::problem_pages))
        .layer(from_fn(guard::never_stored))
        .layer(from_fn_with_state(state.clone(), guard::through_the_front))
        .layer(from_fn(guard::security_headers))
        .layer(from_fn(log_text::each_request))
        .with_state(state)
}

/// The list that is both router and document.
fn routes() -> Vec<Route> {
    vec![
        route!(openapi => openapi),
        route!(session => session),
        route!(sign_in => sign_in),
        route!(sign_in => callback),
        route!(sign_out => sign_out),
        route!(workflows::check => check),
        route!(workflows::runs => request),
        route!(workflows::audit => audit),
        route!(workflows::limits => limits),
        route!(runs::list => list),
        route!(runs::one => one),
        route!(runs::steps => steps),
        route!(runs::audit => audit),
        route!(runs::cancel => cancel),
        route!(runs::proposal => answer),
        route!(approvals::inbox => inbox),
        route!(approvals::decide => decide),
        route!(approvals::edit => edit),
        route!(slack::interactions => interactions),
        route!(slack::link => start),
        route!(slack::link => callback),
        route!(slack::link => unlink),
        route!(people::sign_out => sign_out),
        route!(me::preferences => show, put),
        route!(me::deputy => show, put, delete),
        route!(pages::form => form),
        route!(pages::preview => preview, again),
        route!(pages::confirm => confirm),
        route!(pages::runs => runs),
        route!(pages::limits => limits),
        route!(pages::run => run),
        route!(pages::cancel => cancel),
        route!(pages::approvals => approvals),
        route!(pages::decision => show, decide),
        route!(pages::edit => show, propose),
        route!(pages::proposal => answer),
        route!(pages::break_glass => show, plead),
        route!(pages::settings => settings),
        route!(pages::settings::preferences => preferences),
        route!(pages::settings::deputy => deputy),
        route!(pages::settings::sign_out => sign_out),
    ]
}
