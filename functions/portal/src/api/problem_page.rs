//! Problems on pages: the same document that the API would send, as a page with a way to go on.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use openidconnect::url::form_urlencoded;

use super::error::Problem;
use super::pages::Page;
use super::return_to::local_path;
use super::signed_in::person_of;
use super::state::ApiState;

/// Turns problems into pages, except below `/api/` and for Slack. A page that needs a session leads to sign-in.
pub(super) async fn problem_pages(State(api): State<ApiState>, request: Request, next: Next) -> Response {
    let (method, uri, headers) = (request.method().clone(), request.uri().clone(), request.headers().clone());
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    if uri.path().starts_with("/api/") || uri.path() == super::slack::INTERACTIONS {
        return response;
    }
    let reading = method == Method::GET || method == Method::HEAD;
    if response.status() == StatusCode::UNAUTHORIZED && reading && !uri.path().starts_with("/sign-in") {
        return Redirect::to(&sign_in_address(path_of(&uri))).into_response();
    }
    let again = way_on(&api, &problem, &uri, &headers, reading);
    match page(&api, &headers, &problem, &again).await {
        Some(html) => {
            let retry = response
                .headers_mut()
                .remove(header::RETRY_AFTER)
                .map(|value| [(header::RETRY_AFTER, value)]);
            (response.status(), retry, html).into_response()
        }
        None => response,
    }
}

/// The address of the sign-in that comes back to a path.
pub(crate) fn sign_in_address(path: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("return_to", path).finish();
    format!("/sign-in?{query}")
}

async fn page(api: &ApiState, headers: &HeaderMap, problem: &Problem, again: &str) -> Option<Html<String>> {
    // The page about a failing table must not need the table.
    let person = person_of(headers, api).await.unwrap_or_default();
    let page = Page::new(api, "", person.as_ref()).with("problem", problem).with("again", again);
    page.render("pages/problem.html").ok()
}

/// Where the page's first button leads: what the handler said, else the page that the request came from.
fn way_on(api: &ApiState, problem: &Problem, uri: &Uri, headers: &HeaderMap, reading: bool) -> String {
    let here = if reading { path_of(uri) } else { came_from(headers, api.origin()).unwrap_or("/") };
    let path = problem.again.as_deref().unwrap_or(here);
    match problem.status {
        401 if uri.path().starts_with("/sign-in") => "/sign-in".to_owned(),
        401 => sign_in_address(path),
        404 | 405 => String::new(),
        _ if uri.path().starts_with("/sign-in") => "/sign-in".to_owned(),
        _ => path.to_owned(),
    }
}

fn path_of(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", |path| path.as_str())
}

fn came_from<'a>(headers: &'a HeaderMap, origin: &str) -> Option<&'a str> {
    let path = headers.get(header::REFERER)?.to_str().ok()?.strip_prefix(origin)?;
    Some(local_path(Some(path)))
}
