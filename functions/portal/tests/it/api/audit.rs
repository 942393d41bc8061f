//! Exporting the audit: who may, and that what comes out can be verified without us.

use portal::domain::audit::export::{Exported, Header, Line};
use portal::domain::audit::verify::Fault;
use reqwest::StatusCode;
use serde_json::json;

use super::world::{World, production, staging};

/// The lines of an export.
fn lines(text: &str) -> Vec<Line> {
    text.lines().map(|line| Line::read(line).expect("a line of an export")).collect()
}

/// The only run of an export.
fn only_run(text: &str) -> Exported {
    let mut lines = lines(text).into_iter();
    let Some(Line::Run(header)) = lines.next() else { panic!("no header: {text}") };
    let mut exported = Exported { header, records: vec![], cut: false };
    for line in lines {
        match line {
            Line::Record(record) if !exported.cut => exported.records.push(record),
            Line::Record(_) => {}
            Line::Unreadable(_) => exported.cut = true,
            other => panic!("not of one run: {other:?}"),
        }
    }
    exported
}

#[tokio::test]
async fn a_run_is_exported_as_a_file_that_verifies() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let run = ada.run("resize", "exported", &production()).await;
    world.step("next-gate", &run).await;
    ada.post(&format!("/api/runs/{run}/cancel"), &json!({})).await;
    portal::steps::dispatch("relay", json!({}), &world.portal).await.expect("the relay goes round");

    let answer = ada.get(&format!("/api/runs/{run}/audit.jsonl")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
    assert_eq!(header("content-type"), "application/jsonl");
    assert_eq!(header("content-disposition"), format!("attachment; filename=\"audit-{run}.jsonl\""));
    let exported = only_run(&answer.text().await.expect("text"));
    assert_eq!(exported.verify(&[]), Ok(()));
    let stored = world.run(&run).await;
    assert_eq!(exported.header.head, stored.audit);
    assert_eq!(exported.header.anchors.len(), 1, "it has closed");
    assert_eq!(exported.header.anchors[0].head(), stored.audit);
    let facts: Vec<_> = exported
        .records
        .iter()
        .map(|r| (r.actor.as_str(), r.action.as_str(), r.channel.as_deref()))
        .collect();
    let ada_by_api = Some("api");
    assert_eq!(
        facts,
        [
            ("person:ada", "requested", ada_by_api),
            ("gateway", "approval asked", None),
            ("person:ada", "cancelled", ada_by_api),
        ]
    );
    assert!(exported.records.iter().all(|record| record.digest == stored.digest));
    let page = ada.page(&format!("/runs/{run}")).await;
    assert!(page.contains(&format!("href=\"/api/runs/{run}/audit.jsonl\"")), "the page leads to it");
}

#[tokio::test]
async fn f15_who_may_not_see_a_run_gets_no_export() {
    let world = World::start().await;
    let run = world.person("ada").await.run("resize", "secret", &production()).await;
    let path = format!("/api/runs/{run}/audit.jsonl");
    assert_eq!(world.person("eve").await.get(&path).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(world.visitor().get(&path).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(world.person("bob").await.get(&path).await.status(), StatusCode::OK);
    let all = world.person("eve").await.get("/api/workflows/resize/audit.jsonl").await;
    let all = lines(&all.text().await.expect("text"));
    assert!(matches!(&all[..], [Line::List(_), Line::End(end)] if end.runs == 0), "{all:?}");
}

#[tokio::test]
async fn f55_an_item_that_is_no_record_any_more_has_its_place_in_the_export() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let run = ada.run("resize", "garbled", &production()).await;
    world.step("next-gate", &run).await;
    let items = world.database.items("audit");
    let mut second = items.iter().find(|item| item["seq"]["N"] == "2").expect("a record").clone();
    second["detail"] = json!({"S": "{"});
    world.database.put("audit", &second);
    let text = ada.get(&format!("/api/runs/{run}/audit.jsonl")).await.text().await.expect("text");
    let broken = only_run(&text).verify(&[]).expect_err("garbled");
    assert_eq!((broken.seq, broken.what), (2, Fault::Unreadable));
}

#[tokio::test]
async fn all_runs_of_a_workflow_are_exported_in_parts_that_say_where_they_go_on() {
    let world = World::start().await;
    let (ada, olga) = (world.person("ada").await, world.person("olga").await);
    let parameters = staging();
    for n in 0..3 {
        ada.run("resize", &format!("all-{n}"), &parameters).await;
    }
    let answer = olga.get("/api/workflows/resize/audit.jsonl").await;
    assert_eq!(answer.headers()["content-disposition"], "attachment; filename=\"audit-resize.jsonl\"");
    let text = answer.text().await.expect("text");
    let all = lines(&text);
    let headers: Vec<&Header> = all
        .iter()
        .filter_map(|line| if let Line::Run(header) = line { Some(header) } else { None })
        .collect();
    assert_eq!(headers.len(), 3);
    assert!(headers[0].run_id > headers[2].run_id, "newest first");
    let Some(Line::End(end)) = all.last() else { panic!("no end: {text}") };
    assert_eq!((end.runs, end.next.as_deref()), (3, None));
    let part = olga.get("/api/workflows/resize/audit.jsonl?cursor=nonsense").await;
    assert_eq!(part.status(), StatusCode::BAD_REQUEST);
    let odd = olga.get("/api/workflows/a%22b/audit.jsonl").await;
    assert_eq!(odd.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_archive_that_is_down_is_said_and_not_left_out() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let run = ada.run("resize", "no-archive", &staging()).await;
    world.archive.break_down(true);
    let answer = ada.get(&format!("/api/runs/{run}/audit.jsonl")).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
}
