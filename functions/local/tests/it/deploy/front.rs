//! What stands before a deployed portal: an address on loopback in place of `CloudFront`'s, and the organisation's
//! identity provider.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use local::issuer::{Issuer, SigningKey};
use portal::CatalogStore;
use reqwest::header::HOST;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// The portal's address, known before there is a portal.
pub(crate) struct Front {
    /// What people open.
    pub(crate) url: String,
    behind: Arc<OnceLock<Behind>>,
}

/// Where the distribution passes requests on to, and what it says to be let in.
struct Behind {
    api: String,
    key: String,
    client: reqwest::Client,
}

impl Front {
    /// Listens on a free port. Nothing is behind it yet.
    pub(crate) async fn start() -> Self {
        let behind = Arc::<OnceLock<Behind>>::default();
        let router = Router::new().fallback(pass).with_state(behind.clone());
        Self { url: serve(router).await, behind }
    }

    /// Puts the deployed API behind it.
    pub(crate) fn aim(&self, api: String, key: String) {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
        let behind = Behind { api, key, client: client.expect("a client") };
        assert!(self.behind.set(behind).is_ok(), "aimed once");
    }
}

/// Passes a request on as the distribution does: with its key, and as the API's own host.
async fn pass(State(behind): State<Arc<OnceLock<Behind>>>, request: Request) -> Response {
    let Behind { api, key, client } = behind.get().expect("the portal is deployed");
    let (parts, body) = request.into_parts();
    let address = format!("{api}{}", parts.uri);
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    let mut headers = parts.headers;
    headers.remove(HOST);
    headers.insert("x-drawbridge-origin", key.parse().expect("a header"));
    let passed = client.request(parts.method, address).headers(headers).body(body).send().await;
    let answer = passed.expect("the API answers");
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut response = Body::from(answer.bytes().await.expect("a body")).into_response();
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// The identity provider of the portal at `portal`, whose people are those of a compiled catalog; its address.
pub(crate) async fn issuer(compiled: &Path, portal: &str, folder: &Path) -> String {
    let catalog = CatalogStore::open(compiled).expect("a compiled catalog").index();
    let key = SigningKey::open(&folder.join("issuer.pem")).expect("a key");
    let (listener, url) = listen().await;
    let client = catalog.portal.sign_in.client_id.clone();
    let (_people, people) = watch::channel(catalog);
    let callback = format!("{portal}/sign-in/callback");
    let issuer = Issuer::new(url.clone(), client, callback, portal.to_owned(), key, people);
    tokio::spawn(async move { axum::serve(listener, issuer.router()).await.expect("serves") });
    url
}

async fn serve(router: Router) -> String {
    let (listener, url) = listen().await;
    tokio::spawn(async move { axum::serve(listener, router).await.expect("serves until the test ends") });
    url
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    (listener, url)
}
