//! Linking a Slack user to the person who is signed in: both sign-ins meet in one browser.

use jiff::Timestamp;

use crate::app::{AppError, Portal, random};
use crate::notify::NotifyError;
use crate::notify::slack::sign_in::SignIn;
use crate::store::StoreError;
use crate::store::error::Kind;
use crate::store::sign_in::WINDOW;
use crate::store::slack::{Link, Linking};

/// A linking that has begun.
#[derive(Debug)]
pub struct Begun {
    /// Where the browser goes.
    pub url: String,
    /// What ties the way back to this browser.
    pub state: String,
}

/// Begins to link somebody's Slack user.
pub async fn begin(portal: &Portal, person: &str) -> Result<Begun, AppError> {
    let slack = sign_in(portal)?;
    let (state, nonce) = (hex::encode(random::<32>()?), hex::encode(random::<32>()?));
    let url = slack.address(&state, &nonce);
    let linking = Linking { person: person.to_owned(), nonce, expires_at: portal.now() + WINDOW };
    portal.store.put_linking(&state, &linking).await?;
    Ok(Begun { url, state })
}

/// Ends it: the person who began it is linked to the user whom Slack signed in.
pub async fn finish(portal: &Portal, person: &str, state: &str, code: &str) -> Result<Link, AppError> {
    let slack = sign_in(portal)?;
    let linking = taken(portal, person, state).await?;
    let identity = slack.identity(code, &linking.nonce).await.map_err(|error| match error {
        NotifyError::Slack(reason) => {
            tracing::warn!(person, reason, "Slack did not say who somebody is");
            AppError::NotAllowed("Slack did not confirm who you are there; begin again".to_owned())
        }
        other => other.into(),
    })?;
    if portal.config.slack_team.as_ref() != Some(&identity.team) {
        let sentence = "this is another Slack workspace than the one that the portal belongs to";
        return Err(AppError::NotAllowed(sentence.to_owned()));
    }
    let link = Link { person: person.to_owned(), team: identity.team, user: identity.user, at: portal.now() };
    match portal.store.link_slack(&link).await {
        Ok(()) => {
            tracing::info!(person, team = link.team, user = link.user, "a Slack user was linked");
            Ok(link)
        }
        Err(StoreError::Exists(Kind::Link)) => Err(AppError::Conflict(
            "this Slack user is linked to somebody else; they have to end that link first".to_owned(),
        )),
        Err(StoreError::Changed) => {
            Err(AppError::Conflict("your link changed in this moment; try again".to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Gives up a linking that Slack signed nobody in for.
pub async fn give_up(portal: &Portal, person: &str, state: &str) -> Result<(), AppError> {
    taken(portal, person, state).await.map(drop)
}

async fn taken(portal: &Portal, person: &str, state: &str) -> Result<Linking, AppError> {
    let now: Timestamp = portal.now();
    let linking = portal.store.take_linking(state, now).await?;
    // Whoever began is who ends: a way back that is sent to somebody else links nobody.
    linking.filter(|linking| linking.person == person).ok_or_else(|| {
        AppError::Conflict(
            "this link was begun by somebody else, was used already, or took too long".to_owned(),
        )
    })
}

fn sign_in(portal: &Portal) -> Result<&SignIn, AppError> {
    portal.notifier.slack_sign_in().ok_or(AppError::NotFound("page"))
}
