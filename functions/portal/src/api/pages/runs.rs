//! `GET /runs`: my runs, or a workflow's.

use axum::extract::{RawQuery, State};
use axum::response::Html;
use openidconnect::url::form_urlencoded;
use serde_json::json;

use super::Page;
use crate::api::error::ApiError;
use crate::api::runs::list::read;
use crate::api::signed_in::SignedIn;
use crate::api::state::ApiState;
use crate::app::limits::view::{may_see, path};
use crate::app::runs as app;

/// A list of runs.
#[utoipa::path(
    get, path = "/runs", tag = "pages",
    params(
        ("workflow" = Option<String>, Query, description = "Only runs of this workflow"),
        ("scope" = Option<String>, Query, description = "`mine` (default) or `workflow`"),
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
    ),
    responses((status = 200, description = "The list", body = String, content_type = "text/html")),
    security(("session" = []))
)]
pub(crate) async fn runs(
    State(api): State<ApiState>,
    person: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, ApiError> {
    let query = read(query.as_deref().unwrap_or_default())?;
    let page = app::list(api.portal(), &person.caller(), &query).await?;
    let more = page.cursor.as_ref().map(|cursor| more(&query, cursor));
    let shown = Page::new(&api, "runs", Some(&person.0)).with("runs", &page.runs).with("more", &more);
    let index = api.portal().catalog.index();
    let workflow = query.workflow.as_ref().filter(|_| query.everybody);
    let known = workflow.and_then(|slug| index.workflows.get(slug).map(|summary| (slug, summary)));
    let shown = match known {
        Some((slug, summary)) => {
            let limits = may_see(&person.0, &summary.owner).then(|| path(slug));
            shown.with("workflow", &json!({"slug": slug, "title": summary.title, "limits": limits}))
        }
        None if workflow.is_some() => return Err(ApiError::not_found()),
        None => shown,
    };
    shown.render("pages/runs.html")
}

fn more(query: &app::Query, cursor: &str) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    pairs.append_pair("cursor", cursor);
    if let Some(workflow) = &query.workflow {
        pairs.append_pair("workflow", workflow);
    }
    if query.everybody {
        pairs.append_pair("scope", "workflow");
    }
    format!("/runs?{}", pairs.finish())
}
