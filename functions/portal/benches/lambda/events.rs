//! One event for each function, each for a run that is where the function comes in.

use std::sync::Arc;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use jiff::Timestamp;
use portal::app::asker::Asker;
use portal::app::trigger::{Request, trigger};
use portal::domain::{Caller, Run};
use portal::steps::dispatch;
use portal::store::session::Session;
use portal::store::slack::Link;
use portal::{CatalogStore, Clients, Config, Portal};
use serde_json::{Value, json};

use crate::aws::Aws;
use crate::{DOORS, GATEWAY, SECRET, SLACK_TEAM, URL};

type Fault = Box<dyn std::error::Error>;

const WORKFLOW: &str = "resize-rds-cluster";
const PERSON: &str = "declan.moriarty";
const TOKEN: &str = "a-token-of-the-benchmark";

/// Fills the tables, and names the events.
pub(crate) async fn fill(
    aws: &Aws,
    environment: &[(&str, String)],
) -> Result<Vec<(&'static str, Value)>, Fault> {
    let portal = portal(&aws.address, environment)?;
    directory(&portal, aws).await?;
    let asked = requested(&portal, "prod-orders", "production").await?;
    let waits = waiting(&portal, "prod-returns").await?;
    let voted = waiting(&portal, "prod-carts").await?;
    let let_through = requested(&portal, "dev-orders", "development").await?;
    step(&portal, "next-gate", &let_through, json!({})).await?;
    let executes = requested(&portal, "dev-returns", "development").await?;
    step(&portal, "next-gate", &executes, json!({})).await?;
    step(&portal, "commit-gate", &executes, json!({"execution_arn": execution(&executes)})).await?;
    dispatch("ask", ask("waits"), &portal).await.map_err(|error| error.message)?;
    let passed = json!({"execution_arn": execution(&let_through)});
    let ended =
        json!({"outcome": "SUCCEEDED", "output": {"resized": 2}, "execution_arn": execution(&executes)});
    Ok(vec![
        ("api", request(&parameters("dev-carts", "development"))),
        ("ask", ask("asks")),
        ("next-gate", of(&asked, json!({}))),
        ("await-approval", of(&waits, token(&waits))),
        ("commit-gate", of(&let_through, passed)),
        ("finish", of(&executes, ended)),
        ("door-ended", json!({"detail": {"executionArn": format!("{DOORS}data-platform:waits")}})),
        ("interaction", interaction(&voted)?),
        ("relay", json!({})),
        ("anchor", json!({})),
        ("digest", json!({})),
        ("release", json!({})),
    ])
}

