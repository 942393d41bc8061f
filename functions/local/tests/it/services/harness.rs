//! All stand-ins on one port 0 with a data folder of their own.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use local::engine::Caller;
use local::services::{Services, serve};
use reqwest::Client;
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(super) const TOKEN: &str = "xoxb-test";

/// The running stand-ins.
pub(super) struct Local {
    pub(super) data: TempDir,
    pub(super) url: String,
    pub(super) http: Client,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Local {
    pub(super) async fn start() -> Self {
        Self::on(tempfile::tempdir().expect("a folder")).await
    }

    async fn on(data: TempDir) -> Self {
        let caller = Caller { account: "999999999999".to_owned(), region: "eu-central-1".to_owned() };
        let services = Services::open(data.path(), TOKEN, caller).expect("they open");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            let _ = stopped.await;
        };
        let server = tokio::spawn(serve(listener, services.router(), shutdown));
        Self { data, url, http: Client::new(), stop, server }
    }

    /// Drops everything and opens the folder again.
    pub(super) async fn restart(self) -> Self {
        let Self { data, stop, server, .. } = self;
        drop(stop);
        server.await.expect("no panic").expect("served");
        Self::on(data).await
    }

    pub(super) fn sdk(&self) -> SdkConfig {
        let credentials = Credentials::new("999999999999", "local", None, None, "test");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&self.url)
            .region(Region::new("eu-central-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build()
    }

    /// Calls a method of Slack.
    pub(super) async fn slack(&self, method: &str, token: &str, body: &Value) -> Value {
        let request = self.http.post(format!("{}/api/{method}", self.url)).bearer_auth(token).json(body);
        request.send().await.expect("sent").json().await.expect("JSON")
    }

    pub(super) async fn get(&self, path: &str) -> String {
        let request = self.http.get(format!("{}{path}", self.url));
        request.send().await.expect("sent").text().await.expect("text")
    }

    pub(super) async fn messages(&self) -> Vec<Value> {
        let all: Value = serde_json::from_str(&self.get("/messages.json").await).expect("JSON");
        all["messages"].as_array().expect("a list").clone()
    }
}
