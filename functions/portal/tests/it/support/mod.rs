//! What the tests of the core start from: a portal, its database, and a Step Functions that records.

pub(crate) mod archive;
pub(crate) mod barrier;
pub(crate) mod catalog;
pub(crate) mod database;
pub(crate) mod doors;
pub(crate) mod engine;
pub(crate) mod gateway;
pub(crate) mod issuer;
pub(crate) mod mailbox;
pub(crate) mod oidc_provider;
pub(crate) mod queue;
pub(crate) mod secrets;
pub(crate) mod ses;
pub(crate) mod slack;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use catalog_model::approval::Channel;
use jiff::Timestamp;
use portal::app::AppError;
use portal::app::asker::Asker;
use portal::app::decide::{Decided, decide};
use portal::app::trigger::{Request, Triggered, trigger};
use portal::domain::audit::Head;
use portal::domain::verdict::{Ballot, Refusal};
use portal::domain::{Caller, CallerKind, Decision, Person, PersonName, Run, RunId, Status, digest};
use portal::steps::{StepError, dispatch};
use portal::store::StoreError;
use portal::store::commit::Change;
use portal::{CatalogStore, Clients, Config, Portal};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// The gateway's state machine.
pub(crate) const GATEWAY: &str = "arn:aws:states:eu-west-1:111111111111:stateMachine:drawbridge-gateway";

