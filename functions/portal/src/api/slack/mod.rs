//! Slack's side of the portal: what people click there, and how their account is linked to them here.
//!
//! Interactions carry no cookie and come from no page of ours: [`signed`] lets in what Slack signed, and who
//! clicked is looked up by workspace and user. Linking is a browser's business like signing in.

pub(super) mod interactions;
pub(super) mod link;
mod payload;
mod press;
mod signed;
mod submit;

/// The one address that takes posts from elsewhere: they are signed.
pub(super) const INTERACTIONS: &str = "/slack/interactions";
