//! One HTTP exchange with the provider.

use openidconnect::{HttpRequest, HttpResponse};

use crate::Http;

/// Sends a request. The client must not follow redirects: a provider that could redirect it could make the
/// portal fetch addresses of its own network.
pub(super) async fn send(http: Http, request: HttpRequest) -> Result<HttpResponse, SendError> {
    let answer = http.client()?.execute(request.try_into()?).await?;
    let mut response = axum::http::Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    Ok(response.body(answer.bytes().await?.to_vec())?)
}

/// The exchange did not come about.
#[derive(Debug, thiserror::Error)]
pub(super) enum SendError {
    #[error("no answer")]
    Http(#[from] reqwest::Error),
    #[error("an answer that is not HTTP")]
    Answer(#[from] axum::http::Error),
}
