//! Serving the static site: what CloudFront and S3 do in production.
//!
//! Whatever the portal's router does not answer is looked up in the built site: `/x/` is
//! `/x/index.html`, a missing page is the site's own not-found page. The folder is swapped whole by a
//! rebuild, so every request resolves it anew.

use std::path::{Component, Path, PathBuf};

use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

/// The folder that holds the built site.
#[derive(Debug, Clone)]
pub struct Site(pub PathBuf);

/// Answers with the file that the path names.
pub async fn serve(State(Site(root)): State<Site>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let path = request.uri().path();
    let Some(mut file) = inside(&root, path) else { return not_found(&root).await };
    if tokio::fs::metadata(&file).await.is_ok_and(|found| found.is_dir()) {
        if !path.ends_with('/') {
            return Redirect::permanent(&format!("{path}/")).into_response();
        }
        file.push("index.html");
    }
    match tokio::fs::read(&file).await {
        Ok(content) => answer(StatusCode::OK, &file, content),
        Err(_) => not_found(&root).await,
    }
}

/// The path inside `root`, unless it would leave it.
fn inside(root: &Path, path: &str) -> Option<PathBuf> {
    let relative = Path::new(path.trim_start_matches('/'));
    let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
    plain.then(|| root.join(relative))
}

async fn not_found(root: &Path) -> Response {
    let file = root.join("404.html");
    let content = tokio::fs::read(&file).await.unwrap_or_default();
    answer(StatusCode::NOT_FOUND, &file, content)
}

fn answer(status: StatusCode, file: &Path, content: Vec<u8>) -> Response {
    let kind = HeaderValue::from_static(content_type(file));
    let fresh = HeaderValue::from_static("no-cache");
    (status, [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, fresh)], content).into_response()
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::inside;

    #[test]
    fn never_leaves_the_site() {
        let root = Path::new("/site");
        let check = |path: &str, expect: Option<&str>| {
            assert_eq!(inside(root, path).as_deref(), expect.map(Path::new), "{path}");
        };
        check("/", Some("/site/"));
        check("/teams/cloud-ops/", Some("/site/teams/cloud-ops/"));
        check("//etc/passwd", Some("/site/etc/passwd"));
        check("/../secret", None);
        check("/teams/../../secret", None);
    }
}
