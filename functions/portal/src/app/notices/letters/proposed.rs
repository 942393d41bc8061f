//! To the requester: an approver proposes other parameters.

use super::{page_of, rows, subject};
use crate::app::{AppError, Portal};
use crate::domain::Run;
use crate::notify::Letter;
use crate::notify::email::letter::{Button, Section, Tone};

/// The letter to the requester. The proposal is the run that takes the place of this one, where there is one already.
pub(in crate::app::notices) async fn proposed(portal: &Portal, run: &Run) -> Result<Letter, AppError> {
    let successor = match run.superseded_by {
        Some(id) => portal.store.run(id).await?,
        None => None,
    };
    let proposal = successor.as_ref().unwrap_or(run);
    let who = proposal.edited_by.as_ref().map_or("An approver", |editor| editor.name.as_str());
    let happened = format!("{who} proposes other parameters for “{}”, which you requested.", run.title);
    let parameters = Section {
        title: "What is proposed",
        rows: proposal.rows.iter().map(rows::plain).collect(),
        ..Section::default()
    };
    Ok(Letter {
        subject: subject(run, None),
        preheader: happened.clone(),
        tone: Tone::Ask,
        kind: "Other parameters proposed".to_owned(),
        title: run.title.clone(),
        lead: vec![happened],
        button: Some(Button { label: "Read the proposal", url: page_of(portal, proposal) }),
        sections: (!proposal.rows.is_empty()).then_some(parameters).into_iter().collect(),
        because: "You get this because you requested the run.".to_owned(),
        ..Letter::default()
    })
}
