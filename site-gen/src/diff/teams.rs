//! Teams: whose account it is, who is in which group, and what that group is asked for.

use std::collections::BTreeSet;

use super::at::{At, list, strings};
use super::context::Sides;
use super::finding::Severity::{Changes, Strengthens, Weakens};
use super::matching;
use super::report::{Known, Report};
use super::say::{inert, quoted, short};
use crate::words;

/// Compares two files of the team.
pub(super) fn compare(at: &At<'_>, team: &str, sides: &Sides<'_>, report: &mut Report<'_>) {
    report.members(at, |key, member, report| {
        match key {
            "name" | "description" => {
                report.say(Changes, member, format!("The team's `{key}` reads differently"));
            }
            "slack_channel" | "email" => report.say(Changes, member, "The team is told elsewhere"),
            "account" => {
                report.say(Weakens, member, "Everything that the team owns runs in another account");
            }
            "people" => people(member, team, sides, report),
            "groups" => {
                for id in member.keys() {
                    report.rule(&member.member(id), |at, report| group(at, id, sides, report));
                }
            }
            _ => return Known::No,
        }
        Known::Yes
    });
}

/// A team that is on one side only. Its groups may have been, or may now be, another team's.
pub(super) fn presence(at: &At<'_>, sides: &Sides<'_>, report: &mut Report<'_>) {
    report.sentence(Changes, at, if at.before.is_none() { "This team is new" } else { "This team is gone" });
    let groups = at.member("groups");
    for id in groups.keys() {
        group(&groups.member(id), id, sides, report);
    }
}

/// Who is in a team matters by itself only where a condition of a gate asks for it.
fn people(at: &At<'_>, team: &str, sides: &Sides<'_>, report: &mut Report<'_>) {
    let conditions = sides.base.uses.conditions(team) || sides.head.uses.conditions(team);
    let severity = if conditions { Weakens } else { Changes };
    let clause = if conditions { ", on which gates depend" } else { "" };
    let pairs = matching::by_key("id", list(at.before), list(at.after));
    if matching::reordered(&pairs) {
        report.sentence(Changes, at, "People are listed in another order");
    }
    for (was, is) in pairs {
        let person = at.items(was, is);
        let id = person.after.or(person.before).and_then(|person| person.get("id"));
        let id = quoted(&id.map(short).unwrap_or_default());
        match (was, is) {
            (None, _) => report.sentence(severity, &person, format!("{id} joins the team{clause}")),
            (_, None) => report.sentence(severity, &person, format!("{id} leaves the team{clause}")),
            _ => report.members(&person, |key, member, report| {
                let message = match key {
                    "id" => "Somebody has another id".to_owned(),
                    "email" => format!("Notices for {id} go to another address"),
                    _ => return Known::Yes,
                };
                report.say(if key == "id" { Weakens } else { Changes }, member, message);
                Known::Yes
            }),
        }
    }
}

/// A group may have moved from another team: it is compared with what it was there.
fn group(at: &At<'_>, id: &str, sides: &Sides<'_>, report: &mut Report<'_>) {
    let name = quoted(id);
    match (at.before, at.after) {
        (Some(_), Some(_)) => report.members(at, |key, member, report| match key {
            "members" => {
                let [was, is] = [member.before, member.after].map(|all| strings(all).into_iter().collect());
                members(member, id, &was, &is, sides, report);
                Known::Yes
            }
            "name" => {
                report.say(Changes, member, format!("The group {name} is called differently"));
                Known::Yes
            }
            _ => Known::No,
        }),
        (None, Some(new)) => {
            let is = strings(new.get("members")).into_iter().collect();
            if let Some(was) = sides.base.members(id) {
                report.sentence(Changes, at, format!("The group {name} belongs to this team now"));
                members(&at.member("members"), id, &was, &is, sides, report);
            } else {
                let message = format!("The group {name} is new{}", sides.head.uses.clause(id));
                let named = is.into_iter().map(inert).collect::<Vec<_>>();
                report.words(Changes, at, message, None, Some(words::and(&named)));
            }
        }
        (Some(_), None) if sides.head.members(id).is_some() => {
            report.sentence(Changes, at, format!("The group {name} belongs to another team now"));
        }
        _ => report.sentence(Changes, at, format!("The group {name} is gone")),
    }
}