/// A portal with everything it talks to.
pub(crate) struct World {
    pub(crate) portal: Portal,
    pub(crate) database: database::Database,
    pub(crate) engine: engine::Engine,
    pub(crate) secrets: secrets::Secrets,
    pub(crate) archive: archive::Archive,
    pub(crate) ses: ses::Ses,
    clock: Arc<AtomicI64>,
    calls: AtomicU64,
    _folder: TempDir,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_, _| {}).await
    }

    /// A world whose portal is configured otherwise.
    pub(crate) async fn start_with(adapt: impl FnOnce(&mut Config, &mut Clients)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        catalog::write(folder.path());
        mail_templates(folder.path());
        let store = Arc::new(CatalogStore::open(folder.path()).expect("the catalog opens"));
        let (database, dynamodb) = database::Database::start().await;
        let (engine, sfn) = engine::Engine::start().await;
        let (secrets, secretsmanager) = secrets::Secrets::start().await;
        let (archive, s3) = archive::Archive::start().await;
        let (ses, sesv2) = ses::Ses::start().await;
        let mut clients = Clients {
            dynamodb: aws_sdk_dynamodb::Client::new(&sdk(&dynamodb)),
            sfn: aws_sdk_sfn::Client::new(&sdk(&sfn)),
            sesv2: aws_sdk_sesv2::Client::new(&sdk(&sesv2)).into(),
            secretsmanager: aws_sdk_secretsmanager::Client::new(&sdk(&secretsmanager)),
            s3: aws_sdk_s3::Client::new(&sdk(&s3)).into(),
            sqs: None,
            control: None,
        };
        let start = Timestamp::now().as_millisecond();
        let clock = Arc::new(AtomicI64::new(start));
        let hand = clock.clone();
        let now = move || Timestamp::from_millisecond(hand.load(Ordering::SeqCst)).expect("in range");
        let mut config = config(folder.path());
        adapt(&mut config, &mut clients);
        let portal = Portal::new(config, clients, store.clone()).with_clock(now);
        portal.store.seed_people(&store.index()).await.expect("people are written");
        for (slug, summary) in &store.index().workflows {
            let arn = format!("arn:aws:states:eu-west-1:222222222222:stateMachine:drawbridge-{slug}:1");
            if slug != "undeployed" {
                portal.store.put_version(slug, &summary.digest, &arn).await.expect("a version is written");
            }
        }
        Self {
            portal,
            database,
            engine,
            secrets,
            archive,
            ses,
            clock,
            calls: AtomicU64::new(0),
            _folder: folder,
        }
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).expect("a short time");
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    /// Somebody of the catalog, as they are known now.
    pub(crate) async fn person(&self, who: &str) -> Person {
        self.portal.store.person(who).await.expect("read").expect("somebody of the catalog")
    }

    /// Somebody asks for a run.
    pub(crate) async fn ask(&self, who: &str, key: &str, parameters: Value) -> Result<Triggered, AppError> {
        self.ask_for("resize", who, key, parameters).await
    }

    pub(crate) async fn ask_for(
        &self,
        slug: &str,
        who: &str,
        key: &str,
        parameters: Value,
    ) -> Result<Triggered, AppError> {
        let request = Request { slug: slug.to_owned(), parameters, key: key.to_owned(), trace: None };
        let asker = Asker::of(&self.portal, &Caller::person(who)).await?;
        trigger(&self.portal, &asker, request).await
    }

    /// A state machine of a team calls a workflow, as it is once its door has been passed and its steps have begun.
    pub(crate) async fn called_by(&self, team: &str, slug: &str) -> Result<Run, StoreError> {
        let mut run = self.called_run(team, slug).await;
        run.status = Status::Executing;
        let committed = self.portal.store.commit(Change::create(run, self.portal.now())).await?;
        Ok(committed.run)
    }

    /// The run that a team's call would be.
    pub(crate) async fn called_run(&self, team: &str, slug: &str) -> Run {
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        let asked = self.ask("ada", &format!("called-{number}"), json!({"environment": "staging"})).await;
        let model = self.run(asked.expect("accepted").run_id).await;
        let workflow = self.portal.catalog.index().workflows[slug].clone();
        let id =
            RunId::new(self.portal.now(), uuid::Uuid::new_v4().as_bytes()[..10].try_into().expect("ten"));
        let mut run = Run {
            id,
            workflow: slug.to_owned(),
            workflow_digest: workflow.digest,
            caller: CallerKind::Machine,
            requester: PersonName { id: team.to_owned(), name: team.to_owned() },
            version: 0,
            audit: Head::default(),
            outbox: 0,
            ..model
        };
        let digest = digest::of_run(slug, &run.workflow_digest, &run.parameters, &run.caller_key());
        run.digest = digest.expect("canonical");
        run
    }

    /// Ada asks for something that two database owners have to approve, and they are asked.
    pub(crate) async fn waiting(&self) -> Run {
        let asked = self.ask("ada", "key", json!({"environment": "production"})).await;
        let id = asked.expect("the request is accepted").run_id;
        let next = self.next(id).await.expect("the gate opens");
        assert_eq!(next["next"], "WAIT", "{next}");
        self.run(id).await
    }

    /// Somebody asks for the workflow with every kind of policy, and people are asked.
    pub(crate) async fn guarded(&self, who: &str) -> Run {
        let asked = self.ask_for("guarded", who, "guarded", json!({"environment": "production"})).await;
        let id = asked.expect("the request is accepted").run_id;
        self.next(id).await.expect("the gates open");
        self.run(id).await
    }

    /// A vote in the portal by somebody who just signed in.
    pub(crate) async fn vote_now(&self, run: &Run, gate: &str, who: &str) -> Result<Decided, AppError> {
        let signed_in_at = Some(self.portal.now());
        let ballot =
            Ballot { channel: Channel::Portal, signed_in_at, ..ballot(run, gate, Decision::Approve) };
        decide(&self.portal, &Caller::person(who), run.id, ballot).await
    }

    /// What the audit says happened, in order.
    pub(crate) async fn actions(&self, id: RunId) -> Vec<String> {
        let records = self.portal.store.audit(id).await.expect("the audit is read");
        records.into_iter().map(|record| record.action).collect()
    }

    /// The same after Bob and Cleo approved.
    pub(crate) async fn approved(&self) -> Run {
        let run = self.waiting().await;
        for who in ["bob", "cleo"] {
            self.vote(&run, "owners", who, Decision::Approve).await.expect("the vote counts");
        }
        self.run(run.id).await
    }

    /// The same after it passed the commit gate.
    pub(crate) async fn executing(&self) -> Run {
        let run = self.approved().await;
        self.commit(&run, &gateway_of(&run)).await.expect("passes the commit gate");
        self.run(run.id).await
    }

    pub(crate) async fn run(&self, id: RunId) -> Run {
        self.portal.store.run(id).await.expect("the table answers").expect("the run exists")
    }

    /// A vote with everything in order, apart from who casts it.
    pub(crate) async fn vote(
        &self,
        run: &Run,
        gate: &str,
        who: &str,
        decision: Decision,
    ) -> Result<Decided, AppError> {
        Box::pin(decide(&self.portal, &Caller::person(who), run.id, ballot(run, gate, decision))).await
    }

    pub(crate) async fn next(&self, id: RunId) -> Result<Value, StepError> {
        let digest = self.run(id).await.digest;
        dispatch("next-gate", json!({"run_id": id, "digest": digest}), &self.portal).await
    }

    pub(crate) async fn wait_with(&self, run: &Run, gate: &str, token: &str) {
        let payload = json!({"run_id": run.id, "digest": run.digest, "gate": gate, "token": token,
            "execution_arn": gateway_of(run)});
        dispatch("await-approval", payload, &self.portal).await.expect("the token is stored");
    }

    pub(crate) async fn commit(&self, run: &Run, execution: &str) -> Result<Value, StepError> {
        let payload = json!({"run_id": run.id, "digest": run.digest, "execution_arn": execution});
        dispatch("commit-gate", payload, &self.portal).await
    }

    pub(crate) async fn finish(&self, run: &Run, end: Value) -> Value {
        let mut payload = json!({"run_id": run.id, "digest": run.digest});
        let (members, more) = (payload.as_object_mut().expect("an object"), end);
        members.extend(more.as_object().expect("an object").clone());
        dispatch("finish", payload, &self.portal).await.expect("the end is recorded")
    }

    pub(crate) async fn relay(&self) -> Value {
        dispatch("relay", json!({}), &self.portal).await.expect("the relay goes round")
    }
}

