//! A small compiled catalog: one team that owns, one that asks.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

/// Ada and Dan ask; Bob, Cleo and Finn own; Ada is an owner too, so that she could approve her own
/// request if the portal let her. Sven looks after security, Uma decides alone, Mia is asked when nobody
/// else answers. Dan is a contractor. State machines of both teams may call.
pub(crate) fn write(folder: &Path) {
    let workflows = [
        workflow("resize", "eu-west-1"),
        workflow("undeployed", "eu-west-1"),
        workflow("elsewhere", "eu-central-1"),
        guarded(),
        limited(),
        chosen(),
    ];
    fs::create_dir(folder.join("workflows")).expect("a folder");
    for workflow in &workflows {
        let name = format!("workflows/{}.json", workflow["slug"].as_str().expect("a slug"));
        fs::write(folder.join(name), workflow.to_string()).expect("a file");
    }
    fs::write(folder.join("index.json"), index(&workflows).to_string()).expect("a file");
}

fn index(workflows: &[Value]) -> Value {
    let summary = |workflow: &Value| {
        let slug = workflow["slug"].as_str().expect("a slug").to_owned();
        let line =
            json!({"title": workflow["workflow"]["title"], "owner": "data", "digest": workflow["digest"]});
        (slug, line)
    };
    let summaries: serde_json::Map<_, _> = workflows.iter().map(summary).collect();
    json!({
        "portal": {
            "title": "Drawbridge", "organisation": "Example", "description": "Workflows of Example.",
            "shared_account": "111111111111",
            "deployments": [
                {"region": "eu-west-1", "url": "https://drawbridge.example.com"},
                {"region": "eu-central-1", "url": "https://recovery.example.com"},
            ],
            "sign_in": {"issuer": "https://issuer.example.com", "client_id": "drawbridge"},
        },
        "teams": {
            "data": team("Data", &["bob", "cleo", "finn"], &json!({
                "owners": {"name": "Database owners", "members": ["ada", "bob", "cleo", "finn"]},
                "askers": {"name": "Askers", "members": ["ada", "dan"]},
            })),
            "apps": team("Apps", &["ada", "dan", "sven", "uma", "mia"], &json!({
                "security": {"name": "Security", "members": ["sven"]},
                "managers": {"name": "Managers", "members": ["mia"]},
                "contractors": {"name": "Contractors", "members": ["dan"]},
            })),
        },
        "workflows": summaries,
        "assets": {},
    })
}

fn team(name: &str, people: &[&str], groups: &Value) -> Value {
    let person =
        |id: &&str| json!({"id": id, "name": id.to_uppercase(), "email": format!("{id}@example.com")});
    json!({
        "name": name, "description": "A team.", "account": "222222222222", "slack_channel": format!("#{}", name.to_lowercase()),
        "email": "team@example.com", "people": people.iter().map(person).collect::<Vec<_>>(), "groups": groups,
    })
}

fn workflow(slug: &str, region: &str) -> Value {
    json!({
        "slug": slug, "digest": format!("digest-of-{slug}"), "region": region, "account": "222222222222",
        "workflow": {
            "title": "Resize a cluster", "summary": "Changes the size.", "owner": "data",
            "requesters": ["askers"],
            "callers": ["apps", "data"],
            "parameters": {
                "type": "object", "required": ["environment"], "additionalProperties": false,
                "properties": {
                    "environment": {"title": "Environment", "enum": ["staging", "production"]},
                    "audited": {"title": "Audited", "type": "boolean"},
                    "password": {"title": "Password", "type": "string", "writeOnly": true},
                },
            },
            "approvals": [
                gate("owners", "owners", 2, &json!({
                    "properties": {"environment": {"const": "production"}}, "required": ["environment"],
                })),
                gate("security", "security", 1, &json!({
                    "properties": {"audited": {"const": true}}, "required": ["audited"],
                })),
            ],
            "timeout": "PT1H",
        },
        "steps": {"StartAt": "Resize", "States": {"Resize": {"Type": "Succeed"}}},
        "permissions": {"Version": "2012-10-17", "Statement": []},
        "cases": {"cases": []},
    })
}

/// The same with everything that a policy can ask for, and for people alone: an owner and somebody of security, beside them Uma, and
/// for contractors a manager afterwards.
fn guarded() -> Value {
    let mut workflow = workflow("guarded", "eu-west-1");
    workflow["workflow"]["callers"] = json!([]);
    workflow["workflow"]["target"] = json!("/environment");
    workflow["workflow"]["break_glass"] = json!({"from": ["security"]});
    workflow["workflow"]["approvals"] = json!([
        {
            "name": "pair", "title": "An owner and Security", "why": "It carries customers.",
            "from": ["owners", "security"], "quorum": 2, "distinct_groups": true, "within": "PT4H",
            "remind": ["PT1H", "PT3H"], "escalate": {"after": "PT90M", "from": ["managers"]},
        },
        {
            "name": "uma", "title": "Uma", "why": "She knows.", "alongside": true, "people": ["uma"],
            "within": "PT2H", "on_expiry": "reject", "risk": "high",
        },
        {
            "name": "contractor", "title": "A manager", "why": "A contractor asks.", "from": ["managers"],
            "within": "PT4H",
            "when_requester": {"properties": {"groups": {"contains": {"const": "contractors"}}}},
        },
    ]);
    workflow
}

/// The same for clusters by name, with every limit: two runs at a time, one of a cluster, five in an hour, three of a
/// cluster in a day. State machines of two teams may call it.
fn limited() -> Value {
    let mut workflow = workflow("limited", "eu-west-1");
    let own = &mut workflow["workflow"];
    own["parameters"]["properties"]["cluster"] = json!({"title": "Cluster", "type": "string"});
    own["parameters"]["required"] = json!(["environment", "cluster"]);
    own["target"] = json!("/cluster");
    own["callers"] = json!(["apps", "data"]);
    own["limits"] = json!({
        "concurrent": 2, "rate": {"runs": 5, "per": "PT1H"},
        "per_target": {"concurrent": 1, "rate": {"runs": 3, "per": "P1D"}},
    });
    workflow
}

/// A request names who is asked, and how many.
fn chosen() -> Value {
    let mut workflow = workflow("chosen", "eu-west-1");
    workflow["workflow"]["parameters"] = json!({
        "type": "object", "required": ["from", "number"], "additionalProperties": false,
        "properties": {
            "from": {
                "title": "From", "type": "array", "minItems": 1,
                "items": {"enum": ["owners", "security", "managers"]},
            },
            "number": {"title": "Number", "type": "integer", "minimum": 1, "maximum": 2},
        },
    });
    workflow["workflow"]["approvals"] = json!([{
        "name": "decision", "title": "Decision", "why": "Somebody asks.", "within": "PT4H",
        "from_parameter": "/from", "quorum_parameter": "/number",
    }]);
    workflow
}

fn gate(name: &str, group: &str, quorum: u32, when: &Value) -> Value {
    json!({
        "name": name, "title": format!("Approval of {group}"), "why": "It carries customers.",
        "from": [group], "quorum": quorum, "within": "PT4H", "when": when,
    })
}
