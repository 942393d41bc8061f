//! `GET /api/openapi.json`: the description of the API, generated from its routes.

use std::sync::LazyLock;

use axum::Json;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    Components, Content, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, Ref, RefOr, Response,
    ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use super::error::{FieldProblem, Problem};
use super::scope;

/// The OpenAPI 3.1 description of this API.
#[utoipa::path(
    get, path = "/api/openapi.json", tag = "description",
    responses((status = 200, description = "This document", body = Object))
)]
pub(crate) async fn openapi() -> Json<&'static OpenApi> {
    // Made when somebody first asks for it: a function that starts has better things to do.
    static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(document);
    Json(&DOCUMENT)
}

/// What the document says before the first route: who it is about and how to sign in.
fn head() -> OpenApi {
    let description = "Find a workflow, check parameters, request a run, follow it, decide about it. A session cookie \
         says who asks, and requests that change something also send `Origin` with the portal's address; or an access \
         token of the organisation's identity provider says it, with one of the scopes that the operation names.";
    let info = InfoBuilder::new()
        .title("Drawbridge")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(description));
    let mut components = Components::new();
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("__Host-drawbridge")));
    components.add_security_scheme("session", cookie);
    components.add_security_scheme("token", SecurityScheme::Http(token()));
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    components.schemas.insert(FieldProblem::name().into_owned(), FieldProblem::schema());
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

fn token() -> Http {
    let scopes = scope::ALL.map(|scope| format!("`{}`", scope.name())).join(", ");
    let description = format!(
        "An access token of the organisation's identity provider, issued to a person for this portal (`aud`), with the \
         scopes that it may use: {scopes}. What is of high risk is decided in a browser."
    );
    Http::builder().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").description(Some(description)).build()
}

/// The whole document. Every operation may answer with a problem: that is said here once.
pub(super) fn document() -> OpenApi {
    let head = OpenApiRouter::with_openapi(head());
    let described = super::routes().into_iter().fold(head, |document, route| route.describe(document));
    let mut document = described.into_openapi();
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            operation.responses.responses.entry("default".to_owned()).or_insert_with(|| RefOr::T(problem()));
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut utoipa::openapi::path::Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch].into_iter().flatten()
}

fn problem() -> Response {
    let content = Content::builder().schema(Some(Ref::from_schema_name(Problem::name()))).build();
    ResponseBuilder::new()
        .description("A problem document (RFC 9457); a page shows the same in words")
        .content("application/problem+json", content)
        .build()
}