/// A ballot as the decision page sends it.
pub(crate) fn ballot(run: &Run, gate: &str, decision: Decision) -> Ballot {
    Ballot {
        gate: gate.to_owned(),
        decision,
        reason: (decision == Decision::Reject).then(|| "Not on a Friday.".to_owned()),
        digest: run.digest.clone(),
        channel: Channel::Api,
        signed_in_at: None,
    }
}

/// The refusal that an answer is.
pub(crate) fn refusal<T: std::fmt::Debug>(answer: Result<T, AppError>) -> Refusal {
    match answer {
        Err(AppError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// The run's own gateway execution.
pub(crate) fn gateway_of(run: &Run) -> String {
    format!("{}:{}", GATEWAY.replace(":stateMachine:", ":execution:"), run.id)
}

/// A listener on a free port, and its address.
pub(crate) async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    (listener, format!("http://{address}"))
}

pub(crate) fn sdk(endpoint: &str) -> SdkConfig {
    let credentials = Credentials::new("111111111111", "test", None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(RetryConfig::disabled())
        .build()
}

/// The shipped templates of mail, where a build puts them.
pub(crate) fn mail_templates(catalog: &std::path::Path) {
    let (from, to) = (std::path::Path::new(env!("CARGO_MANIFEST_DIR")), catalog.join("templates/mail"));
    std::fs::create_dir_all(&to).expect("a folder");
    for file in ["letter.html", "letter.txt"] {
        std::fs::copy(from.join("../../templates/mail").join(file), to.join(file)).expect("a template");
    }
}

/// A configuration that leads nowhere outside.
pub(crate) fn config(catalog: &std::path::Path) -> Config {
    Config {
        table: "main".to_owned(),
        audit_table: "audit".to_owned(),
        anchor_bucket: archive::BUCKET.to_owned(),
        gateway_arn: GATEWAY.to_owned(),
        catalog: catalog.to_owned(),
        url: "https://drawbridge.example.com".to_owned(),
        regions: vec!["eu-west-1".to_owned()],
        issuer: "https://issuer.example.com".to_owned(),
        client_id: "drawbridge".to_owned(),
        client_secret: None,
        site_key: None,
        slack_url: "https://slack.example.com".to_owned(),
        slack_token: None,
        slack_signing_secret: None,
        slack_client_id: None,
        slack_client_secret: None,
        slack_team: None,
        interactions_queue: None,
        email_sender: Some("Drawbridge <drawbridge@example.com>".to_owned()),
        secret_key: b"a key of these tests".to_vec(),
        link_key: b"a key of these links".to_vec(),
        origin_keys: Vec::new(),
        simulated: None,
    }
}
