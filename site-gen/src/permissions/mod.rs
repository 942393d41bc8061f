//! `permissions.json` in words: what the steps of a workflow can do, and what they cannot.
//!
//! Both are printed from the policy that the worker role is made of, so that no page can promise less or more than
//! IAM will hold. [`can`] says each statement as a sentence, [`mod@cannot`] what a reader may fear and no statement allows.
//!
//! To teach it a service: a line in `tables`; without one it is called by its prefix.

mod action;
mod cannot;
mod condition;
mod resource;
mod tables;

use catalog_model::permissions::Statement;
use serde::Serialize;

use crate::markdown::highlight::{escape, highlight};
use crate::words;

pub(crate) use cannot::{acts_through, cannot};

/// Where the steps run: what needs no saying again with every resource.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
}

/// A statement in words. Texts are HTML.
#[derive(Debug, Serialize)]
pub(crate) struct Can {
    /// The statement's own name, in words.
    title: String,
    does: String,
    on: Vec<String>,
    when: Option<String>,
    /// The statement itself, highlighted.
    statement: String,
}

/// What a statement allows.
pub(crate) fn can(statement: &Statement, place: Place<'_>) -> Can {
    let mut source = String::new();
    highlight("json", &serde_json::to_string_pretty(statement).unwrap_or_default(), &mut source);
    Can {
        title: words::spaced(&statement.sid),
        does: action::sentence(statement.action.iter()),
        on: resource::lines(statement.resource.iter(), place),
        when: statement.condition.as_ref().and_then(condition::sentence),
        statement: source,
    }
}

/// A word of a program, as HTML.
fn code(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 13);
    html.push_str("<code>");
    escape(text, &mut html);
    html.push_str("</code>");
    html
}

/// Words, as HTML.
fn plain(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    escape(text, &mut html);
    html
}
