//! Putting the whole system together, and taking it apart.
//!
//! 1. Hold the data folder, take the ports, build the site.
//! 2. Start the engines: `DynamoDB` first, since everything else keeps its facts there.
//! 3. Put the portal on top of them through the SDK, as on AWS.
//! 4. Deploy the catalog to the engine, then serve, then say so in `endpoints.json`.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::middleware::from_fn;
use catalog_model::CatalogIndex;
use portal::api::{ApiState, Templates, guard};
use portal::{CatalogStore, Config, Portal};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::cases::CatalogCases;
use crate::clients::{self, Addresses};
use crate::data::DataDir;
use crate::endpoints::Endpoints;
use crate::engine::{Caller, Engine, EngineOptions, InProcess, REAL_SERVICES};
use crate::functions::Steps;
use crate::issuer::{Issuer, SigningKey};
use crate::options::Options;
use crate::queue::Worker;
use crate::services::Services;
use crate::services::s3::S3;
use crate::services::slack::SlackApp;
use crate::services::sqs::{INTERACTIONS, Queues};
use crate::services::workspace::{TEAM_ID, Workspace};
use crate::site::{self, Site};
use crate::site_build::{Reload, SiteBuild};
use crate::watch::Changes;
use crate::{doors, dynamodb, publish, schedule};

const MAIN_TABLE: &str = "drawbridge";
const AUDIT_TABLE: &str = "drawbridge-audit";
const ANCHOR_BUCKET: &str = "drawbridge-anchors";
/// What Slack's stand-in and the portal know of each other; the real ones are secrets of the deployment.
const SLACK_TOKEN: &str = "xoxb-local-mode";
const SLACK_SIGNING_SECRET: &str = "local-mode-signing-secret";
const SLACK_CLIENT_ID: &str = "1.local-mode";
const SLACK_CLIENT_SECRET: &str = "local-mode-client-secret";

/// A running system. It ends when it is dropped; what it stored goes on at the next start.
pub struct Running {
    endpoints: Endpoints,
    engine: Engine,
    tasks: JoinSet<()>,
    _data: DataDir,
}

impl Running {
    /// Where everything listens.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// From now on nothing is called with this role: its account does not let anybody in, and there is no IAM here to
    /// say so.
    pub fn refuse_role(&self, role: &str) {
        self.engine.refuse_role(role);
    }

    /// Stops serving and frees the data folder.
    pub async fn stop(mut self) {
        self.engine.close();
        self.tasks.shutdown().await;
    }
}

/// The listeners, all on loopback.
struct Ports {
    portal: TcpListener,
    dynamodb: TcpListener,
    step_functions: TcpListener,
    services: TcpListener,
    s3: TcpListener,
    issuer: TcpListener,
}

impl Ports {
    async fn take(portal: u16) -> anyhow::Result<Self> {
        let free = async |what: &'static str, port: u16| {
            TcpListener::bind(("127.0.0.1", port)).await.with_context(|| {
                format!("cannot listen on 127.0.0.1:{port} for {what}; choose another port with --port")
            })
        };
        Ok(Self {
            portal: free("the portal", portal).await?,
            dynamodb: free("DynamoDB", 0).await?,
            step_functions: free("Step Functions", 0).await?,
            services: free("the inbox", 0).await?,
            s3: free("S3", 0).await?,
            issuer: free("sign-in", 0).await?,
        })
    }

    fn endpoints(&self) -> anyhow::Result<Endpoints> {
        let url = |listener: &TcpListener| anyhow::Ok(format!("http://{}", listener.local_addr()?));
        Ok(Endpoints {
            portal: url(&self.portal)?,
            dynamodb: url(&self.dynamodb)?,
            step_functions: url(&self.step_functions)?,
            inbox: url(&self.services)?,
            secrets_manager: url(&self.services)?,
            sqs: url(&self.services)?,
            s3: url(&self.s3)?,
            issuer: url(&self.issuer)?,
            pid: std::process::id(),
        })
    }
}

