//! To the requester: the run has ended.

use super::{outcome, page_of, rows, subject};
use crate::app::Portal;
use crate::domain::{Run, Status};
use crate::notify::Letter;
use crate::notify::email::letter::{Button, Line, Section, Tone};

/// The letter to the requester.
pub(in crate::app::notices) fn ended(portal: &Portal, run: &Run) -> Letter {
    let failure = run.failure.as_ref().map(|failure| {
        let rows =
            vec![Line::new("Error", failure.name.clone()), Line::new("Cause", rows::cut(&failure.cause))];
        Section { title: "Why", rows, ..Section::default() }
    });
    let parameters = Section {
        title: "Parameters",
        rows: run.rows.iter().map(rows::plain).collect(),
        ..Section::default()
    };
    let happened = format!("“{}”, which you requested, {}.", run.title, outcome(run.status));
    Letter {
        subject: subject(run, None),
        preheader: happened.clone(),
        tone: tone(run.status),
        kind: kind(run.status).to_owned(),
        title: run.title.clone(),
        lead: vec![happened],
        button: Some(Button { label: "See what happened", url: page_of(portal, run) }),
        sections: failure.into_iter().chain((!run.rows.is_empty()).then_some(parameters)).collect(),
        because: "You get this because you requested the run.".to_owned(),
        ..Letter::default()
    }
}

fn kind(status: Status) -> &'static str {
    match status {
        Status::Succeeded => "Succeeded",
        Status::Rejected => "Rejected",
        Status::Expired => "Expired",
        Status::Cancelled => "Cancelled",
        Status::TimedOut => "Timed out",
        _ => "Failed",
    }
}

fn tone(status: Status) -> Tone {
    match status {
        Status::Succeeded => Tone::Good,
        Status::Cancelled | Status::Expired => Tone::Info,
        _ => Tone::Bad,
    }
}
