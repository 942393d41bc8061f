//! `GET /workflows/{slug}/form`: the form with values from a link or from an earlier run.
//!
//! The same page shows a posted form again, with what is wrong at each field.

use axum::extract::{Path, RawQuery, State};
use axum::response::Html;
use form::{FieldError, RenderOptions, Row, field_id};
use openidconnect::url::form_urlencoded;
use serde::Serialize;
use serde_json::{Value, json};

use super::Page;
use crate::api::error::ApiError;
use crate::api::runs::id;
use crate::api::signed_in::SignedIn;
use crate::api::state::ApiState;
use crate::app::runs;
use crate::catalog::LoadedWorkflow;
use crate::domain::Person;

/// What a form is shown with.
#[derive(Default)]
pub(super) struct Filled {
    /// The values; the schema's defaults when absent. Secrets among them are never rendered.
    pub(super) values: Option<Value>,
    /// What is wrong with them.
    pub(super) errors: Vec<FieldError>,
    /// Where they came from, as a sentence.
    pub(super) source: Option<String>,
    /// Whether a secret has to be typed again.
    pub(super) lost_secrets: bool,
}

#[derive(Serialize)]
pub(super) struct SummaryLine {
    href: String,
    label: Option<String>,
    message: String,
}

/// The form of a workflow.
#[utoipa::path(
    get, path = "/workflows/{slug}/form", tag = "pages",
    params(
        ("slug" = String, Path, description = "The workflow"),
        ("from" = Option<String>, Query,
            description = "A run whose values to start from. Any other parameter is a field: a JSON pointer and its value"),
    ),
    responses((status = 200, description = "The form", body = String, content_type = "text/html")),
    security(("session" = []))
)]
pub(crate) async fn form(
    State(api): State<ApiState>,
    person: SignedIn,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, ApiError> {
    let workflow = workflow(&api, &slug)?;
    let query = query.unwrap_or_default();
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let from = pairs.iter().find(|(name, _)| name == "from").map(|(_, run)| run.as_str());
    let filled = match from {
        Some(run) => from_run(&api, &person, &workflow, run).await?,
        None if pairs.is_empty() => Filled::default(),
        None => Filled { values: Some(workflow.form.prefill(&pairs)), ..Filled::default() },
    };
    render(&api, &person.0, &workflow, filled)
}

/// The workflow of a path.
pub(super) fn workflow(api: &ApiState, slug: &str) -> Result<std::sync::Arc<LoadedWorkflow>, ApiError> {
    let found = api.portal().catalog.workflow(slug).map_err(crate::app::AppError::from)?;
    found.ok_or_else(ApiError::not_found)
}

/// The form with values and errors.
pub(super) fn render(
    api: &ApiState,
    person: &Person,
    workflow: &LoadedWorkflow,
    filled: Filled,
) -> Result<Html<String>, ApiError> {
    let Filled { values, errors, source, lost_secrets } = filled;
    let fields = workflow.form.render(&RenderOptions { values: values.as_ref(), errors: &errors });
    let rows = values.as_ref().map(|values| workflow.form.rows(values)).unwrap_or_default();
    let summary: Vec<_> = errors.iter().map(|error| summary_line(error, &rows)).collect();
    Page::new(api, "workflows", Some(person))
        .with("workflow", &about(workflow))
        .with("fields", &fields)
        .with("errors", &summary)
        .with("filled", &source)
        .with("lost_secrets", &lost_secrets)
        .render("pages/form.html")
}

/// What the pages of a workflow say about it.
pub(super) fn about(workflow: &LoadedWorkflow) -> Value {
    let definition = &workflow.compiled.workflow;
    json!({"slug": workflow.compiled.slug, "title": definition.title, "summary": definition.summary})
}

async fn from_run(
    api: &ApiState,
    person: &SignedIn,
    workflow: &LoadedWorkflow,
    run: &str,
) -> Result<Filled, ApiError> {
    let run = runs::get(api.portal(), &person.caller(), id(run)?).await?;
    if run.workflow != workflow.compiled.slug {
        return Err(ApiError::not_found());
    }
    let mut values = run.parameters;
    let secrets = form::secrets(&workflow.compiled.workflow.parameters, &values);
    for pointer in &secrets {
        remove(&mut values, pointer);
    }
    let source = Some("These are the values of an earlier run. Check them before you go on.".to_owned());
    Ok(Filled { values: Some(values), source, lost_secrets: !secrets.is_empty(), errors: Vec::new() })
}

/// Removes what a pointer names: in a run it is a reference, which is no value for a field.
pub(super) fn remove(value: &mut Value, pointer: &str) {
    let Some((parent, last)) = pointer.rsplit_once('/') else { return };
    match value.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.shift_remove(&last.replace("~1", "/").replace("~0", "~"));
        }
        // An item of a list keeps its place, so that the pointers of later ones still hold.
        Some(Value::Array(items)) => {
            if let Some(item) = last.parse::<usize>().ok().and_then(|index| items.get_mut(index)) {
                *item = Value::Null;
            }
        }
        _ => {}
    }
}

pub(super) fn summary_line(error: &FieldError, rows: &[Row]) -> SummaryLine {
    let row = rows.iter().find(|row| row.pointer == error.pointer);
    // Most messages name their field already.
    let label = row.map(|row| row.label.clone()).filter(|label| !error.message.contains(label.as_str()));
    SummaryLine { href: format!("#{}", field_id(&error.pointer)), label, message: error.message.clone() }
}
