//! The link of a mail, as it comes back: in the address of the decision page, or as the hidden field of its form.
//!
//! It is looked at before anybody has to sign in, so that whoever holds a useless one is told so and led on. It only
//! says by which channel somebody came: without it the page and every right on it are the same.

use catalog_model::approval::Channel;
use openidconnect::url::form_urlencoded;

use super::error::{ApiError, Kind};
use super::state::ApiState;
use crate::app::AppError;
use crate::domain::RunId;
use crate::domain::link::LinkKey;

/// How somebody came to a page.
#[derive(Debug)]
pub(crate) struct Arrival {
    /// The channel that a vote from there counts for.
    pub(crate) channel: Channel,
    /// The link, if they came by one.
    pub(crate) link: Option<String>,
}

/// The link in a query.
pub(crate) fn of_query(query: Option<&str>) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query?.as_bytes());
    pairs.find(|(name, _)| name == "link").map(|(_, link)| link.into_owned())
}

/// How somebody came to the page of an approval. A link that is of no use, or is another approval's, is refused and
/// leads to the page itself.
pub(crate) fn arrival(
    api: &ApiState,
    link: Option<String>,
    run: RunId,
    gate: &str,
) -> Result<Arrival, ApiError> {
    let page = |run: RunId, gate: &str| format!("/runs/{run}/approvals/{gate}");
    let Some(word) = link else { return Ok(Arrival { channel: Channel::Portal, link: None }) };
    let read = LinkKey::derive(&api.portal().config.link_key).read(&word, api.now());
    let signed = read.map_err(|bad| ApiError::from(AppError::from(bad)).leading_to(page(run, gate)))?;
    if signed.run == run && signed.gate == gate {
        return Ok(Arrival { channel: Channel::Email, link: Some(word) });
    }
    let other = ApiError::new(
        Kind::Conflict,
        "This link is for another approval. Open that one, or find this one under Approvals.",
    );
    Err(other.leading_to(page(signed.run, &signed.gate)))
}
