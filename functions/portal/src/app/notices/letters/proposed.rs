//! To the requester: an approver proposes other parameters.

use super::{page_of, rows, subject};
use crate::app::facts::compare;
use crate::app::{AppError, Portal};
use crate::domain::{Run, Status};
use crate::notify::Letter;
use crate::notify::email::letter::{Button, Section, Tone};

/// The letter to the requester; none when the proposal was answered or the run decided in the meantime.
pub(in crate::app::notices) async fn proposed(
    portal: &Portal,
    run: &Run,
) -> Result<Option<Letter>, AppError> {
    if run.status != Status::Waiting {
        return Ok(None);
    }
    let Some(proposal) = portal.store.proposal(run.id).await? else { return Ok(None) };
    let who = &proposal.editor.name;
    let (asked, because) = match run.calling_team() {
        None => ("you asked for", "You get this because you requested the run."),
        Some(_) => (
            "your state machine asked for",
            "You get this because a state machine of your team requested the run; one of you confirms or declines.",
        ),
    };
    let happened = format!("{who} would let “{}” through with other parameters than {asked}.", run.title);
    let parameters = Section {
        title: "What is proposed",
        rows: compare(&proposal.rows, Some(&run.rows)).iter().map(rows::parameter).collect(),
        ..Section::default()
    };
    Ok(Some(Letter {
        subject: subject(run, None),
        preheader: happened.clone(),
        tone: Tone::Ask,
        kind: "Other parameters proposed".to_owned(),
        title: run.title.clone(),
        lead: vec![happened],
        quote: Some(proposal.reason),
        button: Some(Button { label: "Confirm or decline", url: page_of(portal, run) }),
        sections: (!proposal.rows.is_empty()).then_some(parameters).into_iter().collect(),
        because: because.to_owned(),
        ..Letter::default()
    }))
}
