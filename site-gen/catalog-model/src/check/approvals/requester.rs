//! What a gate's `when_requester` asks of the requester, `{"id", "groups", "teams"}`: only these members, and
//! only people, groups and teams that exist.

use serde_json::Value;

use super::who;
use crate::check::conditions::SAME_VALUE;
use crate::check::workflow::team;
use crate::load::Catalog;
use crate::load::place::join;
use crate::load::report::Report;
use crate::{codes, suggest};

/// What a part of the condition is a schema over.
#[derive(Clone, Copy)]
enum Part {
    Requester,
    Id,
    Groups,
    Group,
    Teams,
    Team,
}

/// Checks the schema `when`, found at `pointer`.
pub(super) fn check(when: &Value, pointer: &str, catalog: &Catalog, report: &mut Report<'_>) {
    walk(when, pointer, Part::Requester, catalog, report);
}

fn walk(when: &Value, pointer: &str, part: Part, catalog: &Catalog, report: &mut Report<'_>) {
    let Some(keywords) = when.as_object() else { return };
    for (keyword, value) in keywords {
        let here = join(pointer, keyword);
        match (part, keyword.as_str(), value) {
            (Part::Requester, "properties", Value::Object(properties)) => {
                for (name, schema) in properties {
                    let at = join(&here, name);
                    if let Some(part) = member(name, &at, report) {
                        walk(schema, &at, part, catalog, report);
                    }
                }
            }
            (Part::Requester, "required", Value::Array(names)) => {
                for (index, name) in names.iter().enumerate() {
                    name.as_str().and_then(|name| member(name, &join(&here, index.to_string()), report));
                }
            }
            (_, "const", value) => known(value, &here, part, catalog, report),
            (_, "enum", Value::Array(values)) => {
                for (index, value) in values.iter().enumerate() {
                    known(value, &join(&here, index.to_string()), part, catalog, report);
                }
            }
            (Part::Groups, "items" | "contains", schema) => walk(schema, &here, Part::Group, catalog, report),
            (Part::Teams, "items" | "contains", schema) => walk(schema, &here, Part::Team, catalog, report),
            (_, keyword, Value::Array(schemas)) if SAME_VALUE.contains(&keyword) => {
                for (index, schema) in schemas.iter().enumerate() {
                    walk(schema, &join(&here, index.to_string()), part, catalog, report);
                }
            }
            (_, keyword, schema) if SAME_VALUE.contains(&keyword) => {
                walk(schema, &here, part, catalog, report);
            }
            _ => {}
        }
    }
}

fn member(name: &str, pointer: &str, report: &mut Report<'_>) -> Option<Part> {
    match name {
        "id" => Some(Part::Id),
        "groups" => Some(Part::Groups),
        "teams" => Some(Part::Teams),
        _ => {
            let message = format!("Nothing is known of a requester's `{name}`.");
            let help = suggest::help(name, ["id", "groups", "teams"], "Use one of them.");
            report.at(pointer, codes::UNKNOWN_REQUESTER_FIELD, message, help);
            None
        }
    }
}

/// Checks a value that the part is compared with.
fn known(value: &Value, pointer: &str, part: Part, catalog: &Catalog, report: &mut Report<'_>) {
    match (part, value) {
        (Part::Id, Value::String(id)) => {
            who::person(id, pointer, catalog, report);
        }
        (Part::Group, Value::String(id)) => {
            who::group(id, pointer, catalog, report);
        }
        (Part::Team, Value::String(id)) => team(id, pointer, codes::UNKNOWN_TEAM, catalog, report),
        (Part::Groups | Part::Teams, Value::String(id)) => {
            let message = format!("This never holds: `{id}` is compared with a list.");
            let help = format!("Write `{{\"contains\": {{\"const\": \"{id}\"}}}}`.");
            report.at(pointer, codes::UNMEETABLE_CONDITION, message, help);
        }
        (Part::Groups | Part::Teams, Value::Array(ids)) => {
            let one = if matches!(part, Part::Groups) { Part::Group } else { Part::Team };
            for (index, id) in ids.iter().enumerate() {
                known(id, &join(pointer, index.to_string()), one, catalog, report);
            }
        }
        _ => {}
    }
}
