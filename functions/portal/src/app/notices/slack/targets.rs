//! To whom a notice goes in Slack: channels of teams, and users who are linked to a person.

use crate::app::{AppError, Portal};
use crate::domain::gate::Circle;
use crate::domain::{Person, Run};

/// The channels of the teams whose groups are in a circle, each once, after the owner team's where it is told.
pub(super) async fn channels(
    portal: &Portal,
    run: &Run,
    circle: &Circle,
    owner: bool,
) -> Result<Vec<String>, AppError> {
    let mut teams: Vec<_> = owner.then(|| run.target.owner.clone()).into_iter().collect();
    for group in &circle.groups {
        teams.extend(portal.store.group(&group.id).await?.map(|group| group.team));
    }
    let index = portal.catalog.index();
    let mut channels: Vec<String> = Vec::new();
    for channel in teams.iter().filter_map(|team| Some(&index.teams.get(team)?.slack_channel)) {
        if !channels.contains(channel) {
            channels.push(channel.clone());
        }
    }
    Ok(channels)
}

/// The users whom people are linked to in the portal's workspace.
pub(super) async fn users(portal: &Portal, people: Vec<Person>) -> Result<Vec<String>, AppError> {
    let mut users = Vec::new();
    for person in people {
        users.extend(user(portal, &person.id).await?);
    }
    Ok(users)
}

/// The user whom somebody is linked to.
pub(super) async fn user(portal: &Portal, person: &str) -> Result<Option<String>, AppError> {
    let link = portal.store.slack_link(person).await?;
    Ok(link.filter(|link| Some(&link.team) == portal.config.slack_team.as_ref()).map(|link| link.user))
}
