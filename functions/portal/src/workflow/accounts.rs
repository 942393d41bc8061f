//! Clients for team accounts, made when first needed and kept.

use std::collections::HashMap;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::config::{Builder, Region};
use tokio::sync::Mutex;

use super::names::control_role;
use crate::domain::Target;

/// How team accounts are reached.
#[derive(Debug, Clone)]
pub(super) struct Accounts {
    shared: Client,
    control: Option<SdkConfig>,
    known: Arc<Mutex<HashMap<(String, String), Client>>>,
}

impl Accounts {
    pub(super) fn new(shared: Client, control: Option<SdkConfig>) -> Self {
        Self { shared, control, known: Arc::default() }
    }

    /// A client with the control role of the target's account, in the target's Region.
    pub(super) async fn client(&self, target: &Target) -> Client {
        let Some(base) = &self.control else { return self.shared.clone() };
        let key = (target.account.clone(), target.region.clone());
        let mut known = self.known.lock().await;
        if let Some(client) = known.get(&key) {
            return client.clone();
        }
        let provider = AssumeRoleProvider::builder(control_role(target))
            .session_name("drawbridge-control")
            .configure(base)
            .build()
            .await;
        let region = Region::new(target.region.clone());
        let config = Builder::from(base).credentials_provider(provider).region(region).build();
        let client = Client::from_conf(config);
        known.insert(key, client.clone());
        client
    }
}
