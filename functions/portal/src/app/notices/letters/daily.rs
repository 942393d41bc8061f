//! The daily mail: what waits for a decision first, then what became of the rest.

use jiff::Timestamp;

use super::closed::because;
use super::{decide_at, moment, outcome, page_of};
use crate::app::Portal;
use crate::domain::Run;
use crate::notify::Letter;
use crate::notify::email::letter::{Button, Item, Tone};

/// One thing that the mail tells.
#[derive(Debug)]
pub(in crate::app) enum Entry {
    /// An approval that the person was asked about and has not decided.
    Gate {
        /// The run.
        run: Box<Run>,
        /// The approval's name.
        gate: String,
        /// Whether it can still be decided.
        open: bool,
    },
    /// A run that the person requested.
    Run {
        /// The run.
        run: Box<Run>,
        /// Whether an approver proposes other parameters for it.
        proposed: bool,
    },
    /// Somebody named the person as their deputy.
    Deputy {
        /// Whose.
        approver: String,
        /// From when.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
    },
}

/// The letter with all of them.
pub(in crate::app) fn letter(portal: &Portal, entries: &[Entry]) -> Letter {
    let (open, rest): (Vec<_>, Vec<_>) =
        entries.iter().partition(|entry| matches!(entry, Entry::Gate { open: true, .. }));
    let items: Vec<_> = open.iter().chain(&rest).filter_map(|entry| item(portal, entry)).collect();
    let waits = match open.len() {
        0 => None,
        1 => Some("One request waits for your decision.".to_owned()),
        many => Some(format!("{many} requests wait for your decision.")),
    };
    let headline = match (&waits, items.as_slice()) {
        (Some(waits), _) => waits.clone(),
        (None, [only]) => only.text.clone(),
        (None, _) => "Nothing waits for your decision.".to_owned(),
    };
    let button = waits
        .is_some()
        .then(|| Button { label: "Open your approvals", url: format!("{}/approvals", portal.config.url) });
    Letter {
        subject: headline.trim_end_matches('.').to_owned(),
        preheader: items.iter().map(|item| item.title.as_str()).collect::<Vec<_>>().join(" · "),
        tone: if waits.is_some() { Tone::Ask } else { Tone::Info },
        kind: "What happened since the last mail".to_owned(),
        title: headline,
        button,
        items,
        notes: vec![
            "What closes within two hours of your daily mail is mailed at once, and so is every emergency."
                .to_owned(),
        ],
        because: "You get this because of what you chose, or because somebody named you.".to_owned(),
        ..Letter::default()
    }
}

fn item(portal: &Portal, entry: &Entry) -> Option<Item> {
    Some(match entry {
        Entry::Gate { run, gate, open } => {
            let gate = run.gate(gate)?;
            let until = gate.expires_at.filter(|_| *open).map(|at| format!("Open until {}.", moment(at)));
            let text = if *open {
                format!("{} asks. {}: {}", run.requester.name, gate.title, gate.why)
            } else {
                format!(
                    "{} asked. Your decision is not needed any more. {}",
                    run.requester.name,
                    because(gate.status)
                )
            };
            let url = if *open { decide_at(portal, run, gate) } else { page_of(portal, run) };
            Item { title: run.title.clone(), text, note: until, url }
        }
        Entry::Run { run, proposed } => {
            let text = if *proposed {
                format!("An approver proposes other parameters for “{}”, which you requested.", run.title)
            } else {
                format!("“{}”, which you requested, {}.", run.title, outcome(run.status))
            };
            Item { title: run.title.clone(), text, note: None, url: page_of(portal, run) }
        }
        Entry::Deputy { approver, from, until } => Item {
            title: "You are a deputy".to_owned(),
            text: format!("{approver} named you as deputy."),
            note: Some(format!(
                "From {} until {} you may decide what {approver} may decide, unless you requested it yourself.",
                moment(*from),
                moment(*until)
            )),
            url: format!("{}/settings", portal.config.url),
        },
    })
}
