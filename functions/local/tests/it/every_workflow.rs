//! Every workflow of the sample catalog, from its request to its end, and what must stay secret on the way.

use serde_json::{Value, json};

use crate::sample::parameters_of;
use crate::support::{Visitor, World, eventually, shipped};

#[tokio::test(flavor = "multi_thread")]
async fn each_one_runs_to_its_end() {
    let world = World::start().await;
    let people = People::read();
    for slug in slugs() {
        let requester = people.requester(&slug);
        let visitor = world.person(&requester).await;
        let parameters = parameters_of(&slug);
        let run = visitor.run(&slug, &slug, &parameters).await;
        approve_all(&world, &people, &visitor, &requester, &run).await;
        approve_on_the_way(&world, &people.named_in(&parameters, &requester), &visitor, &run).await;
        visitor.until(&run, "SUCCEEDED").await;
        let steps = visitor.all_steps(&run).await;
        assert!(steps.iter().all(|step| step["status"] != "RUNNING"), "{slug}: {steps:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f09_a_secret_parameter_is_nowhere_but_in_the_vault() {
    let secret = "https://hooks.slack.com/services/T000/B000/hushf09hush";
    let world = World::start().await;
    let people = People::read();
    let slug = "post-to-slack";
    let mut parameters = parameters_of(slug);
    parameters["destination"] = json!({"webhook": secret});

    let requester = people.requester(slug);
    let visitor = world.person(&requester).await;
    let run = visitor.run(slug, "f09", &parameters).await;
    approve_all(&world, &people, &visitor, &requester, &run).await;
    visitor.until(&run, "SUCCEEDED").await;
    visitor.all_steps(&run).await;
    world.noticed(&run).await;

    let again = visitor.request(slug, "f09", &parameters).await;
    assert_eq!(again.status().as_u16(), 200, "the same secret is the same request");
    let mut other = parameters.clone();
    other["destination"]["webhook"] = json!(secret.replace("B000", "B001"));
    assert_eq!(visitor.request(slug, "f09", &other).await.status().as_u16(), 422, "another one is not");

    let shown = [
        visitor.json(&format!("/api/runs/{run}")).await.to_string(),
        visitor.get(&format!("/runs/{run}")).await.text().await.expect("a page"),
        world.everything_stored().await,
        world.every_history().await,
        world.inbox().await,
    ];
    assert!(shown[2].contains(&run) && shown[3].contains(&run), "the search looks in the right places");
    for (place, text) in ["API", "page", "tables", "histories", "inbox"].iter().zip(&shown) {
        assert!(!text.contains("hushf09hush"), "the secret is in the {place}");
    }
    assert!(shown[3].contains("arn:aws:secretsmanager:"), "the steps get a reference");
}

/// Lets the run through every gate that opens, each by somebody who may.
async fn approve_all(world: &World, people: &People, visitor: &Visitor, requester: &str, run: &str) {
    let path = format!("/api/runs/{run}");
    let mut voted = Vec::new();
    loop {
        let mut gate = None;
        eventually("a gate opens or the run goes on", async || {
            let shown = visitor.json(&path).await;
            gate = open_gate(&shown, &voted);
            gate.is_some() || !["STARTING", "WAITING"].iter().any(|status| shown["status"] == *status)
        })
        .await;
        let Some(gate) = gate else { break };
        let name = gate["name"].as_str().expect("a name").to_owned();
        for approver in people.approvers(&gate, requester) {
            let approver = world.person(&approver).await;
            let decided = approver.decide_on_page(run, &name, "It may").await;
            assert!(
                decided.status().is_redirection(),
                "{name}: {}",
                decided.text().await.unwrap_or_default()
            );
            if !is_open(&visitor.json(&path).await, &name) {
                break;
            }
        }
        voted.push(name);
    }
}

/// Lets through what the run's steps ask of people on their way, by calls that are runs of their own. Whoever may be
/// asked is named by the parameters.
async fn approve_on_the_way(world: &World, approvers: &[String], visitor: &Visitor, run: &str) {
    let mut asked = Vec::new();
    for approver in approvers {
        asked.push(world.person(approver).await);
    }
    let path = format!("/api/runs/{run}");
    eventually("the run ends", async || {
        for approver in &asked {
            let inbox = approver.json("/api/approvals").await;
            for line in inbox["approvals"].as_array().expect("an inbox") {
                let text = |field: &str| line[field].as_str().expect("a text");
                // Another approver may have been sooner; what counts is that the run goes on.
                approver.decide_on_page(text("run_id"), text("gate"), "It may").await;
            }
        }
        let status = visitor.json(&path).await["status"].clone();
        !["APPROVED", "EXECUTING"].iter().any(|going| status == *going)
    })
    .await;
}

fn is_open(run: &Value, gate: &str) -> bool {
    run["approvals"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|one| one["name"] == gate && one["status"] == "OPEN")
}

fn open_gate(run: &Value, voted: &[String]) -> Option<Value> {
    let gates = run["approvals"].as_array()?;
    let open = gates.iter().filter(|gate| gate["status"] == "OPEN");
    open.into_iter().find(|gate| !voted.iter().any(|name| gate["name"] == name.as_str())).cloned()
}

fn slugs() -> Vec<String> {
    let folders = std::fs::read_dir(shipped("catalog").join("workflows")).expect("workflows");
    let mut slugs: Vec<_> =
        folders.map(|folder| folder.expect("a folder").file_name().to_string_lossy().into_owned()).collect();
    slugs.sort();
    slugs
}

/// Who is in which group, as the catalog's files say.
struct People(Vec<(String, Vec<String>)>);

impl People {
    fn read() -> Self {
        let files = std::fs::read_dir(shipped("catalog").join("teams")).expect("teams");
        let groups = files.flat_map(|file| {
            let team = json_file(&file.expect("a file").path());
            let groups = team["groups"].as_object().expect("groups").clone();
            groups.into_iter().map(|(id, group)| {
                let members = group["members"].as_array().expect("members").clone();
                (id, members.iter().filter_map(Value::as_str).map(str::to_owned).collect())
            })
        });
        Self(groups.collect())
    }

    fn members(&self, group: &str) -> &[String] {
        self.0.iter().find(|(id, _)| id == group).map_or(&[], |(_, members)| members)
    }

    /// Members of the groups that the parameters name, but for the requester.
    fn named_in(&self, parameters: &Value, requester: &str) -> Vec<String> {
        let named =
            |value: &Value| value.as_str().map(|group| self.members(group).to_vec()).unwrap_or_default();
        let values = parameters.as_object().into_iter().flat_map(|object| object.values());
        let mut people: Vec<String> = values.flat_map(named).filter(|person| person != requester).collect();
        people.sort();
        people.dedup();
        people
    }

    /// Somebody who may request the workflow.
    fn requester(&self, slug: &str) -> String {
        let path = shipped("catalog").join("workflows").join(slug).join("workflow.json");
        let group = json_file(&path)["requesters"][0].as_str().unwrap_or("engineers").to_owned();
        self.members(&group).first().expect("a member").clone()
    }

    /// Everybody who may decide at the gate of somebody's run.
    fn approvers(&self, gate: &Value, requester: &str) -> Vec<String> {
        let groups = gate["from"].as_array().expect("groups");
        let ids = groups.iter().filter_map(|group| group["id"].as_str());
        let mut people: Vec<_> = ids.flat_map(|group| self.members(group)).cloned().collect();
        let named = gate["people"].as_array().into_iter().flatten();
        people.extend(named.filter_map(|person| person["id"].as_str()).map(str::to_owned));
        people.sort();
        people.dedup();
        people.retain(|person| person != requester);
        people
    }
}

fn json_file(path: &std::path::Path) -> Value {
    let text = std::fs::read_to_string(path).expect("a file of the catalog");
    serde_json::from_str(&text).expect("JSON")
}
