//! A team: who they are, what they own, who is in which of their groups.

use catalog_model::{Person, Team};
use serde::Serialize;

use super::Renderer;
use crate::BuildError;
use crate::plan::Entry;

#[derive(Serialize)]
struct Context<'a> {
    nav: &'static str,
    id: &'a str,
    name: &'a str,
    description: &'a str,
    account: &'a str,
    slack_channel: &'a str,
    email: &'a str,
    people: &'a [Person],
    groups: Vec<Group<'a>>,
    workflows: Vec<&'a Entry>,
}

#[derive(Serialize)]
struct Group<'a> {
    id: &'a str,
    name: &'a str,
    members: Vec<&'a str>,
}

pub(super) fn render(
    renderer: &Renderer<'_>,
    id: &str,
    team: &Team,
    entries: &[Entry],
) -> Result<Vec<u8>, BuildError> {
    let context = Context {
        nav: "workflows",
        id,
        name: &team.name,
        description: &team.description,
        account: &team.account,
        slack_channel: &team.slack_channel,
        email: &team.email,
        people: &team.people,
        groups: team.groups.iter().map(|(id, group)| groups(renderer, id, group)).collect(),
        workflows: entries.iter().filter(|entry| entry.owner == id).collect(),
    };
    renderer.page("pages/team.html", &context)
}

fn groups<'a>(renderer: &'a Renderer<'_>, id: &'a str, group: &'a catalog_model::team::Group) -> Group<'a> {
    Group { id, name: &group.name, members: group.members.iter().map(|id| name(renderer, id)).collect() }
}

/// A member may belong to another team.
fn name<'a>(renderer: &'a Renderer<'_>, id: &'a str) -> &'a str {
    let people = renderer.catalog.teams.values().flat_map(|team| &team.people);
    people.into_iter().find(|person| person.id == id).map_or(id, |person| &person.name)
}
