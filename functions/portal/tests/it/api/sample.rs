//! The small catalog that the API is tested on.

use std::path::Path;

use catalog_model::CatalogIndex;
use serde_json::{Value, json};

/// Two teams: `data` owns the workflows (Bob and Olga), `apps` asks for runs (Ada and Eve).
pub(crate) fn write(folder: &Path) {
    std::fs::create_dir(folder.join("workflows")).expect("a folder");
    let resize = workflow("resize", "Resize a cluster", &json!([]));
    let mut restricted = workflow("restricted", "For owners only", &json!(["owners"]));
    restricted["workflow"]["approvals"][0]["quorum"] = json!(2);
    let mut guarded = workflow("guarded", "Behind a high gate", &json!([]));
    guarded["workflow"]["approvals"][0]["risk"] = json!("high");
    guarded["workflow"]["break_glass"] = json!({"people": ["olga"]});
    let mut limited = workflow("limited", "One at a time", &json!([]));
    limited["workflow"]["target"] = json!("/cluster");
    limited["workflow"]["callers"] = json!(["apps"]);
    limited["workflow"]["limits"] =
        json!({"rate": {"runs": 2, "per": "P1D"}, "per_target": {"concurrent": 1}});
    let summary = |compiled: &Value| json!({"title": compiled["workflow"]["title"], "owner": "data", "digest": compiled["digest"]});
    let person = |id: &str, name: &str| json!({"id": id, "name": name, "email": format!("{id}@example.com")});
    let team = |name: &str, people: Value, groups: Value| {
        json!({
            "name": name, "description": "A team.", "account": "222222222222", "slack_channel": "#team",
            "email": "team@example.com", "people": people, "groups": groups,
        })
    };
    let owners = json!({"owners": {"name": "Database owners", "members": ["bob", "olga"]}});
    let index = json!({
        "portal": {
            "title": "Drawbridge", "organisation": "Example", "description": "Workflows of Example.",
            "shared_account": "111111111111", "public": true,
            "deployments": [{"region": "eu-west-1", "url": "https://drawbridge.example.com"}],
            "sign_in": {"issuer": "https://issuer.example.com", "client_id": "drawbridge", "groups_claim": "groups", "operators": ["owners"]},
        },
        "teams": {
            "data": team("Data platform", json!([person("bob", "Bob"), person("olga", "Olga")]), owners),
            "apps": team("Applications", json!([person("ada", "Ada"), person("eve", "Eve")]), json!({})),
        },
        "workflows": {"resize": summary(&resize), "restricted": summary(&restricted), "guarded": summary(&guarded), "limited": summary(&limited)},
        "assets": assets(),
    });
    let checked: CatalogIndex = serde_json::from_value(index.clone()).expect("an index");
    assert_eq!(checked.workflows.len(), 4);
    let write =
        |name: &str, value: &Value| std::fs::write(folder.join(name), value.to_string()).expect("a file");
    write("index.json", &index);
    write("workflows/resize.json", &resize);
    write("workflows/restricted.json", &restricted);
    write("workflows/guarded.json", &guarded);
    write("workflows/limited.json", &limited);
}

fn assets() -> Value {
    let names = ["favicon.svg", "portal.css", "session.js", "times.js", "run.js", "form.js"];
    names
        .iter()
        .map(|name| ((*name).to_owned(), Value::from(format!("/assets/{name}"))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn workflow(slug: &str, title: &str, requesters: &Value) -> Value {
    let parameters = json!({
        "type": "object", "required": ["cluster", "environment"], "additionalProperties": false,
        "properties": {
            "cluster": {"title": "Cluster", "type": "string", "pattern": "^[a-z][a-z0-9-]*$", "maxLength": 40},
            "environment": {"title": "Environment", "enum": ["staging", "production"]},
            "size": {"title": "Size", "type": "integer", "minimum": 1, "maximum": 9, "default": 2},
            "note": {"title": "Note", "type": "string"},
            "details": {"title": "Details"},
            "password": {"title": "Password", "type": "string", "writeOnly": true, "minLength": 4},
        },
    });
    let gate = json!({
        "name": "owner", "title": "Owner's approval", "why": "Production carries customers.", "from": ["owners"],
        "quorum": 1, "within": "PT4H", "reason": "optional",
        "when": {"properties": {"environment": {"const": "production"}}, "required": ["environment"]},
    });
    let steps = json!({"StartAt": "Resize", "States": {
        "Resize": {"Type": "Task", "Comment": "Changes the class.", "End": true, "TimeoutSeconds": 60,
            "Resource": "arn:aws:states:::aws-sdk:rds:modifyDBInstance"}}});
    json!({
        "slug": slug, "digest": format!("digest-of-{slug}"), "region": "eu-west-1", "account": "222222222222",
        "workflow": {
            "title": title, "summary": "Changes the size of a cluster.", "owner": "data", "requesters": requesters,
            "parameters": parameters, "approvals": [gate], "timeout": "PT1H",
        },
        "steps": steps, "permissions": permissions(), "cases": cases(),
    })
}

fn permissions() -> Value {
    json!({"Version": "2012-10-17", "Statement": []})
}

fn cases() -> Value {
    json!({"cases": []})
}
