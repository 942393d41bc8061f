//! Two browsers, the link of a mail and a click in Slack at the same moment, two hundred times: whatever order they
//! arrive in, a gate is passed once and nobody counts twice.
//!
//! The whole system takes part: requests over HTTP with sessions, Slack's signature, DynamoDB's conditions, the
//! gateway. Each caller has sixty actions a minute, and that is not switched off: the catalog is the shipped one
//! with twelve owners, who take turns, two of whom have to agree; and with a single step, for what is raced for is
//! whether it runs.

mod round;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::catalog::Catalog;
use crate::desk::{Desk, pointer};
use crate::mail_link::link;
use crate::sample::{GATE, SLUG, parameters};
use crate::support::{Visitor, World, eventually};
use crate::verify::verify;
use round::Round;

const ROUNDS: usize = 200;
/// How many runs wait at a time.
const AT_ONCE: usize = 20;
const QUORUM: usize = 2;
const OWNERS: [&str; 12] = [
    "ingrid.solheim",
    "tomasz.wieczorek",
    "adaeze.nwosu",
    "rafael.monteiro",
    "hana.kobayashi",
    "priya.raghunathan",
    "mateo.quiroga",
    "yusuf.demir",
    "clara.lindqvist",
    "noor.al-khatib",
    "samuel.okonkwo",
    "mei-ling.chua",
];
const REQUESTERS: [&str; 5] =
    ["declan.moriarty", "viktor.hradecky", "amara.diallo", "jonas.feldmann", "leilani.kahale"];

/// Somebody who may decide, with a session in a browser and a linked user in Slack.
pub(crate) struct Owner {
    id: &'static str,
    browser: Visitor,
    user: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn f33_f34_four_clicks_race_for_the_last_vote_two_hundred_times() {
    let catalog = catalog();
    let world = World::of(catalog.path()).await;
    let desk = Desk::of(&world);
    let owners = owners(&world, &desk).await;
    let mut requesters = Vec::new();
    for id in REQUESTERS {
        requesters.push(world.person(id).await);
    }
    let mut orders = BTreeMap::<String, usize>::new();
    for first in (0..ROUNDS).step_by(AT_ONCE) {
        let runs = requested(&requesters, first).await;
        let told = told(&world, &desk, &runs).await;
        for (number, run) in (first..).zip(&runs) {
            let (asked, link) = &told[run];
            let round = Round::new(number, run, asked, link, &owners);
            let answers = round.vote(&desk).await;
            *orders.entry(round.check(&desk, &requesters[0], &answers).await).or_default() += 1;
        }
        for run in &runs {
            went_on_once(&world, &requesters[0], run).await;
        }
    }
    assert_eq!(orders.values().sum::<usize>(), ROUNDS);
    assert!(orders.len() > 1, "they did race: {orders:?}");
    verified(&world, &requesters[0]).await;
}

/// The shipped catalog, in which more people own databases and two of them have to agree.
fn catalog() -> Catalog {
    Catalog::copied()
        .changed("teams/cloud-ops.json", |team| team["groups"][GATE]["members"] = json!(OWNERS))
        .changed(&format!("workflows/{SLUG}/workflow.json"), |workflow| {
            workflow["approvals"][0]["quorum"] = json!(QUORUM);
            // Every run of the race is about the same cluster.
            workflow.as_object_mut().expect("an object").remove("limits");
        })
        .changed(&format!("workflows/{SLUG}/steps.asl.json"), |steps| *steps = one_step())
        .changed(&format!("workflows/{SLUG}/permissions.json"), |permissions| {
            permissions["Statement"] = json!([]);
        })
        .changed(&format!("workflows/{SLUG}/cases.json"), |cases| {
            let parameters = &cases["cases"][0]["parameters"];
            let case = json!({"name": "Nothing", "parameters": parameters, "mocks": {}, "expect": {"status": "SUCCEEDED"}});
            cases["cases"] = json!([case]);
        })
}

/// What runs is not what is raced for: it says what a resize would.
fn one_step() -> Value {
    let result = json!({"cluster": "prod-orders", "instance_class": "db.r6g.2xlarge", "instances": []});
    let step = json!({"Type": "Pass", "Comment": "Resizes nothing.", "Output": result, "End": true});
    json!({"Comment": "Resizes nothing.", "QueryLanguage": "JSONata", "StartAt": "Resize", "TimeoutSeconds": 60,
        "States": {"Resize": step}})
}

/// All owners, of whom only the first wants mail: a link is as good for whoever it is forwarded to.
async fn owners(world: &World, desk: &Desk) -> Vec<Owner> {
    let mut owners = Vec::new();
    for (place, id) in OWNERS.into_iter().enumerate() {
        let browser = world.person(id).await;
        let user = desk.link(&browser, id).await;
        if place > 0 {
            let choice = [("medium", "slack"), ("digest", "immediately")];
            let chosen = browser.posting("/settings/preferences").form(&choice).send().await;
            assert!(chosen.expect("an answer").status().is_redirection(), "{id} is told in Slack only");
        }
        owners.push(Owner { id, browser, user });
    }
    owners
}

/// Runs that wait for their owners.
async fn requested(requesters: &[Visitor], first: usize) -> Vec<String> {
    let mut runs = Vec::new();
    for number in first..first + AT_ONCE {
        let requester = &requesters[number % requesters.len()];
        runs.push(requester.run(SLUG, &format!("race-{number}"), &parameters()).await);
    }
    for run in &runs {
        requesters[0].until(run, "WAITING").await;
    }
    runs
}

/// The message about each run, and the link that its first owner was mailed. All messages are read at once: in the
/// end there are thousands.
async fn told(world: &World, desk: &Desk, runs: &[String]) -> BTreeMap<String, (Value, String)> {
    let portal = &world.running.endpoints().portal;
    let mut told = BTreeMap::new();
    eventually("Slack and a mail ask about every run", async || {
        let all = desk.messages().await;
        told.extend(runs.iter().filter_map(|run| {
            let about = |message: &&Value| pointer(message).is_some_and(|about| about["run"] == **run);
            let path = format!("/runs/{run}/approvals/{GATE}?link=");
            let text = |message: &Value| {
                message["text"].as_str().filter(|text| text.contains(&path)).map(str::to_owned)
            };
            let mail = all.iter().filter(|message| message["kind"] == "mail").find_map(text)?;
            let link = link(&mail, run).strip_prefix(portal)?.to_owned();
            Some((run.clone(), (all.iter().find(about)?.clone(), link)))
        }));
        told.len() == runs.len()
    })
    .await;
    told
}

/// The gateway passed the gate: it started the workflow, and did so once.
async fn went_on_once(world: &World, watcher: &Visitor, run: &str) {
    watcher.until(run, "SUCCEEDED").await;
    let records = world.audit(run).await;
    let started =
        records.iter().filter(|record| record["action"].as_s().is_ok_and(|action| action == "started"));
    assert_eq!(started.count(), 1, "{run}: {records:#?}");
}

/// The audit of all runs holds, to somebody who has nothing but the export.
async fn verified(world: &World, watcher: &Visitor) {
    let export = watcher.get(&format!("/api/workflows/{SLUG}/audit.jsonl")).await;
    let path = world.data().join("race.jsonl");
    std::fs::write(&path, export.text().await.expect("text")).expect("a file");
    let said = verify(&[path.to_str().expect("UTF-8")]);
    let holds = said.out.lines().filter(|line| line.starts_with("ok ")).count();
    assert_eq!((said.status, holds), (0, ROUNDS), "{}{}", said.out, said.err);
}