/// Starts the system.
///
/// # Errors
/// When the data folder is in use, a port is taken, the catalog has problems (a
/// [`CatalogProblems`](crate::CatalogProblems) with all of them) or a database cannot be opened.
pub async fn start(options: Options) -> anyhow::Result<Running> {
    let data = DataDir::open(&options.data)?;
    let ports = Ports::take(options.port).await?;
    let endpoints = ports.endpoints()?;
    let build = SiteBuild::new(&options, data.path("dist"), &endpoints.portal);
    build.run().await?;
    let catalog = Arc::new(CatalogStore::open(build.compiled())?);
    let index = catalog.index();
    let mut tasks = JoinSet::new();

    let database = dynamodb::open(&data.path("dynamodb.db"), table_name)?;
    tasks.spawn(dynamodb::serve(ports.dynamodb, database));
    let (indexes_to, indexes) = watch::channel(index.clone());
    let members = indexes.clone();
    let roster = Arc::new(move || Workspace::of(&members.borrow()));
    let services = Services::open(&data.path(""), slack_app(&endpoints), roster, home(&index))?;
    tasks.spawn(serve(ports.services, services.router()));
    tasks.spawn(serve(ports.s3, S3::open(&data.path("")).router()));

    let portal = Arc::new(portal(&options, &endpoints, &services, &data, &index, catalog)?);
    let engine = engine(&options, &data, &portal)?;
    tasks.spawn(serve(ports.step_functions, engine.router()));

    portal.store.seed_people(&index).await?;
    let (account, region) = (&index.portal.shared_account, index.portal.primary_region());
    publish::gateway(&endpoints.step_functions, account, region).await?;
    publish::catalog(&endpoints.step_functions, &portal).await?;
    doors::deploy(&endpoints.step_functions, &portal).await?;

    let key = SigningKey::open(&data.path("issuer.pem"))?;
    let config = &portal.config;
    let issuer =
        Issuer::new(config.issuer.clone(), config.client_id.clone(), config.redirect_uri(), key, indexes);
    tasks.spawn(serve(ports.issuer, issuer.router()));

    let templates = Templates::load(&build.compiled().join("templates"))?;
    let state = ApiState::new(portal.clone(), templates.clone())?;
    let site = Router::new().fallback(site::serve).with_state(Site(build.site()));
    let site = site.layer(from_fn(guard::security_headers));
    tasks.spawn(serve(ports.portal, portal::api::router(state).fallback_service(site)));

    tasks.spawn(schedule::relay(portal.clone()));
    tasks.spawn(interactions(&endpoints, &services.queues, &portal, account, region).run());
    tasks.spawn(schedule::anchor(portal.clone()));
    tasks.spawn(schedule::digest(portal.clone()));
    let changes = Changes::watch(&[&options.catalog, &options.templates])?;
    let step_functions = endpoints.step_functions.clone();
    tasks.spawn(Reload { build, portal, templates, index: indexes_to, step_functions }.follow(changes));

    endpoints.write(&data.path("endpoints.json"))?;
    Ok(Running { endpoints, engine, tasks, _data: data })
}

