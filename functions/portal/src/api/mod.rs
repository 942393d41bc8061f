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
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes as route;

use error::{ApiError, Kind};
pub use signed_in::ACTIONS_PER_MINUTE;
pub use state::{ApiState, StateError};
pub use templates::Templates;

/// Every route of the portal. What it does not match is not found, unless the caller adds another fallback:
/// local mode serves the static site there. In production `CloudFront` serves it, and asks here for what it has not.
pub fn router(state: ApiState) -> Router {
    routes(Router::new())
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
fn routes<R: Routes>(to: R) -> R {
    to.with(route!(openapi::openapi))
        .with(route!(session::session))
        .with(route!(sign_in::sign_in))
        .with(route!(sign_in::callback))
        .with(route!(sign_out::sign_out))
        .with(route!(workflows::check::check))
        .with(route!(workflows::runs::request))
        .with(route!(workflows::audit::audit))
        .with(route!(workflows::limits::limits))
        .with(route!(runs::list::list))
        .with(route!(runs::one::one))
        .with(route!(runs::steps::steps))
        .with(route!(runs::audit::audit))
        .with(route!(runs::cancel::cancel))
        .with(route!(runs::proposal::answer))
        .with(route!(approvals::inbox::inbox))
        .with(route!(approvals::decide::decide))
        .with(route!(approvals::edit::edit))
        .with(route!(slack::interactions::interactions))
        .with(route!(slack::link::start))
        .with(route!(slack::link::callback))
        .with(route!(slack::link::unlink))
        .with(route!(people::sign_out::sign_out))
        .with(route!(me::preferences::show, me::preferences::put))
        .with(route!(me::deputy::show, me::deputy::put, me::deputy::delete))
        .with(route!(pages::form::form))
        .with(route!(pages::preview::preview, pages::preview::again))
        .with(route!(pages::confirm::confirm))
        .with(route!(pages::runs::runs))
        .with(route!(pages::limits::limits))
        .with(route!(pages::run::run))
        .with(route!(pages::cancel::cancel))
        .with(route!(pages::approvals::approvals))
        .with(route!(pages::decision::show, pages::decision::decide))
        .with(route!(pages::edit::show, pages::edit::propose))
        .with(route!(pages::proposal::answer))
        .with(route!(pages::break_glass::show, pages::break_glass::plead))
        .with(route!(pages::settings::settings))
        .with(route!(pages::settings::preferences::preferences))
        .with(route!(pages::settings::deputy::deputy))
        .with(route!(pages::settings::sign_out::sign_out))
}

/// What keeps of each route what it needs.
trait Routes {
    /// Adds a route, or several of one address.
    fn with(self, route: UtoipaMethodRouter<ApiState>) -> Self;
}

/// A router needs no description: all of them together are most of what a function would hold when it starts.
impl Routes for Router<ApiState> {
    fn with(self, (_, described, route): UtoipaMethodRouter<ApiState>) -> Self {
        described.paths.into_keys().fold(self, |router, path| router.route(&path, route.clone()))
    }
}

impl Routes for OpenApiRouter<ApiState> {
    fn with(self, route: UtoipaMethodRouter<ApiState>) -> Self {
        self.routes(route)
    }
}