#[expect(clippy::disallowed_types, reason = "builds each client for the module that owns it")]
fn portal(address: &str, environment: &[(&str, String)]) -> Result<Portal, Fault> {
    let find =
        |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
    let config = Config { secret_key: SECRET.into(), link_key: SECRET.into(), ..Config::from_env(find)? };
    let credentials = Credentials::new("bench", "bench", None, None, "benchmark");
    let sdk = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(address)
        .region(aws_config::Region::from_static("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build();
    let clients = Clients {
        dynamodb: aws_sdk_dynamodb::Client::new(&sdk),
        sfn: aws_sdk_sfn::Client::new(&sdk),
        sesv2: aws_sdk_sesv2::Client::new(&sdk).into(),
        secretsmanager: aws_sdk_secretsmanager::Client::new(&sdk),
        s3: aws_sdk_s3::Client::new(&sdk).into(),
        sqs: None,
        control: None,
    };
    let catalog = Arc::new(CatalogStore::open(&config.catalog)?);
    Ok(Portal::new(config, clients, catalog))
}

/// The sample catalog's people, a version of each workflow, a session, a Slack account.
async fn directory(portal: &Portal, aws: &Aws) -> Result<(), Fault> {
    let index = portal.catalog.index();
    portal.store.seed_people(&index).await?;
    for (slug, summary) in &index.workflows {
        let version = format!("arn:aws:states:eu-west-1:527310946281:stateMachine:drawbridge-{slug}:1");
        portal.store.put_version(slug, &summary.digest, &version).await?;
        aws.publish(slug, &summary.digest);
    }
    portal.store.put_session(TOKEN, &Session::begin(PERSON, Timestamp::now())).await?;
    let group = &index.teams["cloud-ops"].groups["database-owners"];
    let (person, team, user) = (group.members[0].clone(), SLACK_TEAM.to_owned(), "U0BENCH".to_owned());
    portal.store.link_slack(&Link { person, team, user, at: Timestamp::now() }).await?;
    Ok(())
}

fn parameters(cluster: &str, environment: &str) -> Value {
    let mut all = json!({"cluster": cluster, "environment": environment, "instance_class": "db.r6g.large",
        "reason": "The benchmark asks for it.", "rollout": {"pause_minutes": 2}});
    if environment == "production" {
        all["change_ticket"] = "CHG-4711".into();
    }
    all
}

async fn requested(portal: &Portal, cluster: &str, environment: &str) -> Result<Run, Fault> {
    let asker = Asker::of(portal, &Caller::person(PERSON)).await?;
    let parameters = parameters(cluster, environment);
    let request = Request { slug: WORKFLOW.to_owned(), parameters, key: cluster.to_owned(), trace: None };
    let run = trigger(portal, &asker, request).await?.run_id;
    Ok(portal.store.run(run).await?.ok_or("the run was just written")?)
}

/// A run whose gateway waits at its gate.
async fn waiting(portal: &Portal, cluster: &str) -> Result<Run, Fault> {
    let run = requested(portal, cluster, "production").await?;
    step(portal, "next-gate", &run, json!({})).await?;
    step(portal, "await-approval", &run, token(&run)).await?;
    Ok(portal.store.run(run.id).await?.ok_or("the run was just written")?)
}

async fn step(portal: &Portal, name: &str, run: &Run, more: Value) -> Result<(), Fault> {
    dispatch(name, of(run, more), portal).await.map(drop).map_err(|error| error.message.into())
}

/// The payload of a step of the gateway.
fn of(run: &Run, more: Value) -> Value {
    let mut payload = json!({"run_id": run.id, "digest": run.digest});
    if let (Some(payload), Value::Object(more)) = (payload.as_object_mut(), more) {
        payload.extend(more);
    }
    payload
}

fn token(run: &Run) -> Value {
    json!({"gate": run.gates[0].name, "token": "a-task-token", "execution_arn": execution(run)})
}

fn execution(run: &Run) -> String {
    format!("{}:{}", GATEWAY.replace(":stateMachine:", ":execution:"), run.id)
}

/// What a team's state machine gives its door.
fn ask(name: &str) -> Value {
    let parameters = json!({"project": "OPS", "type": "Task", "summary": "The benchmark asks for it.",
        "priority": "Low", "description": "Nobody reads this."});
    json!({"caller": "data-platform", "execution_arn": format!("{DOORS}data-platform:{name}"), "token": "a-task-token",
        "request": {"workflow": "create-jira-issue", "parameters": parameters, "idempotency_key": name}})
}

/// A vote that waited in the queue.
fn interaction(run: &Run) -> Result<Value, Fault> {
    let about = json!({"run": run.id, "gate": run.gates[0].name, "digest": run.digest, "title": "A resize"});
    let submission = json!({"team": SLACK_TEAM, "user": "U0BENCH", "reason": "It is needed.", "view_id": "V",
        "signature": "v0=benchmark", "metadata": {"about": about, "decision": "approve"}});
    Ok(json!({"Records": [{"messageId": "one", "body": serde_json::to_string(&submission)?}]}))
}

/// A request for a run that needs no approval, as API Gateway sends it.
fn request(parameters: &Value) -> Value {
    let path = format!("/api/workflows/{WORKFLOW}/runs");
    json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "",
        "cookies": [format!("__Host-drawbridge={TOKEN}")],
        "headers": {"content-type": "application/json", "origin": URL, "idempotency-key": "benchmark",
            "x-drawbridge-origin": SECRET,
            "host": "drawbridge.example.com", "user-agent": "benchmark", "x-forwarded-for": "203.0.113.7",
            "x-amzn-trace-id": "Root=1-65f0c2a4-0123456789abcdef01234567"},
        "requestContext": {"accountId": "310458627194", "apiId": "a", "domainName": "drawbridge.example.com",
            "domainPrefix": "a", "requestId": "r", "routeKey": "$default", "stage": "$default",
            "time": "28/Nov/2026:12:00:00 +0000", "timeEpoch": 1_795_867_200_000_i64,
            "http": {"method": "POST", "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7",
                "userAgent": "benchmark"}},
        "body": json!({"parameters": parameters}).to_string(), "isBase64Encoded": false,
    })
}