fn portal(
    options: &Options,
    endpoints: &Endpoints,
    services: &Services,
    data: &DataDir,
    index: &CatalogIndex,
    catalog: Arc<CatalogStore>,
) -> anyhow::Result<Portal> {
    let (account, region) = (&index.portal.shared_account, index.portal.primary_region());
    let seen = options.step_functions.as_ref().unwrap_or(&endpoints.step_functions);
    let addresses = Addresses {
        dynamodb: endpoints.dynamodb.clone(),
        step_functions: seen.clone(),
        secrets_manager: endpoints.secrets_manager.clone(),
        ses: endpoints.inbox.clone(),
        s3: endpoints.s3.clone(),
        sqs: endpoints.sqs.clone(),
    };
    let config = Config {
        table: MAIN_TABLE.to_owned(),
        audit_table: AUDIT_TABLE.to_owned(),
        anchor_bucket: ANCHOR_BUCKET.to_owned(),
        gateway_arn: publish::machine_arn(account, region, publish::GATEWAY_NAME),
        catalog: catalog.folder().to_owned(),
        url: endpoints.portal.clone(),
        // One process stands for the portals of all Regions.
        regions: index.portal.deployments.iter().map(|deployment| deployment.region.clone()).collect(),
        issuer: endpoints.issuer.clone(),
        client_id: index.portal.sign_in.client_id.clone(),
        slack_url: endpoints.inbox.clone(),
        slack_token: Some(SLACK_TOKEN.to_owned()),
        slack_signing_secret: Some(SLACK_SIGNING_SECRET.to_owned()),
        slack_client_id: Some(SLACK_CLIENT_ID.to_owned()),
        slack_client_secret: Some(SLACK_CLIENT_SECRET.to_owned()),
        slack_team: Some(TEAM_ID.to_owned()),
        interactions_queue: Some(services.queues.url(INTERACTIONS)),
        email_sender: Some("drawbridge@localhost".to_owned()),
        secret_key: data.secret_key()?,
        // One secret is enough on one machine: what is derived from it is another key for each use.
        link_key: data.secret_key()?,
        origin_keys: Vec::new(),
        simulated: Some(REAL_SERVICES.iter().map(|service| (*service).to_owned()).collect()),
    };
    Ok(Portal::new(config, clients::portal(&addresses, account, region), catalog))
}

/// The worker of the queue that verified interactions go to.
#[expect(clippy::disallowed_types, reason = "gives the worker, which stands for Lambda, its client")]
fn interactions(
    endpoints: &Endpoints,
    queues: &Queues,
    portal: &Arc<Portal>,
    account: &str,
    region: &str,
) -> Worker {
    Worker {
        client: aws_sdk_sqs::Client::new(&clients::sdk(&endpoints.sqs, account, region)),
        queue_url: queues.url(INTERACTIONS),
        queue_arn: queues.arn(INTERACTIONS),
        functions: Arc::new(Steps(portal.clone())),
        function: "interaction",
    }
}

fn slack_app(endpoints: &Endpoints) -> SlackApp {
    SlackApp {
        token: SLACK_TOKEN.to_owned(),
        signing_secret: SLACK_SIGNING_SECRET.to_owned(),
        client_id: SLACK_CLIENT_ID.to_owned(),
        client_secret: SLACK_CLIENT_SECRET.to_owned(),
        portal: endpoints.portal.clone(),
        url: endpoints.inbox.clone(),
    }
}

fn engine(options: &Options, data: &DataDir, portal: &Arc<Portal>) -> anyhow::Result<Engine> {
    let home = home(&portal.catalog.index());
    let cases = Arc::new(CatalogCases(portal.catalog.clone()));
    let pace = Duration::from_millis(options.pace);
    let services = InProcess::new(&home.account, Arc::new(Steps(portal.clone())), cases, pace);
    let options = EngineOptions {
        data: Some(data.path("")),
        default_caller: home,
        max_wait: Some(Duration::from_secs(options.max_wait)),
        virtual_time: None,
    };
    Engine::open(options, Arc::new(services)).context("cannot open the engine")
}

fn home(index: &CatalogIndex) -> Caller {
    Caller { account: index.portal.shared_account.clone(), region: index.portal.primary_region().to_owned() }
}

fn table_name(logical_id: &str) -> String {
    if logical_id == "AuditTable" { AUDIT_TABLE } else { MAIN_TABLE }.to_owned()
}

async fn serve(listener: TcpListener, router: Router) {
    if let Err(error) = axum::serve(listener, router).await {
        tracing::error!(%error, "a server ended");
    }
}
