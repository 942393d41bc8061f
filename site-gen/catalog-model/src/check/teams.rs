//! `teams/*.json`: people and groups, which are one namespace in the whole catalog.

use std::collections::{BTreeMap, BTreeSet};

use super::names;
use crate::load::Catalog;
use crate::load::place::join;
use crate::load::report::{Report, Source};
use crate::{Person, Problem, Team, codes, suggest};

/// Checks all teams together.
pub(crate) fn check(catalog: &Catalog, sources: &BTreeMap<String, Source>, problems: &mut Vec<Problem>) {
    let mut known = Known::default();
    for (id, team) in &catalog.teams {
        for person in &team.people {
            known.people.entry(&person.id).or_insert(id);
            known.emails.entry(person.email.to_lowercase()).or_insert(&person.id);
        }
        for group in team.groups.keys() {
            known.groups.entry(group).or_insert(id);
        }
    }
    for (id, team) in &catalog.teams {
        let Some(source) = sources.get(id) else { continue };
        let report = &mut source.report(problems);
        itself(team, report);
        people(id, team, &known, report);
        groups(id, team, &known, catalog.teams_complete(), report);
    }
}

/// Who has an id or address first; a second one is a mistake there.
#[derive(Default)]
struct Known<'a> {
    people: BTreeMap<&'a str, &'a str>,
    emails: BTreeMap<String, &'a str>,
    groups: BTreeMap<&'a str, &'a str>,
}

fn itself(team: &Team, report: &mut Report<'_>) {
    names::text(&team.name, "/name", 60, report);
    names::text(&team.description, "/description", 500, report);
    names::account(&team.account, "/account", report);
    email(&team.email, "/email", report);
    let channel = team.slack_channel.strip_prefix('#').unwrap_or_default();
    let valid = |c: char| (c.is_alphanumeric() && !c.is_uppercase()) || matches!(c, '-' | '_');
    if channel.is_empty() || channel.chars().count() > 80 || !channel.chars().all(valid) {
        let message = format!("`{}` is not a Slack channel.", team.slack_channel);
        report.at(
            "/slack_channel",
            codes::BAD_CHANNEL,
            message,
            "Write its name with the `#`: `#cloud-ops`.",
        );
    }
}

fn people(id: &str, team: &Team, known: &Known<'_>, report: &mut Report<'_>) {
    let mut here = BTreeSet::new();
    for (index, person) in team.people.iter().enumerate() {
        let pointer = format!("/people/{index}");
        names::text(&person.name, format_args!("{pointer}/name"), 100, report);
        email(&person.email, &format!("{pointer}/email"), report);
        person_id(person, &pointer, report);
        let first = known.people.get(person.id.as_str()).copied().unwrap_or(id);
        if !here.insert(&person.id) || first != id {
            let message = format!("`{}` is somebody in team `{first}` already.", person.id);
            let help = "List a person in one team; groups may have members of any team.";
            report.at(format!("{pointer}/id"), codes::DUPLICATE_PERSON, message, help);
        } else if let Some(other) =
            known.emails.get(&person.email.to_lowercase()).filter(|o| **o != person.id)
        {
            let message = format!("`{other}` has the address `{}` already.", person.email);
            let help = "An address is one person's, so that nobody is asked twice under two names.";
            report.at(format!("{pointer}/email"), codes::DUPLICATE_EMAIL, message, help);
        }
    }
}

fn groups(id: &str, team: &Team, known: &Known<'_>, complete: bool, report: &mut Report<'_>) {
    for (name, group) in &team.groups {
        let pointer = join("/groups", name);
        names::name(name, &pointer, "group", report);
        names::text(&group.name, format_args!("{pointer}/name"), 100, report);
        if let Some(first) = known.groups.get(name.as_str()).filter(|first| **first != id) {
            let message = format!("Team `{first}` has a group `{name}` already.");
            let help = "Policies name groups without a team: give one of them another id.";
            report.at(pointer.clone(), codes::DUPLICATE_GROUP, message, help);
        }
        if group.members.is_empty() {
            let message = format!("Nobody is in the group `{name}`.");
            report.at(
                format!("{pointer}/members"),
                codes::EMPTY_GROUP,
                message,
                "Add people, or remove the group.",
            );
        }
        let mut seen = BTreeSet::new();
        for (index, member) in group.members.iter().enumerate() {
            let pointer = format!("{pointer}/members/{index}");
            if !seen.insert(member) {
                let message = format!("`{member}` is in this group already.");
                report.at(
                    pointer,
                    codes::DUPLICATE_MEMBER,
                    message,
                    "Remove one of them: a person has one vote.",
                );
            } else if complete && !known.people.contains_key(member.as_str()) {
                let message = format!("No team has a person `{member}`.");
                let help = suggest::help(member, known.people.keys().copied(), "Add the person to a team.");
                report.at(pointer, codes::UNKNOWN_PERSON, message, help);
            }
        }
    }
}

fn person_id(person: &Person, pointer: &str, report: &mut Report<'_>) {
    let id = &person.id;
    if id.is_empty() || id.len() > 128 || !id.bytes().all(|b| b.is_ascii_graphic()) || id.contains('#') {
        let message = format!("`{}` cannot be a person's id.", id.escape_default());
        let help =
            "Write the subject that the identity provider knows: printable characters without spaces or `#`.";
        report.at(format!("{pointer}/id"), codes::BAD_PERSON_ID, message, help);
    }
}

fn email(text: &str, pointer: &str, report: &mut Report<'_>) {
    let sound = text.split_once('@').is_some_and(|(user, host)| {
        let odd =
            |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | ',' | ';' | '<' | '>' | '"');
        !user.is_empty()
            && !user.contains(odd)
            && !host.contains(odd)
            && host.split('.').count() > 1
            && host.split('.').all(|part| !part.is_empty())
    });
    if !sound {
        let message = format!("`{}` is not a mail address.", text.escape_default());
        report.at(
            pointer,
            codes::BAD_EMAIL,
            message,
            "Notices go there: write one address, such as `ops@example.com`.",
        );
    }
}
