//! The deployment, as it is documented and from nothing: `infra/build.sh` and `infra/deploy.sh` bring templates, roles,
//! machines and the functions' real binary into a local AWS, where IAM is enforced. Then the main job, over HTTP
//! against the deployed functions: from a request through an approval to a state machine in a second account and back;
//! a call between teams through a door; and a second deployment.

mod again;
mod cloud;
mod door;
mod front;

use std::path::Path;

use aws_sdk_sfn::types::ExecutionStatus;
use reqwest::StatusCode;
use serde_json::json;

use crate::catalog::copy;
use crate::support::{Visitor, eventually, shipped};
use crate::verify::verify;
use cloud::{Cloud, REGION, SHARED};
use front::Front;

/// The workflow that is requested: its services exist in the local AWS, too.
const SLUG: &str = "switch-feature";
/// Its owner's account.
const OWNER: &str = "527310946281";
/// The accounts of the other teams, which are deployed as well.
const OTHERS: [&str; 3] = ["846102375519", "671928304415", "193847560237"];
/// May request it.
const REQUESTER: &str = "declan.moriarty";
/// Is on duty.
const APPROVER: &str = "ingrid.solheim";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deployed_from_nothing_takes_a_run_to_another_account_and_back() {
    let deployed = Deployed::from_nothing().await;
    let cloud = &deployed.cloud;
    its_pages_are_uploaded(cloud).await;
    let requester = deployed.person(REQUESTER).await;
    let run = requester.run(SLUG, "gift-cards", &json!({"feature": "gift-cards", "on": true})).await;
    requester.until(&run, "WAITING").await;
    assert_eq!(
        feature(cloud, OWNER, "gift-cards").await,
        None,
        "nothing privileged happens before somebody agrees"
    );

    let own = requester.decide(&run, "duty", "approve", "It is mine").await;
    assert_eq!(own.status(), StatusCode::FORBIDDEN);
    let approver = deployed.person(APPROVER).await;
    let decided = approver.decide(&run, "duty", "approve", "Marketing is ready").await;
    assert_eq!(decided.status(), StatusCode::OK);

    let done = requester.until(&run, "SUCCEEDED").await;
    assert_eq!(done["result"], json!({"feature": "gift-cards", "value": "on"}), "{done:#}");
    let switched = feature(cloud, OWNER, "gift-cards").await;
    assert_eq!(switched.as_deref(), Some("on"), "it was done in the owner's account");
    assert_eq!(feature(cloud, SHARED, "gift-cards").await, None, "and not in the portal's");
    both_executions_have_its_name(cloud, &run).await;
    its_steps_are_read_in_the_owners_account(&requester, &run).await;
    its_audit_tells_it(cloud, &requester, &run).await;
    f47_no_other_machine_gets_in(cloud).await;
    door::opens(cloud, &requester, &approver).await;
    again::changes_what_is_requested_next(&deployed, &requester, &approver).await;
}

/// A portal in the local AWS.
struct Deployed {
    cloud: Cloud,
    /// Its address, and its identity provider's.
    portal: String,
    issuer: String,
}

impl Deployed {
    /// With the sample catalog and two workflows more.
    async fn from_nothing() -> Self {
        let (cloud, front) = (Cloud::start().await, Front::start().await);
        let catalog = cloud.path("catalog");
        copy(&shipped("catalog"), &catalog);
        for slug in [SLUG, door::CALLER] {
            let workflow = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/deploy").join(slug);
            copy(&workflow, &catalog.join("workflows").join(slug));
        }

        cloud.build(&catalog).await;
        let issuer = front::issuer(&cloud.path("dist/catalog/compiled"), &front.url, &cloud.path("")).await;
        cloud.enrol(&[&[SHARED, OWNER], &OTHERS[..]].concat()).await;
        let deployed = Self { cloud, portal: front.url.clone(), issuer };
        let said = deployed.deploy().await;
        let version = format!("{SLUG}: {}:1", machine(OWNER, SLUG));
        assert!(said.contains(&version), "it says what was released: {said}");

        let cloud = &deployed.cloud;
        front.aim(cloud.api().await, cloud.secret("drawbridge/origin-key").await);
        deployed
    }

    /// Deploys what was built, at the addresses of here in place of those that `portal.json` says; what that said.
    async fn deploy(&self) -> String {
        self.cloud.deploy(&[("PortalUrl", &self.portal), ("Issuer", &self.issuer)]).await
    }

    async fn person(&self, id: &str) -> Visitor {
        let visitor = Visitor::new(&self.portal);
        visitor.sign_in(id).await;
        visitor
    }
}

