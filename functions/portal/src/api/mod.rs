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
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes as route;

use error::{ApiError, Kind};
pub use signed_in::ACTIONS_PER_MINUTE;
pub use state::{ApiState, StateError};
pub use templates::Templates;

/// Every route of the portal. What it does not match is not found, unless the caller adds another fallback:
/// local mode serves the static site there. In production `CloudFront` serves it, and asks here for what it has not.
pub fn router(state: ApiState) -> Router {
    let (routes, _) = routes().split_for_parts();
    routes
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
fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(openapi::head())
        .routes(route!(openapi::openapi))
        .routes(route!(session::session))
        .routes(route!(sign_in::sign_in))
        .routes(route!(sign_in::callback))
        .routes(route!(sign_out::sign_out))
        .routes(route!(workflows::check::check))
        .routes(route!(workflows::runs::request))
        .routes(route!(workflows::audit::audit))
        .routes(route!(workflows::limits::limits))
        .routes(route!(runs::list::list))
        .routes(route!(runs::one::one))
        .routes(route!(runs::steps::steps))
        .routes(route!(runs::audit::audit))
        .routes(route!(runs::cancel::cancel))
        .routes(route!(runs::proposal::answer))
        .routes(route!(approvals::inbox::inbox))
        .routes(route!(approvals::decide::decide))
        .routes(route!(approvals::edit::edit))
        .routes(route!(slack::interactions::interactions))
        .routes(route!(slack::link::start))
        .routes(route!(slack::link::callback))
        .routes(route!(slack::link::unlink))
        .routes(route!(people::sign_out::sign_out))
        .routes(route!(me::preferences::show, me::preferences::put))
        .routes(route!(me::deputy::show, me::deputy::put, me::deputy::delete))
        .routes(route!(pages::form::form))
        .routes(route!(pages::preview::preview, pages::preview::again))
        .routes(route!(pages::confirm::confirm))
        .routes(route!(pages::runs::runs))
        .routes(route!(pages::limits::limits))
        .routes(route!(pages::run::run))
        .routes(route!(pages::cancel::cancel))
        .routes(route!(pages::approvals::approvals))
        .routes(route!(pages::decision::show, pages::decision::decide))
        .routes(route!(pages::edit::show, pages::edit::propose))
        .routes(route!(pages::proposal::answer))
        .routes(route!(pages::break_glass::show, pages::break_glass::plead))
        .routes(route!(pages::settings::settings))
        .routes(route!(pages::settings::preferences::preferences))
        .routes(route!(pages::settings::deputy::deputy))
        .routes(route!(pages::settings::sign_out::sign_out))
}