fn members(
    at: &At<'_>,
    group: &str,
    was: &BTreeSet<&str>,
    is: &BTreeSet<&str>,
    sides: &Sides<'_>,
    report: &mut Report<'_>,
) {
    let (before, after) = (&sides.base.uses, &sides.head.uses);
    for person in is.difference(was) {
        let severity = if after.any(group) { Weakens } else { Changes };
        let clause = after.clause(group);
        report.sentence(
            severity,
            at,
            format!("{} joins the group {}{clause}", quoted(person), quoted(group)),
        );
    }
    for person in was.difference(is) {
        // A gate may ask only those who are in a group, or only those who are not.
        let severity = match (before.conditions(group), before.any(group)) {
            (true, _) => Weakens,
            (false, true) => Strengthens,
            (false, false) => Changes,
        };
        let clause = before.clause(group);
        report.sentence(
            severity,
            at,
            format!("{} leaves the group {}{clause}", quoted(person), quoted(group)),
        );
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::compare;
    use crate::diff::context::Sides;
    use crate::diff::report::tests::said;

    fn check(workflow: &Value, before: &Value, after: &Value, expect: &[&str]) {
        let mut sides = Sides::default();
        sides.base.uses.add("w", workflow);
        sides.head.uses.add("w", workflow);
        sides.base.teams.insert("t", before);
        sides.head.teams.insert("t", after);
        let found = said("teams/t.json", before, after, |at, report| compare(at, "t", &sides, report));
        assert_eq!(found, expect, "{before} {after}");
    }

    fn team(people: &[&str], groups: impl Into<Value>) -> Value {
        let people: Vec<Value> = people.iter().map(|id| json!({"id": id, "name": id})).collect();
        json!({"account": "1", "people": people, "groups": groups.into()})
    }

    #[test]
    fn groups_to_choose_from_decide() {
        let chosen = json!({"approvals": [{"from_parameter": "/who"}], "parameters": {"properties": {
            "who": {"type": "array", "items": {"enum": ["g", "h"]}}}}});
        let group = |members: &[&str]| team(&[], json!({"g": {"name": "G", "members": members}}));
        check(
            &chosen,
            &group(&[]),
            &group(&["ben"]),
            &["weakens: `ben` joins the group `g`, which decides about `w`"],
        );
    }

    #[test]
    fn whoever_joins_a_group_that_decides_is_named() {
        let group = |members: &[&str]| team(&[], json!({"g": {"name": "G", "members": members}}));
        let asked = json!({"approvals": [{"name": "x", "from": ["g"]}], "requesters": ["g"]});
        check(
            &asked,
            &group(&["ada"]),
            &group(&["ben"]),
            &[
                "weakens: `ben` joins the group `g`, which decides about `w`, and may request `w`",
                "strengthens: `ada` leaves the group `g`, which decides about `w`, and may request `w`",
            ],
        );
        check(&json!({}), &group(&[]), &group(&["ben"]), &["changes: `ben` joins the group `g`"]);
        let glass = json!({"break_glass": {"from": ["g"]}});
        check(
            &glass,
            &group(&[]),
            &group(&["ben"]),
            &["weakens: `ben` joins the group `g`, which may open every gate of `w`"],
        );
        let condition = |of: &str| {
            let of = json!({of: {"contains": {"const": if of == "teams" { "t" } else { "g" }}}});
            json!({"approvals": [{"when_requester": {"properties": of}}]})
        };
        check(
            &condition("groups"),
            &group(&["ada"]),
            &group(&[]),
            &["weakens: `ada` leaves the group `g`, which is named by a condition of `w`"],
        );
        check(
            &condition("teams"),
            &team(&["ada"], json!({})),
            &team(&["ben", "cyd"], json!({})),
            &[
                "weakens: `ada` leaves the team, on which gates depend",
                "weakens: `ben` joins the team, on which gates depend",
                "weakens: `cyd` joins the team, on which gates depend",
            ],
        );
    }

    #[test]
    fn the_account_is_a_widening_and_the_rest_is_said() {
        check(
            &json!({}),
            &json!({"account": "1", "email": "a", "name": "T", "groups": {"g": {"members": []}}}),
            &json!({"account": "2", "email": "b", "name": "U", "groups": {"h": {"members": ["ada"]}}, "colour": 1}),
            &[
                "weakens: Everything that the team owns runs in another account (1 → 2)",
                "changes: `colour` is new (no rule knows what it means: read it) (- → 1)",
                "changes: The team is told elsewhere (a → b)",
                "changes: The group `g` is gone",
                "changes: The group `h` is new (- → ada)",
                "changes: The team's `name` reads differently (T → U)",
            ],
        );
    }
}
