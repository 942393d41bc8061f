//! `GET /runs/{id}`: a run from request to end. `scripts/run.js` keeps the page up to date.

use axum::extract::{Path, State};
use axum::response::Html;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::Page;
use crate::api::error::ApiError;
use crate::api::runs::id;
use crate::api::signed_in::SignedIn;
use crate::api::state::ApiState;
use crate::app::runs as app;
use crate::app::view::AuditView;
use crate::workflow::Progress;

/// For so long after a run's end its page looks again by itself, where no script does: the last steps may end
/// a moment after the run.
const SETTLES: SignedDuration = SignedDuration::from_secs(60);

/// A run's page.
#[utoipa::path(
    get, path = "/runs/{id}", tag = "pages",
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, description = "The run", body = String, content_type = "text/html")),
    security(("session" = []))
)]
pub(crate) async fn run(
    State(api): State<ApiState>,
    person: SignedIn,
    Path(run): Path<String>,
) -> Result<Html<String>, ApiError> {
    let (portal, caller, run) = (api.portal(), person.caller(), id(&run)?);
    let view = app::view(portal, &caller, run).await?;
    // A run is worth reading even while Step Functions does not answer.
    let (Progress { steps, complete }, steps_problem) = match app::steps(portal, &caller, run).await {
        Ok(progress) => (progress, None),
        Err(error) => {
            let unknown = Progress { steps: Vec::new(), complete: false };
            (unknown, Some(ApiError::from(error).detail().to_owned()))
        }
    };
    let ended = view.line.status.is_final();
    let settling = ended && !complete && portal.now().duration_since(view.line.updated_at) < SETTLES;
    let result = view.result.as_ref().and_then(|result| serde_json::to_string_pretty(result).ok());
    let audit: Vec<Value> = view.audit.iter().map(in_words).collect();
    Page::new(&api, "runs", Some(&person.0))
        .with("live", &!(ended && complete))
        .with("settling", &settling)
        .with("link", &format!("{}/runs/{run}", portal.config.url))
        .with("run", &view)
        .with("audit", &audit)
        .with("steps", &steps)
        .with("steps_problem", &steps_problem)
        .with("result", &result)
        .render("pages/run.html")
}

/// A record with its channel and the parts of its detail that are words or numbers; digests are in the JSON.
fn in_words(record: &AuditView) -> Value {
    let details = record.detail.as_object().into_iter().flatten();
    let shown = details.filter(|(name, _)| !name.contains("digest")).filter_map(|(name, value)| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            _ => String::new(),
        };
        (!text.is_empty()).then(|| format!("{}: {text}", name.replace('_', " ")))
    });
    let channel = record.channel.iter().map(|channel| format!("channel: {channel}"));
    let words: Vec<_> = channel.chain(shown).collect();
    let actor = record.actor.strip_prefix("person:").unwrap_or(&record.actor);
    json!({
        "seq": record.seq, "at": record.at, "actor": actor, "action": record.action,
        "words": words.join(" · "),
    })
}
