//! What holds for every request and every answer: no other site may act for somebody, no browser may frame, sniff
//! or inject, and on AWS nobody comes in beside `CloudFront`.
//!
//! The session cookie is `SameSite=Lax`, which already keeps it out of most cross-site posts. That is
//! not relied on: a post must also say that it comes from this portal, by `Sec-Fetch-Site` (which a
//! page cannot forge) or, from clients that do not send it, by `Origin`. Scripts with an access token need neither.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::bearer;
use super::error::{ApiError, Kind};
use super::state::ApiState;

const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

/// Adds the security headers to an answer. Local mode puts it around the static site as well.
pub async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Not `no-referrer`: browsers would send `Origin: null` with this portal's own forms.
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The header in which `CloudFront` says the key of the secret `drawbridge/origin-key`.
const FRONT: &str = "x-drawbridge-origin";

/// Refuses what did not come through `CloudFront`, and so past its web ACL, its log and its limits.
pub(super) async fn through_the_front(State(api): State<ApiState>, request: Request, next: Next) -> Response {
    let keys = &api.portal().config.origin_keys;
    if !keys.is_empty() && !knows_one(request.headers(), keys) {
        let detail = "This is not the portal's address. Ask the portal itself.";
        return ApiError::new(Kind::NotAllowed, detail).into_response();
    }
    next.run(request).await
}

/// Hashes are compared, so that the time it takes says nothing about the key.
fn knows_one(headers: &HeaderMap, keys: &[String]) -> bool {
    let Some(said) = headers.get(FRONT) else { return false };
    let said = Sha256::digest(said.as_bytes());
    keys.iter().any(|key| Sha256::digest(key) == said)
}

/// Answers about people and runs are nobody else's to keep.
pub(super) async fn never_stored(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Refuses requests that change something and were not made by a page of this portal. What Slack sends is
/// signed instead, and carries nobody's cookie.
pub(super) async fn same_site(State(api): State<ApiState>, request: Request, next: Next) -> Response {
    let signed = request.uri().path() == super::slack::INTERACTIONS;
    let signed = signed || bearer::alone(request.headers(), request.uri(), &api);
    if changes(request.method()) && !signed && !from_here(request.headers(), api.origin()) {
        let detail = "This request does not come from a page of this portal. Send `Origin` with the portal's address, \
                      or an access token instead of a cookie.";
        return ApiError::new(Kind::NotAllowed, detail).into_response();
    }
    next.run(request).await
}

fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn from_here(headers: &HeaderMap, origin: &str) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin" || site == "none",
        None => headers.get(header::ORIGIN).is_some_and(|sent| sent.as_bytes() == origin.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    use super::from_here;

    #[test]
    fn f22_only_this_portal_may_post() {
        let check = |sent: &[(&'static str, &'static str)], expected: bool| {
            let headers: HeaderMap = sent
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(from_here(&headers, "https://portal.example"), expected, "{sent:?}");
        };
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "none")], true);
        check(&[("origin", "https://portal.example")], true);
        check(&[], false);
        check(&[("sec-fetch-site", "cross-site")], false);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("sec-fetch-site", "cross-site"), ("origin", "https://portal.example")], false);
        check(&[("origin", "https://portal.example.evil")], false);
        check(&[("origin", "http://portal.example")], false);
        check(&[("origin", "null")], false);
    }
}