/// Pages are asked for anew each time.
async fn its_pages_are_uploaded(cloud: &Cloud) {
    let (bucket, page) = (cloud.output("SiteBucketName").await, format!("workflows/{SLUG}/index.html"));
    let found = cloud.aws(SHARED, &["s3api", "head-object", "--bucket", &bucket, "--key", &page]).await;
    let said = (&found["ContentType"], &found["CacheControl"]);
    assert_eq!(said, (&json!("text/html"), &json!("public, max-age=0, must-revalidate")), "{found:#}");
}

/// What the workflow is about, in an account.
async fn feature(cloud: &Cloud, account: &str, name: &str) -> Option<String> {
    let name = format!("/features/{name}");
    let found = cloud.aws(account, &["ssm", "get-parameters", "--names", &name]).await;
    found["Parameters"][0]["Value"].as_str().map(str::to_owned)
}

async fn both_executions_have_its_name(cloud: &Cloud, run: &str) {
    for (account, machine) in [(SHARED, "gateway"), (OWNER, SLUG)] {
        let client = aws_sdk_sfn::Client::new(&cloud.sdk(account));
        let arn = format!("arn:aws:states:{REGION}:{account}:execution:drawbridge-{machine}:{run}");
        // The gateway ends a moment after it has recorded the end of the run.
        eventually(&format!("{arn} succeeds"), async || {
            let described =
                client.describe_execution().execution_arn(&arn).send().await.expect("it is there");
            described.status == ExecutionStatus::Succeeded
        })
        .await;
    }
}

/// The function has no right of its own there: it assumes the control role, which trusts it.
async fn its_steps_are_read_in_the_owners_account(requester: &Visitor, run: &str) {
    let steps = requester.all_steps(run).await;
    let names: Vec<_> = steps.iter().filter(|step| step["depth"] == 1).map(|step| &step["name"]).collect();
    assert_eq!(names, ["Switch", "Settle", "Read"], "{steps:#?}");
}

/// Each record has the hash of the one before; `verify` needs nothing but the export.
async fn its_audit_tells_it(cloud: &Cloud, requester: &Visitor, run: &str) {
    let export = requester.get(&format!("/api/runs/{run}/audit.jsonl")).await;
    assert_eq!(export.status(), StatusCode::OK);
    let export = export.text().await.expect("text");
    let file = cloud.path("audit.jsonl");
    std::fs::write(&file, &export).expect("a file");
    let said = verify(&[file.to_str().expect("UTF-8")]);
    assert!(said.out.starts_with(&format!("ok   {run}  5 records")), "{}{}", said.out, said.err);
    let started = format!("\"machine\":\"{}:1\"", machine(OWNER, SLUG));
    for part in ["requested", "approval asked", "Marketing is ready", "started", &started, "ended"] {
        assert!(export.contains(part), "{part} in {export}");
    }
}

/// A machine of the portal's account that has the gateway's role, and is not the gateway.
async fn f47_no_other_machine_gets_in(cloud: &Cloud) {
    let client = aws_sdk_sfn::Client::new(&cloud.sdk(SHARED));
    let definition = json!({
        "StartAt": "Start",
        "States": {"Start": {
            "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "End": true,
            "Credentials": {"RoleArn": format!("arn:aws:iam::{OWNER}:role/DrawbridgeInvoke-{SLUG}")},
            "Parameters": {"StateMachineArn": format!("{}:1", machine(OWNER, SLUG)), "Input": {}},
        }},
    });
    let role = format!("arn:aws:iam::{SHARED}:role/DrawbridgeGateway-{REGION}");
    let made =
        client.create_state_machine().name("impostor").definition(definition.to_string()).role_arn(role);
    let impostor = made.send().await.expect("made").state_machine_arn;
    let started = client.start_execution().state_machine_arn(impostor).send().await.expect("started");
    let mut cause = None;
    eventually("the impostor fails", async || {
        let described = client.describe_execution().execution_arn(&started.execution_arn).send().await;
        let described = described.expect("it is there");
        assert_ne!(described.status, ExecutionStatus::Succeeded, "the owner's role must not trust it");
        cause = described.cause;
        described.status == ExecutionStatus::Failed
    })
    .await;
    let cause = cause.expect("a cause");
    assert!(cause.contains("is not authorized to assume the task state's role"), "{cause}");
}

fn machine(account: &str, slug: &str) -> String {
    format!("arn:aws:states:{REGION}:{account}:stateMachine:drawbridge-{slug}")
}
