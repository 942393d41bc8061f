//! `GET` and `POST /runs/{id}/approvals/{gate}`: everything an approver needs to know, and two buttons.
//!
//! Opening the page changes nothing, however often and by whatever opens it: a link carries no
//! authority. A decision is the signed-in person's own post with the digest that the page showed.

use axum::extract::{Path, RawQuery, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Page;
use crate::api::body::FormBody;
use crate::api::error::{ApiError, Kind};
use crate::api::link::{self, Arrival};
use crate::api::runs::id;
use crate::api::signed_in::{Acting, SignedIn};
use crate::api::state::ApiState;
use crate::app::check::decider;
use crate::app::decide as app;
use crate::app::facts::facts;
use crate::app::{AppError, runs};
use crate::domain::verdict::{Ballot, channel_allows, may_decide};
use crate::domain::{Caller, Decision, Gate, GateStatus, Person, Run, RunId};

/// A decision that was not recorded, to be shown with what was typed.
#[derive(Default)]
struct Refused {
    problem: Option<String>,
    reason: String,
}

/// The decision page.
#[utoipa::path(
    get, path = "/runs/{id}/approvals/{gate}", tag = "pages",
    params(
        ("id" = String, Path, description = "The run's id"),
        ("gate" = String, Path, description = "The approval's name"),
        ("link" = Option<String>, Query, description = "The signed link of a mail; it says by which channel somebody came and gives no right"),
    ),
    responses((status = 200, description = "What will run, and the decision", body = String, content_type = "text/html")),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(api): State<ApiState>,
    person: Result<SignedIn, ApiError>,
    Path((run, gate)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, ApiError> {
    let run = id(&run)?;
    let arrival = link::arrival(&api, link::of_query(query.as_deref()), run, &gate)?;
    let SignedIn(person, since) = person?;
    page(&api, &person, since, run, &gate, &arrival, Refused::default()).await
}

/// Records a decision.
#[utoipa::path(
    post, path = "/runs/{id}/approvals/{gate}", tag = "pages",
    params(
        ("id" = String, Path, description = "The run's id"),
        ("gate" = String, Path, description = "The approval's name"),
    ),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the run's page")),
    security(("session" = []))
)]
pub(crate) async fn decide(
    State(api): State<ApiState>,
    person: Result<Acting, ApiError>,
    Path((run, gate)): Path<(String, String)>,
    body: FormBody,
) -> Result<Response, ApiError> {
    let run = id(&run)?;
    let person = person.map_err(|refused| refused.leading_to(format!("/runs/{run}/approvals/{gate}")))?;
    let reason = body.get("reason").unwrap_or_default().replace("\r\n", "\n");
    let arrival = link::arrival(&api, body.get("link").map(str::to_owned), run, &gate)?;
    let decided = match ballot(&body, &gate, &reason, &arrival, person.1) {
        Ok(ballot) => {
            let decided = Box::pin(app::decide(api.portal(), &person.caller(), run, ballot)).await;
            decided.map_err(ApiError::from)
        }
        Err(refused) => Err(refused),
    };
    match decided {
        Ok(_) => Ok(Redirect::to(&format!("/runs/{run}")).into_response()),
        Err(error) if error.is_for_the_page() => {
            let refused = Refused { problem: Some(error.detail().to_owned()), reason };
            let html = page(&api, &person.0, person.1, run, &gate, &arrival, refused).await?;
            Ok((error.kind().status(), html).into_response())
        }
        Err(error) => Err(error),
    }
}

fn ballot(
    body: &FormBody,
    gate: &str,
    reason: &str,
    arrival: &Arrival,
    since: Timestamp,
) -> Result<Ballot, ApiError> {
    let decision = match body.get("decision") {
        Some("approve") => Decision::Approve,
        Some("reject") => Decision::Reject,
        _ => return Err(ApiError::new(Kind::Malformed, "Press Approve or Reject.")),
    };
    Ok(Ballot {
        gate: gate.to_owned(),
        decision,
        reason: Some(reason.to_owned()),
        digest: body.get("digest").unwrap_or_default().to_owned(),
        channel: arrival.channel,
        signed_in_at: Some(since),
    })
}

async fn page(
    api: &ApiState,
    person: &Person,
    since: Timestamp,
    run: RunId,
    gate: &str,
    arrival: &Arrival,
    refused: Refused,
) -> Result<Html<String>, ApiError> {
    let caller = Caller::person(&person.id);
    let run = runs::get(api.portal(), &caller, run).await?;
    let view = runs::view(api.portal(), &caller, run.id).await?;
    let gate = run.gate(gate).ok_or_else(ApiError::not_found)?;
    let facts = facts(api.portal(), &run, gate).await?;
    let may_decide = view.actions.decide.contains(&gate.name);
    let sign_in_again = may_decide && channel_allows(gate, arrival.channel, Some(since), api.now()).is_err();
    Page::new(api, "approvals", Some(person))
        .with("facts", &facts)
        .with("gate", &facts.gate)
        .with("gates", &view.approvals)
        .with("may_decide", &(may_decide && !sign_in_again))
        .with("sign_in_again", &sign_in_again)
        .with("deputy", &deputy(api, &run, gate, &caller).await?)
        .with("why_not", &why_not(api, &run, gate, &caller).await?)
        .with("reason_required", &gate.reason_required)
        .with("link", &arrival.link)
        .with("problem", &refused.problem)
        .with("reason", &refused.reason)
        .with("run", &view)
        .render("pages/decision.html")
}

/// Whose right the person would use, when it is not their own.
async fn deputy(api: &ApiState, run: &Run, gate: &Gate, caller: &Caller) -> Result<Value, ApiError> {
    let decider = decider(api.portal(), caller).await?;
    let rights = crate::domain::mandate::rights(run, gate, caller, &decider).unwrap_or_default();
    Ok(json!(rights.first().and_then(|right| right.on_behalf_of.as_ref())))
}

/// Why this person cannot decide here now, as a sentence.
async fn why_not(api: &ApiState, run: &Run, gate: &Gate, caller: &Caller) -> Result<String, ApiError> {
    let decider = decider(api.portal(), caller).await?;
    if let Err(refusal) = may_decide(run, gate, caller, &decider) {
        return Ok(ApiError::from(AppError::from(refusal)).detail().to_owned());
    }
    let says = match gate.status {
        GateStatus::Open => "You have decided here, or the time to decide has passed.",
        GateStatus::Pending => "This approval is not asked yet: another one comes first.",
        GateStatus::Approved => "Enough people have approved.",
        GateStatus::Rejected => "This was rejected.",
        GateStatus::Expired => "The time to decide has passed.",
        GateStatus::Skipped => "This approval is not needed any more.",
        GateStatus::Overridden => "Somebody let the run past this approval in an emergency.",
    };
    Ok(says.to_owned())
}
