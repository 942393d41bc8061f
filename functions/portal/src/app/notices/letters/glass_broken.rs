//! To everybody who would have been asked: somebody let the run past its approvals.

use super::{moment, page_of, rows, subject};
use crate::app::{AppError, Portal};
use crate::domain::{GateStatus, Run};
use crate::notify::Letter;
use crate::notify::email::letter::{Button, Line, Section, Tone};

/// Who, and why, as the audit has it.
struct Breaking {
    who: String,
    why: String,
    at: String,
}

/// The letter to everybody.
pub(in crate::app::notices) async fn glass_broken(portal: &Portal, run: &Run) -> Result<Letter, AppError> {
    let Breaking { who, why, at } = breaking(portal, run).await?;
    let overridden = run.gates.iter().filter(|gate| gate.status == GateStatus::Overridden);
    let gates = overridden.map(|gate| Line::new(gate.title.clone(), gate.circle_words())).collect();
    let gates = Section {
        title: "Approvals that were not waited for",
        remark: Some("Who would have been asked:".to_owned()),
        rows: gates,
        ..Section::default()
    };
    let parameters = Section {
        title: "Parameters",
        rows: run.rows.iter().map(rows::plain).collect(),
        ..Section::default()
    };
    let happened = format!(
        "{who} let “{}”, requested by {}, past its approvals on {at}.",
        run.title, run.requester.name
    );
    Ok(Letter {
        subject: subject(run, None),
        preheader: happened.clone(),
        tone: Tone::Alert,
        kind: "Glass broken".to_owned(),
        title: run.title.clone(),
        lead: vec![happened, "The reason that was given:".to_owned()],
        quote: Some(why),
        button: Some(Button { label: "See what happens", url: page_of(portal, run) }),
        sections: [gates].into_iter().chain((!run.rows.is_empty()).then_some(parameters)).collect(),
        because: "You get this because you would have been asked, requested the run, or own what it changes. It cannot be switched off.".to_owned(),
        ..Letter::default()
    })
}

async fn breaking(portal: &Portal, run: &Run) -> Result<Breaking, AppError> {
    let records = portal.store.audit(run.id).await?;
    let record = records.into_iter().rev().find(|record| record.action == "glass broken");
    let record = record
        .ok_or_else(|| AppError::Conflict("the run's audit does not say who broke the glass".to_owned()))?;
    let id = record.actor.strip_prefix("person:").unwrap_or(&record.actor).to_owned();
    let known = portal.store.person(&id).await?;
    Ok(Breaking {
        who: known.map_or(id, |person| person.name),
        why: record.detail["reason"].as_str().unwrap_or_default().to_owned(),
        at: moment(record.at),
    })
}
